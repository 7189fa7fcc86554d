"""The index of one edition, open for searching."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from pathlib import Path

from whoosh.index import FileIndex

from longwave.catalogue import Catalogue
from longwave.search.analysis import analyzer
from longwave.search.answering import Searcher
from longwave.search.facets import FacetIndex, Ranked
from longwave.search.index_cache import IndexCache
from longwave.search.index_manifest import IndexDamaged, check_manifest
from longwave.search.postings import Memory, Postings
from longwave.search.query import Query
from longwave.search.results import Results
from longwave.search.schema import schema
from longwave.search.shared_files import SharedStorage
from longwave.search.understanding import Reader


class SearchError(Exception):
    """A mistake of Longwave's over a search; the index is as it was written."""


class Index:
    """The index that ``write_index`` made in ``folder``, open for searching from any thread.

    ``cache`` may be that of the index's writer. Raises IndexDamaged when the index is not as it was written, or was
    written for another language or by another version.
    """

    def __init__(self, folder: Path, language: str, cache: IndexCache | None = None) -> None:
        self._folder, self._language = folder, language
        self._damaged = False
        self._analyzer = analyzer(language)
        cache = cache or IndexCache()
        check_manifest(folder, language)
        try:
            self._vocabulary = cache.vocabulary(folder)
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"{folder}: {error}") from error
        # A reader belongs to one thread, and goes with it; all of them go with this index.
        self._mine = threading.local()
        self._all: weakref.WeakSet[Postings] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._storage = SharedStorage(folder)
        self._memory = Memory()
        self._keys = self._postings().keys(cache)
        self._facets: tuple[Catalogue, FacetIndex, Mapping[int, Ranked]] | None = None

    def search(self, query: Query, catalogue: Catalogue) -> Results:
        """One page of results. ``catalogue`` is the index's own.

        An empty query finds everything that passes the filters, the newest first. Nothing that is asked raises; raises
        IndexDamaged when the index isn't as it was written any more, and SearchError where we have made a mistake.
        """
        with self._lock:
            if self._storage.has_changed():
                self._check()
        if self._damaged:
            raise IndexDamaged(f"{self._folder}: damaged")
        try:
            facets, episodes = self._facet_index(catalogue)
            shows = {slug: show.title for slug, show in catalogue.shows.items()}
            reader = Reader(self._vocabulary, self._postings(), self._analyzer, shows, query.exact)
            return Searcher(reader, catalogue, facets, episodes).answer(query)
        except OSError as error:
            self._damaged = True
            raise IndexDamaged(f"{self._folder}: {error}") from error
        except Exception as error:
            # Whoosh raises almost anything at a file that it can't read; or the mistake is ours.
            self._check()
            raise SearchError(f"{type(error).__name__}: {error}") from error

    @property
    def is_damaged(self) -> bool:
        """Tell whether the index has to be made anew: a search has come upon damage, or files are gone."""
        return self._damaged or self._storage.is_gone()

    def close(self) -> None:
        """Let go of the files. No search may be running, and none may follow."""
        with self._lock:
            while self._all:
                self._all.pop().close()
            self._mine = threading.local()

    def _check(self) -> None:
        try:
            check_manifest(self._folder, self._language)
        except IndexDamaged:
            self._damaged = True
            raise

    def _facet_index(self, catalogue: Catalogue) -> tuple[FacetIndex, Mapping[int, Ranked]]:
        """Return the catalogue's facets, and its episodes by the numbers of their documents, the newest first."""
        cached = self._facets
        if cached is None or cached[0] is not catalogue:
            facets = FacetIndex(catalogue)
            numbers = {key: number for number, key in self._keys.items()}
            episodes = {numbers[key]: ranked for key, ranked in facets.episodes.items() if key in numbers}
            cached = self._facets = (catalogue, facets, episodes)
        return cached[1], cached[2]

    def _postings(self) -> Postings:
        postings: Postings | None = getattr(self._mine, "postings", None)
        if postings is None:
            try:
                postings = Postings(FileIndex(self._storage, schema()).reader(), self._memory)
            except Exception as error:  # Whoosh raises almost anything at a file that it can't read.
                raise IndexDamaged(f"{self._folder}: {error}") from error
            with self._lock:
                self._all.add(postings)
            self._mine.postings = postings
        return postings
