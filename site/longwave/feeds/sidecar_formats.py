"""The files that podcast apps fetch beside an episode: its transcript as WebVTT, SubRip, JSON and HTML, its chapters.

The podcast namespace describes the formats under ``podcast:transcript`` and ``podcast:chapters``. The files are valid
whatever text the cues hold: each text becomes one line without markup, and each end lies after its start.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from longwave.content.episodes.paragraphs import group_paragraphs
from longwave.feeds.xml import clean
from longwave.model import Chapter, Cue, Transcript
from longwave.phrases import phrase

#: The formats of a transcript, by the suffix of its address, with their media types.
TRANSCRIPT_TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "html": "text/html"}
CHAPTERS_TYPE = "application/json+chapters"
#: The number of letters spoken in a second, to estimate the end of a cue without one.
_LETTERS_PER_SECOND = 14
# Matches characters that players take for markup or for a cue's times; SubRip has no way to escape them.
_MARKUP = re.compile(r"<(?=[/\w.:])|\{(?=\\)|(?<=--)>")


@dataclass(frozen=True, slots=True)
class TranscriptHeading:
    """The data in the heading of a transcript's HTML page. ``link`` is the absolute address of the episode's page."""

    title: str
    show: str
    link: str
    language: str


def vtt(transcript: Transcript) -> str:
    """Return a transcript as WebVTT (https://www.w3.org/TR/webvtt1/), each cue in its speaker's voice."""
    blocks = (f"{_span(cue, '.')}\n{_voiced(cue)}\n" for cue in _timed(transcript))
    return "\n".join(("WEBVTT\n", *blocks))


def srt(transcript: Transcript) -> str:
    """Return a transcript as SubRip.

    A speaker's name precedes the first of their cues in a row, and each cue with a colon, which may look like a name.
    """
    cues = tuple(_timed(transcript))
    # If the first cue has no speaker, programs take only a repeated name for a speaker's, so it is in every cue.
    always = bool(cues) and not cues[0].speaker
    speaker = ""
    blocks: list[str] = []
    for number, cue in enumerate(cues, 1):
        named = cue.speaker and (always or cue.speaker != speaker or ":" in cue.text)
        text = f"{cue.speaker}: {cue.text}" if named else cue.text
        speaker = cue.speaker or speaker
        blocks.append(f"{number}\n{_span(cue, ',')}\n{_escape_markup(text)}\n")
    return "\n".join(blocks)


def as_json(transcript: Transcript) -> str:
    """Return a transcript as JSON 1.0.0 of Podcasting 2.0; times are seconds with three decimals."""
    segments = [
        ({"speaker": cue.speaker} if cue.speaker else {})
        | {"startTime": cue.start, "endTime": cue.end, "body": cue.text}
        for cue in _timed(transcript)
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False)


def page(transcript: Transcript, heading: TranscriptHeading) -> str:
    """Return a transcript as a page of HTML: the speaker, the time and the text of each paragraph.

    Search engines are asked to index the episode's own page instead.
    """
    title, link = html.escape(clean(heading.title)), html.escape(clean(heading.link))
    # Apps look for the three elements as children of <body>, and for a <time> without attributes.
    body = (
        (f"<cite>{html.escape(paragraph.speaker)}:</cite>\n" if paragraph.speaker else "")
        + f"<time>{_hours(paragraph.sentences[0].start)}</time>\n<p>{html.escape(paragraph.text)}</p>"
        for paragraph in group_paragraphs(Transcript(tuple(_timed(transcript))))
    )
    head = (
        "<!doctype html>",
        f'<html lang="{html.escape(heading.language)}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="robots" content="noindex">',
        f"<title>{phrase('feed.transcript_title', episode=title, show=html.escape(clean(heading.show)))}</title>",
        f'<link rel="canonical" href="{link}">',
        "</head>",
        '<body dir="auto">',
        f'<h1><a href="{link}">{title}</a></h1>',
    )
    return "\n".join((*head, *body, "</body>", "</html>", ""))


def chapters_json(chapters: Iterable[Chapter], title: str = "", show: str = "", indent: int | None = None) -> str:
    """Return the JSON chapters of Podcasting 2.0, version 1.2.0, of the episode ``title`` of the podcast ``show``."""
    heading = {"title": clean(title), "podcastName": clean(show)} if title else {}
    document = {"version": "1.2.0", **heading, "chapters": [_chapter(chapter) for chapter in chapters]}
    return json.dumps(document, ensure_ascii=False, indent=indent)


def _chapter(chapter: Chapter) -> dict[str, object]:
    """Return a chapter as an entry of the JSON; parts without a value are left out, as is a ``toc`` that is true."""
    parts = {"title": clean(chapter.title), "img": chapter.image, "url": chapter.url, "endTime": whole(chapter.end)}
    hidden = {} if chapter.toc else {"toc": False}
    return {"startTime": whole(chapter.start), **{name: value for name, value in parts.items() if value}, **hidden}


def whole(seconds: float) -> float:
    """Return a number of seconds as an integer if that is the same, as ``5`` is easier to read than ``5.0``."""
    return int(seconds) if seconds == int(seconds) else seconds


def _timed(transcript: Transcript) -> Iterator[Cue]:
    """Yield the cues that have words, each as one line of text that ends after it starts, in whole milliseconds.

    A cue without an end lasts as long as its words take to say, but not into the next cue.
    """
    starts = [round(cue.start, 3) for cue in transcript.cues]
    for cue, start, following in zip(transcript.cues, starts, _following(starts), strict=True):
        text, end = _line(cue.text), round(cue.end, 3)
        if end <= start:
            end = min(start + len(text) // _LETTERS_PER_SECOND + 1, following)
        if text:
            yield Cue(start, round(end, 3), _line(cue.speaker), text)


def _following(starts: Sequence[float]) -> list[float]:
    """Return, for each of the ascending ``starts``, the next later one; infinity for the last."""
    following: list[float] = []
    later = last = math.inf
    for start in reversed(starts):
        if start < last:
            later, last = last, start
        following.append(later)
    return following[::-1]


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _voiced(cue: Cue) -> str:
    text = html.escape(cue.text, quote=False)
    return f"<v {html.escape(cue.speaker, quote=False)}>{text}" if cue.speaker else text


def _escape_markup(text: str) -> str:
    if html.unescape(text) != text:
        text = text.replace("&", "&amp;")
    return _MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", text)


def _span(cue: Cue, point: str) -> str:
    return f"{_thousandths(cue.start, point)} --> {_thousandths(cue.end, point)}"


def _thousandths(seconds: float, point: str) -> str:
    full, rest = divmod(round(seconds * 1000), 1000)
    return f"{_hours(full)}{point}{rest:03}"


def _hours(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
