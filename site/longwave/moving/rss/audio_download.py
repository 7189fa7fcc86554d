"""Downloads of audio: retried, resumed where they stopped, and put in place only when they are complete."""

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

#: The limit on one file, which is about the size of a video of three hours.
MAX_BYTES = 4_000_000_000
_CHUNK_BYTES = 65_536
#: The limits on attempts in a row without a new byte and on all attempts, and the first pause, which doubles.
_MAX_FRUITLESS, _MAX_ATTEMPTS, _PAUSE_SECONDS = 4, 50, 1.0
#: The longest ``Retry-After`` in seconds that is heeded; for a longer one the download fails until the next run.
_MAX_WAIT_SECONDS = 120
#: A connection is given up if it brings fewer bytes than these in so many seconds.
_SPEED_SECONDS, _SPEED_BYTES = 30, 30_000

#: A function that is called with the bytes of a file so far and with its total bytes, 0 if unknown.
Progress = Callable[[int, int], None]


class DownloadError(Exception):
    """An error with the reason why a file can't be downloaded now; the part that came is kept for the next run."""


@dataclass(frozen=True, slots=True)
class _Partial:
    """An unfinished download: its size in bytes, and the ETag or date by which the server knows the file."""

    bytes: int = 0
    validator: str = ""


class Downloads:
    """A downloader of one file after another, which keeps unfinished ones in the folder ``parts``."""

    def __init__(self, fetcher: Fetcher, parts: Path) -> None:
        self._fetcher, self._parts = fetcher, parts

    def fetch(self, url: str, target: Path, progress: Progress) -> Fetched:
        """Download ``url`` to ``target``, which must not exist yet.

        Raises DownloadError when the server doesn't deliver the file, and LongwaveError when the disk is full.
        """
        part = self._parts / f"{sha256(url.encode()).hexdigest()[:32]}.part"
        try:
            self._parts.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            total = self._download(url, part, progress)
            digest = sha256_of(part)
            publish_new(part, target)
            part.unlink(missing_ok=True)
            _note_of(part).unlink(missing_ok=True)
        except OSError as error:
            found = "none left" if error.errno == errno.ENOSPC else error.strerror or error
            hint = "What has come is kept; make room and run it again."
            raise LongwaveError(f"{target}: expected room for {without_login(url)}, found: {found}.", hint) from None
        return Fetched(url, total, digest)

    def _download(self, url: str, part: Path, progress: Progress) -> int:
        """Attempt the download until the file ``part`` is complete, and return its size. Raises DownloadError."""
        failures, reason = 0, ""
        for _ in range(_MAX_ATTEMPTS):
            before = _size(part)
            try:
                return self._attempt(url, part, progress)
            except _RetryAfterError as error:
                if error.seconds > _MAX_WAIT_SECONDS:
                    raise DownloadError(f"the server asks to wait for {error.seconds} seconds") from None
                pause: float = error.seconds
                failures += 1
                reason = str(error)
            except _RetryableError as error:
                failures = failures + 1 if _size(part) <= before else 1
                pause, reason = _PAUSE_SECONDS * 2 ** (failures - 1), str(error)
            if failures >= _MAX_FRUITLESS:
                break
            time.sleep(pause)
        raise DownloadError(reason)

    def _attempt(self, url: str, part: Path, progress: Progress) -> int:
        partial = _read_partial(part)
        headers = {"Range": f"bytes={partial.bytes}-", "If-Range": partial.validator} if partial.bytes else {}
        try:
            with self._fetcher.stream(url, headers=headers) as (answer, _):
                return self._receive(answer, part, partial, progress)
        except urllib.error.HTTPError as error:
            if error.code == 416 and partial.bytes:
                if error.headers.get("Content-Range", "") == f"bytes */{partial.bytes}":
                    return partial.bytes
                # The file has changed or was complete already, and only a fresh start can tell which.
                part.unlink(missing_ok=True)
                raise _RetryableError("a part that doesn't fit any more") from None
            if error.code in (429, 503):
                raise _RetryAfterError(error_message(error), _retry_after(error.headers)) from None
            if error.code >= 500 or error.code == 408:
                raise _RetryableError(error_message(error)) from None
            raise DownloadError(error_message(error)) from None
        except _DiskError as error:
            raise error.reason from None
        except FETCH_ERRORS as error:
            if isinstance(error, ValueError):
                raise DownloadError(error_message(error)) from None
            raise _RetryableError(error_message(error)) from None

    def _receive(self, answer: HTTPResponse, part: Path, partial: _Partial, progress: Progress) -> int:
        """Write an answer to the file ``part``, from the position where the server begins; return the file's size."""
        position, total = _position(answer, partial)
        if answer.headers.get_content_type() == "text/html":
            raise DownloadError("a web page")
        if total > MAX_BYTES:
            raise DownloadError(f"more than {MAX_BYTES:,} bytes")
        if position and _validator(answer.headers) not in ("", partial.validator):
            # Some servers ignore If-Range: the file was replaced, but they send only the rest of the new one.
            part.unlink(missing_ok=True)
            raise _RetryableError("a part of another file")
        progress(position, total)
        speed = _SpeedCheck()
        with _open_part(part, position, _validator(answer.headers)) as stream:
            while chunk := answer.read1(_CHUNK_BYTES):
                position += len(chunk)
                if position > MAX_BYTES:
                    raise DownloadError(f"more than {MAX_BYTES:,} bytes")
                _write(stream, chunk)
                progress(position, total)
                speed.count(len(chunk))
        if total and position != total:
            raise _RetryableError(f"{position:,} of {total:,} bytes")
        if not position:
            raise _RetryableError("no bytes at all")
        return position


def _open_part(part: Path, position: int, validator: str) -> FileIO:
    """Open a partial file to write from ``position`` on, and store its validator (ETag or date). Raises _DiskError."""
    try:
        if not position:
            # The part is emptied first, as a crash in between would leave old bytes beside the new validator.
            part.write_bytes(b"")
        _note_of(part).write_text(json.dumps({"validator": validator}), "utf-8")
        stream = part.open("r+b", buffering=0)
    except OSError as error:
        raise _DiskError(error) from None
    stream.seek(position)
    stream.truncate()
    return stream


def _write(stream: FileIO, chunk: bytes) -> None:
    try:
        while chunk:
            chunk = chunk[stream.write(chunk) :]
    except OSError as error:
        raise _DiskError(error) from None


class _RetryableError(Exception):
    """A failure of one attempt to download, after which another attempt may succeed."""


class _RetryAfterError(Exception):
    """A server's refusal with ``Retry-After``, the seconds to wait before the next attempt."""

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason)
        self.seconds = seconds


class _DiskError(Exception):
    """An OSError of the local disk, wrapped so that it isn't taken for one of the network."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _SpeedCheck:
    """A check that raises DownloadError when a connection is too slow."""

    def __init__(self) -> None:
        self._until, self._bytes = time.monotonic() + _SPEED_SECONDS, 0

    def count(self, size: int) -> None:
        self._bytes += size
        if time.monotonic() < self._until:
            return
        if self._bytes < _SPEED_BYTES:
            raise DownloadError(f"only {self._bytes:,} bytes in {_SPEED_SECONDS} seconds")
        self._until, self._bytes = time.monotonic() + _SPEED_SECONDS, 0


def _position(answer: HTTPResponse, partial: _Partial) -> tuple[int, int]:
    """Return the position in the file at which an answer begins, and the file's total bytes, 0 if unknown."""
    length = answer.headers.get("Content-Length", "")
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    if answer.status != 206:
        return 0, size
    start, _, rest = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")
    total = rest.partition("/")[2]
    if start != str(partial.bytes):
        raise DownloadError("another part than the one that was asked for")
    return partial.bytes, int(total) if total.isascii() and total.isdigit() and len(
        total
    ) < 16 else partial.bytes + size


def _validator(headers: Message) -> str:
    """Return the validator for ``If-Range``: a strong ETag, or else the date of the last change (RFC 9110)."""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def _read_partial(part: Path) -> _Partial:
    """Return the size and the validator (ETag or date) of the partial file ``part``; empty if it can't be resumed."""
    try:
        validator = str(json.loads(_note_of(part).read_text("utf-8"))["validator"])
        size = part.stat().st_size
    except (OSError, ValueError, TypeError, KeyError):
        return _Partial()
    return _Partial(size, validator) if validator and size else _Partial()


def _note_of(part: Path) -> Path:
    """Return the path of the file that keeps a partial file's validator (ETag or date)."""
    return part.with_suffix(".json")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _retry_after(headers: Message) -> int:
    """Return the seconds of ``Retry-After``, which may be a date; 5 where the header is missing or invalid."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 9:
        return int(value)
    with suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(value)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0, round((until - datetime.now(UTC)).total_seconds()))
    return 5
