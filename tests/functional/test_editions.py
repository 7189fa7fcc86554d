"""Editions (built versions of the site): several servers show the same ones, and no response mixes two of them."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from support import BackgroundThreads, Server, Site, wait_until

from longwave.config import read_settings
from longwave.edition import BuildCache, Edition, Keeper, build_edition
from longwave.edition.build import feed_dates, intake, publication
from longwave.edition.serve import server_builds
from longwave.edition.store import edition_writer
from longwave.edition.store.edition_store import Store
from longwave.edition.store.records import digest
from longwave.feeds.feed_digests import Change, feed_digests
from longwave.feeds.feed_lists import feeds_of
from longwave.web.request_context import KEEPER

REINDEXES = 100


class _Load(BackgroundThreads):
    """Threads that request pages repeatedly, and record each edition's marker word and all wrong responses."""

    def __init__(self, servers: list[Server], paths: list[str]) -> None:
        self.seen: set[tuple[str, str]] = set()
        self.wrong: list[str] = []
        self.asked = 0
        self._lock = threading.Lock()
        super().__init__(self._ask, ((server, path) for server in servers for path in paths))

    def _ask(self, server: Server, path: str) -> None:
        # The pause leaves processor time to the builder and the servers on two cores.
        while not self._stop.wait(0.02):
            try:
                answer = server.get(path)
                words = set(re.findall(r"marker\d+", answer.text))
                with self._lock:
                    self.asked += 1
                    if answer.status != 200 or len(words) != 1:
                        self.wrong.append(f"{path}: {answer.status} {sorted(words)}")
                    self.seen |= {(answer.headers["X-Edition"], word) for word in words}
            except OSError as error:
                self.wrong.append(f"{path}: {error}")


@pytest.mark.slow
@pytest.mark.xdist_group("alone")
def test_a_hundred_reindexes_under_load(site: Site, serve: Callable[..., Server]) -> None:
    """Two servers open each of 100 editions within two seconds, and no response fails or mixes two of them."""

    def write(number: int) -> None:
        body = f"The word of the hour is marker{number}."
        site.episode(title=f"Steady marker{number}", tags=["steady"], guest="Ann Lee", body=body)

    write(0)
    # The limit of searches by client is off, as all load comes from one address.
    servers = [serve(LONGWAVE_SEARCH_LIMIT="0"), serve(LONGWAVE_SEARCH_LIMIT="0")]
    paths = ["/podcast/1-first", "/search.json?q=steady", "/search?q=steady", "/tags/steady"]
    waits = []
    with _Load(servers, paths) as load:
        for number in range(1, REINDEXES + 1):
            write(number)
            done = site.run("reindex")
            assert done.returncode == 0, done.stderr
            began = time.monotonic()
            for server in servers:
                wait_until(
                    lambda server=server, number=number: f"marker{number}" in server.get("/podcast/1-first").text
                )
            waits.append(time.monotonic() - began)
    assert load.wrong == []
    editions: dict[str, set[str]] = {}
    for edition, word in load.seen:
        editions.setdefault(edition, set()).add(word)
    assert all(len(words) == 1 for words in editions.values()), "an edition said two things"
    assert len(editions) > REINDEXES / 2
    assert load.asked > 1000
    # On a busy machine a server opens some editions later.
    assert statistics.median(waits) < 2


def test_old_editions_go(site: Site, serve: Callable[..., Server], eventually: Callable[..., None]) -> None:
    """The folders of editions that no server shows are deleted; that of the shown one stays."""
    site.episode()
    server = serve()
    for number in range(3):
        site.episode(title=f"Title {number}")
        assert site.run("reindex").returncode == 0
        eventually(lambda number=number: f"Title {number}" in server.get("/podcast/1-first").text)
    assert site.run("reindex").returncode == 0
    assert len(list((site.root / "index" / "editions").iterdir())) == 1


def test_a_broken_file_keeps_its_last_good_version(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """An episode whose file breaks is served in its last good version, also after a restart, and is reported."""
    site.episode(body="The good old text.")
    assert "good old text" in open_client().get("/podcast/1-first").text
    site.put("content/podcast/2026-01-02-1-first.md", '---\ntitle: "Broken\n---\n\nThe bad new text.')
    done = site.run("reindex")
    assert "content/podcast/2026-01-02-1-first.md:" in done.stderr
    assert "good old text" in open_client().get("/podcast/1-first").text
    assert site.run("reindex", "--full").returncode == 0
    assert "good old text" in open_client().get("/podcast/1-first").text
    assert site.run("check").returncode == 1
    site.episode(body="The mended text.")
    assert site.run("reindex").stdout.startswith("0 added, 1 changed")
    assert "mended text" in open_client().get("/podcast/1-first").text


def test_broken_liquid_keeps_the_last_good_version_too(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """An episode with an endless loop in its Liquid is served in its last good version; others aren't affected."""
    site.episode(body="The good old text.")
    site.episode("2026-01-03-2-second.md", title="Second", body="Second text.")
    open_client().get("/")
    site.episode(
        title="New title", body="{% for a in (1..99999999) %}{% for b in (1..99999999) %}x{% endfor %}{% endfor %}"
    )
    done = site.run("reindex")
    assert done.returncode == 0
    assert re.search(r"1-first\.md:\d+: expected", done.stderr)
    client = open_client()
    page = client.get("/podcast/1-first").text
    assert "good old text" in page
    assert "New title" not in page
    assert client.get("/podcast/2-second").status_code == 200


def test_the_future_comes_without_a_restart(
    site: Site, open_client: Callable[[], FlaskClient], eventually: Callable[..., None]
) -> None:
    """A future episode is on no page or feed before its date, and on all after it, without a restart."""
    site.episode()
    due = datetime.now(UTC) + timedelta(seconds=4)
    site.episode("2-later.md", title="Later", date=due.isoformat(), tags=["soon"], guest="Zoe Soon", body="Patience.")
    client = open_client()
    places = ["/", "/podcast/", "/podcast/feed.xml", "/search.json?q=patience", "/sitemap.xml", "/tags/", "/guests/"]
    for place in places:
        assert "later" not in client.get(place).text.lower(), place
    assert client.get("/podcast/2-later").status_code == 404
    assert client.get("/tags/soon").status_code == 404
    max_age = re.search(r"max-age=(\d+)", client.get("/").headers["Cache-Control"])
    assert max_age is not None
    assert int(max_age[1]) <= 4
    eventually(lambda: client.get("/podcast/2-later").status_code == 200)
    assert client.get("/search.json?q=patience").json["total"] == 1
    assert "2-later" in client.get("/podcast/feed.xml").text


def test_a_draft_exists_nowhere(site: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> None:
    """A draft's page, audio, picture, and the pages of a tag and guest that only it has are 404."""
    site.episode()
    site.episode("2026-01-03-2-draft.md", title="Draft", draft=True, tags=["secret"], guest="Hidden Person")
    site.put("content/audio/podcast/2-draft.mp3", mp3.read_bytes())
    client = open_client()
    for path in ("/podcast/2-draft", "/tags/secret", "/guests/hidden-person", "/audio/podcast/2-draft.mp3"):
        assert client.get(path).status_code == 404, path
    assert client.get("/search.json?q=draft").json["total"] == 0


def test_nothing_changed_is_no_new_edition(site: Site) -> None:
    """Reindexing an unchanged content folder keeps the current edition."""
    site.episode()
    assert site.run("reindex").stdout.startswith("1 added, 0 changed, 0 removed, 0 unchanged")
    current = (site.root / "index" / "current").read_text()
    assert site.run("reindex").stdout.startswith("0 added, 0 changed, 0 removed, 1 unchanged")
    assert (site.root / "index" / "current").read_text() == current
    (site.root / "content/podcast/2026-01-02-1-first.md").unlink()
    assert site.run("reindex").stdout.startswith("0 added, 0 changed, 1 removed, 0 unchanged")


@pytest.mark.slow
@pytest.mark.xdist_group("alone")
def test_a_killed_reindex_leaves_the_current_edition(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """A reindex that is killed at any moment leaves the site complete, and its leftover files are deleted later."""

    def write(what: str) -> None:
        for number in range(40):
            site.episode(f"2026-01-02-{number}-e.md", title=f"E{number} {what}", body="word " * 300)

    def working() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "longwave", "reindex"]
        process = subprocess.Popen(command, cwd=site.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lock = site.root / "index" / "lock"
        wait_until(lambda: lock.read_text().strip() == str(process.pid) or process.poll() is not None)
        return process

    write("as it was")
    assert site.run("reindex").returncode == 0
    write("again")
    complete, began = working(), time.monotonic()
    assert complete.wait() == 0
    took, moments = time.monotonic() - began, [0, 0.2, 0.4, 0.6, 0.8]
    for attempt in range(20):
        write(f"at attempt {attempt}")
        process = working()
        # The kill comes after this fraction of the time that a whole reindex took.
        time.sleep(moments[0] * took)
        process.kill()
        if process.wait() == -signal.SIGKILL:
            moments.pop(0)
        else:
            # The reindex ended before the kill, so the next attempt kills it after half the time.
            took /= 2
        if not moments:
            break
    assert not moments, "it was too fast"
    client = open_client()
    assert client.get("/podcast/7-e").status_code == 200
    assert client.get("/search.json?q=word").json["total"] == 40
    names = {path.name for path in (site.root / "index" / "editions").iterdir()}
    assert not [name for name in names if "tmp" in name or "gone" in name]


@pytest.mark.parametrize("damage", ["edition.sqlite", "texts.sqlite", "search", "current"])
def test_a_damaged_index_is_made_anew(site: Site, open_client: Callable[[], FlaskClient], damage: str) -> None:
    """A server that starts with a damaged index folder rebuilds it and serves the site."""
    site.episode()
    open_client().get("/")
    folder = site.root / "index" / "editions" / (site.root / "index" / "current").read_text().strip()
    if damage.endswith(".sqlite"):
        (folder / damage).write_bytes(b"not a database at all" * 100)
    elif damage == "search":
        for path in (folder / "search").iterdir():
            path.unlink()
            path.write_bytes(b"garbage")
    else:
        (site.root / "index" / "current").write_bytes(b"\xff\xfe nonsense")
    client = open_client()
    assert client.get("/podcast/1-first").status_code == 200
    assert client.get("/search.json?q=hello").json["total"] == 1


@pytest.mark.parametrize("damage", ["overwritten", "cut"])
def test_a_search_index_that_is_spoilt_while_it_is_served_is_made_anew(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None], damage: str
) -> None:
    """A search in a damaged search index gets a 503; the index is rebuilt, and later searches find everything again."""
    for number in range(30):
        site.episode(f"2026-01-01-{number}-e.md", title=f"E{number}", body=f"Hello {number}. " * 50)
    server = serve()
    assert server.get("/search.json?q=nothing").status == 200
    folder = site.root / "index/editions" / server.get("/ready").json["edition"] / "search"
    for path in folder.iterdir():
        # The file is damaged in place, as by a bad disk; a rename would leave the open file intact.
        if path.suffix == ".seg":
            size = path.stat().st_size
            with path.open("r+b") as stream:
                stream.write(b"\xa5" * size)
                if damage == "cut":
                    stream.truncate(100)
    assert server.get("/search.json?q=hello").status == 503
    eventually(lambda: server.get("/search.json?q=hello").status == 200)
    assert server.get("/search.json?q=hello").json["total"] == 30
    assert server.get("/ready").json["edition"] != folder.parent.name


def test_texts_that_are_spoilt_while_they_are_served_are_made_anew(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """A page whose text can't be read from texts.sqlite gets a 503 until it is rebuilt; no page is a 500."""
    for number in range(100):
        site.episode(f"2026-01-01-{number}-e.md", title=f"E{number}", body=f"Hello {number}. " * 100)
    server = serve()
    path = site.root / "index/editions" / server.get("/ready").json["edition"] / "texts.sqlite"
    with path.open("r+b") as stream:
        # The database's header stays intact, so SQLite opens the file without an error.
        stream.seek(8192)
        stream.write(b"\xa5" * (path.stat().st_size - 8192))
    answers = [server.get(f"/podcast/{number}-e").status for number in range(0, 100, 20)]
    assert set(answers) <= {200, 503}
    assert 503 in answers
    eventually(lambda: server.get("/podcast/60-e").status == 200)
    assert "Hello 60." in server.get("/podcast/60-e").text


def test_html_is_rendered_once(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """A restarted server renders no unchanged Markdown again, as the index folder has its HTML."""
    site.episode(body="Rendered once.")
    open_client().get("/podcast/1-first")
    files = [path for path in (site.root / "index" / "html").rglob("*.html") if "Rendered once" in path.read_text()]
    assert len(files) == 1
    html = "<p>From the disk.</p>"
    files[0].write_text(f"{digest(html)}\n{html}")
    assert "From the disk." in open_client().get("/podcast/1-first").text


def test_the_index_may_be_deleted_at_any_time(
    site: Site, open_client: Callable[[], FlaskClient], eventually: Callable[..., None]
) -> None:
    """A running server whose index folder is deleted goes on serving, and builds it again."""
    site.episode(body="Still here.")
    client = open_client()
    client.get("/ready")
    assert client.get("/").status_code == 200
    shutil.rmtree(site.root / "index")
    for path in ("/podcast/1-first", "/", "/search?q=here", "/podcast/feed.xml"):
        assert client.get(path).status_code == 200, path
    assert client.get("/search.json?q=here").status_code in (200, 503)
    eventually(lambda: (site.root / "index" / "current").exists())
    eventually(lambda: client.get("/search.json?q=here").status_code == 200)


def test_a_big_first_start_serves_before_it_can_search(
    site: Site,
    open_client: Callable[[], FlaskClient],
    eventually: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A first start with many episodes serves pages at once, and searches with a 503 until the next edition."""
    monkeypatch.setattr(server_builds, "SEARCH_LATER", 2)
    for number in range(5):
        site.episode(f"2026-01-0{number + 1}-{number}-e.md", title=f"E{number}", body="Findable.")
    client = open_client()
    assert client.get("/podcast/3-e").status_code == 200
    first = client.get("/ready").json
    assert first["search"] is False
    for path in ("/search", "/search?q=findable", "/search.json?q=findable"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10"), path
        assert "being made" in answer.text
    eventually(lambda: client.get("/search.json?q=findable").status_code == 200)
    assert client.get("/search.json?q=findable").json["total"] == 5
    assert client.get("/ready").json["edition"] != first["edition"]
    assert capfd.readouterr().err == ""


def test_a_first_page_waits_for_no_transcript(
    site: Site,
    open_client: Callable[[], FlaskClient],
    eventually: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A first start with many transcripts serves pages and searches notes at once, and says what is being indexed."""
    monkeypatch.setattr(intake, "_MANY_TRANSCRIPTS", 2)
    for number in range(4):
        site.episode(f"2026-01-0{number + 1}-{number}-e.md", title=f"E{number}", body="Findable.")
        cue = f"WEBVTT\n\n00:05.000 --> 00:09.000\nSaid in {number}.\n"
        site.put(f"content/transcripts/podcast/{number}-e.vtt", cue)
    client = open_client()
    assert client.get("/podcast/3-e").status_code == 200
    assert client.get("/search.json?q=findable").json["total"] == 4
    assert client.get("/health").json["indexing"] == {"done": 0, "total": 4}
    assert "Transcripts are being indexed: 0 of 4." in client.get("/search?q=findable").text
    eventually(lambda: client.get("/search.json?q=said").json["total"] == 4)
    assert client.get("/health").json == {"status": "ok"}
    assert "being indexed" not in client.get("/search?q=findable").text
    assert client.get("/podcast/3-e/transcript.vtt").status_code == 200


def test_a_big_first_search_is_made_beside_a_server_that_watches(
    site: Site,
    open_client: Callable[..., FlaskClient],
    eventually: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server with LONGWAVE_WATCH builds its first search index in a process of its own, to save memory."""
    monkeypatch.setattr(server_builds, "SEARCH_LATER", 2)
    monkeypatch.setattr(publication, "write_index", lambda *_: pytest.fail("indexed in the server's process"))
    monkeypatch.setenv("LONGWAVE_WATCH", "1")
    for number in range(5):
        site.episode(f"2026-01-0{number + 1}-{number}-e.md", title=f"E{number}", body="Findable.")
    client = open_client()
    assert client.get("/podcast/3-e").status_code == 200
    eventually(lambda: client.get("/search.json?q=findable").status_code == 200)


def test_unchanged_texts_are_shared(
    site: Site, open_client: Callable[[], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edition with few new texts shares texts.sqlite with its predecessor (a hard link), until too many are new."""
    monkeypatch.setattr(edition_writer, "_FEW", 2)

    def texts() -> int:
        settings = read_settings({}, site.root)
        assert build_edition(settings) is not None
        current = (site.root / "index" / "current").read_text().strip()
        return (site.root / "index" / "editions" / current / "texts.sqlite").stat().st_ino

    for number in range(4):
        site.episode(f"2026-01-0{number + 1}-{number}-e.md", title=f"E{number}", body="As it was.")
    first = texts()
    site.episode("2026-01-01-0-e.md", title="E0", body="Another text.")
    assert texts() == first
    site.episode("2026-01-02-1-e.md", title="E1", body="One more text.")
    (site.root / "content" / "podcast" / "2026-01-03-2-e.md").unlink()
    assert texts() == first
    site.episode("2026-01-04-3-e.md", title="E3", body="The third text.")
    assert texts() == first
    site.episode("2026-01-04-3-e.md", title="E3", body="The fourth text.")
    assert texts() != first
    client = open_client()
    for path, text in (("0-e", "Another"), ("1-e", "One more"), ("3-e", "The fourth")):
        assert f"{text} text." in client.get(f"/podcast/{path}").text
    assert client.get("/podcast/2-e").status_code == 404


def test_who_makes_an_edition_and_who_reads_it_see_the_same(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """An edition that its server built has the same catalogue, theme and feed dates as when it is read from disk."""

    def edition() -> Edition:
        keeper: Keeper = open_client().application.extensions[KEEPER]
        return keeper.edition()

    site.put("content/guests/ada.md", "---\nname: Ada\nnames: [A. L.]\n---\nA *countess*.\n")
    site.put("content/tags/engines.md", "---\nname: Engines\n---\n")
    site.put("content/pages/about.md", "---\ntitle: About\n---\nUs.\n")
    site.put("content/theme.css", "body { color: teal }")
    site.episode("2026-01-01-1-e.md", title="E1", guest="A. L.", tags=["engines"], image="none.png")
    edition()
    site.episode("2026-01-03-3-e.md", title="E3", guest="Grace", tags=["Engines", "compilers"])
    made = edition()
    read = edition()
    assert made.catalogue is not read.catalogue
    assert made.catalogue == read.catalogue
    assert [guest.name for guest in read.catalogue.guests.values()] == ["Ada", "Grace"]
    assert made.theme == read.theme != ""
    paths = [f"{page}/feed" for page in ("", "/podcast", "/tags/engines", "/guests/ada", "/guests/grace")]
    assert [made.feed_changed(path) for path in paths] == [read.feed_changed(path) for path in paths]


def test_feeds_are_dated_as_if_all_were_looked_at(site: Site) -> None:
    """After random changes each feed's stored digest is that of a full rendering; only a new digest gets a new date."""
    dice = random.Random(11)
    tags, guests = ["rails", "Rails", "go", "c"], ["Ada", "Grace", "A. L.", "Alan"]

    def save() -> None:
        number = dice.randrange(9)
        some = {
            "tags": dice.sample(tags, dice.randrange(3)),
            "guest": dice.choice(guests),
            "draft": dice.random() < 0.2,
        }
        show, day = dice.choice(["podcast", "letters"]), dice.randrange(1, 4)
        site.episode(f"{number}-e.md", show, title=dice.choice("xyz"), date=f"2026-01-0{day}", number=number, **some)

    def lose() -> None:
        files = sorted(site.root.glob("content/*/*-e.md"))
        if files:
            dice.choice(files).unlink()

    changes = [save] * 12 + [
        lose,
        lose,
        lambda: site.put("content/tags/go.md", f"---\nname: {dice.choice(['Go', 'Golang'])}\n---\n"),
        lambda: site.put("content/guests/ada.md", f"---\nname: Ada\nnames: [{dice.choice(['A. L.', 'A'])}]\n---\n"),
        lambda: site.put("content/site.toml", f'title = "{dice.choice("ab")}"\n[shows.podcast]\ntitle = "P"\n'),
        lambda: site.put("content/site.toml", f'[shows.letters]\ntitle = "{dice.choice("ab")}"\n[shows.third]\n'),
    ]
    before: dict[str, Change] = {}
    cache = BuildCache()
    for _ in range(40):
        dice.choice(changes)()
        assert build_edition(read_settings({"URL": "https://a.example"}, site.root), cache=cache)
        current = (site.root / "index" / "current").read_text().strip()
        folder = site.root / "index" / "editions" / current
        with contextlib.closing(Store(folder, cache.contents)) as store:
            catalogue, contents = store.catalogue(), store.contents()
        assert catalogue is not None
        entries = {key: one.entry for key, one in contents.entries.items()}
        every = feed_digests(feeds_of(catalogue, catalogue.episodes, "https://a.example"), entries, feed_dates._MAKER)
        assert {path: change.digest for path, change in contents.feeds.items()} == every
        for path, change in contents.feeds.items():
            previous = before.get(path)
            assert previous is None or (change.since > previous.since) == (change.digest != previous.digest)
        before = dict(contents.feeds)
    assert len(before) > 6


def test_an_index_folder_that_cannot_be_written_costs_no_page(site: Site, serve: Callable[..., Server]) -> None:
    """A server that can't write its index folder logs a hint, uses another folder, and serves pages and searches."""
    site.episode(body="- 1:21 -- About redis")
    site.put("index", b"a file where a folder should be")
    server = serve()
    assert "LONGWAVE_INDEX names another place" in server.started
    assert server.get("/podcast/1-first").status == 200
    assert b"<mark>redis</mark>" in server.get("/search?q=redis").body
