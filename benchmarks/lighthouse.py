"""Measure Lighthouse's scores of the demo's home, an episode and the search page, beside the same episodes by Jekyll.

    npm ci --prefix tests --ignore-scripts
    .venv/bin/python benchmarks/lighthouse.py [runs]

Jekyll has its default theme, minima, and the browser's own player, as most podcast sites of that kind do; the bare page is
the notes alone, without a stylesheet or a script: nothing can be lighter. Both are served gzipped by waitress. Medians over
interleaved runs, with Lighthouse's desktop preset and with its phone on a slow network. Needs node and chromium; without
Jekyll (Debian: jekyll, jekyll-theme-minima) its lines are left out.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import mimetypes
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from lxml import html
from waitress.server import create_server

ROOT = Path(__file__).parents[1]
LIGHTHOUSE = ROOT / "tests" / "node_modules" / "lighthouse" / "cli" / "index.js"
EPISODE = "/longwave/1-what-longwave-is"
PRESETS = {"desktop": ["--preset=desktop"], "mobile": []}
CATEGORIES = {
    "performance": "performance", "accessibility": "accessibility", "best-practices": "best practices", "seo": "SEO"
}  # fmt: skip
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
CONFIG = """\
title: Longwave
description: Podcasts about the software that serves them.
theme: minima
plugins: [jekyll-feed, jekyll-seo-tag]
permalink: /:categories/:slug
links: {jekyll: "https://jekyllrb.com", kramdown: "https://kramdown.gettalong.org/syntax.html"}
defaults: [{scope: {path: ""}, values: {layout: episode}}]
"""
LAYOUT = """\
---
layout: post
---
<audio controls preload="metadata" src="/audio/{{ page.path | split: "/" | last | slice: 11, 99 | replace: ".md", ".mp3" }}"></audio>
{{ content }}
"""
SERVICES = "{% for tag in page.tags %}\n- {{ tag }}\n{%- endfor %}\n"
BARE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What Longwave Is</title>
<meta name="description" content="A folder of Markdown, a folder of MP3s, one process.">
<link rel="icon" href="data:,">
<main><h1>What Longwave Is</h1>
%s
</main>
"""


@contextlib.contextmanager
def longwave(folder: Path) -> Iterator[str]:
    """Serve this repository's demo by `longwave serve`, and yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "longwave", "serve", "--port", "0"],
        cwd=ROOT, env={**os.environ, "LONGWAVE_INDEX": str(folder / "index")},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield next(match[1] for line in process.stdout if (match := re.search(r"Open (http://\S+?)/?$", line.strip())))
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextlib.contextmanager
def static(folder: Path) -> Iterator[str]:
    """Serve the files of a folder, text compressed by gzip, and yield the server's address."""

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = folder / environ["PATH_INFO"].strip("/")
        path = next((p for p in (path, path.with_name(f"{path.name}.html"), path / "index.html") if p.is_file()), path)
        if not path.is_file():
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"not here"]
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        headers = [("Content-Type", kind), ("Cache-Control", "max-age=600")]
        body = path.read_bytes()
        if kind.startswith("text/"):
            body = gzip.compress(body)
            headers += [("Content-Encoding", "gzip")]
        start("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [body]

    server = create_server(app, port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"


def jekyll(folder: Path) -> Path | None:
    """Build the demo's episodes by Jekyll; return None, after a line with the reason, if that fails."""
    program = shutil.which("jekyll")
    if program is None:
        print("Jekyll is left out: it is not installed.")
        return None
    source, made = folder / "jekyll", folder / "made"
    (source / "_layouts").mkdir(parents=True)
    (source / "_config.yml").write_text(CONFIG)
    (source / "_layouts" / "episode.html").write_text(LAYOUT)
    (source / "index.md").write_text("---\nlayout: home\n---\n")
    shutil.copy(ROOT / "site" / "longwave" / "static" / "favicon.ico", source)
    shutil.copytree(ROOT / "content" / "longwave", source / "longwave" / "_posts")
    shutil.copytree(ROOT / "content" / "includes", source / "_includes")
    (source / "_includes" / "services-used.html").write_text(SERVICES)
    shutil.copytree(ROOT / "content" / "audio" / "longwave", source / "audio")
    command = [program, "build", "--quiet", "--future", "--source", str(source), "--destination", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"Jekyll is left out: {(done.stderr + done.stdout).strip().splitlines()[0]}")
        return None
    return made


def bare(folder: Path, address: str) -> Path:
    """Write a page with only the notes of the episode at ``address`` into a new folder, and return the folder."""
    with urllib.request.urlopen(address) as answer:
        notes = html.fromstring(answer.read()).xpath("//*[contains(@class, 'e-content')]")[0]
    folder.mkdir()
    (folder / "index.html").write_text(BARE % html.tostring(notes, encoding="unicode"), "utf-8")
    return folder


def points(address: str, preset: str, chromium: str) -> dict[str, float]:
    """Return Lighthouse's scores (0 to 100) of a page by category; ``chromium`` is the browser's path."""
    command = [
        "node",
        str(LIGHTHOUSE),
        address,
        "--quiet",
        "--output=json",
        f"--chrome-flags={FLAGS}",
        *PRESETS[preset],
    ]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"Lighthouse failed on {address}:\n{done.stderr}")
    categories = json.loads(done.stdout)["categories"]
    return {name: 100 * (categories[name]["score"] or 0) for name in CATEGORIES}


def main() -> None:
    """Print a table of Lighthouse's median scores for each page with each preset."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    chromium = shutil.which("chromium")
    if not LIGHTHOUSE.is_file() or chromium is None or shutil.which("node") is None:
        sys.exit("This needs node, chromium, and: npm ci --prefix tests --ignore-scripts")
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        ours = stack.enter_context(longwave(folder))
        pages = {
            f"Longwave, {kind}": ours + path
            for kind, path in (("home", "/"), ("episode", EPISODE), ("search", "/search"))
        }
        if made := jekyll(folder):
            theirs = stack.enter_context(static(made))
            pages |= {"Jekyll, home": f"{theirs}/", "Jekyll, episode": theirs + EPISODE}
        pages["bare page, episode"] = stack.enter_context(static(bare(folder / "bare", ours + EPISODE))) + "/"
        given: dict[tuple[str, str], list[dict[str, float]]] = {
            (page, preset): [] for preset in PRESETS for page in pages
        }
        for _ in range(runs):
            for page, preset in given:
                given[page, preset].append(points(pages[page], preset, chromium))
    print(f"| medians of {runs} runs | on | {' | '.join(CATEGORIES.values())} |\n|---|---|{'--:|' * len(CATEGORIES)}")
    for (page, preset), some in given.items():
        medians = (f"{statistics.median(one[name] for one in some):.0f}" for name in CATEGORIES)
        print(f"| {page} | {preset} | {' | '.join(medians)} |")


if __name__ == "__main__":
    main()
