"""Print every table of docs/benchmarks.md, one after the other.

    .venv/bin/python benchmarks/all.py [name ...]

Each script also runs alone; its first lines say what it needs and how long it takes. If a script fails, for instance
because a program isn't installed, its message is printed, and the other scripts still run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: The scripts in the order of docs/benchmarks.md, each with its arguments.
SCRIPTS = (
    ("pages",),
    ("proxied",),
    ("slow_listeners",),
    ("starts",),
    ("search", "--transcripts", "--each", "100"),
    ("search", "--episodes", "5000", "--each", "100"),
    ("lighthouse",),
    ("preview",),
    ("moving",),
    ("checking",),
    ("commands",),
    ("one_machine",),
    ("kills", "300"),
    ("soak", "30"),
    ("fuzz",),
    ("redos",),
)


def main() -> int:
    """Run all scripts, or those named on the command line; return 1 if one of them failed."""
    failed = []
    for name, *options in SCRIPTS:
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        print(f"\n## {' '.join((f'{name}.py', *options))}\n", flush=True)
        if subprocess.run([sys.executable, str(HERE / f"{name}.py"), *options], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nNot made: {', '.join(failed)}.", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main())
