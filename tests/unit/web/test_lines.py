"""Lines of an access log: written whole, or counted as lost."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from longwave.web.request_log import LineWriter


def _read(end: int) -> Iterator[bytes]:
    """Yield the bytes of each packet that waits in a pipe; each write to the pipe is one packet."""
    os.set_blocking(end, False)
    while True:
        try:
            yield os.read(end, 1_000_000)
        except BlockingIOError:
            return


def test_writes_to_a_pipe_are_whole_lines() -> None:
    """Two servers that share a pipe write whole lines, each in one undivided write."""
    out, into = os.pipe2(os.O_DIRECT)
    lines = LineWriter(into)
    written = [f"{number} {'x' * (number % 700)}\n" for number in range(100)]
    lines.write("".join(written))
    lines.flush(10)
    packets = list(_read(out))
    assert all(packet.endswith(b"\n") and len(packet) <= 4096 for packet in packets)
    assert b"".join(packets).decode() == "".join(written)
    assert len(packets) < 20


@pytest.mark.parametrize("size", [100, 10_000])
def test_what_does_not_get_out_is_counted(size: int) -> None:
    """A line of the access log is written whole to a full pipe or not at all; lost lines are counted."""
    out, into = os.pipe()
    os.set_blocking(into, False)
    lines = LineWriter(into)
    text = json.dumps({"x": "y" * size}) + "\n"
    count, received = 300_000 // size, b""
    for _ in range(3):
        for _ in range(count):
            lines.write(text)
        lines.flush(10)
        received += b"".join(_read(out))
    # The line that is written next begins with the number of lost ones.
    for _ in range(2):
        lines.write("{}\n")
        lines.flush(10)
    received += b"".join(_read(out))
    rows = received.decode().splitlines()
    complete = sum(row == text.rstrip() for row in rows)
    lost = sum(json.loads(row)["lost"] for row in rows if row.startswith('{"lost": '))
    torn = [row for row in rows if row != text.rstrip() and not row.startswith('{"lost": ') and row != "{}"]
    assert lost > 0
    assert complete + lost == 3 * count
    assert all(text.startswith(row) for row in torn)
