"""Measure `longwave check` of a whole site, from its start to its last line, beside Hugo's build of the same episodes.

    .venv/bin/python benchmarks/checking.py [episodes]

Hugo (`apt-get install hugo`) only builds; it checks nothing. Its row is left out if it isn't installed.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import make, write
from servers import table

RUNS = 5


def main() -> None:
    """Print a table of the seconds that `longwave check` takes, and Hugo's build if Hugo is installed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for one in make(count, transcripts=False):
            write(one, root)
        for number, path in enumerate(sorted((root / "content/podcast").glob("*.md"))):
            with path.open("a") as stream:
                # Every tenth episode gets a broken link, so that `longwave check` has to read its text for links.
                stream.write(f"\n[Another](/podcast/{number}-nowhere)\n" if number % 10 == 0 else "\nEnd.\n")
        commands = {"longwave check": [sys.executable, "-m", "longwave", "check"]}
        hugo = shutil.which("hugo")
        if hugo is not None:
            (root / "hugo.toml").write_text('title = "x"\n[markup.goldmark.renderer]\nunsafe = true\n')
            (root / "layouts/_default").mkdir(parents=True)
            for kind in ("single", "list"):
                (root / f"layouts/_default/{kind}.html").write_text("<h1>{{ .Title }}</h1>{{ .Content }}")
            commands["hugo, build only"] = [hugo, "--quiet", "--destination", str(root / "public")]
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                began = time.perf_counter()
                subprocess.run(command, cwd=root, capture_output=True, check=False)
                taken[name].append(time.perf_counter() - began)
        rows = [f"| {name} | {statistics.median(some):.2f} | {max(some):.2f} |" for name, some in taken.items()]
        print(table(f"| {count:,} episodes | seconds, median | worst |", rows))


if __name__ == "__main__":
    main()
