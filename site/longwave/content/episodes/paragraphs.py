"""A transcript as it is read: paragraphs of sentences, each with its second, instead of the crumbs of captions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from longwave.model import Cue, Transcript

#: A paragraph ends with a sentence after this many seconds or characters, and with any cue after twice as many.
_SECONDS, _LETTERS = 60, 700
#: Where nobody set full stops, a cue's end parts what is longer than this (characters).
_LONG = 160
_MARK = re.compile("[.!?…。！？]")
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


def group_paragraphs(transcript: Transcript) -> tuple[Paragraph, ...]:
    """The cues as paragraphs to read: one speaker each, and none much longer than a minute.

    Many programs name a speaker only where another one begins, so a cue without a name goes on with the last. Where a
    sentence begins within a cue, its second is in proportion to the letters before it.
    """
    joined: list[Paragraph] = []
    group: list[Cue] = []
    letters = 0
    for sentence in _sentences(transcript):
        if group and (group[0].speaker != sentence.speaker or _is_full(group, letters)):
            joined.append(Paragraph(group[0].speaker, tuple(group)))
            group, letters = [], 0
        group.append(sentence)
        letters += len(sentence.text) + 1
    if group:
        joined.append(Paragraph(group[0].speaker, tuple(group)))
    return tuple(joined)


def _is_full(group: list[Cue], letters: int) -> bool:
    fullness = max((group[-1].end - group[0].start) / _SECONDS, letters / _LETTERS)
    return fullness > 2 or (fullness > 1 and _SENTENCE_END.search(group[-1].text[-10:]) is not None)


def _sentences(transcript: Transcript) -> Iterator[Cue]:
    # Thousands for a page: numbers and texts are gathered, and a Cue is made of each sentence once.
    begun: list[str] = []
    start = end = 0.0
    speaker = ""

    def sentence() -> Cue:
        made = Cue(round(start, 1), round(end, 1), speaker, " ".join(begun))
        begun.clear()
        return made

    for cue in transcript.cues:
        if cue.speaker and cue.speaker != speaker:
            if begun:
                yield sentence()
            speaker = cue.speaker
        for first, last, text in _pieces(cue):
            start, end = (start, max(end, last)) if begun else (first, last)
            begun.append(text)
            if _SENTENCE_END.search(text[-10:]):
                yield sentence()
        if sum(map(len, begun)) + len(begun) - 1 > _LONG:
            yield sentence()
    if begun:
        yield sentence()


def _pieces(cue: Cue) -> Iterator[tuple[float, float, str]]:
    """A cue's sentences, or what it holds of them: from when to when, and the words."""
    pace = (cue.end - cue.start) / max(1, len(cue.text))
    first = 0
    ends = [match.end() for match in _END.finditer(cue.text)] if _MARK.search(cue.text) else []
    for last in (*ends, len(cue.text)):
        text = cue.text[first:last].strip()
        if text:
            yield cue.start + first * pace, cue.start + last * pace, text
        first = last
