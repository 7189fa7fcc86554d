"""`longwave import jekyll`, compared with the site that Jekyll itself builds."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from jekyll_site import JekyllSite, add_oddities, build_together, generate
from lxml import etree, html
from support import Answer, Client, Server, Site, serving, wait_until

from longwave import create_app
from longwave.web.request_context import KEEPER

pytestmark = pytest.mark.skipif(shutil.which("jekyll") is None, reason="jekyll is not installed")
#: The suffixes of files that the import leaves behind, and lists in its report.
LEFT = (".css", ".js", ".pdf", ".txt", ".scss", ".map")
PERMALINKS = (
    "/:categories/:slug", "date", "pretty", "ordinal", "weekdate", "none", "/:categories/:title/",
    "/:year/:i_month/:title.html", "/:title/", "/shows/:categories/:short_year/:title:output_ext",
)  # fmt: skip
GUIDS = (
    "{{ post.id }}",
    'tag:onair.example,2019:{{ post.date | date: "%Y-%m-%d" }}:{{ post.slug }}',
    "{{ post.title | size }}/{{ post.mp3_bytes }}/{{ post.slug | split: '-' | reverse | join: '.' }}",
    "{{ post.url | prepend: site.baseurl | prepend: site.url }}?old={{ number }}",
)


@dataclass(frozen=True)
class Opened:
    """A site's app in this process, with the same ``get`` as a ``Server``."""

    client: FlaskClient

    def get(self, path: str) -> Answer:
        """Return the response at a path, without following redirects."""
        answer = self.client.get(path)
        return Answer(answer.status_code, answer.headers, answer.data)  # type: ignore[arg-type]  # headers are headers


@pytest.fixture
def work(tmp_path: Path) -> Site:
    """Return an empty folder, in which tests write a Jekyll site into ``old`` and import it into ``new``."""
    return Site(tmp_path)


@pytest.fixture
def start() -> Iterator[Callable[[Path], Server]]:
    """Yield a function that starts a server of the site in a folder."""
    with ExitStack() as stack:
        yield lambda root: stack.enter_context(serving(root))


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Opened]]:
    """Yield a function that opens the app of a folder's site in this process."""
    with ExitStack() as stack:

        def begin(root: Path) -> Opened:
            app = create_app(root)
            stack.callback(app.extensions[KEEPER].close)
            app.test_client_class = Client
            return Opened(app.test_client())

        yield begin


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, mp3: Path) -> dict[str, Path]:
    """Return a folder for each permalink and guid style, with a Jekyll site in ``old`` and its output in ``built``."""
    top, sound = tmp_path_factory.mktemp("jekyll"), mp3.read_bytes()
    folders = {pattern: top / str(number) for number, pattern in enumerate((*PERMALINKS, *GUIDS))}
    for pattern in PERMALINKS:
        generate(folders[pattern] / "old", sound, permalink=pattern)
    for pattern in GUIDS:
        generate(folders[pattern] / "old", sound, guid=pattern, episodes=4, permalink="date")
    build_together({folder / "old": folder / "built" for folder in folders.values()})
    return folders


def moved(work: Site) -> subprocess.CompletedProcess[str]:
    """Import the Jekyll site in ``old`` into the folder ``new``."""
    return work.run("import", "jekyll", "old", "--into", "new")


def addresses(built: Path) -> Iterator[str]:
    """Yield every address under which a web server would serve Jekyll's output."""
    for path in sorted(built.rglob("*")):
        name = path.relative_to(built).as_posix()
        if path.is_file() and not name.endswith(LEFT) and not name.startswith("404"):
            yield f"/{name}"
            if name.endswith("index.html"):
                yield f"/{name.removesuffix('index.html')}"
            elif name.endswith(".html"):
                yield f"/{name.removesuffix('.html')}"


def followed(server: Server | Opened, path: str) -> Answer:
    """Return the response at a path after at most five redirects."""
    for _ in range(5):
        answer = server.get(quote(path, safe="/?=&%"))
        if answer.status != 301:
            break
        path = answer.headers["Location"]
    return answer


def unanswered(server: Server | Opened, built: Path, base: str = "") -> list[str]:
    """Return the addresses of Jekyll's output at which the server has no page, not even after redirects."""
    return [path for path in addresses(built) if followed(server, base + path).status != 200]


def guids(feed: bytes) -> list[str]:
    """Return the guids of an RSS or an Atom feed, in its order."""
    root = etree.fromstring(feed)
    elements = root.findall(".//item/guid") or root.findall(".//{*}entry/{*}id")
    return [(guid.text or "").strip() for guid in elements]


def text(fragment: str) -> str:
    """Return HTML's text up to ``</main>``, without white space and lists of podcast services, to compare pages."""
    root = html.fromstring(f"<div>{fragment.partition('</main>')[0]}</div>")
    for services in root.xpath("//ul[starts-with(@class, 'services')]"):
        services.getparent().remove(services)
    return "".join("".join(root.itertext()).split())


@pytest.mark.parametrize("permalink", PERMALINKS)
def test_every_address_and_every_guid_stay(
    work: Site, built: dict[str, Path], opened: Callable[[Path], Opened], permalink: str
) -> None:
    """After an import every address of Jekyll's site works, for any permalink style, and the feed keeps its guids."""
    shutil.copytree(built[permalink] / "old", work.root / "old")
    assert moved(work).returncode == 0
    site = opened(work.root / "new")
    assert unanswered(site, built[permalink] / "built") == []
    before = guids((built[permalink] / "built/podcast/feed.xml").read_bytes())
    assert len(before) == 12
    assert guids(site.get("/podcast/feed.xml").body) == before
    for post in sorted((work.root / "old/_posts").rglob("*.md")):
        copied = next((work.root / "new/content").rglob(post.name))
        assert copied.read_bytes() == post.read_bytes()


def test_every_oddity_moves(work: Site, mp3: Path, start: Callable[[Path], Server]) -> None:
    """The import of a site with all known oddities loses no address and no guid; each page's text equals kramdown's."""
    old = generate(work.root / "old", mp3.read_bytes())
    add_oddities(old)
    built = old.build(work.root / "built")
    result = moved(work)
    assert result.returncode == 0, result.stderr
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
    """Return the text of the notes on an episode's page, without white space."""
    content = html.fromstring(page).xpath("//*[contains(@class, 'e-content')]")[0]
    return text(html.tostring(content, encoding="unicode"))


def test_the_real_episode_moves(work: Site, mp3: Path, start: Callable[[Path], Server], seed: str) -> None:
    """The import copies a real episode's file unchanged, and its page has the same text as Jekyll's."""
    old = generate(work.root / "old", mp3.read_bytes(), episodes=1, interviews=0)
    slug = "2-a-video-based-aws-certificate-training-platform-called-exam-pro"
    name = f"podcast/2019-11-18-{slug}.md"
    old.put(f"_posts/{name}", seed)
    old.put("_layouts/podcast-or-interview.html", "<main>{{ content }}</main>")
    old.put("_assets/images/avatars/andrew-brown.jpg", old.root.joinpath("assets/images/team.png").read_bytes())
    built = old.build(work.root / "built")
    result = moved(work)
    assert "andrew-brown" not in result.stdout
    assert (work.root / "new/content" / name).read_text("utf-8") == seed
    server = start(work.root / "new")
    page = server.get(f"/podcast/{slug}").text
    assert notes(page) == text((built / f"podcast/{slug}.html").read_text("utf-8").partition("<main>")[2])
    assert "/images/128/avatars/andrew-brown.jpg" in page


@pytest.mark.parametrize("guid", GUIDS)
@pytest.mark.parametrize("is_built", [True, False])
def test_any_guid_is_kept(
    work: Site, built: dict[str, Path], opened: Callable[[Path], Opened], guid: str, *, is_built: bool
) -> None:
    """The import keeps guids of any style; it reads them from a feed that Jekyll built, or computes them."""
    shutil.copytree(built[guid] / "old", work.root / "old")
    if is_built:
        shutil.copytree(built[guid] / "built", work.root / "old/_site")
    assert moved(work).returncode == 0
    before = guids((built[guid] / "built/podcast/feed.xml").read_bytes())
    assert guids(opened(work.root / "new").get("/podcast/feed.xml").body) == before
    # site.toml gets a guid pattern only if the guids follow one.
    table = tomllib.loads((work.root / "new/content/site.toml").read_text("utf-8"))["shows"]["podcast"]
    assert ("guid" in table) == (guid.startswith("tag:"))


def test_below_a_baseurl(work: Site, mp3: Path, start: Callable[[Path], Server]) -> None:
    """After an import, addresses below Jekyll's baseurl redirect to those without it, and jekyll-feed's guids stay."""
    old = generate(work.root / "old", mp3.read_bytes(), episodes=3, interviews=0, permalink="pretty")
    (old.root / "podcast.xml").unlink()
    config = old.root / "_config.yml"
    config.write_text(config.read_text("utf-8").replace('baseurl: ""', 'baseurl: "/show"\npaginate: 2'), "utf-8")
    built = old.build(work.root / "built")
    assert moved(work).returncode == 0
    server = start(work.root / "new")
    assert unanswered(server, built, "/show") == unanswered(server, built) == []
    before = guids((built / "feed.xml").read_bytes())
    assert before[0].startswith("https://onair.example/show/podcast/2019/")
    assert guids(followed(server, "/show/feed.xml").body) == before


def test_dates_and_letters_are_jekylls(work: Site, mp3: Path, start: Callable[[Path], Server]) -> None:
    """The imported addresses and guids equal Jekyll's for any style of dates and any letters in file names."""
    old = JekyllSite(work.root / "old")
    old.put(
        "_config.yml",
        "url: https://onair.example\ntimezone: America/New_York\nplugins: [jekyll-feed]\n"
        "permalink: /:year/:month/:day/:hour/:minute/:title\n",
    )
    dates = (
        "2020-01-21 02:00:00", "2020-01-21T02:00:00", "2020-01-21 02:00:00.5", "2020-1-21 2:00:00 # a note",
        '"2020-01-21 02:00:00"', "2020-01-21 02:00", "2020-01-21", "2020-01-21 02:00:00 -0500",
    )  # fmt: skip
    for number, date in enumerate(dates):
        old.post(f"2020-01-21-Grüße {number}.md", date=date)
        old.put(f"assets/audio/Grüße {number}.mp3", mp3.read_bytes())
    old.post("2020-01-21-hidden.md", published="no")
    built = old.build(work.root / "built")
    result = moved(work)
    assert result.returncode == 0, result.stderr
    server = start(work.root / "new")
    assert unanswered(server, built) == []
    before = guids((built / "feed.xml").read_bytes())
    assert len(before) == len(dates)
    assert sorted(guids(server.get("/podcast/feed.xml").body)) == sorted(before)
    dates = [each.text for each in etree.fromstring(server.get("/podcast/feed.xml").body).iter("pubDate")]
    assert dates.count("Tue, 21 Jan 2020 02:00:00 +0000") == 4


def test_audio_on_another_host_stays_there(work: Site, mp3: Path, opened: Callable[[Path], Opened]) -> None:
    """After an import, enclosures on another host keep their addresses, by one pattern in site.toml."""
    old = generate(work.root / "old", mp3.read_bytes(), episodes=3)
    shutil.rmtree(old.root / "assets/audio")
    feed = old.root / "podcast.xml"
    own, other = "{{ site.url }}/assets/audio/", "https://cdn.example/x/{{ site.lang }}/"
    feed.write_text(feed.read_text("utf-8").replace(own, other), "utf-8")
    assert moved(work).returncode == 0
    shown = opened(work.root / "new").get("/podcast/feed.xml").text
    assert re.findall(r'url="(https://cdn\S+?)"', shown)[0] == "https://cdn.example/x/en/on-air-3.mp3"


def test_drafts_stay_drafts(work: Site, mp3: Path, opened: Callable[[Path], Opened]) -> None:
    """The import copies a draft unchanged into its show's folder _drafts, and it isn't published."""
    old = generate(work.root / "old", mp3.read_bytes(), episodes=1)
    draft = old.post("_drafts/soon.md", category="podcast", title="Soon", date='"2020-01-01"')
    assert "Taken: 1 draft; " in moved(work).stdout
    assert (work.root / "new/content/podcast/_drafts/soon.md").read_bytes() == draft.read_bytes()
    site = opened(work.root / "new")
    assert site.get("/podcast/soon").status == 404
    assert "Soon" not in site.get("/podcast/").text


def test_it_can_be_run_again(work: Site, mp3: Path) -> None:
    """A second import copies new files only; files that were edited since the first one are left alone and reported."""
    old = generate(work.root / "old", mp3.read_bytes(), episodes=2)
    first = moved(work)
    before = {path: path.stat().st_mtime_ns for path in (work.root / "new").rglob("*.*") if "report" not in path.name}
    assert moved(work).stdout == first.stdout
    assert before == {path: path.stat().st_mtime_ns for path in before}
    changed = work.put("new/content/pages/about.md", "---\ntitle: Mine\n---\n")
    old.post("podcast/2020-01-01-3-new.md", category="podcast", title="New")
    second = moved(work)
    assert "content/pages/about.md: another file of this name" in second.stdout
    assert changed.read_text("utf-8") == "---\ntitle: Mine\n---\n"
    assert (work.root / "new/content/podcast/2020-01-01-3-new.md").is_file()
    assert "content/pages/about.md" in (work.root / "new/import-report.md").read_text("utf-8")


def test_what_leads_out_is_left(work: Site, mp3: Path) -> None:
    """The import skips pipes and symbolic links out of the Jekyll site, and writes nowhere else despite ``..``."""
    old = generate(work.root / "old", mp3.read_bytes(), episodes=1)
    secret = work.put("secret/2020-01-01-secret.md", "---\ntitle: Secret\n---\n")
    (old.root / "_posts/podcast/2020-01-01-secret.md").symlink_to(secret)
    (old.root / "assets/images/more").symlink_to(secret.parent)
    os.mkfifo(old.root / "assets/images/pipe.png")
    old.post("podcast/2020-01-02-up.md", category="../../up", title="Up", audio="../../../../up.mp3")
    result = moved(work)
    assert result.returncode == 0, result.stderr
    assert "_posts/podcast/2020-01-01-secret.md: a link that leads out of the site" in result.stdout
    assert "Secret" not in "".join(path.read_text("utf-8") for path in (work.root / "new/content").rglob("*.md"))
    assert {path.name for path in work.root.iterdir()} == {"old", "new", "secret"}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "expected a Jekyll site with a folder _posts or a collection of episodes, found none"),
        ({"_posts/2020-01-01-a.md": "---\ntitle: A\n---\n", "_config.yml": BOMB}, "expected at most 20,000 values"),
        ({"_posts/2020-01-01-a.md": "---\ntitle: A\n---\n", "_config.yml": "a: [\n"}, "_config.yml:"),
        ({"_posts/2020-01-01-a.md": "---\ntitle: A\n---\n", "_config.yml": "- a\n"}, "found a list"),
    ],
)
def test_what_is_no_jekyll_site_is_one_line(work: Site, files: dict[str, str], said: str) -> None:
    """The import of a folder without a Jekyll site, or with invalid settings, prints one line and writes nothing."""
    (work.root / "old").mkdir()
    for name, data in files.items():
        work.put(f"old/{name}", data)
    result = moved(work)
    assert (result.returncode, result.stderr.count("\n"), said in result.stderr) == (1, 1, True), result.stderr
    assert not (work.root / "new").exists()


def test_a_bomb_in_a_post_costs_only_itself(work: Site, mp3: Path) -> None:
    """The import reports a post with a YAML bomb (endless aliases), and imports the rest of the site."""
    old = generate(work.root / "old", mp3.read_bytes(), episodes=1)
    old.put("_posts/podcast/2020-01-01-bomb.md", f"---\ntitle: A\n{BOMB}---\n")
    result = moved(work)
    assert result.returncode == 0, result.stderr
    assert "2020-01-01-bomb.md:1: expected at most 20,000 values" in (work.root / "new/import-report.md").read_text()


def test_ctrl_c_leaves_only_whole_files(work: Site, mp3: Path) -> None:
    """An import stopped while it copies a big recording exits with 130, leaves no partial file, and can be resumed."""
    old = generate(work.root / "old", mp3.read_bytes(), episodes=2)
    # A sparse file takes no disk space, and the copy is stopped long before its end.
    os.truncate(old.root / "assets/audio/on-air-2.mp3", 6_000_000_000)
    command = [sys.executable, "-m", "longwave", "import", "jekyll", "old", "--into", "new"]
    with subprocess.Popen(command, cwd=work.root, stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: process.poll() is not None or list((work.root / "new").rglob(".on-air-2*.tmp")))
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=60)[1]
    assert (process.returncode, "nothing half-written" in output) == (130, True), output
    assert not [path for path in (work.root / "new").rglob("*") if ".tmp" in path.name or "on-air-2" in path.name]
    (old.root / "assets/audio/on-air-2.mp3").write_bytes(mp3.read_bytes())
    assert moved(work).returncode == 0
    assert (work.root / "new/content/audio/podcast/on-air-2.mp3").read_bytes() == mp3.read_bytes()
