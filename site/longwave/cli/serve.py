"""`flask serve`: the site on waitress, with the limits that it needs in the open."""

from __future__ import annotations

import contextlib
import errno
import logging
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from waitress.channel import HTTPChannel
from waitress.server import create_server

from longwave._start import BEGAN
from longwave.cli.command import Command, tell
from longwave.cli.folder import settings
from longwave.edition import Edition, Keeper
from longwave.errors import LongwaveError
from longwave.web.current import KEEPER, SERVED

#: Above about 500 open files select() fails, so poll() is used; a download takes two files, and a page one.
_CONNECTIONS = 1000
_FILES = 4096
_TURN = 1_000_000


class _Channel(HTTPChannel):
    """A connection that sends a megabyte at most before others have their turn.

    waitress would go on for as long as a client keeps up, and a fast one, such as a proxy on the same machine, would
    hold the main loop for a whole file.
    """

    _left = _TURN

    def handle_write(self) -> None:
        self._left = _TURN
        super().handle_write()

    def send(self, data: bytes, do_close: bool = True) -> int:
        if self._left <= 0:
            return 0
        sent: int = super().send(data, do_close=do_close)
        self._left -= sent
        return sent


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
    settings()
    run(current_app._get_current_object(), host, port, threads=threads, tally=counted)  # type: ignore[attr-defined]


def run(
    app: Flask,
    host: str,
    port: int,
    *,
    tally: Callable[[Edition], str],
    end: Callable[[], None] = lambda: None,
    **more: Any,
) -> None:
    """Serve ``app`` until Ctrl-C or SIGTERM, on waitress with ``more`` settings.

    ``tally`` says what is served, ``end`` what has to be ended first. Raises LongwaveError where nobody can listen.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # Slow listeners make a queue of waitress's own, which is no news to anybody.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    _allow_files()
    server = _listen(app, host, port, **more)
    shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{server.effective_port}"
    app.config[SERVED] = address
    keeper: Keeper = app.extensions[KEEPER]

    def stop(_number: int, _frame: object) -> None:
        end()
        raise KeyboardInterrupt

    try:
        # No name for the edition here: this frame lives as long as the server, and would keep it from being deleted.
        tell(f"{tally(keeper.edition())}; started in {time.monotonic() - BEGAN:.1f} s. Open {address}/")
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
    finally:
        server.close()
        keeper.close()


def _listen(app: Flask, host: str, port: int, **more: Any) -> Any:
    try:
        server: Any = create_server(
            app,
            host=host,
            port=port,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,
            channel_timeout=60,
            # Past it, a request behind an unread download holds a thread; and a file that waits takes no memory.
            outbuf_high_watermark=sys.maxsize,
            max_request_body_size=1_000_000,
            max_request_header_size=32_768,
            ident=None,
            **more,
        )
    except OSError as error:
        hint = "Stop what listens there, or name another --port." if error.errno == errno.EADDRINUSE else ""
        found = error.strerror or str(error)
        raise LongwaveError(f"{host}:{port}: expected an address to listen on, found: {found}.", hint) from None
    server.channel_class = _Channel
    return server


def counted(edition: Edition) -> str:
    """How much there is: ``12 episodes, 4 guests, 9 tags``."""
    catalogue = edition.catalogue
    counts = (("episode", catalogue.episodes), ("guest", catalogue.guests), ("tag", catalogue.tags))
    return ", ".join(f"{len(some)} {name}{'' if len(some) == 1 else 's'}" for name, some in counts)


def _allow_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
