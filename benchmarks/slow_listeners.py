"""How fast a file goes to one listener, and how pages fare while many listen: Longwave, alone and behind nginx, beside nginx
itself and Flask's send_file.

    .venv/bin/python benchmarks/slow_listeners.py [slow] [fast] [seconds]

Each listener asks `Range: bytes=0-`, as browsers do. The slow ones read 20 KB a second, the fast ones, in another process, all that
comes, again and again. Meanwhile a page is asked every 20 ms with one second of patience. Everything stays on 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_file
from servers import family, free, nginx, running
from waitress import serve

SIZE, RATE, EVERY = 60_000_000, 20_000, 0.1
PAGE, SOUND = "/podcast/1-first", "/audio/podcast/1-first.mp3"


def peer(page: Path, sound: Path, port: int) -> None:
    """Serve a copy of Longwave's page, and the audio by Flask's send_file, on waitress with Longwave's settings."""
    made = Flask("peer")
    body = page.read_bytes()
    made.add_url_rule(PAGE, "page", lambda: Response(body, mimetype="text/html"))
    made.add_url_rule(SOUND, "sound", lambda: send_file(sound, conditional=True))
    serve(made, port=port, threads=8, asyncore_use_poll=True, connection_limit=1000)


def listen(port: int, listeners: int, stop: Event, told: Any) -> None:
    """Download audio slowly until ``stop``, then send the KB/s of the slowest and the median listener to ``told``."""
    opened, got = [], []
    for _ in range(listeners):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        connection.connect(("127.0.0.1", port))
        connection.sendall(f"GET {SOUND} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n".encode())
        connection.setblocking(False)
        opened.append(connection)
        got.append(0)
    began = time.monotonic()
    due = began
    while not stop.is_set():
        wanted = int((time.monotonic() - began) * RATE)
        for place, connection in enumerate(opened):
            with contextlib.suppress(OSError):
                got[place] += len(connection.recv(max(1, wanted - got[place])))
        due += EVERY
        time.sleep(max(0, due - time.monotonic()))
    passed = time.monotonic() - began
    told.send((min(got) / passed / 1000, statistics.median(got) / passed / 1000))


def hurry(port: int, listeners: int, stop: Event, told: Any) -> None:
    """Download audio at full speed until ``stop``, then send the MB/s of the slowest one and of all to ``told``."""
    ready = selectors.DefaultSelector()
    got: list[int] = [0] * listeners
    for number in range(listeners):
        ready.register(_begun(port), selectors.EVENT_READ, number)
    buffer = bytearray(1_000_000)
    began = time.monotonic()
    while not stop.is_set():
        for key, _ in ready.select(0.1):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            try:
                count = connection.recv_into(buffer)
            except OSError:
                count = 0
            got[key.data] += count
            if not count:
                ready.unregister(connection)
                connection.close()
                ready.register(_begun(port), selectors.EVENT_READ, key.data)
    passed = time.monotonic() - began
    told.send((min(got) / passed / 1e6, sum(got) / passed / 1e6))


def _begun(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(f"GET {SOUND} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\nConnection: close\r\n\r\n".encode())
    return connection


def whole(port: int) -> float:
    """Return the MB per second of one listener that downloads the whole file."""
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{SOUND}") as answer:
        while answer.read(1_000_000):
            pass
    return SIZE / (time.monotonic() - began) / 1e6


def ask(port: int, seconds: float) -> tuple[list[float], int]:
    """Request a page again and again; return the responses' milliseconds and the failures. Five in a row end it."""
    taken: list[float] = []
    missed = row = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until and row < 5:
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{PAGE}", timeout=1) as answer:
                answer.read()
            taken.append((time.perf_counter() - began) * 1000)
            row = 0
        except OSError:
            missed, row = missed + 1, row + 1
        time.sleep(max(0, 0.02 - (time.perf_counter() - began)))
    return taken, missed


def held(pids: list[int]) -> tuple[float, float]:
    """Return the megabytes of memory, and of deleted files still open, that these processes use."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    files = 0
    for pid in pids:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if "(deleted)" in str(entry.readlink()):
                    files += entry.stat().st_size
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, files / 1e6


def measure(
    name: str, port: int, processes: list[subprocess.Popen[bytes]], listeners: tuple[int, int], seconds: float
) -> None:
    """Print a server's row: speed, response times of a page, and memory while (slow, fast) listeners download."""
    ask(port, 1)
    alone = statistics.median(whole(port) for _ in range(5))
    pids = [pid for process in processes for pid in family(process.pid)]
    before, _ = held(pids)
    stop = multiprocessing.Event()
    readers = []
    for reads, count in zip((listen, hurry), listeners, strict=True):
        told, tell = multiprocessing.Pipe(duplex=False)
        reader = multiprocessing.Process(target=reads, args=(port, count, stop, tell), daemon=True)
        reader.start()
        readers.append((reader, told))
    time.sleep(2)
    taken, missed = ask(port, seconds)
    after, files = held(pids)
    stop.set()
    (slowest, median), (least, all_of_them) = (told.recv() for _, told in readers)
    for reader, _ in readers:
        reader.join()
    taken.sort()
    p99 = f"{taken[math.ceil(len(taken) * 0.99) - 1]:.1f}" if taken else "-"
    p50, worst = (f"{statistics.median(taken):.1f}", f"{taken[-1]:.1f}") if taken else ("-", "-")
    print(
        f"| {name} | {alone:.0f} | {p50} | {p99} | {worst} | {missed} of {len(taken) + missed} "
        f"| {slowest:.0f}, {median:.0f} | {least:.1f}, {all_of_them:.0f} | {before:.0f} → {after:.0f} | {files:.0f} |",
        flush=True,
    )


def furnish(root: Path) -> Path:
    """Write a site with one episode and its audio; return the recording's path."""
    sound = root / "content" / SOUND[1:]
    sound.parent.mkdir(parents=True)
    sound.touch()
    os.truncate(sound, SIZE)
    (root / "content/podcast").mkdir()
    (root / "content/podcast/2026-01-02-1-first.md").write_text("---\ntitle: First\n---\n\n" + "Some words. " * 500)
    return sound


def main() -> None:
    """Print a table of Longwave alone and behind nginx, nginx itself, and Flask's send_file."""
    slow, fast = (int(sys.argv[place]) if len(sys.argv) > place else some for place, some in ((1, 200), (2, 50)))
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sound = furnish(folder)
        print(
            f"| {slow} slow and {fast} fast listeners | one alone, MB/s | page p50 ms | p99 | worst | not answered "
            "| KB/s of the slow: least, median | MB/s of the fast: least, all | memory, MB | temporary files, MB |"
        )
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|", flush=True)
        ours = (sys.executable, "-m", "longwave", "serve", "--port")
        port = free()
        with running(port, *ours, str(port), cwd=folder) as server:
            page = folder / "static" / PAGE[1:]
            page.parent.mkdir(parents=True)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{PAGE}") as answer:
                page.write_bytes(answer.read())
            measure("Longwave", port, [server], (slow, fast), seconds)
        port, front = free(), free()
        ordered = {**os.environ, "LONGWAVE_SENDFILE": "X-Accel-Redirect=/protected"}
        behind = nginx(
            folder,
            "behind",
            f"server {{ listen 127.0.0.1:{front}; location / {{ proxy_pass http://127.0.0.1:{port}; }} "
            f"location /protected/ {{ internal; alias {folder}/content/audio/; }} }}",
        )
        with running(port, *ours, str(port), cwd=folder, env=ordered) as server, running(front, *behind) as proxy:
            measure("Longwave behind nginx, LONGWAVE_SENDFILE", front, [server, proxy], (slow, fast), seconds)
        port = free()
        static = nginx(
            folder,
            "alone",
            f"server {{ listen 127.0.0.1:{port}; location / {{ root {folder}/static; }} "
            f"location /audio/ {{ root {folder}/content; }} }}",
        )
        with running(port, *static) as server:
            measure("nginx, files only", port, [server], (slow, fast), seconds)
        port = free()
        with running(port, sys.executable, __file__, "--peer", str(page), str(sound), str(port)) as server:
            measure("Flask's send_file on waitress", port, [server], (slow, fast), seconds)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        peer(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
