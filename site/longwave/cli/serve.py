"""`longwave serve` and `longwave preview`: the site on waitress, for the public and for its author while writing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from longwave.cli.base_command import Command, print_info
from longwave.cli.site_folder import content_settings
from longwave.web.request_context import PREVIEW

if TYPE_CHECKING:
    from longwave.edition import Edition

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Threads of a preview that answer requests for pages while live reload's streams occupy the others.
_PAGE_THREADS = 8
_host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for all."
)


@click.command(cls=Command)
@_host_option
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
@with_appcontext
def serve(host: str, port: int, threads: int) -> None:
    """Serve the site; first publish what is in the folder now.

    Example: longwave serve --host 0.0.0.0 --port 80
    """
    from longwave.cli.foreground_server import serve_site

    content_settings()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    serve_site(app, host, port, threads)


@click.command(cls=Command)
@_host_option
@click.option("--port", default=8081, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@with_appcontext
def preview(host: str, port: int) -> None:
    """Show the site with drafts and future episodes, and each page anew as soon as its file is saved.

    \b
    Example: longwave preview
             longwave preview --port 9000
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
    print_info("Drafts and future episodes are shown. Ctrl-C ends it.")
    threads = _PAGE_THREADS + MAX_STREAMS
    end = live_reload.end
    serve_app(app, host, port, threads=threads, summary=_preview_summary, end=end, channel_request_lookahead=1)


def _preview_summary(edition: Edition) -> str:
    from longwave.cli.foreground_server import edition_summary

    now = datetime.now(UTC)
    drafts = sum(episode.draft for episode in edition.catalogue.episodes)
    ahead = sum(not episode.draft and episode.date > now for episode in edition.catalogue.episodes)
    return f"{edition_summary(edition)} ({drafts} draft{'' if drafts == 1 else 's'}, {ahead} to come)"
