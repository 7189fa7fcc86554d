"""What the tests of the search share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from episode_library import EpisodeLibrary


@pytest.fixture
def library(tmp_path: Path) -> Iterator[EpisodeLibrary]:
    """An empty library."""
    library = EpisodeLibrary(tmp_path)
    yield library
    for index in library.opened:
        index.close()
