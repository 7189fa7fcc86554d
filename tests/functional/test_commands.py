"""Longwave's commands, run as programs."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import Server, Site, serving

ROOT = Path(__file__).parents[2]
SAVED = "2026-01-03-2-saved.md"
#: By kind of mistake, a file that can't be published, and the pattern of the expected message.
BROKEN = {
    "yaml": ('---\ntitle: "Broken\n---\n', r":\d+: expected valid YAML"),
    "title": ("---\ndescription: A\n---\n", r":1: expected a title, found none"),
    "date": ("---\ntitle: A\ndate: soon\n---\n", r":3: expected a date"),
    "guid": ("---\ntitle: A\nguid: [a]\n---\n", r":3: expected a text in quotes"),
    "bytes": (b"---\ntitle: A\n---\n\xff\n", r":4: expected UTF-8"),
    "size": (b"---\ntitle: A\n---\n" + b"x" * 10_000_000, r": expected at most"),
    "loop": (
        "---\ntitle: A\n---\n{% for a in (1..99999) %}{% for b in (1..99999) %}x{% endfor %}{% endfor %}",
        r":\d+: expected at most",
    ),
    "matter": ("Hello", r":1: expected front matter"),
}


@pytest.fixture(scope="module")
def uneven(shared_site: Site) -> Site:
    """Return a site of three episodes, one without a date, and a broken file for each kind of mistake."""
    shared_site.episode(tags=["a", "b"], guest="Ann")
    shared_site.episode(SAVED)
    shared_site.episode("hello.md")
    for kind, (text, _) in BROKEN.items():
        shared_site.put(f"content/podcast/2026-02-02-2-{kind}.md", text)
    return shared_site


@pytest.fixture(scope="module")
def checked(uneven: Site) -> subprocess.CompletedProcess[str]:
    """Return the finished process of `check` on the site with a broken file for each kind of mistake."""
    return uneven.run("check")


@pytest.fixture(scope="module")
def server(uneven: Site) -> Iterator[Server]:
    """Yield a server, with LONGWAVE_WATCH, of the site with a broken file for each kind of mistake."""
    with serving(uneven.root, LONGWAVE_WATCH="1") as server:
        yield server


def test_serve_says_where_and_what(server: Server) -> None:
    """`serve` prints the counts of episodes, guests and tags, the start's duration and the address in its last line."""
    assert re.search(
        r"3 episodes, 1 guest, 2 tags; started in \d+\.\d s\. Open http://127\.0\.0\.1:\d+/$", server.started.strip()
    )
    assert f'href="{server.url}/podcast/1-first"' in server.get("/podcast/1-first").text


def test_a_port_in_use_is_one_line(site: Site) -> None:
    """An occupied port is reported in one line, without a traceback."""
    site.episode()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = site.run_program("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert "--port" in done.stderr


@pytest.mark.parametrize("command", ["serve", "reindex", "check"])
def test_a_folder_without_content_says_what_to_do(tmp_path: Path, command: str) -> None:
    """Each command that needs content prints how to begin in a folder without any."""
    done = Site(tmp_path).run(command)
    assert done.returncode == 1
    assert "longwave new site" in done.stderr
    assert "Traceback" not in done.stderr


def test_flask_finds_the_site_by_itself(site: Site) -> None:
    """``flask reindex`` finds the application in a site's folder without --app."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "reindex"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "LONGWAVE_ROOT": str(site.root)},
    )  # fmt: skip
    assert (done.returncode, "0 added" in done.stdout) == (0, True), done.stderr


def test_settings_that_make_no_sense_are_one_line(site: Site) -> None:
    """An invalid setting is reported in one line with what was expected."""
    site.episode()
    for name, value in (("URL", "pod.example"), ("URL", "http://[::1"), ("URL", "https://a.example/\r\nX"), ("WATCH", "maybe"), ("METRICS", "2"), ("CACHE_MB", "many"),
                        ("SENDFILE", "X-Accel-Redirect"), ("SENDFILE", "X-Send-File"), ("SENDFILE", "X-Sendfile=/a")):  # fmt: skip
        done = site.run("reindex", **{f"LONGWAVE_{name}": value})
        assert (done.returncode, f"LONGWAVE_{name}" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    # Only commands that serve pages use the page cache.
    done = site.run_program("serve", LONGWAVE_CACHE_TYPE="NoSuchCache")
    assert (done.returncode, "LONGWAVE_CACHE_TYPE" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_saves_are_published_when_watching(uneven: Site, server: Server, eventually: Callable[..., None]) -> None:
    """A server with LONGWAVE_WATCH=1 publishes a saved file a moment later."""
    uneven.episode(SAVED, title="Saved again")
    eventually(lambda: "Saved again" in server.get("/podcast/2-saved").text)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_one_line_and_costs_itself(
    checked: subprocess.CompletedProcess[str], server: Server, kind: str
) -> None:
    """Each kind of broken file is reported in one line by `check` and in the server's log; other pages are served."""
    name, expected = f"2-{kind}", BROKEN[kind][1]
    lines = [line for line in checked.stdout.splitlines() if f"{name}.md" in line]
    assert (checked.returncode, len(lines)) == (1, 1), checked.stdout + checked.stderr
    assert re.search(rf"{name}\.md{expected}", lines[0])
    assert lines[0] in server.started.splitlines()
    assert server.get("/podcast/1-first").status == 200
    assert server.get(f"/podcast/{name}").status == 404


def test_two_files_with_one_address(site: Site) -> None:
    """The first by name of two episode files with one address is published, and the other is reported."""
    site.episode("2026-01-01-1-same.md", title="The one")
    site.episode("2026-01-02-1-same.md", title="The other")
    assert "2026-01-02-1-same.md:1: expected an address of its own" in site.run("check").stdout
    assert site.run("reindex").stdout.startswith("1 added")


def test_a_link_out_of_the_folder(site: Site) -> None:
    """A symbolic link to a file outside the content folder is reported, and isn't followed."""
    site.episode()
    (site.root / "secret.md").write_text("---\ntitle: Secret\n---\n")
    (site.root / "content/podcast/2026-01-01-9-secret.md").symlink_to(site.root / "secret.md")
    assert "a link that leaves it" in site.run("check").stdout
    assert site.run("reindex").stdout.startswith("1 added")


def test_a_file_without_a_date_is_published_and_reported(
    checked: subprocess.CompletedProcess[str], server: Server
) -> None:
    """An episode without a date gets its file's modification time as its date, and is reported."""
    assert re.search(r"hello\.md:\d+: .*expected a date in the file's name", checked.stdout)
    assert server.get("/podcast/hello").status == 200


def test_a_missing_address_is_a_warning(site: Site) -> None:
    """A missing url in site.toml is a warning of `check`."""
    site.episode()
    done = site.run("check")
    assert (done.returncode, "url" in done.stdout) == (0, True)


def test_an_unwritable_index_is_one_line(site: Site) -> None:
    """A command that can't write the index folder reports it in one line."""
    site.episode()
    (site.root / "index").write_text("a file")
    done = site.run("reindex")
    assert (done.returncode, "Traceback" in done.stderr, "LONGWAVE_INDEX" in done.stderr) == (1, False, True)
