"""The words of an index: their forms, what they may be the beginning of, and what a misspelt one may have meant.

Kept in one small file beside Whoosh's, because spelling is guessed against all words, and completing and stemming ask
for many: reading Whoosh's own list of terms would take longer than the search.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from longwave.search.grid import Field

FILE = "vocabulary.txt"
_CACHED = 4096
K = TypeVar("K")
#: In the third part of a word there are so many bits for each field, in which its documents there are counted.
_WIDTH = 20
_ONE: dict[Field, int] = {"title": 1, "guest": 1 << _WIDTH, "tag": 1 << 2 * _WIDTH}
_BITS: dict[Field, int] = {name: one * ((1 << _WIDTH) - 1) for name, one in _ONE.items()}
_NAMES = _BITS["guest"] | _BITS["tag"]
#: The stem of a word, the number of documents that have it, and the numbers of those that have it in each field.
Word = tuple[str, int, int]


class Vocabulary:
    """``words``, and what can be asked of them."""

    def __init__(self, words: Mapping[str, Word] | None = None) -> None:
        self.words = words or {}
        self.beginning_with = lru_cache(_CACHED)(self._beginning_with)
        self.near = lru_cache(_CACHED)(self._near)

    @cached_property
    def _forms(self) -> Mapping[str, list[str]]:
        return _grouped((self.words[word][0], word) for word in self._sorted)

    @cached_property
    def _lengths(self) -> Mapping[int, list[str]]:
        return _grouped((len(word), word) for word in self._sorted)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def stem(self, word: str) -> str | None:
        """The stem of a word that is known."""
        known = self.words.get(word)
        return known[0] if known else None

    def forms(self, stem: str) -> tuple[str, ...]:
        """The words with this stem."""
        return tuple(self._forms.get(stem, ()))

    def count(self, word: str) -> int:
        """In how many documents a word stands."""
        return self.words[word][1] if word in self.words else 0

    def _beginning_with(self, letters: str, most: int, field: Field | None = None) -> tuple[str, ...]:
        """Words that begin with ``letters``: half of them names and tags where there are so many, the most frequent."""
        first = bisect_left(self._sorted, letters)
        end = bisect_left(self._sorted, letters + "\U0010ffff", first)
        bits = _BITS[field] if field else ~0
        begun = [word for word in self._sorted[first:end] if self.words[word][2] & bits or not field]
        begun.sort(key=self.count, reverse=True)
        names = [word for word in begun if self.words[word][2] & _NAMES]
        return tuple(dict.fromkeys((*names[: most // 2], *begun)))[:most]

    def _near(self, word: str, edits: int, most: int, half: bool = False) -> tuple[tuple[str, int], ...]:
        """Words at most so many edits away (OSA: a swap of neighbours is one), the nearest and most frequent first.

        ``half`` also finds words of which ``word`` is a misspelt beginning.
        """
        found: dict[str, int] = {}
        for length in range(len(word) - edits, len(word) + edits + 1):
            found |= _nearest(word, self._lengths.get(length, ()), edits)
        if half:
            found = self._begun(word) | found
        order = sorted(found, key=lambda other: (found[other], [-value for value in self._prominence(other)], other))
        return tuple((other, found[other]) for other in order[:most])

    def _begun(self, word: str) -> dict[str, int]:
        """The words of which ``word`` is a beginning with one error, which is not in its first letter."""
        first, end = (bisect_left(self._sorted, word[0] + last) for last in ("", "\U0010ffff"))
        begins: defaultdict[str, list[str]] = defaultdict(list)
        for other in self._sorted[first:end]:
            for length in range(len(word) - 1, len(word) + 2):
                if len(other) > length:
                    begins[other[:length]].append(other)
        return {other: away for begin, away in _nearest(word, list(begins), 1).items() for other in begins[begin]}

    def _prominence(self, word: str) -> tuple[int, int]:
        _, count, fields = self.words[word]
        return bool(fields), count


def _grouped(pairs: Iterable[tuple[K, str]]) -> Mapping[K, list[str]]:
    groups: defaultdict[K, list[str]] = defaultdict(list)
    for key, word in pairs:
        groups[key].append(word)
    return groups


def _nearest(word: str, others: Iterable[str], edits: int) -> dict[str, int]:
    close = process.extract_iter(word, others, scorer=OSA.distance, score_cutoff=edits)
    return {other: int(away) for other, away, _ in close}


class Counting:
    """Counts the words of the documents that come and go, on top of those of a previous index."""

    def __init__(self, previous: Vocabulary, stem: Callable[[str], str]) -> None:
        self._previous, self._stem = previous, stem
        self._counts: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()

    def add(self, words: Set[str], fields: Mapping[Field, Set[str]], by: int = 1) -> None:
        """Count the words of a document, of which some stand in ``fields``; ``by`` -1 of one that goes."""
        for word in words:
            self._counts[word] += by
        for name, one in _ONE.items():
            for word in fields[name]:
                self._fields[word] += by * one

    def write(self, folder: Path) -> Vocabulary:
        """Write the words as they are counted now to an index folder, and return them. Raises OSError."""
        words = dict(self._previous.words)
        for word, count in self._counts.items():
            stem, before, fields = words.get(word) or (self._stem(word), 0, 0)
            if before + count > 0:
                words[word] = stem, before + count, fields + self._fields[word]
            else:
                words.pop(word, None)
        path = folder / FILE
        # It may be a hard link to the previous index's file, which would be written through.
        path.unlink(missing_ok=True)
        # No word holds a space of any kind: what would cut it is folded away.
        lines = (f"{word}\t{stem}\t{count}\t{fields}\n" for word, (stem, count, fields) in words.items())
        path.write_text("".join(lines), "utf-8")
        return Vocabulary(words)


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the words that an index folder's file holds. Raises OSError and ValueError when it can't be read."""
    rows = (line.split("\t") for line in (folder / FILE).read_text("utf-8").split("\n")[:-1])
    return Vocabulary({word: (stem, int(count), int(fields)) for word, stem, count, fields in rows})
