"""Since when each feed says what it says: what changes elsewhere on the site moves no feed's date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from longwave.catalogue import Catalogue
from longwave.config import VERSION
from longwave.content.text.markdown import RENDERER
from longwave.edition.store.edition_data import Contents, Dated, Published, Source
from longwave.edition.store.records import digest, read_episode
from longwave.feeds.cleaning import CLEANER
from longwave.feeds.feed_digests import Change, dated, entry_digest, feed_digests
from longwave.feeds.feed_lists import feeds_of
from longwave.isolation import isolated
from longwave.model import Episode, Moment, Notes

_MAKER = f"{VERSION} {RENDERER} {CLEANER}"


@dataclass(frozen=True, slots=True)
class StandIns:
    """What stands for the texts of a feed, so that nothing is rendered to see whether it has changed."""

    sources: Mapping[str, Source]
    published: Mapping[str, Published]

    def feed_html(self, episode: Episode, _link: str) -> str:
        return self.sources[episode.source].text_digest

    def notes(self, episode: Episode) -> Notes:
        return Notes(self.sources[episode.source].text_digest)

    def has_transcript(self, episode: Episode) -> bool:
        return bool(self.published[episode.key].transcript)

    def chapters(self, episode: Episode) -> tuple[Moment, ...]:
        # Those of the notes are in the digest of the notes.
        return episode.chapters


def entries_now(catalogue: Catalogue, base: str, texts: StandIns, known: Mapping[str, Dated]) -> Mapping[str, Dated]:
    """What stands for each episode's entry in feeds; ``known`` are those of the edition before, by key.

    An entry is put together again only where the episode, its show, or any guest or tag of the site has changed.
    Raises FailuresError, by the episodes' files.
    """
    others = digest(_MAKER, base, repr((catalogue.site, catalogue.guests, catalogue.tags, catalogue.guest_slugs)))
    around = {slug: digest(others, repr(show)) for slug, show in catalogue.shows.items()}

    def renewed(episode: Episode) -> Dated:
        made_of = digest(texts.published[episode.key].hash, around[episode.show])
        was = known.get(episode.key)
        same = was is not None and was.made_of == made_of
        return was if was and same else Dated(made_of, entry_digest(catalogue, texts, episode, base))

    made = isolated(catalogue.episodes, lambda episode: episode.source, renewed)
    return {episode.key: one for episode, one in made}


def feeds_since(
    catalogue: Catalogue, base: str, entries: Mapping[str, Dated], before: Contents, now: datetime
) -> Mapping[str, Change]:
    """The state of every feed of the site at ``base`` by its path; ``before`` is the edition before.

    What an entry is made of is also what the feeds of a tag or a guest are made of: without a change in one of their
    entries, or one that they had, they say what they said.
    """
    said = {key: one.entry for key, one in entries.items()}

    def since(episodes: Iterable[Episode]) -> Mapping[str, Change]:
        return dated(feed_digests(feeds_of(catalogue, episodes, base), said, _MAKER), before.feeds, now)

    keys = {key for key in entries.keys() | before.entries.keys() if entries.get(key) != before.entries.get(key)}
    if keys.issuperset(entries):
        return since(catalogue.episodes)
    old = [read_episode(before.published[key].record) for key in keys if key in before.published]
    new = [episode for episode in catalogue.episodes if episode.key in keys]
    return {**before.feeds, **since(old + new)}
