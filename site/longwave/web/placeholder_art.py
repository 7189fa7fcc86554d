"""A drawing for what has no picture: the waves of its title, as paths of an SVG of 100 by 100."""

from __future__ import annotations

import hashlib
import math

#: Waves in a drawing, points in a wave, and where the first and the last wave lie.
_WAVES, _POINTS = 7, 9
_TOP, _BOTTOM = 24, 84
#: How many colourings the stylesheet has.
STYLES = 4


def waves(title: str) -> tuple[str, ...]:
    """The data of a path for each wave, the hindmost first: always the same for a title, and its own."""
    return tuple(_wave(wave, _noise(title)) for wave in range(_WAVES))


def style(title: str) -> int:
    """Which of the stylesheet's colourings a title gets: 0 to STYLES - 1."""
    return hashlib.sha256(title.encode()).digest()[0] % STYLES


def _noise(title: str) -> bytes:
    return hashlib.shake_128(title.encode()).digest(_WAVES * _POINTS + 2)


def _wave(wave: int, noise: bytes) -> str:
    """Flat at the edges and high where this title's hill is, like a signal that is just received."""
    base = _TOP + (_BOTTOM - _TOP) * wave / (_WAVES - 1)
    hill, width = 30 + noise[-1] / 255 * 40, 12 + noise[-2] / 255 * 14
    step = 100 / (_POINTS - 1)

    drawn = []
    for place in range(_POINTS):
        x = round(place * step)
        height = 3 + 30 * math.exp(-(((x - hill) / width) ** 2))
        y = round(base - height * noise[wave * _POINTS + place] / 255)
        drawn.append(f"S{x - round(step / 2)} {y} {x} {y}" if place else f"M0 {y}")
    return "".join(drawn)
