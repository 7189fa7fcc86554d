"""The parsers of files of chapters: JSON, Podlove Simple Chapters, and lines of text as mp4chaps writes them.

The JSON is that of Podcasting 2.0, Podlove's, or a bare list. The form is recognised by the text, as all of them are
found under the suffixes ``.json``, ``.xml``, ``.psc`` and ``.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lxml import etree

from longwave.content.episodes.chapter_entries import MAX_CHAPTERS, Flaw, read_chapters, split_line
from longwave.content.fields.plain_data import line_of_entry, load_json
from longwave.content.fields.salvage import MAX_MISTAKES
from longwave.errors import ContentError, Problem
from longwave.model import Chapter

#: The attributes of a chapter in Podlove Simple Chapters.
_ATTRIBUTES = ("start", "title", "href", "image")
#: A line of OGM's text form: the number of a chapter, and its time or its name.
_OGM = re.compile(r"CHAPTER(\d{1,4})(NAME)?\s*=(.*)", re.IGNORECASE | re.ASCII)
_HINT = 'Write {"version": "1.2.0", "chapters": [{"startTime": 81, "title": "…"}]}, or lines such as 1:21 Title.'
#: The line on which a chapter's entry begins, and the entry in a form that ``read_chapters`` takes.
Entry = tuple[int, object]


def parse_chapters(file: str, text: str) -> tuple[tuple[Chapter, ...], tuple[Problem, ...]]:
    """Return the chapters in the text of a file in order of time, and a warning for each mistake.

    A chapter without a usable start is left out; of one with a bad address, picture or end, only that value is.
    ``file`` is the file's name in messages. Raises ContentError for a text without a single entry that can be used.
    """
    begins = text.lstrip("\ufeff \t\n")[:1]
    read = _from_xml if begins == "<" else _from_json if begins in ("{", "[") or file.endswith(".json") else _from_lines
    entries, line_of = read(file, text)
    if not entries:
        raise ContentError(Problem(file, 1, "a list of chapters", "none", _HINT))
    if len(entries) > MAX_CHAPTERS:
        raise ContentError(Problem(file, 1, f"at most {MAX_CHAPTERS:,} chapters", f"{len(entries):,}"))
    chapters, flaws = read_chapters(entries)
    lost = [flaw for flaw in flaws if flaw.chapter_lost]
    if len(lost) == len(entries):
        raise ContentError(replace(_problem(file, line_of, lost[0]), hint=_HINT, level="error"))
    return chapters, tuple(_problem(file, line_of, flaw) for flaw in flaws[:MAX_MISTAKES])


def _problem(file: str, line_of: Callable[[int], int], flaw: Flaw) -> Problem:
    found = "none" if flaw.found is None else repr(flaw.found)[:80]
    where = f"{found} in chapter {flaw.place}"
    return Problem(file, line_of(flaw.place), flaw.expected, where, flaw.hint, "warning")


#: The result of reading a text: the entries of chapters, and a function from an entry's number (from 1) to its line.
_Read = tuple[Sequence[object], Callable[[int], int]]


def _from_json(file: str, text: str) -> _Read:
    loaded = load_json(file, text)
    key = "chapters" if isinstance(loaded, dict) else ""
    entries = loaded.get(key) if isinstance(loaded, dict) else loaded
    return entries if isinstance(entries, list) else [], lambda place: line_of_entry(text, place, key)


def _from_xml(file: str, text: str) -> _Read:
    """Return the entries of Podlove Simple Chapters. Raises ContentError."""
    if "<!ENTITY" in text:
        # A short text of entities within entities expands to gigabytes, and one may name another file.
        raise ContentError(Problem(file, 1, "XML without entities", "<!ENTITY"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ContentError(
            Problem(file, line, "valid XML", " ".join(str(error).split(", line")[0].split())[:100])
        ) from None
    found = [element for element in root.iter("{*}chapter") if isinstance(element.tag, str)]
    entries = [{name: element.get(name) for name in _ATTRIBUTES} for element in found]
    return entries, lambda place: found[place - 1].sourceline or 1


def _from_lines(_: str, text: str) -> _Read:
    """Return the entries of lines of text: ``00:01:21.000 Title``, or pairs of CHAPTER01= and CHAPTER01NAME=."""
    entries = list(_lines(text))
    return [entry for _, entry in entries], lambda place: entries[place - 1][0]


def _lines(text: str) -> Iterator[Entry]:
    ogm: dict[str, dict[str, str]] = {}
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        part = _OGM.fullmatch(line.strip())
        if part:
            is_new = part[1] not in ogm
            chapter = ogm.setdefault(part[1], {})
            chapter["title" if part[2] else "start"] = part[3].strip()
            if is_new:
                yield number, chapter
        elif line.strip() and not line.startswith("#"):
            yield number, split_line(line) or line.strip()
