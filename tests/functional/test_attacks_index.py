"""Servers with a shared index folder, but different addresses or Longwave versions: none shows another's pages."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest
from support import Answer, Server, Site, serving, wait_until

from longwave.edition.serve.watcher import LOOK
from longwave.edition.store.index_folder import IndexFolder

HERE = Path(__file__).parents[2]
PATHS = ("/podcast/1-first", "/podcast/feed.xml", "/sitemap.xml", "/")


@dataclass(frozen=True)
class Logged:
    """A running server and the file to which its output is written."""

    server: Server
    log: Path

    def get(self, path: str) -> Answer:
        """Send one request and return the answer."""
        return self.server.get(path)

    def hosts(self) -> set[str]:
        """Return the hosts named ``*.pod.example`` in the absolute addresses on the site's pages at ``PATHS``."""
        text = "".join(self.get(path).text for path in PATHS)
        return set(re.findall(r"https?://(\w+\.pod\.example)", text))

    def look(self, site: Site) -> None:
        """Wait until the server has opened the index folder's current edition, or its log names that edition."""
        current = IndexFolder(site.root / "index").current()
        wait_until(lambda: self.get("/ready").json["edition"] == current or current in self.log.read_text())


@pytest.fixture
def logged(site: Site, tmp_path: Path) -> Iterator[Callable[..., Logged]]:
    """Yield a function that starts servers whose log can be read while they run."""
    with ExitStack() as started:

        def start(**environment: str) -> Logged:
            log = tmp_path / f"{time.monotonic_ns()}.log"
            server = started.enter_context(serving(site.root, **environment))
            target = started.enter_context(log.open("w"))
            assert server.process.stdout is not None
            threading.Thread(target=_copy, args=(server.process.stdout, target), daemon=True).start()
            return Logged(server, log)

        yield start


def _copy(source: Iterable[str], target: IO[str]) -> None:
    with suppress(ValueError):  # both streams are closed once the server has stopped
        for line in source:
            target.write(line)
            target.flush()


def test_two_addresses_are_never_mixed(site: Site, logged: Callable[..., Logged]) -> None:
    """Each of two servers with two addresses on one index folder shows its own editions only; a warning is logged."""
    site.episode()
    one = logged(LONGWAVE_URL="https://one.pod.example")
    two = logged(LONGWAVE_URL="https://two.pod.example")
    one.look(site)
    assert (one.hosts(), two.hosts()) == ({"one.pod.example"}, {"two.pod.example"})
    for name in ("one", "two", "three"):
        site.episode(title=f"Title {name}")
        done = site.run("reindex", LONGWAVE_URL=f"https://{name}.pod.example")
        previous = {"one": "two", "two": "one", "three": "two"}[name]
        assert (
            f"warning: the site was at https://{previous}.pod.example, and is at https://{name}.pod.example."
            in done.stderr
        )
        one.look(site)
        two.look(site)
        assert (one.hosts(), two.hosts()) == ({"one.pod.example"}, {"two.pod.example"})
    assert "Title one" in one.get(PATHS[0]).text
    assert "Title two" in two.get(PATHS[0]).text
    warning = "was made for https://three.pod.example, and this server is at https://one.pod.example."
    assert warning in one.log.read_text()
    assert "Give both the same LONGWAVE_URL, or each its own LONGWAVE_INDEX." in one.log.read_text()


def test_an_address_that_is_forgotten_takes_none_away(site: Site, logged: Callable[..., Logged]) -> None:
    """A reindex without the server's LONGWAVE_URL changes none of the server's feeds, and warns."""
    site.episode()
    server = logged(LONGWAVE_URL="https://one.pod.example")
    site.episode(title="Other")
    assert "was at https://one.pod.example, and is at no address" in site.run("reindex").stderr
    server.look(site)
    assert server.hosts() == {"one.pod.example"}
    second = site.run("reindex", LONGWAVE_URL="https://one.pod.example")
    assert second.returncode == 0
    wait_until(lambda: "Other" in server.get(PATHS[0]).text)


def test_the_same_address_is_the_same_wherever_it_stands(site: Site, logged: Callable[..., Logged]) -> None:
    """Servers with LONGWAVE_URL and without share editions only while it equals site.toml's url."""
    site.put("content/site.toml", 'url = "https://one.pod.example"\n')
    site.episode()
    said, unsaid = logged(LONGWAVE_URL="https://one.pod.example"), logged()
    site.episode(title="Other")
    site.run("reindex")
    for server in (said, unsaid):
        wait_until(lambda server=server: "Other" in server.get(PATHS[0]).text)
    site.put("content/site.toml", 'url = "https://two.pod.example"\n')
    assert "the site was at" not in site.run("reindex").stderr
    # Pages have the new address, but the guids in feeds keep the old one.
    wait_until(lambda: unsaid.hosts() == {"one.pod.example", "two.pod.example"})
    said.look(site)
    assert said.hosts() == {"one.pod.example"}


@pytest.mark.slow
def test_what_is_due_comes_at_both_addresses(site: Site, logged: Callable[..., Logged]) -> None:
    """A scheduled episode appears on servers with two addresses, which don't rebuild their shared index for ever."""
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=8)
    site.episode()
    site.episode("2-soon.md", date=soon.strftime("%Y-%m-%d %H:%M:%S +0000"))
    servers = [logged(LONGWAVE_URL=f"https://{name}.pod.example") for name in ("one", "two")]
    for server in servers:
        wait_until(lambda server=server: server.get("/podcast/2-soon").status == 200)
    assert datetime.now(UTC) >= soon
    for server in servers:
        server.look(site)
    made = IndexFolder(site.root / "index").current()
    # No signal says that no further edition is built, so the test waits.
    time.sleep(8 * LOOK)
    assert IndexFolder(site.root / "index").current() == made
    assert [server.hosts() for server in servers] == [{"one.pod.example"}, {"two.pod.example"}]


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Return the folder of a copy of Longwave's source with another version and another stylesheet."""
    for folder in ("site/longwave", "templates"):
        shutil.copytree(HERE / folder, tmp_path / "newer" / folder)
    package = tmp_path / "newer" / "site" / "longwave"
    config = package / "config.py"
    config.write_text(config.read_text().replace('VERSION = version("longwave")', 'VERSION = "99.0"'))
    style = package / "static" / "longwave.css"
    style.write_text(f"{style.read_text()}\n/* newer */\n")
    return tmp_path / "newer" / "site"


def test_two_versions_are_never_mixed(site: Site, logged: Callable[..., Logged], newer: Path) -> None:
    """A server shows no edition of another Longwave version, so no script or style is cached under a wrong address."""
    environment = {"PYTHONPATH": str(newer)}
    site.episode()
    old = logged()
    before = old.get(PATHS[0]).text
    site.episode(title="Other")
    assert "1 changed" in site.run_program("reindex", **environment).stdout
    new = logged(**environment)
    assert "Other" in new.get(PATHS[0]).text
    old.look(site)
    assert old.get(PATHS[0]).text == before
    assert "was written by another version of Longwave." in old.log.read_text()
    (theirs,) = set(re.findall(r"/static/(\w+)/longwave\.css", new.get(PATHS[0]).text))
    (ours,) = set(re.findall(r"/static/(\w+)/longwave\.css", before))
    assert theirs != ours
    mixed = old.get(f"/static/{theirs}/longwave.css")
    assert "newer" not in mixed.text
    assert "immutable" not in mixed.headers["Cache-Control"]
    assert new.get(f"/static/{theirs}/longwave.css").text.endswith("/* newer */\n")
    site.episode(title="Third")
    assert site.run("reindex").returncode == 0
    wait_until(lambda: "Third" in old.get(PATHS[0]).text)
    new.look(site)
    assert "Other" in new.get(PATHS[0]).text
