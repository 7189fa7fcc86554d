"""A transcript as it is read: paragraphs of sentences, each with its second, instead of the crumbs of captions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from longwave.model import Cue, Transcript

#: A paragraph ends with a sentence after this many seconds or characters, and with any cue after twice as many.
_SECONDS, _LETTERS = 60, 700
#: Where nobody set full stops, a cue's end parts what is longer than this (characters).
_LONG = 160
# A run of dots is looked at once, from its beginning, however long it is.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’»)\]]*+(?=\s|$)|[。！？][\"”’»)\]]*+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What one speaker says in a row. Each sentence is a Cue: its seconds from the start of the audio, and its text."""

    speaker: str
    sentences: tuple[Cue, ...]

    @property
    def text(self) -> str:
        """All of it, in a row."""
        return " ".join(sentence.text for sentence in self.sentences)


def paragraphs(transcript: Transcript) -> tuple[Paragraph, ...]:
    """The cues as paragraphs to read: one speaker each, and none much longer than a minute.

    Many programs name a speaker only where another one begins, so a cue without a name goes on with the last. Where a
    sentence begins within a cue, its second is in proportion to the letters before it.
    """
    joined: list[Paragraph] = []
    group: list[Cue] = []
    for sentence in _sentences(transcript):
        if group and (group[0].speaker != sentence.speaker or _is_full(group)):
            joined.append(Paragraph(group[0].speaker, tuple(group)))
            group = []
        group.append(sentence)
    if group:
        joined.append(Paragraph(group[0].speaker, tuple(group)))
    return tuple(joined)


def _is_full(group: list[Cue]) -> bool:
    letters = sum(len(sentence.text) + 1 for sentence in group)
    fullness = max((group[-1].end - group[0].start) / _SECONDS, letters / _LETTERS)
    return fullness > 2 or (fullness > 1 and _SENTENCE_END.search(group[-1].text[-10:]) is not None)


def _sentences(transcript: Transcript) -> Iterator[Cue]:
    begun: Cue | None = None
    speaker = ""
    for cue in transcript.cues:
        if cue.speaker and cue.speaker != speaker:
            if begun:
                yield begun
            begun, speaker = None, cue.speaker
        for piece in _pieces(replace(cue, speaker=speaker)):
            begun = replace(begun, end=max(begun.end, piece.end), text=f"{begun.text} {piece.text}") if begun else piece
            if _SENTENCE_END.search(piece.text[-10:]):
                yield begun
                begun = None
        if begun and len(begun.text) > _LONG:
            yield begun
            begun = None
    if begun:
        yield begun


def _pieces(cue: Cue) -> Iterator[Cue]:
    """A cue's sentences, or what it holds of them."""
    pace = (cue.end - cue.start) / max(1, len(cue.text))
    first = 0
    for last in (*(match.end() for match in _END.finditer(cue.text)), len(cue.text)):
        text = cue.text[first:last].strip()
        if text:
            yield Cue(round(cue.start + first * pace, 1), round(cue.start + last * pace, 1), cue.speaker, text)
        first = last
