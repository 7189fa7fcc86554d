"""Dates of feeds: the time at which each feed last changed. Changes elsewhere on the site don't affect these dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from longwave.catalogue import Catalogue
from longwave.config import VERSION
from longwave.content.text.markdown import RENDERER
from longwave.edition.store.edition_data import Contents, EntryDigest, Published, Source
from longwave.edition.store.records import digest
from longwave.feeds.cleaning import CLEANER
from longwave.feeds.feed_digests import Change, dated, entry_digest, feed_digests
from longwave.feeds.feed_lists import feeds_of
from longwave.isolation import isolated
from longwave.model import Chapter, Episode, Notes

_MAKER = f"{VERSION} {RENDERER} {CLEANER}"


@dataclass(frozen=True, slots=True)
class TextDigests:
    """A substitute for an edition that gives digests of notes instead of HTML, to compare feeds without rendering."""

    sources: Mapping[str, Source]
    published: Mapping[str, Published]

    def feed_html(self, episode: Episode, _link: str) -> str:
        return self.sources[episode.source].text_digest

    def notes(self, episode: Episode) -> Notes:
        return Notes(self.sources[episode.source].text_digest)

    def has_transcript(self, episode: Episode) -> bool:
        return bool(self.published[episode.key].transcript)

    def chapters(self, episode: Episode) -> tuple[Chapter, ...]:
        # Timestamps in the notes, which can serve as chapters, are covered by the digest of the notes.
        return episode.chapters


def digest_entries(
    catalogue: Catalogue, base: str, texts: TextDigests, known: Mapping[str, EntryDigest]
) -> Mapping[str, EntryDigest]:
    """Return the digest of each episode's entry in feeds, by the episode's key.

    ``known`` are the digests of the previous edition. A digest is computed again only if the episode, its show, or any
    guest or tag of the site has changed. Raises FailuresError, which lists exceptions by the episode's file.
    """
    others = digest(_MAKER, base, repr((catalogue.site, catalogue.guests, catalogue.tags, catalogue.guest_slugs)))
    surroundings = {slug: digest(others, repr(show)) for slug, show in catalogue.shows.items()}

    def digest_entry(episode: Episode) -> EntryDigest:
        made_of = digest(texts.published[episode.key].hash, surroundings[episode.show])
        previous = known.get(episode.key)
        if previous is not None and previous.made_of == made_of:
            return previous
        return EntryDigest(made_of, entry_digest(catalogue, texts, episode, base))

    entries = isolated(catalogue.episodes, lambda episode: episode.source, digest_entry)
    return {episode.key: entry for episode, entry in entries}


def date_feeds(  # noqa: PLR0913, PLR0917 - comparing two editions takes this many inputs
    catalogue: Catalogue,
    base: str,
    entries: Mapping[str, EntryDigest],
    previous: Contents,
    now: datetime,
    read_episode: Callable[[str], Episode],
) -> Mapping[str, Change]:
    """Return the digest and the date of the last change of each feed, by path; ``base`` is the site's address.

    ``previous`` is the previous edition.

    The feeds of a tag or a guest consist only of entries, so they are computed again only if one of their present or
    former entries has changed.
    """
    digests = {key: entry.entry for key, entry in entries.items()}

    def date(episodes: Iterable[Episode]) -> Mapping[str, Change]:
        return dated(feed_digests(feeds_of(catalogue, episodes, base), digests, _MAKER), previous.feeds, now)

    keys = {key for key in entries.keys() | previous.entries.keys() if entries.get(key) != previous.entries.get(key)}
    if keys.issuperset(entries):
        return date(catalogue.episodes)
    old = [read_episode(previous.published[key].record) for key in keys if key in previous.published]
    new = [episode for episode in catalogue.episodes if episode.key in keys]
    return {**previous.feeds, **date(old + new)}
