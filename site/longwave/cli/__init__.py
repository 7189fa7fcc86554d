"""The commands: `flask reindex`, `flask search` and so on; an installed package has them as `longwave reindex`."""

from __future__ import annotations

from flask import Flask

from longwave.cli import check, import_jekyll, importing, new, reindex, search, searches, serve

COMMANDS = (serve.serve, reindex.reindex, check.check, new.new, importing.import_, search.search, searches.searches)


importing.import_.add_command(import_jekyll.jekyll)


def init_app(app: Flask) -> None:
    """Give ``app`` its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
