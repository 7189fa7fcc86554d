"""Draw the demo's covers and avatars: waves, and people made of a few shapes.

.venv/bin/python docs/demo/draw_art.py
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

IMAGES = Path(__file__).parents[2] / "content" / "images"
PAPER, INK, RUST, TEAL, SAND, NIGHT = "#fbf7f0", "#24211e", "#a34710", "#1f6f78", "#ecd9b8", "#1d2b36"
PEOPLE = {
    "mara-finch": ("#f0c8a0", "#5a2e1a", "#1f6f78", "bob"),
    "otto-lindqvist": ("#f2d3b5", "#c9a15a", "#a34710", "short"),
    "ines-duarte": ("#d9a47a", "#2a1a14", "#d08a2e", "long"),
    "kofi-mensah": ("#7a4a2c", "#1c1310", "#3f6b4a", "short"),
    "hana-sato": ("#f3d2b0", "#161313", "#8a3b52", "bob"),
    "priya-raman": ("#b87a4e", "#1d1412", "#4a4e8c", "long"),
}


def wave(  # noqa: PLR0913, PLR0917 - what a wave is
    draw: ImageDraw.ImageDraw, size: int, middle: float, height: float, length: float, colour: str, width: int
) -> None:
    """Draw a wave across the picture that is calmer towards its ends."""
    points = []
    for x in range(-20, size + 21, 4):
        calm = math.sin(math.pi * (x + 20) / (size + 40))
        points.append((x, middle + height * calm * math.sin(2 * math.pi * x / length)))
    draw.line(points, fill=colour, width=width, joint="curve")


def cover(name: str, back: str, colours: tuple[str, ...], sun: str) -> None:
    """Write a cover of 1400 by 1400 pixels, and a small one for the MP3s."""
    size = 2800
    picture = Image.new("RGB", (size, size), back)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((size * 0.30, size * 0.16, size * 0.70, size * 0.56), fill=sun)
    for place, colour in enumerate(colours):
        middle = size * (0.40 + 0.075 * place)
        wave(draw, size, middle, size * (0.030 + 0.014 * place), size * (0.30 + 0.09 * place), colour, 44 + 5 * place)
    picture = picture.resize((1400, 1400), Image.Resampling.LANCZOS)
    picture.save(IMAGES / f"{name}.jpg", quality=86, optimize=True)
    picture.resize((300, 300), Image.Resampling.LANCZOS).save(IMAGES / f"{name}-small.jpg", quality=80, optimize=True)


def avatar(name: str, skin: str, hair: str, shirt: str, cut: str) -> None:
    """Write a portrait of a few shapes, 320 by 320 pixels."""
    s = 1280
    picture = Image.new("RGB", (s, s), SAND)
    draw = ImageDraw.Draw(picture)
    wave(draw, s, s * 0.30, s * 0.05, s * 0.5, PAPER, 50)
    wave(draw, s, s * 0.45, s * 0.07, s * 0.6, PAPER, 50)
    if cut != "short":
        low = 0.86 if cut == "long" else 0.66
        draw.rounded_rectangle((s * 0.25, s * 0.18, s * 0.75, s * low), s * 0.22, fill=hair)
    draw.ellipse((s * 0.14, s * 0.76, s * 0.86, s * 1.5), fill=shirt)
    draw.rectangle((s * 0.43, s * 0.6, s * 0.57, s * 0.8), fill=skin)
    draw.ellipse((s * 0.40, s * 0.72, s * 0.60, s * 0.84), fill=skin)
    draw.ellipse((s * 0.31, s * 0.24, s * 0.69, s * 0.70), fill=skin)
    draw.pieslice((s * 0.29, s * 0.16, s * 0.71, s * 0.62), 180, 360, fill=hair)
    if cut != "short":
        draw.pieslice((s * 0.29, s * 0.18, s * 0.79, s * 0.56), 170, 300, fill=hair)
    for eye in (0.42, 0.58):
        draw.ellipse((s * (eye - 0.02), s * 0.455, s * (eye + 0.02), s * 0.495), fill=INK)
    draw.arc((s * 0.44, s * 0.50, s * 0.56, s * 0.61), 20, 160, fill=INK, width=16)
    picture = picture.resize((320, 320), Image.Resampling.LANCZOS).quantize(64)
    picture.save(IMAGES / "avatars" / f"{name}.png", optimize=True)


def main() -> None:
    """Draw all pictures."""
    (IMAGES / "avatars").mkdir(parents=True, exist_ok=True)
    cover("longwave", RUST, (SAND, PAPER, SAND, PAPER, SAND), "#d9743a")
    cover("letters", NIGHT, (TEAL, SAND, TEAL, SAND, TEAL), "#e8c77a")
    (IMAGES / "letters-small.jpg").unlink()
    for name, look in PEOPLE.items():
        avatar(name, *look)


if __name__ == "__main__":
    main()
