"""Take pictures of the demo's pages: every kind, on a phone and a desktop, light and dark, first view and whole.

    .venv/bin/python docs/demo/screenshots.py FOLDER

The README's two pictures go to docs/ as well. The home page and an episode are also taken at 320, 768 and 2560 pixels,
and the episode as printed. Files are named `<page>-<size>-<mode>.png`, and `…-whole.png` for the whole page.
Needs chromium.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
#: The pages to take pictures of: the name in the pictures' file names, and the path.
PAGES = {
    "home": "/",
    "show": "/longwave/",
    "letters": "/letters/",
    "episode": "/longwave/1-what-longwave-is",
    "episode-code": "/longwave/2-writing-an-episode",
    "letter": "/letters/1-on-keeping-your-own-archive",
    "tags": "/tags/",
    "tag": "/tags/python",
    "guests": "/guests/",
    "guest": "/guests/otto-lindqvist",
    "about": "/about",
    "search": "/search",
    "search-results": "/search?q=server",
    "search-narrowed": "/search?q=server&show=longwave",
    "search-corrected": "/search?q=pythn",
    "search-nothing": "/search?q=xylophonequartz",
    "embed": "/embed/longwave/1-what-longwave-is",
    "missing": "/nowhere",
}
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
MORE_SIZES = {"320": (320, 640), "768": (768, 1024), "2560": (2560, 1440)}
AT_MORE_SIZES = ("home", "episode")
MODES = ("light", "dark")


@contextlib.contextmanager
def demo(index: Path) -> Iterator[str]:
    """Yield the demo's address while it is served."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "longwave", "serve", "--port", "0"],
        cwd=ROOT, env={**os.environ, "LONGWAVE_INDEX": str(index)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield next(match[1] for line in process.stdout if (match := re.search(r"Open (http://\S+?)/?$", line.strip())))
    finally:
        process.terminate()
        process.communicate(timeout=20)


def take(page: Page, folder: Path, name: str) -> None:
    """Save the first view, and the whole page with its lazy pictures."""
    page.screenshot(path=folder / f"{name}.png")
    page.screenshot(path=folder / f"{name}-whole.png", full_page=True)


def take_all(browser: Browser, url: str, folder: Path) -> None:
    """Take every page at every size and in every mode."""
    for size, (width, height) in (SIZES | MORE_SIZES).items():
        context = browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=2 if size == "phone" else 1,
            is_mobile=width < 500,
            has_touch=width < 500,
            reduced_motion="reduce",
        )
        page = context.new_page()
        for name in PAGES if size in SIZES else AT_MORE_SIZES:
            page.goto(url + PAGES[name], wait_until="networkidle")
            for mode in MODES:
                page.emulate_media(color_scheme=mode)
                take(page, folder, f"{name}-{size}-{mode}")
        context.close()


def listen(page: Page, address: str, seconds: float) -> None:
    """Play an episode for a moment, and pause it."""
    page.goto(address)
    page.click(".player [data-do=toggle]")
    page.wait_for_timeout(seconds * 1000)
    page.click(".player [data-do=toggle]")
    page.mouse.move(5, 5)


def take_for_readme(browser: Browser, url: str, folder: Path) -> None:
    """Take the README's pictures ``docs/episode.png`` and ``docs/home.png``, with a half-heard episode."""
    for name, mode, heard in (
        ("episode", "light", ["/longwave/4-finding-the-minute#t=0:14"]),
        ("home", "dark", ["/longwave/2-writing-an-episode#t=0:20", "/longwave/6-going-live#t=0:09"]),
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme=mode, reduced_motion="reduce")
        for path in heard:
            listen(page, url + path, 2)
        if name == "home":
            page.goto(f"{url}/", wait_until="networkidle")
        picture = folder / f"readme-{name}.png"
        page.screenshot(path=picture)
        with Image.open(picture) as drawn:
            # A picture in the README needs no more colours than these.
            drawn.convert("RGB").quantize(128).save(ROOT / "docs" / f"{name}.png", optimize=True)
        page.close()


def take_paper(browser: Browser, url: str, folder: Path) -> None:
    """Take an episode as printed on A4."""
    page = browser.new_page()
    page.goto(url + PAGES["episode"], wait_until="networkidle")
    page.pdf(path=folder / "episode-paper.pdf", format="A4")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.screenshot(path=folder / "episode-paper.png", full_page=True)


def main() -> None:
    """Take all pictures."""
    chromium = shutil.which("chromium")
    if len(sys.argv) != 2 or chromium is None:
        sys.exit("Name the folder for the pictures: screenshots.py FOLDER. Needs chromium.")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index, demo(Path(index)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take_all(browser, url, folder)
        take_paper(browser, url, folder)
        take_for_readme(browser, url, folder)
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
