"""Uploaded pictures, scaled to the sizes that pages use and cached."""

import contextlib
import hashlib
import io
import os
import threading
import time
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageDraw

from longwave.content.media.pictures import PictureCache
from longwave.content.media.scaling import scale_here

picture = PictureCache().find


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a folder with pictures, a broken one, and a drawing."""
    folder = tmp_path / "images"
    (folder / "avatars").mkdir(parents=True)
    Image.new("RGB", (800, 400), "red").save(folder / "wide.jpg", exif=Image.Exif())
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(folder / "avatars" / "ann.png")
    (folder / "fake.png").write_bytes(b"not a picture")
    (folder / "drawing.svg").write_text("<svg/>")
    time.sleep(0.06)  # The files must be older than a clock tick, as the pictures of newer ones aren't cached.
    return folder


def test_a_picture_fits_its_size(base: Path, tmp_path: Path) -> None:
    """A scaled picture fits into the size, keeps its aspect ratio, and is made only once."""
    result = picture(base, tmp_path / "cache", "128", "wide.jpg")
    assert result is not None
    with Image.open(result[0]) as scaled:
        assert (scaled.size, result[1]) == ((128, 64), "image/jpeg")
    made = result[0].stat().st_mtime_ns
    assert picture(base, tmp_path / "cache", "128", "wide.jpg") == result
    assert result[0].stat().st_mtime_ns == made


def test_nothing_is_enlarged_and_transparency_stays(base: Path, tmp_path: Path) -> None:
    """A picture smaller than the requested size isn't enlarged, and a PNG stays transparent."""
    result = picture(base, tmp_path / "cache", "1024", "avatars/ann.png")
    assert result is not None
    with Image.open(result[0]) as scaled:
        assert (scaled.size, scaled.mode) == ((300, 300), "RGBA")


def test_a_picture_is_turned_upright(base: Path, tmp_path: Path) -> None:
    """A scaled photograph is rotated by its EXIF orientation, and its other metadata is dropped."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    Image.new("RGB", (400, 200)).save(base / "turned.jpg", exif=exif)
    result = picture(base, tmp_path / "cache", "64", "turned.jpg")
    assert result is not None
    with Image.open(result[0]) as scaled:
        assert (scaled.size, dict(scaled.getexif())) == ((32, 64), {})


def test_colours_stay_what_they_are(base: Path, tmp_path: Path) -> None:
    """A scaled photograph keeps its colour profile, without which its colours would change."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (400, 200)).save(base / "wide-gamut.jpg", icc_profile=profile)
    result = picture(base, tmp_path / "cache", "64", "wide-gamut.jpg")
    assert result is not None
    with Image.open(result[0]) as scaled:
        assert scaled.info["icc_profile"] == profile


_MODES = {
    ".png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    ".jpg": ("1", "L", "RGB", "CMYK"),
    ".webp": ("L", "P", "RGB", "RGBA"),
    ".gif": ("1", "L", "P", "RGB", "RGBA"),
    ".avif": ("L", "RGB", "RGBA"),
}


@pytest.mark.parametrize(("suffix", "mode"), [(suffix, mode) for suffix, modes in _MODES.items() for mode in modes])
def test_every_kind_of_picture_is_scaled(base: Path, tmp_path: Path, mode: str, suffix: str) -> None:
    """A picture in any format and colour mode is scaled to one that all browsers show."""
    Image.new(mode, (90, 180)).save(base / f"a{suffix}")
    result = picture(base, tmp_path / "cache", "64", f"a{suffix}")
    assert result is not None
    with Image.open(result[0]) as scaled:
        assert (scaled.size, Image.MIME[str(scaled.format)]) == ((32, 64), result[1])
    assert result[1] in ("image/png", "image/jpeg", "image/webp")


def test_a_palette_is_scaled_smoothly_and_stays_see_through(base: Path, tmp_path: Path) -> None:
    """A transparent picture with a colour palette is scaled with smooth edges and stays transparent."""
    logo = Image.new("P", (256, 256), 0)
    logo.putpalette([0, 0, 0, 255, 0, 0])
    ImageDraw.Draw(logo).ellipse((20, 20, 236, 236), fill=1)
    logo.save(base / "logo.png", transparency=0)
    result = picture(base, tmp_path / "cache", "64", "logo.png")
    assert result is not None
    with Image.open(result[0]) as scaled:
        colours = scaled.convert("RGBA").getchannel("A").getcolors()
    assert colours is not None
    assert len(colours) > 2


def test_a_cameras_jpeg_of_two_pictures_is_its_first(base: Path, tmp_path: Path) -> None:
    """The photograph is scaled in a JPEG with a preview behind it, as some cameras write one."""
    Image.new("RGB", (400, 200)).save(
        base / "camera.jpg", "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20))]
    )
    result = picture(base, tmp_path / "cache", "64", "camera.jpg")
    assert result is not None
    with Image.open(result[0]) as scaled:
        assert (scaled.size, scaled.format) == ((64, 32), "JPEG")


def test_full_is_the_uploaded_file_unless_it_is_huge(base: Path, tmp_path: Path) -> None:
    """In size "full" a picture is the uploaded file, with its content's media type; above 3000 pixels it is scaled."""
    assert picture(base, tmp_path / "cache", "full", "wide.jpg") == (base / "wide.jpg", "image/jpeg")
    (base / "wide.jpg").rename(base / "misnamed.png")
    assert picture(base, tmp_path / "cache", "full", "misnamed.png") == (base / "misnamed.png", "image/jpeg")
    Image.new("1", (3600, 100)).save(base / "huge.png")
    result = picture(base, tmp_path / "cache", "full", "huge.png")
    assert result is not None
    with Image.open(result[0]) as scaled:
        assert scaled.width == 3000


def test_a_new_picture_of_that_name_replaces_the_old(base: Path, tmp_path: Path) -> None:
    """After a picture's file is replaced, the old file's cached picture isn't served for the new one."""
    picture(base, tmp_path / "cache", "64", "wide.jpg")
    Image.new("RGB", (100, 300)).save(base / "wide.jpg")
    result = picture(base, tmp_path / "cache", "64", "wide.jpg")
    assert result is not None
    with Image.open(result[0]) as scaled:
        assert scaled.size == (21, 64)


def test_a_cache_that_cannot_be_written_costs_speed_only(base: Path, tmp_path: Path) -> None:
    """A picture is served as uploaded if the cache folder can't be written."""
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert picture(base, tmp_path / "cache", "64", "wide.jpg") == (base / "wide.jpg", "image/jpeg")


def test_many_at_once_get_one_whole_picture(base: Path, tmp_path: Path) -> None:
    """Simultaneous requests for a picture get the same complete scaled file."""
    results: list[tuple[Path, str] | None] = []
    threads = [
        threading.Thread(target=lambda: results.append(picture(base, tmp_path / "cache", "256", "wide.jpg")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert len(list((tmp_path / "cache" / "256").iterdir())) == 1


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".gif", ".avif"])
def test_a_damaged_picture_is_none(base: Path, tmp_path: Path, suffix: str) -> None:
    """A truncated or damaged picture raises no error: it is scaled as far as it can be read, or None is returned."""
    stream = io.BytesIO()
    Image.effect_noise((90, 90), 90).convert("RGB").save(stream, Image.registered_extensions()[suffix])
    raw = stream.getvalue()
    for place in range(0, len(raw), max(1, len(raw) // 40)):
        (base / f"cut{suffix}").write_bytes(raw[:place])
        (base / f"wrong{suffix}").write_bytes(raw[:place] + b"\xff\0\x7f\x80" + raw[place + 4 :])
        for name in (f"cut{suffix}", f"wrong{suffix}"):
            # Scaling runs in this process, as a child process for each picture would take too long.
            with contextlib.suppress(Exception):
                scale_here(str(base / name), 64, 0)
    # Some decoders accept a picture without its last byte.
    (base / f"cut{suffix}").write_bytes(raw[: len(raw) // 2])
    assert picture(base, tmp_path / "cache", "64", f"cut{suffix}") is None


@pytest.mark.parametrize("side", [7800, 13_400])
def test_a_bomb_is_none(base: Path, tmp_path: Path, side: int) -> None:
    """A small file that would unpack to a giant picture, beyond our own limit or Pillow's, isn't unpacked."""
    Image.new("1", (side, side)).save(base / "bomb.png")
    assert picture(base, tmp_path / "cache", "64", "bomb.png") is None


def test_other_forms_are_not_opened(base: Path, tmp_path: Path) -> None:
    """A PostScript file that is named like a picture isn't opened, as it is a program."""
    Image.new("RGB", (90, 90)).save(base / "program.png", "EPS")
    assert picture(base, tmp_path / "cache", "64", "program.png") is None


@pytest.mark.parametrize(
    ("size", "name"), [("64", "fake.png"), ("65", "wide.jpg"), ("64", "gone.png"), ("64", "../x.png")]
)
def test_what_is_no_picture_is_none(base: Path, tmp_path: Path, size: str, name: str) -> None:
    """Scaling to an unknown size, or of a missing file or no picture, gives None and leaves no temporary file."""
    assert picture(base, tmp_path / "cache", size, name) is None
    assert not list(tmp_path.rglob("*.tmp"))


def test_vector_graphics_have_every_size(base: Path, tmp_path: Path) -> None:
    """For an SVG the same file is served at any size."""
    assert picture(base, tmp_path / "cache", "64", "drawing.svg") == (base / "drawing.svg", "image/svg+xml")


def test_grey_of_sixteen_bits_stays_grey(base: Path, tmp_path: Path) -> None:
    """A scan with 16 bits per pixel keeps its brightness when scaled."""
    Image.new("I;16", (400, 400), 30000).save(base / "scan.png")
    result = picture(base, tmp_path / "cache", "128", "scan.png")
    assert result is not None
    with Image.open(result[0]) as opened:
        assert opened.convert("L").getpixel((5, 5)) == 117


def test_a_cameras_jpeg_of_two_pictures_is_served_as_a_jpeg(base: Path, tmp_path: Path) -> None:
    """The cover that podcast directories fetch has a media type that they know, even if the camera wrote an MPO."""
    first, second = Image.new("RGB", (300, 300), "red"), Image.new("RGB", (300, 300), "blue")
    first.save(base / "two.jpg", format="MPO", save_all=True, append_images=[second])
    result = picture(base, tmp_path / "cache", "full", "two.jpg")
    assert result is not None
    assert result[1] == "image/jpeg"


def test_a_picture_of_the_same_size_and_time_is_another(base: Path, tmp_path: Path) -> None:
    """A cached picture isn't served for another uploaded file of the same size and time."""
    for name, colour in (("red.png", (255, 0, 0)), ("blue.png", (0, 0, 255))):
        Image.new("RGB", (300, 300), colour).save(base / name, compress_level=0)
    before = (base / "red.png").stat()
    time.sleep(0.06)
    red = picture(base, tmp_path / "cache", "64", "red.png")
    os.utime(base / "blue.png", ns=(before.st_atime_ns, before.st_mtime_ns))
    (base / "blue.png").replace(base / "red.png")
    assert (base / "red.png").stat().st_size == before.st_size
    blue = picture(base, tmp_path / "cache", "64", "red.png")
    assert red is not None
    assert blue is not None
    with Image.open(red[0]) as one, Image.open(blue[0]) as other:
        assert (one.getpixel((5, 5)), other.getpixel((5, 5))) == ((255, 0, 0), (0, 0, 255))


def test_a_scaled_picture_is_named_by_its_bytes(base: Path, tmp_path: Path) -> None:
    """A scaled picture's cache file is named by the hash of its bytes, and a damaged one is made anew."""
    first = picture(base, tmp_path / "cache", "64", "wide.jpg")
    assert first is not None
    (base / "wide.jpg").touch()
    time.sleep(0.06)
    second = picture(base, tmp_path / "cache", "64", "wide.jpg")
    assert second is not None
    assert (first[0] != second[0], first[0].name) == (True, second[0].name)
    assert first[0].stem == hashlib.blake2b(first[0].read_bytes(), digest_size=16).hexdigest()
    second[0].write_bytes(second[0].read_bytes()[:-1] + b"?")
    assert picture(base, tmp_path / "cache", "64", "wide.jpg") == second
    assert second[0].read_bytes() == first[0].read_bytes()
