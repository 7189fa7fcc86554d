"""The delivery of a file, or of a range of it, with conditional requests (RFC 9110 13 and 14)."""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import formatdate, mktime_tz, parsedate_tz
from pathlib import Path
from wsgiref.types import WSGIEnvironment
from wsgiref.util import FileWrapper

from longwave.audio.ranges import UnsatisfiableError, parse_range
from longwave.audio.validators import Validators
from longwave.disk import regular_only

#: The key of an optional callback in the WSGI environment: it is called once, with the number of bytes of a file that
#: were sent, when the server closes the file. Delivering a file removes the key.
SENT = "longwave.sent"
#: The headers of conditional requests in a WSGI environment (RFC 9110 13.1).
CONDITIONS = (
    "HTTP_IF_MATCH",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_IF_RANGE",
)
#: A function that returns the validators of an open file.
ValidatorsOf = Callable[[os.stat_result], Validators]
_BLOCK_BYTES = 65_536
_TAG = re.compile(r'(W/)?"([^"]*+)"')


@dataclass(frozen=True, slots=True)
class Delivery:
    """A response: its status, headers and body; the server's own file wrapper makes the body if there is one."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Iterable[bytes] = ()


def deliver(path: Path, media_type: str, environ: WSGIEnvironment, validators_of: ValidatorsOf) -> Delivery:
    """Answer a GET or HEAD for the file at ``path`` (RFC 9110 13.2.2 and 14). Raises OSError when the file is gone.

    The file that was opened is sent, even if it is renamed or replaced meanwhile. A range, too, goes through
    ``wsgi.file_wrapper``: if threads copied the bytes, a handful of slow listeners would occupy all of them.
    """
    stream = open(path, "rb", buffering=0, opener=regular_only)  # noqa: SIM115 - the server closes the stream
    try:
        delivery = _answer(stream, media_type, environ, validators_of)
    except BaseException:
        stream.close()
        raise
    if delivery.body == ():
        stream.close()
    return delivery


def order(media_type: str, header: tuple[str, str], valid: Validators) -> Delivery:
    """Return a response whose ``header`` tells the proxy in front to send a file (X-Sendfile), or a range of it.

    It has Longwave's own ETag and Last-Modified, as a proxy would make a weak ETag from the file's size and time.
    """
    return Delivery(200, (header, *_validator_headers(valid, {}), ("Content-Type", media_type)))


def _validator_headers(valid: Validators, environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    """Yield the headers ETag and Last-Modified; of several valid tags, ETag is the one that the client sent, if any.

    A cache updates a stored response only by the tag that it has stored (RFC 9111 4.3.4).
    """
    sent = {tag for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_RANGE") for _, tag in _TAG.findall(environ.get(name, ""))}
    if valid.tags:
        yield "ETag", f'"{next((tag for tag in valid.tags if tag in sent), valid.tags[0])}"'
    if valid.modified is not None:
        yield "Last-Modified", formatdate(valid.modified, usegmt=True)


def _answer(stream: io.FileIO, media_type: str, environ: WSGIEnvironment, validators_of: ValidatorsOf) -> Delivery:
    info = os.fstat(stream.fileno())
    size, valid = info.st_size, validators_of(info)
    common = (
        *_validator_headers(valid, environ),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "public, max-age=86400"),
    )
    refused = _precondition(environ, valid)
    if refused:
        return Delivery(refused, common if refused == 304 else (("Content-Length", "0"),))
    headers = (*common, ("Content-Type", media_type))
    if environ["REQUEST_METHOD"] == "HEAD":
        return Delivery(200, (*headers, ("Content-Length", str(size))))
    try:
        part = (
            parse_range(environ.get("HTTP_RANGE"), size)
            if _may_send_range(environ.get("HTTP_IF_RANGE"), valid)
            else None
        )
    except UnsatisfiableError:
        return Delivery(
            416, (("Accept-Ranges", "bytes"), ("Content-Range", f"bytes */{size}"), ("Content-Length", "0"))
        )
    if part is None:
        return Delivery(200, (*headers, ("Content-Length", str(size))), _body(stream, 0, size, info, environ))
    content_range = ("Content-Range", f"bytes {part.first}-{part.last}/{size}")
    headers = (*headers, content_range, ("Content-Length", str(part.length)))
    return Delivery(206, headers, _body(stream, part.first, part.length, info, environ))


def _precondition(environ: WSGIEnvironment, valid: Validators) -> int:
    """Return 412 or 304 if the request's preconditions demand that status, else 0, evaluated as in RFC 9110 13.2.2."""
    if "HTTP_IF_MATCH" in environ:
        if not _matches(environ["HTTP_IF_MATCH"], valid, weakly=False):
            return 412
    elif _is_newer(valid, environ.get("HTTP_IF_UNMODIFIED_SINCE")):
        return 412
    if "HTTP_IF_NONE_MATCH" in environ:
        return 304 if _matches(environ["HTTP_IF_NONE_MATCH"], valid, weakly=True) else 0
    return 304 if _is_newer(valid, environ.get("HTTP_IF_MODIFIED_SINCE")) is False else 0


def _is_newer(valid: Validators, date: str | None) -> bool | None:
    """Return whether a file is newer than a date; None where either is unknown (RFC 9110 13.1.3)."""
    since = _date(date)
    return None if since is None or valid.modified is None else valid.modified > since


def _may_send_range(if_range: str | None, valid: Validators) -> bool:
    """Return whether If-Range is missing, one of the file's tags, or exactly its date (RFC 9110 13.1.5)."""
    if if_range is None:
        return True
    value = if_range.strip()
    return value in {f'"{tag}"' for tag in valid.tags} or (
        valid.modified is not None and _date(value) == valid.modified
    )


def _matches(tags: str, valid: Validators, *, weakly: bool) -> bool:
    """Return whether a header's list of entity tags contains one of a file's tags, or is ``*`` (RFC 9110 8.8.3.2)."""
    return tags.strip() == "*" or any(tag in valid.tags and (weakly or not weak) for weak, tag in _TAG.findall(tags))


def _date(value: str | None) -> int | None:
    """Return the epoch seconds of an HTTP date; None for an invalid one, which is ignored (RFC 9110 13.1.3)."""
    try:
        parsed = parsedate_tz(value[:60]) if value else None
        return int(mktime_tz(parsed)) if parsed else None
    except (ValueError, OverflowError):
        return None


def _body(
    stream: io.FileIO, first: int, length: int, info: os.stat_result, environ: WSGIEnvironment
) -> Iterable[bytes]:
    wrapper: Callable[[io.RawIOBase, int], Iterable[bytes]] = environ.get("wsgi.file_wrapper", FileWrapper)
    return wrapper(_Part(stream, first, length, info, environ.pop(SENT, None)), _BLOCK_BYTES)


class _Part(io.RawIOBase):
    """A file object that ends where a range of a file ends, because WSGI file wrappers read to the end."""

    def __init__(
        self, stream: io.FileIO, first: int, length: int, info: os.stat_result, ended: Callable[[int], None] | None
    ) -> None:
        super().__init__()
        self._stream, self._first, self._length, self._at = stream, first, length, 0
        self._info, self._ended = info, ended

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, ``size`` at most. Raises OSError when the file was written or truncated meanwhile.

        A strong ETag promises the bytes of one version, and a client would keep a mixture of two for good. Without the
        error, waitress would wait for ever for the rest of a truncated file.
        """
        left = max(0, self._length - self._at)
        # One block is read at a time, as waitress asks for megabytes whenever a listener has received a few packets.
        wanted = min(left, _BLOCK_BYTES) if size < 0 else min(size, left, _BLOCK_BYTES)
        data = os.pread(self._stream.fileno(), wanted, self._first + self._at)
        if self._was_written() or (wanted and not data):
            raise OSError(errno.EIO, "the file changed while it was sent")
        self._at += len(data)
        return data

    def _was_written(self) -> bool:
        """Return whether the file's content was written since it was opened; deletion and renaming don't count."""
        opened, current = self._info, os.fstat(self._stream.fileno())
        if (opened.st_mtime_ns, opened.st_size) != (current.st_mtime_ns, current.st_size):
            return True
        if (
            opened.st_ctime_ns != current.st_ctime_ns
            and opened.st_nlink == current.st_nlink
            and self._is_named(current)
        ):
            # With only the ctime changed, the file was written and its modification time set back to the former one.
            return True
        # Only for an unchanged file are the new times stored, so that after a change every later read fails, too.
        self._info = current
        return False

    def _is_named(self, info: os.stat_result) -> bool:
        """Return whether the path by which the file was opened still leads to the same file."""
        try:
            return os.path.samestat(Path(self._stream.name).stat(), info)
        except OSError:
            return False

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to ``offset``, counted from the range's start, the current position or the range's end (``whence``)."""
        self._at = max(0, offset + (0, self._at, self._length)[whence])
        return self._at

    def tell(self) -> int:
        """Return the current position in bytes from the start of the range."""
        return self._at

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True: servers measure a file by seeking its end."""
        return True

    def close(self) -> None:
        """Close the file and report its position as the number of bytes sent.

        Servers seek back to the last byte that the client has received.
        """
        self._stream.close()
        super().close()
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(self._at)
