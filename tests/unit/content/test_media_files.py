"""The files of content/audio and content/images, found by name and spelt as on the disk."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from support import refuse_to_list

from longwave.content.media.media_files import Media, group_by_folder, list_examples
from longwave.errors import LongwaveError

NFC, NFD = (unicodedata.normalize(form, "Café.png") for form in ("NFC", "NFD"))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a content folder with servable and other files, whose audio folder is a symbolic link to another disk."""
    for name in (
        "disk/podcast/1.mp3",
        "disk/podcast/more/2.vtt",
        "disk/loose.mp3",
        "disk/podcast/.hidden.mp3",
        "disk/podcast/back\\slash.mp3",
        "content/images/cover.png",
        "content/images/avatars/Ann.PNG",
        "content/images/press/2026/a.jpg",
        "content/images/press/b.jpg",
        f"content/images/{NFD}",
        "content/images/notes.txt",
        "content/podcast/1.md",
        "secret.png",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "disk/podcast" / os.fsdecode(b"\xff.mp3")).write_bytes(b"x")
    images = tmp_path / "content/images"
    (tmp_path / "content/audio").symlink_to(tmp_path / "disk")
    (images / "out.png").symlink_to(tmp_path / "secret.png")
    (images / "outside").symlink_to(tmp_path)
    (images / "in.png").symlink_to("cover.png")
    (images / "kit").symlink_to("press")
    (images / "loop").symlink_to("loop")
    os.mkfifo(images / "pipe.png")
    return tmp_path / "content"


def test_all_that_can_be_served_is_found(content: Path) -> None:
    """Pictures and the audio in shows' folders are listed; hidden files, links that lead out and other files aren't."""
    pictures = {"cover.png", "in.png", "avatars/Ann.PNG", "press/2026/a.jpg", "press/b.jpg", NFD}
    audio = {"audio/podcast/1.mp3", "audio/podcast/more/2.vtt"}
    media = Media(content)
    assert set(media.names()) == audio | {f"images/{name}" for name in pictures}
    assert all(media.find(name) == name for name in media.names())
    assert media.find(f"images/{NFC}") == f"images/{NFD}"
    assert media.find("images/kit/b.jpg") == "images/kit/b.jpg"
    assert set(media.names("images/kit")) == {"images/kit/b.jpg", "images/kit/2026/a.jpg"}


@pytest.mark.parametrize(
    "name",
    [
        "images/out.png", "images/outside/secret.png", "images/loop", "images/pipe.png", "images/notes.txt", "images",
        "images/press", "images/press/", "images//cover.png", "images/./cover.png", "images/../podcast/1.md",
        "audio/loose.mp3", "audio/podcast/.hidden.mp3", "audio/podcast/back\\slash.mp3", "podcast/1.md", "cover.png",
        "", "/", "images/cover.png/", "images/a\0b.png", "images/Cover.png", "Images/cover.png", "images/" + "press/" * 5000 + "b.jpg",
    ],
)  # fmt: skip
def test_nothing_else_is(content: Path, name: str) -> None:
    """A media file is found only by its exact name, even on a disk that ignores case."""
    assert Media(content).find(name) is None


def test_a_disk_that_takes_any_spelling_keeps_its_own(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that a case-insensitive disk opens under a typed spelling is found under the spelling on the disk."""
    exists = os.path.lexists

    def folded(path: str) -> str:
        return unicodedata.normalize("NFC", path).casefold()

    def takes_any(path: str) -> bool:
        return exists(path) or folded(path) in {folded(str(each)) for each in content.rglob("*")}

    # Test machines rarely have a case-insensitive file system; test_disks.py uses a real one if it can.
    monkeypatch.setattr(os.path, "lexists", takes_any)
    media = Media(content)
    assert media.find(f"images/{NFC}") == f"images/{NFD}"
    assert media.find("images/CAFÉ.PNG") == f"images/{NFD}"
    assert media.find("images/PRESS/B.jpg") == "images/press/b.jpg"
    assert media.find_picture("ann.png") == "avatars/Ann.PNG"
    assert media.find("images/PRESS/c.jpg") is None


def test_names_of_front_matter_are_found(content: Path) -> None:
    """A picture named in front matter is found by its bare name, or by its path on a Jekyll site (/assets/images/)."""
    media = Media(content)
    assert media.find_picture("Ann.PNG") == "avatars/Ann.PNG"
    assert media.find_picture("/assets/images/cover.png") == "cover.png"
    assert media.find_picture("nobody.png") is None
    assert media.find_picture("../secret.png") is None


def test_what_is_meant_is_told_from_its_name(content: Path) -> None:
    """A media file's name with another case or Unicode normal form suggests the file that was meant."""
    media = Media(content)
    assert media.similar(f"images/{NFC}") == f"images/{NFD}"
    assert media.similar("images/COVER.png") == "images/cover.png"
    assert media.similar("images/Press") is None
    assert media.similar("images/other.png") is None


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("images/press/*", {"images/press/b.jpg"}),
        ("images/press/**", {"images/press/b.jpg", "images/press/2026/a.jpg"}),
        ("images/**/?.jpg", {"images/press/b.jpg", "images/press/2026/a.jpg"}),
        ("images/*.png", {"images/cover.png", "images/in.png", f"images/{NFD}"}),
        ("images/Caf?.png", {f"images/{NFD}"}),
        (f"images/{NFC}", {f"images/{NFD}"}),
        ("audio/*", set()),
        ("audio/**", {"audio/podcast/1.mp3", "audio/podcast/more/2.vtt"}),
        ("images/cover.png", {"images/cover.png"}),
        ("images/cover.pn[g]", set()),
        ("images/c.ver.png", set()),
        ("images/none/*", set()),
    ],
)
def test_patterns_fit_whole_names(content: Path, pattern: str, found: set[str]) -> None:
    """In a pattern of file names `*` stays in a folder, `**` goes below it, `?` is one letter; all else is literal."""
    assert set(Media(content).matching(pattern)) == found


def test_a_folder_that_cannot_be_listed_is_no_empty_one(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a file in an unreadable folder raises an error; listing all media files skips that folder."""
    refuse_to_list(monkeypatch, "press")
    with pytest.raises(
        LongwaveError, match="images/press: expected a folder that can be read, found: Permission denied"
    ):
        Media(content).find("images/press/b.jpg")
    assert "images/cover.png" in set(Media(content).names())


def test_many_names_are_told_by_folder() -> None:
    """In messages a few file names are listed one by one, many grouped by folder, and many folders by their parents."""
    assert group_by_folder(["a/2", "a/1"]) == [("a/1", []), ("a/2", [])]
    many = [f"{number:02}" for number in range(60)]
    assert group_by_folder([f"a/b/{name}" for name in many] + ["a/c/1"]) == [("a/b/", many), ("a/c/1", [])]
    assert group_by_folder([f"a/{name}/x" for name in many]) == [("a/", [f"{name}/x" for name in many])]
    assert group_by_folder([]) == []
    assert (list_examples("cba"), list_examples("dcba")) == ("a, b, c", "a, b, c, …")
