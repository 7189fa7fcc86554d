"""Pictures in the sizes that pages show."""

from pathlib import Path

import pytest
from PIL import Image

from longwave.content.pictures import find_picture, picture


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder of pictures."""
    folder = tmp_path / "images"
    (folder / "avatars").mkdir(parents=True)
    Image.new("RGB", (800, 400), "red").save(folder / "wide.jpg", exif=Image.Exif())
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(folder / "avatars" / "ann.png")
    (folder / "fake.png").write_bytes(b"not a picture")
    (folder / "drawing.svg").write_text("<svg/>")
    return folder


def test_names_of_front_matter_are_found(base: Path) -> None:
    """An avatar is found by its bare name, and a path of the old site leads to the same file."""
    assert find_picture(base, "ann.png") == "avatars/ann.png"
    assert find_picture(base, "/assets/images/wide.jpg") == "wide.jpg"
    assert find_picture(base, "nobody.png") is None
    assert find_picture(base, "../secret.png") is None


def test_a_picture_fits_its_size(base: Path, tmp_path: Path) -> None:
    """A scaled picture fits the size, keeps its shape, and is made once."""
    found = picture(base, tmp_path / "cache", "128", "wide.jpg")
    assert found is not None
    with Image.open(found[0]) as scaled:
        assert (scaled.size, found[1]) == ((128, 64), "image/jpeg")
    made = found[0].stat().st_mtime_ns
    assert picture(base, tmp_path / "cache", "128", "wide.jpg") == found
    assert found[0].stat().st_mtime_ns == made


def test_nothing_is_enlarged_and_transparency_stays(base: Path, tmp_path: Path) -> None:
    """A small picture stays small, and a PNG stays see-through."""
    found = picture(base, tmp_path / "cache", "1024", "avatars/ann.png")
    assert found is not None
    with Image.open(found[0]) as scaled:
        assert (scaled.size, scaled.mode) == ((300, 300), "RGBA")


def test_a_picture_is_turned_upright(base: Path, tmp_path: Path) -> None:
    """A camera's orientation is applied, and what else the camera wrote is dropped."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    Image.new("RGB", (400, 200)).save(base / "turned.jpg", exif=exif)
    found = picture(base, tmp_path / "cache", "64", "turned.jpg")
    assert found is not None
    with Image.open(found[0]) as scaled:
        assert (scaled.size, dict(scaled.getexif())) == ((32, 64), {})


@pytest.mark.parametrize(
    ("size", "name"), [("64", "fake.png"), ("65", "wide.jpg"), ("64", "gone.png"), ("64", "../x.png")]
)
def test_what_is_no_picture_is_none(base: Path, tmp_path: Path, size: str, name: str) -> None:
    """Another size, a missing file and one that only pretends are nothing, and leave nothing behind."""
    assert picture(base, tmp_path / "cache", size, name) is None
    assert not list(tmp_path.rglob("*.tmp"))


def test_vector_graphics_have_every_size(base: Path, tmp_path: Path) -> None:
    """An SVG is the same file at any size."""
    assert picture(base, tmp_path / "cache", "64", "drawing.svg") == (base / "drawing.svg", "image/svg+xml")
