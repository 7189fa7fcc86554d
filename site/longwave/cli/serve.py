"""`flask serve`: the site on waitress."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from longwave.cli.base_command import Command
from longwave.cli.site_folder import content_settings

host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for all."
)


@click.command(cls=Command)
@host_option
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
@with_appcontext
def serve(host: str, port: int, threads: int) -> None:
    """Serve the site; first publish what is in the folder now.

    Example: flask serve --host 0.0.0.0 --port 80
    """
    from longwave.cli.foreground_server import serve_site

    content_settings()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    serve_site(app, host, port, threads)
