"""The check for live broadcasts whose episode is published too late to announce them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from longwave.authoring.checks.checked_content import Content
from longwave.errors import Problem


def unannounced_broadcasts(content: Content) -> Iterator[Problem]:
    """Yield a warning for each future broadcast whose episode is published no earlier than the broadcast begins."""
    now = datetime.now(UTC)
    for episode in content.episodes:
        live = episode.broadcast
        if live is not None and not episode.draft and now < episode.date and live.start <= episode.date:
            hint = "The broadcast is announced from the episode's date on: add a date: before the start."
            line = content.key(episode.source, "live")
            expected, found = "an episode that is out before its broadcast", f"{episode.date:%Y-%m-%d %H:%M}"
            yield Problem(episode.source, line, expected, found, hint, "warning", "live")
