"""The parts of an episode that have a time and words: show notes, chapters, transcript, soundbites."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MomentSource = Literal["note", "chapter", "cue"]


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A stretch worth quoting, in seconds. An empty ``title`` stands for the episode's."""

    start: int
    duration: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A second in an episode with words attached. ``text`` is plain text, without markup and without the time."""

    seconds: int
    text: str
    source: MomentSource = "note"


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of a transcript, its start and end in seconds from the start of the audio. ``speaker`` may be empty."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """The cues of one episode in order of time. ``hidden`` counts the entries that nobody has reviewed yet."""

    cues: tuple[Cue, ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Notes:
    """The show notes of an episode as they can be searched, read from its body after Liquid.

    ``moments`` are the timestamped list items in the order in which they stand; ``text`` is the whole body as plain
    text without markup (link texts kept, addresses dropped, code kept), its paragraphs separated by newlines.
    """

    text: str = ""
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The searchable text of one episode, beside the fields of the Episode."""

    notes: Notes = field(default_factory=Notes)
    transcript: Transcript = field(default_factory=Transcript)
