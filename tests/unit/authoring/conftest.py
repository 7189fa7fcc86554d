"""Fixtures of the tests of authoring."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

Room = Callable[[int], AbstractContextManager[None]]


@pytest.fixture
def room_for() -> Room:
    """Return a context manager in which files can grow only to so many bytes, as on a disk that is nearly full."""

    @contextlib.contextmanager
    def limit(size: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limit
