"""A file, or a range of it, on its way to a listener."""

from email.utils import formatdate
from io import BytesIO
from pathlib import Path
from typing import IO

import pytest

from longwave.audio.delivery import Delivery, deliver


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A hundred bytes."""
    path = tmp_path / "a.mp3"
    path.write_bytes(bytes(range(100)))
    return path


def ask(file: Path, method: str = "GET", **headers: str) -> tuple[Delivery, bytes]:
    """The answer to one request, and its body."""
    environ = {"REQUEST_METHOD": method} | {f"HTTP_{name}": value for name, value in headers.items()}
    delivery = deliver(file, "audio/mpeg", environ)
    body = b"".join(delivery.body)
    if hasattr(delivery.body, "close"):
        delivery.body.close()
    return delivery, body


def header(delivery: Delivery, name: str) -> str | None:
    """The value of one header."""
    return dict(delivery.headers).get(name)


def test_the_whole_file(file: Path) -> None:
    """Without a range the file comes whole, with its length, type and validators."""
    delivery, body = ask(file)
    assert (delivery.status, body) == (200, file.read_bytes())
    assert (header(delivery, "Content-Length"), header(delivery, "Content-Type")) == ("100", "audio/mpeg")
    assert header(delivery, "Accept-Ranges") == "bytes"
    assert header(delivery, "Last-Modified")


def test_a_range(file: Path) -> None:
    """A range is 206 with exactly its bytes."""
    delivery, body = ask(file, RANGE="bytes=10-19")
    assert (delivery.status, body) == (206, bytes(range(10, 20)))
    assert (header(delivery, "Content-Range"), header(delivery, "Content-Length")) == ("bytes 10-19/100", "10")


def test_a_range_outside(file: Path) -> None:
    """A range that can't be satisfied is 416 and tells the size."""
    delivery, body = ask(file, RANGE="bytes=100-")
    assert (delivery.status, body, header(delivery, "Content-Range")) == (416, b"", "bytes */100")


def test_head_ignores_a_range(file: Path) -> None:
    """HEAD tells of the whole file and has no body."""
    delivery, body = ask(file, "HEAD", RANGE="bytes=0-1")
    assert (delivery.status, body, header(delivery, "Content-Length")) == (200, b"", "100")


def test_preconditions(file: Path) -> None:
    """304 and 412 come before any range, and neither has a body or a Content-Length of its own."""
    first, _ = ask(file)
    etag, modified = str(header(first, "ETag")), str(header(first, "Last-Modified"))
    past = formatdate(0, usegmt=True)
    asked = [
        ({"IF_NONE_MATCH": etag}, 304),
        ({"IF_NONE_MATCH": f"W/{etag}", "RANGE": "bytes=0-1"}, 304),
        ({"IF_NONE_MATCH": "*"}, 304),
        ({"IF_NONE_MATCH": '"other"', "IF_MODIFIED_SINCE": modified}, 200),
        ({"IF_MODIFIED_SINCE": modified}, 304),
        ({"IF_MODIFIED_SINCE": past}, 200),
        ({"IF_MODIFIED_SINCE": "nonsense"}, 200),
        ({"IF_MATCH": '"other"'}, 412),
        ({"IF_MATCH": etag}, 200),
        ({"IF_UNMODIFIED_SINCE": past}, 412),
        ({"IF_UNMODIFIED_SINCE": modified}, 200),
    ]
    for headers, status in asked:
        delivery, body = ask(file, **headers)
        assert delivery.status == status, headers
        if status != 200:
            assert (body, header(delivery, "Content-Length")) == (b"", None)


def test_if_range(file: Path) -> None:
    """A range is sent only for the very version that the client has a part of; a weak tag never is."""
    first, _ = ask(file)
    etag, modified = str(header(first, "ETag")), str(header(first, "Last-Modified"))
    for value, status in (
        (etag, 206),
        (f"W/{etag}", 200),
        ('"old"', 200),
        (modified, 206),
        (formatdate(0, usegmt=True), 200),
    ):
        delivery, body = ask(file, RANGE="bytes=50-59", IF_RANGE=value)
        assert (delivery.status, len(body)) == (status, 10 if status == 206 else 100), value


def test_the_servers_own_wrapper_carries_ranges(file: Path) -> None:
    """A range goes out through wsgi.file_wrapper, from its first byte on."""
    seen: list[tuple[int, int]] = []

    def wrapper(stream: IO[bytes], block: int) -> BytesIO:
        seen.append((stream.tell(), block))
        stream.close()
        return BytesIO()

    environ = {"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=40-", "wsgi.file_wrapper": wrapper}
    assert isinstance(deliver(file, "audio/mpeg", environ).body, BytesIO)
    assert seen[0][0] == 40


def test_a_file_that_went_away(tmp_path: Path) -> None:
    """A missing file is the documented error."""
    with pytest.raises(OSError, match="gone"):
        deliver(tmp_path / "gone.mp3", "audio/mpeg", {"REQUEST_METHOD": "GET"})
