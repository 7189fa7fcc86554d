"""The filters of templates: dates, sizes and lengths of time as people read them, and placeholder art."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime

from longwave.content.fields.times import format_seconds
from longwave.content.transcripts.languages import own_name
from longwave.phrases import phrase

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
#: The waves of a drawing, and the points of a wave.
_WAVES, _POINTS = 7, 9
#: The heights of the first and the last wave in a drawing of 100 by 100.
_TOP, _BOTTOM = 24, 84
#: The number of colourings that the stylesheet has for placeholder art.
STYLES = 4


def day(date: datetime, language: str = "en") -> str:
    """Return ``18 November 2019`` for English, and ``2019-11-18`` for a language with other names of months."""
    return phrase("time.day", date=date) if language.lower().startswith("en") else f"{date:%Y-%m-%d}"


def megabytes(size: int) -> str:
    """Return a number of bytes as ``12 MB``, or ``1.2 MB`` below ten."""
    name = "size.megabytes" if size >= 10_000_000 else "size.few_megabytes"
    return phrase(name, megabytes=size / 1_000_000)


def in_words(seconds: int) -> str:
    """Return 3485 as ``58 minutes 5 seconds``, as a screen reader reads a length of time aloud."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = (("time.hours", hours), ("time.minutes", minutes), ("time.seconds", rest))
    return " ".join(phrase(name, count=count) for name, count in parts if count) or phrase("time.seconds", count=0)


def short_seconds(seconds: float) -> str:
    """Return 13.0 as ``13`` and 12.25 as ``12.2``: a tenth of a second is the finest that a listener hears."""
    return f"{seconds:.1f}".removesuffix(".0")


def direction(language: str) -> str:
    """Return ``rtl`` for a language that is written from right to left, else ``ltr``."""
    return "rtl" if language.lower().partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def waves(title: str) -> tuple[str, ...]:
    """Return the placeholder art of a title: an SVG path's data for each wave, the hindmost first.

    The paths fill a square of 100 by 100, and are always the same for a title.
    """
    noise = hashlib.shake_128(title.encode()).digest(_WAVES * _POINTS + 2)
    return tuple(_wave(number, noise) for number in range(_WAVES))


def style(title: str) -> int:
    """Return the number of the stylesheet's colouring for a title's placeholder art: 0 to ``STYLES`` - 1."""
    return hashlib.sha256(title.encode()).digest()[0] % STYLES


def _wave(number: int, noise: bytes) -> str:
    """Return the SVG path of wave ``number`` (0 is the hindmost), flat at the edges and highest where ``noise`` says.

    ``noise`` is the hash of the title for which the waves are drawn.
    """
    base = _TOP + (_BOTTOM - _TOP) * number / (_WAVES - 1)
    hill, width = 30 + noise[-1] / 255 * 40, 12 + noise[-2] / 255 * 14
    step = 100 / (_POINTS - 1)

    segments = []
    for point in range(_POINTS):
        x = round(point * step)
        height = 3 + 30 * math.exp(-(((x - hill) / width) ** 2))
        y = round(base - height * noise[number * _POINTS + point] / 255)
        segments.append(f"S{x - round(step / 2)} {y} {x} {y}" if point else f"M0 {y}")
    return "".join(segments)


#: The filters by the names that templates know.
FILTERS = {
    "clock": format_seconds,
    "day": day,
    "direction": direction,
    "in_words": in_words,
    "language": own_name,
    "megabytes": megabytes,
    "seconds": short_seconds,
    "style": style,
    "waves": waves,
}
