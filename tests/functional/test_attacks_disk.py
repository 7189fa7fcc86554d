"""A disk that fails to read, and whose file times have a resolution of two seconds (`faulty_disk.py`)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from player_site import CUES
from support import Server, Site, serving, wait_until

DISK = Path(__file__).parents[1] / "faulty_disk.py"
EPISODES = 30


@dataclass(frozen=True)
class Faulty:
    """A mounted disk on which reading a file fails if its path contains the text in the file ``trouble``."""

    mounted: Path
    trouble: Path

    def fail(self, file: Path) -> None:
        """Make every read of this file fail, also for programs that have it open."""
        self.trouble.write_text(str(file.relative_to(self.mounted)))
        # Opening a file on this disk drops its cached pages, so that programs that have it open must read it anew.
        file.open("rb").close()


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[Faulty]:
    """Yield an empty faulty disk, mounted for the test."""
    if os.geteuid() or not Path("/dev/fuse").exists():
        pytest.skip("only root can mount a disk, and only where there is FUSE")
    behind, mounted, trouble = (tmp_path / name for name in ("behind", "mounted", "trouble"))
    behind.mkdir()
    mounted.mkdir()
    command = [sys.executable, str(DISK), str(behind), str(mounted), str(trouble)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        if program.stdout.readline() != "mounted\n":
            assert program.stderr is not None
            pytest.skip(program.stderr.read())
        try:
            yield Faulty(mounted, trouble)
        finally:
            trouble.unlink(missing_ok=True)
            done = subprocess.run(["umount", str(mounted)], capture_output=True, timeout=60, check=False)
            if done.returncode:
                subprocess.run(["umount", "--lazy", str(mounted)], check=True, timeout=60)
                program.kill()
            assert done.returncode == 0, "somebody has a file of it open still"


def current(index: Path) -> Path:
    """Return the folder of the current edition within this index folder."""
    return index / "editions" / (index / "current").read_text().strip()


@pytest.fixture
def site_on_it(site: Site, faulty: Faulty) -> Iterator[Server]:
    """Yield a server of a site whose index folder is on a faulty disk, before any request."""
    for number in range(1, EPISODES + 1):
        # The episodes are so long that SQLite has to read them from the disk again.
        site.episode(
            f"2026-01-{number:02}-{number}-e.md", body=f"Zebra {number}.\n\n" + f"word{number} and more. " * 6000
        )
    with serving(site.root, LONGWAVE_INDEX=str(faulty.mounted), LONGWAVE_SEARCH_LIMIT="0") as server:
        yield server


def _all_well(server: Server) -> bool:
    paths = [f"/podcast/{number}-e" for number in range(1, EPISODES + 1)]
    paths += [f"/search.json?q=word{number}" for number in range(1, EPISODES + 1)]
    answers = [server.get(path).status for path in paths]
    # During the rebuild some requests get a 503.
    assert {*answers} <= {200, 503}
    return {*answers} == {200}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["search/*.seg", "search/vocabulary.txt", "edition.sqlite", "texts.sqlite"])
def test_what_the_disk_does_not_give_is_made_anew(name: str, site: Site, faulty: Faulty, site_on_it: Server) -> None:
    """An I/O error in a file of an edition (a built version of the site) is logged and causes a rebuild, no 500."""
    server = site_on_it
    (file,) = current(faulty.mounted).glob(name)
    faulty.fail(file)
    wait_until(lambda: _all_well(server))
    site.episode("2026-02-01-31-new.md", body="Giraffe.")
    assert site.run("reindex", LONGWAVE_INDEX=str(faulty.mounted)).returncode == 0
    wait_until(lambda: server.get("/podcast/31-new").status == 200)
    wait_until(lambda: server.get("/search.json?q=giraffe").json["total"] == 1)
    assert server.process.poll() is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["search/*.seg", "search/vocabulary.txt", "edition.sqlite", "texts.sqlite"])
def test_what_is_cut_off_is_made_anew(name: str, site: Site, site_on_it: Server, faulty: Faulty) -> None:
    """A file of an edition (a built version of the site) that is truncated while in use causes a rebuild, no 500."""
    (file,) = current(faulty.mounted).glob(name)
    os.truncate(file, file.stat().st_size // 2)
    wait_until(lambda: _all_well(site_on_it))
    assert site_on_it.process.poll() is None


@pytest.fixture
def content_on_it(site: Site, tmp_path: Path, faulty: Faulty) -> Site:
    """Return a site with its content folder on a faulty disk."""
    (site.root / "content").rmdir()
    (site.root / "content").symlink_to(faulty.mounted)
    site.put("content/site.toml", 'title = "Aaaa"\n')
    site.episode(body="Hello zebra.", guest="Ann Lee")
    site.put("content/transcripts/podcast/1-first.vtt", CUES)
    return site


def test_content_that_cannot_be_read_stays(content_on_it: Site, faulty: Faulty) -> None:
    """An episode that the disk can't read keeps its last good version and is reported; others are published."""
    site = content_on_it
    site.put("content/audio/podcast/1-first.mp3", bytes(3_000_000))
    with serving(site.root) as server:
        for name in ("site.toml", "podcast/2026-01-02-1-first.md", "transcripts/podcast/1-first.vtt"):
            site.put(f"content/{name}", (faulty.mounted / name).read_bytes() + b"\n\n")
            faulty.fail(faulty.mounted / name)
            number = len(name)
            site.episode(f"2026-02-01-{number}-new.md")
            done = site.run("reindex")
            assert f"content/{name}: expected a readable file, found Input/output error." in done.stderr.replace(
                ":0", ""
            )
            wait_until(lambda number=number: server.get(f"/podcast/{number}-new").status == 200)
            page = server.get("/podcast/1-first").text
            assert "Hello zebra." in page
            assert "Aaaa" in page
            assert server.get("/podcast/1-first/transcript.vtt").status == 200
        faulty.fail(faulty.mounted / "audio/podcast/1-first.mp3")
        with closing(socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 60)) as connection:
            connection.sendall(b"GET /audio/podcast/1-first.mp3 HTTP/1.1\r\nHost: x\r\n\r\n")
            # The response ends early, and the client notices.
            assert sum(map(len, iter(lambda: connection.recv(65_536), b""))) < 3_000_000
        assert server.get("/podcast/1-first").status == 200


def within_a_tick() -> None:
    """Wait for the start of an interval of the disk's file times, so that the test's next writes get the same time."""
    while time.time() % 2 > 0.2:
        time.sleep(0.02)


@pytest.mark.slow
def test_what_is_saved_twice_at_once_is_published(content_on_it: Site, faulty: Faulty) -> None:
    """A file saved twice with the same size and the same file time is published in its last version."""
    site, content = content_on_it, content_on_it.root / "content"
    assert all(path.stat().st_mtime_ns % 2_000_000_000 == 0 for path in content.rglob("*"))
    episode, title, cues = "podcast/2026-01-02-1-first.md", "site.toml", "transcripts/podcast/1-first.vtt"
    with serving(site.root) as server:
        for name, old, new in ((episode, "zebra", "horse"), (title, "Aaaa", "Bbbb"), (cues, "said", "told")):
            text = (content / name).read_text()
            for attempt in range(5):
                within_a_tick()
                (content / name).write_text(f"{text}\n")
                assert site.run("reindex").returncode == 0
                before = (content / name).stat()
                # The file is written in place, as many editors do.
                (content / name).write_text(f"{text}\n".replace(old, new))
                after = (content / name).stat()
                if (before.st_mtime, before.st_size, before.st_ino) == (after.st_mtime, after.st_size, after.st_ino):
                    break
                assert attempt < 4, "this machine is too slow to save twice within two seconds"
            time.sleep(2.2)
            assert site.run("reindex").returncode == 0
            paths = "/podcast/1-first", "/podcast/1-first/transcript.vtt"
            wait_until(lambda new=new, paths=paths: any(new in server.get(path).text for path in paths))
