"""A file, or a range of it, on its way to a listener."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import IO
from wsgiref.types import WSGIEnvironment
from wsgiref.util import FileWrapper

from werkzeug.http import parse_date, parse_etags

from longwave.audio.ranges import UnsatisfiableError, parse_range

_BLOCK = 65_536


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
    stream = path.open("rb")
    try:
        delivery = _answer(stream, media_type, environ)
    except BaseException:
        stream.close()
        raise
    if delivery.body == ():
        stream.close()
    return delivery


def _answer(stream: IO[bytes], media_type: str, environ: WSGIEnvironment) -> Delivery:
    info = os.fstat(stream.fileno())
    etag = f"{info.st_mtime_ns:x}-{info.st_size:x}"
    modified = datetime.fromtimestamp(int(info.st_mtime), UTC)
    common = (
        ("ETag", f'"{etag}"'),
        ("Last-Modified", format_datetime(modified, usegmt=True)),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "public, max-age=86400"),
    )
    refused = _precondition(environ, etag, modified)
    if refused:
        return Delivery(refused, common if refused == 304 else ())
    whole = (*common, ("Content-Type", media_type))
    if environ["REQUEST_METHOD"] == "HEAD":
        return Delivery(200, (*whole, ("Content-Length", str(info.st_size))))
    asked = environ.get("HTTP_RANGE") if _same(environ.get("HTTP_IF_RANGE"), etag, modified) else None
    try:
        part = parse_range(asked, info.st_size)
    except UnsatisfiableError:
        outside = ("Content-Range", f"bytes */{info.st_size}")
        return Delivery(416, (*common, outside, ("Content-Length", "0")))
    if part is None:
        return Delivery(200, (*whole, ("Content-Length", str(info.st_size))), _body(stream, info.st_size, environ))
    stream.seek(part.first)
    told = ("Content-Range", f"bytes {part.first}-{part.last}/{info.st_size}")
    headers = (*whole, told, ("Content-Length", str(part.length)))
    return Delivery(206, headers, _body(stream, part.length, environ))


def _precondition(environ: WSGIEnvironment, etag: str, modified: datetime) -> int:
    """412 or 304 where a precondition says so, else 0; in the order of RFC 9110 13.2.2."""
    if "HTTP_IF_MATCH" in environ:
        if not parse_etags(environ["HTTP_IF_MATCH"]).contains(etag):
            return 412
    elif "HTTP_IF_UNMODIFIED_SINCE" in environ:
        since = parse_date(environ["HTTP_IF_UNMODIFIED_SINCE"])
        if since is not None and modified > since:
            return 412
    if "HTTP_IF_NONE_MATCH" in environ:
        return 304 if parse_etags(environ["HTTP_IF_NONE_MATCH"]).contains_weak(etag) else 0
    since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    return 304 if since is not None and modified <= since else 0


def _same(if_range: str | None, etag: str, modified: datetime) -> bool:
    """Whether a range may be sent: its condition is missing, the very ETag, or the very date (RFC 9110 13.1.5)."""
    if if_range is None:
        return True
    value = if_range.strip()
    return value == f'"{etag}"' or parse_date(value) == modified


def _body(stream: IO[bytes], length: int, environ: WSGIEnvironment) -> Iterable[bytes]:
    wrapper: Callable[[IO[bytes], int], Iterable[bytes]] | None = environ.get("wsgi.file_wrapper")
    # Waitress takes the Content-Length as the end; a wrapper that reads to the end of the file must be stopped there.
    return wrapper(stream, _BLOCK) if wrapper else FileWrapper(_Limited(stream, length), _BLOCK)  # type: ignore[arg-type]


class _Limited:
    """The next ``length`` bytes of a file, for servers without a file wrapper of their own."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream, self._left = stream, length
        self.close = stream.close

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data
