"""The access log: a line of JSON for each request, written without keeping any answer waiting."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import select
import stat
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from longwave.errors import LongwaveError
from longwave.web.proxies import REQUEST, without_host
from longwave.web.request_context import CACHE_RESULT

#: The keys of a request's WSGI environment from which its line in the access log is made.
ENVIRONMENT = ("REQUEST_METHOD", "PATH_INFO", "REMOTE_ADDR", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_RANGE",
               REQUEST, CACHE_RESULT)  # fmt: skip
#: The most characters of a client's value, such as a User-Agent, that are logged.
_MAX_VALUE = 300
#: The most characters that wait for a slow reader; further lines are dropped, so that no listener waits for the log.
_MAX_WAITING = 8_000_000
#: Seconds for which log lines are collected before they are written together.
_INTERVAL = 0.05
_log = logging.getLogger("longwave")


class LineWriter:
    """A writer of lines to a file descriptor, or to a path that is opened at the first line.

    A thread writes within a tenth of a second, so that nobody waits for a disk or a pipe. Safe to use from several
    threads and after a fork. A line that can't be written is lost; the next line tells how many were. The writer has
    the methods that ``logging`` asks of a stream.
    """

    def __init__(self, file: int | str) -> None:
        self._file = file
        atexit.register(self.flush, 1)
        self._texts: list[str] = []
        self._waiting = self._lost = 0
        #: The most bytes that are written at once, and whether the last write ended in the middle of a line.
        self._max_write, self._torn = sys.maxsize, False
        self._hurry = threading.Event()
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._process = 0

    def write(self, text: str) -> int:
        """Queue lines, with their newlines, for the writing thread; return how many characters were queued."""
        with self._lock:
            if self._waiting + len(text) > _MAX_WAITING:
                self._lost += text.count("\n")
                return 0
            self._texts.append(text)
            self._waiting += len(text)
        self._start_thread()
        return len(text)

    def _start_thread(self) -> None:
        """Start the thread that writes the queued log lines, unless this process has one already."""
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
        """Wait until all queued lines are written, but no longer than ``seconds``."""
        self._hurry.set()
        until = time.monotonic() + seconds
        while time.monotonic() < until and (self._texts or self._writing.locked()):
            time.sleep(0.005)

    def open(self) -> None:
        """Open the log file before its first line. Raises LongwaveError when the file can't be written."""
        if isinstance(self._file, str):
            path, self._file = self._file, -1
            try:
                # A named pipe that nobody reads would keep us waiting for a reader.
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
                self._file = os.open(path, flags, 0o640)
                os.set_blocking(self._file, True)
            except OSError as error:
                found = f"{path}: {error.strerror}"
                raise LongwaveError(f"LONGWAVE_ACCESS_LOG: expected 1, 0 or a file, found {found}.") from None
        with contextlib.suppress(OSError):
            self._max_write = select.PIPE_BUF if stat.S_ISFIFO(os.fstat(self._file).st_mode) else sys.maxsize

    def _work(self) -> None:
        while True:
            # All lines that are queued during this wait are written together, by a single system call.
            self._hurry.wait(_INTERVAL)
            with self._writing:
                self._hurry.clear()
                self._drain()

    def _drain(self) -> None:
        with self._lock:
            data, lost = "".join(self._texts).encode("utf-8", "backslashreplace"), self._lost
            self._texts.clear()
            self._waiting = self._lost = 0
        if lost and not self._put(f'{{"lost": {lost}}}\n'.encode()):
            lost = 0
        while data:
            # A write of whole lines, and of no more than a pipe takes at once, mixes with no other process's lines.
            end = data.rfind(b"\n", 0, self._max_write) + 1 or data.find(b"\n") + 1 or len(data)
            lost += self._put(data[:end])
            data = data[end:]
        if lost:
            with self._lock:
                self._lost += lost

    def _put(self, lines: bytes) -> int:
        """Write log lines; return how many were lost because the disk is full or the pipe has no reader."""
        mend = b"\n" if self._torn else b""
        data, done = mend + lines, 0
        with contextlib.suppress(OSError):
            while done < len(data):
                done += os.write(int(self._file), data[done:])
        if done:
            self._torn = data[done - 1 : done] != b"\n"
        return data[max(done, len(mend)) :].count(b"\n")


def access_log(setting: str) -> LineWriter | None:
    """Return the access log at a path, or on standard output for ``1``; None for ``0`` and an empty setting.

    The file is opened when the first line is written, so that a command which serves no requests creates none.
    """
    if setting in ("", "0"):
        return None
    return LineWriter(1 if setting == "1" else setting)


def request_line(environ: Mapping[str, Any], status: int, sent: int | None, seconds: float, edition: str) -> str:
    """Return the line for an answered request; ``sent`` is None where a proxy sends the body.

    No listener can be recognized by a line: addresses are shortened, and the query, which may hold a search, is left
    out. Control characters are escaped, and values that strangers send are cut.
    """
    # PATH_INFO is Latin-1 by the standard (PEP 3333), and UTF-8 by intention.
    path = environ.get("PATH_INFO", "")[: 4 * _MAX_VALUE].encode("latin-1", "replace").decode("utf-8", "replace")
    values: dict[str, object] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "method": environ.get("REQUEST_METHOD", "")[:_MAX_VALUE],
        "path": path[:_MAX_VALUE],
        "status": status,
        "bytes": sent,
        "ms": round(seconds * 1000, 2),
        "address": without_host(environ.get("REMOTE_ADDR", ""))[:_MAX_VALUE],
        "agent": environ.get("HTTP_USER_AGENT", "")[:_MAX_VALUE],
        "referer": environ.get("HTTP_REFERER", "").partition("?")[0][:_MAX_VALUE],
        "cache": environ.get(CACHE_RESULT, "none"),
        "edition": edition,
    }
    for key, name in (("request", REQUEST), ("range", "HTTP_RANGE")):
        if environ.get(name):
            values[key] = environ[name][:_MAX_VALUE]
    return f"{json.dumps(values)}\n"
