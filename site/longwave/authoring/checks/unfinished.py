"""Published episodes that aren't finished: starter text, or not a word about it."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.authoring.checks.checked_content import Content
from longwave.authoring.new_episode import STARTERS
from longwave.errors import Problem
from longwave.model import Episode


def unfinished(content: Content) -> Iterator[Problem]:
    """Yield warnings for each published episode that says nothing yet."""
    for episode in content.catalogue.episodes:
        yield from _starters(content, episode)
        if not episode.description and not content.notes(episode).text.strip():
            line = content.key(episode.source, "description")
            hint = "Lists, feeds and search results have not a word about it."
            yield Problem(episode.source, line, "a description, or notes", "neither", hint, "warning", "unfinished")


def _starters(content: Content, episode: Episode) -> Iterator[Problem]:
    for starter in STARTERS:
        line = content.line(episode.source, starter)
        if line:
            hint = "`longwave new episode` wrote it, and everybody reads it now."
            yield Problem(episode.source, line, "words of your own", repr(starter), hint, "warning", "unfinished")
