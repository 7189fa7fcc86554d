"""Hashing of audio and images in the background: slowly, one file after the other, and never within a request."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from longwave.audio.validators import Validators, hashed, validators
from longwave.content.media.paths import resolve_inside
from longwave.disk import is_settled, regular_only, stat_signature
from longwave.edition.serve.hashes import Hashes

#: The folders below content/ whose files are served and hashed.
_FOLDERS = ("audio", "images")
#: The number of bytes of a file that are read and hashed at once.
_BLOCK = 262_144
#: The pause after each block of a file, as a multiple of the time that hashing the block took.
_IDLE = 3
#: The seconds until the next attempt, if another process is hashing or the hashes can't be written.
_PAUSE = 5
_log = logging.getLogger("longwave")


class Hashing:
    """A background thread that hashes audio and images, with the hashes known so far; each process has one.

    One process hashes at a time. Requested files come first, then the newest ones. A file that is being hashed when its
    process ends is hashed again.
    """

    def __init__(self, content: Path, instance: Path) -> None:
        self._content, self._hashes = content, Hashes(instance)
        self._requested: set[str] = set()
        self._everything = False
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._failure = ""

    def validators(self, path: Path, info: os.stat_result) -> Validators:
        """Return the validators (for ETag and Last-Modified) of an open file; ``path`` must have no symlinks."""
        name = self._name(path)
        known, began = self._hashes.find(name)
        if is_settled(info) and (known is None or known.facts != stat_signature(info)):
            self._requested.add(name)
            self._wake.set()
        return validators(info, known, began)

    def look(self) -> None:
        """Request that all files that have changed since the last call be hashed in the background."""
        self._everything = True
        self._wake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="longwave-hashing", daemon=True)
            self._thread.start()

    def close(self, seconds: float | None = None) -> None:
        """Stop the thread, even in the middle of a file; wait for it no longer than ``seconds``."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)
        self._hashes.close()

    def _name(self, path: Path) -> str:
        """Return a file's name below content/, whose folders may be symlinks; an empty text for any other file."""
        for base in _FOLDERS:
            top = os.path.realpath(self._content / base)
            if path.is_relative_to(top):
                return f"{base}/{path.relative_to(top)}"
        return ""

    def _run(self) -> None:
        while self._wake.wait() and not self._stop.is_set():
            self._wake.clear()
            try:
                done = self._sweep()
            except Exception as error:  # noqa: BLE001 - any error costs only hashes, and the next attempt follows
                self._fail(error)
                done = False
            if not done:
                self._stop.wait(_PAUSE)
                self._everything = True
                self._wake.set()

    def _fail(self, error: Exception) -> None:
        if str(error) != self._failure:
            self._failure = str(error)
            _log.warning("Files can't be hashed, and are known by their times alone: %s", error)

    def _sweep(self) -> bool:
        """Hash the files that have changed. Return False if another process is hashing."""
        with self._hashes.writing() as ours:
            if ours:
                for name in self._names():
                    if self._stop.is_set():
                        break
                    self._hash(name)
            return ours

    def _names(self) -> Iterator[str]:
        """Yield the names of files to hash: requested ones, then, after ``look``, changed ones, newest first."""
        look, self._everything = self._everything, False
        changed = sorted(self._changed()) if look else []
        while changed or self._requested:
            yield self._requested.pop() if self._requested else changed.pop()[1]

    def _changed(self) -> Iterator[tuple[float, str]]:
        """Yield the modification time and the name of each file that has changed since it was hashed."""
        known = self._hashes.all()
        for base in _FOLDERS:
            top = os.path.realpath(self._content / base)
            for folder, _, files in os.walk(top):
                for path in (f"{folder}/{file}" for file in files):
                    name = f"{base}{path[len(top) :]}"
                    with contextlib.suppress(OSError):
                        info = os.stat(path)  # noqa: PTH116 - os.stat is faster for many files
                        if name not in known or known[name].facts != stat_signature(info):
                            yield info.st_mtime, name

    def _hash(self, name: str) -> None:
        base, _, below = name.partition("/")
        path = resolve_inside(self._content / base, below)
        if path is None:
            return
        known, began = self._hashes.find(name)
        # An unreadable file needs no hash, as it can't be served, either; one that changes meanwhile is hashed later.
        with contextlib.suppress(OSError, UnicodeError), open(path, "rb", buffering=0, opener=regular_only) as stream:
            info = os.fstat(stream.fileno())
            if not is_settled(info) or (known and known.facts == stat_signature(info)):
                return
            digest = self._digest(stream)
            if digest and stat_signature(os.fstat(stream.fileno())) == stat_signature(info):
                self._hashes.put(name, hashed(info, digest, known, began))

    def _digest(self, stream: io.FileIO) -> str:
        """Return a file's hash, or an empty text after ``close``. Pauses after each block keep downloads fast."""
        total = hashlib.blake2b(digest_size=16)
        while not self._stop.is_set():
            began = time.monotonic()
            block = stream.read(_BLOCK)
            if not block:
                return total.hexdigest()
            total.update(block)
            self._stop.wait(_IDLE * (time.monotonic() - began))
        return ""
