"""The owner's theme: the checks of its values in ``site.toml``, and its CSS."""

from __future__ import annotations

import colorsys
import re

from PIL import ImageColor

from longwave.model import Theme

# These background colours of static/longwave.css, light and dark, are those on which the accent colour is used.
LIGHT_PAPER, LIGHT_RAISED, LIGHT_SUNKEN = "#fbf8f3", "#ffffff", "#f2ece2"
DARK_PAPER, DARK_RAISED, DARK_SUNKEN = "#141210", "#1d1a17", "#2a2622"
_LIGHT = (LIGHT_PAPER, LIGHT_RAISED, LIGHT_SUNKEN)
_DARK = (DARK_PAPER, DARK_RAISED, DARK_SUNKEN)
_INKS = ("#ffffff", "#14110e")
#: The minimum contrast of the accent colour: WCAG requires 4.5, and browsers round colours a little.
CONTRAST = 4.6

_FONTS = {
    "serif": '"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, Georgia, serif',
    "sans": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    "mono": 'ui-monospace, SFMono-Regular, "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
}
_FAMILY = re.compile(r"(?P<quote>[\"']?)(?P<name>[^\W_]+(?:[ -]+[^\W_]+)*|-[^\W\d_]+(?:-[^\W_]+)*)(?P=quote)")
_KEYWORD = re.compile(r"-?[A-Za-z][A-Za-z0-9-]*")
_LENGTH = re.compile(r"(?P<number>[0-9]{1,4}(?:\.[0-9]{1,4})?|\.[0-9]{1,4})(?P<unit>px|r?em|ch|ex|pt|mm|cm|in|v[wh])?")


def parse_colour(text: str) -> str:
    """Return a CSS colour as ``#rrggbb``, without its transparency. Raises ValueError for any other text."""
    try:
        # Pillow accepts channels above 255, for which _hex raises ValueError.
        return _hex(ImageColor.getrgb(text.strip())[:3])
    except ValueError:
        raise ValueError('a colour such as "#8b1e3f", "teal" or "hsl(200, 60%, 40%)"') from None


def parse_families(text: str) -> str:
    """Return one of the words serif, sans and mono, or a list of font families, quoted so that it is safe in CSS.

    Raises ValueError for any other text.
    """
    if text in _FONTS:
        return text
    parts = [_FAMILY.fullmatch(family.strip(" ")) for family in text.split(",")]
    if len(text) > 300 or not all(parts):
        raise ValueError('serif, sans, mono, or families such as "Inter, Helvetica, sans-serif"')
    names = [(match["name"], match["quote"]) for match in parts if match]
    # CSS refuses a name such as `Source Sans 3` without quotes.
    return ", ".join(name if not quote and _KEYWORD.fullmatch(name) else f'"{name}"' for name, quote in names)


def parse_length(text: str) -> str:
    """Return a CSS length with its unit; a bare number means pixels. Raises ValueError for any other text."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError('a length such as 0, "8px" or "0.5rem"')
    # The unit is added even to 0, because a 0 without a unit isn't a length inside CSS's calc().
    return f"{match['number']}{match['unit'] or 'px'}"


def theme_css(theme: Theme, own: str) -> str:
    """Return the theme's settings as CSS custom properties, then the owner's CSS ``own``; "" if there is neither."""
    properties: list[str] = []
    if theme.accent:
        light, dark = readable_accent(theme.accent, _LIGHT, -1), readable_accent(theme.accent, _DARK, +1)
        properties.append(f"--accent: light-dark({light}, {dark});")
        properties.append(f"--accent-ink: light-dark({_ink(light)}, {_ink(dark)});")
    if theme.font:
        font = _FONTS.get(theme.font, theme.font)
        properties += [f"--font-text: {font};", f"--font-display: {font};"]
    if theme.radius:
        properties.append(f"--radius: {theme.radius};")
    root = ":root {\n" + "".join(f"  {line}\n" for line in properties) + "}\n" if properties else ""
    return root + (f"{own.strip()}\n" if own.strip() else "")


def readable_accent(accent: str, surfaces: tuple[str, ...], step: int) -> str:
    """Return ``accent``, made darker (``step`` -1) or lighter (+1) until readable on the backgrounds ``surfaces``."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(accent)))
    shade = accent
    while min(contrast(shade, surface) for surface in surfaces) < CONTRAST:
        lightness = min(1.0, max(0.0, lightness + step / 100))
        shade = _hex(tuple(round(channel * 255) for channel in colorsys.hls_to_rgb(hue, lightness, saturation)))
    return shade


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2 between two colours, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _ink(accent: str) -> str:
    return max(_INKS, key=lambda ink: contrast(ink, accent))


def _luminance(text: str) -> float:
    linear = [
        share / 12.92 if (share := channel / 255) <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for channel in _channels(text)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text[1:]))


def _hex(channels: tuple[int, ...]) -> str:
    return "#" + bytes(channels).hex()
