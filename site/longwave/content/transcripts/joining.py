"""Transcripts as readable lines: rolling captions lose the words that they repeat, and cues of one word are joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from longwave.model import Cue

#: Rolling captions repeat at most this many words: three lines of them, and then some.
_MAX_REPEATED_WORDS = 80
#: The most seconds between two captions of which the second repeats words of the first, and between words of one line.
_MAX_ROLLING_PAUSE, _MAX_PAUSE = 2.0, 1.5
_LINE_WORDS, _FULL_LINE_WORDS, _LINE_SECONDS = 12, 24, 20
_MIN_WORDS, _WORD_SHARE, _MAX_WORD_LETTERS = 5, 0.8, 30
_LINE_END = re.compile(r"[.!?…。！？][\"”’»)\]]*$")
_CLAUSE_END = re.compile(r"[,;:，、；：][\"”’»)\]]*$")
_PUNCTUATION = re.compile(r"[.,;:!?…%)\]”’。，、！？；：]+")
#: Scripts that are written without spaces: Thai to Khmer, kana, and Chinese characters.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def say_once(cues: Sequence[Cue]) -> Sequence[Cue]:
    """Return rolling captions without the words that each repeats from the one before; other cues are unchanged.

    Captions roll if most of them begin with the words, or a line of the words, at the end of the one before.
    """
    if len(cues) < 3:
        return cues
    words = [cue.text.split() for cue in cues]
    repeated = [0, *(_repeated_words(*each) for each in zip(pairwise(cues), pairwise(words), strict=True))]
    rolling = [(count, own) for count, own in zip(repeated, words, strict=True) if count]
    if len(rolling) < 2 or 2 * len(rolling) < len(cues) - 1 or all(count == len(own) for count, own in rolling):
        return cues
    rest = ((cue, own[count:]) for cue, own, count in zip(cues, words, repeated, strict=True))
    return [Cue(cue.start, cue.end, cue.speaker, " ".join(own)) for cue, own in rest if own]


def _repeated_words(cues: tuple[Cue, Cue], words: tuple[list[str], list[str]]) -> int:
    """Return how many words at the end of a caption the next one begins with; 0 for one or two that may be chance."""
    (above, below), (before, after) = cues, words
    if below.start - above.end > _MAX_ROLLING_PAUSE:
        return 0
    for count in range(min(len(before), len(after), _MAX_REPEATED_WORDS), 0, -1):
        if before[-count] == after[0] and before[-count:] == after[:count]:
            return count if count > 2 or count in (len(before), len(after)) else 0
    return 0


def join_words(cues: Sequence[Cue]) -> Sequence[Cue]:
    """Return cues of one word each as lines of a dozen words that end with a sentence if possible.

    Unless most cues have one word, all are unchanged. If most texts begin with a space, a text without one continues
    the word before it.
    """
    if len(cues) < _MIN_WORDS or sum(map(_is_word, cues)) < _WORD_SHARE * len(cues):
        return cues
    has_spaces = sum(cue.text[:1].isspace() for cue in cues) * 2 > len(cues)
    lines: list[list[Cue]] = []
    for cue in cues:
        if lines and not _ends_line(lines[-1], cue, has_spaces=has_spaces):
            lines[-1].append(cue)
        else:
            lines.append([cue])
    return [_line(line, has_spaces=has_spaces) for line in lines]


def _is_word(cue: Cue) -> bool:
    text = cue.text.strip()
    limit = 3 if _UNSPACED.search(text) else _MAX_WORD_LETTERS
    return len(text) <= limit and len(text.split()) == 1


def _ends_line(line: Sequence[Cue], cue: Cue, *, has_spaces: bool) -> bool:
    """Return whether ``line`` is complete, so that the word ``cue`` has to begin the next line.

    With ``has_spaces``, a text without a space at its beginning continues the word before it.
    """
    last = line[-1]
    if cue.speaker and cue.speaker != next((word.speaker for word in reversed(line) if word.speaker), ""):
        return True
    if cue.start - last.end > _MAX_PAUSE or cue.start - line[0].start > _LINE_SECONDS:
        return True
    if not _separator(last.text, cue.text, has_spaces=has_spaces):
        return len(line) >= 4 * _FULL_LINE_WORDS or (bool(_UNSPACED.search(cue.text)) and _is_full(line))
    return _is_full(line)


def _is_full(line: Sequence[Cue]) -> bool:
    text = line[-1].text.strip()
    is_clause = len(line) >= _LINE_WORDS and _CLAUSE_END.search(text) is not None
    return _LINE_END.search(text) is not None or is_clause or len(line) >= _FULL_LINE_WORDS


def _line(words: Sequence[Cue], *, has_spaces: bool) -> Cue:
    parts = [words[0].text]
    for above, below in pairwise(words):
        parts += [_separator(above.text, below.text, has_spaces=has_spaces), below.text]
    return Cue(words[0].start, max(word.end for word in words), words[0].speaker, " ".join("".join(parts).split()))


def _separator(above: str, below: str, *, has_spaces: bool) -> str:
    """Return the space between two words, or an empty text where they belong together."""
    if _PUNCTUATION.fullmatch(below) or (has_spaces and not below[:1].isspace()):
        return ""
    return "" if _UNSPACED.search(above[-1:]) and _UNSPACED.search(below[:1]) else " "


def readable(cues: Iterable[Cue]) -> list[Cue]:
    """Return the cues of a transcript as readable lines in order of time, each text on one line."""
    ordered = sorted((cue for cue in cues if cue.text.strip()), key=lambda cue: cue.start)
    lines = say_once(join_words(ordered))
    return [Cue(cue.start, cue.end, cue.speaker, " ".join(cue.text.split())) for cue in lines]
