"""The catalogue: an immutable view of everything published, with its episodes by show, tag and guest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from longwave.content.media.media_types import media_type
from longwave.content.site.origins import origin
from longwave.content.text.plain_text import slugify
from longwave.model import Episode, Guest, Page, Show, Site, Tag
from longwave.routes import path_for


@dataclass(frozen=True)
class Catalogue:
    """A view of everything that is published at one instant. Episodes are always ordered from the newest to the oldest.

    Tags and guests without a published episode are left out, even if they have files. Lookups raise nothing: they
    return None or an empty tuple for an unknown name.
    """

    site: Site
    shows: Mapping[str, Show]
    episodes: tuple[Episode, ...]
    tags: Mapping[str, Tag]
    guests: Mapping[str, Guest]
    pages: Mapping[str, Page]
    #: The slug of each guest, by the slugified form of each of the guest's names.
    guest_slugs: Mapping[str, str]

    def episode(self, show: str, slug: str) -> Episode | None:
        """Return the episode with this slug in a show, or None."""
        return self._by_key.get(f"{show}/{slug}")

    def episode_of_audio(self, show: str, file: str) -> Episode | None:
        """Return the newest episode whose audio is ``file`` below ``content/audio/<show>/``, or None."""
        return self._by_audio.get((show, file))

    def type_of_audio(self, show: str, file: str) -> str:
        """Return the media type of ``file`` below ``content/audio/<show>/``: its episode's, else that by its suffix."""
        return self._types.get((show, file)) or media_type(file)

    def episodes_of_show(self, show: str) -> tuple[Episode, ...]:
        """Return the episodes of a show, given by its slug."""
        return self._by_show.get(show, ())

    def episodes_with_tag(self, tag: str) -> tuple[Episode, ...]:
        """Return the episodes that have a tag, given by its slug."""
        return self._by_tag.get(tag, ())

    def episodes_with_guest(self, guest: str) -> tuple[Episode, ...]:
        """Return the episodes in which a guest appears, given by their slug."""
        return self._by_guest.get(guest, ())

    def tags_of(self, episode: Episode) -> tuple[Tag, ...]:
        """Return the tags of an episode in the order of its file, without duplicates."""
        return tuple(self.tags[slug] for slug in tag_slugs(episode))

    def guests_of(self, episode: Episode) -> tuple[Guest, ...]:
        """Return the guests of an episode in the order of its file, without duplicates.

        Their title and picture are the current ones, not those at the time of the episode.
        """
        return tuple(self.guests[slug] for slug in guest_slugs(episode, self.guest_slugs))

    def previous(self, episode: Episode) -> Episode | None:
        """Return the next older episode of the same show."""
        return self._neighbour(episode, +1)

    def next(self, episode: Episode) -> Episode | None:
        """Return the next newer episode of the same show."""
        return self._neighbour(episode, -1)

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """Return the current path of each old path (``aliases``) that isn't itself the current path of an episode."""
        return {
            alias: episode.path
            for episode in reversed(self.episodes)
            for alias in episode.aliases
            if alias.strip("/") not in self._by_key
        }

    @cached_property
    def audio_origins(self) -> tuple[str, ...]:
        """Return the origins of audio on other hosts, such as ``https://media.example.com``, sorted."""
        origins = {origin(episode.enclosure.url) for episode in self.episodes if episode.enclosure}
        return tuple(sorted(origins - {""}))

    @cached_property
    def audio_paths(self) -> Mapping[str, tuple[str, str]]:
        """Return the show and file of audio by the path at which the site serves it instead of below ``/audio/``."""
        forms = (
            (episode.show, form)
            for episode in reversed(self.episodes)
            for form in (episode.enclosure, *(alternate.enclosure for alternate in episode.alternates))
        )
        return {
            form.path: (show, form.file)
            for show, form in forms
            if form and form.path and form.here and form.path != path_for("audio", show=show, file=form.file)
        }

    @cached_property
    def own_audio_paths(self) -> Mapping[tuple[str, str], str]:
        """Return the path at which the site serves audio instead of below ``/audio/``, by its show and file."""
        return {audio: path for path, audio in self.audio_paths.items()}

    @cached_property
    def _by_key(self) -> Mapping[str, Episode]:
        return {episode.key: episode for episode in self.episodes}

    @cached_property
    def _by_audio(self) -> Mapping[tuple[str, str], Episode]:
        return {(e.show, e.enclosure.file): e for e in reversed(self.episodes) if e.enclosure and e.enclosure.file}

    @cached_property
    def _types(self) -> Mapping[tuple[str, str], str]:
        forms = (
            (episode.show, form)
            for episode in self.episodes
            for form in (
                episode.enclosure,
                *(f for each in episode.alternates for f in (each.enclosure, *each.sources)),
            )
        )
        return {(show, form.file): form.type for show, form in forms if form and form.here}

    @cached_property
    def _by_show(self) -> Mapping[str, tuple[Episode, ...]]:
        return _group((episode.show, episode) for episode in self.episodes)

    @cached_property
    def _by_tag(self) -> Mapping[str, tuple[Episode, ...]]:
        return _group((slug, episode) for episode in self.episodes for slug in tag_slugs(episode))

    @cached_property
    def _by_guest(self) -> Mapping[str, tuple[Episode, ...]]:
        return _group((slug, episode) for episode in self.episodes for slug in guest_slugs(episode, self.guest_slugs))

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {e.key: position for episodes in self._by_show.values() for position, e in enumerate(episodes)}

    def _neighbour(self, episode: Episode, step: int) -> Episode | None:
        siblings = self.episodes_of_show(episode.show)
        position = self._positions.get(episode.key, -len(siblings) - 2) + step
        return siblings[position] if 0 <= position < len(siblings) else None


def build_catalogue(
    site: Site,
    episodes: Iterable[Episode],
    tag_files: Mapping[str, Tag],
    guest_files: Mapping[str, Guest],
    pages: Mapping[str, Page],
) -> Catalogue:
    """Return the catalogue of published ``episodes``, which may be in any order.

    ``tag_files`` and ``guest_files`` supplement the tags and guests that episodes name; files for any others are
    ignored.
    """
    by_name = {show.slug for show in site.shows if show.same_time == "name"}
    newest = tuple(
        sorted(episodes, key=lambda episode: publication_order(episode, by_name=episode.show in by_name), reverse=True)
    )
    names = {slugify(name): slug for slug, guest in guest_files.items() for name in (slug, guest.name, *guest.names)}
    # Every name without a letter or digit has the empty slug, so this slug identifies nobody.
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


def publication_order(episode: Episode, *, by_name: bool) -> tuple[datetime, float, str, str]:
    """Return a key that sorts episodes from the oldest to the newest, unique for each episode.

    Episodes with the same date and time are ordered by their file names if ``by_name`` is true, else by number and
    slug.
    """
    if by_name:
        return episode.date, 0, episode.source.rpartition("/")[2], episode.key
    return episode.date, episode.number or 0, episode.slug, episode.show


def tag_slugs(episode: Episode) -> tuple[str, ...]:
    """Return the slugs of an episode's tags in the order of its file, without duplicates."""
    return tuple(dict.fromkeys(slug for slug in map(slugify, episode.tags) if slug))


def guest_slugs(episode: Episode, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the slugs of an episode's guests in the order of its file, without duplicates.

    ``names`` is ``Catalogue.guest_slugs``, which has a guest's slug by the slugified form of each of the guest's names.
    """
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
    # The most frequent spelling becomes the label, so that a slip in one episode doesn't rename a tag everywhere.
    return {
        slug: files.get(slug) or Tag(slug=slug, label=labels.most_common(1)[0][0])
        for slug, labels in sorted(spellings.items())
        if slug
    }


def _guests(episodes: Iterable[Episode], files: Mapping[str, Guest], names: Mapping[str, str]) -> Mapping[str, Guest]:
    guests: dict[str, Guest] = {}
    for episode in episodes:
        for appearance in episode.guests:
            slug = names.get(slugify(appearance.name), slugify(appearance.name))
            if not slug:
                continue
            known = guests.get(slug) or files.get(slug) or Guest(slug=slug, name=appearance.name)
            guests[slug] = replace(
                known,
                title=known.title or appearance.title,
                avatar=known.avatar or appearance.avatar,
                links=known.links or appearance.links,
            )
    return dict(sorted(guests.items()))
