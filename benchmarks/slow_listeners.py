"""How a page fares while listeners read slowly: Longwave's delivery beside Werkzeug's send_file, both on waitress.

    .venv/bin/python benchmarks/slow_listeners.py [listeners]

Each listener asks `Range: bytes=0-`, as browsers do, and hardly reads. Then a page is asked 50 times, with one second of
patience.
"""

from __future__ import annotations

import socket
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from flask import Flask, Response, request, send_file
from waitress.server import create_server

from longwave.audio.delivery import deliver

SIZE = 40_000_000


def app(sound: Path, *, ours: bool) -> Flask:
    """A page and a sound."""
    made = Flask("peer")

    @made.get("/page")
    def page() -> str:
        return "page" * 1000

    @made.get("/sound")
    def audio() -> Response:
        if not ours:
            return send_file(sound, conditional=True)
        delivery = deliver(sound, "audio/mpeg", request.environ)
        return Response(delivery.body, delivery.status, list(delivery.headers), direct_passthrough=True)

    return made


def measure(sound: Path, listeners: int, *, ours: bool) -> tuple[list[float], int]:
    """The milliseconds of the pages that were answered, and how many were not."""
    server = create_server(app(sound, ours=ours), port=0, threads=4, asyncore_use_poll=True, connection_limit=1000)
    threading.Thread(target=server.run, daemon=True).start()
    slow = []
    for _ in range(listeners):
        connection = socket.create_connection(("127.0.0.1", server.effective_port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /sound HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n")
        slow.append(connection)
    time.sleep(1)
    taken, missed = [], 0
    for _ in range(50):
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.effective_port}/page", timeout=1) as answer:
                answer.read()
            taken.append((time.perf_counter() - began) * 1000)
        except OSError:
            missed += 1
            if missed == 5:
                missed = 50 - len(taken)
                break
    for connection in slow:
        connection.close()
    return taken, missed


def main() -> None:
    """Print the table."""
    listeners = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "sound.mp3"
        sound.write_bytes(b"\xff" * SIZE)
        print(
            f"| {listeners} slow listeners, 4 threads | page, median ms | page, worst ms | pages not answered of 50 |\n|---|--:|--:|--:|"
        )
        for name, ours in (("Longwave", True), ("send_file", False)):
            taken, missed = measure(sound, listeners, ours=ours)
            shown = (f"{statistics.median(taken):.1f}", f"{max(taken):.1f}") if taken else ("-", "-")
            print(f"| {name} | {shown[0]} | {shown[1]} | {missed} |")


if __name__ == "__main__":
    main()
