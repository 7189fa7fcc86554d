"""A visit to a page in a browser, which finds faults such as CSP violations and layout shifts."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from support import Server

MODULES = Path(__file__).parent / "node_modules"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
WIDTHS = (320, 768, 1280, 2560)

# A script that records CSP violations and layout shifts; it runs before the page loads, and its CSP can't block it.
_WATCH = """
window.noticed = {refused: [], shift: 0, shifted: []};
addEventListener("securitypolicyviolation", (event) =>
  noticed.refused.push(`${event.violatedDirective}: ${event.blockedURI || event.sample}`));
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  noticed.shift += entry.value;
  for (const {node} of entry.sources) noticed.shifted.push(node?.outerHTML?.slice(0, 80) ?? String(node?.nodeName));
})).observe({type: "layout-shift", buffered: true});
"""
# A script that scrolls the page down and up again, so that lazy-loading pictures load.
_READ = """
async () => {
  const frames = async (count) => { while (count--) await new Promise(requestAnimationFrame); };
  for (let y = 0; y < document.documentElement.scrollHeight; y += 2 * innerHeight) { scrollTo(0, y); await frames(1); }
  await Promise.all([...document.images].filter((image) => image.loading !== "lazy" || image.checkVisibility())
    .map((image) => image.decode().catch(() => null)));
  scrollTo(0, 0);
  await frames(3);
  return noticed;
}
"""
#: The places where ``trickling`` may cut a page's HTML into pieces: before a block element.
_PART = re.compile(rb"(?=<(?:article|aside|div|footer|form|h\d|header|li|nav|ol|p|section|table|ul|/main)\b)")
#: A script that reports each piece of a page, which ends with its number in a comment, once it is drawn.
_TELL = """
new MutationObserver((changes) => {
  for (const {addedNodes} of changes) for (const {nodeType, data} of addedNodes) {
    if (nodeType === Node.COMMENT_NODE && /^piece \\d+$/.test(data)) requestAnimationFrame(() => fetch("/drawn/" + data.slice(6)));
  }
}).observe(document, {childList: true, subtree: true});
"""
OPEN = "() => document.querySelectorAll('details').forEach((details) => { details.open = true; })"
_WIDE = """
(width) => [...document.querySelectorAll("body *")].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.right > width + 0.5 && box.width > 0 && box.left < 1e4;
}).slice(0, 3).map((element) => element.outerHTML.slice(0, 80))
"""
_AXE = """
axe.run({resultTypes: ["violations"]}).then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(({target, any, all, none}) =>
    `${id} at ${target.flat().join(" ")}: ${[...any, ...all, ...none].map(({message}) => message).join("; ")}`)))
"""


def needs(package: str) -> Path:
    """Return the folder of an npm package of tests/package.json, and skip the test if it isn't installed."""
    folder = MODULES / package
    if not folder.is_dir():
        pytest.skip(f"{package} is not installed (npm ci --prefix tests --ignore-scripts)")
    return folder


@dataclass
class Visit:
    """The faults found in one page at one screen size, in a list for each kind, a line for each fault."""

    path: str
    size: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    shift: float = 0
    shifted: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)


def visiting(browser: Browser, size: str) -> BrowserContext:
    """Return a browser context of this screen size, with an empty profile and reduced motion."""
    width, height = SIZES[size]
    phone = size == "phone"
    return browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=phone,
        has_touch=phone,
        device_scale_factor=2 if phone else 1,
        reduced_motion="reduce",
    )


def watched(context: BrowserContext) -> Page:
    """Return a browser page for many visits, as a new one for each would take longer than the visit."""
    page = context.new_page()
    page.add_init_script(_WATCH)
    return page


def visit(page: Page, site: str, path: str, size: str) -> Visit:
    """Scroll through a page of the site at ``site``, on a desktop also at all window widths, and return its faults."""
    seen = Visit(path, size)
    with _listening(page, seen, site + path):
        page.goto(site + path)
        noticed: dict[str, Any] = page.evaluate(_READ)
        seen.refused += noticed["refused"]
        seen.shift, seen.shifted = noticed["shift"], noticed["shifted"]
        if size == "desktop":
            page.evaluate(OPEN)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
                    seen.wide.append(f"at {width} px: {found} px, for {page.evaluate(_WIDE, width)}")
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
    return seen


@contextmanager
def _listening(page: Page, seen: Visit, address: str) -> Iterator[None]:
    """Record the page's console messages, errors and requests in ``seen`` during the block; then open an empty page."""

    def hear(message: ConsoleMessage) -> None:
        _heard(seen, message, address)

    def fail(error: object) -> None:
        seen.said.append(f"pageerror: {error}")

    def ask(request: Request) -> None:
        seen.asked.append(request.url)

    page.on("console", hear)
    page.on("pageerror", fail)
    page.on("request", ask)
    yield
    page.remove_listener("request", ask)
    # Late console messages still belong to this visit, and after an empty page the next one is drawn from scratch.
    page.goto("about:blank")
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", fail)


def _heard(seen: Visit, message: ConsoleMessage, address: str) -> None:
    # Chromium itself logs that a visited page is a 404, which isn't a fault.
    missing = message.text.startswith("Failed to load resource") and message.location.get("url") == address
    if message.type in ("error", "warning") and not missing:
        seen.said.append(f"{message.type}: {message.text} ({message.location.get('url')})")


@contextmanager
def trickling(server: Server, page: Page) -> Iterator[str]:
    """Yield the address of a proxy that sends a server's pages in some twenty pieces, each once the last is drawn."""
    drawn: Queue[int] = Queue()
    late: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/drawn/"):
                drawn.put(int(self.path.removeprefix("/drawn/")))
                self.send_response(204)
                self.end_headers()
                return
            answer = server.get(self.path)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.end_headers()
            if self.headers.get("Sec-Fetch-Dest", "document") != "document":
                self.wfile.write(answer.body)
                return
            for number, piece in enumerate(_pieces(answer.body)):
                self.wfile.write(piece + b"<!--piece %d-->" % number)
                try:
                    while drawn.get(timeout=20) != number:
                        pass
                except Empty:
                    late.append(f"{self.path}: {piece!r} was never drawn")
                    return

        def log_message(self, *_: object) -> None:
            pass

    page.add_init_script(_TELL)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as trickle:
        threading.Thread(target=trickle.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{trickle.server_port}"
        finally:
            trickle.shutdown()
    assert not late, "\n".join(late)


def _pieces(page: bytes) -> list[bytes]:
    before, main, after = page.partition(b"<main")
    parts = _PART.split(main + after)
    step = len(parts) // 20 + 1
    return [before, *(b"".join(parts[at : at + step]) for at in range(0, len(parts), step))]


def axe(page: Page) -> Callable[[], list[str]]:
    """Inject axe-core into a page, and return a function that returns its violations, a line for each."""
    protocol = page.context.new_cdp_session(page)

    def evaluate(script: str) -> Any:
        # Runtime.evaluate isn't restricted by the page's CSP.
        done = protocol.send("Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True})
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    evaluate((needs("axe-core") / "axe.min.js").read_text("utf-8") + ";0")
    return lambda: list(evaluate(_AXE))
