"""Writes the index of an edition: hard links to the previous one's segments, plus what has changed."""

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

from longwave.disk import share, sync
from longwave.isolation import isolated
from longwave.search.analysis import analyzer
from longwave.search.codec import Codec, Pool
from longwave.search.documents import Document
from longwave.search.index_cache import IndexCache
from longwave.search.index_manifest import IndexDamaged, Stamp, check_manifest, write_manifest
from longwave.search.lines import unpack_document
from longwave.search.schema import Read, read_words, schema
from longwave.search.shared_files import SharedStorage
from longwave.search.vocabulary import FILE as VOCABULARY
from longwave.search.vocabulary import Counting, Vocabulary

#: Postings that are held in memory, about 20 bytes each, before a segment is written.
_MOST_AT_ONCE = 4_000_000
#: So many documents may always go from an index; of a big one, half of them.
_FEW = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many documents an index gained, indexed again, lost and kept."""

    added: int
    changed: int
    removed: int
    unchanged: int


def write_index(  # noqa: PLR0913, PLR0917 - all but the last are what an index is made from
    target: Path,
    wanted: Mapping[str, str],
    make: Callable[[str], Document],
    previous: Path | None,
    language: str,
    progress: Progress | None = None,
    cache: IndexCache | None = None,
) -> Changes:
    """Make the folder ``target``: the index of ``wanted``, which maps each document's key to its hash.

    ``make`` is called for no document that ``previous`` has under the same hash. ``previous`` is only read, so others
    may search it meanwhile; a damaged one, or one of another version or language, counts as none. ``progress`` hears
    of each document that was indexed: how many, of how many. ``cache`` saves reading what an earlier call with the same
    one has read or written. Raises FileExistsError when there is a ``target`` already,
    OSError when the disk is full, and FailuresError, by key, for documents that can't be made or read; then nothing is
    left at ``target``.
    """
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    cache = cache or IndexCache()
    work = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    shutil.rmtree(work, ignore_errors=True)
    try:
        old, before = _adopt(previous, work, language, cache)
        index, known = _open(work, cache) if old else (_create(work), {})
        gone = [key for key, (_, digest) in known.items() if wanted.get(key) != digest]
        if len(gone) > max(_FEW, len(known) // 2):
            # To take so many out of it would take longer than to do without.
            shutil.rmtree(work)
            work.mkdir()
            old, before, index, known, gone = {}, Vocabulary(), _create(work), {}, []
        counting = Counting(before, analyzer(language).stem)

        def read(document: Document, by: int = 1) -> Read:
            one = read_words(document, analyzer(language))
            counting.add(one.words.keys(), one.fields, by)
            return one

        for document in _leaving(work, {key: known[key][0] for key in gone}):
            read(document, -1)
        changes = _update(index, known, gone, wanted, lambda key: read(make(key)), progress)
        if not old or gone or changes.added:
            cache.put_vocabulary(work, counting.write(work))
            old.pop(VOCABULARY, None)
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


def _adopt(previous: Path | None, work: Path, language: str, cache: IndexCache) -> tuple[dict[str, Stamp], Vocabulary]:
    """Link the files of a previous index into ``work``: these files, and its words. None where nothing can be used."""
    work.mkdir()
    if previous is None:
        return {}, Vocabulary()
    try:
        files, words = check_manifest(previous, language), cache.vocabulary(previous)
    except (IndexDamaged, OSError, ValueError):
        return {}, Vocabulary()
    for name in files:
        # Whoosh never opens a file of an index for writing again: segments and tables of contents get new names.
        share(previous / name, work / name)
    return files, words


class _Storage(FileStorage):  # type: ignore[misc] # Whoosh is untyped
    """Whoosh's own, which closes what it opened when writing fails: on a full disk Whoosh leaves files open."""

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
        """Close everything that was opened here."""
        for file in self._opened:
            with contextlib.suppress(Exception):
                file.file.close()


def _create(work: Path) -> FileIndex:
    return FileIndex.create(_Storage(str(work)), schema())


def _open(work: Path, cache: IndexCache) -> tuple[FileIndex, dict[str, tuple[int, str]]]:
    """The index in ``work``, and the number and the hash of each document in it by its key."""
    index = FileIndex(_Storage(str(work)), schema())
    with contextlib.closing(FileIndex(SharedStorage(work), schema()).reader()) as reader:
        return index, {key: (number, digest) for number, key, digest in cache.documents(reader)}


def _leaving(work: Path, numbers: Mapping[str, int]) -> Iterator[Document]:
    """The documents of the index in ``work`` that have these numbers, by their keys."""
    if not numbers:
        return
    with contextlib.closing(FileIndex(SharedStorage(work), schema()).reader()) as reader:
        kept = reader.column_reader("document")
        for key, number in numbers.items():
            yield unpack_document(key, kept[number])


def _update(  # noqa: PLR0913, PLR0917 - what is there, what is wanted, and how to read it
    index: FileIndex,
    known: Mapping[str, tuple[int, str]],
    gone: Sequence[str],
    wanted: Mapping[str, str],
    read: Callable[[str], Read],
    progress: Progress | None,
) -> Changes:
    added = [key for key in wanted if key not in known]
    changed = [key for key in gone if key in wanted]
    todo = added + changed
    if todo or gone:
        writer = _writer(index)
        try:
            for key in gone:
                writer.delete_document(known[key][0])
            for done, (key, one) in enumerate(isolated(todo, str, read), start=1):
                # The words go straight into the pool.
                writer.pool.take("words", writer.docnum, one.words)
                writer.add_document(key=key, hash=wanted[key], document=one.kept)
                if writer.pool.count >= _MOST_AT_ONCE:
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
    # Nobody else knows of this folder, so it needs no lock, and leaves no lock's file behind.
    writer = index.writer(_lk=False, codec=Codec())
    writer.pool = Pool()
    return writer


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's own policy, which keeps segments few; one of which nothing is left goes at once."""
    kept: list[Any] = MERGE_SMALL(writer, [segment for segment in segments if segment.doc_count() > 0])
    return kept
