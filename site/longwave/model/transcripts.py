"""Transcripts: their cues, and their files in the front matter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of a transcript. ``start`` and ``end`` are seconds in the audio; ``speaker`` may be empty."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """The cues of one episode in order of time. ``hidden`` is the number of entries left out as not reviewed.

    ``language`` is a tag such as ``pt-BR``; it is empty for the show's language.
    """

    cues: tuple[Cue, ...] = ()
    hidden: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptFile:
    """A transcript of an episode: the name of its ``file``, its ``language`` (a tag such as ``es``) and its ``rel``.

    ``rel`` is ``captions`` for a transcript that may be shown over a video, else empty. The parser of front matter
    takes the file as it is written there; an edition has its path in the site's folder, and a language for each.
    """

    file: str
    language: str = ""
    rel: str = ""
