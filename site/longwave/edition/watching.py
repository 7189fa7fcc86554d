"""Sees what is saved in the site's folder, as soon as it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import watchfiles

from longwave.config import Settings

#: Seconds between two looks.
LOOK = 0.25
#: Milliseconds without another change after which a save is over; editors write beside and rename.
_STEP = 20
Saved = Collection[str] | None


def watch(settings: Settings, stop: threading.Event, fail: Callable[[str], None]) -> Iterator[Saved]:
    """The files of each save, as soon as no more come at once; None where a look passes without any.

    What it begins with is a save of no file: nobody looked before. ``fail`` is told, again and again, why nothing can
    be watched. It ends with ``stop``.
    """
    failed = False
    while not stop.is_set():
        try:
            for saved in _watched(settings, stop):
                failed = False
                yield saved
        except (OSError, RuntimeError) as error:
            # What is just being moved is there, or isn't, at the next look. A system without a watch left stays so.
            if failed:
                hint = "Until it can, `flask reindex` publishes what is saved."
                fail(f"{settings.content}: expected a folder that can be watched, found: {error}. {hint}")
            failed = True
            stop.wait(LOOK)
            yield None


def _watched(settings: Settings, stop: threading.Event) -> Iterator[Saved]:
    """The same, until a folder is made or made again, which has to be watched anew."""
    folders, first = _folders(settings), True
    changes = watchfiles.watch(
        *(path for path, _ in folders),
        stop_event=stop, rust_timeout=int(LOOK * 1000), yield_on_timeout=True, debounce=200, step=_STEP,
    )  # fmt: skip
    while _folders(settings) == folders and not stop.is_set():
        saved = {path for _, path in next(changes, ())}
        # What was saved between the last edition and the first look is not among the changes.
        yield saved if saved or first else None
        first = False


def _folders(settings: Settings) -> list[tuple[Path, int]]:
    content = settings.content
    # A watch doesn't follow links, which these two may be.
    links = [path.resolve() for path in (content / "audio", content / "images") if path.is_symlink()]
    folders = (content, settings.root / "templates", *links)
    return [(path, path.stat().st_ino) for path in folders if path.is_dir()]
