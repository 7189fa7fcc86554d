"""Lines for whoever runs the site: never in the way of an answer, and one line of JSON for each request."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import select
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache

from longwave.errors import LongwaveError
from longwave.web.proxies import shortened
from longwave.web.seen import Request, escaped

#: So many characters wait for a reader who is slow; then lines are dropped, as no listener shall wait for a log.
_WAITING = 8_000_000
_TURN = 0.05
_log = logging.getLogger("longwave")


class Lines:
    """Lines on their way to a file: an open one, or a path that is opened when it is needed.

    A thread writes them within a tenth of a second; nobody waits for it. Safe to use from several threads and after a
    fork. What can't be written is lost; the line that follows says how many were. Has what Python's ``logging`` asks of
    a stream. ``collect`` is called before each turn, for what others have kept back to write at once.
    """

    def __init__(self, file: int | str) -> None:
        self._file = file
        atexit.register(self.flush, 1)
        self.collect: Callable[[], None] = lambda: None
        self._texts: list[str] = []
        self._held = self._lost = 0
        #: So many bytes are written at once; whether the last of them were a part of a line.
        self._most, self._torn = sys.maxsize, False
        self._hurry = threading.Event()
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._process = 0

    def write(self, text: str) -> int:
        """Take lines with their ends."""
        with self._lock:
            if self._held + len(text) > _WAITING:
                self._lost += text.count("\n")
                return 0
            self._texts.append(text)
            self._held += len(text)
        self.begin()
        return len(text)

    def begin(self) -> None:
        """Begin to write, unless this process has."""
        if self._process == os.getpid():
            return
        with self._lock:
            begun, self._process = self._process == os.getpid(), os.getpid()
        if not begun:
            try:
                self.open()
            except LongwaveError as error:
                _log.error("%s", error)
            threading.Thread(target=self._work, name="longwave-lines", daemon=True).start()

    def flush(self, seconds: float = 0) -> None:
        """Wait until everything is written, but no longer than so many seconds."""
        self.collect()
        self._hurry.set()
        until = time.monotonic() + seconds
        while time.monotonic() < until and (self._texts or self._writing.locked()):
            time.sleep(0.005)

    def open(self) -> None:
        """Open the file now. Raises LongwaveError when it can't be written."""
        if isinstance(self._file, str):
            where, self._file = self._file, -1
            try:
                # A named pipe that nobody reads would keep us waiting for a reader.
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
                self._file = os.open(where, flags, 0o640)
                os.set_blocking(self._file, True)
            except OSError as error:
                found = f"{where}: {error.strerror}"
                raise LongwaveError(f"LONGWAVE_ACCESS_LOG: expected 1, 0 or a file, found {found}.") from None
        with contextlib.suppress(OSError):
            self._most = select.PIPE_BUF if stat.S_ISFIFO(os.fstat(self._file).st_mode) else sys.maxsize

    def _work(self) -> None:
        while True:
            # Meanwhile more lines come, which cost one write together.
            self._hurry.wait(_TURN)
            with self._writing:
                self._hurry.clear()
                self.collect()
                self._drain()

    def _drain(self) -> None:
        with self._lock:
            data, lost = "".join(self._texts).encode("utf-8", "backslashreplace"), self._lost
            self._texts.clear()
            self._held = self._lost = 0
        if lost and not self._put(f'{{"lost": {lost}}}\n'.encode()):
            lost = 0
        while data:
            # Whole lines, as many as no other process that writes to the same pipe can come between.
            end = data.rfind(b"\n", 0, self._most) + 1 or data.find(b"\n") + 1 or len(data)
            lost += self._put(data[:end])
            data = data[end:]
        if lost:
            with self._lock:
                self._lost += lost

    def _put(self, lines: bytes) -> int:
        """Write lines; how many didn't get out whole, as the disk is full or the reader gone."""
        mend = b"\n" if self._torn else b""
        data, done = mend + lines, 0
        with contextlib.suppress(OSError):
            while done < len(data):
                done += os.write(int(self._file), data[done:])
        if done:
            self._torn = data[done - 1 : done] != b"\n"
        return data[max(done, len(mend)) :].count(b"\n")


def opened(where: str) -> Lines | None:
    """The access log at a path, on standard output (``1``), or none (``0`` or empty).

    Commands that serve nobody open no file, which would then be theirs.
    """
    if where in ("", "0"):
        return None
    return Lines(1 if where == "1" else where)


def written(requests: Iterable[Request]) -> str:
    """The lines for requests. Control characters are escaped in them, and what strangers send is cut.

    Nobody is known by them: addresses are shortened, and what was searched (in the query of an address) is left out.
    """
    lines, stamp, since, until = [], "", 0.0, 0.0
    for at, seen, seconds, address, agent, referer, request, part in requests:
        # Of those that are written together many are of the same millisecond.
        if not since <= at < until:
            since, until = int(at * 1000) / 1000, (int(at * 1000) + 1) / 1000
            stamp = datetime.fromtimestamp(since, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
        answer, about = seen.words
        took = f"{seconds * 1000:.2f}" if seconds else "0.00"
        more = f', "request": {escaped(request)}' if request else ""
        more += f', "range": {escaped(part)}' if part else ""
        client = _client(address, agent, referer)
        lines.append(f'{{"time": "{stamp}Z", {answer}, "ms": {took}, {client}, {about}{more}}}\n')
    return "".join(lines)


# The same ask again and again. Few are kept, as strangers may send 32 KB.
@lru_cache(maxsize=256)
def _client(address: str | None, agent: str | None, referer: str | None) -> str:
    return (
        f'"address": {escaped(shortened(address or ""))}, "agent": {escaped(agent or "")}, '
        f'"referer": {escaped((referer or "").partition("?")[0])}'
    )
