"""Reindexes and servers that are killed at any moment, a full disk, a read-only disk, and damaged index files."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import Server, Site, wait_for_url, wait_until
from versioned_site import Readers, disagreements, is_locked, leftovers, mark, others

from longwave import create_app
from longwave.web.request_context import KEEPER

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("alone")]
SEED = 3


@pytest.fixture
def disk(site: Site) -> Iterator[Path]:
    """Yield the index folder, mounted on a small disk of its own."""
    index = site.root / "index"
    index.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", index], check=False).returncode
    ):
        pytest.skip("only root can mount a disk")
    yield index
    subprocess.run(["umount", "-l", index], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill the disk to its last byte until the end of the block."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream:
        for size in (65_536, 4096, 1):
            while True:
                try:
                    stream.write(bytes(size))
                except OSError:
                    break
    yield
    filler.unlink()


def reindex(site: Site, *options: str) -> subprocess.Popen[str]:
    """Start `longwave reindex` and return its process."""
    return subprocess.Popen(
        [sys.executable, "-m", "longwave", "reindex", *options], cwd=site.root, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def working(site: Site, *options: str) -> subprocess.Popen[str]:
    """Start `longwave reindex`, and return its process once it holds the build lock."""
    process, lock = reindex(site, *options), site.root / "index" / "lock"
    wait_until(lambda: (lock.exists() and lock.read_text() == f"{process.pid}\n") or process.poll() is not None)
    return process


def stopped_at_work(site: Site) -> subprocess.Popen[str]:
    """Start `longwave reindex`, and return its process, stopped (SIGSTOP) after it has begun to write."""
    process = working(site)
    editions = site.root / "index" / "editions"
    # The process runs for a millisecond at a time, so that it can't finish before the test sees its temporary file.
    process.send_signal(signal.SIGSTOP)
    while not list(editions.glob("*.tmp")):
        assert process.poll() is None, "it was too fast"
        process.send_signal(signal.SIGCONT)
        time.sleep(0.001)
        process.send_signal(signal.SIGSTOP)
    return process


def test_kills_with_readers(site: Site, serve: Callable[..., Server]) -> None:
    """While reindexes are killed at random times no response mixes two editions; a new server shows the newest text."""
    others(site, 30)
    mark(site, 1)
    server, dice = serve(LONGWAVE_SEARCH_LIMIT="0"), random.Random(SEED)
    with Readers() as readers:
        readers.turn_to(server)
        complete, began = working(site, "--full"), time.monotonic()
        complete.communicate()
        took = time.monotonic() - began
        for number in range(2, 8):
            mark(site, number)
            process = working(site, *dice.choice(([], ["--full"])))
            # A random pause, at most as long as a whole reindex, so that kills hit each phase of it.
            time.sleep(dice.random() * took)
            process.kill()
            process.communicate()
            assert disagreements(server.get)[1] == []
        following = serve(LONGWAVE_SEARCH_LIMIT="0")
        readers.turn_to(following)
        server.process.kill()
        assert disagreements(following.get) == ({7}, [])
        assert leftovers(site.root / "index") == []
        assert not is_locked(site.root / "index")
    assert readers.wrong == []
    assert list(readers.mixtures()) == []
    assert readers.asked > 100


def test_a_full_disk_costs_the_new_edition_only(
    site: Site, disk: Path, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """A reindex on a full disk prints one line and leaves no files; the last edition stays; the next reindex works."""
    mark(site, 1)
    server = serve()
    mark(site, 2)
    with full(disk):
        for options in ([], ["--full"]):
            done = site.run("reindex", *options)
            assert done.returncode == 1
            assert re.fullmatch(r"Error: \S+: expected room [^\n]+\n", done.stderr), done.stderr
        assert disagreements(server.get) == ({1}, [])
        assert leftovers(disk) == []
    assert site.run("reindex").returncode == 0
    eventually(lambda: disagreements(server.get) == ({2}, []))


def test_watching_goes_on_when_there_is_room_again(
    site: Site, disk: Path, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """A watching server publishes a save, which a full disk prevented at first, as soon as there is room."""
    mark(site, 1)
    server, lock = serve(LONGWAVE_WATCH="1"), disk / "lock"
    eventually(lambda: disagreements(server.get) == ({1}, []))
    with full(disk):
        before = lock.stat().st_mtime
        mark(site, 2)
        # Each attempt to build takes the lock; a line is logged after two failures, a second apart.
        eventually(lambda: lock.stat().st_mtime > before)
        first = lock.stat().st_mtime
        eventually(lambda: lock.stat().st_mtime > first + 0.5)
        assert disagreements(server.get) == ({1}, [])
    eventually(lambda: disagreements(server.get) == ({2}, []))
    server.process.terminate()
    output, _ = server.process.communicate()
    assert output.count("expected room for a new edition") == 1


def test_a_first_start_on_a_full_disk(site: Site, disk: Path, serve: Callable[..., Server]) -> None:
    """A server's first start on a full disk logs that, keeps the index in a temporary folder, and serves every page."""
    mark(site, 1)
    with full(disk):
        server = serve()
        assert server.started.count("No space left on device") == 1
        assert disagreements(server.get) == ({1}, [])
    assert serve().get("/podcast/1-marked").status == 200


def test_a_disk_that_can_only_be_read(
    site: Site, disk: Path, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """A server with a read-only index folder serves the last edition and logs why; it updates once it can write."""
    mark(site, 1)
    assert site.run("reindex").returncode == 0
    mark(site, 2)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    server = serve()
    done = site.run("reindex")
    assert re.fullmatch(r"Error: \S+: expected a folder that can be written[^\n]+\n", done.stderr), done.stderr
    assert server.started.count("expected a folder that can be written") == 1
    assert disagreements(server.get) == ({1}, [])
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    eventually(lambda: disagreements(server.get) == ({2}, []))


def test_two_at_once(site: Site, serve: Callable[..., Server], eventually: Callable[..., None]) -> None:
    """A second reindex names the process that it waits for, and then changes nothing; a server serves meanwhile."""
    others(site, 30)
    mark(site, 1)
    assert site.run("reindex").returncode == 0
    mark(site, 2)
    first = stopped_at_work(site)
    second, server = reindex(site), serve()
    assert disagreements(server.get) == ({1}, [])
    assert second.stderr is not None
    assert second.stderr.readline() == f"Waiting for process {first.pid}, which is making an edition.\n"
    first.send_signal(signal.SIGCONT)
    assert first.communicate()[0].startswith("0 added, 2 changed")
    assert second.communicate()[0].startswith("0 added, 0 changed, 0 removed, 32 unchanged")
    eventually(lambda: disagreements(server.get) == ({2}, []))


def test_no_lock_outlives_its_process(site: Site) -> None:
    """A reindex or a first start that waits for another process's build goes on at once when that process is killed."""
    others(site, 30)
    mark(site, 1)
    first = stopped_at_work(site)
    second = reindex(site)
    command = [sys.executable, "-u", "-m", "longwave", "serve", "--port", "0"]
    third = subprocess.Popen(command, cwd=site.root, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for waiting in (second, third):
        assert waiting.stderr is not None
        assert waiting.stderr.readline() == f"Waiting for process {first.pid}, which is making an edition.\n"
    first.kill()
    first.communicate()
    assert wait_for_url(third).get("/podcast/1-marked").status == 200
    assert second.wait(60) == 0
    second.communicate()
    third.terminate()
    third.communicate()
    assert leftovers(site.root / "index") == []


def test_any_file_of_the_index_may_be_damaged(site: Site, tmp_path: Path) -> None:
    """The next start serves and finds the right pages after any index file was emptied, cut, or filled with noise."""
    mark(site, 1)
    assert site.run("reindex").returncode == 0
    assert _looked(site) == ({1}, [])
    index, original, dice = site.root / "index", tmp_path / "whole", random.Random(SEED)
    shutil.copytree(index, original)
    wrong = []
    for path in sorted(path for path in original.rglob("*") if path.is_file()):
        data = path.read_bytes()
        half = len(data) // 2
        damages = {
            "emptied": b"",
            "cut": data[:half],
            "noise": dice.randbytes(len(data)),
            "noise at its end": data[:half] + dice.randbytes(len(data) - half),
        }
        for damage in dice.sample(list(damages), 2):
            shutil.rmtree(index)
            shutil.copytree(original, index)
            (index / path.relative_to(original)).write_bytes(damages[damage])
            output, problems = _looked(site)
            wrong += [f"{path.relative_to(original)} {damage}: {line}" for line in problems]
            wrong += [] if output == {1} else [f"{path.relative_to(original)} {damage}: {output}"]
    assert not wrong, "\n".join(wrong)


def test_damage_that_nobody_sees_at_the_start_is_mended(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """If noise overwrites a page's text in the edition, that page fails briefly, and the edition is rebuilt at once."""
    others(site, 60)
    mark(site, 1)
    assert site.run("reindex").returncode == 0
    damaged = []
    for path in (site.root / "index" / "editions").glob("*/*.sqlite"):
        data = bytearray(path.read_bytes())
        if (at := data.rfind(b"Written as notemark1.")) > 0:
            data[at - at % 4096 : at - at % 4096 + 4096] = random.Random(SEED).randbytes(4096)
            path.write_bytes(data)
            damaged.append(path.name)
    assert damaged
    server = serve()
    assert server.get("/podcast/1-marked").status == 503
    assert server.get("/").status == 200
    eventually(lambda: server.get("/podcast/1-marked").status == 200)
    assert disagreements(server.get) == ({1}, [])


def _looked(site: Site) -> tuple[set[int], list[str]]:
    app = create_app(site.root)
    try:
        return disagreements(app.test_client().get)
    finally:
        app.extensions[KEEPER].close()
