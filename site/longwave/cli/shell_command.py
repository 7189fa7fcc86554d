"""Commands as they can be pasted into the very shell in which this one was typed."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import click

#: A command in a message: below the commands nothing knows by which name, or from which folder, they are called.
_COMMAND = re.compile(r"\b(?:flask|longwave) (?=(?:check|import|new|preview|reindex|search|searches|serve)\b)")


def as_typed(text: str) -> str:
    """Return ``text`` with each command of Longwave in it spelled so that this shell finds it, from any folder."""
    return _COMMAND.sub(lambda _: f"{program()} ", text)


def program() -> str:
    """Return the name of the running program where the shell finds it by its name, else its whole path.

    A virtual environment that isn't activated has no names, and its `longwave` or `flask` may be another's.
    """
    context, called = click.get_current_context(silent=True), Path(sys.argv[0])
    name = context.find_root().info_name if context else None
    for known in (name, called.name):
        found = shutil.which(known) if known else None
        if found and known and called.exists() and Path(found).samefile(called):
            return known
    if called.name in ("flask", "longwave") and called.is_file():
        return shlex.quote(str(called.absolute()))
    module = "flask" if name and "flask" in name else "longwave"
    return f"{shlex.quote(sys.executable)} -m {module}"
