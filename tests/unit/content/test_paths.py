"""Safe paths: names that are resolved to files inside one folder, or to None."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.media.paths import resolve_inside


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a symbolic link to a folder.

    In it are a file, a hidden file, a link to the file, and a link to a secret file outside.
    """
    disk = tmp_path / "disk"
    (disk / "sub").mkdir(parents=True)
    (disk / "sub" / "a.mp3").write_bytes(b"a")
    (disk / ".hidden").write_bytes(b"h")
    (tmp_path / "secret").write_bytes(b"s")
    (disk / "out.mp3").symlink_to(tmp_path / "secret")
    (disk / "in.mp3").symlink_to("sub/a.mp3")
    (tmp_path / "audio").symlink_to(disk)
    return tmp_path / "audio"


def test_what_lies_inside_is_found(base: Path) -> None:
    """A file is found below a folder that is itself a symbolic link, also through links that stay inside the folder."""
    assert resolve_inside(base, "sub/a.mp3") == (base / "sub/a.mp3").resolve()
    assert resolve_inside(base, "in.mp3") == (base / "sub/a.mp3").resolve()


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../secret",
        "sub/../../secret",
        "/etc/passwd",
        "out.mp3",
        "sub",
        "sub/",
        "sub//a.mp3",
        ".hidden",
        "sub\\a.mp3",
        "a\0b",
        "sub/./a.mp3",
        "x" * 5000,
        "\udcff",
        "sub/a.mp3/",
        "..%2fsecret",
        "%2e%2e/secret",
        "nope",
    ],
)
def test_nothing_else_is(base: Path, name: str) -> None:
    """A name that leads out of the folder, to a hidden file or to none, or has an odd spelling is resolved to None."""
    assert resolve_inside(base, name) is None


@given(st.text(alphabet="./\\abc%2e\0", max_size=30))
def test_no_name_leads_out(name: str) -> None:
    """The path that any name is resolved to lies below the folder."""
    base = Path(__file__).parent
    path = resolve_inside(base, name)
    assert path is None or path.is_relative_to(base.resolve())
