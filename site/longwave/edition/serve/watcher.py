"""The watcher of the site's folder, which yields the files of each save once the save is complete."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import watchfiles

from longwave.config import Settings
from longwave.disk import read_regular_text

#: Seconds between two checks of the site's folder.
LOOK = 0.25
#: Milliseconds without a change after which a save counts as complete, as editors write a temporary file and rename it.
_STEP = 20
#: The seconds that a git command may take before it is reported.
_GIT_LIMIT = 10
#: The files of a save, or None if nothing was saved.
Saved = Collection[str] | None


def watch(settings: Settings, stop: threading.Event, fail: Callable[[str], None]) -> Iterator[Saved]:
    """Yield the files of each save until ``stop`` is set, or None after a check that found no save.

    The first save has no files, as changes before the watch are unknown. Saves while git is running are yielded once
    git has finished. ``fail`` is called repeatedly, with the reason, while the folder can't be watched or git doesn't
    finish.
    """
    failed = False
    while not stop.is_set():
        try:
            for saved in _after_git(settings.root, _watched(settings, stop), fail):
                failed = False
                yield saved
        except (OSError, RuntimeError) as error:
            # Only the second error in a row is reported, as a folder that is being moved causes a single one.
            if failed:
                hint = "Until it can, `longwave reindex` publishes what is saved."
                fail(f"{settings.content}: expected a folder that can be watched, found: {error}. {hint}")
            failed = True
            stop.wait(LOOK)
            yield None


def _watched(settings: Settings, stop: threading.Event) -> Iterator[Saved]:
    """Yield the files of each save; end when a watched folder is created or replaced, as it needs a new watch."""
    folders, first = _folders(settings), True
    changes = watchfiles.watch(
        *(path for path, _ in folders),
        stop_event=stop, rust_timeout=int(LOOK * 1000), yield_on_timeout=True, debounce=200, step=_STEP,
    )  # fmt: skip
    while _folders(settings) == folders and not stop.is_set():
        saved = {path for _, path in next(changes, ())}
        # The first check counts as a save, as there may have been changes before the watch began.
        yield saved if saved or first else None
        first = False


def _after_git(root: Path, looks: Iterator[Saved], fail: Callable[[str], None]) -> Iterator[Saved]:
    """Yield the saves, but delay those during a git checkout, when files are missing, until its end."""
    pending: set[str] | None = None
    since = 0.0
    for saved in looks:
        if saved is not None:
            since = time.monotonic() if pending is None else since
            pending = {*(pending or ()), *saved}
        lock = _git_lock(root) if pending is not None else None
        if lock is None:
            yield pending
            pending = None
            continue
        if time.monotonic() - since > _GIT_LIMIT:
            hint = "Delete it if no git is at work; until then nothing is published."
            fail(f"{lock}: expected git to be done, found its lock. {hint}")
        yield None


def _git_lock(root: Path) -> Path | None:
    """Return the lock file of a git process that is changing files below ``root``, or None."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        with contextlib.suppress(OSError):
            # In a work tree or a submodule, .git is a file that contains the repository's path: see
            # gitrepository-layout(5).
            git = folder / read_regular_text(git).removeprefix("gitdir:").strip()
        if git.is_dir():
            lock = git / "index.lock"
            return lock if lock.exists() else None
    return None


def _folders(settings: Settings) -> list[tuple[Path, int]]:
    content = settings.content
    # These two folders may be symbolic links, which a watch doesn't follow, so their targets are watched.
    links = [path.resolve() for path in (content / "audio", content / "images") if path.is_symlink()]
    folders = (content, settings.root / "templates", *links)
    return [(path, path.stat().st_ino) for path in folders if path.is_dir()]
