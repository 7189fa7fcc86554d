"""Measure how soon after a save an episode's page, open in `longwave preview`, is requested again and shows the change.

.venv/bin/python benchmarks/preview.py [episodes ...]
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from corpus import Made, make, write
from playwright.sync_api import Page, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from support import start_server

SAVES = 15
SHOWN = """(words) => { window.shown = new Promise((done) => new MutationObserver((_, watch) => {
  if (document.body.textContent.includes(words)) { watch.disconnect(); done(Date.now()); }
}).observe(document.body, {childList: true, subtree: true, characterData: true})); }"""


def measure(page: Page, root: Path, made: Made) -> tuple[list[float], list[float]]:
    """Save an episode again and again; return the milliseconds until its open page is requested, and changes."""
    asked, shown, requests = [], [], []
    page.on("request", lambda _: requests.append(time.time() * 1000))
    for turn in range(SAVES):
        page.evaluate(SHOWN, f"{made.title} saved{turn}x")
        requests.clear()
        saved = time.time() * 1000
        write(replace(made, title=f"{made.title} saved{turn}x"), root)
        shown.append(page.evaluate("window.shown") - saved)
        asked.append(requests[0] - saved)
        page.wait_for_timeout(600)
    return asked, shown


def main() -> None:
    """Print a row of the median and longest times from a save to its display for each number of episodes."""
    print("| episodes | page asks, median / most | page shown, median / most |\n|---|---|---|")
    for count in map(int, sys.argv[1:] or ("10", "1000")):
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            root = Path(folder)
            episodes = make(count, transcripts=False)
            for made in episodes:
                write(made, root)
            server = start_server(root, command="preview")
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(f"{server.url}/podcast/{episodes[7].slug}")
            page.wait_for_timeout(1500)
            times = [f"{statistics.median(some):.0f} / {max(some):.0f} ms" for some in measure(page, root, episodes[7])]
            print(f"| {count:,} | {' | '.join(times)} |")
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
