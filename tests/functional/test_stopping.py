"""A stop of the server finishes open requests, and a restart drops none."""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import Server, Site, start_server, wait_for_url

Serve = Callable[..., Server]
AUDIO = "/audio/podcast/1-first.mp3"
SIZE = 30_000_000
#: Servers wait longer for open requests than a test may take, so one that exits in time hasn't run into this limit.
PATIENT = {"LONGWAVE_STOP_SECONDS": "300"}
#: Seconds within which an idle server stops, even on a busy machine.
SOON = 60


@pytest.fixture(scope="module")
def loud(shared_site: Site) -> Site:
    """Return a site with an episode of 30 MB, shared by all tests."""
    shared_site.episode()
    with shared_site.put("content/audio/podcast/1-first.mp3", b"\xff\xfb" * 30_000).open("r+b") as stream:
        stream.truncate(SIZE)
    return shared_site


@pytest.fixture
def serve(loud: Site) -> Iterator[Serve]:
    """Yield a function that starts servers of the site with the large episode."""
    servers: list[Server] = []

    def start(**environment: str) -> Server:
        servers.append(start_server(loud.root, **PATIENT | environment))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def begin(server: Server, path: str = AUDIO) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """Return a connection and its response, a download whose body hasn't been read."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    connection.request("GET", path)
    return connection, connection.getresponse()


def connects(server: Server) -> bool:
    """Return whether a server accepts connections."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except (ConnectionRefusedError, ConnectionResetError):  # A reset means that the socket is just being closed.
        return False
    return True


def test_a_download_is_finished(serve: Serve, eventually: Callable[..., None]) -> None:
    """After SIGTERM the server finishes a download, still answers other requests meanwhile, and then exits with 0."""
    server = serve()
    connection, answer = begin(server)
    idle = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    with contextlib.closing(connection), contextlib.closing(idle):
        idle.request("GET", "/")
        assert idle.getresponse().read()
        server.process.terminate()
        eventually(lambda: server.get("/ready").status == 503)
        late, begun = begin(server)
        for _ in range(20):
            began = time.monotonic()
            page = server.get("/podcast/1-first")
            assert (page.status, page.headers["Connection"]) == (200, "close")
            assert time.monotonic() - began < 10
        assert server.process.poll() is None
        assert len(answer.read()) == SIZE
        assert server.process.wait(timeout=SOON) == 0
        assert idle.sock is not None
        assert idle.sock.recv(1) == b""
        # The stop doesn't wait for a download that began after the signal.
        with contextlib.closing(late), pytest.raises(http.client.IncompleteRead):
            begun.read()
    assert not connects(server)


def test_a_request_that_is_being_sent_is_answered(serve: Serve, eventually: Callable[..., None]) -> None:
    """A request that arrives as the stop begins is answered with Connection: close, and /ready is 503."""
    server = serve()
    host, _, port = server.url.removeprefix("http://").partition(":")
    with contextlib.ExitStack() as stack:
        fresh = stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
        begun = stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
        begun.sendall(b"GET /podcast/1-first HTTP/1.1\r\nHo")
        # The answer to a later request shows that the server has accepted the others and read the incomplete one.
        assert server.get("/ready").status == 200
        server.process.terminate()
        eventually(lambda: server.get("/ready").status == 503)
        begun.sendall(b"st: a\r\n\r\n")
        fresh.sendall(b"GET /ready HTTP/1.1\r\nHost: a\r\n\r\n")
        for connection, status in ((begun, b"HTTP/1.1 200"), (fresh, b"HTTP/1.1 503")):
            got = b""
            while data := connection.recv(65_536):
                got += data
            assert got.startswith(status)
            assert b"\r\nConnection: close\r\n" in got
    assert server.process.wait(timeout=SOON) == 0


HALVES = [b"GET / HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx", b"G"]


def test_half_a_request_keeps_nobody_waiting(serve: Serve) -> None:
    """An incomplete request delays the server's stop by two seconds only."""
    server = serve()
    host, _, port = server.url.removeprefix("http://").partition(":")
    with contextlib.ExitStack() as stack:
        for half in HALVES:
            begun = stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
            begun.sendall(half)
        # The answer to a later request shows that the server has read the incomplete ones.
        assert server.get("/ready").status == 200
        server.process.terminate()
        assert server.process.wait(timeout=SOON) == 0


def test_the_wait_is_bounded(serve: Serve) -> None:
    """A download that the client doesn't read delays the stop no longer than LONGWAVE_STOP_SECONDS."""
    server = serve(LONGWAVE_STOP_SECONDS="0.5")
    connection, answer = begin(server)
    began = time.monotonic()
    server.process.terminate()
    assert server.process.wait(timeout=SOON) == 0
    assert time.monotonic() - began > 0.5
    with contextlib.closing(connection), pytest.raises(http.client.IncompleteRead):
        answer.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(serve: Serve, number: int, eventually: Callable[..., None]) -> None:
    """A second SIGTERM or SIGINT ends the server at once."""
    server = serve()
    connection, _answer = begin(server)
    with contextlib.closing(connection):
        server.process.send_signal(number)
        eventually(lambda: server.get("/ready").status == 503)
        assert server.get("/podcast/1-first").status == 200
        assert server.process.poll() is None
        server.process.send_signal(number)
        assert server.process.wait(timeout=SOON) == 0


def test_a_wrong_number_of_seconds_is_a_mistake(loud: Site) -> None:
    """An invalid LONGWAVE_STOP_SECONDS is reported in one line that names the setting."""
    done = loud.run("serve", LONGWAVE_STOP_SECONDS="soon")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "LONGWAVE_STOP_SECONDS: expected a number of seconds, found 'soon'" in done.stderr


#: A program that starts Longwave as systemd does, with a listening socket as file 3 and its environment variables.
_PASS = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, [sys.executable, "-u", "-m", "longwave", "serve"])
"""


def socket_started(site: Site, listener: socket.socket) -> Server:
    """Start a server with this listening socket, passed as systemd does, and return it."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PASS, str(listener.fileno())],
        cwd=site.root, pass_fds=[listener.fileno()], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "LONGWAVE_ACCESS_LOG": "0"},
    )  # fmt: skip
    return wait_for_url(process)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Yield a listening socket, such as systemd holds for a service."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        yield listening


def test_who_comes_between_two_processes_waits(loud: Site, listener: socket.socket) -> None:
    """A client that connects to systemd's socket between two server processes is answered by the next one."""
    first = socket_started(loud, listener)
    assert first.url == f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert first.get("/podcast/1-first").status == 200
    first.stop()
    assert first.process.returncode == 0
    between = http.client.HTTPConnection(first.url.removeprefix("http://"), timeout=SOON)
    with contextlib.closing(between):
        between.request("GET", "/podcast/1-first")
        assert not select.select([between.sock], [], [], 0)[0]
        second = socket_started(loud, listener)
        assert between.getresponse().status == 200
    second.stop()


def test_a_socket_of_a_file_works_as_well(loud: Site, tmp_path: Path) -> None:
    """A server started with a Unix socket from systemd, which only the reverse proxy can reach, answers on it."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "sock"))
        listening.listen()
        server = socket_started(loud, listening)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / "sock"))
            client.sendall(b"GET /podcast/1-first HTTP/1.0\r\n\r\n")
            assert client.recv(65_536).startswith(b"HTTP/1.0 200")
        server.stop()
    assert server.process.returncode == 0


NGINX = """
daemon off; pid nginx.pid; error_log error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    upstream podcast {{ server 127.0.0.1:{upstream}; keepalive 8; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://podcast;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


@pytest.mark.slow
def test_a_restart_behind_nginx_drops_no_request(
    loud: Site, listener: socket.socket, free_port: int, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    """No request through nginx fails during three restarts of the server under constant load."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    server = socket_started(loud, listener)
    (tmp_path / "nginx.conf").write_text(NGINX.format(upstream=listener.getsockname()[1], port=free_port))
    proxy = subprocess.Popen([nginx, "-p", tmp_path, "-c", "nginx.conf"], stderr=subprocess.DEVNULL)
    through = Server(f"http://127.0.0.1:{free_port}", server.process, "")
    eventually(lambda: connects(through))
    statuses: list[int] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            statuses.append(through.get("/podcast/1-first").status)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    try:
        for thread in threads:
            thread.start()
        for restart in range(4):
            if restart:
                server.stop()
                server = socket_started(loud, listener)
            answered = len(statuses)
            eventually(lambda answered=answered: len(statuses) > answered + 40)
    finally:
        done.set()
        for thread in threads:
            thread.join(timeout=30)
        server.stop()
        proxy.terminate()
        proxy.wait(timeout=10)
    assert len(statuses) > 160
    assert set(statuses) == {200}
