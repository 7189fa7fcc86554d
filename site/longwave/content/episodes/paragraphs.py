"""Grouping of a transcript's cues into readable paragraphs of sentences, each sentence with its time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from longwave.model import Cue, Transcript

#: A paragraph of a transcript ends after the sentence that exceeds one of these limits, or after any cue that exceeds
#: twice as much.
_FULL_SECONDS, _FULL_CHARACTERS = 60, 700
#: A sentence with more characters than this ends at the end of its cue, as captions may lack full stops.
_LONG_SENTENCE_CHARACTERS = 160
_END_MARK = re.compile("[.!?…。！？]")
# The look-behind lets a match begin only at the first of several dots, so that a long row takes linear time.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’»)\]]*+(?=\s|$)|[。！？][\"”’»)\]]*+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of one speaker. Each sentence is a Cue with its times, in seconds from the start of the audio."""

    speaker: str
    sentences: tuple[Cue, ...]

    @property
    def text(self) -> str:
        """Return the text of the paragraph: its sentences, joined by spaces."""
        return " ".join(sentence.text for sentence in self.sentences)


def group_paragraphs(transcript: Transcript) -> tuple[Paragraph, ...]:
    """Return the cues of a transcript as paragraphs of one speaker each, none much longer than a minute.

    A cue without a speaker belongs to the previous one, as many programs name a speaker only at a change. The time of a
    sentence that begins inside a cue is interpolated by the number of characters before it.
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
    """Return whether a group of sentences with this many characters is long enough for a paragraph."""
    fullness = max((group[-1].end - group[0].start) / _FULL_SECONDS, letters / _FULL_CHARACTERS)
    return fullness > 2 or (fullness > 1 and _SENTENCE_END.search(group[-1].text[-10:]) is not None)


def _sentences(transcript: Transcript) -> Iterator[Cue]:
    # Parts of a sentence are collected in lists, and a Cue is created only once for each sentence, to save time.
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
        if sum(map(len, begun)) + len(begun) - 1 > _LONG_SENTENCE_CHARACTERS:
            yield sentence()
    if begun:
        yield sentence()


def _pieces(cue: Cue) -> Iterator[tuple[float, float, str]]:
    """Yield the start, end and text of each sentence, or part of a sentence, in a cue."""
    pace = (cue.end - cue.start) / max(1, len(cue.text))
    first = 0
    ends = [match.end() for match in _END.finditer(cue.text)] if _END_MARK.search(cue.text) else []
    for last in (*ends, len(cue.text)):
        text = cue.text[first:last].strip()
        if text:
            yield cue.start + first * pace, cue.start + last * pace, text
        first = last
