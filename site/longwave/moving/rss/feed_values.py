"""What feeds say in words, as values: dates, durations, numbers, yes and no, hosts."""

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
_FIRST, _LAST = 1900, 2999


def date_of(text: str) -> datetime | None:
    """The instant that an RSS date means, with its offset; a zone that nobody knows counts as UTC."""
    text = one_line(text)
    plain = _MONTH.sub(lambda match: match[1].title(), _DAY.sub("", text))
    try:
        found = parsedate_to_datetime(plain)
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            found = parse_date(text, UTC)
        except (ValueError, OverflowError):
            return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if _FIRST <= found.year <= _LAST else None


def written_date(date: datetime) -> str:
    """A date as front matter has it: in its own zone, or in UTC where the offset has seconds."""
    offset = date.utcoffset() or timedelta()
    date = date if not offset.seconds % 60 and abs(offset) < timedelta(hours=24) else date.astimezone(UTC)
    return f"{date:%Y-%m-%d %H:%M:%S %z}"


def seconds(text: str) -> int:
    """The whole seconds of an ``itunes:duration``: ``3753``, ``62:33``, ``1:02:33``; 0 where there are none."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return 0
    total = int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3])
    return total if total < 10**9 else 0


def precise(text: str) -> float | None:
    """Seconds with their fraction, from ``73.5`` or a normal play time such as ``00:01:13.500``."""
    match = re.fullmatch(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,9})((?:\.\d{1,9})?)", text.strip(), re.ASCII)
    if match is None:
        return None
    return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3]) + float(match[4] or 0)


def number(text: str) -> int | None:
    """A whole number from 0; None for anything else."""
    match = _WHOLE.fullmatch(text.strip())
    return int(match[1]) if match else None


def size(text: str) -> int:
    """A number of bytes; 0 where it can't be one."""
    digits = text.strip().replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0


def truth(text: str) -> bool | None:
    """What ``itunes:explicit`` and its like say."""
    return EXPLICIT.get(text.strip().lower())


def joined(base: str, url: str) -> str:
    """An address that may be relative to ``base``; as it stands where the two make none."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def home_of(url: str) -> str:
    """The host at which a site is at home: without the ``www.`` that may stand before it."""
    return web_host(url).removeprefix("www.")


def web_host(url: str) -> str:
    """The host of an address of the web; empty for anything else."""
    parts = parts_of(url)
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
