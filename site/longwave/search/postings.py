"""What one thread reads from an index: postings as plain dicts, and the words that begin with given letters."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from typing import Any

from whoosh.reading import TermNotFound


class Postings:
    """Reads one index for one thread: Whoosh's readers give silently wrong answers when threads share them."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._documents = reader.doc_count_all()

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def keys(self) -> Mapping[int, str]:
        """The key of every document by its number."""
        return {number: stored["key"] for number, stored in self._reader.iter_docs()}

    def weights(self, field: str, word: str) -> dict[int, float]:
        """How much a word weighs in each document that has it, by the document's number."""
        return {number: matcher.weight() for number, matcher in self._matches(field, word)}

    def positions(self, field: str, word: str) -> dict[int, bytes]:
        """Where a word stands in each document that has it: the bytes of an ``array("I")``."""
        return {number: matcher.value() for number, matcher in self._matches(field, word)}

    def rarity(self, field: str, word: str) -> float:
        """How much it says that a document has this word: from about 1 for a word that all have (idf)."""
        return log(1 + self._documents / (self.frequency(field, word) + 0.5)) + 0.5

    def frequency(self, field: str, word: str) -> int:
        """In how many documents a word occurs; 0 where nobody used it."""
        return int(self._reader.doc_frequency(field, word.encode()))

    def beginning_with(self, field: str, letters: str, most: int) -> tuple[str, ...]:
        """Words of a field that begin with ``letters``, those in the most documents first, no more than ``most``."""
        found = []
        for word in self._reader.expand_prefix(field, letters):
            found.append(word.decode())
            if len(found) == _MOST_LOOKED_AT:
                break
        found.sort(key=lambda word: -self.frequency(field, word))
        return tuple(found[:most])

    def _matches(self, field: str, word: str) -> Any:
        try:
            matcher = self._reader.postings(field, word.encode())
        except TermNotFound:
            return
        while matcher.is_active():
            yield matcher.id(), matcher
            matcher.next()


_MOST_LOOKED_AT = 2000
