"""The syntax of queries: words, "phrases", -excluded, this OR that, field:value. No text is a syntax error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from longwave.search.grid import FIELDS

_QUOTES = str.maketrans("“”„‟«»", '""""""')
_FIELDS = (*FIELDS, "speaker", "show", "year", "before", "after")
_TERM = re.compile(
    r"(?P<minus>(?<!\S)-(?=[\w\".]))?"
    rf"(?:(?P<field>{'|'.join(_FIELDS)}):)?"
    r'(?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase as it was typed. ``start`` is the index of ``text`` in the query.

    ``quoted``: it stood between two quotation marks; ``excluded``: after a minus; ``last``: at the query's end.
    """

    text: str
    start: int
    field: str = ""
    quoted: bool = False
    excluded: bool = False
    last: bool = False


def parse_syntax(query: str) -> tuple[tuple[Term, ...], ...]:
    """Return the terms of a query: each inner tuple is one term, or several alternatives joined by ``OR``."""
    matches = list(_TERM.finditer(query.translate(_QUOTES)))
    groups: list[tuple[Term, ...]] = []
    joined = False
    for match in matches:
        if match[0] == "OR" and groups and match is not matches[-1]:
            joined = True
            continue
        term = _term(match, last=match is matches[-1])
        if joined and not term.excluded and not groups[-1][0].excluded:
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
        joined = False
    return tuple(groups)


def _term(match: re.Match[str], *, last: bool) -> Term:
    part = "word" if match["word"] is not None else "quoted"
    return Term(
        text=match[part],
        start=match.start(part),
        field=(match["field"] or "").lower(),
        quoted=bool(match["end"]),
        excluded=bool(match["minus"]),
        last=last,
    )
