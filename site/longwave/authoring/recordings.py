"""A recording is copied into the site, whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from longwave.authoring.safe_writing import beside, publish_new
from longwave.errors import LongwaveError

#: Bytes that were just copied.
Progress = Callable[[int], None]
_PIECE = 1 << 20


@contextlib.contextmanager
def copied(source: Path, target: Path, progress: Progress) -> Iterator[None]:
    """``target`` is a copy of ``source`` from here on; what fails within takes it away again. Needs 1 MB of memory.

    A file that lies at ``target`` already is taken as it is when it is ``source`` itself, else it is a LongwaveError.
    """
    if target.exists() and target.samefile(source):
        yield
        return
    if target.exists():
        raise LongwaveError(f"{target}: expected no file of this name, found one.", "It was left as it is.")
    with beside(target) as temporary:
        with temporary.open("xb") as copy:
            for piece in _pieces(source):
                copy.write(piece)
                progress(len(piece))
        publish_new(temporary, target)
    try:
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _pieces(source: Path) -> Iterator[bytes]:
    """The bytes of a file; what can't be read of it is told as its own fault, not the copy's."""
    try:
        with source.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except OSError as error:
        raise LongwaveError(f"{source}: expected a readable file, found: {error.strerror or error}.") from None
