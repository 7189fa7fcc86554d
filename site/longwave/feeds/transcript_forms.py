"""An episode's transcript in the four forms that podcast apps fetch: WebVTT, SubRip, JSON and HTML.

They are those that the podcast namespace describes for ``podcast:transcript``; ``content/episodes/transcript_file.py``
reads three of them back. Whatever a cue holds, the file is valid: its text is one line without markup, and its
end lies after its start.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from longwave.content.episodes.paragraphs import group_paragraphs
from longwave.feeds.xml import clean
from longwave.model import Cue, Transcript

#: Letters that are said in a second, for cues that don't know their end.
_PACE = 14
# What players of SubRip, which has no way to escape, take for markup or for the times of a cue.
_MARKUP = re.compile(r"<(?=[/\w.:])|\{(?=\\)|(?<=--)>")


@dataclass(frozen=True, slots=True)
class About:
    """What a transcript's page says beside the words. ``link`` is the episode's absolute address."""

    title: str
    show: str
    link: str
    language: str


def vtt(transcript: Transcript) -> str:
    """WebVTT, each cue in its speaker's voice."""
    blocks = (f"{_span(cue, '.')}\n{_voiced(cue)}\n" for cue in _timed(transcript))
    return "\n".join(("WEBVTT\n", *blocks))


def srt(transcript: Transcript) -> str:
    """SubRip. A speaker is named where they begin, and again where their words would be taken for a name."""
    cues = tuple(_timed(transcript))
    # In a file that doesn't begin with a name, only what comes twice is read as one.
    always = bool(cues) and not cues[0].speaker
    speaker = ""
    blocks: list[str] = []
    for number, cue in enumerate(cues, 1):
        named = cue.speaker and (always or cue.speaker != speaker or ":" in cue.text)
        said = f"{cue.speaker}: {cue.text}" if named else cue.text
        speaker = cue.speaker or speaker
        blocks.append(f"{number}\n{_span(cue, ',')}\n{_unmarked(said)}\n")
    return "\n".join(blocks)


def as_json(transcript: Transcript) -> str:
    """JSON 1.0.0 of Podcasting 2.0; seconds with their thousandths."""
    segments = [
        ({"speaker": cue.speaker} if cue.speaker else {})
        | {"startTime": cue.start, "endTime": cue.end, "body": cue.text}
        for cue in _timed(transcript)
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False)


def page(transcript: Transcript, about: About) -> str:
    """HTML: for each paragraph who says it, when, and what. It leaves being found to the episode's own page."""
    title, link = html.escape(clean(about.title)), html.escape(clean(about.link))
    whole = Transcript(tuple(_timed(transcript)))
    # Apps look for the three elements as children of <body>, and for a <time> without attributes.
    spoken = (
        (f"<cite>{html.escape(paragraph.speaker)}:</cite>\n" if paragraph.speaker else "")
        + f"<time>{_hours(paragraph.sentences[0].start)}</time>\n<p>{html.escape(paragraph.text)}</p>"
        for paragraph in group_paragraphs(whole)
    )
    head = (
        "<!doctype html>",
        f'<html lang="{html.escape(about.language)}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="robots" content="noindex">',
        f"<title>Transcript of {title}, {html.escape(clean(about.show))}</title>",
        f'<link rel="canonical" href="{link}">',
        "</head>",
        '<body dir="auto">',
        f'<h1><a href="{link}">{title}</a></h1>',
    )
    return "\n".join((*head, *spoken, "</body>", "</html>", ""))


def _timed(transcript: Transcript) -> Iterator[Cue]:
    """The cues that say something, in plain words, each with an end after its start, in thousandths of seconds.

    One that has no end lasts as long as its words take to say, but not into the next one.
    """
    starts = [round(cue.start, 3) for cue in transcript.cues]
    for cue, start, following in zip(transcript.cues, starts, _following(starts), strict=True):
        text, end = _line(cue.text), round(cue.end, 3)
        if end <= start:
            end = min(start + len(text) // _PACE + 1, following)
        if text:
            yield Cue(start, round(end, 3), _line(cue.speaker), text)


def _following(starts: Sequence[float]) -> list[float]:
    """For each of some times in order the next one that is later; endless for the last."""
    found: list[float] = []
    later = last = math.inf
    for start in reversed(starts):
        if start < last:
            later, last = last, start
        found.append(later)
    return found[::-1]


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _voiced(cue: Cue) -> str:
    said = html.escape(cue.text, quote=False)
    return f"<v {html.escape(cue.speaker, quote=False)}>{said}" if cue.speaker else said


def _unmarked(text: str) -> str:
    if html.unescape(text) != text:
        text = text.replace("&", "&amp;")
    return _MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", text)


def _span(cue: Cue, point: str) -> str:
    return f"{_thousandths(cue.start, point)} --> {_thousandths(cue.end, point)}"


def _thousandths(seconds: float, point: str) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{_hours(whole)}{point}{rest:03}"


def _hours(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
