"""`longwave import rss` and `longwave import jekyll` of 1,000 episodes: seconds, seconds of CPU, and the same outcome twice.

    .venv/bin/python benchmarks/moving.py [episodes]

Each import runs in a process of its own, into an empty folder, three times; numbers are medians. Audio stays where it is, so nothing is
fetched. Takes two minutes.
"""

from __future__ import annotations

import hashlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from html import escape
from pathlib import Path

ROUNDS = 3
WORDS = tuple("harbour light pier boat wind tide rope gull sail anchor chart buoy lock mast quay stern".split())  # noqa: SIM905
#: What is wanted for 1,000 episodes: seconds of CPU.
WANTED = {"rss": 8, "jekyll": 6}


def sentence(number: int, length: int) -> str:
    """Return words that differ from one number to the next."""
    return " ".join(WORDS[(number * 7 + place * (place + number % 5)) % len(WORDS)] for place in range(length))


def notes(number: int) -> list[str]:
    """Return the paragraphs of an episode's notes, a list of links and times among them."""
    links = [
        f"{minute}:{number % 60:02} [{sentence(minute, 3)}](https://pier.example/{number}/{minute}?a=1&b=2)"
        for minute in range(8)
    ]
    return [sentence(number + place, 60) for place in range(4)] + ["\n".join(f"- {link}" for link in links)]


def as_html(paragraph: str) -> str:
    """Return a paragraph, or the list of links, as HTML."""
    if not paragraph.startswith("- "):
        return f"<p>{paragraph}</p>"
    items = []
    for line in paragraph.splitlines():
        time_, text = line[2:].split(" [", 1)
        words, address = text.rstrip(")").split("](", 1)
        items.append(f'<li>{time_} <a href="{escape(address)}">{words}</a></li>')
    return f"<ul>{''.join(items)}</ul>"


def feed(count: int) -> str:
    """Return a feed of so many episodes."""
    items = []
    for number in range(count, 0, -1):
        html = "".join(map(as_html, notes(number)))
        date = time.strftime("%a, %d %b %Y 06:00:00 +0000", time.gmtime(1_200_000_000 + number * 400_000))
        items.append(
            f"<item><title>{number}: {sentence(number, 4)}</title><itunes:title>{sentence(number, 4)}</itunes:title>"
            f"<guid isPermaLink='false'>g-{number}</guid><link>https://pier.example/{number}</link><pubDate>{date}</pubDate>"
            f"<description>{escape(notes(number)[0])}</description><content:encoded><![CDATA[{html}]]></content:encoded>"
            f"<enclosure url='https://cdn.example/{number}.mp3' length='{number + 1_000_000}' type='audio/mpeg'/>"
            f"<itunes:duration>{number + 600}</itunes:duration><itunes:episode>{number}</itunes:episode>"
            f"<itunes:keywords>{WORDS[number % 16]},{WORDS[number % 7]}</itunes:keywords>"
            f"<podcast:person role='guest'>{WORDS[number % 13].title()} Lee</podcast:person></item>"
        )
    return (
        "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:content="
        "'http://purl.org/rss/1.0/modules/content/' xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel>"
        f"<title>Piers</title><link>https://pier.example/</link><description>Talk.</description>{''.join(items)}</channel></rss>"
    )


def write_jekyll(root: Path, count: int) -> None:
    """Write a Jekyll site of so many episodes, with the template of its feed."""
    (root / "_posts").mkdir(parents=True)
    (root / "_config.yml").write_text("title: Piers\nurl: https://pier.example\npermalink: /:title/\n", "utf-8")
    (root / "feed.xml").write_text(
        "---\nlayout: null\n---\n<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel>"
        "<title>{{ site.title }}</title><link>{{ site.url }}</link>{% for post in site.posts %}<item>"
        "<title>{{ post.title | xml_escape }}</title><guid>{{ post.url | absolute_url }}</guid>"
        "<link>{{ post.url | absolute_url }}</link><pubDate>{{ post.date | date_to_rfc822 }}</pubDate>"
        "<description>{{ post.content | xml_escape }}</description>"
        "<enclosure url='{{ post.audio }}' length='{{ post.bytes }}' type='audio/mpeg'/></item>{% endfor %}</channel></rss>\n",
        "utf-8",
    )
    for number in range(1, count + 1):
        day = time.strftime("%Y-%m-%d", time.gmtime(1_200_000_000 + number * 400_000))
        matter = (
            f"title: {sentence(number, 4)}\naudio: https://cdn.example/{number}.mp3\nbytes: {number + 1_000_000}\n"
            f"tags: [{WORDS[number % 16]}, {WORDS[number % 7]}]\n"
        )
        text = "\n\n".join(notes(number))
        (root / f"_posts/{day}-{number}-pier.md").write_text(f"---\n{matter}---\n\n{text}\n", "utf-8")


def digest(root: Path) -> str:
    """Return a hash of the names and bytes of all files below ``root``."""
    found = hashlib.sha256()
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        found.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def measure(folder: Path, kind: str, *arguments: str) -> tuple[float, float, set[str]]:
    """Return the medians of seconds and of seconds of CPU, and the hashes of the outcomes."""
    seconds, work, outcomes = [], [], set()
    for number in range(ROUNDS):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-m", "longwave", "import", kind, *arguments, "--into", f"{kind}-{number}"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, env={**os.environ, "TZ": "UTC"})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(time.perf_counter() - began)
        work.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        outcomes.add(digest(folder / f"{kind}-{number}"))
    return statistics.median(seconds), statistics.median(work), outcomes


def main() -> int:
    """Print the table; return 1 if an import is slower than wanted, or has two outcomes."""
    count = int(sys.argv[1]) if sys.argv[1:] else 1000
    failed = False
    print(f"| import of {count:,} episodes | seconds | seconds of CPU | wanted | outcomes |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feed.xml").write_text(feed(count), "utf-8")
        write_jekyll(folder / "old", count)
        for kind, arguments in (("rss", ("feed.xml", "--audio", "link")), ("jekyll", ("old",))):
            seconds, work, outcomes = measure(folder, kind, *arguments)
            print(f"| `import {kind}` | {seconds:.1f} | {work:.1f} | {WANTED[kind]} | {len(outcomes)} |", flush=True)
            failed = failed or len(outcomes) > 1 or work > WANTED[kind] * max(1, count / 1000)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
