"""The last good versions of files that can't be read any more, site.toml above all, stay in effect."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Site

from longwave import create_app
from longwave.web.request_context import KEEPER

TOML = "content/site.toml"
FIRST = "content/podcast/2026-01-02-1-first.md"
POD = 'title = "Pod"\nurl = "https://pod.example"\n'


@pytest.fixture
def pod(site: Site) -> Site:
    """Return a published site with an episode, a guest's file and a page."""
    site.put(TOML, POD)
    site.episode(guests=[{"name": "Ann Lee"}])
    site.put("content/guests/ann-lee.md", "---\nname: Ann Lee\ntitle: Potter\n---\nShe throws pots.\n")
    site.put("content/pages/about.md", "---\ntitle: About\n---\nAbout us.\n")
    assert site.run("reindex").returncode == 0
    return site


def to_dead_link(path: Path) -> None:
    """Replace a file by a symbolic link to a disk that isn't mounted."""
    path.unlink()
    path.symlink_to("/mnt/away/file")


def to_loop(path: Path) -> None:
    """Replace a file by a symbolic link to itself."""
    path.unlink()
    path.symlink_to(path)


def to_folder(path: Path) -> None:
    """Replace a file by a folder."""
    path.unlink()
    path.mkdir()


def to_link_outside(path: Path) -> None:
    """Replace a file by a symbolic link to a file outside of content/."""
    outside = path.parents[2] / f"outside-{path.name}"
    path.rename(outside)
    path.symlink_to(outside)


def to_pipe(path: Path) -> None:
    """Replace a file by a named pipe."""
    path.unlink()
    os.mkfifo(path)


def to_bytes(path: Path) -> None:
    """Replace a file by bytes that are no text."""
    path.write_bytes(b"\xff\xfe\x00")


BREAK = [to_dead_link, to_loop, to_folder, to_link_outside, to_pipe, to_bytes]


def ask(site: Site, *paths: str) -> list[str]:
    """Open the site in this process, request these addresses, close it, and return the responses' texts."""
    app = create_app(site.root)
    try:
        return [app.test_client().get(path).text for path in paths]
    finally:
        app.extensions[KEEPER].close()


def feed(site: Site) -> str:
    """Return the feed of the show as it is served now."""
    return ask(site, "/podcast/feed.xml")[0]


@pytest.mark.parametrize("spoil", BREAK)
def test_a_site_toml_that_cannot_be_read_changes_nothing(pod: Site, spoil: Callable[[Path], None]) -> None:
    """If site.toml can't be read, the site keeps its name, address and guids; reindex and check report the file."""
    before = feed(pod)
    spoil(pod.root / TOML)
    for options in ((), ("--full",)):
        done = pod.run("reindex", *options)
        assert (done.returncode, "content/site.toml" in done.stderr) == (0, True)
    assert feed(pod) == before
    checked = pod.run("check")
    assert (checked.returncode, "content/site.toml" in checked.stdout) == (1, True)
    shutil.rmtree(pod.root / "index")
    assert pod.run("reindex").returncode == 0
    assert feed(pod) == before


@pytest.mark.parametrize("spoil", BREAK)
def test_any_file_that_cannot_be_read_keeps_its_page(pod: Site, spoil: Callable[[Path], None]) -> None:
    """An episode, guest or page whose file becomes a broken link, a folder or a pipe keeps its last good version."""
    files = (FIRST, "content/guests/ann-lee.md", "content/pages/about.md")
    for file in files:
        spoil(pod.root / file)
    done = pod.run("reindex")
    assert [file for file in files if f"{file}:" not in done.stderr] == []
    assert "0 removed" in done.stdout
    episode, guest, about = ask(pod, "/podcast/1-first", "/guests/ann-lee", "/about")
    assert ("Hello." in episode, "She throws pots" in guest, "About us" in about) == (True, True, True)


def test_a_folder_on_a_disk_that_is_away_keeps_its_files(pod: Site) -> None:
    """The guests stay published if their folder becomes a broken symbolic link, but not if it is deleted."""
    (pod.root / "content/guests").rename(pod.root / "elsewhere")
    (pod.root / "content/guests").symlink_to("/mnt/away/guests")
    assert "content/guests: expected a folder, found a link to nowhere" in pod.run("reindex").stderr
    assert "She throws pots" in ask(pod, "/guests/ann-lee")[0]
    (pod.root / "content/guests").unlink()
    assert pod.run("reindex").stderr == ""
    assert "She throws pots" not in ask(pod, "/guests/ann-lee")[0]


def test_a_deleted_site_toml_stays_in_effect_until_an_empty_one_is_there(pod: Site) -> None:
    """A deleted site.toml stays in effect, and reindex and check report it; an empty one resets the settings."""
    before = feed(pod)
    (pod.root / TOML).unlink()
    checked = pod.run("check")
    assert checked.returncode == 1
    assert "content/site.toml: expected a file with the settings with which https://pod.example was" in checked.stdout
    for _ in range(2):
        done = pod.run("reindex")
        assert (
            "content/site.toml: expected the settings with which the site was published, found no such file. They"
            in (done.stderr)
        )
        assert feed(pod) == before
    pod.put(TOML, "")
    line = 'content/site.toml: warning: expected url = "https://pod.example", as published, found none.'
    assert line in pod.run("check").stdout
    done = pod.run("reindex")
    assert (done.returncode, line in done.stderr) == (0, True)
    assert "<title>Podcast</title>" in feed(pod)


def test_a_deleted_site_toml_that_said_nothing_is_deleted(site: Site) -> None:
    """The next reindex doesn't report that a site.toml was deleted, if it contained no setting."""
    site.put(TOML, "# Nothing yet.\n")
    site.episode()
    site.run("reindex")
    (site.root / TOML).unlink()
    assert site.run("reindex").stderr == ""


def test_a_lost_site_toml_publishes_nothing_once_the_index_is_lost_too(pod: Site) -> None:
    """If site.toml and index/ are both lost, reindex publishes nothing until site.toml is back."""
    (pod.root / TOML).unlink()
    shutil.rmtree(pod.root / "index")
    done = pod.run("reindex")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: content/site.toml: expected a file with the settings with which https://pod.")
    assert done.stderr.count("\n") == 1
    pod.put(TOML, POD)
    assert pod.run("reindex").returncode == 0


@pytest.mark.parametrize("spoil", [*BREAK, lambda path: path.write_text("title = \n")])
def test_a_first_edition_is_not_made_without_its_settings(site: Site, spoil: Callable[[Path], None]) -> None:
    """A first build with a site.toml that can't be read is refused in one line, and `longwave check` names the file."""
    site.put(TOML, POD)
    site.episode()
    spoil(site.root / TOML)
    for _ in range(2):
        done = site.run("reindex")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert done.stderr.startswith("Error: content/site.toml:")
        assert "Nothing is published with other settings than yours." in done.stderr
    checked = site.run("check")
    assert (checked.returncode, "content/site.toml" in checked.stdout) == (1, True)


def test_a_site_without_settings_goes_on_while_its_first_ones_are_broken(site: Site) -> None:
    """A site without site.toml is still published, with the default settings, if its first site.toml is broken."""
    site.episode()
    site.run("reindex")
    site.put(TOML, "title = \n")
    site.episode(title="Second thoughts")
    for _ in range(2):
        done = site.run("reindex", "--full")
        assert (done.returncode, "content/site.toml:1" in done.stderr) == (0, True)
    assert "Second thoughts" in feed(site)
