"""What was typed, taken apart: words, "phrases", -without, this OR that, field:value. Nothing typed is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTES = str.maketrans("“”„‟«»", '""""""')
_TERM = re.compile(
    r"(?P<minus>(?<!\S)-(?=[\w\".]))?"
    r"(?:(?P<field>guest|tag|title|show|year|before|after):)?"
    r'(?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was typed. ``start`` is the place of ``text`` in the query; an open quote makes nothing quoted."""

    text: str
    start: int
    field: str = ""
    quoted: bool = False
    without: bool = False
    last: bool = False


def read_syntax(query: str) -> tuple[tuple[Term, ...], ...]:
    """The terms of a query: each inner tuple is one term, or those of which any will do."""
    found = list(_TERM.finditer(query.translate(_QUOTES)))
    groups: list[tuple[Term, ...]] = []
    joined = False
    for match in found:
        if match[0] == "OR" and groups and match is not found[-1]:
            joined = True
            continue
        term = _term(match, last=match is found[-1])
        if joined and not term.without and not groups[-1][0].without:
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
        without=bool(match["minus"]),
        last=last,
    )
