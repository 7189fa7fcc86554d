"""`flask reindex`, `flask check` and `flask serve`; an installed package has them as `longwave reindex` and so on."""

from __future__ import annotations

from flask import Flask

from longwave.cli import check, reindex, serve

COMMANDS = (serve.serve, reindex.reindex, check.check)


def init_app(app: Flask) -> None:
    """Give ``app`` its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
