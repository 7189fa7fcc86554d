"""One pattern for what many episodes have: ``ep-{number}.mp3`` instead of a hundred names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from longwave.content.episodes.episode_file import fill
from longwave.model import Episode

#: Episodes with what each of them has.
Values = Sequence[tuple[Episode, str]]
#: So many episodes are asked how a pattern may look.
_TRIED = 5


def pattern_for(values: Values, fits: Callable[[str], bool] = lambda _: True) -> str:
    """The pattern that, filled in, gives the most episodes their value; empty where none does for more than half.

    One without anything to fill in isn't meant, and none that ``fits`` refuses.
    """
    best, most = "", max(1, len(values) // 2)
    for episode, value in values[:_TRIED]:
        for pattern in _candidates(value, episode):
            count = fitting(pattern, values)
            if count > most and "{" in pattern and fits(pattern):
                best, most = pattern, count
    return best


def fitting(pattern: str, values: Values) -> int:
    """How many episodes have what the pattern gives."""
    return sum(fill(pattern, episode) == wanted for episode, wanted in values)


def _candidates(value: str, episode: Episode) -> Iterator[str]:
    if "{" in value:
        return
    slugged = re.sub(rf"(?<![^\W_]){re.escape(episode.slug)}(?![^\W_])", "{slug}", value)
    for base in dict.fromkeys((slugged, value)):
        for text in dict.fromkeys((base.replace(f"{episode.date:%Y-%m-%d}", "{date}"), base)):
            yield text
            if episode.number is not None:
                for match in re.finditer(rf"(?<!\d){episode.number}(?!\d)", text):
                    yield f"{text[: match.start()]}{{number}}{text[match.end() :]}"
