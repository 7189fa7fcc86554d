"""A fake internet in a network namespace: a public and a private host, and names that resolve to one, then the other.

`unshare --net --mount python tests/fake_internet.py COMMAND…` runs a command in it, and prints as JSON the command's
output and the requests of each host. It needs root.
"""

from __future__ import annotations

import http.server
import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

OUTSIDE, INSIDE, NAMES = "8.8.8.8", "10.0.0.9", "127.0.0.53"
#: The IP addresses in the DNS answers for each name, one answer after the other; the last one is repeated.
LEADS = {
    "outside.example": [[OUTSIDE]],
    "inside.example": [[INSIDE]],
    "both.example": [[OUTSIDE, INSIDE]],
    "turns.example": [[OUTSIDE], [INSIDE]],
    "turns-later.example": [[OUTSIDE], [OUTSIDE], [INSIDE]],
    "leaves.example": [[INSIDE], [OUTSIDE]],
    "hub": [[INSIDE]],
}
FEED = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Pod</title><link>http://outside.example/</link><itunes:image href="{host}/cover.png"/>
<item><title>One</title><guid>1</guid><enclosure url="{host}/1.mp3" type="audio/mpeg" length="9"/></item>
<item><title>Two</title><guid>2</guid><enclosure url="http://10.0.0.9/secret" type="audio/mpeg" length="9"/></item>
<item><title>Three</title><guid>3</guid><enclosure url="http://outside.example/to-inside" type="audio/mpeg" length="9"/>
</item></channel></rss>"""
asked: dict[str, list[str]] = {OUTSIDE: [], INSIDE: []}


class Host(http.server.BaseHTTPRequestHandler):
    """A web server that records each connection and request; `/to-inside` redirects to the private host."""

    def setup(self) -> None:
        super().setup()
        asked[self.server.server_address[0]].append("connected")

    def do_GET(self) -> None:
        asked[self.server.server_address[0]].append(f"{self.command} {self.path}")
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if urlsplit(self.path).path == "/to-inside":
            self.send_response(307)
            self.send_header("Location", parse_qs(urlsplit(self.path).query).get("at", [f"http://{INSIDE}/secret"])[0])
            self.end_headers()
            return
        body = FEED.format(host=f"http://{self.headers['Host']}").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_GET  # noqa: N815 - as http.server calls them

    def log_message(self, *_: object) -> None:
        pass


def answer(query: bytes, looked_up: Counter[str]) -> bytes:
    """Return the DNS answer to a query for IPv4 addresses (RFC 1035 4.1); it has no addresses for other queries."""
    end = query.index(0, 12)
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode())
        at += 1 + query[at]
    name, kind = ".".join(labels), query[end + 1 : end + 3]
    leads = LEADS.get(name)
    addresses: list[str] = []
    if leads and kind == b"\0\1":
        addresses = leads[min(looked_up[name], len(leads) - 1)]
        looked_up[name] += 1
    records = b"".join(b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4" + socket.inet_aton(one) for one in addresses)
    flags = b"\x85\x80" if leads else b"\x85\x83"
    return query[:2] + flags + b"\0\1" + len(addresses).to_bytes(2, "big") + bytes(4) + query[12 : end + 5] + records


def give_names() -> None:
    """Answer DNS queries from ``LEADS`` until the process ends."""
    looked_up: Counter[str] = Counter()
    with socket.socket(type=socket.SOCK_DGRAM) as server:
        server.bind((NAMES, 53))
        while True:
            query, client = server.recvfrom(512)
            server.sendto(answer(query, looked_up), client)


def main() -> None:
    """Set up the network, run the command given as arguments in it, and print the result as JSON."""
    addresses = [f"ip address add {one}/32 dev lo" for one in (OUTSIDE, INSIDE)]
    for command in ("ip link set lo up", *addresses):
        subprocess.run(command.split(), check=True)
    with tempfile.NamedTemporaryFile("w") as resolver:
        resolver.write(f"nameserver {NAMES}\n")
        resolver.flush()
        subprocess.run(["mount", "--bind", resolver.name, str(Path("/etc/resolv.conf").resolve())], check=True)
        threading.Thread(target=give_names, daemon=True).start()
        for address in (OUTSIDE, INSIDE):
            server = http.server.ThreadingHTTPServer((address, 80), Host)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        done = subprocess.run(sys.argv[1:], capture_output=True, text=True, timeout=120, check=False)
    result = {"status": done.returncode, "text": done.stdout + done.stderr}
    sys.stdout.write(json.dumps(result | {"outside": asked[OUTSIDE], "inside": asked[INSIDE]}))


if __name__ == "__main__":
    main()
