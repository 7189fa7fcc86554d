"""The tables in docs/ are those that the code declares."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_no_table_in_the_docs_is_stale() -> None:
    """`docs/reference.py --check` finds each table of the docs as the code declares it."""
    done = subprocess.run([sys.executable, DOCS / "reference.py", "--check"], capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_each_table_that_the_code_makes_stands_in_a_page() -> None:
    """Every table that has a function in `docs/reference.py` stands on exactly one page."""
    made = re.findall(r'^@table\("([\w-]+)"\)', (DOCS / "reference.py").read_text("utf-8"), re.MULTILINE)
    placed = [
        name for page in DOCS.glob("*.md") for name in re.findall(r"<!-- table: ([\w-]+) -->", page.read_text("utf-8"))
    ]
    assert sorted(placed) == sorted(made)
