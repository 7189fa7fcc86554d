"""How Whoosh's files are written: its own format, with less air in it.

Whoosh pickles for Python 2, where bytes take several times their size, keeps weights as eight bytes each, and starts a
block for each word that occurs once. What is written here its own reader reads; the index is a third as big.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from math import log2
from pickle import dumps
from typing import Any

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3PostingsWriter, W3TermInfo

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

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """What writes the postings of a word."""
        return _Postings(dbfile, _BLOCK, byteids=byteids, compression=6, inlinelimit=_INLINE)


class _Postings(W3PostingsWriter):  # type: ignore[misc] # Whoosh is untyped
    def start_postings(self, format_: Any, terminfo: Any) -> None:  # noqa: ARG002 - Whoosh's signature
        super().start_postings(format_, _TermInfo())

    def _write_block(self, last: bool = False) -> None:
        if not self._blockcount:
            self._postfile.write(WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        weights = bytes(map(int, self._weights))
        data = zlib.compress(dumps((self._mini_ids(), weights, tuple(self._values)), _PROTOCOL), self._compression)
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
        # Without any values, Whoosh's reader gives texts, which its writer refuses when it merges.
        values = values or (b"",) * len(ids)
        return packed[: self._struct.size] + dumps((ids, bytes(map(int, weights)), values), _PROTOCOL)
