"""The immutable view of what is published: episodes by show, tag and guest, and who comes before and after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from longwave.content.site.origins import origin
from longwave.content.text.plain_text import slugify
from longwave.model import Episode, Guest, Page, Show, Site, Tag


@dataclass(frozen=True)
class Catalogue:
    """Everything that is published at one instant. Episodes are the newest first, everywhere.

    A tag or guest without a published episode isn't here, whatever its file says. Lookups return None for what doesn't
    exist; nothing here raises.
    """

    site: Site
    shows: Mapping[str, Show]
    episodes: tuple[Episode, ...]
    tags: Mapping[str, Tag]
    guests: Mapping[str, Guest]
    pages: Mapping[str, Page]
    #: The slug of a guest by the slug of each spelling of their name.
    guest_slugs: Mapping[str, str]

    def episode(self, show: str, slug: str) -> Episode | None:
        """The published episode at ``/<show>/<slug>``."""
        return self._by_key.get(f"{show}/{slug}")

    def episode_of_audio(self, show: str, file: str) -> Episode | None:
        """The newest published episode whose audio is ``file`` below ``content/audio/<show>/``."""
        return self._by_audio.get((show, file))

    def episodes_of_show(self, show: str) -> tuple[Episode, ...]:
        """A show's episodes, the newest first; empty for an unknown show."""
        return self._of_show.get(show, ())

    def episodes_with_tag(self, tag: str) -> tuple[Episode, ...]:
        """The episodes that carry a tag (by slug), the newest first."""
        return self._of_tag.get(tag, ())

    def episodes_with_guest(self, guest: str) -> tuple[Episode, ...]:
        """The episodes in which a guest (by slug) appears, the newest first."""
        return self._of_guest.get(guest, ())

    def tags_of(self, episode: Episode) -> tuple[Tag, ...]:
        """An episode's tags in the order in which its file lists them, each once."""
        return tuple(self.tags[slug] for slug in tag_slugs(episode))

    def guests_of(self, episode: Episode) -> tuple[Guest, ...]:
        """An episode's guests in the order of its file, each once. Their title and picture are those of today."""
        return tuple(self.guests[slug] for slug in guest_slugs(episode, self.guest_slugs))

    def previous(self, episode: Episode) -> Episode | None:
        """The episode of the same show that came out before this one."""
        return self._neighbour(episode, +1)

    def next(self, episode: Episode) -> Episode | None:
        """The episode of the same show that came out after this one."""
        return self._neighbour(episode, -1)

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """Old path -> new path, from the episodes' ``aliases``; a live page is never shadowed."""
        return {
            alias: episode.path
            for episode in reversed(self.episodes)
            for alias in episode.aliases
            if alias.strip("/") not in self._by_key
        }

    @cached_property
    def audio_origins(self) -> tuple[str, ...]:
        """The origins elsewhere from which episodes are played, in order: ``https://media.example.com``."""
        found = {origin(episode.enclosure.url) for episode in self.episodes if episode.enclosure}
        return tuple(sorted(found - {""}))

    @cached_property
    def _by_key(self) -> Mapping[str, Episode]:
        return {episode.key: episode for episode in self.episodes}

    @cached_property
    def _by_audio(self) -> Mapping[tuple[str, str], Episode]:
        return {(e.show, e.enclosure.file): e for e in reversed(self.episodes) if e.enclosure and e.enclosure.file}

    @cached_property
    def _of_show(self) -> Mapping[str, tuple[Episode, ...]]:
        return _group((episode.show, episode) for episode in self.episodes)

    @cached_property
    def _of_tag(self) -> Mapping[str, tuple[Episode, ...]]:
        return _group((slug, episode) for episode in self.episodes for slug in tag_slugs(episode))

    @cached_property
    def _of_guest(self) -> Mapping[str, tuple[Episode, ...]]:
        return _group((slug, episode) for episode in self.episodes for slug in guest_slugs(episode, self.guest_slugs))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {e.key: place for episodes in self._of_show.values() for place, e in enumerate(episodes)}

    def _neighbour(self, episode: Episode, step: int) -> Episode | None:
        siblings = self.episodes_of_show(episode.show)
        place = self._places.get(episode.key, -len(siblings) - 2) + step
        return siblings[place] if 0 <= place < len(siblings) else None


def build_catalogue(
    site: Site,
    episodes: Iterable[Episode],
    tag_files: Mapping[str, Tag],
    guest_files: Mapping[str, Guest],
    pages: Mapping[str, Page],
) -> Catalogue:
    """The catalogue of ``episodes``, which are all published; files of tags and guests enrich what they mention."""
    by_name = {show.slug for show in site.shows if show.same_time == "name"}
    newest = tuple(
        sorted(episodes, key=lambda episode: publication_order(episode, by_name=episode.show in by_name), reverse=True)
    )
    names = {slugify(name): slug for slug, guest in guest_files.items() for name in (slug, guest.name, *guest.names)}
    # A spelling without a letter is nobody's.
    names.pop("", None)
    with_episodes = {episode.show for episode in newest}
    shows = {show.slug: show for show in site.shows if show.slug in with_episodes or show.declared}
    return Catalogue(
        site=site,
        shows=shows,
        episodes=newest,
        tags=_tags(newest, tag_files),
        guests=_guests(newest, guest_files, names),
        pages=pages,
        guest_slugs=names,
    )


def publication_order(episode: Episode, *, by_name: bool) -> tuple[datetime, int, str, str]:
    """What puts episodes in order, the oldest first: the date, then the number and the slug, or the file's name.

    No two episodes are of one age.
    """
    if by_name:
        return episode.date, 0, episode.source.rpartition("/")[2], episode.key
    return episode.date, episode.number or 0, episode.slug, episode.show


def tag_slugs(episode: Episode) -> tuple[str, ...]:
    """The slugs of an episode's tags, in its order, each once."""
    return tuple(dict.fromkeys(slug for slug in map(slugify, episode.tags) if slug))


def guest_slugs(episode: Episode, names: Mapping[str, str]) -> tuple[str, ...]:
    """The slugs of an episode's guests, in its order, each once."""
    slugs = (slugify(appearance.name) for appearance in episode.guests)
    return tuple(dict.fromkeys(names.get(slug, slug) for slug in slugs if slug))


def _group(pairs: Iterable[tuple[str, Episode]]) -> Mapping[str, tuple[Episode, ...]]:
    groups: dict[str, list[Episode]] = defaultdict(list)
    for key, episode in pairs:
        groups[key].append(episode)
    return {key: tuple(group) for key, group in groups.items()}


def _tags(episodes: Iterable[Episode], files: Mapping[str, Tag]) -> Mapping[str, Tag]:
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for episode in episodes:
        for label in episode.tags:
            spellings[slugify(label)][label] += 1
    # Of two spellings the most frequent one wins, so that one episode's typing doesn't rename a tag everywhere.
    return {
        slug: files.get(slug) or Tag(slug=slug, label=labels.most_common(1)[0][0])
        for slug, labels in sorted(spellings.items())
        if slug
    }


def _guests(episodes: Iterable[Episode], files: Mapping[str, Guest], names: Mapping[str, str]) -> Mapping[str, Guest]:
    guests: dict[str, Guest] = {}
    for episode in episodes:
        for seen in episode.guests:
            slug = names.get(slugify(seen.name), slugify(seen.name))
            if not slug:
                continue
            known = guests.get(slug) or files.get(slug) or Guest(slug=slug, name=seen.name)
            guests[slug] = Guest(
                slug=slug,
                name=known.name,
                title=known.title or seen.title,
                avatar=known.avatar or seen.avatar,
                links=known.links or seen.links,
                names=known.names,
                description=known.description,
                text=known.text,
            )
    return dict(sorted(guests.items()))
