"""Audio files over a real connection to a real server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support import Server, Site, serving, wait_for_validators

SOUND = "/audio/podcast/1-first.mp3"
LONG = "/audio/podcast/2-long.mp3"


KINDS = {
    "a.m4a": "audio/mp4",
    "a.ogg": "audio/ogg",
    "a.OPUS": "audio/ogg",
    "a.flac": "audio/flac",
    "a.wav": "audio/wav",
}


@pytest.fixture(scope="module")
def server(shared_site: Site, mp3: Path) -> Iterator[Server]:
    """Yield a server of four threads of a site with a short and a long recording, and an episode without its file."""
    site = shared_site
    site.put("content/site.toml", 'public = ["audio/podcast/*"]')
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.put("content/audio/podcast/extra.mp3", b"sound")
    for name in KINDS:
        site.put(f"content/audio/podcast/{name}", b"sound")
    (site.root / "secret.mp3").write_bytes(b"secret")
    (site.root / "content/audio/podcast/out.mp3").symlink_to(site.root / "secret.mp3")
    site.episode("2026-01-03-2-long.md", title="Long")
    site.put("content/audio/podcast/2-long.mp3", mp3.read_bytes() * 400)
    site.episode("2026-01-04-3-missing.md", show="quiet", mp3_bytes="1234", mp3_duration="58:05")
    with serving(site.root, "--threads", "4") as server:
        wait_for_validators(server, SOUND, mp3.read_bytes())
        yield server


def test_whole_and_in_parts(server: Server, mp3: Path) -> None:
    """An audio file is sent whole, in ranges and from its end, byte for byte."""
    data = mp3.read_bytes()
    answer = server.get(SOUND)
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, data, "audio/mpeg")
    for header, part in (
        ("bytes=0-", data),
        ("bytes=0-1", data[:2]),
        ("bytes=1000-1999", data[1000:2000]),
        ("bytes=-100", data[-100:]),
    ):
        got = server.get(SOUND, Range=header)
        assert (got.status, got.body, int(got.headers["Content-Length"])) == (206, part, len(part)), header
    assert server.get(SOUND, Range=f"bytes={len(data)}-").status == 416
    for ignored in ("lines=1-2", "bytes=2-1", "bytes=x", "bytes=0-1,5-6", "bytes=999999-,0-1"):
        assert server.get(SOUND, Range=ignored).status == 200, ignored
    head = server.get(SOUND, "HEAD", Range="bytes=0-1")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(data)))


def test_a_download_is_resumed(server: Server, mp3: Path) -> None:
    """A download continues if If-Range has the file's ETag, and restarts at another ETag; If-None-Match gets a 304."""
    etag = server.get(SOUND, "HEAD").headers["ETag"]
    assert server.get(SOUND, Range="bytes=10-", If_Range=etag).body == mp3.read_bytes()[10:]
    assert server.get(SOUND, Range="bytes=10-", If_Range='"other"').status == 200
    assert server.get(SOUND, If_None_Match=etag, Range="bytes=10-").status == 304


def test_a_precondition_that_fails_has_no_body(server: Server) -> None:
    """A failed If-Match or If-Unmodified-Since gets a 412 with an empty body."""
    for header in ({"If_Match": '"other"'}, {"If_Unmodified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"}):
        answer = server.get(SOUND, **header)
        assert (answer.status, answer.body) == (412, b"")


def test_players_on_other_sites_may_read_it(server: Server) -> None:
    """Audio responses, errors too, allow any origin (CORS) and expose the headers of ranges; a preflight succeeds."""
    for path, headers in ((SOUND, {}), (SOUND, {"Range": "bytes=0-1"}), (SOUND, {"Range": "bytes=9999999-"}),
                          (SOUND, {"If_None_Match": "*"}), ("/audio/podcast/no.mp3", {})):  # fmt: skip
        answer = server.get(path, Origin="https://player.example", **headers)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", answer.status
        assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]
    answer = server.get(SOUND, "OPTIONS", Access_Control_Request_Headers="range", Access_Control_Request_Method="GET")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Access-Control-Allow-Headers"].startswith("Range, If-Range")


def test_sound_is_kept_for_a_day_and_never_compressed(server: Server, mp3: Path) -> None:
    """A client that accepts gzip gets an audio file uncompressed, with no-transform for proxies."""
    answer = server.get(SOUND, Accept_Encoding="gzip, br")
    assert (answer.body, answer.headers["Content-Encoding"], answer.headers["Vary"]) == (mp3.read_bytes(), None, None)
    assert answer.headers["Cache-Control"] == "public, max-age=86400, no-transform"


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_every_kind_has_its_type(server: Server, name: str, kind: str) -> None:
    """Audio files of each format have their own media type."""
    answer = server.get(f"/audio/podcast/{name}", Range="bytes=0-1")
    assert (answer.status, answer.headers["Content-Type"]) == (206, kind)


def test_a_download_has_a_name(server: Server) -> None:
    """?download=1 names the file after show and title, whole or in ranges; audio without an episode keeps its name."""
    for headers in ({}, {"Range": "bytes=5-"}):
        answer = server.get(f"{SOUND}?download=1", **headers)
        assert answer.headers["Content-Disposition"].startswith(
            'attachment; filename="Podcast - First.mp3"; filename*='
        )
    assert 'filename="extra.mp3"' in server.get("/audio/podcast/extra.mp3?download=1").headers["Content-Disposition"]
    for address in (SOUND, f"{SOUND}?download=0", f"{SOUND}?utm_source=x"):
        assert "Content-Disposition" not in server.get(address).headers


def test_nothing_else_can_be_reached(server: Server) -> None:
    """No spelling of a path, and no symbolic link, leads out of the audio folder."""
    for path in (
        "/audio/podcast/../../site.toml", "/audio/podcast/%2e%2e/%2e%2e/site.toml", "/audio/podcast/..%2f..%2fsite.toml",
        "/audio/../site.toml", "/audio//etc/passwd", "/audio/podcast//etc/passwd", "/audio/podcast/out.mp3", "/audio/podcast/",
        "/audio/podcast/%00", "/audio/podcast/1-first.mp3%00", "/audio/podcast/%ff%fe", "/audio/podcast/%ed%a0%80.mp3",
        "/audio/podcast/" + "a" * 3000, "/audio/podcast%2f..%2f..%2fsite.toml", "/audio/%2e%2e%2fsite.toml", "/audio/podcast/..%5c..%5csite.toml", "/audio/%2e%2e/content/podcast/2026-01-02-1-first.md", "/audio/podcast/.hidden",
    ):  # fmt: skip
        assert server.get(path).status in (301, 404), path


def test_slow_listeners_stop_nobody(server: Server) -> None:
    """Twenty listeners that hardly read, each in a range as browsers request it, don't slow the pages."""
    where = urlsplit(server.url)
    slow = []
    try:
        for _ in range(20):
            connection = socket.create_connection((str(where.hostname), int(where.port or 80)), timeout=60)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET {LONG} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n".encode())
            slow.append(connection)
        # If each listener occupied a thread, only four of them would be answered.
        assert all(connection.recv(15) == b"HTTP/1.1 206 PA" for connection in slow)
        for _ in range(5):
            assert server.get("/podcast/1-first").status == 200
    finally:
        for connection in slow:
            connection.close()


def test_a_missing_file_costs_the_player_only(shared_site: Site, server: Server) -> None:
    """An episode without its audio file has a page, no player and, with mp3_bytes in front matter, an enclosure."""
    page = server.get("/quiet/3-missing")
    assert (page.status, "<audio" in page.text) == (200, False)
    assert 'length="1234"' in server.get("/quiet/feed.xml").text
    lines = [line for line in shared_site.run("check").stdout.splitlines() if "no such file" in line]
    assert ["3-missing" in line for line in lines] == [True]
