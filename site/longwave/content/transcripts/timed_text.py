"""The reader of plain text with times: ``[0:05] Ann: …``, ``Ann Lee (00:05)`` above a text, and Whisper's tables."""

from __future__ import annotations

import re

from longwave.content.transcripts.reading import CLOCK, LeftOut, Reading, clock_seconds, plain, with_ends
from longwave.content.transcripts.speakers import with_speakers
from longwave.model import Cue

_EXPECTED = "lines that begin with a time, such as [0:05]"
#: A time before a text, in brackets or not, perhaps with the time of its end.
_TIME_FIRST = re.compile(
    rf"(?P<open>[\[(<])?[ ]*{CLOCK}(?:[ ]*(?:-->|-|–|—|to)[ ]*(?:\d{{1,3}}:){{1,2}}\d\d(?:[.,]\d{{1,9}})?)?[ ]*"
    r"(?P<close>[\])>])?(?:[ ]*[:–—|-](?=\s|$))?(?P<text>.*)",
    re.ASCII,
)
#: A name before a time: with brackets the text may follow, without brackets it is on the next line.
_NAME_FIRST = re.compile(
    rf"(?P<name>[^\W_][^:\[\]()<>|]{{0,60}}?)[ \t]*:?[ \t]*(?:[\[(]{CLOCK}[\])]:?(?P<text>.*)|(?<=[ \t])"
    rf"(?P<bare>(?:\d{{1,3}}:)?\d{{1,3}}:\d\d))",
)
_BARE = re.compile(CLOCK, re.ASCII)
_TABLE_ROW = re.compile(r"(\d{1,10})\t(\d{1,10})\t(.*)", re.ASCII)
_BOLD = re.compile(r"\*\*|__")
_MAX_LINE_START = 120


def read_timed_text(_file: str, text: str) -> Reading:
    """Return the cues of a text with times at the beginning of lines; each ends where the next one starts."""
    reading = Reading(_EXPECTED)
    if re.match(r"start\tend\ttext\n", text):
        _read_table(reading, text)
        return reading
    begun: list[tuple[float, str, list[str]]] = []
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        found = _begin(line, begun[-1][0] if begun else 0.0)
        if found is None:
            if begun and line:
                begun[-1][2].append(line)
        elif found[0] is None:
            reading.left_out.append(LeftOut(number, repr(line)[:120]))
        else:
            begun.append((found[0], found[1], [found[2]]))
    cues = with_speakers(Cue(start, start, name, plain(" ".join(lines))) for start, name, lines in begun)
    reading.cues = with_ends([cue for cue in cues if cue.text])
    return reading


def _begin(line: str, previous: float) -> tuple[float | None, str, str] | None:
    """Return the time, the speaker and the text of a line with a time at its beginning; None for any other line.

    The time is None if it can't be read. One without brackets that is earlier than the ``previous`` is part of a text.
    """
    bare = _BOLD.sub("", line[:_MAX_LINE_START]) + line[_MAX_LINE_START:]
    match = _TIME_FIRST.fullmatch(bare)
    # A time without a bracket has to be followed by a space, which it isn't in texts such as 10:30am.
    if match and (match["close"] or not match["text"].strip() or _has_space(match)):
        hours, minutes, seconds, fraction = match.group(2, 3, 4, 5)
        start = clock_seconds(hours, minutes, seconds, fraction)
        if match["open"] or (start is not None and start >= previous):
            return start, "", match["text"].strip()
        return None
    match = _NAME_FIRST.fullmatch(bare)
    if match is None:
        return None
    clock = _BARE.fullmatch(match["bare"]) if match["bare"] else None
    start = clock_seconds(*(clock.groups() if clock else match.group(2, 3, 4, 5)))
    is_name = len(match["name"].split()) <= 5 and (match["bare"] is None or (start is not None and start >= previous))
    return (start, match["name"].strip(), (match["text"] or "").strip()) if is_name else None


def _has_space(match: re.Match[str]) -> bool:
    """Return whether a space stands before the text of a line, or at its beginning."""
    at = match.start("text")
    return match.string[at - 1 : at + 1].strip() != match.string[at - 1 : at + 1]


def _read_table(reading: Reading, text: str) -> None:
    """Add the rows of Whisper's table: start and end in milliseconds, and the text."""
    for number, line in enumerate(text.split("\n")[1:], 2):
        row = _TABLE_ROW.fullmatch(line)
        if row:
            start, end = int(row[1]) / 1000, int(row[2]) / 1000
            reading.cues.append(Cue(start, max(start, end), "", plain(row[3])))
        elif line.strip():
            reading.left_out.append(LeftOut(number, repr(line)[:120]))
