"""Fixtures for the tests of the search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from episode_library import EpisodeLibrary


@pytest.fixture
def library(tmp_path: Path) -> Iterator[EpisodeLibrary]:
    """Yield an empty library, to which tests add episodes and whose search indexes are closed at the end."""
    library = EpisodeLibrary(tmp_path)
    yield library
    for index in library.opened:
        index.close()
