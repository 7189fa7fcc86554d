"""The conditions that a query makes on an episode, and the documents of an index that meet each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from longwave.search.analysis import fold
from longwave.search.facets import Ranked
from longwave.search.grid import Field, unpack, within
from longwave.search.postings import PostingList, PostingReader
from longwave.search.talk_map import Places, contains

#: The score of a document for meeting a condition that isn't about words, such as a date or a show.
FLAT_SCORE = 5.0
#: The scores of documents, by the document's number.
Scores = Mapping[int, float]
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Word:
    """A condition: one of ``terms`` stands in the document, in ``field`` if one is named.

    ``terms`` maps folded words to the worth of a hit. ``completions`` are those of the terms that were typed only in
    part.
    """

    terms: Mapping[str, float]
    field: Field | None = None
    completions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A condition: ``texts`` stand in the document one after the other, in ``field`` if one is named.

    ``worth`` has a number for each of the texts; ``bonus`` is added because they stand in a row.
    """

    texts: tuple[str, ...]
    worth: tuple[float, ...] = ()
    field: Field | None = None
    bonus: float = FLAT_SCORE


@dataclass(frozen=True, slots=True)
class Dates:
    """A condition: the episode came out from ``first`` to the day before ``end``."""

    first: date
    end: date


@dataclass(frozen=True, slots=True)
class Shows:
    """A condition: the episode belongs to one of the shows with these ``slugs``."""

    slugs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Speakers:
    """A condition: somebody speaks in a transcript whose name has words that begin like ``words``, which are folded."""

    words: tuple[str, ...]

    def match(self, name: str) -> bool:
        """Return whether a speaker's name meets the condition."""
        own = fold(name).split()
        return all(any(part.startswith(word) for part in own) for word in self.words)


Clause = Word | Phrase | Dates | Shows | Speakers


def find(clause: Clause, postings: PostingReader, episodes: Mapping[int, Ranked]) -> Scores:
    """Return the scores of the documents that meet a condition; ``episodes`` has the episode of every document."""
    match clause:
        case Word():
            return _find_word(clause, postings)
        case Phrase():
            return _find_phrase(clause, postings)
        case Dates(first, end):
            return {n: FLAT_SCORE for n, ranked in episodes.items() if first <= ranked.episode.date.date() < end}
        case Speakers():
            talks = postings.talk.recordings
            return {one.episode: FLAT_SCORE for one in talks if any(map(clause.match, one.speakers))}
        case Shows(slugs):
            return {n: FLAT_SCORE for n, ranked in episodes.items() if ranked.episode.show in slugs}


class PlaceFinder:
    """A finder of the words of a query's ``clauses`` in one document after the other."""

    def __init__(self, clauses: Iterable[Clause], postings: PostingReader) -> None:
        self._postings = postings
        self._phrases = [clause for clause in clauses if isinstance(clause, Phrase)]
        words = [clause for clause in clauses if isinstance(clause, Word)]
        #: The positions of each word by the number of the document, and whether the word was completed.
        self._words = [
            (listing.places, term in word.completions)
            for word in words for term in word.terms if (listing := postings.listing(term)).numbers
        ]  # fmt: skip

    def places(self, number: int) -> tuple[list[int], list[int]]:
        """Return the positions of the words in document ``number``, as ``grid`` numbers them.

        The first list is for words that were typed in full, the second one for completions.
        """
        typed: list[int] = []
        completed: list[int] = []
        for positions, is_completed in self._words:
            value = positions.get(number)
            if value is not None:
                (completed if is_completed else typed).extend(unpack(value))
        for phrase in self._phrases:
            starts = _phrase_starts(phrase, number, self._postings)
            typed += [start + n for start in starts for n in range(len(phrase.texts))]
        return typed, completed


def phrase_places(phrase: Phrase, postings: PostingReader) -> Places:
    """Return the places in transcripts at which a phrase begins."""
    lists = [postings.said(text) for text in phrase.texts]
    rarest = min(range(len(lists)), key=lambda number: len(lists[number]))
    starts = lists[rarest] - rarest
    for step, places in enumerate(lists):
        if not len(starts):
            break
        starts = starts[contains(places, starts + step)]
    return starts.astype(np.int32)


def occurs(clause: Clause, postings: PostingReader) -> bool:
    """Return whether a condition about words is met anywhere, in notes or in a transcript."""
    if find(clause, postings, {}):
        return True
    if isinstance(clause, Word) and not clause.field:
        return any(len(postings.said(term)) for term in clause.terms)
    return isinstance(clause, Phrase) and not clause.field and len(phrase_places(clause, postings)) > 0


def parse_dates(name: str, text: str) -> Dates | None:
    """Return the condition of ``year:2019``, ``before:2020-06`` or ``after:2020-06-15``, given the name and the text.

    None where ``text`` is no date, or ``name`` none of the three.
    """
    match = _DATE.fullmatch(text)
    if not match or name not in ("year", "before", "after") or (name == "year" and match[2]):
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            end = first + timedelta(days=1)
        elif month:
            end = (first + timedelta(days=32 - first.day)).replace(day=1)
        else:
            end = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
    if name == "before":
        return Dates(date.min, first)
    return Dates(first, end) if name == "year" else Dates(end, date.max)


def _find_word(word: Word, postings: PostingReader) -> Scores:
    scores: dict[int, float] = {}
    for term, worth in word.terms.items():
        listing = postings.listing(term)
        if word.field:
            scores |= _find_in_field(listing, word.field)
        elif not scores:
            scores = {number: worth * weight for number, weight in listing.weights.items()}
        else:
            for number, weight in listing.weights.items():
                if worth * weight > scores.get(number, 0.0):
                    scores[number] = worth * weight
    return scores


def _find_in_field(listing: PostingList, field: Field) -> Scores:
    return {
        number: FLAT_SCORE
        for number, value in listing.places.items()
        if next(within(unpack(value), field), None) is not None
    }


def _find_phrase(phrase: Phrase, postings: PostingReader) -> Scores:
    listings = [postings.listing(text) for text in phrase.texts]
    # The rarest word comes first, so that the sets stay small.
    candidates = set.intersection(*(set(listing.numbers) for listing in sorted(listings, key=lambda x: len(x.numbers))))
    numbers = [number for number in candidates if _phrase_starts(phrase, number, postings)]
    if not phrase.worth:
        return dict.fromkeys(numbers, FLAT_SCORE)
    return {
        number: phrase.bonus + sum(w * x.weights[number] for w, x in zip(phrase.worth, listings, strict=True))
        for number in numbers
    }


def _phrase_starts(phrase: Phrase, number: int, postings: PostingReader) -> Iterable[int]:
    """Return the word positions in document ``number`` at which a phrase begins, in order."""
    starts: set[int] | None = None
    for step, text in enumerate(phrase.texts):
        value = postings.listing(text).places.get(number)
        if value is None:
            return ()
        unpacked = unpack(value)
        own = within(unpacked, phrase.field) if phrase.field else unpacked
        possible = {place - step for place in own}
        starts = possible if starts is None else starts & possible
        if not starts:
            return ()
    return sorted(starts or ())
