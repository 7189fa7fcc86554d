"""How long it takes until a change is on the site: full and incremental reindexing, and the servers' change of edition.

.venv/bin/python benchmarks/editions.py [episodes]
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from longwave.config import read_settings
from longwave.edition import build_edition

WORDS = [
    a + b
    for a in ("data", "cloud", "micro", "open", "fast", "deep")
    for b in ("base", "ware", "flow", "net", "line", "script", "form")
]


def write(root: Path, number: int, salt: str = "") -> None:
    """An episode of about 600 words with 30 moments."""
    chance = random.Random(f"{number}{salt}")
    words = [" ".join(chance.choices(WORDS, k=12)) for _ in range(50)]
    notes = "\n".join(f"- {n}:{n:02} -- {line}" for n, line in enumerate(words[:30], 1))
    path = root / "content/podcast" / f"2020-01-01-{number}-episode.md"
    path.write_text(
        f"---\ntitle: Episode {number} {salt}\ntags: [{words[0].split()[0]}]\nguest: Guest {number % 50}\n---\n{notes}\n\n{' '.join(words[30:])}\n"
    )


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "content/podcast").mkdir(parents=True)
        for number in range(count):
            write(root, number)
        settings = read_settings({}, root)
        first = build_edition(settings)
        again = [build_edition(settings) for _ in range(5)]
        one = []
        for turn in range(5):
            write(root, 7, str(turn))
            one.append(build_edition(settings))
        server = subprocess.Popen(
            [sys.executable, "-m", "longwave", "serve", "--port", "8127"], cwd=root, stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        server.stdout.readline()
        swaps = []
        for turn in range(5):
            write(root, 7, f"swap{turn}")
            build_edition(settings)
            began = time.monotonic()
            while (
                f"swap{turn}" not in urllib.request.urlopen("http://127.0.0.1:8127/podcast/7-episode").read().decode()
            ):
                time.sleep(0.01)
            swaps.append(time.monotonic() - began)
        server.terminate()
        server.wait()
    print(f"| {count} episodes of 600 words | seconds |\n|---|--:|")
    print(f"| first edition, with its search index | {first.seconds if first else 0:.1f} |")
    print(f"| nothing changed | {statistics.median(r.seconds for r in again if r):.2f} |")
    print(f"| one episode changed | {statistics.median(r.seconds for r in one if r):.2f} |")
    print(
        f"| from there until a running server shows it, median and worst | {statistics.median(swaps):.2f}, {max(swaps):.2f} |"
    )


if __name__ == "__main__":
    main()
