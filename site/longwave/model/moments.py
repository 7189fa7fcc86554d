"""The parts of an episode that have a time and words: show notes, chapters, soundbites; and all searchable texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from longwave.model.transcripts import Transcript

MomentSource = Literal["note", "chapter", "cue"]


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A part of an episode worth quoting, in seconds. If ``title`` is empty, the episode's title applies."""

    start: float
    duration: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A timestamp: a second of an episode and a text about it, such as a chapter's title, without markup."""

    seconds: int
    text: str
    source: MomentSource = "note"


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
    """The searchable texts of one episode that aren't fields of Episode: its notes and its transcripts.

    ``translations`` are the transcripts in other languages than that of ``transcript``.
    """

    notes: Notes = field(default_factory=Notes)
    transcript: Transcript = field(default_factory=Transcript)
    translations: tuple[Transcript, ...] = ()
