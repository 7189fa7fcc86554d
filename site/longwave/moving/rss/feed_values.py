"""Parsers of the values in feeds: dates, durations, numbers, yes and no, addresses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from longwave.content.fields.field_types import EXPLICIT
from longwave.content.fields.times import parse_date
from longwave.content.text.plain_text import one_line
from longwave.feeds.audit.audited_feed import parts_of

_DAY = re.compile(r"^[^\W\d]+\.?,?\s+(?=\d)")
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?", re.IGNORECASE)
_WHOLE = re.compile(r"0*(\d{1,9})(?:\.0+)?")
_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,9})(?:[.,]\d*)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def parse_feed_date(text: str) -> datetime | None:
    """Return an RSS date with its offset, UTC for an unknown zone; None for a date that can't be read."""
    text = one_line(text)
    plain = _MONTH.sub(lambda match: match[1].title(), _DAY.sub("", text))
    try:
        date = parsedate_to_datetime(plain)
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            date = parse_date(text, UTC)
        except (ValueError, OverflowError):
            return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    try:
        date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return date if _FIRST_YEAR <= date.year <= _LAST_YEAR else None


def front_matter_date(date: datetime) -> str:
    """Return a date as front matter writes it: in its own zone, or in UTC where its offset isn't whole minutes."""
    offset = date.utcoffset() or timedelta()
    date = date if not offset.seconds % 60 and abs(offset) < timedelta(hours=24) else date.astimezone(UTC)
    return f"{date:%Y-%m-%d %H:%M:%S %z}"


def parse_duration(text: str) -> int:
    """Return the seconds of an ``itunes:duration`` such as ``3753``, ``62:33`` or ``1:02:33``; 0 for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return 0
    total = int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3])
    return total if total < 10**9 else 0


def parse_play_time(text: str) -> float | None:
    """Return the seconds of ``73.5`` or of a normal play time such as ``00:01:13.500``; None for anything else."""
    match = re.fullmatch(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,9})((?:\.\d{1,9})?)", text.strip(), re.ASCII)
    if match is None:
        return None
    return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3]) + float(match[4] or 0)


def parse_number(text: str) -> int | None:
    """Return a whole number from 0; None for anything else."""
    match = _WHOLE.fullmatch(text.strip())
    return int(match[1]) if match else None


def parse_decimal(text: str) -> float | None:
    """Return a number with a fraction of three digits at most, such as ``1.5``; None for anything else."""
    match = re.fullmatch(r"(\d{1,9}\.\d{1,3})", text.strip(), re.ASCII)
    return float(match[1]) if match and float(match[1]) % 1 else None


def parse_size(text: str) -> int:
    """Return a number of bytes; 0 for anything else."""
    digits = text.strip().replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0


def parse_yes_no(text: str) -> bool | None:
    """Return the value of ``itunes:explicit`` and of similar elements; None for neither yes nor no."""
    return EXPLICIT.get(text.strip().lower())


def absolute_url(base: str, url: str) -> str:
    """Return an address that may be relative to ``base``; unchanged where the two make no address."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def host_without_www(url: str) -> str:
    """Return the host of an address without a leading ``www.``; empty for anything but a web address."""
    return web_host(url).removeprefix("www.")


def web_host(url: str) -> str:
    """Return the host of a web address; empty for anything else."""
    parts = parts_of(url)
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
