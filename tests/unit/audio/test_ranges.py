"""Parsing of the Range header."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.audio.ranges import Range, UnsatisfiableError, parse_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", Range(0, 99)),
        ("bytes=0-1", Range(0, 1)),
        ("bytes=90-200", Range(90, 99)),
        ("bytes=-10", Range(90, 99)),
        ("bytes=-1000", Range(0, 99)),
        ("Bytes=5-6 ", Range(5, 6)),
        ("bytes=, 5-6 ,", Range(5, 6)),
        ("bytes=0-99999999999999999999999", Range(0, 99)),
        ("bytes=-" + "9" * 5000, Range(0, 99)),
        ("bytes=" + "0" * 5000 + "5-", Range(5, 99)),
        ("bytes = 5 - 6", None),
        (None, None),
        ("", None),
        ("seconds=1-2", None),
        ("bytes=6-5", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=٣-", None),
    ],
)
def test_one_range_is_taken_and_what_is_not_understood_ignored(header: str | None, expected: Range | None) -> None:
    """A single range or suffix is parsed; an unknown unit, nonsense and several ranges mean the whole file."""
    assert parse_range(header, 100) == expected


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=0-", 0), ("bytes=-0", 100), ("bytes=" + "9" * 5000 + "-", 100)]
)
def test_only_what_lies_outside_is_refused(header: str, size: int) -> None:
    """A range that begins past the file's end, or is empty, raises UnsatisfiableError."""
    with pytest.raises(UnsatisfiableError):
        parse_range(header, size)


def test_the_end_of_an_empty_file_is_all_of_it() -> None:
    """A range of the last bytes of an empty file can be satisfied, with the whole, empty file."""
    assert parse_range("bytes=-5", 0) is None


@pytest.mark.parametrize("inner", [" ", ",", "\t", "1", "-", "=", "0"])
def test_a_header_of_any_length_is_read_in_one_go(inner: str) -> None:
    """A Range header of any length is parsed in linear time."""
    many = inner * 200_000
    for header in (f"bytes={many}x", f"bytes=1-{many}x", f"bytes=1{many}-x", f"bytes{many}=1-", f"{many}bytes=1-"):
        with contextlib.suppress(UnsatisfiableError):
            parse_range(header, 100)


@given(st.text(alphabet="bytes=0123456789-, ", max_size=40) | st.text(max_size=40), st.integers(0, 10**12))
def test_every_range_lies_in_the_file(header: str, size: int) -> None:
    """Any Range header gives a range within the file, none, or UnsatisfiableError."""
    try:
        part = parse_range(header, size)
    except UnsatisfiableError:
        return
    assert part is None or (0 <= part.first <= part.last < size and part.length > 0)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_well_formed_range_is_what_was_asked(first: int, last: int, size: int) -> None:
    """The range `bytes=first-last` is the part of the file between these two bytes, both included."""
    try:
        part = parse_range(f"bytes={first}-{last}", size)
    except UnsatisfiableError:
        assert first >= size
        return
    assert part == (Range(first, min(last, size - 1)) if first <= last else None)
