"""The limits of waitress as `longwave serve` runs it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from waitress import wasyncore

from longwave.cli.waitress_server import listen
from longwave.errors import LongwaveError


@pytest.fixture
def server() -> Iterator[Any]:
    """Yield a waitress server on a free port, whose loop the test runs."""
    made = listen(Flask(__name__), "127.0.0.1", 0, threads=1)
    yield made
    made.task_dispatcher.shutdown()
    wasyncore.close_all(made.socket_map)


def test_all_who_come_at_once_are_taken_in_at_once(server: Any) -> None:
    """Waitress accepts a burst of connections in one turn of its loop, so that a later request doesn't wait."""
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.effective_port), 5))
        wasyncore.loop(timeout=1, use_poll=True, map=server.socket_map, count=1)
        assert len(server.active_channels) == 60


def test_no_more_are_taken_in_than_are_allowed(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection beyond waitress's limit waits until another one ends."""
    monkeypatch.setattr("longwave.cli.waitress_server._CONNECTIONS", 20)
    with ExitStack() as stack:
        for _ in range(30):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.effective_port), 5))
        for _ in range(3):
            wasyncore.loop(timeout=1, use_poll=True, map=server.socket_map, count=1)
        assert len(server.active_channels) == 20
        next(iter(server.active_channels.values())).handle_close()
        wasyncore.loop(timeout=1, use_poll=True, map=server.socket_map, count=1)
        assert len(server.active_channels) == 20


@pytest.mark.parametrize("host", ["", "a b", "1.2.3.4.5", "[::1"])
def test_a_host_that_is_none_is_a_mistake(host: str) -> None:
    """A host to listen on that can't be resolved is reported in one line."""
    with pytest.raises(LongwaveError, match=re.escape(f"expected a --host to listen on, found {host!r}")):
        listen(Flask(__name__), host, 0)
