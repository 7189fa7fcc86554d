"""Delivery of a file, or of a range of it, to a listener."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from email.utils import formatdate
from io import BytesIO, RawIOBase
from pathlib import Path
from wsgiref.util import FileWrapper

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from waitress.buffers import ReadOnlyFileBasedBuffer

from longwave.audio.delivery import Delivery, deliver, order
from longwave.audio.validators import Validators


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of a hundred bytes that is a minute old."""
    path = tmp_path / "a.mp3"
    path.write_bytes(bytes(range(100)))
    minute = time.time() - 60
    os.utime(path, (minute, minute))
    return path


def known(info: os.stat_result) -> Validators:
    """Return fixed validators (a new ETag, an old ETag and a date), which these tests use for any file."""
    return Validators(("new", "old"), int(info.st_mtime))


def ask(file: Path, method: str = "GET", **headers: str) -> tuple[Delivery, bytes]:
    """Return the response to one request for the file, and its body."""
    environ = {"REQUEST_METHOD": method} | {f"HTTP_{name}": value for name, value in headers.items()}
    delivery = deliver(file, "audio/mpeg", environ, known)
    body = b"".join(delivery.body)
    if hasattr(delivery.body, "close"):
        delivery.body.close()
    return delivery, body


def header(delivery: Delivery, name: str) -> str | None:
    """Return the value of a response's header, or None."""
    return dict(delivery.headers).get(name)


def test_the_whole_file(file: Path) -> None:
    """A request without a range gets the whole file, with its length, type and validators."""
    delivery, body = ask(file)
    assert (delivery.status, body) == (200, file.read_bytes())
    assert (header(delivery, "Content-Length"), header(delivery, "Content-Type")) == ("100", "audio/mpeg")
    assert header(delivery, "Accept-Ranges") == "bytes"
    assert header(delivery, "Last-Modified")


def test_a_range(file: Path) -> None:
    """A request for a range gets a 206 with exactly the bytes of the range."""
    delivery, body = ask(file, RANGE="bytes=10-19")
    assert (delivery.status, body) == (206, bytes(range(10, 20)))
    assert (header(delivery, "Content-Range"), header(delivery, "Content-Length")) == ("bytes 10-19/100", "10")


def test_a_range_outside(file: Path) -> None:
    """A request for a range outside of the file gets a 416 with the file's size."""
    delivery, body = ask(file, RANGE="bytes=100-")
    assert (delivery.status, body, header(delivery, "Content-Range")) == (416, b"", "bytes */100")
    assert header(delivery, "Cache-Control") is None


def test_head_ignores_a_range(file: Path) -> None:
    """A HEAD request, also for a range, gets the headers of the whole file and no body."""
    delivery, body = ask(file, "HEAD", RANGE="bytes=0-1")
    assert (delivery.status, body, header(delivery, "Content-Length")) == (200, b"", "100")


def test_preconditions(file: Path) -> None:
    """A precondition (If-Match, If-None-Match...) that isn't met gives a 304 or 412 without a body."""
    first, _ = ask(file)
    etag, modified = str(header(first, "ETag")), str(header(first, "Last-Modified"))
    past = formatdate(0, usegmt=True)
    cases = [
        ({"IF_NONE_MATCH": etag}, 304),
        ({"IF_NONE_MATCH": f"W/{etag}", "RANGE": "bytes=0-1"}, 304),
        ({"IF_NONE_MATCH": "*"}, 304),
        ({"IF_NONE_MATCH": '"other"', "IF_MODIFIED_SINCE": modified}, 200),
        ({"IF_MODIFIED_SINCE": modified}, 304),
        ({"IF_MODIFIED_SINCE": past}, 200),
        ({"IF_MODIFIED_SINCE": "nonsense"}, 200),
        ({"IF_MATCH": '"other"'}, 412),
        ({"IF_MATCH": etag}, 200),
        ({"IF_MATCH": "*"}, 200),
        ({"IF_MATCH": f'"other", {etag}'}, 200),
        ({"IF_MATCH": f"W/{etag}"}, 412),
        ({"IF_MATCH": etag, "IF_UNMODIFIED_SINCE": past}, 200),
        ({"IF_MATCH": '"other"', "IF_NONE_MATCH": etag}, 412),
        ({"IF_NONE_MATCH": f'"other",W/{etag}'}, 304),
        ({"IF_NONE_MATCH": "nonsense"}, 200),
        ({"IF_UNMODIFIED_SINCE": past}, 412),
        ({"IF_UNMODIFIED_SINCE": modified}, 200),
    ]
    for headers, status in cases:
        delivery, body = ask(file, **headers)
        assert delivery.status == status, headers
        if status != 200:
            assert (body, header(delivery, "Content-Length")) == (b"", None if status == 304 else "0")


def test_if_range(file: Path) -> None:
    """A range is sent if If-Range has the file's date or strong ETag; otherwise the whole file is sent."""
    first, _ = ask(file)
    etag, modified = str(header(first, "ETag")), str(header(first, "Last-Modified"))
    for value, status in (
        (etag, 206),
        (f"W/{etag}", 200),
        ('"other"', 200),
        (modified, 206),
        (formatdate(0, usegmt=True), 200),
    ):
        delivery, body = ask(file, RANGE="bytes=50-59", IF_RANGE=value)
        assert (delivery.status, len(body)) == (status, 10 if status == 206 else 100), value


def test_what_stood_for_these_bytes_before_still_does(file: Path) -> None:
    """A file's earlier ETag counts in preconditions, too; a 304 or 206 repeats the ETag that the client sent."""
    for asked, status, told in (
        ({"IF_NONE_MATCH": '"old"'}, 304, '"old"'),
        ({"IF_NONE_MATCH": '"x", "new", "old"'}, 304, '"new"'),
        ({"IF_RANGE": '"old"', "RANGE": "bytes=0-1"}, 206, '"old"'),
        ({"IF_MATCH": '"old"'}, 200, '"new"'),
        ({"IF_NONE_MATCH": '"older"'}, 200, '"new"'),
        ({"IF_RANGE": '"older"', "RANGE": "bytes=0-1"}, 200, '"new"'),
        ({"IF_NONE_MATCH": 'old, W/"old'}, 200, '"new"'),
    ):
        delivery, _ = ask(file, **asked)
        assert (delivery.status, header(delivery, "ETag")) == (status, told), asked


def test_without_validators_no_copy_is_good(file: Path) -> None:
    """A file that changed so lately that it has no validators is sent whole for every request, without ETag or date."""
    for asked in (
        {"IF_NONE_MATCH": '"new"'},
        {"IF_NONE_MATCH": '""'},
        {"IF_MODIFIED_SINCE": formatdate(usegmt=True)},
        {"IF_RANGE": '"new"', "RANGE": "bytes=0-1"},
        {"IF_RANGE": formatdate(usegmt=True), "RANGE": "bytes=0-1"},
        {"IF_UNMODIFIED_SINCE": formatdate(0, usegmt=True)},
    ):
        environ = {"REQUEST_METHOD": "GET"} | {f"HTTP_{name}": value for name, value in asked.items()}
        delivery = deliver(file, "audio/mpeg", environ, lambda _: Validators())
        assert (delivery.status, b"".join(delivery.body)) == (200, bytes(range(100))), asked
        assert (header(delivery, "ETag"), header(delivery, "Last-Modified")) == (None, None)


def test_an_empty_file(tmp_path: Path) -> None:
    """An empty file is sent whole, and no range of it can be satisfied."""
    path = tmp_path / "empty.mp3"
    path.touch()
    assert [ask(path)[0].status, ask(path, RANGE="bytes=0-")[0].status, ask(path, RANGE="bytes=-1")[0].status] == [
        200, 416, 200,
    ]  # fmt: skip


@pytest.mark.parametrize("wrapper", [ReadOnlyFileBasedBuffer, FileWrapper])
def test_the_servers_own_wrapper_carries_ranges(file: Path, wrapper: type) -> None:
    """If a server's wsgi.file_wrapper reads a file to its end, the response to a range still ends with the range."""
    environ = {"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=40-49", "wsgi.file_wrapper": wrapper}
    body = deliver(file, "audio/mpeg", environ, known).body
    assert isinstance(body, wrapper)
    assert b"".join(body) == bytes(range(40, 50))
    body.close()


def test_waitress_measures_a_range_by_itself(file: Path) -> None:
    """waitress, which measures a body by seeking, gets the range's length; reading it in pieces gives its bytes."""
    environ = {"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=40-49", "wsgi.file_wrapper": ReadOnlyFileBasedBuffer}
    body = deliver(file, "audio/mpeg", environ, known).body
    assert isinstance(body, ReadOnlyFileBasedBuffer)
    assert body.prepare(None) == 10
    assert (body.get(4), body.get(4, skip=True), body.get(skip=True), len(body)) == (
        bytes(range(40, 44)), bytes(range(40, 44)), bytes(range(44, 50)), 0,
    )  # fmt: skip
    body.close()


def test_a_file_that_is_cut_ends_its_delivery(file: Path) -> None:
    """Reading a file that is truncated while it is sent raises an error, instead of returning no bytes for ever."""
    body = deliver(file, "audio/mpeg", {"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=50-"}, known).body
    os.truncate(file, 10)
    with closing(body), pytest.raises(OSError, match="changed"):
        next(iter(body))


@pytest.mark.parametrize(
    ("method", "headers"),
    [("HEAD", {}), ("GET", {"HTTP_IF_NONE_MATCH": "*"}), ("GET", {"HTTP_IF_MATCH": '"x"'}), ("GET", {"HTTP_RANGE": "bytes=999-"})],
)  # fmt: skip
def test_no_file_stays_open_without_a_body(file: Path, method: str, headers: dict[str, str]) -> None:
    """A delivered file is closed at once if the response has no body."""
    before = set(Path("/proc/self/fd").iterdir())
    deliver(file, "audio/mpeg", {"REQUEST_METHOD": method} | headers, known)
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_closing_the_body_closes_the_file(file: Path) -> None:
    """Closing the body, as WSGI asks of a server, closes the file."""
    seen: list[RawIOBase] = []

    def wrapper(stream: RawIOBase, _block: int) -> BytesIO:
        seen.append(stream)
        return BytesIO()

    before = set(Path("/proc/self/fd").iterdir())
    deliver(file, "audio/mpeg", {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": wrapper}, known)
    seen[0].close()
    assert set(Path("/proc/self/fd").iterdir()) == before


_DATES = st.sampled_from(
    ["Mon, 01 Jan 2020 00:00:00 +99999999999999", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 99 Foo 0 9:9:9 X",
     "Mon, 01 Jan 2020 00:00:00", "1 2 3 4 5", ":,", "Mon, 01 Jan 2020 00:00:00 GMT", '"', 'W/"', '"a" "b"', "*", "bytes=0-", "\xff"]
)  # fmt: skip
_NAMES = ["HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE",
          "HTTP_IF_UNMODIFIED_SINCE"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(_NAMES), _DATES | st.text(max_size=40)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_header_is_an_error(file: Path, headers: dict[str, str]) -> None:
    """Any request headers get a response whose body has the declared length."""
    delivery = deliver(file, "audio/mpeg", {"REQUEST_METHOD": "GET"} | headers, known)
    body = b"".join(delivery.body)
    if hasattr(delivery.body, "close"):
        delivery.body.close()
    assert delivery.status in (200, 206, 304, 412, 416)
    assert len(body) == int(header(delivery, "Content-Length") or 0)


def test_a_file_that_went_away(tmp_path: Path) -> None:
    """The delivery of a missing file raises OSError."""
    with pytest.raises(OSError, match="gone"):
        deliver(tmp_path / "gone.mp3", "audio/mpeg", {"REQUEST_METHOD": "GET"}, known)


def test_a_server_that_asks_for_megabytes_gets_a_block(tmp_path: Path) -> None:
    """Asked for a megabyte, the body returns a block only, as waitress asks for as much but sends few packets of it."""
    path = tmp_path / "long.mp3"
    path.touch()
    os.truncate(path, 10_000_000)
    environ = {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": ReadOnlyFileBasedBuffer}
    body = deliver(path, "audio/mpeg", environ, known).body
    assert isinstance(body, ReadOnlyFileBasedBuffer)
    body.prepare(None)
    assert len(body.get(4_000_000)) <= 65_536
    body.close()


def test_a_file_that_is_written_over_ends_its_delivery(file: Path) -> None:
    """A file that is overwritten in place while it is sent raises, so old and new bytes never mix under one ETag."""
    body = deliver(file, "audio/mpeg", {"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=50-"}, known).body
    file.write_bytes(bytes(100))
    with closing(body), pytest.raises(OSError, match="changed"):
        next(iter(body))


def test_a_file_that_is_replaced_goes_on(file: Path, tmp_path: Path) -> None:
    """A file that is replaced by a rename is sent to its end."""
    body = deliver(file, "audio/mpeg", {"REQUEST_METHOD": "GET"}, known).body
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "new").replace(file)
    assert b"".join(body) == bytes(range(100))


@pytest.mark.parametrize("how", ["rename", "move", "delete", "link", "folder"])
def test_a_file_is_sent_whatever_happens_to_its_name(file: Path, tmp_path: Path, how: str) -> None:
    """An opened file is sent to its end, whether it is replaced, moved, deleted or linked."""
    folder = tmp_path / "show"
    folder.mkdir()
    path = file.rename(folder / "a.mp3")
    body = iter(deliver(path, "audio/mpeg", {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": _in_tens}, known).body)
    read = next(body)
    time.sleep(0.02)
    if how == "rename":
        (tmp_path / "new").write_bytes(bytes(100))
        (tmp_path / "new").replace(path)
    elif how == "move":
        path.rename(tmp_path / "b.mp3")
    elif how == "delete":
        path.unlink()
    elif how == "link":
        (tmp_path / "b.mp3").hardlink_to(path)
    else:
        folder.rename(tmp_path / "other")
    assert read + b"".join(body) == bytes(range(100))


@pytest.mark.parametrize("length", [100, 90, 110])
def test_a_file_whose_time_is_set_back_ends_its_delivery(file: Path, length: int) -> None:
    """A file that is overwritten in place ends its delivery even if its modification time is restored."""
    body = deliver(file, "audio/mpeg", {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": _in_tens}, known).body
    next(iter(body))
    time.sleep(0.02)
    before = file.stat()
    file.write_bytes(bytes(length))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with closing(body), pytest.raises(OSError, match="changed"):
        next(iter(body))


def _in_tens(stream: RawIOBase, _block: int) -> Iterator[bytes]:
    try:
        while data := stream.read(10):
            yield data
    finally:
        stream.close()


def test_an_order_to_a_proxy(file: Path) -> None:
    """A response without body that makes a reverse proxy send the file has its path, media type and validators."""
    delivery = order("audio/flac", ("X-Sendfile", "/there"), known(file.stat()))
    assert (delivery.status, delivery.body, header(delivery, "X-Sendfile")) == (200, (), "/there")
    for name in ("ETag", "Last-Modified"):
        assert header(delivery, name) == header(ask(file)[0], name)
    assert header(delivery, "Content-Type") == "audio/flac"
