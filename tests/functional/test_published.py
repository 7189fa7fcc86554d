"""Published guids, addresses and dates stay, even if files are renamed or index/ is deleted."""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree
from support import Client, Site, file_tag, wait_until
from werkzeug.test import TestResponse

from longwave import create_app
from longwave.web.request_context import KEEPER

POD = 'title = "Pod"\nurl = "https://pod.example"\n'
FIRST = "content/podcast/2026-01-02-1-first.md"
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nSaid.\n"
#: The response headers by which a client validates its cached copy.
VALIDATORS = ("ETag", "Last-Modified")


@pytest.fixture
def pod(site: Site) -> Site:
    """Return a published site with one episode."""
    site.put("content/site.toml", POD)
    site.episode(body="Hello there.", tags=["python"])
    assert site.run("reindex").returncode == 0
    return site


def ask(site: Site, *paths: str) -> list[TestResponse]:
    """Open the site in this process, request these addresses, close it, and return the responses."""
    app = create_app(site.root)
    app.test_client_class = Client
    try:
        return [app.test_client().get(path) for path in paths]
    finally:
        app.extensions[KEEPER].close()


def guids(site: Site, feed: str = "/podcast/feed.xml") -> dict[str, str]:
    """Return the guids of a feed by the titles of its items."""
    root = etree.fromstring(ask(site, feed)[0].data)
    return {item.findtext("title"): item.findtext("guid") for item in root.iterfind("channel/item")}


def led(site: Site, *paths: str) -> list[str | None]:
    """Return, for each of these paths, the Location of its 301 redirect, or None if it doesn't redirect."""
    return [answer.headers.get("Location") if answer.status_code == 301 else None for answer in ask(site, *paths)]


def rename(site: Site, old: str, new: str) -> None:
    """Rename a file of the site; both paths are relative to its folder."""
    (site.root / new).parent.mkdir(parents=True, exist_ok=True)
    (site.root / old).rename(site.root / new)


def forget(site: Site, *folders: str) -> None:
    """Delete folders of the site."""
    for folder in folders:
        shutil.rmtree(site.root / folder)


def answered(site: Site, paths: list[str]) -> dict[str, tuple[Any, ...]]:
    """Return the status, location, body and validators at each of these addresses."""
    return {
        path: (answer.status_code, answer.headers.get("Location"), answer.data, *map(answer.headers.get, VALIDATORS))
        for path, answer in zip(paths, ask(site, *paths), strict=True)
    }


def test_deleting_the_index_changes_no_answer(site: Site, mp3: Path) -> None:
    """After index/ is deleted each address answers as before, with the same ETag, due to the history in instance/."""
    site.put("content/site.toml", POD)
    for number, name in ((1, "first"), (2, "broken")):
        site.episode(
            f"2026-01-0{number}-{number}-{name}.md", title=name.title(), body=f"- 0:0{number} -- {name}", tags=[name]
        )
        site.put(f"content/audio/podcast/{number}-{name}.mp3", mp3.read_bytes())
    site.put("content/transcripts/podcast/1-first.vtt", VTT)
    site.put("content/pages/about.md", "---\ntitle: About\n---\nGood.\n")
    undated = site.episode("undated.md", title="Undated")
    os.utime(undated, (1_700_000_000, 1_700_000_000))
    soon = datetime.now(UTC) + timedelta(seconds=2)
    site.episode("9-soon.md", title="Soon", date=soon.isoformat(), body="Here it is.")
    assert site.run("reindex").returncode == 0
    rename(site, "content/podcast/2026-01-01-1-first.md", "content/podcast/2026-01-01-1-renamed.md")
    rename(site, "content/audio/podcast/1-first.mp3", "content/audio/podcast/1-renamed.mp3")
    rename(site, "content/transcripts/podcast/1-first.vtt", "content/transcripts/podcast/1-renamed.vtt")
    site.put("content/podcast/2026-01-02-2-broken.md", "---\ntitle: [\n---\n")
    site.put("content/pages/about.md", "---\ntitle: [\n---\n")
    time.sleep(2.5)
    assert site.run("reindex").returncode == 0

    episodes = ["1-renamed", "1-first", "2-broken", "undated", "9-soon"]
    paths = ["/", "/podcast/", "/tags/first", "/tags/broken", "/about", "/sitemap.xml", "/search.json?q=here"]
    paths += [f"/podcast/{slug}{end}" for slug in episodes for end in ("", "/transcript.vtt", "/chapters.json")]
    paths += [f"/embed/podcast/{slug}" for slug in episodes] + [f"/audio/podcast/{slug}.mp3" for slug in episodes]
    paths += [
        f"{place}/feed.{form}" for place in ("", "/podcast", "/tags/first", "/tags/broken") for form in ("xml", "json")
    ]
    # The audio's ETag is made of the file's times until a thread of the server has hashed it.
    sound = "/audio/podcast/1-renamed.mp3"
    wait_until(lambda: ask(site, sound)[0].headers.get("ETag") == file_tag(mp3.read_bytes()))
    before = answered(site, paths)
    assert before["/podcast/1-first"][:2] == (301, "/podcast/1-renamed")
    assert before["/audio/podcast/1-first.mp3"][:2] == (301, "/audio/podcast/1-renamed.mp3")
    for path in ("/podcast/2-broken", "/about", "/podcast/9-soon", "/podcast/1-renamed/transcript.vtt"):
        assert before[path][0] == 200, path
    assert "Last-Modified" in ask(site, "/tags/broken/feed.xml")[0].headers
    time.sleep(1.1)
    # Set the file's time to now, as a copy or a checkout does: the undated episode must keep its date.
    os.utime(undated)
    forget(site, "index")
    after = answered(site, paths)
    assert [path for path in paths if before[path] != after[path]] == []
    forget(site, "index", "instance")
    changed = answered(site, paths)
    assert {"/podcast/1-first", "/podcast/2-broken", "/about", "/podcast/feed.xml"} <= {
        p for p in paths if changed[p] != before[p]
    }


@pytest.mark.parametrize(
    "how",
    ["the same file", "another text and sound", "another date and text, the same sound", "another title and sound"],
)
def test_a_renamed_episode_keeps_its_guid_and_its_addresses(site: Site, mp3: Path, how: str) -> None:
    """A renamed episode, recognized by audio, text or title, keeps guid and addresses; check prints the line to add."""
    site.put("content/site.toml", POD)
    site.episode(body="Hello.", description="D")
    site.episode("2026-01-03-2-other.md", title="Other", body="Hello.")
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    assert site.run("reindex").returncode == 0
    new = "2026-02-03-1-new.md" if "date" in how else "2026-01-02-1-new.md"
    rename(site, FIRST, f"content/podcast/{new}")
    changed = {"title": "First"} | ({"title": "Anew"} if "title" in how else {})
    if how != "the same file":
        site.episode(new, body="Quite another." if "text" in how else "Hello.", description="D", **changed)
    sound = mp3.read_bytes() + (b"\0" * 100 if "and sound" in how else b"")
    (site.root / "content/audio/podcast/1-first.mp3").unlink()
    site.put("content/audio/podcast/1-new.mp3", sound)
    line = (
        f"content/podcast/{new}:1: warning: expected the address /podcast/1-first and the address /audio/podcast/1-first.mp3 "
        "and the guid https://pod.example/podcast/1-first, as published, found /podcast/1-new and "
        "/audio/podcast/1-new.mp3 and https://pod.example/podcast/1-new. "
        'It stays as it was while instance/ is kept; for good by aliases: "1-first"; '
        '"/audio/podcast/1-first.mp3" = "/audio/podcast/1-new.mp3" below [redirects] in site.toml (`'
    )
    checked, done = site.run("check"), site.run("reindex")
    assert line in checked.stdout
    assert checked.returncode == 0
    assert line in done.stderr
    assert done.stdout.splitlines()[-1].startswith("0 added, 0 changed, 1 renamed, 0 removed, 1 unchanged;")
    assert guids(site)[changed["title"]] == "https://pod.example/podcast/1-first"
    old = ["/podcast/1-first", "/podcast/1-first.html", "/embed/podcast/1-first", "/audio/podcast/1-first.mp3"]
    assert led(site, *old) == ["/podcast/1-new", "/podcast/1-new", "/embed/podcast/1-new", "/audio/podcast/1-new.mp3"]


def test_the_lines_that_are_printed_keep_it_for_good(pod: Site, mp3: Path) -> None:
    """After `check --fix` has added the missing lines to the files, guids and redirects survive without instance/."""
    pod.episode("2026-01-03-2-two.md", title="Two", aliases=["/was"], body="Two.")
    pod.put("content/audio/podcast/2-two.mp3", mp3.read_bytes())
    pod.run("reindex")
    rename(pod, FIRST, "content/podcast/2026-01-02-1-new.md")
    rename(pod, "content/podcast/2026-01-03-2-two.md", "content/podcast/2026-01-03-2-zwei.md")
    rename(pod, "content/audio/podcast/2-two.mp3", "content/audio/podcast/2-zwei.mp3")
    pod.run("reindex")
    before = guids(pod)
    assert pod.run("check", "--fix", "--yes").stdout.endswith("3 files changed.\n")
    assert 'aliases: ["/was", "2-two"]\n' in (pod.root / "content/podcast/2026-01-03-2-zwei.md").read_text()
    forget(pod, "index", "instance")
    done = pod.run("reindex")
    assert ", as published" not in done.stderr + pod.run("check").stdout
    assert (
        guids(pod)
        == before
        == {"First": "https://pod.example/podcast/1-first", "Two": "https://pod.example/podcast/2-two"}
    )
    assert None not in led(pod, "/podcast/1-first", "/podcast/2-two", "/was", "/audio/podcast/2-two.mp3")
    assert pod.run("check", "--fix").stdout == "There is nothing to mend.\n"


@pytest.mark.parametrize(
    ("settings", "meta", "guid"),
    [
        ('url = "https://elsewhere.example"', {}, "https://pod.example/podcast/1-first"),
        (
            'url = "https://pod.example"\n[shows.podcast]\nguid = "tag:{slug}"',
            {},
            "https://pod.example/podcast/1-first",
        ),
        ('url = "https://pod.example"', {"aliases": ["0-older"]}, "https://pod.example/podcast/1-first"),
        ("", {}, "https://pod.example/podcast/1-first"),
        ('url = "https://pod.example"', {"guid": "mine"}, "mine"),
        ('url = "https://pod.example"\n[shows.podcast]\nguids = {1-first = "listed"}', {}, "listed"),
    ],
)
def test_only_an_author_s_own_word_changes_a_guid(pod: Site, settings: str, meta: dict[str, object], guid: str) -> None:
    """A new url, guid pattern or alias changes no published guid; an episode's own guid does, with a message."""
    pod.put("content/site.toml", f'title = "Pod"\n{settings}\n')
    pod.episode(body="Hello there.", tags=["python"], **meta)
    named = f"{FIRST}:1: warning: expected the guid https://pod.example/podcast/1-first, as published, found "
    line = 'guid: "https://pod.example/podcast/1-first"'
    for said in (pod.run("check").stdout, pod.run("reindex").stderr):
        (message,) = [each for each in said.splitlines() if each.startswith(named)]
        assert line in message
    assert guids(pod) == {"First": guid}
    assert (named in pod.run("check").stdout) is (guid not in {"mine", "listed"})
    forget(pod, "index")
    assert guids(pod) == {"First": guid}


@pytest.mark.parametrize("deployed", ["https://pod.example", ""])
def test_an_address_of_its_own_changes_no_guid_to_which_somebody_subscribed(site: Site, deployed: str) -> None:
    """A url added to site.toml changes no guid published under LONGWAVE_URL; a message names the published guid."""
    site.episode()
    assert site.run("reindex", LONGWAVE_URL=deployed).returncode == 0
    site.put("content/site.toml", POD)
    named = "expected the guid /podcast/1-first, as published, found https://pod.example/podcast/1-first."
    for said in (site.run("check").stdout, site.run("reindex").stderr):
        assert named in said
        assert 'guid: "/podcast/1-first"' in said
    assert guids(site) == {"First": "/podcast/1-first" if deployed else "https://pod.example/podcast/1-first"}
    assert (named in site.run("check").stdout) is bool(deployed)


def test_a_renamed_show_keeps_its_subscribers(pod: Site, mp3: Path) -> None:
    """A renamed show's feed, pages and audio redirect, and all guids stay."""
    pod.put("content/site.toml", f'{POD}[shows.podcast]\ntitle = "Pod"\n')
    pod.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    pod.run("reindex")
    own = etree.fromstring(ask(pod, "/podcast/feed.xml")[0].data).findtext("channel/{*}guid")
    for folder in ("content", "content/audio"):
        (pod.root / folder / "podcast").rename(pod.root / folder / "radio")
    line = (
        "content/site.toml:1: warning: expected the show /podcast/ and its feed, as published, found /radio/. It stays as it was "
        'while instance/ is kept; for good by "/podcast/" = "/radio/", "/podcast/{page}" = "/radio/{page}", '
        '"/audio/podcast/{file}" = "/audio/radio/{file}" below [redirects] in site.toml; '
        "[shows.radio] instead of [shows.podcast] in site.toml (`"
    )
    checked, done = pod.run("check"), pod.run("reindex")
    assert line in checked.stdout
    assert line in done.stderr

    def holds() -> None:
        pages = [
            "/podcast/",
            "/podcast/feed.xml",
            "/podcast/1-first",
            "/audio/podcast/1-first.mp3",
            "/podcast/feed.json",
        ]
        assert led(pod, *pages) == [path.replace("podcast", "radio") for path in pages]
        (feed,) = ask(pod, "/radio/feed.xml")
        assert etree.fromstring(feed.data).findtext("channel/{*}guid") == own
        assert guids(pod, "/radio/feed.xml") == {"First": "https://pod.example/podcast/1-first"}

    holds()
    forget(pod, "index")
    holds()
    pod.run("check", "--fix", "--yes")
    assert "[shows.radio]\npodcast_guid = " in (pod.root / "content/site.toml").read_text()
    forget(pod, "index", "instance")
    holds()


def test_a_sound_of_any_name_leads_on(pod: Site, mp3: Path) -> None:
    """A renamed audio file's old address redirects to it, with any letters in the names, with `check --fix` or not."""
    old, new = "A #1? 100%.mp3", "Zwei Töne #2.mp3"
    pod.put(f"content/audio/podcast/{old}", mp3.read_bytes())
    pod.episode(body="Hello there.", audio=old)
    pod.run("reindex")
    rename(pod, f"content/audio/podcast/{old}", f"content/audio/podcast/{new}")
    pod.episode(body="Hello there.", audio=new)
    for fixed in (False, True):
        if fixed:
            pod.run("check", "--fix", "--yes")
            forget(pod, "index", "instance")
        (address,) = led(pod, f"/audio/podcast/{quote(old)}")
        assert address == f"/audio/podcast/{quote(new)}"
        assert ask(pod, address)[0].status_code == 200


def test_what_goes_is_told_once_and_comes_back_as_it_was(pod: Site) -> None:
    """A deleted episode's addresses are reported once, with a redirect to add; if it returns, it keeps its guid."""
    data = (pod.root / FIRST).read_bytes()
    (pod.root / FIRST).unlink()
    pod.episode("2026-01-09-9-other.md", title="Other")
    goes = (
        f"{FIRST}: warning: expected the episode at /podcast/1-first with the guid https://pod.example/podcast/1-first, "
        'as published, found nothing. Links to it find nothing. To lead them elsewhere, write "/podcast/1-first" = "/podcast/" '
        "below [redirects] in site.toml."
    )
    checked, done = pod.run("check").stdout, pod.run("reindex").stderr
    for said in (checked, done):
        assert goes in said.splitlines()
        assert "expected the page /tags/python, as published, found nothing." in said
    assert ", as published" not in pod.run("check").stdout + pod.run("reindex").stderr
    assert ask(pod, "/podcast/1-first")[0].status_code == 404
    pod.put("content/podcast/2026-01-02-1-again.md", data)
    assert pod.run("reindex").stdout.startswith("1 added")
    assert guids(pod)["First"] == "https://pod.example/podcast/1-first"
    assert led(pod, "/podcast/1-first") == ["/podcast/1-again"]


def test_a_redirect_of_the_owner_s_is_no_loss(pod: Site) -> None:
    """An episode's old address isn't reported as lost if site.toml redirects it."""
    rename(pod, FIRST, "content/podcast/2026-01-02-1-new.md")
    pod.put("content/site.toml", f'{POD}[redirects]\n"/podcast/1-first" = "/podcast/"\n')
    assert "the address /podcast/1-first" not in pod.run("check").stdout
    pod.run("reindex")
    assert led(pod, "/podcast/1-first") == ["/podcast/"]


def test_episodes_that_are_renumbered_take_their_guids_along(site: Site) -> None:
    """A renumbered episode keeps its guid, and a new one with its old number gets an unused guid."""
    site.put("content/site.toml", f'{POD}[shows.podcast]\nguid = "pod-{{number}}"\n')
    for number, title in ((1, "One"), (2, "Two")):
        site.episode(f"2026-01-0{number}-{number}.md", title=title, body=f"This is {title}.")
    site.run("reindex")
    rename(site, "content/podcast/2026-01-02-2.md", "content/podcast/2026-01-02-3.md")
    site.episode("2026-01-01-2.md", title="Forgotten", body="Here after all.")
    output = site.run("reindex").stderr
    wanted = {"One": "pod-1", "Two": "pod-2", "Forgotten": "https://pod.example/podcast/2"}
    assert guids(site) == wanted
    assert "expected a guid of its own, found pod-2, that of content/podcast/2026-01-02-3.md." in output
    assert "expected the address /podcast/2, as published, found another episode there." in output
    forget(site, "index")
    assert guids(site) == wanted
    assert site.run("check", "--fix", "--yes").returncode == 0
    forget(site, "index", "instance")
    assert guids(site) == wanted


def test_a_copy_is_no_rename(pod: Site) -> None:
    """A copy of an episode takes neither guid nor address from the original."""
    text = (pod.root / FIRST).read_text()
    pod.put("content/podcast/2026-01-05-2-copy.md", text.replace("First", "Copy"))
    pod.put("content/podcast/_drafts/1-first-again.md", text)
    assert pod.run("reindex").stdout.startswith("1 added, 0 changed, 0 removed, 1 unchanged")
    assert guids(pod) == {t: f"https://pod.example/podcast/{s}" for t, s in (("First", "1-first"), ("Copy", "2-copy"))}
    assert ", as published" not in pod.run("check").stdout


def test_an_alias_without_a_slash_is_an_address_in_the_show(pod: Site) -> None:
    """`aliases: "1-first"` names an old address in the episode's show, and keeps its guid, too."""
    rename(pod, FIRST, "content/podcast/2026-01-02-1-new.md")
    pod.episode("2026-01-02-1-new.md", aliases="1-first", body="Hello there.", tags=["python"])
    assert ", as published" not in pod.run("check").stdout
    forget(pod, "index", "instance")
    assert led(pod, "/podcast/1-first") == ["/podcast/1-new"]
    assert guids(pod) == {"First": "https://pod.example/podcast/1-first"}


@pytest.mark.parametrize("damage", [b"no database at all" * 300, b"", "cut"])
def test_a_damaged_history_stops_nothing(pod: Site, damage: bytes | str) -> None:
    """A damaged history (published.sqlite) is moved aside with a message, and rebuilt from the edition."""
    rename(pod, FIRST, "content/podcast/2026-01-02-1-new.md")
    pod.run("reindex")
    history = pod.root / "instance/published.sqlite"
    history.write_bytes(damage if isinstance(damage, bytes) else history.read_bytes()[:5000])
    pod.episode("2026-01-03-2-two.md", title="Two")
    checked, done = pod.run_program("check"), pod.run_program("reindex")
    assert checked.returncode == done.returncode == 0
    assert done.stdout.startswith("1 added")
    if damage:
        for said in (checked.stderr, done.stderr):
            assert f"{history} can't be read: " in said
            assert "Traceback" not in said
        assert (pod.root / "instance/published.sqlite.damaged").exists()
    forget(pod, "index")
    assert guids(pod)["First"] == "https://pod.example/podcast/1-first"
    assert led(pod, "/podcast/1-first") == ["/podcast/1-new"]


def test_a_history_that_cannot_be_written_stops_nothing(pod: Site) -> None:
    """An instance/ folder that can't be written is reported, and the edition is published."""
    forget(pod, "instance")
    (pod.root / "instance").write_text("a file")
    pod.episode("2026-01-03-2-two.md", title="Two")
    done = pod.run_program("reindex")
    assert done.returncode == 0
    assert done.stdout.startswith("1 added")
    assert "published.sqlite can't be written: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lost_history_is_made_again(pod: Site) -> None:
    """The next reindex after a loss of instance/ rebuilds the history from the edition, even without changes."""
    rename(pod, FIRST, "content/podcast/2026-01-02-1-new.md")
    pod.run("reindex")
    forget(pod, "instance")
    result = pod.run_program("reindex")
    assert result.stdout.startswith("0 added, 0 changed, 0 removed, 1 unchanged")
    assert "published.sqlite is missing; it is begun anew" in result.stderr
    assert 'aliases: "1-first"' in result.stderr
    assert (pod.root / "instance/published.sqlite").exists()


def test_neither_a_preview_nor_a_check_writes_history(site: Site) -> None:
    """A preview and `longwave check` don't write the history of published addresses."""
    site.put("content/site.toml", POD)
    site.episode()
    app = create_app(site.root, preview=True)
    assert app.test_client().get("/podcast/1-first").status_code == 200
    app.extensions[KEEPER].close()
    assert site.run("check").returncode == 0
    assert not (site.root / "instance/published.sqlite").exists()


def test_files_that_a_renamed_episode_leaves_behind_are_named(pod: Site, mp3: Path) -> None:
    """Audio, transcript and chapters under a renamed episode's old name are reported; `check --fix` attaches them."""
    pod.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    pod.put("content/transcripts/podcast/1-first.vtt", VTT)
    pod.put(
        "content/chapters/podcast/1-first.json", '{"version": "1.2.0", "chapters": [{"startTime": 1, "title": "One"}]}'
    )
    pod.run("reindex")
    rename(pod, FIRST, "content/podcast/2026-01-02-1-new.md")
    for said in (pod.run("check").stdout, pod.run("reindex").stderr):
        for key, path in (("audio", "audio/podcast/1-first.mp3"), ("transcript", "transcripts/podcast/1-first.vtt"),
                          ("chapters", "chapters/podcast/1-first.json")):  # fmt: skip
            line = f'{key}: "{path.rpartition("/")[2]}"'
            assert f"expected the {key} {path}, as published, found none. Rename content/{path}" in said
            assert f"or write {line} (`" in said
    pod.run("check", "--fix", "--yes")
    assert ", as published" not in pod.run("check").stdout
    pages = ["/audio/podcast/1-first.mp3", "/podcast/1-new/transcript.vtt", "/podcast/1-new/chapters.json"]
    assert [answer.status_code for answer in ask(pod, *pages)] == [200] * 3
