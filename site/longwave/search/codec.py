"""A codec that writes Whoosh's own format at half the size and in less time.

Whoosh pickles for Python 2, where bytes take several times their size, stores weights as eight bytes each, starts a
block for each word that occurs once, and sorts and checks one posting after the other. Its own reader reads the files
that are written here.
"""

from __future__ import annotations

import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, pairwise
from math import log2
from pickle import dumps
from typing import Any

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3PostingsWriter, W3TermInfo

_PICKLE_PROTOCOL = 4
#: The number of postings in a block, and the most postings of a word that are stored in its term info instead.
_BLOCK, _INLINE = 512, 8
#: The number of codes for each doubling of a weight, and the code of the weight 1.
_STEPS, _ZERO = 12, 64


@lru_cache(65536)
def weight_code(weight: float) -> int:
    """Return the code of a weight above 0: the nearest of 255 weights that are 6 % apart."""
    return min(255, max(1, round(_STEPS * log2(weight)) + _ZERO))


#: The weight for each code that ``weight_code`` returns, by the code as index.
WEIGHTS = tuple(2 ** ((code - _ZERO) / _STEPS) for code in range(256))


class Codec(W3Codec):  # type: ignore[misc] # Whoosh is untyped
    """A codec that stores no lengths of fields, which nothing here uses and Whoosh would read for each posting."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """Return the object by which Whoosh writes all words of a segment with their postings."""
        return _FieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """Return the object by which Whoosh writes the postings of one word after the other to the file ``dbfile``."""
        return _PostingsWriter(dbfile, _BLOCK, byteids=byteids, compression=6, inlinelimit=_INLINE)


class _Pooled:
    """The postings of one word: document numbers, ``weight_code``s, and the packed positions of all, concatenated."""

    __slots__ = ("lengths", "numbers", "values", "weights")

    def __init__(self) -> None:
        self.numbers, self.weights, self.values, self.lengths = array("I"), bytearray(), bytearray(), array("I")

    def add(self, number: int, weight: int, value: bytes) -> None:
        self.numbers.append(number)
        self.weights.append(weight)
        self.values += value
        self.lengths.append(len(value))

    def separate_values(self) -> list[bytes]:
        """Return the value of each posting (the word's packed positions in a document), cut from ``values``."""
        values = bytes(self.values)
        return [values[at:end] for at, end in pairwise(accumulate(self.lengths, initial=0))]


class PostingPool:
    """The postings of documents until they are written, by field and word; ``count`` is their number."""

    def __init__(self) -> None:
        self.count = 0
        self._fields: defaultdict[str, defaultdict[str, _Pooled]] = defaultdict(lambda: defaultdict(_Pooled))

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Add a posting of Whoosh's: field, word, number of the document, weight, value.

        Documents must come in ascending order of their numbers.
        """
        name, word, number, weight, value = item
        self._fields[name][word.decode()].add(number, int(weight), value or b"")
        self.count += 1

    def take(self, name: str, number: int, words: Mapping[str, tuple[float, bytes]]) -> None:
        """Add field ``name`` of document ``number``: ``words`` maps words to weight and packed positions."""
        field = self._fields[name]
        for word, (weight, value) in words.items():
            field[word].add(number, weight_code(weight), value)
        self.count += len(words)

    def iter_postings(self) -> Iterator[tuple[str, bytes, array[int], bytearray, list[bytes]]]:
        """Yield field, word, document numbers, weight codes and values of each word, sorted by field and then word."""
        for name in sorted(self._fields):
            # Whoosh needs the words in the order of their UTF-8 bytes, which is also the order of their characters.
            for word in sorted(words := self._fields[name]):
                pooled = words[word]
                yield name, word.encode(), pooled.numbers, pooled.weights, pooled.separate_values()

    def cleanup(self) -> None:
        """Do nothing: Whoosh calls this, but the pool has no files to delete."""


class _FieldWriter(W3FieldWriter):  # type: ignore[misc] # Whoosh is untyped
    """A writer of all postings of a pool, one word after the other."""

    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:  # noqa: ARG002 - Whoosh's signature
        """Write ``items``, the postings that ``PostingPool.iter_postings`` yields."""
        field = ""
        for name, word, numbers, weights, values in items:
            if name != field:
                if field:
                    self.finish_field()
                self.start_field(name, schema[name])
                field = name
            self.start_term(word)
            self._postwriter.fill(numbers, weights, values)
            self.finish_term()
        if field:
            self.finish_field()


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc] # Whoosh is untyped
    """A writer of a word's postings, block by block, in smaller pickles than Whoosh's."""

    def start_postings(self, format_: Any, terminfo: Any) -> None:  # noqa: ARG002 - Whoosh's signature
        super().start_postings(format_, _TermInfo())

    def fill(self, numbers: array[int], weights: bytearray, values: list[bytes]) -> None:
        """Write a word's postings in blocks; the last block is only set up here, and Whoosh writes it afterwards."""
        for first in range(0, len(numbers), _BLOCK):
            if first:
                self._write_block()
            part = slice(first, first + _BLOCK)
            self._ids, self._weights, self._values = numbers[part], weights[part], values[part]
            self._maxweight = max(self._weights)

    def _write_block(self, last: bool = False) -> None:
        if not self._blockcount:
            self._postfile.write(WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        block = (self._mini_ids(), bytes(self._weights), tuple(self._values))
        data = zlib.compress(dumps(block, _PICKLE_PROTOCOL), self._compression)
        info = dumps((len(self._ids), self._ids[-1], self._maxweight, 1, 0, 0), _PICKLE_PROTOCOL)
        length = len(info) + len(data)
        self._postfile.write_int(-length if last else length)
        self._postfile.write(info)
        self._postfile.write(data)
        self._blockcount += 1
        self._new_block()


class _TermInfo(W3TermInfo):  # type: ignore[misc] # Whoosh is untyped
    """The statistics of a word in the index, with its postings where these are few."""

    # Whoosh's writer calls this method by another name than Whoosh's own class gives it.
    set_inline = W3TermInfo.set_inlined

    def to_bytes(self) -> bytes:
        packed: bytes = super().to_bytes()
        if not self.is_inlined():
            return packed
        ids, weights, values = self._inlined
        return packed[: self._struct.size] + dumps((ids, bytes(weights), values), _PICKLE_PROTOCOL)
