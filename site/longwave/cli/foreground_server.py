"""A server that prints where to open it, and ends by a signal: waitress for `longwave serve` and `longwave preview`."""

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
from longwave.cli.base_command import print_info
from longwave.cli.waitress_server import listen, passed_sockets, report_refusals, run
from longwave.config import Settings
from longwave.edition import Edition, Keeper
from longwave.web.metrics import METRICS
from longwave.web.middleware import OBSERVER, log_requests
from longwave.web.request_context import KEEPER, SERVER_ADDRESS, SETTINGS, STOPPING
from longwave.web.request_log import LineWriter

#: The limit of open files: two for each download on the 1,000 connections that waitress takes, and as many to spare.
_OPEN_FILES = 4096


def serve_site(app: Flask, host: str, port: int, threads: int) -> None:
    """Serve the public site, on the sockets that systemd passed if there are any; log requests as the settings say."""
    settings: Settings = app.extensions[SETTINGS]
    _log_requests(app, settings)
    with contextlib.ExitStack() as stack:
        if settings.metrics:
            stack.callback(app.extensions[METRICS].listen(*settings.metrics))
        serve_app(app, host, port, summary=edition_summary, threads=threads, sockets=passed_sockets())


def serve_app(
    app: Flask,
    host: str,
    port: int,
    *,
    summary: Callable[[Edition], str],
    end: Callable[[], None] = lambda: None,
    **more: Any,
) -> None:
    """Serve ``app`` until Ctrl-C or SIGTERM; ``more`` are further arguments of ``listen``.

    ``summary`` describes the edition in the line that is printed at the start; ``end`` is called at the stop, and
    closes connections that would never end by themselves. Raises LongwaveError where the server can't listen.
    """
    # Until the server runs there are no requests to finish, so SIGTERM ends the process at once.
    signal.signal(signal.SIGTERM, _exit)
    messages = LineWriter(2)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=messages)
    # Slow listeners fill waitress's queue, which needs no warning.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # The line about the new edition says enough, so the number of saved files isn't logged.
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    _raise_file_limit()
    observer = app.extensions.get(OBSERVER)
    if observer is not None:
        observer.open_log()
    server = listen(app, host, port, **more)
    if observer is not None:
        report_refusals(server, observer.record_refusal)
    address = app.config[SERVER_ADDRESS] = _address(server)
    keeper: Keeper = app.extensions[KEEPER]
    settings: Settings = app.extensions[SETTINGS]
    try:
        # The edition isn't put into a variable, which would keep it in memory after a newer edition replaces it.
        counts = summary(keeper.edition())
        messages.flush(1)
        print_info(f"{counts}; started in {time.monotonic() - BEGAN:.1f} s. Open {address}/")
        run(server, app.extensions[STOPPING], settings.stop_seconds, end)
    finally:
        server.close()
        keeper.close(1)


def _log_requests(app: Flask, settings: Settings) -> None:
    """Log requests on standard output if it is a file or a pipe, unless a setting has decided about the log."""
    try:
        is_terminal = stat.S_ISCHR(os.fstat(1).st_mode)
    except OSError:
        return  # Standard output is closed, so there is no place for the log.
    if not is_terminal and not settings.access_log:
        log_requests(app, settings, LineWriter(1))


def _address(server: Any) -> str:
    name, port = (getattr(server, "effective_listen", None) or [(server.effective_host, server.effective_port)])[0]
    if name == "unix":
        return "http://localhost"
    host = "localhost" if name in ("0.0.0.0", "::") else name  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def edition_summary(edition: Edition) -> str:
    """Return the numbers of an edition's pages, such as ``12 episodes, 4 guests, 9 tags``."""
    catalogue = edition.catalogue
    counts = (("episode", catalogue.episodes), ("guest", catalogue.guests), ("tag", catalogue.tags))
    return ", ".join(f"{len(all_)} {name}{'' if len(all_) == 1 else 's'}" for name, all_ in counts)


def _raise_file_limit() -> None:
    """Allow the process enough open files for its connections, as far as the hard limit lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _exit(_number: int, _frame: object) -> None:
    raise SystemExit(0)
