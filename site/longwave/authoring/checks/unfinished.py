"""Published episodes that aren't finished: starter text, not a word about it, or no sound where the others have one."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.authoring.checks.content import Content
from longwave.authoring.skeleton import STARTERS
from longwave.errors import Problem
from longwave.model import Episode


def unfinished(content: Content) -> Iterator[Problem]:
    """Yield warnings for each published episode that says nothing yet, or that directories leave out."""
    with_sound = {episode.show for episode in content.catalogue.episodes if episode.enclosure}
    for episode in content.catalogue.episodes:
        yield from _starters(content, episode)
        if not episode.description and not content.notes(episode).text.strip():
            line = content.key(episode.source, "description")
            hint = "Lists, feeds and search results have not a word about it."
            yield Problem(episode.source, line, "a description, or notes", "neither", hint, "warning", "unfinished")
        if episode.enclosure is None and episode.show in with_sound:
            line = content.key(episode.source, "audio")
            hint = f"Put it into content/audio/{episode.show}/, or keep the episode back with draft: true until then."
            yield Problem(episode.source, line, "sound, as its show has", "none", hint, "warning", "unfinished")


def _starters(content: Content, episode: Episode) -> Iterator[Problem]:
    for starter in STARTERS:
        line = content.line(episode.source, starter)
        if line:
            hint = "`longwave new episode` wrote it, and everybody reads it now."
            yield Problem(episode.source, line, "words of your own", repr(starter), hint, "warning", "unfinished")
