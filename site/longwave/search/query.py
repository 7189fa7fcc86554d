"""A search query, read from an address's parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from longwave.content.text.plain_text import MAX_SLUG_LENGTH
from longwave.search.facets import FILTERS, Filter

Sort = Literal["relevance", "newest", "oldest"]

#: The most characters of a query that are read; the rest is ignored.
LONGEST = 200
MAX_PER_PAGE = 50
#: The parameters of a search's address.
PARAMETERS = ("q", "page", "per_page", *(filter_.name for filter_ in FILTERS), "sort", "exact")
_SORTS = ("relevance", "newest", "oldest")
_NUMBER = re.compile(r"[0-9]{1,9}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


class BadQuery(Exception):  # noqa: N818 - named after HTTP's Bad Request
    """An error for a parameter that can't be read (400). ``message`` is for the visitor."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Query:
    """A request for one page of a search. ``filters`` are the chosen values by the names of their filters.

    With ``exact`` no spelling is corrected.
    """

    q: str = ""
    page: int = 1
    per_page: int = 10
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: Sort = "relevance"
    exact: bool = False


def read_query(args: Mapping[str, str]) -> Query:
    """Return the query of an address's parameters; unknown parameters are ignored.

    Raises BadQuery for a number or an order that can't be read, and for more than 50 results a page.
    """
    sort = args.get("sort", "").strip() or "relevance"
    if sort not in _SORTS:
        raise BadQuery(f"sort: expected {', '.join(_SORTS)}.")
    return Query(
        q=_UNPRINTABLE.sub(" ", args.get("q", "")[: 2 * LONGEST]).strip()[:LONGEST].strip(),
        page=_number(args, "page", 1, least=1),
        per_page=_number(args, "per_page", 10, least=1, maximum=MAX_PER_PAGE),
        filters={filter_.name: value for filter_ in FILTERS if (value := _value(args, filter_))},
        sort=cast("Sort", sort),
        exact=args.get("exact", "").strip().lower() in ("1", "true", "yes", "on"),
    )


def _value(args: Mapping[str, str], filter_: Filter) -> str:
    """Return the value chosen for a filter in an address's parameters, or an empty text. Raises BadQuery."""
    if filter_.numeric:
        return str(_number(args, filter_.name, 0) or "")
    return args.get(filter_.name, "").strip()[:MAX_SLUG_LENGTH]


def _number(args: Mapping[str, str], name: str, default: int, least: int = 0, maximum: int = 999_999_999) -> int:
    text = args.get(name, "").strip()
    if not text:
        return default
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= maximum:
        limits = f"from {least} to {maximum}" if maximum <= MAX_PER_PAGE else f"of at least {least}"
        raise BadQuery(f"{name}: expected a whole number {limits}.")
    return int(text)
