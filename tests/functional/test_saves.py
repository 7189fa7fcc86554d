"""Saves out of the ordinary: what is published after them is what is there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from flask.testing import FlaskClient
from PIL import Image
from support import Server, Site

from longwave.config import read_settings
from longwave.edition import store
from longwave.edition.building import build_edition
from longwave.edition.folders import IndexFolder
from longwave.edition.opened import Edition, open_current
from longwave.edition.watching import watch
from longwave.errors import LongwaveError
from longwave.search.kept import Kept

Open = Callable[[], FlaskClient]
Publish = Callable[[], Edition]


@pytest.fixture
def publish(site: Site) -> Iterator[Publish]:
    """Publishes what is in the folder, and opens it."""
    opened: list[Edition] = []

    def publish_it() -> Edition:
        settings = read_settings({}, site.root)
        build_edition(settings)
        opened.append(open_current(IndexFolder(settings.index), settings.content))
        return opened[-1]

    yield publish_it
    for edition in opened:
        edition.close()


@pytest.mark.parametrize("unpublished", [{"draft": True}, {"date": "2999-01-01"}])
def test_what_others_show_is_not_withheld(site: Site, publish: Publish, unpublished: dict[str, object]) -> None:
    """A picture of an unpublished episode stays public where the site, a show, a host, a guest, a page, a tag or the
    look shows it too.
    """
    for name in ("site", "show", "host", "guest", "page", "tag", "theme", "bio", "own"):
        path = site.root / f"content/images/{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8), "teal").save(path)
    hosts = 'hosts = [{name = "Me", image = "host.png"}]'
    site.put("content/site.toml", f'image = "site.png"\n{hosts}\n[shows.podcast]\nimage = "show.png"\n')
    site.put("content/guests/ada.md", '---\nname: Ada\navatar: guest.png\n---\n<img src="/images/full/bio.png">\n')
    site.put("content/pages/about.md", "---\ntitle: About\n---\n![A page](/images/full/page.png)\n")
    site.put("content/tags/go.md", "---\nname: Go\n---\n![A tag](/images/full/tag.png)\n")
    site.put("content/theme.css", "body { background: url(/images/full/theme.png) }")
    names = ("site", "show", "host", "page", "tag", "theme", "bio", "own")
    shown = "\n".join(f"![It](/images/full/{name}.png)" for name in names)
    site.episode("2-kept.md", body=shown, guests=[{"name": "Ada", "avatar": "guest.png"}], **unpublished)
    site.episode(guest="Ada", tags=["go"])
    assert publish().withheld == {"images/own.png"}


def test_without_its_content_a_site_stays_as_it_is(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """A folder of content that is away for a moment empties no site; once it is back, its saves are seen again."""
    site.episode()
    server = serve(LONGWAVE_WATCH="1")
    away = (site.root / "content").rename(site.root / "away")
    time.sleep(1)
    assert server.get("/ready").json["episodes"] == 1
    assert server.get("/podcast/1-first").status == 200
    away.rename(site.root / "content")
    site.episode(title="Back again")
    eventually(lambda: "Back again" in server.get("/podcast/1-first").text, 20)


def test_a_folder_that_cannot_be_listed_loses_no_episode(
    site: Site, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk doesn't say what is in a folder, nothing is published and one line says where."""
    site.episode()
    publish()
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "podcast":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    # Whoever runs the tests may be allowed everything.
    monkeypatch.setattr(os, "scandir", refuse)
    site.episode("2-second.md")
    with pytest.raises(LongwaveError, match=r"content/podcast: expected a folder that can be read, found: Permission"):
        publish()
    monkeypatch.undo()
    assert len(publish().catalogue.episodes) == 2


def test_what_is_alike_is_in_one_order(site: Site, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """Episodes of one date, number and slug stand in the same order for who made an edition and who reads it."""
    for show in ("podcast", "letters"):
        site.episode("2026-01-01-1-x.md", show, tags=[show.title(), show.upper()], guest="Ada")
    publish()
    site.episode("2026-01-01-1-x.md", "letters", title="Edited", tags=["Letters", "LETTERS"], guest="Ada")
    made = publish()
    monkeypatch.setattr(store, "_LAST", Kept(1))
    read = publish()
    assert made.fingerprint == read.fingerprint
    assert made.catalogue is not read.catalogue
    assert made.catalogue.episodes == read.catalogue.episodes
    assert list(made.catalogue.tags.items()) == list(read.catalogue.tags.items())


def test_one_is_not_true(site: Site, publish: Publish) -> None:
    """A value of another kind is another value, also where Python says that they are equal."""
    for mood in (1, True):
        site.episode(mood=mood)
        episode = publish().catalogue.episode("podcast", "1-first")
        assert episode is not None
        assert repr(episode.page["mood"]) == repr(mood)


def test_an_undated_episode_is_as_old_as_its_file(site: Site, publish: Publish) -> None:
    """An episode without a date is given its file's new time, though not a letter in it has changed."""
    path = site.episode("undated.md")
    for year in (2020, 2021):
        wanted = datetime(year, 5, 1, tzinfo=UTC)
        os.utime(path, (wanted.timestamp(), wanted.timestamp()))
        episode = publish().catalogue.episode("podcast", "undated")
        assert episode is not None
        assert episode.date == wanted


def test_a_watch_sees_into_linked_folders(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None], mp3: Path
) -> None:
    """Where content/audio is a link to elsewhere, what is put there is published at once too."""
    disk = site.root.parent / "disk/podcast"
    disk.mkdir(parents=True)
    (site.root / "content/audio").symlink_to(disk.parent)
    site.episode()
    server = serve(LONGWAVE_WATCH="1")
    assert "<enclosure" not in server.get("/podcast/feed.xml").text
    (disk / "1-first.mp3").write_bytes(mp3.read_bytes())
    eventually(lambda: f'length="{mp3.stat().st_size}"' in server.get("/podcast/feed.xml").text)


def test_no_date_is_of_the_future(site: Site, open_client: Open) -> None:
    """However quickly saves follow each other, no feed says that it will change."""
    for number in range(6):
        site.episode(title=f"Title {number}")
        answer = open_client().get("/podcast/feed.xml")
        assert f"Title {number}" in answer.text
        assert answer.last_modified is None or answer.last_modified <= datetime.now(UTC)
        since = datetime.now(UTC).replace(microsecond=0)
        again = open_client().get(
            "/podcast/feed.xml", headers={"If-Modified-Since": f"{since:%a, %d %b %Y %H:%M:%S} GMT"}
        )
        assert again.status_code == 200 or answer.last_modified is not None


def test_a_watch_that_fails_is_begun_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is moved while it is looked at ends no watch; what stays impossible is said."""
    begin, said, stop = watchfiles.watch, list[str](), threading.Event()
    site.episode()
    refusals = [FileNotFoundError("No path was found."), OSError("OS file watch limit reached."), None]

    def watch_them(*paths: Path, **how: Any) -> Any:
        if refusal := refusals.pop(0):
            raise refusal
        return begin(*paths, **how)

    monkeypatch.setattr(watchfiles, "watch", watch_them)
    saves = watch(read_settings({}, site.root), stop, said.append)
    assert next(saves) is None
    assert not said
    assert next(saves) is None
    assert "content: expected a folder that can be watched, found: OS file watch limit reached." in said[0]
    assert next(saves) == set()
    path = site.episode(title="Saved")
    assert any(str(path) in (next(saves) or ()) for _ in range(40))
    stop.set()
    assert list(saves) == []
