"""Audio from another host: fetched politely, continued where it stopped, and whole or not there."""

from __future__ import annotations

import errno
import json
import time
import urllib.error
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPResponse
from io import FileIO
from pathlib import Path

from longwave.authoring.safe_writing import publish_new
from longwave.errors import LongwaveError
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message, without_login
from longwave.moving.rss.download_manifest import Fetched, sha256_of

#: Bytes of one file; a film of three hours has about as many.
MAX_BYTES = 4_000_000_000
_PIECE = 65_536
#: Attempts without a single new byte, attempts in all, and the seconds between them, which double.
_ATTEMPTS, _IN_ALL, _PAUSE = 4, 50, 1.0
#: The longest wait that a server may ask for, in seconds; a longer one is for the next run.
_PATIENCE = 120
#: A stretch of so many seconds must bring so many bytes.
_STRETCH, _LEAST = 30, 30_000

#: Told how many bytes of a file there are by now, and how many it has in all (0: not known).
Progress = Callable[[int, int], None]


class FailedError(Exception):
    """A file that can't be had now; the message says why. What came of it is kept."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """What an earlier attempt brought: so many bytes of the file that ``validator`` names."""

    bytes: int = 0
    validator: str = ""


class Downloads:
    """Fetches files one after the other; ``parts`` is the folder of those that aren't whole."""

    def __init__(self, fetcher: Fetcher, parts: Path) -> None:
        self._fetcher, self._parts = fetcher, parts

    def fetch(self, url: str, target: Path, progress: Progress) -> Fetched:
        """Put what lies at ``url`` at ``target``, where there is nothing yet.

        Raises FailedError when that can't be now, and LongwaveError when there is no room on the disk.
        """
        part = self._parts / f"{sha256(url.encode()).hexdigest()[:32]}.part"
        try:
            self._parts.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            total = self._whole(url, part, progress)
            digest = sha256_of(part)
            publish_new(part, target)
            part.unlink(missing_ok=True)
            _note(part).unlink(missing_ok=True)
        except OSError as error:
            found = "none left" if error.errno == errno.ENOSPC else error.strerror or error
            hint = "What has come is kept; make room and run it again."
            raise LongwaveError(f"{target}: expected room for {without_login(url)}, found: {found}.", hint) from None
        return Fetched(url, total, digest)

    def _whole(self, url: str, part: Path, progress: Progress) -> int:
        """Attempt by attempt, until the part is the whole file; its bytes."""
        failures, why = 0, ""
        for _ in range(_IN_ALL):
            before = _size(part)
            try:
                return self._attempt(url, part, progress)
            except _WaitError as error:
                if error.seconds > _PATIENCE:
                    raise FailedError(f"the server asks to wait for {error.seconds} seconds") from None
                pause: float = error.seconds
                failures += 1
                why = str(error)
            except _BrokenError as error:
                failures = failures + 1 if _size(part) <= before else 1
                pause, why = _PAUSE * 2 ** (failures - 1), str(error)
            if failures >= _ATTEMPTS:
                break
            time.sleep(pause)
        raise FailedError(why)

    def _attempt(self, url: str, part: Path, progress: Progress) -> int:
        begun = _begun(part)
        headers = {"Range": f"bytes={begun.bytes}-", "If-Range": begun.validator} if begun.bytes else {}
        try:
            with self._fetcher.stream(url, headers=headers) as (answer, _):
                return self._take(answer, part, begun, progress)
        except urllib.error.HTTPError as error:
            if error.code == 416 and begun.bytes:
                if error.headers.get("Content-Range", "") == f"bytes */{begun.bytes}":
                    return begun.bytes
                # The file is another one now, or ends where ours does; only a fresh start tells.
                part.unlink(missing_ok=True)
                raise _BrokenError("a part that doesn't fit any more") from None
            if error.code in (429, 503):
                raise _WaitError(error_message(error), _asked_wait(error.headers)) from None
            if error.code >= 500 or error.code == 408:
                raise _BrokenError(error_message(error)) from None
            raise FailedError(error_message(error)) from None
        except _DiskError as error:
            raise error.reason from None
        except FETCH_ERRORS as error:
            if isinstance(error, ValueError):
                raise FailedError(error_message(error)) from None
            raise _BrokenError(error_message(error)) from None

    def _take(self, answer: HTTPResponse, part: Path, begun: _Begun, progress: Progress) -> int:
        """Read an answer into the part, behind what is there if the server goes on from there."""
        at, total = _place(answer, begun)
        if answer.headers.get_content_type() == "text/html":
            raise FailedError("a web page")
        if total > MAX_BYTES:
            raise FailedError(f"more than {MAX_BYTES:,} bytes")
        if at and _validator(answer.headers) not in ("", begun.validator):
            # Some servers overlook If-Range, and what follows is of a file that came in this one's place.
            part.unlink(missing_ok=True)
            raise _BrokenError("a part of another file")
        try:
            if not at:
                # Before the note: killed in between, old bytes would be noted as the new file's.
                part.write_bytes(b"")
            _note(part).write_text(json.dumps({"validator": _validator(answer.headers)}), "utf-8")
            stream = part.open("r+b", buffering=0)
        except OSError as error:
            raise _DiskError(error) from None
        progress(at, total)
        pace = _Pace()
        with stream:
            stream.seek(at)
            stream.truncate()
            while piece := answer.read1(_PIECE):
                at += len(piece)
                if at > MAX_BYTES:
                    raise FailedError(f"more than {MAX_BYTES:,} bytes")
                _write(stream, piece)
                progress(at, total)
                pace.count(len(piece))
        if total and at != total:
            raise _BrokenError(f"{at:,} of {total:,} bytes")
        if not at:
            raise _BrokenError("no bytes at all")
        return at


def _write(stream: FileIO, piece: bytes) -> None:
    try:
        while piece:
            piece = piece[stream.write(piece) :]
    except OSError as error:
        raise _DiskError(error) from None


class _BrokenError(Exception):
    """An attempt failed in a way that another may not."""


class _WaitError(Exception):
    def __init__(self, why: str, seconds: int) -> None:
        super().__init__(why)
        self.seconds = seconds


class _DiskError(Exception):
    """Our disk's trouble, which must not be taken for the network's."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _Pace:
    """Gives up a connection that drips."""

    def __init__(self) -> None:
        self._until, self._bytes = time.monotonic() + _STRETCH, 0

    def count(self, size: int) -> None:
        self._bytes += size
        if time.monotonic() < self._until:
            return
        if self._bytes < _LEAST:
            raise FailedError(f"only {self._bytes:,} bytes in {_STRETCH} seconds")
        self._until, self._bytes = time.monotonic() + _STRETCH, 0


def _place(answer: HTTPResponse, begun: _Begun) -> tuple[int, int]:
    """Where in the file an answer begins, and the bytes of all of it (0: the server doesn't say)."""
    length = answer.headers.get("Content-Length", "")
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    if answer.status != 206:
        return 0, size
    start, _, rest = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")
    total = rest.partition("/")[2]
    if start != str(begun.bytes):
        raise FailedError("another part than the one that was asked for")
    return begun.bytes, int(total) if total.isascii() and total.isdigit() and len(total) < 16 else begun.bytes + size


def _validator(headers: Message) -> str:
    """What If-Range may name: a strong ETag, else the date of the last change."""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def _begun(part: Path) -> _Begun:
    """What may be continued: only what can be proven to be of the same file."""
    try:
        validator = str(json.loads(_note(part).read_text("utf-8"))["validator"])
        size = part.stat().st_size
    except (OSError, ValueError, TypeError, KeyError):
        return _Begun()
    return _Begun(size, validator) if validator and size else _Begun()


def _note(part: Path) -> Path:
    return part.with_suffix(".json")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _asked_wait(headers: Message) -> int:
    """The seconds of Retry-After, which may be a date; a few where it isn't there."""
    said_ = headers.get("Retry-After", "").strip()
    if said_.isascii() and said_.isdigit() and len(said_) < 9:
        return int(said_)
    with suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(said_)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0, round((until - datetime.now(UTC)).total_seconds()))
    return 5
