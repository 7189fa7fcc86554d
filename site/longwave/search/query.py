"""What is asked of the search, read from an address's parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from longwave.content.text.plain_text import MAX_SLUG_LENGTH

Sort = Literal["relevance", "newest", "oldest"]

#: A query is cut there; nobody types more.
LONGEST = 200
MOST_PER_PAGE = 50
_SORTS = ("relevance", "newest", "oldest")
_NUMBER = re.compile(r"[0-9]{1,9}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


class BadQuery(Exception):  # noqa: N818 - what it is called in the answer
    """A parameter that can't be read. ``message`` is for the visitor: a 400."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Query:
    """One page of one search. ``show``, ``tag`` and ``guest`` are slugs; empty (and None) means any.

    ``exact`` asks for no corrected spelling.
    """

    q: str = ""
    page: int = 1
    per_page: int = 10
    show: str = ""
    tag: str = ""
    guest: str = ""
    year: int | None = None
    sort: Sort = "relevance"
    exact: bool = False


def read_query(args: Mapping[str, str]) -> Query:
    """The query that an address's parameters ask for; those it doesn't know are left alone.

    Raises BadQuery for a number or an order that can't be read, and for more than 50 a page.
    """
    sort = args.get("sort", "").strip() or "relevance"
    if sort not in _SORTS:
        raise BadQuery(f"sort: expected {', '.join(_SORTS)}.")
    return Query(
        q=_UNPRINTABLE.sub(" ", args.get("q", "")[: 2 * LONGEST]).strip()[:LONGEST].strip(),
        page=_number(args, "page", 1, least=1),
        per_page=_number(args, "per_page", 10, least=1, most=MOST_PER_PAGE),
        show=_slug(args, "show"),
        tag=_slug(args, "tag"),
        guest=_slug(args, "guest"),
        year=_number(args, "year", 0) or None,
        sort=cast("Sort", sort),
        exact=args.get("exact", "").strip().lower() in ("1", "true", "yes", "on"),
    )


def _slug(args: Mapping[str, str], name: str) -> str:
    return args.get(name, "").strip()[:MAX_SLUG_LENGTH]


def _number(args: Mapping[str, str], name: str, default: int, least: int = 0, most: int = 999_999_999) -> int:
    text = args.get(name, "").strip()
    if not text:
        return default
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        limits = f"from {least} to {most}" if most <= MOST_PER_PAGE else f"of at least {least}"
        raise BadQuery(f"{name}: expected a whole number {limits}.")
    return int(text)
