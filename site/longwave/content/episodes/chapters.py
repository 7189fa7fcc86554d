"""Chapters: the parser of JSON chapters (Podcasting 2.0), and the limits on chapters from any source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import itemgetter

from longwave.content.fields.plain_data import line_of_entry, load_json
from longwave.content.fields.salvage import MAX_MISTAKES
from longwave.content.fields.times import MAX_SECONDS
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError, Problem
from longwave.model import Moment

#: The most chapters of an episode, and characters of a title: more than anyone reads, but little memory.
MAX_CHAPTERS, MAX_LETTERS = 3000, 500
_HINT = 'Write {"version": "1.2.0", "chapters": [{"startTime": 81, "title": "…"}]}.'


def parse_chapters(file: str, text: str) -> tuple[tuple[Moment, ...], tuple[Problem, ...]]:
    """Return the chapters in a JSON text in order of time, and a warning for each entry that can't be used.

    Entries without a title or with ``"toc": false`` are left out without a warning. Fractions of seconds are cut.
    ``file`` is the file's name in messages. Raises ContentError for a text without a single entry that can be used.
    """
    loaded = load_json(file, text)
    entries = loaded.get("chapters") if isinstance(loaded, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ContentError(Problem(file, 1, "a list of chapters", "none", _HINT))
    if len(entries) > MAX_CHAPTERS:
        raise ContentError(Problem(file, 1, f"at most {MAX_CHAPTERS:,} chapters", f"{len(entries):,}"))
    timed: list[tuple[float, str]] = []
    unusable: list[int] = []
    for place, entry in enumerate(entries, 1):
        try:
            timed += _entry(entry)
        except ValueError:
            unusable.append(place)
    problems = [_unusable(file, line_of_entry(text, at, "chapters"), at) for at in unusable[:MAX_MISTAKES]]
    if len(unusable) == len(entries):
        raise ContentError(problems[0])
    left_out = (replace(problem, hint=f"It is left out. {_HINT}", level="warning") for problem in problems)
    return sort_chapters(timed), tuple(left_out)


def sort_chapters(timed: Iterable[tuple[float, str]]) -> tuple[Moment, ...]:
    """Return chapters in order of time from pairs of a start in seconds and a title.

    A chapter without a title, before the start or after the end of any recording is left out, and so are those beyond
    ``MAX_CHAPTERS``.
    """
    plain = ((start, _plain(title)) for start, title in timed if 0 <= start < MAX_SECONDS)
    titled = sorted((pair for pair in plain if pair[1]), key=itemgetter(0))
    return tuple(Moment(int(start), title, "chapter") for start, title in titled[:MAX_CHAPTERS])


def _plain(title: str) -> str:
    return one_line(title)[:MAX_LETTERS].rstrip()


def _unusable(file: str, line: int, place: int) -> Problem:
    """Return the warning that the chapter entry number ``place`` (from 1), which begins on ``line``, can't be used."""
    return Problem(file, line, "a startTime in seconds and a title", f"another entry, number {place}", _HINT)


def _entry(entry: object) -> list[tuple[float, str]]:
    """Return a chapter's start and title in a list, empty for a hidden one. Raises ValueError for an unusable entry."""
    if not isinstance(entry, dict):
        raise ValueError(entry)
    start, title = entry.get("startTime"), entry.get("title")
    if title is None or entry.get("toc") is False:
        return []
    if not isinstance(title, str) or not isinstance(start, (int, float)) or isinstance(start, bool):
        raise ValueError(entry)
    if not 0 <= start < MAX_SECONDS:
        raise ValueError(entry)
    return [(start, title)]
