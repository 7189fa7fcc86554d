"""A server that prints where to open it, and ends by a signal: waitress for `flask serve` and `flask preview`."""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import signal
import stat
import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from longwave._start import BEGAN
from longwave.cli.base_command import tell
from longwave.cli.waitress_server import listen, passed, run, tell_refusals
from longwave.config import Settings
from longwave.edition import Edition, Keeper
from longwave.web.metrics import METRICS
from longwave.web.middleware import OBSERVER, log_requests
from longwave.web.request_context import KEEPER, SERVER_ADDRESS, SETTINGS, STOPPING
from longwave.web.request_log import LineWriter

_FILES = 4096


def serve_site(app: Flask, host: str, port: int, threads: int) -> None:
    """Serve the public site, also on sockets that were passed; print a line for each request where it is kept."""
    found: Settings = app.extensions[SETTINGS]
    _write_lines(app, found)
    with contextlib.ExitStack() as stack:
        if found.metrics:
            stack.callback(app.extensions[METRICS].listen(*found.metrics))
        serve_app(app, host, port, tally=counted, threads=threads, sockets=passed())


def serve_app(
    app: Flask,
    host: str,
    port: int,
    *,
    tally: Callable[[Edition], str],
    end: Callable[[], None] = lambda: None,
    **more: Any,
) -> None:
    """Serve ``app`` until Ctrl-C or SIGTERM; ``more`` is what ``listen`` takes.

    ``tally`` says what is served, ``end`` ends what would never end by itself. Raises LongwaveError where nobody can
    listen.
    """
    # Until there is something to finish, a stop is an end like any other.
    signal.signal(signal.SIGTERM, _end)
    said = LineWriter(2)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=said)
    # Slow listeners make a queue of waitress's own, which is no news to anybody.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # Nor is how many files were saved, as the edition that they make is told.
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    _allow_files()
    observer = app.extensions.get(OBSERVER)
    if observer is not None:
        observer.open_log()
    server = listen(app, host, port, **more)
    if observer is not None:
        tell_refusals(server, observer.record_refusal)
    address = app.config[SERVER_ADDRESS] = _address(server)
    keeper: Keeper = app.extensions[KEEPER]
    found: Settings = app.extensions[SETTINGS]
    try:
        # No name for the edition here: this frame lives as long as the server, and would keep it from being deleted.
        told = tally(keeper.edition())
        said.flush(1)
        tell(f"{told}; started in {time.monotonic() - BEGAN:.1f} s. Open {address}/")
        run(server, app.extensions[STOPPING], found.stop_seconds, end)
    finally:
        server.close()
        keeper.close(1)


def _write_lines(app: Flask, found: Settings) -> None:
    """Where nobody decided, lines go where somebody keeps them: a file, a pipe; not a terminal, or nowhere."""
    try:
        kept = not stat.S_ISCHR(os.fstat(1).st_mode)
    except OSError:
        return
    if kept and not found.access_log:
        log_requests(app, found, LineWriter(1))


def _address(server: Any) -> str:
    name, port = (getattr(server, "effective_listen", None) or [(server.effective_host, server.effective_port)])[0]
    if name == "unix":
        return "http://localhost"
    shown = "localhost" if name in ("0.0.0.0", "::") else name  # noqa: S104 - compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


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


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(0)
