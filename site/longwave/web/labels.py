"""Labels of numbers: an episode's own, and its season's."""

from __future__ import annotations

from longwave.model import Episode, Show
from longwave.phrases import phrase


def number_label(episode: Episode) -> str:
    """Return an episode's number as people read it; empty for an episode without one."""
    return episode.number_display or ("" if episode.number is None else f"#{episode.number}")


def season_label(episode: Episode, show: Show) -> str:
    """Return the name of an episode's season, else its number in words; empty for an episode without a season."""
    name = show.feed.seasons.get(str(episode.season), "")
    return name or (phrase("people.season", season=episode.season) if episode.season else "")
