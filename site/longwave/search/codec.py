"""How Whoosh's files are written: its own format, with less air in it and in less time.

Whoosh pickles for Python 2, where bytes take several times their size, keeps weights as eight bytes each, starts a
block for each word that occurs once, and sorts and checks one posting after the other. What is written here its own
reader reads; the index is half as big.
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

_PROTOCOL = 4
_BLOCK = 512
_INLINE = 8
_STEPS, _ZERO = 12, 64


@lru_cache(65536)
def coded(weight: float) -> int:
    """A weight above 0 as the nearest of 255 numbers, 6 % apart."""
    return min(255, max(1, round(_STEPS * log2(weight)) + _ZERO))


#: The weights by their codes.
WEIGHTS = tuple(2 ** ((code - _ZERO) / _STEPS) for code in range(256))


class Codec(W3Codec):  # type: ignore[misc] # Whoosh is untyped
    """Whoosh's own, without the lengths that no field here has: it asks the disk for them at each single posting."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """What writes all words of a segment."""
        return _Words(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """What writes the postings of a word."""
        return _Postings(dbfile, _BLOCK, byteids=byteids, compression=6, inlinelimit=_INLINE)


class _Pooled:
    """The postings of a word: numbers of documents, codes of weights, and the values, one after the other."""

    __slots__ = ("lengths", "numbers", "values", "weights")

    def __init__(self) -> None:
        self.numbers, self.weights, self.values, self.lengths = array("I"), bytearray(), bytearray(), array("I")

    def add(self, number: int, weight: int, value: bytes) -> None:
        self.numbers.append(number)
        self.weights.append(weight)
        self.values += value
        self.lengths.append(len(value))

    def cut(self) -> list[bytes]:
        """The values one by one."""
        values = bytes(self.values)
        return [values[at:end] for at, end in pairwise(accumulate(self.lengths, initial=0))]


class Pool:
    """The postings of documents until they are written, by field and word. ``count`` is how many they are."""

    def __init__(self) -> None:
        self.count = 0
        self._fields: defaultdict[str, defaultdict[str, _Pooled]] = defaultdict(lambda: defaultdict(_Pooled))

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take a posting, as Whoosh has them: field, word, number of the document, weight, value.

        The numbers come in order.
        """
        name, word, number, weight, value = item
        self._fields[name][word.decode()].add(number, int(weight), value or b"")
        self.count += 1

    def take(self, name: str, number: int, words: Mapping[str, tuple[float, bytes]]) -> None:
        """Take all words of a field of a document, with the weight and the value of each."""
        known = self._fields[name]
        for word, (weight, value) in words.items():
            known[word].add(number, coded(weight), value)
        self.count += len(words)

    def iter_postings(self) -> Iterator[tuple[str, bytes, array[int], bytearray, list[bytes]]]:
        """All of them, a word at a time, in the order of fields and words."""
        for name in sorted(self._fields):
            # In UTF-8 the order is that of the characters.
            for word in sorted(words := self._fields[name]):
                one = words[word]
                yield name, word.encode(), one.numbers, one.weights, one.cut()

    def cleanup(self) -> None:
        """Whoosh asks for it; nothing lies on the disk."""


class _Words(W3FieldWriter):  # type: ignore[misc] # Whoosh is untyped
    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:  # noqa: ARG002 - Whoosh's signature
        """Write all of a pool."""
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


class _Postings(W3PostingsWriter):  # type: ignore[misc] # Whoosh is untyped
    def start_postings(self, format_: Any, terminfo: Any) -> None:  # noqa: ARG002 - Whoosh's signature
        super().start_postings(format_, _TermInfo())

    def fill(self, numbers: array[int], weights: bytearray, values: list[bytes]) -> None:
        """All postings of a word at once; all blocks but the last are written."""
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
        data = zlib.compress(dumps(block, _PROTOCOL), self._compression)
        info = dumps((len(self._ids), self._ids[-1], self._maxweight, 1, 0, 0), _PROTOCOL)
        length = len(info) + len(data)
        self._postfile.write_int(-length if last else length)
        self._postfile.write(info)
        self._postfile.write(data)
        self._blockcount += 1
        self._new_block()


class _TermInfo(W3TermInfo):  # type: ignore[misc] # Whoosh is untyped
    # Whoosh's writer calls it by a name that it never had.
    set_inline = W3TermInfo.set_inlined

    def to_bytes(self) -> bytes:
        packed: bytes = super().to_bytes()
        if not self.is_inlined():
            return packed
        ids, weights, values = self._inlined
        return packed[: self._struct.size] + dumps((ids, bytes(weights), values), _PROTOCOL)
