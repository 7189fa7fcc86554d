"""Unusual ways to save files, and what the next edition shows."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from flask.testing import FlaskClient
from support import Server, Site, refuse_to_list

from longwave.config import read_settings
from longwave.disk import read_regular
from longwave.edition import BuildCache, Keeper, build_edition
from longwave.edition.build import build_stamp, builder, intake, publication, record_parsers
from longwave.edition.build.build_process import build_process
from longwave.edition.serve import edition
from longwave.edition.serve.edition import Edition, open_current
from longwave.edition.serve.watcher import LOOK, watch
from longwave.edition.store import edition_store
from longwave.edition.store.index_folder import IndexFolder
from longwave.errors import LongwaveError
from longwave.search import index_manifest
from longwave.web.request_context import KEEPER

Open = Callable[[], FlaskClient]
Publish = Callable[[], Edition]


@pytest.fixture
def publish(site: Site) -> Iterator[Publish]:
    """Yield a function that builds an edition of the site's folder and returns it, opened."""
    editions: list[Edition] = []
    cache = BuildCache()

    def publish_it() -> Edition:
        settings = read_settings({}, site.root)
        build_edition(settings, cache=cache)
        editions.append(open_current(IndexFolder(settings.index), settings.content, cache=cache))
        return editions[-1]

    yield publish_it
    for published in editions:
        published.close()


@pytest.mark.parametrize("name", ["transcripts/podcast/1-first.VTT", "transcripts/podcast/1.Srt"])
def test_a_companion_may_end_in_capitals(site: Site, publish: Publish, name: str) -> None:
    """A transcript with an upper-case extension belongs to its episode."""
    site.episode()
    text = "1\n00:00:01,000 --> 00:00:02,000\nFine.\n"
    site.put(f"content/{name}", f"WEBVTT\n\n{text.replace(',', '.')}" if name.endswith("VTT") else text)
    transcript = publish().transcript(publish().catalogue.episodes[0])
    assert [cue.text for cue in transcript.cues] == ["Fine."]


def test_what_another_version_published_stays(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server keeps its edition if another version of Longwave publishes one, instead of both rebuilding in turns."""
    site.episode()
    server = serve()
    settings = read_settings({"URL": server.url}, site.root)
    mine = server.get("/ready").json["edition"]
    for module in (builder, publication, edition, edition_store, build_stamp):
        monkeypatch.setattr(module, "FORMAT", "of another version")
    build_edition(settings, full=True)
    theirs = IndexFolder(settings.index).current()
    # The server looks for a new edition four times a second; nothing signals that it has.
    time.sleep(4 * LOOK)
    assert server.get("/podcast/1-first").status == 200
    assert server.get("/ready").json["edition"] == mine != theirs
    assert IndexFolder(settings.index).current() == theirs
    monkeypatch.undo()
    site.episode(title="Ours again")
    assert site.run("reindex").returncode == 0
    eventually(lambda: "Ours again" in server.get("/podcast/1-first").text)


def test_an_index_of_other_code_is_written_again(site: Site, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is rebuilt after its code has changed; a broken file's last good version stays in it."""
    site.episode()
    site.episode("2026-01-03-2-second.md", title="Second")
    for module in (index_manifest, builder, publication, build_stamp, edition):
        monkeypatch.setattr(module, "INDEXING", "0123456789abcdef")
    first = publish()
    site.put("content/podcast/2026-01-03-2-second.md", "---\ntitle: [\n---\n")
    monkeypatch.undo()
    second = publish()
    assert second.fingerprint != first.fingerprint
    assert second.search is not None
    for shown in (first, second):
        assert [episode.title for episode in shown.catalogue.episodes] == ["Second", "First"]


def test_what_another_process_spoilt_is_made_anew(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """If a damaged edition becomes the current one, a server goes on with the one it has open, and builds a new one."""
    site.episode()
    server = serve()
    index = IndexFolder(site.root / "index")
    spoilt = index.editions / "0123456789abcdef"
    shutil.copytree(index.editions / index.current(), spoilt)
    (spoilt / "edition.sqlite").write_bytes(b"nonsense" * 1000)
    index.point(spoilt.name)

    def is_mended() -> bool:
        assert server.get("/podcast/1-first").status == 200
        return index.current() != spoilt.name

    eventually(is_mended)
    site.episode(title="Later")
    assert site.run("reindex").returncode == 0
    eventually(lambda: "Later" in server.get("/podcast/1-first").text)


def test_a_template_that_cannot_be_read_is_named(site: Site, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable template is reported by its file name, not as a fault of the index folder."""
    site.episode()
    path = site.put("templates/about.html", "Hello")

    def refuse(file: Path) -> bytes:
        if file == path:
            raise PermissionError(13, "Permission denied", str(file))
        return read_regular(file)

    # File permissions wouldn't stop root, who may run the tests.
    monkeypatch.setattr("longwave.edition.store.template_files.read_regular", refuse)
    with pytest.raises(LongwaveError, match=r"about.html: expected a file that can be read, found: Permission denied"):
        publish()


def test_ctrl_c_is_for_the_server_alone(site: Site) -> None:
    """A terminal's Ctrl-C doesn't reach the process that builds an edition for a server, only the server."""
    site.episode()
    with build_process(read_settings({}, site.root)) as process:
        assert os.getpgid(process.pid) != os.getpgrp()
        assert process.wait() == 0


def test_without_its_content_a_site_stays_as_it_is(
    site: Site, open_client: Open, eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site whose content folder disappears keeps its pages; once it is back, saves are published again."""
    site.episode()
    monkeypatch.setenv("LONGWAVE_WATCH", "1")
    client = open_client()
    keeper: Keeper = client.application.extensions[KEEPER]
    assert client.get("/podcast/1-first").status_code == 200
    looks: list[object] = []
    keeper.on_look = looks.append
    eventually(lambda: looks)
    away = (site.root / "content").rename(site.root / "away")
    seen = len(looks)
    eventually(lambda: keeper.failure and len(looks) > seen + 2)
    assert client.get("/ready").json["episodes"] == 1
    assert client.get("/podcast/1-first").status_code == 200
    away.rename(site.root / "content")
    site.episode(title="Back again")
    eventually(lambda: "Back again" in client.get("/podcast/1-first").text)


def test_a_folder_that_cannot_be_listed_loses_no_episode(
    site: Site, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A content folder that can't be listed stops the publication, with one line that names it."""
    site.episode()
    publish()
    refuse_to_list(monkeypatch, "podcast")
    site.episode("2-second.md")
    with pytest.raises(LongwaveError, match=r"content/podcast: expected a folder that can be read, found: Permission"):
        publish()
    monkeypatch.undo()
    assert len(publish().catalogue.episodes) == 2


def test_what_is_alike_is_in_one_order(site: Site, publish: Publish, request: pytest.FixtureRequest) -> None:
    """Episodes of different shows with the same date, number and slug have the same order in every process."""
    for show in ("podcast", "letters"):
        site.episode("2026-01-01-1-x.md", show, tags=[show.title(), show.upper()], guest="Ada")
    publish()
    site.episode("2026-01-01-1-x.md", "letters", title="Edited", tags=["Letters", "LETTERS"], guest="Ada")
    made = publish()
    read = open_current(IndexFolder(site.root / "index"), site.root / "content")
    request.addfinalizer(read.close)
    assert made.fingerprint == read.fingerprint
    assert made.catalogue is not read.catalogue
    assert made.catalogue.episodes == read.catalogue.episodes
    assert list(made.catalogue.tags.items()) == list(read.catalogue.tags.items())


def test_one_is_not_true(site: Site, publish: Publish) -> None:
    """A front matter key that changes from 1 to true counts as changed, though Python finds them equal."""
    for mood in (1, True):
        site.episode(mood=mood)
        episode = publish().catalogue.episode("podcast", "1-first")
        assert episode is not None
        assert repr(episode.page["mood"]) == repr(mood)


def test_an_undated_episode_is_as_old_as_its_file_was(site: Site, publish: Publish) -> None:
    """An undated episode gets its file's time as its date when it is first published, and keeps it."""
    path = site.episode("undated.md", draft=True)
    for year, draft, wanted in ((2019, True, 0), (2020, False, 2020), (2021, False, 2020)):
        time_of_file = datetime(year, 5, 1, tzinfo=UTC).timestamp()
        site.episode("undated.md", draft=draft)
        os.utime(path, (time_of_file, time_of_file))
        episode = publish().catalogue.episode("podcast", "undated")
        assert (episode.date.year if episode else 0) == wanted


def test_a_watch_sees_into_linked_folders(
    site: Site, open_client: Open, eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch, mp3: Path
) -> None:
    """A watching server also publishes new files at once if content/audio is a symbolic link."""
    disk = site.root.parent / "disk/podcast"
    disk.mkdir(parents=True)
    (site.root / "content/audio").symlink_to(disk.parent)
    site.episode()
    monkeypatch.setenv("LONGWAVE_WATCH", "1")
    client = open_client()
    assert "<enclosure" not in client.get("/podcast/feed.xml").text
    (disk / "1-first.mp3").write_bytes(mp3.read_bytes())
    eventually(lambda: f'length="{mp3.stat().st_size}"' in client.get("/podcast/feed.xml").text)


def test_no_date_is_of_the_future(site: Site, open_client: Open) -> None:
    """No feed's Last-Modified is in the future, however quickly saves follow each other."""
    for number in range(6):
        site.episode(title=f"Title {number}")
        client = open_client()
        answer = client.get("/podcast/feed.xml")
        assert f"Title {number}" in answer.text
        assert answer.last_modified is None or answer.last_modified <= datetime.now(UTC)
        since = datetime.now(UTC).replace(microsecond=0)
        revalidated = client.get(
            "/podcast/feed.xml", headers={"If-Modified-Since": f"{since:%a, %d %b %Y %H:%M:%S} GMT"}
        )
        assert revalidated.status_code == 200 or answer.last_modified is not None


def test_a_watch_that_fails_is_begun_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch for saved files restarts after its folder was moved; a lasting failure is logged."""
    begin, messages, stop = watchfiles.watch, list[str](), threading.Event()
    site.episode()
    refusals = [FileNotFoundError("No path was found."), OSError("OS file watch limit reached."), None]

    def watch_them(*paths: Path, **how: Any) -> Any:
        if refusal := refusals.pop(0):
            raise refusal
        return begin(*paths, **how)

    monkeypatch.setattr(watchfiles, "watch", watch_them)
    saves = watch(read_settings({}, site.root), stop, messages.append)
    assert next(saves) is None
    assert not messages
    assert next(saves) is None
    assert "content: expected a folder that can be watched, found: OS file watch limit reached." in messages[0]
    assert next(saves) == set()
    path = site.episode(title="Saved")
    assert any(str(path) in (next(saves) or ()) for _ in range(240))
    stop.set()
    assert list(saves) == []


def test_a_file_that_breaks_a_parser_costs_only_itself(
    site: Site, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A content file that makes a parser raise is reported by name, and the others are published."""

    def fall(*_: object) -> None:
        raise ZeroDivisionError

    site.episode()
    site.put("content/guests/ada.md", "---\nname: Ada\nwebsite: https://ada.example／about\n---\n")
    site.put("content/tags/go.md", "---\nname: Go\n---\n")
    monkeypatch.setattr(record_parsers, "parse_tag", fall)
    edition = publish()
    assert len(edition.catalogue.episodes) == 1
    files = [problem.partition(":")[0] for problem in edition.problems]
    assert files == ["content/guests/ada.md", "content/tags/go.md"]


def test_other_code_reads_all_files_again(site: Site, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change of Longwave's parsing code all files are parsed again; equal results keep the same fingerprint."""
    parsed: list[str] = []
    parse = intake.parse_episode

    def count(name: str, *args: Any) -> Any:
        parsed.append(name)
        return parse(name, *args)

    site.episode()
    site.episode("2026-01-03-2-second.md", title="Second")
    monkeypatch.setattr(intake, "parse_episode", count)
    first = publish().fingerprint
    assert len(parsed) == 2
    assert publish().fingerprint == first
    assert len(parsed) == 2
    for module in (intake, build_stamp):
        monkeypatch.setattr(module, "READING", "0123456789abcdef")
    assert publish().fingerprint == first
    assert len(parsed) == 4
