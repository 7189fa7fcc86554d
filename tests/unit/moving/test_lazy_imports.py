"""The importers are loaded only when they are asked for."""

from __future__ import annotations

import subprocess
import sys


def test_a_check_loads_no_importer() -> None:
    """A check of the content loads neither the importers nor their libraries."""
    code = "import sys, longwave.cli.check_work; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "longwave.authoring.checks" in loaded
    assert not {name for name in loaded if name.startswith(("longwave.moving", "markdownify", "bs4"))}
