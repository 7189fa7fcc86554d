"""The writer of an edition's index: hard links to the previous index's segments, plus a segment of the changes."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import MERGE_SMALL

from longwave.disk import link_or_copy, sync
from longwave.isolation import isolated
from longwave.search.analysis import analyzer
from longwave.search.codec import Codec, PostingPool
from longwave.search.document_packing import unpack_document, unpack_talk
from longwave.search.documents import Document, Talk, is_talk
from longwave.search.index_cache import IndexCache
from longwave.search.index_manifest import IndexDamaged, Stamp, check_manifest, write_manifest
from longwave.search.schema import AnalyzedDocument, analyze_document, schema
from longwave.search.shared_files import SharedStorage
from longwave.search.vocabulary import FILE as VOCABULARY
from longwave.search.vocabulary import Vocabulary, WordCounter

#: The number of postings in memory, about 20 bytes each, after which a segment is written.
_MAX_POSTINGS = 4_000_000
#: The most documents that are removed from an index before it is written anew instead, or half of its documents if
#: that is more.
_MAX_REMOVED = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Changes:
    """The numbers of documents that an index gained, indexed again, lost and kept."""

    added: int
    changed: int
    removed: int
    unchanged: int


def write_index(  # noqa: PLR0913, PLR0917 - all but the last two say what to index
    target: Path,
    wanted: Mapping[str, str],
    make: Callable[[str], Document | Talk],
    previous: Path | None,
    language: str,
    progress: Progress | None = None,
    cache: IndexCache | None = None,
) -> Changes:
    """Write the index of ``wanted``, which maps each document's key to its hash, to the new folder ``target``.

    ``make`` is called for no document that ``previous`` has under the same hash. ``previous`` is only read, so others
    may search it meanwhile; a damaged index, or one of another version or language, counts as none. ``progress`` is
    called after each document with the number of documents indexed and their total. ``cache`` saves reading files that
    an earlier call with the same cache has read or written. Raises FileExistsError when ``target`` exists, OSError when
    the disk is full, and FailuresError, by key, for documents that can't be made or analyzed; then nothing is left at
    ``target``.
    """
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    work = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    shutil.rmtree(work, ignore_errors=True)
    try:
        changes, old = _fill(work, wanted, make, previous, language, progress, cache or IndexCache())
        write_manifest(work, language, old)
        for path in work.iterdir():
            if path.name not in old:
                sync(path)
        sync(work)
        work.rename(target)
        sync(target.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return changes


def _fill(  # noqa: PLR0913, PLR0917 - as write_index
    work: Path,
    wanted: Mapping[str, str],
    make: Callable[[str], Document | Talk],
    previous: Path | None,
    language: str,
    progress: Progress | None,
    cache: IndexCache,
) -> tuple[Changes, dict[str, Stamp]]:
    """Write the index to the folder ``work``; return the changes, and the sizes and checksums of linked files."""
    old, before = _adopt(previous, work, language, cache)
    index, known = _open(work, cache) if old else (_create(work), {})
    gone = [key for key, (_, digest) in known.items() if wanted.get(key) != digest]
    if len(gone) > max(_MAX_REMOVED, len(known) // 2):
        # Removing so many documents would take longer than indexing the others again.
        shutil.rmtree(work)
        work.mkdir()
        old, before, index, known, gone = {}, Vocabulary(), _create(work), {}, []
    counter = WordCounter(before, analyzer(language).stem)

    def analyze(document: Document | Talk, by: int = 1) -> AnalyzedDocument:
        analyzed = analyze_document(document, analyzer(language))
        counter.add(analyzed.words.keys(), analyzed.fields, by)
        return analyzed

    for document in _removed(work, {key: known[key][0] for key in gone}):
        analyze(document, -1)
    changes = _update(index, known, gone, wanted, lambda key: analyze(make(key)), progress)
    if not old or gone or changes.added:
        cache.put_vocabulary(work, counter.write(work))
        old.pop(VOCABULARY, None)
    return changes, old


def _adopt(previous: Path | None, work: Path, language: str, cache: IndexCache) -> tuple[dict[str, Stamp], Vocabulary]:
    """Link a previous index's files into ``work``; return their sizes, CRCs and the vocabulary, empty if unusable."""
    work.mkdir()
    if previous is None:
        return {}, Vocabulary()
    try:
        files, words = check_manifest(previous, language), cache.vocabulary(previous)
    except (IndexDamaged, OSError, ValueError):
        return {}, Vocabulary()
    for name in files:
        # Whoosh never opens a file of an index for writing again: segments and tables of contents get new names.
        link_or_copy(previous / name, work / name)
    return files, words


class _Storage(FileStorage):  # type: ignore[misc] # Whoosh is untyped
    """A storage that can close all its files when writing fails: on a full disk Whoosh leaves them open."""

    def __init__(self, path: str, opened: list[Any] | None = None) -> None:
        super().__init__(path)
        self._opened: list[Any] = [] if opened is None else opened

    def create_file(self, name: str, **options: Any) -> Any:
        file = super().create_file(name, **options)
        self._opened.append(file)
        return file

    def temp_storage(self, name: str | None = None) -> _Storage:
        return _Storage(super().temp_storage(name).folder, self._opened)

    def abandon(self) -> None:
        """Close every file that was opened for writing."""
        for file in self._opened:
            with contextlib.suppress(Exception):
                file.file.close()


def _create(work: Path) -> FileIndex:
    return FileIndex.create(_Storage(str(work)), schema())


def _open(work: Path, cache: IndexCache) -> tuple[FileIndex, dict[str, tuple[int, str]]]:
    """Return the index in ``work``, and the number and the hash of each of its documents, by the document's key."""
    index = FileIndex(_Storage(str(work)), schema())
    with contextlib.closing(FileIndex(SharedStorage(work), schema()).reader()) as reader:
        return index, {stored.key: (number, stored.hash) for number, stored in cache.documents(reader)}


def _removed(work: Path, numbers: Mapping[str, int]) -> Iterator[Document | Talk]:
    """Yield the documents of the index in ``work`` that will be removed; ``numbers`` has their numbers by key."""
    if not numbers:
        return
    with contextlib.closing(FileIndex(SharedStorage(work), schema()).reader()) as reader:
        packed = reader.column_reader("document")
        for key, number in numbers.items():
            yield (unpack_talk if is_talk(key) else unpack_document)(key, packed[number])


def _update(  # noqa: PLR0913, PLR0917 - the index, the documents before and after, and how to analyze one
    index: FileIndex,
    known: Mapping[str, tuple[int, str]],
    gone: Sequence[str],
    wanted: Mapping[str, str],
    analyze: Callable[[str], AnalyzedDocument],
    progress: Progress | None,
) -> Changes:
    """Remove the documents ``gone`` from the index, and add those that are new or changed."""
    added = [key for key in wanted if key not in known]
    changed = [key for key in gone if key in wanted]
    todo = added + changed
    if todo or gone:
        writer = _writer(index)
        try:
            for key in gone:
                writer.delete_document(known[key][0])
            for done, (key, analyzed) in enumerate(isolated(todo, str, analyze), start=1):
                # The words bypass Whoosh's own analysis and go straight into the pool.
                writer.pool.take("talk" if is_talk(key) else "words", writer.docnum, analyzed.words)
                writer.add_document(
                    key=key, hash=wanted[key], size=analyzed.size, speakers=analyzed.speakers, document=analyzed.packed
                )
                if writer.pool.count >= _MAX_POSTINGS:
                    writer.commit(merge=False)
                    writer = _writer(index)
                if progress:
                    progress(done, len(todo))
            writer.commit(mergetype=_merge)
        except BaseException:
            with contextlib.suppress(Exception):
                writer.cancel()
            index.storage.abandon()
            raise
    return Changes(len(added), len(changed), len(gone) - len(changed), len(wanted) - len(todo))


def _writer(index: FileIndex) -> Any:
    # No other process knows of this folder, so the index needs no lock, whose file would be left behind.
    writer = index.writer(_lk=False, codec=Codec())
    writer.pool = PostingPool()
    return writer


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge small segments by Whoosh's own policy, drop empty ones, and return the segments that remain."""
    segments_left: list[Any] = MERGE_SMALL(writer, [segment for segment in segments if segment.doc_count() > 0])
    return segments_left
