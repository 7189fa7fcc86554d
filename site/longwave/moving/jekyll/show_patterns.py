"""The search for one pattern that fits a show's episodes: ``ep-{number}.mp3`` instead of a hundred names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from longwave.content.episodes.enclosures import fill_episode_pattern
from longwave.model import Episode

#: Pairs of an episode and its value, such as the name of its audio file.
Values = Sequence[tuple[Episode, str]]
#: The number of episodes from whose values patterns are made.
_MAX_SAMPLES = 5


def common_pattern(values: Values, is_acceptable: Callable[[str], bool] = lambda _: True) -> str:
    """Return the acceptable pattern that gives the most episodes their value; empty if none does for more than half.

    A pattern has at least one placeholder, such as ``{slug}``.
    """
    best, best_count = "", max(1, len(values) // 2)
    for episode, value in values[:_MAX_SAMPLES]:
        for pattern in _candidates(value, episode):
            count = count_matches(pattern, values)
            if count > best_count and "{" in pattern and is_acceptable(pattern):
                best, best_count = pattern, count
    return best


def file_name_pattern(files: Values) -> str:
    """Return the pattern of most episodes' file names, if it gives no two files the same name.

    Nor may it give the file of one episode to another that has none, whose name in ``files`` is empty.
    """

    def is_unambiguous(pattern: str) -> bool:
        file_by_name: dict[str, str] = {}
        names = ((fill_episode_pattern(pattern, episode), file) for episode, file in files)
        return all(file_by_name.setdefault(name, file) == file for name, file in names if name)

    return common_pattern([(episode, file.rpartition("/")[2]) for episode, file in files if file], is_unambiguous)


def count_matches(pattern: str, values: Values) -> int:
    """Return how many episodes have the value that a pattern gives once it is filled from the episode."""
    return sum(fill_episode_pattern(pattern, episode) == value for episode, value in values)


def _candidates(value: str, episode: Episode) -> Iterator[str]:
    """Yield the patterns that an episode's value may be made from."""
    if "{" in value:
        return
    with_slug = re.sub(rf"(?<![^\W_]){re.escape(episode.slug)}(?![^\W_])", "{slug}", value)
    for base in dict.fromkeys((with_slug, value)):
        for text in dict.fromkeys((base.replace(f"{episode.date:%Y-%m-%d}", "{date}"), base)):
            yield text
            if episode.number is not None:
                for match in re.finditer(rf"(?<!\d){re.escape(str(episode.number))}(?!\d)", text):
                    yield f"{text[: match.start()]}{{number}}{text[match.end() :]}"
