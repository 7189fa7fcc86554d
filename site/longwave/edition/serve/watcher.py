"""Sees what is saved in the site's folder, as soon as it is."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import watchfiles

from longwave.config import Settings

#: Seconds between two looks.
LOOK = 0.25
#: Milliseconds without another change after which a save is over; editors write beside and rename.
_STEP = 20
#: Seconds after which it is told that git isn't done yet.
_PATIENCE = 10
Saved = Collection[str] | None


def watch(settings: Settings, stop: threading.Event, fail: Callable[[str], None]) -> Iterator[Saved]:
    """The files of each save, as soon as no more come at once; None where a look passes without any.

    What it begins with is a save of no file: nobody looked before. What is saved while git is at work counts as saved
    when it is done. ``fail`` is told, again and again, why nothing can be watched, or is published. It ends with
    ``stop``.
    """
    failed = False
    while not stop.is_set():
        try:
            for saved in _after_git(settings.root, _watched(settings, stop), fail):
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


def _after_git(root: Path, looks: Iterator[Saved], fail: Callable[[str], None]) -> Iterator[Saved]:
    """Yield the saves, but none of the middle of a checkout, where some files are gone and others aren't there yet."""
    held: set[str] | None = None
    since = 0.0
    for saved in looks:
        if saved is not None:
            since = time.monotonic() if held is None else since
            held = {*(held or ()), *saved}
        lock = _git_lock(root) if held is not None else None
        if lock is None:
            yield held
            held = None
            continue
        if time.monotonic() - since > _PATIENCE:
            hint = "Delete it if no git is at work; until then nothing is published."
            fail(f"{lock}: expected git to be done, found its lock. {hint}")
        yield None


def _git_lock(root: Path) -> Path | None:
    """Return the file by which git says that it is at work on the files below ``root``; None while it isn't."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        with contextlib.suppress(OSError):
            # Of a work tree or a submodule it is a file that says where it lies (gitrepository-layout(5)).
            git = folder / git.read_text("utf-8", "replace").removeprefix("gitdir:").strip()
        if git.is_dir():
            lock = git / "index.lock"
            return lock if lock.exists() else None
    return None


def _folders(settings: Settings) -> list[tuple[Path, int]]:
    content = settings.content
    # A watch doesn't follow links, which these two may be.
    links = [path.resolve() for path in (content / "audio", content / "images") if path.is_symlink()]
    folders = (content, settings.root / "templates", *links)
    return [(path, path.stat().st_ino) for path in folders if path.is_dir()]
