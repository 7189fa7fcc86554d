"""Measure the start of commands: seconds of CPU, beside bare Python, Flask's own command, and Jekyll's and Hugo's.

    .venv/bin/python benchmarks/commands.py [--rounds N]

All run in turns, in a copy of the demo that is already indexed; the numbers are medians of nine rounds. `serve` counts until it
prints its address. Jekyll and Hugo are left out if they aren't installed.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from generators import program
from servers import DEMO, table

#: Commands of Longwave, and the seconds of CPU that they may take.
OURS = {
    ("longwave", "--help"): 0.7,
    ("longwave", "search", "python"): 1.2,
    ("longwave", "reindex"): 1.4,
    ("longwave", "serve", "--port", "0"): 1.5,
    ("flask", "reindex"): None,
}
PEERS = (
    ("python", "-c", "pass"),
    ("python", "-c", "import flask"),
    ("flask", "--help"),
    ("jekyll", "--help"),
    ("hugo", "--help"),
)
SCRIPTS = Path(sys.executable).parent


def cost(run: Callable[[], object]) -> float:
    """Return the CPU seconds of the processes that ``run`` starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start(command: list[str], root: Path) -> None:
    """Run a command to its end; a server is killed as soon as it has printed its address."""
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Open http" in line:
                process.kill()
                return
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: {said}")


def main() -> None:
    """Print a table of the CPU seconds of each command's start, the median of all rounds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    taken: dict[tuple[str, ...], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        site, elsewhere = Path(name, "site"), Path(name, "elsewhere")
        elsewhere.mkdir()
        shutil.copytree(DEMO / "content", site / "content")
        shutil.copy(DEMO / "wsgi.py", site)
        start([str(SCRIPTS / "longwave"), "reindex"], site)
        for _ in range(rounds):
            for command in (*OURS, *PEERS):
                found = SCRIPTS / command[0] if (SCRIPTS / command[0]).exists() else program(command[0])
                if found:
                    # Other programs run outside the site, as `flask --help` would load our application in it.
                    root = elsewhere if command in PEERS else site
                    taken[command].append(cost(lambda: start([str(found), *command[1:]], root)))  # noqa: B023
    rows = [
        f"| `{' '.join(command)}` | {statistics.median(seconds):.2f} | {OURS.get(command) or ''} |"
        for command, seconds in taken.items()
    ]
    print(table("| seconds of CPU | median | at most |", rows))


if __name__ == "__main__":
    main()
