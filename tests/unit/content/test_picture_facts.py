"""The size and the type of pictures, as the site serves them in full size."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from longwave.content.media.picture_facts import PictureFacts, read_picture_facts


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.webp", "image/webp"), ("a.gif", "image/gif")],
)
def test_a_picture_is_measured(tmp_path: Path, name: str, media_type: str) -> None:
    """The facts of a picture are its size in pixels and the media type of its content."""
    Image.new("RGB", (64, 36)).save(tmp_path / name)
    assert read_picture_facts(tmp_path / name) == PictureFacts(64, 36, media_type)


def test_a_picture_is_measured_by_its_head_alone(tmp_path: Path) -> None:
    """A picture is never decoded: the size is known of a PNG whose pixels are missing."""
    Image.new("RGB", (640, 360)).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])
    assert read_picture_facts(tmp_path / "a.png") == PictureFacts(640, 360, "image/png")


def test_a_picture_that_lies_on_its_side_is_measured_upright(tmp_path: Path) -> None:
    """The sides of a photograph that EXIF turns by a right angle are those that people see."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (64, 36)).save(tmp_path / "a.jpg", exif=exif)
    assert read_picture_facts(tmp_path / "a.jpg") == PictureFacts(36, 64, "image/jpeg")


def test_a_picture_too_large_to_be_served_is_measured_scaled(tmp_path: Path) -> None:
    """The facts of a picture with a side above 3,000 pixels are those of its scaled copy."""
    Image.new("L", (6000, 1500)).save(tmp_path / "a.png")
    assert read_picture_facts(tmp_path / "a.png") == PictureFacts(3000, 750)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_a_damaged_picture_has_no_size(tmp_path: Path, content: bytes) -> None:
    """A file that is no picture, a missing one and one of far too many pixels have no known size."""
    (tmp_path / "a.png").write_bytes(content)
    assert read_picture_facts(tmp_path / "a.png") == PictureFacts()
    assert read_picture_facts(tmp_path / "none.png") == PictureFacts()


def test_a_drawing_has_a_type_and_no_size(tmp_path: Path) -> None:
    """An SVG fits any size, so only its type is known."""
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert read_picture_facts(tmp_path / "a.svg") == PictureFacts(type="image/svg+xml")
