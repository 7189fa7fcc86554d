"""Atomic writing of owners' files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from longwave.authoring.safe_writing import replace_file, short_slug, temporary_beside, write_new
from longwave.errors import LongwaveError


def test_a_new_file_is_written_with_its_folders(tmp_path: Path) -> None:
    """Writing a new file creates the folders above it, and leaves no temporary file."""
    write_new(tmp_path / "a" / "b.md", "Grüße")
    assert (tmp_path / "a" / "b.md").read_text("utf-8") == "Grüße"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.md"]


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    """Writing a new file where one exists raises an error, and leaves the existing one."""
    (tmp_path / "b.md").write_text("mine")
    with pytest.raises(LongwaveError, match="expected no file of this name"):
        write_new(tmp_path / "b.md", "yours")
    assert (tmp_path / "b.md").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["b.md"]


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    """A replaced file keeps its permissions."""
    (tmp_path / "b.md").write_text("old")
    (tmp_path / "b.md").chmod(0o640)
    replace_file(tmp_path / "b.md", "new")
    assert (tmp_path / "b.md").read_text() == "new"
    assert (tmp_path / "b.md").stat().st_mode & 0o777 == 0o640


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while a file is written leaves neither the file nor a part of it."""

    def interrupted() -> None:
        with temporary_beside(tmp_path / "b.mp3") as temporary:
            temporary.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """Writing below a path where a file stands instead of a folder is an error that names the path."""
    (tmp_path / "a").write_text("")
    with pytest.raises(LongwaveError, match=r"a/b\.md: expected room to write"):
        write_new(tmp_path / "a" / "b.md", "")


def test_long_names_of_any_script_are_written(tmp_path: Path) -> None:
    """A file whose name is as long as file systems allow is written, as its temporary file has a short name."""
    name = f"{'播' * 80}.md"
    write_new(tmp_path / name, "x")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_disk_without_links_is_written_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """On a disk without hard links a new file is renamed into place, and an existing one is still not overwritten."""

    def unknown(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", unknown)
    write_new(tmp_path / "b.md", "mine")
    with pytest.raises(LongwaveError, match=r"expected no file of this name, found one. It was left as it is"):
        write_new(tmp_path / "b.md", "yours")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("b.md", "mine")]


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing to a full disk raises a LongwaveError that names the cause, and leaves no temporary file."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(LongwaveError, match="expected room to write, found: No space left on device"):
        write_new(tmp_path / "b.md", "mine")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("slug", "short"),
    [("a-b", "a-b"), ("word-" * 30 + "end", "word-" * 23 + "word"), ("播" * 80, "播" * 40), ("x" * 200, "x" * 120)],
)
def test_slugs_are_cut_by_bytes(slug: str, short: str) -> None:
    """A slug has at most 120 bytes, is cut between words if possible, and never within a letter."""
    assert short_slug(slug) == short
