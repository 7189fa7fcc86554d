"""The owner's theme (the keys in site.toml, and theme.css) as CSS."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.site import theme
from longwave.content.site.theme import (
    CONTRAST,
    contrast,
    parse_colour,
    parse_families,
    parse_length,
    readable_accent,
    theme_css,
)
from longwave.model import Theme

LIGHT = (theme.LIGHT_PAPER, theme.LIGHT_RAISED, theme.LIGHT_SUNKEN)
DARK = (theme.DARK_PAPER, theme.DARK_RAISED, theme.DARK_SUNKEN)
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_any_accent_can_be_read(accent: str) -> None:
    """Links and buttons have enough contrast for any accent colour, light and dark, on every surface."""
    css = theme_css(Theme(accent=accent), "")
    (light, dark), inks = re.findall(r"light-dark\((#\w{6}), (#\w{6})\)", css)
    assert min(contrast(light, surface) for surface in LIGHT) >= CONTRAST
    assert min(contrast(dark, surface) for surface in DARK) >= CONTRAST
    assert all(contrast(ink, shade) >= 4.5 for ink, shade in zip(inks, (light, dark), strict=True))


def test_an_accent_that_can_be_read_stays() -> None:
    """An accent colour with enough contrast is used unchanged; another one is darkened or lightened in its hue."""
    assert readable_accent("#8b1e3f", LIGHT, -1) == "#8b1e3f"
    assert readable_accent("#000080", DARK, +1) == "#8080ff"
    assert readable_accent("#ffff00", LIGHT, -1) == "#6b6b00"


def test_contrast_is_that_of_wcag() -> None:
    """Contrast is computed as WCAG does: 21 for black on white, and 4.54 for #767676 on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)


def test_nothing_said_is_no_css() -> None:
    """Without theme keys in site.toml and a theme.css there is no CSS."""
    assert theme_css(Theme(), " \n") == ""


def test_the_keys_come_before_the_owners_css() -> None:
    """Each theme key becomes a CSS custom property of :root, which the owner's theme.css may override."""
    css = theme_css(Theme(font="mono", radius="8px"), "a { color: red }\n")
    assert css.startswith(":root {\n  --font-text: ui-monospace, ")
    assert "  --font-display: ui-monospace, " in css
    assert css.endswith("monospace;\n  --radius: 8px;\n}\na { color: red }\n")


@pytest.mark.parametrize(
    ("text", "hexadecimal"),
    [("Teal", "#008080"), (" #F0a ", "#ff00aa"), ("hsl(120, 100%, 50%)", "#00ff00"), ("#11223344", "#112233")],
)
def test_colours(text: str, hexadecimal: str) -> None:
    """A theme's colour may be a CSS name, hexadecimal or a function."""
    assert parse_colour(text) == hexadecimal


@pytest.mark.parametrize("text", ["greenish", "rgb(300,0,0)", "hsl(0,200%,50%)", "#12345", "red;}", "url(x)"])
def test_no_colours(text: str) -> None:
    """An invalid colour for the theme raises an error."""
    with pytest.raises(ValueError, match="a colour such as"):
        parse_colour(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("serif", "serif"),
        ("Inter, Helvetica Neue,sans-serif", 'Inter, "Helvetica Neue", sans-serif'),
        ("'Source Sans 3', -apple-system", '"Source Sans 3", -apple-system'),
        ("Größe", '"Größe"'),
    ],
)
def test_fonts(text: str, names: str) -> None:
    """A theme's list of font families becomes CSS that any browser reads."""
    assert parse_families(text) == names


@pytest.mark.parametrize(
    "text", ["Inter; color: red", '"Inter', "Inter'", "url(x)", "a,,b", "Inter}", "a/*", "\\41", "a\nb", "a" * 400]
)
def test_no_fonts(text: str) -> None:
    """Text that could end its CSS declaration is refused as a font."""
    with pytest.raises(ValueError, match="families"):
        parse_families(text)


@given(st.text(alphabet="aZ9 -,'\"", max_size=30) | st.text(max_size=30))
def test_whatever_passes_stays_in_its_place(text: str) -> None:
    """Any text that is accepted as a font or length has balanced quotes and no other special characters of CSS."""
    with contextlib.suppress(ValueError):
        names = parse_families(text)
        assert names.count('"') % 2 == 0
        assert not set(names) & set(";{}()\\/*@<>'\n")
    with contextlib.suppress(ValueError):
        assert re.fullmatch(r"[0-9.]+[a-z]+", parse_length(text))


@pytest.mark.parametrize(
    ("text", "css"), [("0", "0px"), ("8px", "8px"), ("0.5rem", "0.5rem"), ("10", "10px"), (".5em", ".5em")]
)
def test_lengths(text: str, css: str) -> None:
    """A theme's length has its unit in the CSS, px by default."""
    assert parse_length(text) == css


@pytest.mark.parametrize("text", ["big", "-1px", "1e3px", "8 px", "8px;", "calc(1px)", "50%", "nan"])
def test_no_lengths(text: str) -> None:
    """Anything but a plain CSS length is refused as a theme's length."""
    with pytest.raises(ValueError, match="a length such as"):
        parse_length(text)
