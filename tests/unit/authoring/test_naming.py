"""File names that fit into every file system."""

from __future__ import annotations

import pytest

from longwave.authoring.file_names import short_slug


@pytest.mark.parametrize(
    ("slug", "short"),
    [("a-b", "a-b"), ("word-" * 30 + "end", "word-" * 23 + "word"), ("播" * 80, "播" * 40), ("x" * 200, "x" * 120)],
)
def test_slugs_are_cut_by_bytes(slug: str, short: str) -> None:
    """A slug has at most 120 bytes, is cut between words if possible, and never within a letter."""
    assert short_slug(slug) == short
