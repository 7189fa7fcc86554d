"""Hostile requests against every route, and the checks of each response."""

from __future__ import annotations

import random
import re
import socket
import string
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from support import Site

from longwave import create_app

#: A text in files that aren't public, and a host name in requests; no response may contain either.
SECRET, HOST = "canary-7f3a9c", "h0st-evil.example"
SLOW = 0.25
#: Seconds without a byte after which a response that has begun counts as complete.
STALLED = 2
_HOSTS = (HOST, "localhost", "", "a b", "[::1", f"{HOST}:99999")
_SCRIPTS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}", "{% raw %}",
    "'-alert(1)-'", "</title><svg onload=alert(1)>", "&lt;script&gt;", "\u202e\u0000\ud7ff", "guest:\"<b>\"", "%3Cscript%3E",
)  # fmt: skip
_TRAVERSALS = (
    "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%252f", "..%c0%af", "..%ef%bc%8f", "....//", "..;/", "..\\", "..%5c", "%00",
    "/", "//", "./", "~root/", "%2f", "..%00/", "%uff0e%uff0e/", "..%0d%0a/",
)  # fmt: skip
_TARGETS = (
    "etc/passwd", "content/site.toml", "site.toml", "wsgi.py", "index/current", "instance/secret", "podcast/2026-01-05-4-draft.md",
    "content/audio/podcast/4-draft.mp3", "proc/self/environ", ".git/config", "content/images/out.png",
)  # fmt: skip
_WORDS = ("a", "the", "longwave", "*", "?", "a*", "*a*", "\"a b\"", "OR", "AND OR NOT", "guest:", "tag:\"", "year:99999", "before:x",
          "((((", "))))", "-", "--", "a" * 300, "\"" * 50, "a OR " * 40, "é" * 100, "日本語", "\U0001f600", "\\", "^~[]{}", "1..2")  # fmt: skip

#: Hostile values for each request header that the site reads.
_VALUES = {
    "Range": ("bytes=0-", "bytes=-1", "bytes=5-1", "bytes=99999999999999999999-", "bytes=-", "x=1", "bytes=a-b",
              "bytes=" + ",".join(f"{n}-{n}" for n in range(2)), "bytes=" + ",".join(f"{n}-{n}" for n in range(3000)),
              "bytes=" + "0-," * 10_000),
    "Accept-Encoding": ("br", "gzip", "br;q=0, gzip;q=0.1", "*", "x" * 500, "gzip;q=nan", "identity;q=0", "\x01"),
    "If-None-Match": ("*", 'W/"a"', '"' * 99, ", ".join(['"a"'] * 500)),
    "If-Modified-Since": ("yesterday", "Mon, 99 Foo 9999 99:99:99 GMT", "0"),
    "If-Range": ('"x"', "W/", "Mon, 01 Jan 2024 00:00:00 GMT"),
    "Accept": ("text/html", "*/*;q=nan", "a/b," * 1000),
    "X-Forwarded-Host": (HOST,), "X-Forwarded-For": (f"{HOST}, 1.2.3.4",), "X-Forwarded-Proto": ("https", "gopher"),
    "Forwarded": (f"host={HOST}",), "X-Original-URL": (f"/{HOST}",), "X-Request-ID": (HOST,), "Referer": (f"http://{HOST}/",),
    "Cookie": ("session=1", "a=" + "b" * 4000), "Transfer-Encoding": ("chunked", "gzip"), "Expect": ("100-continue",),
}  # fmt: skip
_LINES = (
    "X: y\r\n folded",
    f"{'N' * 200}: v",
    "no colon",
    ": empty",
    "X-Evil\x00: 1",
    "Upgrade: h2c",
    "Big: " + "a" * 40_000,
)


@dataclass
class Found:
    """The findings of an attack: faulty responses, the slowest ones in seconds, and the number of each status."""

    wrong: list[str] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def furnish(site: Site, sound: bytes) -> None:
    """Write a site with content of every kind, secrets in files that aren't public, and hostile names and texts."""
    site.put(
        "content/site.toml",
        f'# {SECRET}\ntitle = "Site"\nurl = "https://pod.example"\n[redirects]\n"/old" = "/podcast/"\n',
    )
    for number in range(1, 4):
        site.episode(
            f"2026-01-0{number + 1}-{number}-ep.md", title=f"Episode {number} <b>&", tags=["C++", "<i>x</i>", "python"],
            guests=[{"name": "<script>alert(1)</script> Lee"}, {"name": "Ann Lee"}], description="\"><img src=x onerror=alert(1)>",
            body="- 0:03 -- Third second\n\nWords about zebras & <em>more</em>.\n",
        )  # fmt: skip
        site.put(f"content/audio/podcast/{number}-ep.mp3", sound)
        site.put(
            f"content/transcripts/podcast/{number}-ep.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ann>Hello zebras.\n"
        )
    site.episode("2026-01-05-4-draft.md", title="Draft", draft=True, body=SECRET)
    site.put("content/audio/podcast/4-draft.mp3", SECRET.encode() * 100)
    site.put("content/pages/about.md", "---\ntitle: About\n---\n\nAbout it.\n")
    site.put("wsgi.py", f"# {SECRET}\n")
    site.put("instance/secret", SECRET)
    site.put("templates/404.html", '{% extends "default:404.html" %}{# ' + SECRET + " #}\n")
    (site.root / "content/images").mkdir(parents=True, exist_ok=True)
    (site.root / "content/images/out.png").symlink_to(site.root / "wsgi.py")
    (site.root / "content/audio/podcast/out.mp3").symlink_to(site.root / "wsgi.py")


def routes(root: Path) -> tuple[str, ...]:
    """Return the URL rules of all registered routes, so that a new one is attacked, too."""
    return tuple(sorted({str(rule) for rule in create_app(root).url_map.iter_rules()}))


def attacks(rules: Sequence[str], seed: int) -> Iterator[bytes]:
    """Yield hostile requests to these URL rules without end, the same for the same seed."""
    dice = random.Random(seed)
    while True:
        yield _request(dice, rules)


def attack(address: tuple[str, int], rules: Sequence[str], count: int, seed: int, found: Found) -> None:
    """Send ``count`` hostile requests, one after the other, and record the faults of the responses in ``found``."""
    requests = attacks(rules, seed)
    for _ in range(count):
        request = next(requests)
        began = time.perf_counter()
        answer = sent(address, request)
        _judge(request, answer, time.perf_counter() - began, found)


def _request(dice: random.Random, rules: Sequence[str]) -> bytes:
    method = dice.choices(("GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "TRACE", "PROPFIND", "get", "G\x00T"),
                          (70, 10, 4, 2, 3, 2, 2, 2, 2, 1))[0]  # fmt: skip
    target = _target(dice, rules)
    version = dice.choices(("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9.9", ""), (90, 6, 1, 1, 1))[0]
    lines = [f"{method} {target} {version}".rstrip(), f"Host: {dice.choice(_HOSTS)}"]
    lines.extend(_header(dice) for _ in range(dice.choice((0, 0, 1, 2, 4))))
    if dice.random() < 0.02:
        lines.extend(f"X-{number}: {'a' * 20}" for number in range(dice.choice((50, 900))))
    body = b""
    if method in ("POST", "PUT"):
        body = bytes(dice.randrange(256) for _ in range(dice.choice((0, 10, 1000))))
        lines.append(f"Content-Length: {dice.choice((*[len(body)] * 7, -1, 10**12, 'x'))}")
    return "\r\n".join((*lines, "Connection: close", "", "")).encode("utf-8", "surrogatepass") + body


def _target(dice: random.Random, rules: Sequence[str]) -> str:
    path = re.sub(r"<(?:[^<>:]*:)?([^<>]+)>", lambda match: _part(dice, match[1]), dice.choice(rules))
    roll = dice.random()
    if roll < 0.15:
        path += _climb(dice)
    elif roll < 0.25:
        at = dice.randrange(len(path) + 1)
        path = path[:at] + _climb(dice) + path[at:]
    elif roll < 0.30:
        path = (
            "".join(dice.choice(string.printable) for _ in range(dice.choice((1, 10, 200))))
            .replace("\n", "")
            .replace("\r", "")
        )
    elif roll < 0.32:
        path = dice.choice(
            (f"//{HOST}/", f"http://{HOST}/podcast", f"/\\{HOST}", f"/old//{HOST}", "*", "/" + "a/" * 4000, "/podcast")
        )
    if dice.random() < 0.4:
        path += "?" + "&".join(_pair(dice) for _ in range(dice.choice((1, 1, 2, 3, 300))))
    return path.replace(" ", "%20")


def _part(dice: random.Random, name: str) -> str:
    good = {"show": "podcast", "slug": "1-ep", "tag": "python", "guest": "ann-lee", "file": "1-ep.mp3", "kind": "vtt",
            "size": "320", "page": "about"}.get(name, "podcast")  # fmt: skip
    return dice.choice((good, good, good, quote(dice.choice(_SCRIPTS), safe=""), dice.choice(_TRAVERSALS), "4-draft", "out.mp3", "%ff%fe",
                        "a" * 1000, "0", "-1", "1e9", quote(dice.choice(_WORDS), safe="")))  # fmt: skip


def _climb(dice: random.Random) -> str:
    return dice.choice(_TRAVERSALS) * dice.choice((1, 2, 6)) + dice.choice(_TARGETS)


def _pair(dice: random.Random) -> str:
    name = dice.choice(
        (
            "q",
            "q",
            "q",
            "page",
            "sort",
            "show",
            "tag",
            "guest",
            "year",
            "exact",
            "download",
            "url",
            "format",
            "t",
            "utm_x",
        )
    )
    value = dice.choice(
        (*_WORDS, *_SCRIPTS, "9" * 30, "-5", "1", f"https://{HOST}/", "\r\nX-Evil: 1", "%0d%0aX-Evil: 1")
    )
    return f"{name}={quote(value, safe=dice.choice(('', '%', '<>')))}"


def _header(dice: random.Random) -> str:
    name = dice.choice((*_VALUES, ""))
    if not name:
        return dice.choice(_LINES)
    return f"{name}: {dice.choice(_VALUES[name])}"


def sent(address: tuple[str, int], request: bytes) -> bytes:
    """Return the whole response to a request. It is sent as it is, even without the body that its headers announce."""
    with socket.create_connection(address, 60) as connection:
        connection.settimeout(SLOW if _promises(request) else 60)
        parts = []
        try:
            connection.sendall(request)
            while part := connection.recv(65_536):
                parts.append(part)
                # A server that doesn't understand `Connection: close` keeps the connection open.
                connection.settimeout(STALLED)
        except OSError:
            pass
        return b"".join(parts)


def _promises(request: bytes) -> bool:
    head = request.partition(b"\r\n\r\n")[0].lower()
    return b"\r\ncontent-length:" in head or b"\r\ntransfer-encoding:" in head


def _judge(request: bytes, answer: bytes, seconds: float, found: Found) -> None:
    head, _, body = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
    status = int(head[9:12]) if head[9:12].isdigit() else 0
    shown = repr(request[:300])
    wrong = []
    # 501 is right for an unknown transfer coding, 505 for another version of HTTP.
    if status >= 500 and status not in (501, 505):
        wrong.append(f"{status}")
    if SECRET.encode() in answer or b"root:x:0" in answer:
        wrong.append("a secret")
    lines = head.split(b"\r\n")
    # A redirect within the site may repeat the request's query string, so only what precedes its "?" is checked.
    if any(HOST.encode() in line.partition(b"?")[0] or line.lower().startswith(b"x-evil") for line in lines):
        wrong.append("what was sent, in a header")
    leads = [line[10:] for line in lines if line.lower().startswith(b"location: ")]
    if any(not re.match(rb"/(?![/\\])", to) for to in leads):
        wrong.append(f"a redirect out of the site, to {leads}")
    if b"text/html" in head and (
        b"<script>alert" in body
        or b"onerror=alert(1)>" in body.replace(b"&#34;&gt;&lt;img src=x onerror=alert(1)&gt;", b"")
    ):
        wrong.append("a script")
    if b"set-cookie" in head.lower():
        wrong.append("a cookie")
    if not status and not _promises(request):
        wrong.append("no answer")
    if seconds > SLOW and status:
        wrong.append(f"{seconds * 1000:.0f} ms")
    with found.lock:
        found.statuses[status] = found.statuses.get(status, 0) + 1
        found.wrong += [f"{what}: {shown}" for what in wrong]
        found.slowest = sorted([*found.slowest, (seconds, shown)] if status else found.slowest, reverse=True)[:5]
