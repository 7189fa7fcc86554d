"""Small tools for files on the disk."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from longwave.disk import read_regular, read_regular_text, source_digest


def test_a_digest_changes_with_every_source(tmp_path: Path) -> None:
    """A digest of sources covers each given file, and all Python modules below a given folder, but nothing else."""
    package = tmp_path / "package"
    (package / "deep").mkdir(parents=True)
    module, deep, data = tmp_path / "one.py", package / "deep" / "two.py", package / "data.txt"
    digests = []
    for path, text in ((module, "1"), (deep, "2"), (data, "3"), (module, "4"), (deep, "5")):
        path.write_text(text)
        digests.append(source_digest(*(one for one in (module, package) if one.exists())))
    assert digests[2] == digests[1]
    assert len(set(digests)) == 4
    assert all(len(digest) == 16 for digest in digests)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """A file, or a link to one, is read up to a limit; a pipe, a socket, a folder and a device are refused at once."""
    file, link, pipe = tmp_path / "file", tmp_path / "link", tmp_path / "pipe"
    file.write_bytes(b"a\r\nb\xff")
    link.symlink_to(file)
    os.mkfifo(pipe)
    assert (read_regular(link), read_regular(file, 2)) == (b"a\r\nb\xff", b"a\r")
    assert read_regular_text(link) == "a\nb\N{REPLACEMENT CHARACTER}"
    with pytest.raises(UnicodeDecodeError):
        read_regular_text(file, errors="strict")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for path in (pipe, tmp_path / "socket", tmp_path, Path("/dev/null")):
            with pytest.raises(OSError, match=r"something other|directory|No such device"):
                read_regular(path)
