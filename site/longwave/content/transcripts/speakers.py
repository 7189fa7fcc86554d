"""Speakers who are named at the beginning of a text: ``Ann Lee: …``, ``[SPEAKER_00]: …``, ``>> ANN: …``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from longwave.model import Cue

_NAME = re.compile(
    r"(?:[-–—]\s*)?((?:[^\W\d_a-z][\w.'’-]*(?: [^\W_a-z][\w.'’-]*){0,3})|(?:speaker[ _]?\d{1,3})):\s+(?=\S)",
)
_LABEL = re.compile(r"(?:[-–—]\s*)?\[([^\[\]:]{1,60})\]:\s*(?=\S)")
_CHANGE = re.compile(r"(?:^|\s)>>+")


def with_speakers(cues: Iterable[Cue], *, names: bool = True) -> list[Cue]:
    """Return the cues with a speaker's name at the beginning of a text moved into the cue's field ``speaker``.

    ``>>``, which marks a change of speakers in captions, begins a cue of its own. With ``names``, a name before a colon
    is a speaker if it stands after ``>>``, if it occurs twice, or if the first cue begins in this way. A label in
    brackets before a colon always is one.
    """
    parts = [*_split_at_changes([cue for cue in cues if cue.text])]
    matches = [None if cue.speaker else _NAME.match(cue.text) for cue, _ in parts]
    counted = Counter(match[1] for match in matches if match)
    begins_named = bool(parts and (parts[0][0].speaker or matches[0]))
    found = []
    for (cue, is_marked), match in zip(parts, matches, strict=True):
        label = None if cue.speaker else _LABEL.match(cue.text)
        named = names and match and (is_marked or begins_named or counted[match[1]] > 1)
        chosen = label or (match if named else None)
        found.append(replace(cue, speaker=chosen[1].strip(), text=cue.text[chosen.end() :]) if chosen else cue)
    return found


def _split_at_changes(cues: list[Cue]) -> Iterator[tuple[Cue, bool]]:
    """Yield the cues, split at each ``>>`` if any of them begins with it, and whether a ``>>`` stood before each."""
    if not any(cue.text.startswith(">>") and not cue.speaker for cue in cues):
        yield from ((cue, False) for cue in cues)
        return
    for cue in cues:
        first, *others = [cue.text] if cue.speaker else _CHANGE.split(cue.text)
        for text, is_marked in ((first, False), *((other, True) for other in others)):
            if text.strip():
                yield replace(cue, text=text.strip()), is_marked
