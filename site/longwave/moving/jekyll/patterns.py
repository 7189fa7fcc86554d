"""One pattern for what many episodes have: ``ep-{number}.mp3`` instead of a hundred names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from longwave.content.episode import fill
from longwave.model import Episode

#: Episodes with what each of them has.
Values = Sequence[tuple[Episode, str]]


def pattern_for(values: Values) -> str:
    """The pattern that, filled in, gives every episode its value; empty where there is none."""
    if len(values) < 2:
        return ""
    for episode, value in values[:3]:
        for pattern in _candidates(value, episode):
            if all(fill(pattern, other) == wanted for other, wanted in values):
                return pattern
    return ""


def _candidates(value: str, episode: Episode) -> Iterator[str]:
    if "{" in value:
        return
    slugged = re.sub(rf"(?<![^\W_]){re.escape(episode.slug)}(?![^\W_])", "{slug}", value)
    for base in dict.fromkeys((slugged, value)):
        for text in dict.fromkeys((base, base.replace(f"{episode.date:%Y-%m-%d}", "{date}"))):
            yield text
            if episode.number is not None:
                for match in re.finditer(rf"(?<!\d){episode.number}(?!\d)", text):
                    yield f"{text[: match.start()]}{{number}}{text[match.end() :]}"
