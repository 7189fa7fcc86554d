"""A fake of an old podcast host: a web server on this machine, with the faults of real hosts."""

from __future__ import annotations

import io
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image

FEEDS = Path(__file__).parent / "feeds"
#: A frame of MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes of silence.
_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
#: An MP3 of a bit more than a minute.
MP3 = _FRAME * 2375
SECONDS = 62
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ann>Hello & welcome.\n"
SRT = "1\n00:00:00,000 --> 00:00:02,000\nAnn: Hello & welcome.\n"
JSON = json.dumps({"version": "1.0.0", "segments": [{"startTime": 0, "endTime": 2, "speaker": "A", "body": "Hi"}]})
CHAPTERS = json.dumps(
    {"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Intro"}, {"startTime": 9, "title": "B"}]}
)


def picture() -> bytes:
    """Return an image file of a podcast cover's size."""
    held = io.BytesIO()
    Image.new("RGB", (1400, 1400), "teal").save(held, "PNG")
    return held.getvalue()


PICTURE = picture()


@dataclass
class OldHost:
    """The files of a fake podcast host, its faults by path, and the requests that it received."""

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    #: The fault of each path, with a value for some of them: ``cut`` breaks the first so many responses midway,
    #: ``norange`` does so too and ignores Range, ``lie`` promises 1,000 bytes too many, ``away`` redirects, ``slow``
    #: pauses after each block, ``busy`` is a 429, ``gone`` a 404, ``html`` a login page, ``changed`` has another ETag,
    #: and ``spliced`` sends the rest of a changed file to a client that has the beginning of the old one.
    faults: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    url: str = ""

    def feed(self, name: str, path: str = "/feed.xml", length: int = len(MP3)) -> str:
        """Serve a sample feed of tests/feeds, with enclosures of ``length`` bytes, at a path; return its address."""
        text = (FEEDS / name).read_text("utf-8").replace("{host}", self.url).replace("{length}", str(length))
        return self.put(path, text.encode(), "application/rss+xml")

    def put(self, path: str, body: bytes, kind: str) -> str:
        """Serve a file of these bytes at a path, and return its address."""
        self.files[path] = (body, kind)
        return f"{self.url}{path}"

    def asks(self, path: str) -> list[dict[str, str]]:
        """Return the headers of each request received for a path."""
        return [headers for asked, headers in self.asked if asked == path]


def start(host: OldHost) -> ThreadingHTTPServer:
    """Start a server of the files of ``host``, and return it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path
            host.asked.append((path, dict(self.headers)))
            host.counted[path] += 1
            answer(self, host, path)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host.url = f"http://127.0.0.1:{server.server_port}"
    for name in ("cover", "ann", "bob", "episode"):
        host.put(f"/{name}.png", PICTURE, "image/png")
    host.put("/transcript.vtt", VTT.encode(), "text/vtt")
    host.put("/transcript.srt", SRT.encode(), "application/x-subrip")
    host.put("/transcript.json", JSON.encode(), "application/json")
    host.put("/chapters.json", CHAPTERS.encode(), "application/json+chapters")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def answer(handler: BaseHTTPRequestHandler, host: OldHost, path: str) -> None:  # noqa: C901
    """Answer a request as a correct server does, except for the fault that ``host`` has for the path."""
    fault, what = (*host.faults.get(path, ("", None)), None)[:2]
    body, kind = host.files.get(path) or (MP3, "audio/mpeg")
    if fault == "gone":
        return plain(handler, 404)
    if fault == "away":
        return plain(handler, 302, Location=what)
    if fault == "busy" and host.counted[path] <= what[0]:
        return plain(handler, 429, Retry_After=what[1])
    if fault == "html":
        body, kind = b"<html>Please log in</html>", "text/html; charset=utf-8"
    tag = f'"{what if fault in ("changed", "spliced") else "v1"}-{len(body)}"'
    begin = 0
    wanted = handler.headers.get("Range", "")
    if wanted and fault != "norange" and (fault == "spliced" or handler.headers.get("If-Range", tag) == tag):
        begin = int(wanted.removeprefix("bytes=").rstrip("-"))
        if begin >= len(body) and fault != "lie":
            return plain(handler, 416, Content_Range=f"bytes */{len(body)}")
    handler.send_response(206 if begin else 200)
    if begin:
        promised = len(body) + (1000 if fault == "lie" else 0)
        handler.send_header("Content-Range", f"bytes {begin}-{promised - 1}/{promised}")
    handler.send_header("Content-Type", kind)
    handler.send_header("ETag", tag)
    handler.send_header("Last-Modified", formatdate(1_700_000_000, usegmt=True))
    rest = body[begin:]
    lie = 1000 if fault == "lie" else 0
    handler.send_header("Content-Length", str(len(rest) + lie))
    handler.end_headers()
    cut = fault in ("cut", "norange") and host.counted[path] <= what
    sent = rest[: len(rest) // 2] if cut else rest
    try:
        for at in range(0, len(sent), 65_536):
            handler.wfile.write(sent[at : at + 65_536])
            if fault == "slow":
                time.sleep(what)
    except OSError:
        pass
    if cut or lie:
        handler.close_connection = True
    return None


def plain(handler: BaseHTTPRequestHandler, status: int, **headers: str) -> None:
    """Send a response without a body."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", "0")
    handler.end_headers()
