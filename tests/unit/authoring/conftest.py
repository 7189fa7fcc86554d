"""What tests of authoring share."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def room_for() -> Iterator[Callable[[int], None]]:
    """Lets files grow to so many bytes only, as a disk does that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
