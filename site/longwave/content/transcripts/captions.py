"""The reader of captions: WebVTT and SubRip, as strict or as careless as programs write them, and SubViewer.

A cue's text goes on until the times of the next cue, so that blank lines inside a cue lose no words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from longwave.content.transcripts.reading import CLOCK, LeftOut, Reading, clock_seconds, plain
from longwave.content.transcripts.speakers import with_speakers
from longwave.model import Cue

_EXPECTED = "a cue with times such as 00:01:02.000 --> 00:01:04.500"
_ARROW = "-->"
# In a pattern, two adjacent repetitions never match the same character, so that no text takes quadratic time.
_TIMES = re.compile(
    rf"{CLOCK}(?:[ \t]*(?:-{{1,3}}>|→)(?:[ \t]*{CLOCK}(?:[ \t].*)?)?|(?:,|[ \t]*[-–—=][ \t]*|[ \t]+){CLOCK})", re.ASCII
)
_LOOKS_LIKE_TIMES = re.compile(r"[\d:.,;]+[ \t]*-->", re.ASCII)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")
_MARKUP = re.compile(r"</?[\w.:][^<>]*>|\{\\[^{}\\]*\}")
_COMMENT = re.compile(r"(?:NOTE|WEBVTT)(?:[ \t].*)?|STYLE|REGION")

#: The start and the end of a cue in seconds; None for times that can't be read.
Span = tuple[float, float] | None


def is_captions(text: str) -> bool:
    """Return whether a text is WebVTT or SubRip: it has WebVTT's first line, or a line with the times of a cue."""
    return text.startswith("WEBVTT") or any(_TIMES.fullmatch(line.strip()) for line in _time_lines(text))


def _time_lines(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if _ARROW in line or line[:1].isdigit())


def read_captions(_file: str, text: str) -> Reading:
    """Return the cues of WebVTT or SubRip, and those whose times can't be read."""
    reading = Reading(_EXPECTED)
    lines = [line.strip() for line in text.split("\n")]
    has_comments = text.startswith("WEBVTT")
    spans = [*_spans(lines)]
    is_spread = bool(spans) and _is_spread(lines[: spans[0][0]])
    for (at, span), (end, _) in pairwise([*spans, (len(lines), None)]):
        if span is None:
            reading.left_out.append(LeftOut(at + 1, repr(lines[at])[:120]))
            continue
        body: Sequence[str] = lines[at + 1 : end]
        body = body if end == len(lines) else _without_identifier(body, is_spread=is_spread)
        reading.cues += _voices(*span, _without_comments(body) if has_comments else body)
    reading.cues = with_speakers(reading.cues)
    return reading


def _spans(lines: Sequence[str]) -> Iterator[tuple[int, Span]]:
    """Yield the index of each line with the times of a cue, and the times."""
    for at, line in enumerate(lines):
        match = _TIMES.fullmatch(line) if line[:1].isdigit() and ":" in line else None
        if match:
            yield at, _span(match)
        elif _ARROW in line and _begins_cue(lines, at):
            yield at, None


def _span(times: re.Match[str]) -> Span:
    """Return the start and the end of a cue, which are the same if the end is missing or comes first."""
    first, last = times.groups()[:4], times.groups()[4:8] if times[6] else times.groups()[8:]
    start = clock_seconds(*first)
    end = clock_seconds(*last) if last[1] else start
    return None if start is None or end is None else (start, max(start, end))


def _begins_cue(lines: Sequence[str], at: int) -> bool:
    """Return whether a line with an arrow stands where a cue's times do, rather than in a text or a comment."""
    if _COMMENT.fullmatch(lines[at]):
        return False
    above = at - 1 if at and lines[at - 1].isdigit() else at
    return _LOOKS_LIKE_TIMES.match(lines[at]) is not None or above == 0 or not lines[above - 1]


def _is_spread(head: Sequence[str]) -> bool:
    """Return whether blank lines separate the first cue's number from its times; ``head`` are the lines before them."""
    filled = [line for line in head if line]
    return bool(filled) and filled[-1].isdigit() and not head[-1]


def _without_identifier(body: Sequence[str], *, is_spread: bool) -> Sequence[str]:
    """Return a cue's lines without the number or the name of the next cue, which stands directly above its times.

    With ``is_spread``, blank lines may stand between this number and the times.
    """
    last = len(body)
    while is_spread and last and not body[last - 1]:
        last -= 1
    if not last or not body[last - 1]:
        return body
    is_number = body[last - 1].isdigit()
    is_name = not is_spread and last > 1 and not body[last - 2] and any(body[: last - 2])
    return body[: last - 1] if is_number or is_name else body


def _without_comments(body: Sequence[str]) -> Sequence[str]:
    """Return the lines without WebVTT's blocks NOTE, STYLE and REGION, each of which ends at a blank line."""
    kept: list[str] = []
    is_comment = False
    for above, line in zip(("", *body), body, strict=False):
        # The first line of a cue is text, even if it looks like the beginning of a comment.
        begins = not above and bool(kept) and _COMMENT.fullmatch(line) is not None
        is_comment = begins or (is_comment and bool(line))
        kept.append("" if is_comment else line)
    return kept


def _voices(start: float, end: float, body: Sequence[str]) -> Iterator[Cue]:
    """Yield a cue for each speaker in the lines of one WebVTT cue (``<v Ann>`` marks a speaker) who has any text."""
    unnamed, *named = _VOICE.split("\n".join(body))
    for speaker, marked in [("", unnamed), *zip(named[::2], named[1::2], strict=True)]:
        text = plain(_MARKUP.sub("", marked))
        if text:
            yield Cue(start, end, plain(speaker), text)
