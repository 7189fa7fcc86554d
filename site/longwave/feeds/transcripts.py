"""A transcript in the four forms that podcast apps fetch, whatever form it was written in.

The forms are those of ``podcast:transcript`` (Podcasting 2.0): WebVTT (https://www.w3.org/TR/webvtt1/), SubRip, JSON
1.0.0 and HTML.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from longwave.content.paragraphs import paragraphs
from longwave.content.timestamps import clock
from longwave.model import Cue, Transcript

#: Seconds that a cue without an end of its own is shown.
_SHOWN = 2.0


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its media type as HTTP says it, and what writes it."""

    type: str
    write: Callable[[Transcript, str, str], str]


def vtt(transcript: Transcript, _title: str = "", _link: str = "") -> str:
    """WebVTT, with each speaker as a voice."""
    blocks = ["WEBVTT"]
    for cue in _shown(transcript):
        voice = f"<v {_escaped(cue.speaker).replace('>', ' ')}>" if cue.speaker else ""
        blocks.append(f"{_time(cue.start, '.')} --> {_time(cue.end, '.')}\n{voice}{_escaped(cue.text)}")
    return "\n\n".join(blocks) + "\n"


def srt(transcript: Transcript, _title: str = "", _link: str = "") -> str:
    """SubRip, with each speaker before a colon where another one begins."""
    blocks, speaker = [], ""
    for number, cue in enumerate(_shown(transcript), 1):
        named = f"{cue.speaker}: " if cue.speaker and cue.speaker != speaker else ""
        speaker = cue.speaker or speaker
        text = cue.text.replace("-->", "→")
        blocks.append(f"{number}\n{_time(cue.start, ',')} --> {_time(cue.end, ',')}\n{named}{text}")
    return "\n\n".join(blocks) + "\n"


def as_json(transcript: Transcript, _title: str = "", _link: str = "") -> str:
    """Podcasting 2.0's own JSON: a segment for each cue."""
    segments = [
        {"startTime": cue.start, "endTime": cue.end}
        | ({"speaker": cue.speaker} if cue.speaker else {})
        | {"body": cue.text}
        for cue in _shown(transcript)
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False)


def as_html(transcript: Transcript, title: str, link: str) -> str:
    """A page of its own: ``<cite>`` names who speaks, ``<time>`` when, ``<p>`` holds the words; it is the episode's."""
    parts = []
    for paragraph in paragraphs(transcript):
        who = f"<cite>{html.escape(paragraph.speaker)}:</cite>\n" if paragraph.speaker else ""
        when = clock(int(paragraph.sentences[0].start))
        parts.append(f"{who}<time>{when}</time>\n<p>{html.escape(paragraph.text)}</p>")
    name, home = html.escape(title), html.escape(link)
    head = (
        '<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n<meta name="robots" content="noindex">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{name}</title>\n'
        f'<link rel="canonical" href="{home}">\n'
    )
    body = "\n".join(parts)
    return f'{head}</head>\n<body>\n<h1><a href="{home}">{name}</a></h1>\n{body}\n</body>\n</html>\n'


FORMS: Mapping[str, Form] = {
    "vtt": Form("text/vtt; charset=utf-8", vtt),
    "srt": Form("application/x-subrip; charset=utf-8", srt),
    "json": Form("application/json", as_json),
    "html": Form("text/html; charset=utf-8", as_html),
}


def _shown(transcript: Transcript) -> Iterator[Cue]:
    """The cues, each of which ends after it begins: apps don't show one that lasts no time."""
    for cue in transcript.cues:
        yield Cue(cue.start, cue.end if cue.end > cue.start else cue.start + _SHOWN, cue.speaker, cue.text)


def _time(seconds: float, point: str) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{thousandths:03}"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
