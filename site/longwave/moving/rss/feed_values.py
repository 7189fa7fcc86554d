"""Parsers of the values in feeds: durations, numbers, yes and no, addresses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from longwave.content.fields.field_types import EXPLICIT
from longwave.content.text.plain_text import one_line
from longwave.feeds.audit.audited_feed import parts_of

_WHOLE = re.compile(r"0*(\d{1,9})(?:\.0+)?")
_ISO_DURATION = re.compile(
    r"P(?:(\d{1,4})D)?T?(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:[.,]\d+)?S)?", re.IGNORECASE
)
_SPOKEN_DURATION = re.compile(
    r"(?:(\d{1,5})\s*(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?)[\s,]*(?:and\s+)?)?"
    r"(?:(\d{1,6})\s*(?:m|mins?\.?|minutes?|minuten?|minutos?|')[\s,]*(?:and\s+)?)?"
    r"(?:(\d{1,9})\s*(?:s|secs?\.?|seconds?|sekunden?|secondes?|segundos?|\"))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,9})(?:[.,]\d*)?")


def front_matter_date(date: datetime) -> str:
    """Return a date as front matter writes it: in its own zone, or in UTC where its offset isn't whole minutes.

    A fraction of a second orders episodes of one date.
    """
    offset = date.utcoffset() or timedelta()
    date = date if not offset.seconds % 60 and abs(offset) < timedelta(hours=24) else date.astimezone(UTC)
    fraction = f".{date:%f}".rstrip("0") if date.microsecond else ""
    return f"{date:%Y-%m-%d %H:%M:%S}{fraction} {date:%z}"


def parse_duration(text: str) -> int:
    """Return the seconds of a duration such as ``3753``, ``1:02:33``, ``PT1H2M`` or ``45 min``; 0 for anything else."""
    text = text.strip()
    if match := _CLOCK.fullmatch(text):
        parts = ("0", match[1], match[2], match[3])
    elif iso := _ISO_DURATION.fullmatch(text):
        parts = (iso[1], iso[2], iso[3], iso[4])
    elif spoken := _SPOKEN_DURATION.fullmatch(text):
        parts = ("0", spoken[1], spoken[2], spoken[3])
    else:
        return 0
    days, hours, minutes, seconds = (int(part or 0) for part in parts)
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
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


def name_of_contact(text: str) -> str:
    """Return the name in ``ann@pod.example (Ann)`` or in a plain name; empty for an address alone."""
    address, _, name = text.strip().rstrip(")").partition("(")
    return one_line(name) or ("" if "@" in address else one_line(address))
