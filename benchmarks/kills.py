"""Kill processes while they publish a change of a site; after each kill the site must be wholly the old or the new one.

    .venv/bin/python benchmarks/kills.py [kills] [seed]

The site has 312 episodes, so that a first start builds its search index in a process of its own. In each round one change is written
into five files; then a process that publishes it gets SIGKILL after a random time: `longwave reindex` (a third with --full), a server
that starts, one with LONGWAVE_WATCH, or one that builds its first index (or its child process). Then the next
server starts on the remains, every page and the search are checked, and often the previous server is killed too. Exits with 1
if there was a fault.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from support import Server, Site, start_server
from versioned_site import Readers, disagreements, is_locked, leftovers, mark, others

#: The relative frequency with which each kind of process is killed.
KINDS = {"reindex": 50, "reindex --full": 20, "server starting": 12, "server watching": 10, "first index": 8}
_SETTINGS = {"LONGWAVE_SEARCH_LIMIT": "0", "LONGWAVE_ACCESS_LOG": "0"}


@dataclass
class Round:
    """A kill: the process that it hit, and the state found afterwards."""

    kind: str
    moment: str
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    kept: int = 0


class Killing:
    """A site with a server and clients that read it; each round changes the site and kills a process."""

    def __init__(self, site: Site, readers: Readers, dice: random.Random) -> None:
        self.site, self.readers, self.dice = site, readers, dice
        self.number = 1
        others(site, 310)
        mark(site, self.number)
        assert site.run("reindex").returncode == 0
        self.index = site.root / "index"
        self.server = self.start()
        readers.turn_to(self.server)

    def start(self, **more: str) -> Server:
        """Start a server of the site, with ``more`` environment variables."""
        return start_server(self.site.root, **_SETTINGS, **more)

    def round(self, kind: str) -> Round | None:
        """Change the site and kill a process of this kind; return None if the process ended before it was killed."""
        self.number += 1
        if kind == "first index":
            done = self._first_index()
        elif kind == "server watching":
            done = self._watching()
        else:
            mark(self.site, self.number)
            words = ["serve", "--port", "0"] if kind == "server starting" else kind.split()
            done = self._command(words, kind)
        if done is not None:
            self._look(done)
        return done

    def _command(self, words: list[str], kind: str) -> Round | None:
        before = self._current()
        process = self._run(words)
        began = time.monotonic()
        # Half of the kills may come at any time of the process, the others only after it has begun to write.
        if self.dice.random() < 0.5:
            time.sleep(self.dice.uniform(0, 1.2 if kind != "reindex --full" else 1.6))
        else:
            while process.poll() is None and not self._begun(before) and time.monotonic() < began + 10:
                time.sleep(0.001)
            time.sleep(self.dice.uniform(0, 0.12 if kind != "reindex --full" else 0.5))
        if process.poll() is not None:
            return None
        kill(process)
        return Round(kind, self._moment(before))

    def _watching(self) -> Round:
        watcher = self.start(LONGWAVE_WATCH="1")
        self.readers.loose.add(self.number)
        before = self._current()
        mark(self.site, self.number)
        time.sleep(self.dice.uniform(0, 0.5))
        kill(watcher.process)
        return Round("server watching", self._moment(before))

    def _first_index(self) -> Round | None:
        self.readers.leave()
        kill(self.server.process)
        mark(self.site, self.number)
        shutil.rmtree(self.index)
        self.server = self.start()
        self.readers.turn_to(self.server)
        before, child = self._current(), 0
        for _ in range(200):
            children = Path(f"/proc/{self.server.process.pid}/task/{self.server.process.pid}/children")
            # All threads' children are read, as the indexing process isn't started by the server's first thread.
            found = [*children.parent.parent.glob("*/children")]
            child = next((int(pid) for path in found for pid in path.read_text().split()), 0)
            if child:
                break
            time.sleep(0.02)
        time.sleep(self.dice.uniform(0, 2.2))
        moment = self._moment(before)
        if self.dice.random() < 0.5:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, 9)
        else:
            self.readers.leave()
            kill(self.server.process)
        return Round("first index", moment)

    def _look(self, done: Round) -> None:
        """Start a server on the files that the kill left, check every page, and store the findings in ``done``."""
        if self.server.process.poll() is None and done.kind != "first index":
            _, done.wrong = disagreements(self.server.get)
        began = time.monotonic()
        following = self.start()
        assert following.get("/podcast/1-marked").status == 200
        done.seconds = time.monotonic() - began
        wait(lambda: following.get("/search.json?q=steady").status == 200)
        numbers, wrong = disagreements(following.get)
        done.wrong += wrong
        if numbers != {self.number}:
            done.wrong.append(f"after the start the pages say {numbers}, not {self.number}")
        # A killed server's indexing process may still run, and its temporary files would count as leftovers.
        wait(lambda: not is_locked(self.index))
        done.left = leftovers(self.index)
        previous, self.server = self.server, following
        self.readers.turn_to(following)
        if previous.process.poll() is None and self.dice.random() < 0.5:
            kill(previous.process)
        elif previous.process.poll() is None:
            previous.stop()
        done.kept = len(list((self.index / "editions").iterdir()))

    def _run(self, words: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "longwave", *words], cwd=self.site.root, env=os.environ | _SETTINGS,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _current(self) -> str:
        return (self.index / "current").read_text().strip()

    def _names(self) -> list[str]:
        with contextlib.suppress(OSError):
            return [path.name for path in (self.index / "editions").iterdir()]
        return []

    def _begun(self, before: str) -> bool:
        return self._current() != before or any(name.endswith(".tmp") for name in self._names())

    def _moment(self, before: str) -> str:
        """Return the stage of publication that the index folder shows; ``before`` is the name of the old edition."""
        work = next((name for name in self._names() if name.endswith(".tmp")), "")
        if work:
            names = [path.name for path in (self.index / "editions" / work).iterdir()]
            if any(name.startswith("search.") for name in names):
                return "index half-written"
            return "edition whole, without its name" if "search" in names else "database half-written"
        if self._current() != before:
            return "published, old editions going"
        return "edition named, not published" if self._newer(before) else "nothing written yet"

    def _newer(self, before: str) -> bool:
        made = [(self.index / "editions" / name / "in-use") for name in self._names() if len(name) == 16]
        then = self.index / "editions" / before / "in-use"
        return any(path.exists() and path.stat().st_mtime > then.stat().st_mtime for path in made)


def kill(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Send SIGKILL, and close the process's output."""
    process.kill()
    process.communicate()


def wait(so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until ``so`` returns true; end the program if it doesn't within ``seconds``."""
    until = time.monotonic() + seconds
    while not so():
        if time.monotonic() > until:
            raise SystemExit("What should have come didn't.")
        time.sleep(0.02)


def main() -> int:
    """Kill as many processes as the command line says and print the tables; return 1 if there was a fault."""
    kills, seed = (int(word) for word in (*sys.argv[1:], *("300", "5")[len(sys.argv) - 1 :]))
    dice, rounds = random.Random(seed), list[Round]()
    with tempfile.TemporaryDirectory() as folder, Readers() as readers:
        killing = Killing(Site(Path(folder) / "site"), readers, dice)
        while len(rounds) < kills:
            (kind,) = dice.choices(list(KINDS), list(KINDS.values()))
            done = killing.round(kind)
            if done is not None:
                rounds.append(done)
                for line in (*done.wrong, *done.left):
                    print(f"{len(rounds)}, {kind}, {done.moment}: {line}", file=sys.stderr)
        readers.leave()
        kill(killing.server.process)
    return tell(rounds, readers)


def tell(rounds: list[Round], readers: Readers) -> int:
    """Print the tables of kills, of stages, and of the readers' responses; return 1 if there was a fault."""
    print("| killed | kills | wrong afterwards | temporary files left | next start answered after s: median, worst |")
    print("|---|--:|--:|--:|--:|")
    for kind in KINDS:
        some = [one for one in rounds if one.kind == kind]
        if some:
            print(_row(f"{kind}", some))
    print(_row("**all**", rounds))
    print("\n| what lay on the disk | kills |\n|---|--:|")
    for moment, count in Counter(one.moment for one in rounds).most_common():
        print(f"| {moment} | {count} |")
    mixtures = list(readers.mixtures())
    print("\n| answers to readers | editions they saw | mixtures of two | torn or failed | editions on disk at most |")
    print("|--:|--:|--:|--:|--:|")
    most = max(one.kept for one in rounds)
    print(f"| {readers.asked:,} | {len(readers.seen)} | {len(mixtures)} | {len(readers.wrong)} | {most} |")
    for line in (*mixtures, *readers.wrong)[:20]:
        print(line)
    return int(bool(mixtures or readers.wrong or any(one.wrong or one.left for one in rounds)))


def _row(name: str, some: list[Round]) -> str:
    wrong, left = sum(len(one.wrong) for one in some), sum(len(one.left) for one in some)
    seconds = [one.seconds for one in some]
    return f"| {name} | {len(some)} | {wrong} | {left} | {statistics.median(seconds):.1f}, {max(seconds):.1f} |"


if __name__ == "__main__":
    raise SystemExit(main())
