"""The commands: `longwave reindex`, `longwave search` and so on; `flask` has them, too, where a wsgi.py is."""

from __future__ import annotations

from flask import Flask

from longwave.cli import check, import_commands, new, reindex, search, searches, serve

COMMANDS = (
    new.new,
    serve.preview,
    check.check,
    import_commands.import_,
    reindex.reindex,
    serve.serve,
    search.search,
    searches.searches,
)


def init_app(app: Flask) -> None:
    """Give ``app`` its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
