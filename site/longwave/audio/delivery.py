"""A file, or a range of it, on its way to a listener."""

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

#: Who wants to know leaves a function here; it is called once, with the bytes that were sent, when the server lets go
#: of the file. It is taken away where a file is on its way, so that everybody sees who will tell.
SENT = "longwave.sent"
#: What asks for a file only if it is, or isn't, the one that a client has (RFC 9110 13.1).
CONDITIONS = (
    "HTTP_IF_MATCH",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_IF_RANGE",
)
#: Says by what the file is known that was opened.
ValidatorsOf = Callable[[os.stat_result], Validators]
_BLOCK = 65_536
_TAG = re.compile(r'(W/)?"([^"]*+)"')


@dataclass(frozen=True, slots=True)
class Delivery:
    """A response: its status, its headers, and a body that is the server's own file wrapper where there is one."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Iterable[bytes] = ()


def deliver(path: Path, media_type: str, environ: WSGIEnvironment, validators_of: ValidatorsOf) -> Delivery:
    """Answer a GET or HEAD for the file at ``path`` (RFC 9110 13.2.2 and 14). Raises OSError when it is gone.

    What is sent is the file that was opened, whatever becomes of its name. The body goes through ``wsgi.file_wrapper``
    for a range too: copied by a thread, a handful of slow listeners would occupy all threads of the server.
    """
    stream = path.open("rb", buffering=0)
    try:
        delivery = _answer(stream, media_type, environ, validators_of)
    except BaseException:
        stream.close()
        raise
    if delivery.body == ():
        stream.close()
    return delivery


def order(media_type: str, header: tuple[str, str], valid: Validators) -> Delivery:
    """The order to a proxy, ``header``, to send a file; ranges are then the proxy's.

    It has the validators, as those that a proxy makes by itself are weak: of a file's size and the second of its time.
    """
    return Delivery(200, (header, *_told(valid, {}), ("Content-Type", media_type)))


def _told(valid: Validators, environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    """The headers that say by what a file is known: by the tag that a client has, where that still stands for it.

    A cache goes on with what it has only by the tag that it knows (RFC 9111 4.3.4).
    """
    asked = {tag for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_RANGE") for _, tag in _TAG.findall(environ.get(name, ""))}
    if valid.tags:
        yield "ETag", f'"{next((tag for tag in valid.tags if tag in asked), valid.tags[0])}"'
    if valid.modified is not None:
        yield "Last-Modified", formatdate(valid.modified, usegmt=True)


def _answer(stream: io.FileIO, media_type: str, environ: WSGIEnvironment, validators_of: ValidatorsOf) -> Delivery:
    info = os.fstat(stream.fileno())
    size, valid = info.st_size, validators_of(info)
    common = (*_told(valid, environ), ("Accept-Ranges", "bytes"), ("Cache-Control", "public, max-age=86400"))
    refused = _precondition(environ, valid)
    if refused:
        return Delivery(refused, common if refused == 304 else (("Content-Length", "0"),))
    whole = (*common, ("Content-Type", media_type))
    if environ["REQUEST_METHOD"] == "HEAD":
        return Delivery(200, (*whole, ("Content-Length", str(size))))
    try:
        part = parse_range(environ.get("HTTP_RANGE"), size) if _same(environ.get("HTTP_IF_RANGE"), valid) else None
    except UnsatisfiableError:
        return Delivery(
            416, (("Accept-Ranges", "bytes"), ("Content-Range", f"bytes */{size}"), ("Content-Length", "0"))
        )
    if part is None:
        return Delivery(200, (*whole, ("Content-Length", str(size))), _body(stream, 0, size, info, environ))
    told = ("Content-Range", f"bytes {part.first}-{part.last}/{size}")
    headers = (*whole, told, ("Content-Length", str(part.length)))
    return Delivery(206, headers, _body(stream, part.first, part.length, info, environ))


def _precondition(environ: WSGIEnvironment, valid: Validators) -> int:
    """412 or 304 where a precondition says so, else 0; in the order of RFC 9110 13.2.2."""
    if "HTTP_IF_MATCH" in environ:
        if not _names(environ["HTTP_IF_MATCH"], valid, weakly=False):
            return 412
    elif _is_newer(valid, environ.get("HTTP_IF_UNMODIFIED_SINCE")):
        return 412
    if "HTTP_IF_NONE_MATCH" in environ:
        return 304 if _names(environ["HTTP_IF_NONE_MATCH"], valid, weakly=True) else 0
    return 304 if _is_newer(valid, environ.get("HTTP_IF_MODIFIED_SINCE")) is False else 0


def _is_newer(valid: Validators, date: str | None) -> bool | None:
    """Whether a file is newer than a date; None where either isn't known (RFC 9110 13.1.3)."""
    since = _date(date)
    return None if since is None or valid.modified is None else valid.modified > since


def _same(if_range: str | None, valid: Validators) -> bool:
    """Whether a range may be sent: its condition is missing, one of the tags, or the very date (RFC 9110 13.1.5)."""
    if if_range is None:
        return True
    value = if_range.strip()
    return value in {f'"{tag}"' for tag in valid.tags} or (
        valid.modified is not None and _date(value) == valid.modified
    )


def _names(tags: str, valid: Validators, *, weakly: bool) -> bool:
    """Whether a list of entity tags holds one of a file's, or is ``*`` (RFC 9110 8.8.3.2)."""
    return tags.strip() == "*" or any(tag in valid.tags and (weakly or not weak) for weak, tag in _TAG.findall(tags))


def _date(value: str | None) -> int | None:
    """The epoch seconds of an HTTP date; None for what is none, which is ignored (RFC 9110 13.1.3)."""
    try:
        parsed = parsedate_tz(value[:60]) if value else None
        return int(mktime_tz(parsed)) if parsed else None
    except (ValueError, OverflowError):
        return None


def _body(
    stream: io.FileIO, first: int, length: int, info: os.stat_result, environ: WSGIEnvironment
) -> Iterable[bytes]:
    wrapper: Callable[[io.RawIOBase, int], Iterable[bytes]] = environ.get("wsgi.file_wrapper", FileWrapper)
    return wrapper(_Part(stream, first, length, info, environ.pop(SENT, None)), _BLOCK)


class _Part(io.RawIOBase):
    """A part of a file as a file of its own. It ends where the part ends, also for a wrapper that reads to the end."""

    def __init__(
        self, stream: io.FileIO, first: int, length: int, info: os.stat_result, ended: Callable[[int], None] | None
    ) -> None:
        super().__init__()
        self._stream, self._first, self._length, self._at = stream, first, length, 0
        self._info, self._ended = info, ended

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as many as there are at most. Raises OSError when the file was written or cut meanwhile.

        A strong ETag promises the bytes of one version, and half of another would be kept for good. Of a file that was
        cut, waitress would go on asking for what never comes.
        """
        left = max(0, self._length - self._at)
        # waitress asks for megabytes each time that a listener has taken a few packets.
        wanted = min(left, _BLOCK) if size < 0 else min(size, left, _BLOCK)
        data = os.pread(self._stream.fileno(), wanted, self._first + self._at)
        if self._was_written() or (wanted and not data):
            raise OSError(errno.EIO, "the file changed while it was sent")
        self._at += len(data)
        return data

    def _was_written(self) -> bool:
        """Whether the file isn't as it was opened. It is where only its name was taken away, or given to another."""
        was, now = self._info, os.fstat(self._stream.fileno())
        if (was.st_mtime_ns, was.st_size) != (now.st_mtime_ns, now.st_size):
            return True
        if was.st_ctime_ns != now.st_ctime_ns and was.st_nlink == now.st_nlink and self._is_named(now):
            # Its time was set back after it was written.
            return True
        # Only the facts of a file that is as it was are those to compare with next: who is refused asks again.
        self._info = now
        return False

    def _is_named(self, info: os.stat_result) -> bool:
        """Whether the name by which the file was opened still leads to it: else it was renamed, or only replaced."""
        try:
            return os.path.samestat(Path(self._stream.name).stat(), info)
        except OSError:
            return False

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
