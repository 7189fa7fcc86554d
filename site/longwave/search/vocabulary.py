"""The vocabulary of an index: its words with their forms, for completions and for guesses at a misspelt word.

It lies in one small file beside Whoosh's: spelling is guessed among all words, and completions and stems need many, and
reading Whoosh's own list of terms would take longer than the search.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from longwave.search.grid import Field

FILE = "vocabulary.txt"
_CACHE_SIZE = 4096
#: The fewest letters of a part of a compound, the most compounds of a word, and the endings of a first part.
_MIN_PART, _MAX_COMPOUNDS, _LINKS = 5, 24, ("", "s", "n", "es", "en", "e", "er")
K = TypeVar("K")
#: The bits that hold the number of documents for one field, in the last value of a ``Word``.
_BITS_PER_FIELD = 20
#: The parts of documents for which the documents with a word are counted: fields, and transcripts.
CountedField = Field | Literal["talk"]
_COUNTED: tuple[CountedField, ...] = ("title", "guest", "tag", "talk")
_ONE: dict[CountedField, int] = {name: 1 << number * _BITS_PER_FIELD for number, name in enumerate(_COUNTED)}
_BITS: dict[CountedField, int] = {name: one * ((1 << _BITS_PER_FIELD) - 1) for name, one in _ONE.items()}
_NAMES = _BITS["guest"] | _BITS["tag"]
_TALK_SHIFT = 3 * _BITS_PER_FIELD
#: A word's stems, separated by spaces, the number of documents with the word, and the counts of those with the word in
#: each field, as bits.
Word = tuple[str, int, int]


class Vocabulary:
    """The words of an index, with searches for forms, completions and similar words."""

    def __init__(self, words: Mapping[str, Word] | None = None) -> None:
        self.words = words or {}
        self.completions = lru_cache(_CACHE_SIZE)(self._completions)
        self.similar = lru_cache(_CACHE_SIZE)(self._similar)
        self.compounds = lru_cache(_CACHE_SIZE)(self._compounds)

    @cached_property
    def _forms(self) -> Mapping[str, list[str]]:
        return _grouped((stem, word) for word in self._sorted for stem in self.words[word][0].split())

    @cached_property
    def _lengths(self) -> Mapping[int, list[str]]:
        return _grouped((len(word), word) for word in self._sorted)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def stem(self, word: str) -> str | None:
        """Return the stems of a word, separated by spaces; None for an unknown word."""
        known = self.words.get(word)
        return known[0] if known else None

    def forms(self, stems: str) -> tuple[str, ...]:
        """Return all words of the index that have one of the stems, which are separated by spaces."""
        return tuple(dict.fromkeys(word for stem in stems.split() for word in self._forms.get(stem, ())))

    def count(self, word: str) -> int:
        """Return about the number of episodes with a word, be it in their notes or in their transcripts."""
        known = self.words.get(word)
        if known is None:
            return 0
        talks = known[2] >> _TALK_SHIFT
        return max(talks, known[1] - talks)

    def _completions(self, letters: str, limit: int, field: Field | None = None) -> tuple[str, ...]:
        """Return the most frequent words that begin with ``letters``, in ``field`` if one is named.

        Up to half of the ``limit`` is for names and tags.
        """
        first = bisect_left(self._sorted, letters)
        end = bisect_left(self._sorted, letters + "\U0010ffff", first)
        bits = _BITS[field] if field else ~0
        begun = [word for word in self._sorted[first:end] if self.words[word][2] & bits or not field]
        begun.sort(key=self.count, reverse=True)
        names = [word for word in begun if self.words[word][2] & _NAMES]
        return tuple(dict.fromkeys((*names[: limit // 2], *begun)))[:limit]

    def _compounds(self, part: str, stem: str) -> tuple[str, ...]:
        """Return the most frequent words that are composed of ``part``, whose stem is given, and another word.

        The first part may have a linking ending: ``Leben-s-versicherung``.
        """
        if len(stem) < _MIN_PART:
            return ()
        found = [
            word
            for word in self._sorted
            if (self.words[word][0].endswith(stem) and self._is_first_part(self.words[word][0][: -len(stem)]))
            or (word.startswith(part) and self._is_last_part(word[len(part) :]))
        ]
        return tuple(sorted(found, key=lambda word: (-self.count(word), word))[:_MAX_COMPOUNDS])

    def _is_first_part(self, text: str) -> bool:
        stems = (text.removesuffix(ending) for ending in _LINKS if text.endswith(ending))
        return len(text) >= _MIN_PART or any(stem in self.words for stem in stems)

    def _is_last_part(self, text: str) -> bool:
        rests = (text.removeprefix(link) for link in _LINKS)
        return any(rest in self.words for rest in rests if len(rest) >= _MIN_PART - 1)

    def _similar(self, word: str, edits: int, limit: int, half: bool = False) -> tuple[tuple[str, int], ...]:
        """Return words with their distance from ``word``, the nearest and most frequent first.

        The distance is OSA's (a swap of neighbours is one edit), ``edits`` at most. With ``half`` there are also words
        of which ``word`` is a misspelt beginning.
        """
        distances: dict[str, int] = {}
        for length in range(len(word) - edits, len(word) + edits + 1):
            distances |= _distances(word, self._lengths.get(length, ()), edits)
        if half:
            distances = self._misspelt_completions(word) | distances
        order = sorted(distances, key=lambda other: (distances[other], [-v for v in self._prominence(other)], other))
        return tuple((other, distances[other]) for other in order[:limit])

    def _misspelt_completions(self, word: str) -> dict[str, int]:
        """Return the words that begin with ``word`` but for one error, which is not in the first letter."""
        first, end = (bisect_left(self._sorted, word[0] + last) for last in ("", "\U0010ffff"))
        begins: defaultdict[str, list[str]] = defaultdict(list)
        for other in self._sorted[first:end]:
            for length in range(len(word) - 1, len(word) + 2):
                if len(other) > length:
                    begins[other[:length]].append(other)
        # A word that would still have to be completed is further away than one with the same error.
        return {other: away + 1 for begin, away in _distances(word, list(begins), 1).items() for other in begins[begin]}

    def _prominence(self, word: str) -> tuple[int, int]:
        fields = self.words[word][2]
        return bool(fields & (_NAMES | _BITS["title"])), self.count(word)


def _grouped(pairs: Iterable[tuple[K, str]]) -> Mapping[K, list[str]]:
    groups: defaultdict[K, list[str]] = defaultdict(list)
    for key, word in pairs:
        groups[key].append(word)
    return groups


def _distances(word: str, others: Iterable[str], edits: int) -> dict[str, int]:
    """Return the edit distances from ``word`` of those of ``others`` that are ``edits`` away at most."""
    close = process.extract_iter(word, others, scorer=OSA.distance, score_cutoff=edits)
    return {other: int(away) for other, away, _ in close}


class WordCounter:
    """A counter of the words of documents that are added and removed, on top of a previous index's vocabulary."""

    def __init__(self, previous: Vocabulary, stem: Callable[[str], str]) -> None:
        self._previous, self._stem = previous, stem
        self._counts: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()

    def add(self, words: Set[str], fields: Mapping[CountedField, Set[str]], by: int = 1) -> None:
        """Count a document's words, and those in each of its fields; ``by`` is -1 for a document that is removed."""
        for word in words:
            self._counts[word] += by
        for name, one in _ONE.items():
            for word in fields.get(name, ()):
                self._fields[word] += by * one

    def write(self, folder: Path) -> Vocabulary:
        """Write the resulting vocabulary to an index folder, and return it. Raises OSError."""
        words = dict(self._previous.words)
        for word, count in self._counts.items():
            stem, before, fields = words.get(word) or (self._stem(word), 0, 0)
            if before + count > 0:
                words[word] = stem, before + count, fields + self._fields[word]
            else:
                words.pop(word, None)
        path = folder / FILE
        # The path may be a hard link to the previous index's file, which must not change.
        path.unlink(missing_ok=True)
        # No word holds a tab or a line break, as folding removes all characters that separate words.
        lines = (f"{word}\t{stem}\t{count}\t{fields}\n" for word, (stem, count, fields) in words.items())
        path.write_text("".join(lines), "utf-8")
        return Vocabulary(words)


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the vocabulary of an index folder. Raises OSError and ValueError when its file can't be read."""
    rows = (line.split("\t") for line in (folder / FILE).read_text("utf-8").split("\n")[:-1])
    return Vocabulary({word: (stem, int(count), int(fields)) for word, stem, count, fields in rows})
