"""The tables in docs/, made from the code that declares what they list.

Run ``python docs/reference.py`` in the repository: each table between a line ``<!-- table: NAME -->`` and a line
``<!-- end of table -->`` in ``docs/*.md`` is written again. ``--check`` writes nothing: it prints the names of files
whose tables are stale, and exits with 1 when there is one.

Add a table with a function that has ``@table("NAME")`` above it, and put the two lines into a page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from longwave.config import declared_settings

DOCS = Path(__file__).parent
Row = tuple[str, ...]
#: A function for each table, by the table's name; it returns the header first, then the rows, as Markdown.
TABLES: dict[str, Callable[[], Iterable[Row]]] = {}
_MARKED = re.compile(r"(<!-- table: (?P<name>[\w-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def table(name: str) -> Callable[[Callable[[], Iterable[Row]]], Callable[[], Iterable[Row]]]:
    """Register the decorated function as the source of the table ``name``."""

    def register(rows: Callable[[], Iterable[Row]]) -> Callable[[], Iterable[Row]]:
        TABLES[name] = rows
        return rows

    return register


# Keys of front matter and of site.toml.


# Settings.
@table("settings")
def settings() -> Iterable[Row]:
    """Yield each setting of a deployment with its default and its help."""
    yield ("setting", "default", "")
    for setting in declared_settings().values():
        default = str(setting.default) if setting.default_help is None else setting.default_help
        yield (f"`LONGWAVE_{setting.name}`", default, setting.help)


# Page contexts.


def markdown(rows: Iterable[Row]) -> str:
    """Return a table in Markdown, its first row as the header; a pipe within a cell is escaped."""
    header, *others = ([" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows)
    lines = [header, ["---"] * len(header), *others]
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |").replace("|  |", "| |") for line in lines)


def renewed(text: str) -> str:
    """Return the text of a page with all its tables made again. Raises KeyError for a table that has no function."""
    return _MARKED.sub(lambda match: match[1] + markdown(TABLES[match["name"]]()) + match[3], text)


def main(arguments: list[str]) -> int:
    """Write all stale pages, or print their names and return 1 where the arguments are ``--check``."""
    pages = {path: path.read_text("utf-8") for path in sorted(DOCS.glob("*.md"))}
    stale = {path: made for path, text in pages.items() if (made := renewed(text)) != text}
    if arguments == ["--check"]:
        for path in stale:
            print(f"docs/{path.name}: expected tables as the code declares them, found others. Run docs/reference.py.")
        return int(bool(stale))
    for path, made in stale.items():
        path.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
