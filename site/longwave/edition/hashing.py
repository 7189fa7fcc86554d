"""Files that are sent are hashed beside all else: slowly, one after the other, and never by who asks for one."""

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
from longwave.disk import facts, is_settled
from longwave.edition.hashes import Hashes

#: The folders of content/ whose files are sent.
_FOLDERS = ("audio", "images")
_BLOCK = 262_144
#: For how long it rests after each block, in the time that the block took.
_IDLE = 3
#: Seconds until the next try where another process is at it, or nothing can be written.
_PAUSE = 5
_log = logging.getLogger("longwave")


class Hashing:
    """One for each process: a thread that hashes what isn't yet, and what is known of all files by now.

    Of several processes one hashes at a time. A file that was asked for has its turn first, then the newest. A process
    that ends loses the file it was at.
    """

    def __init__(self, content: Path, instance: Path) -> None:
        self._content, self._hashes = content, Hashes(instance)
        self._asked: set[str] = set()
        self._everything = False
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._failure = ""

    def validators(self, path: Path, info: os.stat_result) -> Validators:
        """Return the validators of a file that was opened by its path, without links; its hash, where it is known."""
        name = self._name(path)
        known, began = self._hashes.find(name)
        if is_settled(info) and (known is None or known.facts != facts(info)):
            self._asked.add(name)
            self._wake.set()
        return validators(info, known, began)

    def look(self) -> None:
        """Look for files that have changed since the last look, and hash what is asked for from now on."""
        self._everything = True
        self._wake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="longwave-hashing", daemon=True)
            self._thread.start()

    def close(self, seconds: float | None = None) -> None:
        """End it, in the middle of a file too; wait no longer than so many seconds for the disk."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)
        self._hashes.close()

    def _name(self, path: Path) -> str:
        """The name of a file below content/, whichever disk it lies on."""
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
            except Exception as error:  # noqa: BLE001 - whatever it is, it costs hashes, and the next try comes
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
        """Hash whatever isn't yet. False where another process is at it."""
        with self._hashes.writing() as ours:
            if ours:
                for name in self._names():
                    if self._stop.is_set():
                        break
                    self._hash(name)
            return ours

    def _names(self) -> Iterator[str]:
        """What is to be hashed: what was asked for, then the newest. A request alone makes nobody look at all files."""
        look, self._everything = self._everything, False
        found = sorted(self._changed()) if look else []
        while found or self._asked:
            yield self._asked.pop() if self._asked else found.pop()[1]

    def _changed(self) -> Iterator[tuple[float, str]]:
        """The files that aren't as they were when they were hashed, with their times."""
        known = self._hashes.all()
        for base in _FOLDERS:
            top = os.path.realpath(self._content / base)
            for folder, _, files in os.walk(top):
                for path in (f"{folder}/{file}" for file in files):
                    name = f"{base}{path[len(top) :]}"
                    with contextlib.suppress(OSError):
                        info = os.stat(path)  # noqa: PTH116 - twenty thousand times
                        if name not in known or known[name].facts != facts(info):
                            yield info.st_mtime, name

    def _hash(self, name: str) -> None:
        base, _, below = name.partition("/")
        path = resolve_inside(self._content / base, below)
        if path is None:
            return
        known, began = self._hashes.find(name)
        # What can't be read is of no use to listeners either, and what has changed meanwhile has its turn again.
        with contextlib.suppress(OSError, UnicodeError), path.open("rb", buffering=0) as stream:
            info = os.fstat(stream.fileno())
            if not is_settled(info) or (known and known.facts == facts(info)):
                return
            digest = self._digest(stream)
            if digest and facts(os.fstat(stream.fileno())) == facts(info):
                self._hashes.put(name, hashed(info, digest, known, began))

    def _digest(self, stream: io.FileIO) -> str:
        """The hash of a file, made so that the disk and a core are there for listeners; empty where it was ended."""
        total = hashlib.blake2b(digest_size=16)
        while not self._stop.is_set():
            began = time.monotonic()
            block = stream.read(_BLOCK)
            if not block:
                return total.hexdigest()
            total.update(block)
            self._stop.wait(_IDLE * (time.monotonic() - began))
        return ""
