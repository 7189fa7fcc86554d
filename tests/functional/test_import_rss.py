"""`longwave import rss` from the feeds and servers of real hosts."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pty
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from full_feed_site import FEED
from full_feed_site import furnish as furnish_station
from lxml import etree
from old_host import MP3, OldHost
from support import Client, Site, serving, wait_until

from longwave import create_app
from longwave.moving.rss import audio_download
from longwave.web.request_context import KEEPER

HOSTS = ("castopod", "podlove", "buzzsprout", "libsyn", "anchor", "soundcloud", "powerpress")
ITEM = """<item><title>{title}</title><guid isPermaLink="false">{guid}</guid><pubDate>{date}</pubDate>
<enclosure url="{url}" length="{length}" type="audio/mpeg"/><itunes:duration>62</itunes:duration>{more}</item>"""


@pytest.fixture
def home(tmp_path: Path) -> Site:
    """Return an empty folder, into which the tests import."""
    (tmp_path / "home").mkdir()
    return Site(tmp_path / "home")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pauses between two attempts to download a file."""
    monkeypatch.setattr(audio_download, "_PAUSE_SECONDS", 0.01)


def item(host: OldHost, number: int, more: str = "", **other: str) -> str:
    """Return an RSS item with audio, dated ``number`` January, with the XML ``more`` added and fields ``other`` set."""
    values = {
        "title": f"Episode {number}", "guid": f"g-{number}", "date": f"Mon, {number:02} Jan 2024 06:00:00 +0000",
        "url": f"{host.url}/{number}.mp3", "length": str(len(MP3)), "more": more,
    }  # fmt: skip
    return ITEM.format(**(values | other))


def feed(host: OldHost, *items: str, channel: str = "", path: str = "/feed.xml") -> str:
    """Serve a feed of these items from the old host, and return its address."""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>
<title>Old show</title><link>{host.url}/</link><description>About.</description>{channel}{"".join(items)}</channel></rss>"""
    return host.put(path, text.encode(), "application/rss+xml")


def bring(home: Site, address: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Import the feed at an address into the folder ``new``."""
    done = home.run("import", "rss", address, "--into", "new", "--allow-private", *options)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def against(home: Site, address: str) -> subprocess.CompletedProcess[str]:
    """Compare the site in the folder ``new`` with the feed at an address, by `longwave check --against`."""
    return Site(home.root / "new").run("check", "--against", address)


def shown(home: Site) -> str:
    """Return the feed of the site in the folder ``new``."""
    app = create_app(home.root / "new")
    app.test_client_class = Client
    with contextlib.closing(app.extensions[KEEPER]):
        return app.test_client().get(FEED).text


def episodes(home: Site) -> dict[str, str]:
    """Return the content of the imported episodes' files by their file names."""
    return {path.name: path.read_text("utf-8") for path in sorted((home.root / "new/content/podcast").glob("*.md"))}


@pytest.mark.parametrize("name", HOSTS)
def test_a_show_moves_without_a_difference(home: Site, host: OldHost, name: str) -> None:
    """Feeds of known hosts are imported without a problem of `longwave check` and without a difference for subscribers."""
    address = host.feed(f"{name}.xml")
    if name == "podlove":
        host.feed("podlove-2.xml", "/feed/mp3/?paged=2")
    done = bring(home, address)
    assert done.returncode == 0, done.stdout + done.stderr
    compared = against(home, address)
    assert compared.stdout.endswith("0 problems, 0 warnings.\n"), compared.stdout
    checked = Site(home.root / "new").run("check")
    assert "0 problems" in checked.stdout, checked.stdout


def test_our_own_feed_comes_back_as_it_was(home: Site, tmp_path: Path) -> None:
    """An imported feed of Longwave's own, with every tag, becomes a site with the same feed."""
    (tmp_path / "station").mkdir()
    furnish_station(Site(tmp_path / "station"))
    with serving(tmp_path / "station", LONGWAVE_URL="") as old:
        raw = old.get(FEED).text.replace("https://pod.example/", f"{old.url}/")
        (home.root / "feed.xml").write_text(raw, "utf-8")
        done = bring(home, "feed.xml")
        assert done.returncode == 0, done.stdout + done.stderr
        assert against(home, str(home.root / "feed.xml")).stdout.endswith("0 problems, 0 warnings.\n")
    imported = shown(home)
    for name in (
        "guid",
        "pubDate",
        "title",
        "itunes:duration",
        "podcast:guid",
        "podcast:txt",
        "podcast:license",
        "itunes:category",
    ):
        pattern = re.compile(rf"<{name}[ >][^<]*")
        assert pattern.findall(imported) == pattern.findall(raw), name
    assert '<podcast:person role="reporter"' in imported
    assert "10:00 – It goes on" in imported


def test_what_a_feed_says_is_in_the_files(home: Site, host: OldHost) -> None:
    """The import writes a feed's show, people, pictures, transcripts and chapters into the usual files of content/."""
    bring(home, host.feed("castopod.xml"))
    root = home.root / "new/content"
    site = (root / "site.toml").read_text("utf-8")
    for line in (
        'title = "Radio Libre"', 'language = "fr"', 'image = "cover.png"', 'copyright = "℗ & © 2026 Radio Libre"',
        'hosts = [{name = "Ann Lée", url = "https://ann.example", image = "guests/ann-lee.png"}]',
        'categories = ["Society & Culture > Documentary", "Technology"]', 'seasons = {1 = "Première"}',
        'podcast_guid = "9b024349-ccf0-5f69-a609-6b82873eab3c"', "locked = true",
    ):  # fmt: skip
        assert f"{line}\n" in site
    text = (root / "podcast/2026-01-05-2-lete-du-libre.md").read_text("utf-8")
    for line in (
        'title: "L\'été du libre"', 'date: "2026-01-05 06:00:00 +0000"', "number: 2", "season: 1",
        'guests: [{name: "Bob Ray", avatar: "guests/bob-ray.png", website: "https://bob.example"}]',
        'image: "podcast/2-lete-du-libre.png"', 'audio: "2-lete-du-libre.mp3"', 'transcripts: [{file: "2-lete-du-libre.srt", language: "fr", rel: "captions"}]',
        'chapters: "2-lete-du-libre.json"', 'soundbites: [{start: 10.5, duration: 20, title: "Le meilleur"}]',
        'location: {name: "Lyon", geo: "geo:45.75,4.85", osm: "R120965"}', 'aliases: ["/@radio/episodes/ete"]',
        f'social: [{{uri: "{host.url}/@radio/posts/1", account_id: "@radio@radio.example"}}]',
        f'guid: "{host.url}/@radio/episodes/ete"', "- 01:10 – [April](https://april.example)",
    ):  # fmt: skip
        assert f"{line}\n" in text
    assert (root / "transcripts/podcast/2-lete-du-libre.srt").exists()
    assert (root / "audio/podcast/2-lete-du-libre.mp3").read_bytes() == MP3
    report = (home.root / "new/import-report.md").read_text("utf-8")
    assert "podcast:comments in 1 episode" in report


def test_podlove_has_chapters_and_hosts_in_its_items(home: Site, host: OldHost) -> None:
    """Podlove's chapters become a file, frequent hosts become the show's, and every page of the feed is read."""
    host.feed("podlove-2.xml", "/feed/mp3/?paged=2")
    bring(home, host.feed("podlove.xml"))
    assert len(episodes(home)) == 2
    chapters = json.loads((home.root / "new/content/chapters/podcast/2-fr002-grosse-and-mass.json").read_text("utf-8"))
    assert chapters["chapters"][1] == {"startTime": 30.5, "title": "Größe", "url": "https://groesse.example"}
    assert 'hosts = [{name = "Kai"}]' in (home.root / "new/content/site.toml").read_text("utf-8")
    assert 'guests: [{name: "Ida"}]' in "".join(episodes(home).values())


def test_linked_audio_stays_where_it_is(home: Site, host: OldHost) -> None:
    """With --audio link the import downloads no audio, and takes its size and length from the feed."""
    address = host.feed("buzzsprout.xml")
    bring(home, address, "--audio", "link")
    text = next(text for name, text in episodes(home).items() if "live" in name)
    assert f'audio: "{host.url}/123/episodes/111-its-live.mp3"\nmp3_bytes: {len(MP3)}\nmp3_duration: "1:02"' in text
    assert not host.asks("/123/episodes/111-its-live.mp3")
    assert against(home, address).stdout.endswith("0 problems, 0 warnings.\n")


def test_a_second_run_takes_only_what_is_new(home: Site, host: OldHost) -> None:
    """A second import keeps an episode that the owner edited and renamed, checks its audio, and adds new episodes."""
    address = feed(host, item(host, 1))
    bring(home, address)
    folder = home.root / "new/content/podcast"
    (folder / "2024-01-01-episode-1.md").rename(folder / "2024-01-01-mine.md")
    mine = (folder / "2024-01-01-mine.md").read_text("utf-8") + "\nMy own words.\n"
    (folder / "2024-01-01-mine.md").write_text(mine, "utf-8")
    toml = home.root / "new/content/site.toml"
    toml.write_text(toml.read_text("utf-8").replace("Old show", "My show"), "utf-8")
    feed(host, item(host, 2), item(host, 1))
    done = bring(home, address)
    assert done.returncode == 0
    assert (folder / "2024-01-01-mine.md").read_text("utf-8") == mine
    assert len(episodes(home)) == 2
    assert "My show" in toml.read_text("utf-8")
    assert (len(host.asks("/1.mp3")), len(host.asks("/2.mp3"))) == (1, 1)
    assert "1 file of audio already here" in done.stdout
    report = (home.root / "new/import-report.md").read_text("utf-8")
    assert report.count("# What moved here") == 2
    bring(home, address)
    assert (home.root / "new/import-report.md").read_text("utf-8") == report


def test_a_broken_file_is_not_taken_again(home: Site, host: OldHost) -> None:
    """A second import restores a deleted episode file, but writes no second file for one that its owner has broken."""
    address = feed(host, item(host, 1, guid="1"), item(host, 2, guid="2"))
    bring(home, address, "--audio", "link")
    path = home.root / "new/content/podcast/2024-01-01-episode-1.md"
    path.write_text(path.read_text("utf-8").replace("title: ", "title: ["), "utf-8")
    (home.root / "new/content/podcast/2024-01-02-episode-2.md").unlink()
    bring(home, address, "--audio", "link")
    assert set(episodes(home)) == {"2024-01-01-episode-1.md", "2024-01-02-episode-2.md"}


def test_changed_audio_is_told_and_left(home: Site, host: OldHost) -> None:
    """A second import reports audio that the owner has replaced, and keeps it."""
    address = feed(host, item(host, 1))
    bring(home, address)
    sound = next((home.root / "new/content/audio/podcast").iterdir())
    sound.write_bytes(MP3 + b"more")
    assert "aren't what was fetched any more" in bring(home, address).stdout
    assert sound.read_bytes() == MP3 + b"more"
    manifest = (home.root / "new/.import/manifest.jsonl").read_text("utf-8")
    assert f'"bytes": {len(MP3)}, "sha256": "{hashlib.sha256(MP3).hexdigest()}"' in manifest


@pytest.mark.usefixtures("hasty")
def test_a_dropped_connection_goes_on_where_it_was(home: Site, host: OldHost) -> None:
    """The import continues a broken download where it stopped, and the file is complete."""
    host.faults["/1.mp3"] = ("cut", 2)
    done = bring(home, feed(host, item(host, 1)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert next((home.root / "new/content/audio/podcast").iterdir()).read_bytes() == MP3
    first, second, third = host.asks("/1.mp3")
    assert "Range" not in first
    assert second["Range"] == f"bytes={len(MP3) // 2}-"
    assert second["If-Range"] == f'"v1-{len(MP3)}"'
    assert int(third["Range"].removeprefix("bytes=").rstrip("-")) > len(MP3) // 2


@pytest.mark.usefixtures("hasty")
def test_a_server_without_ranges_starts_anew(home: Site, host: OldHost) -> None:
    """If a server ignores Range and sends the whole file again, that replaces the half that was downloaded."""
    host.faults["/1.mp3"] = ("norange", 1)
    assert bring(home, feed(host, item(host, 1))).returncode == 0
    assert next((home.root / "new/content/audio/podcast").iterdir()).read_bytes() == MP3


def test_an_interrupted_run_goes_on(home: Site, host: OldHost) -> None:
    """An import stopped by Ctrl-C leaves no partial file in the site, and the next one downloads only the rest."""
    host.files["/1.mp3"] = (MP3 * 4, "audio/mpeg")
    host.faults["/1.mp3"] = ("slow", 0.3)
    address = feed(host, item(host, 1))
    command = [sys.executable, "-m", "longwave", "import", "rss", address, "--into", "new", "--allow-private"]
    parts = home.root / "new/.import/parts"
    with subprocess.Popen(command, cwd=home.root, stderr=subprocess.PIPE, text=True) as running:
        wait_until(
            lambda: running.poll() is not None or any(path.stat().st_size > 100_000 for path in parts.glob("*.part"))
        )
        running.send_signal(signal.SIGINT)
        _, output = running.communicate(timeout=60)
    assert running.returncode == 130, output
    assert "Traceback" not in output
    assert not list((home.root / "new/content/audio/podcast").iterdir())
    size = next(parts.glob("*.part")).stat().st_size
    host.faults.clear()
    assert bring(home, address).returncode == 0
    assert host.asks("/1.mp3")[1]["Range"] == f"bytes={size}-"
    assert next((home.root / "new/content/audio/podcast").iterdir()).read_bytes() == MP3 * 4
    assert not list(parts.iterdir())


@pytest.mark.usefixtures("hasty")
def test_a_file_that_changed_meanwhile_is_fetched_whole(home: Site, host: OldHost) -> None:
    """The import downloads a file that changed between two attempts from its beginning."""
    host.faults["/1.mp3"] = ("cut", 99)
    address = feed(host, item(host, 1))
    host.files["/1.mp3"] = (MP3 * 2, "audio/mpeg")
    assert bring(home, address).returncode == 1
    assert len(list((home.root / "new/.import/parts").glob("*.part"))) == 1
    host.faults["/1.mp3"] = ("changed", "v2")
    host.files["/1.mp3"] = (MP3, "audio/mpeg")
    assert bring(home, address).returncode == 0
    assert next((home.root / "new/content/audio/podcast").iterdir()).read_bytes() == MP3


def test_a_terminal_shows_how_far_it_is(home: Site, host: OldHost) -> None:
    """The import shows the number of episodes and a progress bar on a terminal; --quiet hides both."""
    address = feed(host, item(host, 2, length="1"), item(host, 1))
    for quiet in ((), ("--quiet",)):
        master, other = pty.openpty()
        command = [sys.executable, "-m", "longwave", "import", "rss", address, "--into", f"new{len(quiet)}", *quiet]
        running = subprocess.Popen(
            [*command, "--allow-private"], cwd=home.root, stderr=other, stdout=subprocess.DEVNULL
        )
        assert running.wait(timeout=60) == 0
        os.close(other)
        shown = ""
        with contextlib.suppress(OSError):  # Linux reports a closed terminal by an OSError.
            while piece := os.read(master, 65_536):
                shown += piece.decode(errors="replace")
        os.close(master)
        assert bool(quiet) == (shown == "")
        assert quiet or ("Episode 2 of 2" in shown and "100%" in shown)


def test_a_full_disk_is_told_and_nothing_is_lost(home: Site, host: OldHost) -> None:
    """The import reports a full disk in one line; finished files stay, and the next run downloads only the rest."""
    address = feed(host, item(host, 1))
    command = [sys.executable, "-m", "longwave", "import", "rss", address, "--into", "new", "--allow-private"]
    done = subprocess.run(
        command, cwd=home.root, capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)),
    )  # fmt: skip
    assert done.returncode == 1
    assert re.fullmatch(r"Error: .*expected room for .*What has come is kept.*\n", done.stderr), done.stderr
    assert not list((home.root / "new/content/audio/podcast").iterdir())
    assert bring(home, address).returncode == 0
    assert host.asks("/1.mp3")[1]["Range"] == "bytes=400000-"
    assert next((home.root / "new/content/audio/podcast").iterdir()).read_bytes() == MP3


@pytest.mark.usefixtures("hasty")
def test_faults_are_told_and_the_rest_comes(home: Site, host: OldHost) -> None:
    """The import reports audio that is missing, cut short, a login page or a dead redirect, and imports the rest."""
    host.faults |= {"/1.mp3": ("gone", None), "/2.mp3": ("lie", None), "/3.mp3": ("html", None)}
    host.faults["/4.mp3"] = ("away", "ftp://127.0.0.1/x")
    done = bring(home, feed(host, *(item(host, number) for number in (5, 4, 3, 2, 1))))
    assert done.returncode == 1
    assert "4 files of audio couldn't be had; run it again." in done.stderr
    report = (home.root / "new/import-report.md").read_text("utf-8")
    for why in ("the status 404", f"{len(MP3):,} of {len(MP3) + 1000:,} bytes", "a web page", "no address of the web"):
        assert why in report
    assert [path.name for path in (home.root / "new/content/audio/podcast").iterdir()] == ["episode-5.mp3"]
    assert len(episodes(home)) == 5


@pytest.mark.usefixtures("hasty")
def test_a_busy_server_is_given_time(home: Site, host: OldHost) -> None:
    """The import waits for a short Retry-After; a file whose Retry-After is an hour is left to the next run."""
    host.faults = {"/1.mp3": ("busy", (1, "1")), "/2.mp3": ("busy", (99, "3600"))}
    began = time.monotonic()
    done = bring(home, feed(host, item(host, 2), item(host, 1)))
    assert time.monotonic() - began > 1
    assert len(host.asks("/1.mp3")) == 2
    assert len(host.asks("/2.mp3")) == 1
    assert done.returncode == 1
    assert "asks to wait for 3600 seconds" in done.stdout


def test_private_addresses_are_asked_with_leave_only(home: Site, host: OldHost) -> None:
    """The import requests a feed at a private IP address, and files there, only with --allow-private."""
    address = feed(host, item(host, 1, f'<itunes:image href="{host.url}/cover.png"/>'))
    refused = home.run("import", "rss", address, "--into", "new")
    assert refused.returncode == 1
    assert "an address of this machine's own network" in refused.stderr
    assert "--allow-private" in refused.stderr
    assert not (home.root / "new").exists()
    (home.root / "feed.xml").write_bytes(host.files["/feed.xml"][0])
    host.asked.clear()
    done = home.run("import", "rss", "feed.xml", "--into", "new")
    assert done.returncode == 1
    assert not host.asked
    assert len(episodes(home)) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "found nothing"),
        (b"<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='https://x.example/f'>",
         "found a web page. Its feed is https://x.example/f"),
        (b"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'></feed>", "found an Atom feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "found a JSON Feed"),
        (b"<?xml version='1.0'?><opml version='2.0'></opml>", "found <opml>"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00 sound", "no XML"),
        (b"\x1f\x8bbroken", "a gzip file that is damaged"),
        (b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><rss><channel><title>&b;</title>"
         b"</channel></rss>", "with entities of its own"),
        (b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><title>&x;</title>"
         b"</channel></rss>", "with entities of its own"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_told_in_a_line(home: Site, body: bytes, words: str) -> None:
    """The import of a document that is no feed says in one line what it is, and writes nothing."""
    (home.root / "x").write_bytes(body)
    done = bring(home, "x")
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (home.root / "new").exists()


def test_odd_items_are_episodes_all_the_same(home: Site, host: OldHost) -> None:
    """Items without guid, date or audio, with video, a repeated guid or a path as name are imported and reported."""
    address = feed(
        host,
        item(host, 9, title="../../../etc/passwd\x41", guid="../../x"),
        item(host, 8).replace('<guid isPermaLink="false">g-8</guid>', ""),
        item(host, 7).replace("<pubDate>Mon, 07 Jan 2024 06:00:00 +0000</pubDate>", "<pubDate>soon</pubDate>"),
        re.sub("<enclosure[^>]*>", "", item(host, 6)),
        item(host, 5).replace("audio/mpeg", "video/mp4").replace("5.mp3", "5.mp4"),
        item(host, 4, guid="twice"),
        item(host, 3, guid="twice"),
        item(host, 2, title="🎉"),
        item(host, 1, title="Привет, мир — 日本"),
    )
    done = bring(home, address, "--audio", "link")
    assert done.returncode == 0, done.stdout + done.stderr
    files = episodes(home)
    assert len(files) == 9
    assert f'guid: "{host.url}/8.mp3"' in files["2024-01-08-episode-8.md"]
    assert 'date: "2024-01-06 06:00:01 +0000"' in files["2024-01-06-episode-7.md"]
    assert "draft: true" in files["2024-01-03-episode-3.md"]
    assert set(files) >= {"2024-01-09-etc-passwda.md", "2024-01-02-episode.md", "2024-01-01-привет-мир-日本.md"}
    assert not (home.root.parent / "etc").exists()
    for words in ("no date that can be read", "no sound", "another item has its guid"):
        assert words in done.stdout
    compared = against(home, address)
    assert compared.returncode == 0, compared.stdout


def test_broken_xml_is_mended_and_told(home: Site, host: OldHost) -> None:
    """HTML entities, bare ampersands, control characters or a wrong encoding in a feed cost no episode."""
    address = feed(host, item(host, 2, title="A & B &nbsp;&eacute;"), item(host, 1, title="C\x0bD"))
    raw, kind = host.files["/feed.xml"]
    host.files["/feed.xml"] = (raw.replace(b"About.", "Über".encode("cp1252")), kind)
    done = bring(home, address)
    assert done.returncode == 0
    assert "the feed is in cp1252 in fact" in done.stdout
    assert "it was mended" in done.stdout
    assert 'title: "A & B é"' in "".join(episodes(home).values())
    assert 'description = "Über"' in (home.root / "new/content/site.toml").read_text("utf-8")


def test_a_torn_feed_says_what_is_missing(home: Site, host: OldHost) -> None:
    """A feed cut off within an item is imported up to that item, and the cut is reported."""
    feed(host, item(host, 3), item(host, 2), item(host, 1))
    raw = host.files["/feed.xml"][0]
    (home.root / "torn.xml").write_bytes(raw[: raw.rindex(b"<item>") + 20])
    done = bring(home, "torn.xml", "--audio", "link")
    assert "is broken" in done.stdout
    assert len(episodes(home)) >= 2


def test_a_missing_page_is_loud(home: Site, host: OldHost) -> None:
    """The import of a paged feed whose last page is gone imports the rest, says so on stderr, and exits with 1."""
    host.faults["/2"] = ("gone", None)
    done = bring(home, feed(host, item(host, 1), channel=f'<atom:link rel="next" href="{host.url}/2"/>'))
    assert done.returncode == 1
    assert done.stderr.startswith("A page of the feed is missing, and so are its episodes: ")
    assert "the status 404" in done.stderr
    assert "page of the feed is missing" in done.stdout
    assert len(episodes(home)) == 1


def test_half_a_feed_stops_the_import(home: Site, host: OldHost) -> None:
    """If the feed's connection breaks, the import writes nothing, as episodes would be lost."""
    host.faults["/feed.xml"] = ("cut", 9)
    done = bring(home, feed(host, *(item(host, number) for number in range(20, 0, -1))))
    assert done.returncode == 1
    assert "expected a feed, found: an answer that breaks off." in done.stderr
    assert not (home.root / "new").exists()


def test_half_a_transcript_is_none(home: Site, host: OldHost) -> None:
    """The import reports a transcript whose download breaks off, and doesn't write it."""
    host.faults["/transcript.vtt"] = ("cut", 9)
    more = f'<podcast:transcript url="{host.url}/transcript.vtt" type="text/vtt"/>'
    done = bring(home, feed(host, item(host, 1, more)), "--audio", "link")
    assert "transcript.vtt (an answer that breaks off): transcripts that couldn't be had" in done.stdout
    assert not (home.root / "new/content/transcripts").exists()


def test_a_password_is_sent_and_never_written(home: Site, host: OldHost) -> None:
    """The name and password in a private feed's address are sent, and written to no file."""
    address = feed(host, item(host, 1)).replace("://", "://ann:pass@")
    done = bring(home, address, "--audio", "link")
    assert done.returncode == 0, done.stderr
    assert host.asks("/feed.xml")[0]["Authorization"] == "Basic YW5uOnBhc3M="
    texts = [path.read_bytes() for path in (home.root / "new").rglob("*") if path.is_file()]
    assert not any(b"pass@" in text for text in texts)
    assert "pass@" not in done.stdout
    host.faults["/feed.xml"] = ("gone", None)
    for failed in (bring(home, address), against(home, address), home.run("check", "--url", address)):
        assert failed.returncode == 1
        assert "pass@" not in failed.stdout + failed.stderr


def test_relative_links_lead_where_they_led(home: Site, host: OldHost) -> None:
    """Relative links and pictures in the notes of an item without a page are resolved against the show's page."""
    notes = '<content:encoded><![CDATA[<p><a href="/shop">Shop</a> <img src="/a.png"></p>]]></content:encoded>'
    bring(home, feed(host, item(host, 1, notes)), "--audio", "link")
    (text,) = episodes(home).values()
    assert f"[Shop]({host.url}/shop)" in text
    assert f"({host.url}/a.png)" in text


def test_a_long_name_of_a_guest_stops_nothing(home: Site, host: OldHost) -> None:
    """A guest with a long name in any script gets a picture whose file name is short enough."""
    more = f'<podcast:person role="guest" img="{host.url}/ann.png">{"播" * 100}</podcast:person>'
    done = bring(home, feed(host, item(host, 1, more)), "--audio", "link")
    assert done.returncode == 0, done.stderr
    assert len(list((home.root / "new/content/images/guests").iterdir())) == 1


def test_an_address_that_is_none_is_a_missing_page(home: Site, host: OldHost) -> None:
    """An invalid address of a feed's next page counts as a missing page."""
    done = bring(home, feed(host, item(host, 1), channel='<atom:link rel="next" href="http://[bad"/>'))
    assert done.returncode == 1
    assert "http://[bad: expected the address of the feed's next page" in done.stderr
    assert len(episodes(home)) == 1


def test_a_name_that_is_no_text_is_refused(home: Site, host: OldHost) -> None:
    """The import reports the name of a feed file that isn't UTF-8 in one line, and writes nothing."""
    feed(host, item(host, 1))
    name = os.fsdecode(b"f\xff.xml")
    (home.root / name).write_bytes(host.files["/feed.xml"][0])
    done = bring(home, name)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "expected a name in UTF-8" in done.stderr
    assert not (home.root / "new").exists()


def test_another_site_is_left_alone(home: Site, host: OldHost) -> None:
    """The import writes neither into an existing site nor into one that was imported from another feed."""
    home.put("new/content/podcast/2026-01-01-1-mine.md", "---\ntitle: Mine\n---\n")
    done = bring(home, feed(host, item(host, 1)))
    assert done.returncode == 1
    assert "found content in it" in done.stderr
    other = home.run("import", "rss", feed(host), "--into", "other", "--allow-private")
    assert other.returncode == 0, other.stderr
    wrong = home.run("import", "rss", feed(host, path="/b.xml"), "--into", "other", "--allow-private")
    assert "found one of" in wrong.stderr


def test_a_site_of_it_serves(home: Site, host: OldHost) -> None:
    """The imported site serves its page, feed and audio at once, and redirects the old addresses."""
    bring(home, host.feed("castopod.xml"))
    with serving(home.root / "new") as server:
        assert "Bienvenue" in server.get("/podcast/2-lete-du-libre").text
        assert server.get("/audio/podcast/2-lete-du-libre.mp3").body == MP3
        assert server.get("/@radio/episodes/ete").status in (301, 308)
        assert server.get("/@radio/feed.xml").headers["Location"].endswith(FEED)
        assert f'<guid isPermaLink="false">{host.url}/@radio/episodes/ete</guid>' in server.get(FEED).text


def test_a_permalink_stays_one(home: Site, host: OldHost) -> None:
    """The import keeps the isPermaLink attribute of the old feed's guids."""
    bring(home, host.feed("powerpress.xml"))
    text = shown(home)
    assert f'<guid isPermaLink="true">{host.url}/2025/12/older/</guid>' in text
    assert f'<guid isPermaLink="false">{host.url}/?p=42</guid>' in text


def test_items_of_one_date_are_published_in_their_order(home: Site, host: OldHost) -> None:
    """Episodes of one date have the same order and the same date in the new feed as in the old one."""
    numbers = (2, 4, 1, 3)
    address = feed(host, *(item(host, number, date="Mon, 01 Jan 2024 06:00:00 +0000") for number in numbers))
    done = bring(home, address, "--audio", "link")
    assert done.returncode == 0, done.stderr
    published = etree.fromstring(shown(home).encode())
    assert published.xpath("//item/guid/text()") == [f"g-{number}" for number in numbers]
    assert set(published.xpath("//item/pubDate/text()")) == {"Mon, 01 Jan 2024 06:00:00 +0000"}
    compared = against(home, address)
    assert compared.returncode == 0
    assert "0 problems, 0 warnings" in compared.stdout + compared.stderr


def test_addresses_that_will_break_are_told(home: Site, host: OldHost) -> None:
    """The report names old pages whose address has a query, or a space, as no redirect can lead from there."""
    links = (f"<link>{host.url}/?p=12</link>", f"<link>{host.url}/ep/a b</link>", f"<link>{host.url}/ep/c</link>")
    done = bring(home, feed(host, *(item(host, n, link) for n, link in enumerate(links, 1))), "--audio", "link")
    report = (home.root / "new/import-report.md").read_text()
    assert "will not lead to their episodes" in report
    assert "/?p=12" in report
    assert "/ep/a b" in report
    assert "/ep/c" not in report
    assert done.returncode == 0


def test_tokens_of_a_private_feed_are_in_no_report(home: Site, host: OldHost) -> None:
    """The report has no secret of the addresses in a private feed."""
    image = f'<itunes:image href="{host.url}/none.png?token=s3cr3t-of-ann"/>'
    done = bring(home, feed(host, item(host, 1, image), path="/private.xml?auth=s3cr3t-of-ann"), "--audio", "link")
    assert "s3cr3t-of-ann" not in (home.root / "new/import-report.md").read_text()
    assert "none.png?token=…" in done.stdout
    assert "s3cr3t-of-ann" not in done.stdout + done.stderr
