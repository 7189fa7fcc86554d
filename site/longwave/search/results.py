"""The results of a search, and their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from longwave.model import MomentSource


@dataclass(frozen=True, slots=True)
class HitMoment:
    """A timestamp that matches. ``label`` is its time (``20:03``); ``html`` is its text, escaped, with ``<mark>``.

    ``url`` is the episode's path with the time as its fragment: ``/podcast/exam-pro#t=20:03``. ``language`` is that of
    a transcript in another language than the show's, else empty.
    """

    seconds: int
    label: str
    html: str
    url: str
    source: MomentSource
    speaker: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An episode that matches. ``url`` is its path; ``date`` is ISO 8601; ``guests`` and ``tags`` are labels.

    Fields that end in ``_html`` are escaped, except ``<mark>`` around matches. ``score`` orders the hits of one query
    and can't be compared with another's; ``why`` explains a match to the podcaster: ``kubernetes: title, notes``.
    """

    url: str
    title: str
    title_html: str
    show: str
    number: int | float | None
    date: str
    guests: tuple[str, ...]
    tags: tuple[str, ...]
    snippet_html: str
    moments: tuple[HitMoment, ...] = ()
    score: float = 0.0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value by which results can be narrowed, and how many of them have it. ``value`` is spelt as in an address."""

    value: str
    label: str
    count: int


#: The number of results, on all pages, that have each value of a filter, by the filter's name; the most frequent value
#: first. The chosen value of a filter narrows the counts of other filters but not of its own, so that each count is the
#: number of results after a click on that value.
Facets = Mapping[str, tuple[FacetValue, ...]]


@dataclass(frozen=True, slots=True)
class Results:
    """A page of a search: ``total`` counts the results on all ``pages``.

    ``corrected`` is the query in the guessed spelling that was searched instead. ``suggestions`` are similar queries
    that have results; they are given only where this query has none.
    """

    query: str
    total: int = 0
    page: int = 1
    pages: int = 0
    corrected: str | None = None
    suggestions: tuple[str, ...] = ()
    results: tuple[Hit, ...] = ()
    facets: Facets = field(default_factory=dict)


def as_json(results: Results) -> dict[str, Any]:
    """Return the body of ``/search.json``: the fields of the results' classes by their names, tuples as lists."""
    return asdict(results)
