"""`flask import jekyll`: a site moves, and Jekyll itself says what it was."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from jekyllsite import add_oddities, generate
from lxml import etree, html
from support import Answer, Server, Site, start_server

pytestmark = pytest.mark.skipif(shutil.which("jekyll") is None, reason="jekyll is not installed")
#: What Longwave has no place for, and the report says so.
LEFT = (".css", ".js", ".pdf", ".txt", ".scss", ".map")


@pytest.fixture
def work(tmp_path: Path) -> Site:
    """The folder in which the old site is, and the new one will be."""
    return Site(tmp_path)


@pytest.fixture
def start() -> Iterator[Callable[[Path], Server]]:
    """Starts servers of a folder."""
    servers: list[Server] = []

    def begin(root: Path) -> Server:
        servers.append(start_server(root))
        return servers[-1]

    yield begin
    for server in servers:
        server.stop()


def moved(work: Site) -> subprocess.CompletedProcess[str]:
    """Import ``old`` into ``new``."""
    return work.run("import", "jekyll", "old", "--into", "new")


def addresses(built: Path) -> Iterator[str]:
    """Every address under which a web server would serve what Jekyll built."""
    for path in sorted(built.rglob("*")):
        name = path.relative_to(built).as_posix()
        if path.is_file() and not name.endswith(LEFT) and not name.startswith("404"):
            yield f"/{name}"
            if name.endswith("index.html"):
                yield f"/{name.removesuffix('index.html')}"
            elif name.endswith(".html"):
                yield f"/{name.removesuffix('.html')}"


def followed(server: Server, path: str) -> Answer:
    """What is at an address in the end, after at most five redirects."""
    for _ in range(5):
        answer = server.get(quote(path, safe="/?=&%"))
        if answer.status != 301:
            break
        path = answer.headers["Location"]
    return answer


def unanswered(server: Server, built: Path, base: str = "") -> list[str]:
    """The addresses that lead nowhere."""
    return [path for path in addresses(built) if followed(server, base + path).status != 200]


def guids(feed: bytes) -> list[str]:
    """The guids of an RSS or an Atom feed, in its order."""
    root = etree.fromstring(feed)
    found = root.findall(".//item/guid") or root.findall(".//{*}entry/{*}id")
    return [(guid.text or "").strip() for guid in found]


def text(fragment: str) -> str:
    """The text of HTML without white space, which the colours of code cut otherwise, and without the list that each site has in its own way."""
    root = html.fromstring(f"<div>{fragment.partition('</main>')[0]}</div>")
    for services in root.xpath("//ul[starts-with(@class, 'services')]"):
        services.getparent().remove(services)
    return "".join("".join(root.itertext()).split())


PERMALINKS = (
    "/:categories/:slug", "date", "pretty", "ordinal", "weekdate", "none", "/:categories/:title/",
    "/:year/:i_month/:title.html", "/:title/", "/shows/:categories/:short_year/:title:output_ext",
)  # fmt: skip


@pytest.mark.parametrize("permalink", PERMALINKS)
def test_every_address_and_every_guid_stay(
    work: Site, mp3: Path, start: Callable[[Path], Server], permalink: str
) -> None:
    """Whatever the permalinks were, everything that Jekyll served answers, and the feed has its guids in their order."""
    old = generate(work.root / "old", mp3.read_bytes(), permalink=permalink)
    built = old.build(work.root / "built")
    assert moved(work).returncode == 0
    server = start(work.root / "new")
    assert unanswered(server, built) == []
    before = guids((built / "podcast/feed.xml").read_bytes())
    assert len(before) == 12
    assert guids(server.get("/podcast/feed.xml").body) == before
    for post in sorted((work.root / "old/_posts").rglob("*.md")):
        copied = next((work.root / "new/content").rglob(post.name))
        assert copied.read_bytes() == post.read_bytes()


def test_every_oddity_moves(work: Site, mp3: Path, start: Callable[[Path], Server]) -> None:
    """Of a site with all that real ones have, no address is lost, no guid changes, and each text is kramdown's."""
    old = generate(work.root / "old", mp3.read_bytes())
    add_oddities(old)
    built = old.build(work.root / "built")
    told = moved(work)
    assert told.returncode == 0, told.stderr
    server = start(work.root / "new")
    assert unanswered(server, built) == []
    before = list(dict.fromkeys(guids((built / "podcast/feed.xml").read_bytes())))
    after = guids(server.get("/podcast/feed.xml").body)
    assert [guid for guid in after if guid in before] == before
    for page in (*built.glob("podcast/*.html"), *built.glob("interviews/*.html"), *built.glob("my talks/*.html")):
        if page.name != "index.html":
            path = f"/{page.relative_to(built).as_posix()}"
            assert notes(followed(server, path).text) == text(page.read_text("utf-8").partition("<main>")[2]), path


def notes(page: str) -> str:
    """The text of an episode's notes."""
    content = html.fromstring(page).xpath("//*[contains(@class, 'e-content')]")[0]
    return text(html.tostring(content, encoding="unicode"))
