"""`longwave check` as a validator of podcast feeds: the site's own, and any on the web."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image
from support import Server, Site, wait_until

TOML = """
title = "Site"
url = "https://pod.example"
description = "About it."
image = "cover.jpg"
categories = ["Technology"]
copyright = "Me"
owner = {name = "Ann", email = "ann@pod.example"}
"""


def cover(site: Site, size: int) -> None:
    """Write a square cover picture with sides of ``size`` pixels into the site."""
    path = site.root / "content/images/cover.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (size, size), "teal").save(path)


@pytest.fixture
def show(site: Site, mp3: Path) -> Site:
    """Return a site with a show of one episode that keeps every rule of podcast directories."""
    site.put("content/site.toml", TOML)
    cover(site, 1400)
    site.episode(description="D")
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    return site


def test_a_good_show_breaks_no_rule(show: Site) -> None:
    """A show with everything that podcast directories require has no problem and no warning."""
    checked = show.run("check")
    assert (checked.returncode, checked.stdout) == (0, "0 problems, 0 warnings.\n")


def test_a_small_cover_is_named(show: Site) -> None:
    """A cover that is too small for Apple is reported in one line with its name and size; the exit code is 1."""
    cover(show, 900)
    checked = show.run("check")
    assert "feed/artwork-size: cover.jpg is 900x900. Apple wants 1400-3000 px square.\n" in checked.stdout
    assert checked.returncode == 1


def test_a_site_without_directories_in_mind_is_only_warned(site: Site, mp3: Path) -> None:
    """A missing key that only podcast directories require is a warning, but not in a show without audio."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode("2026-01-02-first.md", show="letters")
    assert site.run("check").stdout == "0 problems, 0 warnings.\n"
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    checked = site.run("check")
    assert checked.returncode == 0
    assert "feed/channel: warning: the channel has no itunes:category." in checked.stdout


def test_front_matter_is_held_against_the_file(show: Site, mp3: Path) -> None:
    """A size or duration in front matter that differs from the audio file's is a warning, unless by a single second."""
    show.episode(description="D", mp3_bytes="12", mp3_duration="58:05")
    lines = show.run("check").stdout.splitlines()
    size = len(mp3.read_bytes())
    assert f"content/podcast/2026-01-02-1-first.md:4: warning: expected {size} as mp3_bytes" in "\n".join(lines)
    assert "content/podcast/2026-01-02-1-first.md:5: warning: expected 0:06 as mp3_duration" in "\n".join(lines)
    show.episode(description="D", mp3_bytes=str(size), mp3_duration="0:07")
    assert show.run("check").stdout == "0 problems, 0 warnings.\n"


def test_two_episodes_with_one_file_are_named(show: Site) -> None:
    """Two episodes with the same audio are reported, and so is an audio file's name beyond ASCII."""
    show.episode("2026-01-03-2-second.md", description="D", audio="1-first.mp3")
    assert (
        "feed/enclosure: “First” has https://pod.example/audio/podcast/1-first.mp3 like 1 more."
        in show.run("check").stdout
    )


def test_our_own_feed_keeps_all_rules_over_http(show: Site, serve: Callable[..., Server]) -> None:
    """`check --url` finds no problem in Longwave's own feed, and lists each rule's result, such as audio-ranges."""
    server = serve(LONGWAVE_URL="")
    show.put("content/site.toml", TOML.replace("https://pod.example", server.url))
    assert show.run("reindex").returncode == 0
    wait_until(lambda: server.url in server.get("/podcast/feed.xml").text)
    checked = show.run("check", "--url", f"{server.url}/podcast/feed.xml")
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.endswith("0 problems, 0 warnings.\n")
    table = {line.split()[0]: line.split()[1] for line in checked.stdout.splitlines() if line and line[0].islower()}
    assert table["audio-ranges"] == table["artwork-size"] == table["audio-head"] == "ok"


@pytest.fixture
def old_host(tmp_path: Path) -> Iterator[str]:
    """Yield the address of an HTTP server that ignores Range and redirects /moved to a feed."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path / "host"))  # type: ignore[arg-type]

        def do_GET(self) -> None:
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/feed.xml")
                self.end_headers()
            elif self.path == "/loop":
                self.send_response(302)
                self.send_header("Location", "/loop")
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *_: object) -> None:
            pass

    (tmp_path / "host").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_bad_host_is_told_what_is_wrong(site: Site, old_host: str, tmp_path: Path) -> None:
    """Each fault of another host's feed, also behind a redirect, is a line with its rule; the exit code is 1."""
    site.episode()
    (tmp_path / "host/1.mp3").write_bytes(b"x" * 500)
    Image.new("RGB", (300, 200)).save(tmp_path / "host/c.png")
    (tmp_path / "host/feed.xml").write_text(
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Old</title>'
        f'<itunes:image href="{old_host}/c.png"/>'
        f'<item><title>One</title><enclosure url="{old_host}/1.mp3" length="400" type="audio/mpeg"/></item>'
        f'<item><title>Two</title><enclosure url="{old_host}/2.mp3" length="400" type="audio/mpeg"/></item>'
        '<item><title>Three</title><enclosure url="file:///etc/passwd" length="1" type="audio/mpeg"/></item>'
        "</channel></rss>"
    )
    checked = site.run("check", "--url", f"{old_host}/moved")
    assert checked.returncode == 1
    assert checked.stderr == ""
    for line in (
        "feed/artwork-size: c.png is 300x200. Apple wants 1400-3000 px square.",
        "feed/audio-length: “One” has 500 bytes, and the feed says 400.",
        "feed/audio-ranges: “One” can't be had in parts.",
        "feed/audio: “Two” can't be had: the status 404.",
        "feed/audio: “Three” can't be had: 'file:///etc/passwd', which is no address of the web.",
        "feed/channel: the channel has no language.",
    ):
        assert line in checked.stdout, checked.stdout


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nothing.xml", "found: the status 404"),
        ("/loop", "found: more than 6 redirects"),
        ("/", "expected an RSS feed"),
    ],
)
def test_what_is_no_feed_is_one_line(site: Site, old_host: str, path: str, said: str) -> None:
    """An address without a feed is reported in one line that describes the response."""
    site.episode()
    checked = site.run("check", "--url", old_host + path)
    assert (checked.returncode, checked.stdout) == (1, "")
    assert said in checked.stderr
    assert len(checked.stderr.splitlines()) == 1


def test_addresses_that_are_none_stop_no_check(show: Site) -> None:
    """Invalid URLs of a cover and of audio are reported by `longwave check`, beside all other problems."""
    show.put("content/site.toml", TOML.replace("cover.jpg", "http://[bad/x.jpg"))
    show.episode("2026-01-02-2-second.md", title="Second", audio="https://[cdn/x.mp3", mp3_bytes=5, mp3_duration="1:00")
    checked = show.run("check")
    assert checked.returncode == 1
    assert "Traceback" not in checked.stderr
    assert "[bad/x.jpg" in checked.stdout
    assert "[cdn/x.mp3" in checked.stdout


def test_options_that_would_be_ignored_are_refused(site: Site) -> None:
    """Options of `check` that exclude each other are refused."""
    site.episode()
    for options, words in (
        (("--show", "nonexistent"), "--show: expected --against"),
        (("--yes",), "--yes: expected --fix"),
        (("--fix", "--external"), "expected one of --fix, --external, found 2"),
        (("--url", "https://x.example", "--against", "x.xml"), "expected one of --url, --against"),
    ):
        refused = site.run("check", *options)
        assert refused.returncode == 2
        assert words in refused.stderr


def test_letters_that_no_terminal_has_are_told_otherwise(site: Site) -> None:
    """Characters that the output's encoding lacks, and undecodable file names, are escaped in printed messages."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode(title="播客", audio="https://cdn.example/播.mp3", mp3_bytes=5, mp3_duration="1:00")
    checked = site.run_program("check", PYTHONIOENCODING="latin-1")
    assert "Traceback" not in checked.stderr
    assert "\\u64ad\\u5ba2" in checked.stdout
