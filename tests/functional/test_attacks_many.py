"""Twenty thousand audio files: a server's start and the publishing of a save stay fast."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from support import Site, serving, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("alone")]
SOUNDS, EPISODES = 20_000, 200


def test_twenty_thousand_sounds_cost_little(site: Site, mp3: Path) -> None:
    """With 20,000 audio files a server starts in 30 seconds, publishes a save in seconds and needs less than 200 MB."""
    raw = mp3.read_bytes()[:4000]
    folder = site.root / "content/audio/podcast"
    folder.mkdir(parents=True)
    for number in range(SOUNDS):
        (folder / f"{number}-e.mp3").write_bytes(raw)
    for number in range(EPISODES):
        site.episode(f"2026-01-01-{number}-e.md", title=f"Episode {number}")
    assert site.run("reindex").returncode == 0
    began = time.monotonic()
    with serving(site.root) as server:
        assert time.monotonic() - began < 30
        for number in range(3):
            site.episode("2026-01-01-7-e.md", title=f"Saved {number}")
            began = time.monotonic()
            done = site.run("reindex")
            # Reading all files would take longer than this limit.
            assert time.monotonic() - began < 4
            assert f"1 changed, 0 removed, {EPISODES - 1} unchanged" in done.stdout
            wait_until(lambda number=number: f"Saved {number}" in server.get("/podcast/7-e").text)
        for number in (0, 7, EPISODES - 1):
            assert server.get(f"/audio/podcast/{number}-e.mp3").body == raw
        status = Path(f"/proc/{server.process.pid}/status").read_text()
    held = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert held is not None
    assert int(held[1]) < 200_000
