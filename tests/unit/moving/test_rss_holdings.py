"""The manifest and files of an earlier run, torn and broken ones included."""

from __future__ import annotations

from pathlib import Path

from longwave.moving.rss.download_manifest import FOLDER, Fetched, Manifest
from longwave.moving.rss.existing_site import holdings


def test_a_torn_line_takes_no_other_along(tmp_path: Path) -> None:
    """Entries after a torn line are known to the next run."""
    Manifest(tmp_path, "feed").add("a", Fetched("https://x.example/a", 1, "0"))
    file = tmp_path / FOLDER / "manifest.jsonl"
    file.write_text(f'{file.read_text("utf-8")}{{"file": "b", "ur', "utf-8")
    Manifest(tmp_path, "feed").add("c", Fetched("https://x.example/c", 2, "1"))
    known = Manifest(tmp_path, "feed")
    assert [known.of(name) is not None for name in "abc"] == [True, False, True]


def test_a_file_in_another_encoding_is_known(tmp_path: Path) -> None:
    """An episode's file that isn't UTF-8 is known by its guid, and its name is reserved."""
    file = tmp_path / "podcast/2024-01-02-1-first.md"
    file.parent.mkdir()
    file.write_bytes('---\ntitle: "Käse"\nguid: "g-1"\n---\n'.encode("latin-1"))
    held = holdings(tmp_path)
    assert held.is_broken("g-1")
    assert "1-first" in held.slugs
