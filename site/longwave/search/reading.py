"""Searches the index of one edition."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from longwave.catalogue import Catalogue
from longwave.model import Words
from longwave.search.analysis import analyzer
from longwave.search.facets import Entry, count, entries, wanted
from longwave.search.manifest import IndexDamaged, check_manifest
from longwave.search.marking import Marker
from longwave.search.matching import Rank, match
from longwave.search.moments import best_moments
from longwave.search.postings import Postings
from longwave.search.query import Query
from longwave.search.results import Hit, Results
from longwave.search.schema import schema
from longwave.search.understanding import Understood, understand


class Index:
    """The index that ``write_index`` made in ``folder``, open for searching from any thread.

    Raises IndexDamaged when it is not as it was written, or was written for another language or by another version.
    """

    def __init__(self, folder: Path, language: str) -> None:
        self._folder = folder
        self._analyzer = analyzer(language)
        check_manifest(folder, language)
        # A reader belongs to one thread, and goes with it; all of them go with this index.
        self._mine = threading.local()
        self._all: weakref.WeakSet[Postings] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._keys = self._postings().keys()
        self._entries: tuple[Catalogue, Mapping[str, Entry]] | None = None

    def search(self, query: Query, catalogue: Catalogue, words: Callable[[str], Words]) -> Results:
        """One page of results. ``catalogue`` is the index's own; ``words`` gives an episode's text by its key.

        An empty query finds everything that passes the filters, the newest first. Nothing that is asked raises.
        """
        understood = understand(query.q, self._postings(), self._analyzer)
        found = self._found(query, understood, catalogue)
        first = (query.page - 1) * query.per_page
        markers = Marker(understood.marks, self._analyzer), Marker(understood.title, self._analyzer)
        return Results(
            query=query.q,
            total=len(found),
            page=query.page,
            pages=-(-len(found) // query.per_page),
            results=tuple(
                _hit(entry, catalogue, words(entry.episode.key), *markers)
                for entry in found[first : first + query.per_page]
            ),
            facets=count(found, query, catalogue),
        )

    def close(self) -> None:
        """Let go of the files. No search may be running, and none may follow."""
        with self._lock:
            while self._all:
                self._all.pop().close()
            self._mine = threading.local()

    def _found(self, query: Query, understood: Understood, catalogue: Catalogue) -> Sequence[Entry]:
        known = self._known(catalogue)
        if not query.q:
            chosen = [entry for entry in known.values() if wanted(entry, query)]
            return chosen[::-1] if query.sort == "oldest" else chosen
        ranks = {self._keys[number]: rank for number, rank in match(understood.clauses, self._postings()).items()}
        # In the catalogue's order, so that of equals the newest comes first.
        chosen = [entry for key, entry in known.items() if key in ranks and wanted(entry, query)]
        if query.sort == "oldest":
            return chosen[::-1]
        if query.sort == "newest":
            return chosen

        def best(entry: Entry) -> Rank:
            return ranks[entry.episode.key]

        return sorted(chosen, key=best, reverse=True)

    def _known(self, catalogue: Catalogue) -> Mapping[str, Entry]:
        known = self._entries
        if known is None or known[0] is not catalogue:
            known = self._entries = (catalogue, entries(catalogue))
        return known[1]

    def _postings(self) -> Postings:
        postings: Postings | None = getattr(self._mine, "postings", None)
        if postings is None:
            try:
                postings = Postings(FileIndex(FileStorage(str(self._folder)), schema()).reader())
            except Exception as error:  # Whoosh raises almost anything at a file that it can't read.
                raise IndexDamaged(f"{self._folder}: {error}") from error
            with self._lock:
                self._all.add(postings)
            self._mine.postings = postings
        return postings


def _hit(entry: Entry, catalogue: Catalogue, words: Words, marker: Marker, titles: Marker) -> Hit:
    episode = entry.episode
    return Hit(
        url=episode.path,
        title=episode.title,
        title_html=titles.whole(episode.title),
        show=episode.show,
        number=episode.number,
        date=episode.date.isoformat(),
        guests=tuple(guest.name for guest in catalogue.guests_of(episode)),
        tags=tuple(tag.label for tag in catalogue.tags_of(episode)),
        snippet_html=marker.passage(words.notes.text, episode.description),
        moments=best_moments(episode, words, marker),
    )
