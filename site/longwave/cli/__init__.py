"""The commands: `flask reindex`, `flask search` and so on; an installed package has them as `longwave reindex`."""

from __future__ import annotations

from flask import Flask

from longwave.cli import check, import_group, import_jekyll, import_rss, new, preview, reindex, search, searches, serve

COMMANDS = (
    new.new,
    preview.preview,
    check.check,
    import_group.import_,
    reindex.reindex,
    serve.serve,
    search.search,
    searches.searches,
)


import_group.import_.add_command(import_rss.rss)
import_group.import_.add_command(import_jekyll.jekyll)


def init_app(app: Flask) -> None:
    """Give ``app`` its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
