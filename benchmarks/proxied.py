"""Compare pages in the cache of nginx, set up as docs/running.md says, with the same bytes as static files of nginx.

    .venv/bin/python benchmarks/proxied.py [rounds]

wrk requests both in turns for two seconds each. Then the time is measured until nginx serves a newly published edition.
Needs wrk and nginx.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from servers import CODINGS, DEMO, ask, demo, free, nginx, running, table, waitress, wrk

from longwave.config import read_settings
from longwave.edition import build_edition

EPISODE = "/longwave/3-show-notes-and-timestamps"
PAGES = ("/", EPISODE, "/longwave/feed.xml")
CHANGES = 5


def guide(root: Path, upstream: int, port: int) -> str:
    """Return the nginx configuration in docs/running.md, changed to the site's folder and these ports."""
    match = re.search(r"```nginx\n(.*?)```", (DEMO / "docs/running.md").read_text("utf-8"), re.DOTALL)
    assert match is not None
    said = match[1].replace("/srv/podcast/site", str(root)).replace("/var/cache/nginx", str(root.parent))
    said = said.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}").replace("podcast.example.com", "_")
    return said.replace("listen 80;", f"listen 127.0.0.1:{port};")


def compare(cache: str, files: Path, static: str, path: str, rounds: int) -> str:
    """Return a row with the requests per second of a page as a static file and from nginx's cache, and their ratio."""
    page = files / f"{path.strip('/') or 'index'}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(ask(cache + path)[2])
    place = f"{static}/{page.relative_to(files)}"
    pairs = [(wrk(cache + path, 2, Accept_Encoding=CODINGS), wrk(place, 2)) for _ in range(rounds + 1)]
    mine, other = zip(*pairs[1:], strict=True)
    ratio = statistics.median(a.per_second / b.per_second for a, b in pairs[1:])
    rates = (statistics.median(load.per_second for load in loads) for loads in (other, mine))
    return f"| `{path}` | {' | '.join(f'{rate:.0f}' for rate in rates)} | **{ratio:.2f}** |"


def seen(root: Path, cache: str) -> list[float]:
    """Publish some editions, and return the seconds until a page, requested constantly through nginx, shows each."""
    taken = []
    path = next((root / "content/longwave").glob("*3-show-notes-and-timestamps.md"))
    text = path.read_text("utf-8")
    settings = read_settings({"URL": "https://podcast.example.com"}, root)
    for turn in range(CHANGES):
        path.write_text(text + f"\n\nChange {turn}.\n", "utf-8")
        build_edition(settings)
        began = time.monotonic()
        while f"Change {turn}." not in urllib.request.urlopen(cache + EPISODE).read().decode():
            time.sleep(0.02)
            if time.monotonic() - began > 60:
                raise SystemExit("The new edition never came.")
        taken.append(time.monotonic() - began)
    return taken


def main() -> None:
    """Print the table of requests per second, and how soon a new edition is visible through nginx."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root, files = demo(folder), folder / "files"
        files.mkdir()
        upstream, port, alone = free(), free(), free()
        behind = nginx(folder, "behind", guide(root, upstream, port))
        static = nginx(folder, "static", f"server {{ listen 127.0.0.1:{alone}; location / {{ root {files}; }} }}")
        said = {"LONGWAVE_URL": "https://podcast.example.com"}
        with waitress(root, upstream, **said), running(port, *behind), running(alone, *static):
            cache, other = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{alone}"
            rows = [compare(cache, files, other, path, rounds) for path in PAGES]
            print(
                table("| nginx before Longwave | the bytes as files, requests/s | from its cache | ratio |", rows), "\n"
            )
            taken = seen(root, cache)
    print(
        f"A new edition was visible through it after {statistics.median(taken):.1f} s (median of {CHANGES}), "
        f"{max(taken):.1f} s at worst; 30 are promised.",
        flush=True,
    )


if __name__ == "__main__":
    main()
