"""The parser of a chapter's entry, in any form that people and programs write, and the limits on all chapters."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from longwave.content.fields.times import MAX_SECONDS, parse_time
from longwave.content.text.plain_text import one_line
from longwave.model import Chapter, Moment
from longwave.urls import is_absolute, web_address

#: The most chapters of an episode, and characters of a title: more than anyone reads, but little memory.
MAX_CHAPTERS, MAX_LETTERS = 3000, 500
#: The most characters of an address of a page or a picture.
_MAX_ADDRESS = 2000
_LINE = re.compile(
    r"(?:[-*+•]\s+)?[(\[]?(?P<start>(?:\d{1,3}:)?\d{1,3}:\d\d(?:[.,]\d{1,9})?)[)\]]?"
    r"(?:\s*(?:-{1,3}|[‐‑‒–—―−|:])\s+|\s+)(?P<title>\S.*)",
    re.ASCII,
)
_ADDRESS_AT_END = re.compile(r"(?P<title>.*?)\s*<(?P<url>https?://[^<>\s]+)>")
#: The names under which programs and people write each part of a chapter, in order of precedence.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "start": ("start", "startTime", "start_time", "time"),
    "title": ("title", "name"),
    "end": ("end", "endTime", "end_time"),
    "url": ("url", "href", "link"),
    "image": ("image", "img"),
}
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Flaw:
    """A mistake in an entry of a list of chapters; ``place`` is the entry's number, from 1.

    With ``is_used``, the mistaken value is used nevertheless. Otherwise that value is left out, or with
    ``chapter_lost`` the whole chapter.
    """

    place: int
    expected: str
    found: object
    chapter_lost: bool = False
    is_used: bool = False

    @property
    def hint(self) -> str:
        """Return the sentence that tells the author what is left out: the chapter, only the value, or nothing."""
        if self.is_used:
            return "It is taken as a text."
        return "The chapter is left out." if self.chapter_lost else "It is left out; the chapter stays."


def read_chapters(entries: Sequence[object]) -> tuple[tuple[Chapter, ...], tuple[Flaw, ...]]:
    """Return the chapters that a list of maps or texts describes, in order of time, and a flaw for each mistake.

    A text is a time and a title, such as ``1:21 How it began``. An entry without a title, an address and a picture says
    nothing, and is left out without a flaw.
    """
    chapters: list[Chapter] = []
    flaws: list[Flaw] = []
    for place, entry in enumerate(entries, 1):
        values = split_line(entry) if isinstance(entry, str) else _timed(entry)
        if not isinstance(values, Mapping):
            flaws.append(Flaw(place, 'a start and a title, such as {start: "1:21", title: "…"}', entry, True))
            continue
        chapter = _chapter(values, place, flaws)
        if chapter is not None and (chapter.title or chapter.url or chapter.image):
            chapters.append(chapter)
    return sort_chapters(chapters), tuple(flaws)


def listed_chapters(written: Sequence[object] | Mapping[str, object] | str) -> Sequence[object]:
    """Return the entries in the value of the key ``chapters``; none if the value is the name of a file.

    The value may be a list, a map of times and titles (or one entry), or a text with a chapter on each line.
    """
    if isinstance(written, str):
        return [] if chapters_file(written) else [line for line in written.split("\n") if line.strip()]
    if isinstance(written, Mapping):
        is_entry = any(name in written for name in _NAMES["start"])
        return [written] if is_entry else [{"start": start, "title": title} for start, title in written.items()]
    return written


def chapters_file(written: object) -> str:
    """Return the name of the file in the value of the key ``chapters``; empty if the value has the chapters itself."""
    return written if isinstance(written, str) and not ("\n" in written.strip() or split_line(written)) else ""


def sort_chapters(chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
    """Return chapters in order of time, with titles of one line.

    Chapters are left out if their start is negative or later than any recording lasts, if they have no title, address
    and picture, or if there are more than ``MAX_CHAPTERS``. An end that isn't after its start counts as unknown.
    """
    plain = (_plain(chapter) for chapter in chapters if 0 <= chapter.start < MAX_SECONDS)
    telling = [chapter for chapter in plain if chapter.title or chapter.url or chapter.image]
    return tuple(sorted(telling, key=lambda chapter: chapter.start)[:MAX_CHAPTERS])


def chapters_of_notes(moments: Iterable[Moment]) -> tuple[Chapter, ...]:
    """Return a chapter for each timestamp of show notes, in order of time; of several at one second, only the first."""
    first = {moment.seconds: moment.text for moment in reversed([*moments])}
    return tuple(Chapter(seconds, first[seconds]) for seconds in sorted(first))


def split_line(line: str) -> Mapping[str, str] | None:
    """Return the start, the title and the address in a line such as ``1:21 How it began <https://example.com>``."""
    match = _LINE.fullmatch(line.strip())
    if match is None:
        return None
    linked = _ADDRESS_AT_END.fullmatch(match["title"])
    address = {"url": linked["url"]} if linked else {}
    return {"start": match["start"], "title": linked["title"] if linked else match["title"], **address}


def _timed(entry: object) -> object:
    """Return ``{"1:21": "How it began"}`` as a map with the keys ``start`` and ``title``; other entries unchanged."""
    if isinstance(entry, Mapping) and len(entry) == 1:
        start, title = next(iter(entry.items()))
        if parse_time(start) is not None:
            return {"start": start, "title": title}
    return entry


def _plain(chapter: Chapter) -> Chapter:
    title, end = one_line(chapter.title)[:MAX_LETTERS].rstrip(), chapter.end
    end = end if chapter.start < end < MAX_SECONDS and math.isfinite(end) else 0
    return replace(chapter, title=title, end=end)


def _chapter(values: Mapping[Any, Any], place: int, flaws: list[Flaw]) -> Chapter | None:
    """Return the chapter that a map describes, None without a usable start; add its mistakes to ``flaws``.

    ``place`` is the number of the map in the list of chapters, for messages.
    """
    named = {
        part: next((values[n] for n in names if values.get(n) is not None), None) for part, names in _NAMES.items()
    }
    start, title = parse_time(named["start"]), named["title"]
    if start is None:
        flaws.append(Flaw(place, "a start such as 81, 81.5 or 1:21", named["start"], True))
        return None
    if isinstance(title, (int, float)) and not isinstance(title, bool):
        flaws.append(Flaw(place, "a title in quotes", title, is_used=True))
        title = str(title)
    if not isinstance(title, str | None):
        flaws.append(Flaw(place, "a title", title, True))
        return None

    def checked(part: str, expected: str, value: str | float | None) -> Any:
        if value is None and named[part] not in (None, ""):
            flaws.append(Flaw(place, expected, named[part]))
        return value

    end = parse_time(named["end"])
    return Chapter(
        start=start,
        title=title or "",
        end=checked("end", "an end after the start", end if end is not None and end > start else None) or 0,
        url=checked("url", "an address that begins with https://", _address(named["url"])) or "",
        image=checked("image", "a picture below content/images, or its address", _picture(named["image"])) or "",
        toc=_toc(values, place, flaws),
    )


def _toc(values: Mapping[Any, Any], place: int, flaws: list[Flaw]) -> bool:
    """Return whether players list a chapter: its key ``toc``, or the opposite of its ``hidden``; True by default.

    A flaw of entry number ``place`` is added to ``flaws`` for a value that is neither true nor false.
    """
    for name in ("toc", "hidden"):
        value = values.get(name)
        if value is not None:
            known = value if isinstance(value, bool) else _WORDS.get(str(value).strip().lower()[:9])
            if known is None:
                flaws.append(Flaw(place, f"{name}: true or false", value))
                return True
            return known is (name == "toc")
    return True


def _address(value: object) -> str | None:
    try:
        return web_address(value.strip()) if isinstance(value, str) and len(value) < _MAX_ADDRESS else None
    except ValueError:
        return None


def _picture(value: object) -> str | None:
    """Return the web address of a picture or its name below content/images; None for anything else."""
    if (
        not isinstance(value, str)
        or not value.strip()
        or len(value) >= _MAX_ADDRESS
        or one_line(value) != value.strip()
    ):
        return None
    return _address(value) if is_absolute(value.strip()) else value.strip()
