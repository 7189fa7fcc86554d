"""The promises of docs/security.md, and their tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
PROMISES = [line.strip("|").split("|") for line in TEXT.split("## Promises")[1].split("##")[0].splitlines()][4:]


@pytest.mark.parametrize("row", [row for row in PROMISES if len(row) > 1], ids=lambda row: row[0].strip()[:40])
def test_a_promise_names_its_tests(row: list[str]) -> None:
    """Each promise in docs/security.md names its tests' files, and each of them exists and has a test in it."""
    promise, to, held_by = row
    assert promise.strip()
    assert to.strip()
    named = re.findall(r"`([\w/]+\.py)`", held_by)
    assert named
    for name in named:
        files = [ROOT / name] if "/" in name else [*(ROOT / "tests").rglob(name)]
        assert len(files) == 1, name
        assert re.search(r"^def (test_|main\b)", files[0].read_text("utf-8"), re.MULTILINE), name
