"""`flask preview`: the site as its author sees it while writing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from longwave.cli.base_command import Command, tell
from longwave.cli.serve import host_option
from longwave.cli.site_folder import content_settings
from longwave.web.request_context import PREVIEW

if TYPE_CHECKING:
    from longwave.edition import Edition

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: For what pages ask while streams hold the others.
_THREADS = 8


@click.command(cls=Command)
@host_option
@click.option("--port", default=8081, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@with_appcontext
def preview(host: str, port: int) -> None:
    """Show the site with drafts and future episodes, and each page anew as soon as its file is saved.

    \b
    Example: flask preview
             flask preview --port 9000
    """
    from longwave.cli.foreground_server import serve_app
    from longwave.web.preview import LIVE_RELOAD, restrict_to_localhost
    from longwave.web.preview.live_reload import MAX_STREAMS

    content_settings()
    app: Flask = current_app.extensions[PREVIEW]()
    if host in _LOOPBACK:
        restrict_to_localhost(app)
    else:
        click.echo("Whoever reaches this address sees your drafts.", err=True)
    live_reload = app.extensions[LIVE_RELOAD]
    # One line for each save is enough: that of the edition.
    logging.getLogger("waitress").setLevel(logging.WARNING)
    tell("Drafts and future episodes are shown. Ctrl-C ends it.")
    serve_app(
        app, host, port, threads=_THREADS + MAX_STREAMS, tally=_tally, end=live_reload.end, channel_request_lookahead=1
    )


def _tally(edition: Edition) -> str:
    from longwave.cli.foreground_server import counted

    now = datetime.now(UTC)
    drafts = sum(episode.draft for episode in edition.catalogue.episodes)
    ahead = sum(not episode.draft and episode.date > now for episode in edition.catalogue.episodes)
    return f"{counted(edition)} ({drafts} draft{'' if drafts == 1 else 's'}, {ahead} to come)"
