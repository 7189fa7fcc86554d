"""The parts of an episode that have a time and words: show notes, chapters, transcript, soundbites."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MomentSource = Literal["note", "chapter", "cue"]


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A part of an episode worth quoting, in seconds. If ``title`` is empty, the episode's title applies."""

    start: int
    duration: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A timestamp: a second of an episode and a text about it, such as a chapter's title, without markup."""

    seconds: int
    text: str
    source: MomentSource = "note"


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of a transcript. ``start`` and ``end`` are seconds in the audio; ``speaker`` may be empty."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """The cues of one episode in order of time. ``hidden`` is the number of entries left out as not reviewed."""

    cues: tuple[Cue, ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Notes:
    """The show notes of an episode in a searchable form, read from its Markdown after Liquid has run.

    ``moments`` are the timestamped list items in the order of the body; ``text`` is the complete body as plain text
    without markup (link texts kept, addresses dropped, code kept), its paragraphs separated by newlines.
    """

    text: str = ""
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The searchable texts of one episode that aren't fields of Episode: its notes and its transcript."""

    notes: Notes = field(default_factory=Notes)
    transcript: Transcript = field(default_factory=Transcript)
