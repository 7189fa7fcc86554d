"""Small tools for files on the disk."""

from __future__ import annotations

from pathlib import Path

from longwave.disk import source_digest


def test_a_digest_changes_with_every_source(tmp_path: Path) -> None:
    """The digest covers each file, and each module below a folder, but no other files in the folder."""
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
