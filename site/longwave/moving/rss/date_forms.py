"""Parsers of dates in feeds: RFC 2822 and ISO 8601, and the many other forms that hosts write."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from longwave.content.text.plain_text import one_line

_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen janv janvier enero gennaio januar january jän jänner januari janeiro",
            "feb fev fév févr février febrero febbraio februar february februari fevereiro",
            "mar mär mrz märz mars marzo march maart março",
            "apr abr avr avril abril aprile april",
            "may mai mag mayo maggio mei maio",
            "jun juin junio giugno juni june junho",
            "jul juil juillet julio lug luglio juli july julho",
            "aug ago aoû août agosto august augustus",
            "sep sept set septembre septiembre settembre september setembro",
            "oct okt ott out octobre octubre ottobre oktober october outubro",
            "nov novembre noviembre november novembro",
            "dec dic déc dez décembre diciembre dicembre dezember december dezembro",
        ),
        1,
    )
    for name in names.split()
}
#: The hours from UTC of zones' names; each of those in ``_AMBIGUOUS`` means other zones, too.
_ZONES = {
    "": 0.0, "Z": 0.0, "UT": 0.0, "UTC": 0.0, "GMT": 0.0, "WET": 0.0, "WEST": 1.0, "CET": 1.0, "MET": 1.0, "CEST": 2.0,
    "MEZ": 1.0, "MESZ": 2.0, "MEST": 2.0, "EET": 2.0, "EEST": 3.0, "MSK": 3.0, "EST": -5.0, "EDT": -4.0, "CDT": -5.0,
    "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0, "AKST": -9.0, "AKDT": -8.0, "HST": -10.0, "JST": 9.0,
    "KST": 9.0, "AEST": 10.0, "AEDT": 11.0, "ACST": 9.5, "ACDT": 10.5, "AWST": 8.0, "NZST": 12.0, "NZDT": 13.0,
    "BRT": -3.0, "ART": -3.0, "SAST": 2.0, "HKT": 8.0, "SGT": 8.0, "CST": -6.0, "IST": 5.5, "BST": 1.0, "AST": -4.0,
    "ET": -5.0, "CT": -6.0, "MT": -7.0, "PT": -8.0,
}  # fmt: skip
_AMBIGUOUS = frozenset({"CST", "IST", "BST", "AST", "ET", "CT", "MT", "PT"})
_CLOCK = (
    r"(?:[T,\s]+(?:at\s+|um\s+|à\s+)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?)?"
)
_ZONE = (
    r"\s*(?:(?P<area>[A-Z][A-Za-z]+/[A-Za-z_/]{1,40})|\(?(?P<name>[A-Za-z]{1,5})?\)?)\s*"
    r"(?:(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?)?(?:\s*\([^)]*\))?"
)
_DAY = r"(?:[^\W\d]++(?:\.,?|,|\s)\s*)?"
_FORMS = tuple(
    re.compile(date + _CLOCK + _ZONE, re.IGNORECASE | (re.NOFLAG if "word" in date else re.ASCII))
    for date in (
        rf"{_DAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+(?P<word>[^\W\d]+)\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}})\b",
        rf"{_DAY}(?P<word>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        rf"{_DAY}(?P<word>[^\W\d]+)\s+(?P<day>\d{{1,2}})\s+(?P<early>\d\d:\d\d:\d\d)\s+(?:(?P<zone>[A-Z]{{1,5}})\s+)?"
        r"(?P<year>\d{4})\b",
        rf"{_DAY}(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        rf"{_DAY}(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})",
        rf"{_DAY}(?P<slashed>\d{{1,2}}/\d{{1,2}})/(?P<year>\d{{4}})",
    )
)
_SECONDS_SINCE_1970 = re.compile(r"(\d{9,10})(?:\d{3}|\.\d+)?")


@dataclass(frozen=True, slots=True)
class FeedDate:
    """A date of a feed. ``guess`` says what the text left open, such as its zone; empty if nothing."""

    date: datetime
    guess: str = ""


def parse_feed_date(text: str) -> datetime | None:
    """Return a date with its offset, UTC for an unknown zone; None for a date that can't be read."""
    found = read_feed_date(text)
    return found.date if found else None


def read_feed_date(text: str) -> FeedDate | None:
    """Return a date and how it was guessed; None for a text that is no date from 1900 to 2999."""
    text = one_line(text)[:100]
    if since := _SECONDS_SINCE_1970.fullmatch(text):
        return FeedDate(datetime.fromtimestamp(int(since[1]), UTC), "seconds since 1970")
    for form in _FORMS:
        match = form.fullmatch(text)
        found = _date(match.groupdict()) if match else None
        if found is not None:
            return found
    return None


def _date(parts: dict[str, str | None]) -> FeedDate | None:
    """Return the date of the named groups of a form that matched; None if they are no date."""
    guesses: list[str] = []
    day_and_month = _day_and_month(parts, guesses)
    zone = _zone(parts, guesses)
    if day_and_month is None or zone is None:
        return None
    hour, minute, second = _time(parts)
    year = int(parts["year"] or 0)
    if year < 100:  # RFC 2822, 4.3
        year += 2000 if year < 50 else 1900
    day, month = day_and_month
    # 24:00 is the next day's midnight, and :60 a leap second.
    later = timedelta(days=1) if hour == 24 else timedelta(seconds=1) if second == 60 else timedelta()
    try:
        date = datetime(year, month, day, hour % 24, minute, min(second, 59), tzinfo=zone) + later
        date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return FeedDate(date, ", ".join(guesses)) if _FIRST_YEAR <= date.year <= _LAST_YEAR else None


def _day_and_month(parts: dict[str, str | None], guesses: list[str]) -> tuple[int, int] | None:
    if slashed := parts.get("slashed"):
        first, second = map(int, slashed.split("/"))
        if first <= 12 and second <= 12 and first != second:
            guesses.append("the month before the day")
        return (first, second) if first > 12 else (second, first)
    if word := parts.get("word"):
        month = _MONTHS.get(word.lower()) or _MONTHS.get(word.lower()[:3])
        return (int(parts["day"] or 0), month) if month else None
    return int(parts["day"] or 0), int(parts["month"] or 0)


def _time(parts: dict[str, str | None]) -> tuple[int, int, int]:
    if early := parts.get("early"):
        hour, minute, second = map(int, early.split(":"))
        return hour, minute, second
    hour = int(parts["hour"] or 0)
    if half := parts["half"]:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    return hour, int(parts["minute"] or 0), int(parts["second"] or 0)


def _zone(parts: dict[str, str | None], guesses: list[str]) -> tzinfo | None:
    """Return the zone of a date, UTC for an unknown one; None for an offset of more than a day."""
    if area := parts["area"]:
        with contextlib.suppress(KeyError, ValueError, OSError):
            return ZoneInfo(area)
    name = area or (parts["name"] or parts.get("zone") or "").upper()
    if parts["sign"]:
        offset = timedelta(hours=int(parts["hours"] or 0), minutes=int(parts["minutes"] or 0))
        return None if offset >= timedelta(hours=24) else timezone(-offset if parts["sign"] == "-" else offset)
    if not name and (parts["hour"] or parts.get("early")):
        guesses.append("UTC, as it has no zone")
    elif name not in _ZONES:
        guesses.append(f"UTC, as {name} is no known zone")
    elif name in _AMBIGUOUS:
        guesses.append(f"{name} as UTC{_ZONES[name]:+g}")
    return timezone(timedelta(hours=_ZONES[name])) if _ZONES.get(name) else UTC
