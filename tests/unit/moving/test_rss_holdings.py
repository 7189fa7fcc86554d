"""The manifest of downloads and the content files of an earlier RSS import, damaged ones included."""

from __future__ import annotations

from pathlib import Path

from longwave.moving.rss.download_manifest import FOLDER, Fetched, Manifest
from longwave.moving.rss.existing_site import read_existing


def test_a_torn_line_takes_no_other_along(tmp_path: Path) -> None:
    """Entries added after a half-written line of the manifest of downloads are still read."""
    Manifest(tmp_path, "feed").add("a", Fetched("https://x.example/a", 1, "0"))
    file = tmp_path / FOLDER / "manifest.jsonl"
    file.write_text(f'{file.read_text("utf-8")}{{"file": "b", "ur', "utf-8")
    Manifest(tmp_path, "feed").add("c", Fetched("https://x.example/c", 2, "1"))
    manifest = Manifest(tmp_path, "feed")
    assert [manifest.fetched(name) is not None for name in "abc"] == [True, False, True]


def test_a_file_in_another_encoding_is_known(tmp_path: Path) -> None:
    """An existing episode's file that isn't UTF-8 is recognized by its guid, and its slug isn't given to another."""
    file = tmp_path / "podcast/2024-01-02-1-first.md"
    file.parent.mkdir()
    file.write_bytes('---\ntitle: "Käse"\nguid: "g-1"\n---\n'.encode("latin-1"))
    existing = read_existing(tmp_path)
    assert existing.is_broken("g-1")
    assert "1-first" in existing.slugs
