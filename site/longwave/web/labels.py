"""Labels of an episode: its number, its season, and its place in time in a preview."""

from __future__ import annotations

from datetime import datetime

from longwave.model import Episode, Show
from longwave.phrases import phrase


def number_label(episode: Episode) -> str:
    """Return an episode's number as people read it; empty for an episode without one."""
    return episode.number_display or ("" if episode.number is None else f"#{episode.number}")


def season_label(episode: Episode, show: Show) -> str:
    """Return the name of an episode's season, else its number in words; empty for an episode without a season."""
    name = show.feed.seasons.get(str(episode.season), "")
    return name or (phrase("people.season", season=episode.season) if episode.season else "")


def unpublished_label(episode: Episode) -> str:
    """Return ``Draft`` or ``Out on 3 December`` for an episode that only a preview has, else an empty text."""
    if episode.draft:
        return phrase("card.draft")
    today = datetime.now(episode.date.tzinfo)
    if episode.date <= today:
        return ""
    return phrase("card.out_on" if episode.date.year == today.year else "card.out_on_with_year", date=episode.date)
