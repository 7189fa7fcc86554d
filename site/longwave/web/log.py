"""Lines for whoever runs the site: never in the way of an answer, and one line of JSON for each request."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import random
import threading
import time
from collections import deque
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from wsgiref.types import WSGIEnvironment

from longwave.errors import LongwaveError
from longwave.web.current import CACHED
from longwave.web.proxies import REQUEST, shortened

#: So many lines wait for a reader who is slow; then lines are dropped, as no listener shall wait for a log.
_WAITING = 20_000
_PAUSE = 0.05
_LONGEST = 300
_log = logging.getLogger("longwave")


class Lines:
    """Lines on their way to a file: an open one, or a path that is opened when it is needed.

    A thread writes them within a tenth of a second; nobody waits for it. Safe to use from several threads and after a
    fork. What can't be written is lost; the line that follows says how many were. Has what Python's ``logging`` asks of
    a stream.
    """

    def __init__(self, file: int | str) -> None:
        self._file = file
        atexit.register(self.flush, 1)
        self._lines: deque[str] = deque()
        self._lost = 0
        self._news = threading.Event()
        self._writing = threading.Lock()
        self._process = 0

    def write(self, text: str) -> int:
        """Take a text with its line's end."""
        if len(self._lines) >= _WAITING:
            self._lost += 1
            return 0
        self._lines.append(text)
        if self._process != os.getpid():
            self._begin()
        if not self._news.is_set():
            self._news.set()
        return len(text)

    def flush(self, seconds: float = 0) -> None:
        """Wait until everything is written, but no longer than so many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and (self._lines or self._news.is_set() or self._writing.locked()):
            time.sleep(0.005)

    def open(self) -> None:
        """Open the file now. Raises LongwaveError when it can't be written."""
        if isinstance(self._file, str):
            where, self._file = self._file, -1
            try:
                self._file = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
            except OSError as error:
                found = f"{where}: {error.strerror}"
                raise LongwaveError(f"LONGWAVE_ACCESS_LOG: expected 1, 0 or a file, found {found}.") from None

    def _begin(self) -> None:
        self._process = os.getpid()
        try:
            self.open()
        except LongwaveError as error:
            _log.error("%s", error)
        threading.Thread(target=self._work, name="longwave-lines", daemon=True).start()

    def _work(self) -> None:
        while True:
            self._news.wait()
            # Meanwhile more lines come, which cost one write together.
            time.sleep(_PAUSE)
            with self._writing:
                self._news.clear()
                self._drain()

    def _drain(self) -> None:
        taken = [self._lines.popleft() for _ in range(len(self._lines))]
        if self._lost:
            lost, self._lost = self._lost, 0
            taken.append(f'{{"lost": {lost}}}\n')
        data = "".join(taken).encode("utf-8", "backslashreplace")
        with contextlib.suppress(OSError):  # a full disk, a reader that is gone
            while data:
                data = data[os.write(int(self._file), data) :]


def opened(where: str) -> Lines | None:
    """The access log at a path, on standard output (``1``), or none (``0`` or empty).

    Commands that serve nobody open no file, which would then be theirs.
    """
    if where in ("", "0"):
        return None
    return Lines(1 if where == "1" else where)


def line(environ: WSGIEnvironment, status: int, sent: int, seconds: float, edition: str) -> str:
    """The line for a request. Control characters are escaped in it, and what strangers send is cut.

    Nobody is known by it: addresses are shortened, and what was searched (in the query of an address) is left out.
    """
    get = environ.get
    second, milliseconds = divmod(int(time.time() * 1000), 1000)
    asked, client = _who(
        get("REQUEST_METHOD", ""),
        get("PATH_INFO", ""),
        get("REMOTE_ADDR", ""),
        get("HTTP_USER_AGENT", ""),
        get("HTTP_REFERER", ""),
    )
    part = f', "range": {_escaped(environ["HTTP_RANGE"])}' if "HTTP_RANGE" in environ else ""
    return (
        f'{{"time": "{_second(second)}.{milliseconds:03}Z", {asked}, "status": {status}, "bytes": {sent}, '
        f'"ms": {seconds * 1000:.2f}, {client}, "cache": "{get(CACHED, "hit")}", "edition": "{edition}", '
        f'"request": "{get(REQUEST) or name()}"{part}}}\n'
    )


def name() -> str:
    """A name for a request, unlike all others."""
    return f"{random.getrandbits(64):016x}"


# The same ask for the same again and again. Few are kept, as strangers may send 32 KB.
@lru_cache(maxsize=256)
def _who(method: str, path: str, address: str, agent: str, referer: str) -> tuple[str, str]:
    # PATH_INFO is Latin-1 by the standard (PEP 3333), and UTF-8 by intention.
    readable = path[: 4 * _LONGEST].encode("latin-1", "replace").decode("utf-8", "replace")
    return (
        f'"method": {_escaped(method)}, "path": {_escaped(readable)}',
        f'"address": {_escaped(shortened(address))}, "agent": {_escaped(agent)}, '
        f'"referer": {_escaped(referer.partition("?")[0])}',
    )


def _escaped(text: str) -> str:
    return encode_basestring_ascii(text[:_LONGEST])


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
