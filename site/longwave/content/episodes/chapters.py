"""Chapters from a file in the form of Podcasting 2.0, and what holds for chapters wherever they come from."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from longwave.content.fields.plain_data import line_of_entry, load_json
from longwave.content.fields.times import MAX_SECONDS
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError, Problem
from longwave.model import Moment

#: Far more than anybody looks through, and little enough to be kept in memory with each episode.
MAX_CHAPTERS, MAX_LETTERS = 3000, 500
_HINT = 'Write {"version": "1.2.0", "chapters": [{"startTime": 81, "title": "…"}]}.'


def parse_chapters(file: str, text: str) -> tuple[Moment, ...]:
    """The chapters in ``text`` in order of time, without those that have no title or say ``"toc": false``.

    Fractions of seconds are cut. Raises ContentError.
    """
    loaded = load_json(file, text)
    entries = loaded.get("chapters") if isinstance(loaded, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ContentError(Problem(file, 1, "a list of chapters", "none", _HINT))
    if len(entries) > MAX_CHAPTERS:
        raise ContentError(Problem(file, 1, f"at most {MAX_CHAPTERS:,} chapters", f"{len(entries):,}"))
    timed = []
    for place, entry in enumerate(entries, 1):
        try:
            timed += _entry(entry)
        except ValueError:
            line, found = line_of_entry(text, place, "chapters"), f"another entry, number {place}"
            raise ContentError(Problem(file, line, "a startTime in seconds and a title", found, _HINT)) from None
    return in_order(timed)


def in_order(timed: Iterable[tuple[float, str]]) -> tuple[Moment, ...]:
    """Chapters from their starts in seconds and their titles; those without words or out of bounds are left out."""
    told = ((start, _plain(title)) for start, title in timed if 0 <= start < MAX_SECONDS)
    known = sorted((pair for pair in told if pair[1]), key=itemgetter(0))
    return tuple(Moment(int(start), title, "chapter") for start, title in known[:MAX_CHAPTERS])


def _plain(title: str) -> str:
    return one_line(title)[:MAX_LETTERS].rstrip()


def _entry(entry: object) -> list[tuple[float, str]]:
    """An entry's start and title, as often as it is shown: once or not at all. Raises ValueError."""
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
