"""Clocks that are set forward and back in the very second for which an episode is scheduled."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from support import Server, Site, wait_until


def write_zone(path: Path, turns: datetime, before: int, after: int) -> None:
    """Write a time zone file (RFC 8536): its offset from UTC is ``before`` hours until ``turns``, then ``after``."""
    moments, types = [0, int(turns.timestamp())], [before * 3600, after * 3600]
    counts = struct.pack(">6I", 0, 0, 0, len(moments), len(types), 4)
    kinds = b"".join(struct.pack(">iBB", offset, 0, 0) for offset in types)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"TZif" + bytes(16) + counts + struct.pack(">2i", *moments) + bytes([0, 1]) + kinds + b"ZON\0")


@pytest.mark.slow
@pytest.mark.parametrize(
    "clocks",
    [
        # The scheduled local time occurs now, and again in an hour.
        pytest.param((2, 1, +3), id="twice"),
        # The scheduled local time is skipped: three seconds ago the clocks were put forward by an hour.
        pytest.param((1, 2, -3), id="never"),
        # The clocks are put forward to the scheduled time in that very second.
        pytest.param((1, 2, 0), id="forward"),
    ],
)
def test_an_episode_comes_out_in_its_second(
    site: Site, serve: Callable[..., Server], tmp_path: Path, clocks: tuple[int, int, int]
) -> None:
    """An episode dated at a repeated local time is published at the first; at a skipped one, as if clocks stayed."""
    before, after, turn = clocks
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=10)
    turns = due + timedelta(seconds=turn)
    # If the clocks change in the very second in which the episode is due, its local time has the new offset.
    offset = before if turn else after
    wall = due + timedelta(hours=offset)
    write_zone(tmp_path / "zones" / "Test" / "Turns", turns, before, after)
    site.put("content/site.toml", 'url = "https://pod.example"\ntimezone = "Test/Turns"\n')
    site.episode()
    site.episode("2-soon.md", title="Soon", date=wall.strftime("%Y-%m-%d %H:%M:%S"))
    # A date with an explicit offset means the second of two equal local times.
    site.episode("3-late.md", title="Late", date=wall.strftime("%Y-%m-%d %H:%M:%S ") + f"{offset - 1:+03}00")
    server = serve(PYTHONTZPATH=str(tmp_path / "zones"))
    assert server.get("/podcast/2-soon").status == 404 or datetime.now(UTC) >= due
    wait_until(lambda: server.get("/podcast/2-soon").status == 200)
    assert due <= datetime.now(UTC) < due + timedelta(minutes=5)
    feed = server.get("/podcast/feed.xml").text
    item = feed[feed.index("<title>Soon</title>") :]
    assert parsedate_to_datetime(item.split("<pubDate>")[1].split("<")[0]) == due
    assert server.get("/podcast/3-late").status == 404
