"""The live broadcast of an episode, made of the key ``live``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from longwave.content.episodes.front_matter import FrontMatter, leave_out
from longwave.content.fields.content_file import Document
from longwave.content.fields.live_types import LiveKeys
from longwave.content.fields.times import parse_date
from longwave.errors import Problem
from longwave.model import Enclosure, Episode, Live


def live_broadcast(
    document: Document, keys: LiveKeys | None, date: datetime | None, zone: tzinfo, left_out: list[Problem]
) -> Live | None:
    """Return the live broadcast that ``keys``, the value of the front matter's ``live``, describe; None without it.

    ``date`` is the episode's date, which is the start of a broadcast without a start of its own; ``zone`` is the zone
    of times without an offset. A warning for each value that can't be used is added to ``left_out``.
    """
    if keys is None:
        return None
    start = parse_date(keys.start, zone) if keys.start else date
    if start is None:
        left_out.append(leave_out(document, "live", "a start such as 2026-12-05 20:00", dict(keys)))
        return None
    end = _end(keys.end, start, zone)
    if end is not None and _utc(end) <= _utc(start):
        left_out.append(leave_out(document, "live", "an end after the start", keys.end))
        end = None
    return Live(
        start=start, end=end, url=keys.url, type=keys.type, chat=keys.chat, stated=keys.status, links=keys.links
    )


def _end(text: str, start: datetime, zone: tzinfo) -> datetime | None:
    """Return the time of an end: a date, or the next time after ``start`` at which a clock shows, say, 22:00."""
    if not text:
        return None
    hour, _, minute = text.strip().partition(":")
    if not minute.isdigit() or len(hour) > 2:
        return parse_date(text, zone)
    end = start.replace(hour=int(hour) % 24, minute=int(minute), second=0, microsecond=0)
    return end if end > start else end + timedelta(days=1)


def _utc(time: datetime) -> datetime:
    # Python compares two times of one zone as clocks show them, which is wrong on the day that clocks are set back.
    return time.astimezone(UTC)


def may_lack_sound(enclosure: Enclosure, meta: FrontMatter, episode: Episode) -> Enclosure:
    """Return ``enclosure``, not ``expected`` to exist yet for a live broadcast whose front matter has no audio keys."""
    stated = meta.audio or meta.mp3_bytes or meta.mp3_duration
    return enclosure if episode.live is None or stated else replace(enclosure, expected=False)
