"""What can be asked of an episode, each with how to find those of which it is true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from longwave.search.facets import Ranked
from longwave.search.grid import STEP, Field, unpack, within
from longwave.search.postings import Listing, Postings

#: The score of a document in which something stands that isn't weighed by words.
FLAT = 5.0

Scores = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Word:
    """Documents with one of ``terms``, folded words that map to what a hit is worth; in ``field``, if one is named.

    ``half`` are those of the terms that were only begun.
    """

    terms: Mapping[str, float]
    field: Field | None = None
    half: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Documents in which ``texts`` stand in a row, each worth so much; in ``field``, if one is named.

    ``row`` is what it adds that they do.
    """

    texts: tuple[str, ...]
    worth: tuple[float, ...] = ()
    field: Field | None = None
    row: float = FLAT


@dataclass(frozen=True, slots=True)
class Dates:
    """Episodes from ``first`` to the day before ``end``."""

    first: date
    end: date


@dataclass(frozen=True, slots=True)
class Shows:
    """Episodes of these shows."""

    slugs: frozenset[str]


Clause = Word | Phrase | Dates | Shows


def find(clause: Clause, postings: Postings, episodes: Mapping[int, Ranked]) -> Scores:
    """The documents of which a clause is true, with their scores."""
    match clause:
        case Word():
            return _word(clause, postings)
        case Phrase():
            return _phrase(clause, postings)
        case Dates(first, end):
            return {n: FLAT for n, ranked in episodes.items() if first <= ranked.episode.date.date() < end}
        case Shows(slugs):
            return {n: FLAT for n, ranked in episodes.items() if ranked.episode.show in slugs}


def places(clause: Clause, number: int, postings: Postings) -> tuple[list[int], list[int]]:
    """Where the words of a clause stand in a document: those as they were typed, and those that were only begun."""
    whole: list[int] = []
    begun: list[int] = []
    if isinstance(clause, Word):
        for term in clause.terms:
            value = postings.listing(term).places.get(number)
            if value is not None:
                (begun if term in clause.half else whole).extend(unpack(value))
    elif isinstance(clause, Phrase):
        starts = _row(clause, number, postings)
        whole = [start + STEP * n for start in starts for n in range(len(clause.texts))]
    return whole, begun


def _word(word: Word, postings: Postings) -> Scores:
    scores: dict[int, float] = {}
    for term, worth in word.terms.items():
        listing = postings.listing(term)
        if word.field:
            scores |= _in_field(listing, word.field)
        elif not scores:
            scores = {number: worth * weight for number, weight in listing.weights.items()}
        else:
            for number, weight in listing.weights.items():
                if worth * weight > scores.get(number, 0.0):
                    scores[number] = worth * weight
    return scores


def _in_field(listing: Listing, field: Field) -> Scores:
    return {n: FLAT for n, value in listing.places.items() if next(within(unpack(value), field), None) is not None}


def _phrase(phrase: Phrase, postings: Postings) -> Scores:
    listings = [postings.listing(text) for text in phrase.texts]
    numbers = set.intersection(*(set(listing.numbers) for listing in sorted(listings, key=lambda x: len(x.numbers))))
    found = [number for number in numbers if _row(phrase, number, postings)]
    if not phrase.worth:
        return dict.fromkeys(found, FLAT)
    return {
        number: phrase.row + sum(w * x.weights[number] for w, x in zip(phrase.worth, listings, strict=True))
        for number in found
    }


def _row(phrase: Phrase, number: int, postings: Postings) -> Iterable[int]:
    """Where a phrase begins in a document."""
    starts: set[int] | None = None
    for step, text in enumerate(phrase.texts):
        value = postings.listing(text).places.get(number)
        if value is None:
            return ()
        found = unpack(value)
        here = {place - step * STEP for place in (within(found, phrase.field) if phrase.field else found)}
        starts = here if starts is None else starts & here
        if not starts:
            return ()
    return sorted(starts or ())
