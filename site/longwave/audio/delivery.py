"""A file, or a range of it, on its way to a listener."""

from __future__ import annotations

import errno
import io
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate, mktime_tz, parsedate_tz
from pathlib import Path
from wsgiref.types import WSGIEnvironment
from wsgiref.util import FileWrapper

from longwave.audio.ranges import UnsatisfiableError, parse_range

#: Who wants to know leaves a function here; it is called once, with the bytes that were sent, when the server lets go
#: of the file. It is taken away where a file is on its way, so that everybody sees who will tell.
SENT = "longwave.sent"
_BLOCK = 65_536
_TAG = re.compile(r'(W/)?"([^"]*+)"')


@dataclass(frozen=True, slots=True)
class Delivery:
    """A response: its status, its headers, and a body that is the server's own file wrapper where there is one."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Iterable[bytes] = ()


def deliver(path: Path, media_type: str, environ: WSGIEnvironment) -> Delivery:
    """Answer a GET or HEAD for the file at ``path`` (RFC 9110 13.2.2 and 14). Raises OSError when it is gone.

    The body goes through ``wsgi.file_wrapper`` for a range too: copied by a thread, a handful of slow listeners would
    occupy all threads of the server.
    """
    stream = path.open("rb", buffering=0)
    try:
        delivery = _answer(stream, media_type, environ)
    except BaseException:
        stream.close()
        raise
    if delivery.body == ():
        stream.close()
    return delivery


def order(path: Path, media_type: str, header: tuple[str, str]) -> Delivery:
    """The order to a proxy, ``header``, to send the file at ``path``; conditions and ranges are then the proxy's.

    It has the ETag for those that make a wrong one: Apache's mod_xsendfile gives the same to all files. Raises OSError.
    """
    return Delivery(200, (header, ("ETag", f'"{_etag(path.stat())}"'), ("Content-Type", media_type)))


def _etag(info: os.stat_result) -> str:
    return f"{info.st_mtime_ns:x}-{info.st_size:x}"


def _answer(stream: io.FileIO, media_type: str, environ: WSGIEnvironment) -> Delivery:
    info = os.fstat(stream.fileno())
    size = info.st_size
    etag = _etag(info)
    # A file from the future is one of now (RFC 9110 8.8.2.1).
    now = int(time.time())
    modified = max(0, min(int(info.st_mtime), now))
    common = (
        ("ETag", f'"{etag}"'),
        ("Last-Modified", formatdate(modified, usegmt=True)),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "public, max-age=86400"),
    )
    refused = _precondition(environ, etag, modified)
    if refused:
        return Delivery(refused, common if refused == 304 else (("Content-Length", "0"),))
    whole = (*common, ("Content-Type", media_type))
    if environ["REQUEST_METHOD"] == "HEAD":
        return Delivery(200, (*whole, ("Content-Length", str(size))))
    # Within its second a file may change again, so such a date proves nothing (RFC 9110 8.8.2.2).
    same = _same(environ.get("HTTP_IF_RANGE"), etag, modified if modified < now else None)
    try:
        part = parse_range(environ.get("HTTP_RANGE"), size) if same else None
    except UnsatisfiableError:
        return Delivery(
            416, (("Accept-Ranges", "bytes"), ("Content-Range", f"bytes */{size}"), ("Content-Length", "0"))
        )
    if part is None:
        return Delivery(200, (*whole, ("Content-Length", str(size))), _body(stream, 0, size, info.st_mtime_ns, environ))
    told = ("Content-Range", f"bytes {part.first}-{part.last}/{size}")
    headers = (*whole, told, ("Content-Length", str(part.length)))
    return Delivery(206, headers, _body(stream, part.first, part.length, info.st_mtime_ns, environ))


def _precondition(environ: WSGIEnvironment, etag: str, modified: int) -> int:
    """412 or 304 where a precondition says so, else 0; in the order of RFC 9110 13.2.2."""
    if "HTTP_IF_MATCH" in environ:
        if not _names(environ["HTTP_IF_MATCH"], etag, weakly=False):
            return 412
    else:
        since = _date(environ.get("HTTP_IF_UNMODIFIED_SINCE"))
        if since is not None and modified > since:
            return 412
    if "HTTP_IF_NONE_MATCH" in environ:
        return 304 if _names(environ["HTTP_IF_NONE_MATCH"], etag, weakly=True) else 0
    since = _date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    return 304 if since is not None and modified <= since else 0


def _same(if_range: str | None, etag: str, modified: int | None) -> bool:
    """Whether a range may be sent: its condition is missing, the very ETag, or the very date (RFC 9110 13.1.5)."""
    if if_range is None:
        return True
    value = if_range.strip()
    return value == f'"{etag}"' or (modified is not None and _date(value) == modified)


def _names(tags: str, etag: str, *, weakly: bool) -> bool:
    """Whether a list of entity tags holds ``etag``, or is ``*`` (RFC 9110 8.8.3.2)."""
    return tags.strip() == "*" or any(tag == etag and (weakly or not weak) for weak, tag in _TAG.findall(tags))


def _date(value: str | None) -> int | None:
    """The epoch seconds of an HTTP date; None for what is none, which is ignored (RFC 9110 13.1.3)."""
    try:
        parsed = parsedate_tz(value[:60]) if value else None
        return int(mktime_tz(parsed)) if parsed else None
    except (ValueError, OverflowError):
        return None


def _body(stream: io.FileIO, first: int, length: int, written: int, environ: WSGIEnvironment) -> Iterable[bytes]:
    wrapper: Callable[[io.RawIOBase, int], Iterable[bytes]] = environ.get("wsgi.file_wrapper", FileWrapper)
    return wrapper(_Part(stream, first, length, written, environ.pop(SENT, None)), _BLOCK)


class _Part(io.RawIOBase):
    """A part of a file as a file of its own. It ends where the part ends, also for a wrapper that reads to the end."""

    def __init__(
        self, stream: io.FileIO, first: int, length: int, written: int, ended: Callable[[int], None] | None
    ) -> None:
        super().__init__()
        self._stream, self._first, self._length, self._at = stream, first, length, 0
        self._written, self._ended = written, ended

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as many as there are at most. Raises OSError when the file was written or cut meanwhile.

        A strong ETag promises the bytes of one version, and half of another would be kept for good. Of a file that was
        cut, waitress would go on asking for what never comes.
        """
        left = max(0, self._length - self._at)
        # waitress asks for megabytes each time that a listener has taken a few packets.
        wanted = min(left, _BLOCK) if size < 0 else min(size, left, _BLOCK)
        data = os.pread(self._stream.fileno(), wanted, self._first + self._at)
        if os.fstat(self._stream.fileno()).st_mtime_ns != self._written or (wanted and not data):
            raise OSError(errno.EIO, "the file changed while it was sent")
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place within the part, counted from its start, from here, or from its end."""
        self._at = max(0, offset + (0, self._at, self._length)[whence])
        return self._at

    def tell(self) -> int:
        """The place within the part."""
        return self._at

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def seekable(self) -> bool:
        """Servers measure a file by going to its end."""
        return True

    def close(self) -> None:
        """Close the file itself, and tell how much of it was sent: servers go back to where a client left off."""
        self._stream.close()
        super().close()
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(self._at)
