"""What a search answers, and the JSON of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from longwave.model import MomentSource


@dataclass(frozen=True, slots=True)
class HitMoment:
    """A moment that matches. ``label`` is its time (``20:03``); ``html`` is its words, escaped, with ``<mark>``.

    ``url`` is the episode's address with the time as its fragment: ``/podcast/exam-pro#t=20:03``.
    """

    seconds: int
    label: str
    html: str
    url: str
    source: MomentSource
    speaker: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An episode that matches. ``url`` is its path; ``date`` is ISO 8601; ``guests`` and ``tags`` are their labels.

    In what ends in ``_html`` all is escaped but ``<mark>`` around the words that match. ``score`` orders by relevance
    and means nothing beyond one query; ``why`` names what matched, for the podcaster: ``kubernetes: title, notes``.
    """

    url: str
    title: str
    title_html: str
    show: str
    number: int | None
    date: str
    guests: tuple[str, ...]
    tags: tuple[str, ...]
    snippet_html: str
    moments: tuple[HitMoment, ...] = ()
    score: float = 0.0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value by which results can be narrowed, and how many of them have it. ``value`` is as an address has it."""

    value: str
    label: str
    count: int


#: How many results of all pages have each value of a filter, by the filter's name; the most frequent value first. The
#: value that is chosen of a filter narrows the counts of the others, but not its own: a count is what a click gives.
Facets = Mapping[str, tuple[FacetValue, ...]]


@dataclass(frozen=True, slots=True)
class Results:
    """A page of a search: ``total`` counts the results on all ``pages``.

    ``corrected`` is the whole query as it was searched, where a spelling was guessed. ``suggestions`` are queries near
    this one that would find something; there are some only where nothing was found.
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
    """The body of ``/search.json``: the fields of the classes above, by their names, tuples as lists."""
    return asdict(results)
