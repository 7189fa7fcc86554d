"""A library of episodes for tests of the search, with real search indexes in temporary folders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from longwave.catalogue import Catalogue, build_catalogue
from longwave.model import Appearance, Cue, Episode, Guest, Moment, Notes, Person, Show, Site, Tag, Transcript, Words
from longwave.search.documents import (
    Document,
    Talk,
    document_hash,
    episode_key,
    is_talk,
    make_document,
    make_talk,
    talk_hash,
    talk_key,
)
from longwave.search.index_cache import IndexCache
from longwave.search.index_reader import Index
from longwave.search.index_writer import Changes, write_index
from longwave.search.query import read_query
from longwave.search.results import Results

_ME = Person("Me")
_SHOWS = {"podcast": "The Podcast", "letters": "Letters"}


@dataclass
class EpisodeLibrary:
    """A library of episodes and their words, with the search indexes that are made of them."""

    folder: Path
    language: str = "en"
    episodes: dict[str, Episode] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)
    guests: dict[str, Guest] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    opened: list[Index] = field(default_factory=list)
    index: Index | None = None

    def add(  # noqa: PLR0917
        self,
        slug: str,
        title: str = "Untitled",
        notes: str = "",
        tags: tuple[str, ...] = (),
        guests: tuple[str, ...] = (),
        description: str = "",
        show: str = "podcast",
        day: int | None = None,
        moments: tuple[Moment, ...] = (),
        cues: tuple[Cue, ...] = (),
        **more: object,
    ) -> Episode:
        """Add an episode, dated a day after the previously added one, and return it."""
        date = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=len(self.episodes) if day is None else day)
        episode = replace(
            Episode(show, slug, f"{show}/{slug}.md", title, date, description, tags=tags),
            guests=tuple(Appearance(name) for name in guests),
            **more,
        )
        self.episodes[episode.key] = episode
        self.words[episode.key] = Words(Notes(notes, moments), Transcript(cues))
        return episode

    def catalogue(self) -> Catalogue:
        """Return the catalogue (shows, episodes, tags and guests) of the library."""
        shows = tuple(Show(slug, title, "", "en", "Me", _ME) for slug, title in _SHOWS.items())
        site = Site("Site", "", "", self.language, "UTC", "Me", _ME, shows=shows)
        return build_catalogue(site, self.episodes.values(), self.tags, self.guests, {})

    def hash(self, key: str, catalogue: Catalogue | None = None) -> str:
        """Return the hash of the search document of the episode with this key."""
        return document_hash(catalogue or self.catalogue(), self.episodes[key], repr(self.words[key].notes))

    def write(
        self,
        name: str,
        previous: str = "",
        progress: Callable[[int, int], None] | None = None,
        language: str = "",
        cache: IndexCache | None = None,
    ) -> Changes:
        """Write the library's search index into folder ``name``, reusing that in folder ``previous`` if given."""
        catalogue = self.catalogue()

        def make(key: str) -> Document | Talk:
            self.made.append(key)
            words = self.words[episode_key(key)]
            if is_talk(key):
                return make_talk(key, words.transcript)
            return make_document(catalogue, self.episodes[key], words.notes)

        self.made.clear()
        before = self.folder / previous if previous else None
        wanted = {key: self.hash(key, catalogue) for key in self.episodes}
        talks = {key: words.transcript for key, words in self.words.items() if words and words.transcript.cues}
        wanted |= {talk_key(key, ""): talk_hash(repr(talks[key])) for key in self.episodes if key in talks}
        return write_index(self.folder / name, wanted, make, before, language or self.language, progress, cache)

    def open(self, name: str) -> Index:
        """Open the search index in the folder ``name``, which is closed at the test's end."""
        self.opened.append(Index(self.folder / name, self.language))
        return self.opened[-1]

    def search(self, q: str = "", name: str = "", **args: str) -> Results:
        """Return a search's results in the index ``name``, or by default in one that the first such search writes."""
        if name:
            index = self.open(name)
        else:
            if self.index is None:
                self.write("index")
                self.index = self.open("index")
            index = self.index
        return index.search(read_query({"q": q, **args}), self.catalogue())

    def found(self, q: str = "", name: str = "", **args: str) -> list[str]:
        """Return the slugs of the episodes that a search finds, in the order of the results."""
        return [hit.url.rsplit("/", 1)[1] for hit in self.search(q, name, **args).results]
