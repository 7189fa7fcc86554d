"""The search index of one edition, open for searching."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex

from longwave.catalogue import Catalogue
from longwave.search.analysis import analyzer
from longwave.search.facets import FacetIndex, Ranked
from longwave.search.index_cache import IndexCache
from longwave.search.index_manifest import IndexDamaged, check_manifest
from longwave.search.postings import PostingCache, PostingReader
from longwave.search.query import Query
from longwave.search.query_parser import QueryParser
from longwave.search.results import Results
from longwave.search.schema import schema
from longwave.search.searcher import Searcher
from longwave.search.shared_files import SharedStorage
from longwave.search.talk_map import TalkMap


class SearchError(Exception):
    """An error of Longwave itself during a search, while the index is undamaged."""


class Index:
    """An index that ``write_index`` made in ``folder``, open for searching from any thread.

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
        # A reader belongs to one thread and is freed with it; ``close`` closes all of them.
        self._local = threading.local()
        self._readers: weakref.WeakSet[PostingReader] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._storage = SharedStorage(folder)
        self._cache = PostingCache()
        self._talk = self._read_talk(cache)
        self._facets: tuple[Catalogue, FacetIndex, Mapping[int, Ranked]] | None = None

    def search(self, query: Query, catalogue: Catalogue) -> Results:
        """Return one page of results. ``catalogue`` is that of the index's edition.

        An empty query finds all episodes that pass the filters, the newest first. No query raises by itself; raises
        IndexDamaged when the index isn't as it was written any more, and SearchError for an error of Longwave itself.
        """
        with self._lock:
            if self._storage.has_changed():
                self._check()
        if self._damaged:
            raise IndexDamaged(f"{self._folder}: damaged")
        try:
            facets, episodes = self._facet_index(catalogue)
            shows = {slug: show.title for slug, show in catalogue.shows.items()}
            parser = QueryParser(self._vocabulary, self._postings(), self._analyzer, shows, query.exact)
            return Searcher(parser, catalogue, facets, episodes).answer(query)
        except OSError as error:
            self._damaged = True
            raise IndexDamaged(f"{self._folder}: {error}") from error
        except Exception as error:
            # Whoosh raises almost any exception at a damaged file; if all files are right, the error is ours.
            self._check()
            raise SearchError(f"{type(error).__name__}: {error}") from error

    @property
    def is_damaged(self) -> bool:
        """Return whether the index has to be rebuilt, because a search found damage or files are gone."""
        return self._damaged or self._storage.is_gone()

    def close(self) -> None:
        """Close the files. No search may be running, and none may follow."""
        with self._lock:
            while self._readers:
                self._readers.pop().close()
            self._local = threading.local()

    def _check(self) -> None:
        """Raise IndexDamaged if a file differs from the manifest, and note the damage for ``is_damaged``."""
        try:
            check_manifest(self._folder, self._language)
        except IndexDamaged:
            self._damaged = True
            raise

    def _facet_index(self, catalogue: Catalogue) -> tuple[FacetIndex, Mapping[int, Ranked]]:
        """Return the catalogue's facets, and its episodes by the numbers of their documents, the newest first."""
        cached = self._facets
        if cached is None or cached[0] is not catalogue:
            facets = FacetIndex(catalogue, self._talk.speakers())
            numbers = {key: number for number, key in self._talk.keys.items()}
            episodes = {numbers[key]: ranked for key, ranked in facets.episodes.items() if key in numbers}
            cached = self._facets = (catalogue, facets, episodes)
        return cached[1], cached[2]

    def _postings(self) -> PostingReader:
        """Return this thread's reader, opened at its first call. Raises IndexDamaged if Whoosh can't read a file."""
        postings: PostingReader | None = getattr(self._local, "postings", None)
        if postings is None:
            postings = PostingReader(self._reader(), self._cache, self._talk)
            with self._lock:
                self._readers.add(postings)
            self._local.postings = postings
        return postings

    def _read_talk(self, cache: IndexCache) -> TalkMap:
        """Return the map of the index's transcripts. Raises IndexDamaged if Whoosh can't read a file."""
        reader = self._reader()
        try:
            return TalkMap(cache.documents(reader))
        finally:
            reader.close()

    def _reader(self) -> Any:
        try:
            return FileIndex(self._storage, schema()).reader()
        except Exception as error:  # Whoosh raises almost any exception at a file that it can't read.
            raise IndexDamaged(f"{self._folder}: {error}") from error
