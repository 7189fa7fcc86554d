"""Nobody outside makes Longwave ask this machine's networks: not by a redirect, not by a name that leads elsewhere.

Everything here runs in an internet of its own (`internet.py`), with real names, hosts and redirects.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import Site

INTERNET = Path(__file__).parents[1] / "fake_internet.py"
Run = Callable[..., "Told"]


@dataclass(frozen=True)
class Told:
    """What a command said, and what was asked of the host outside and of the one inside."""

    status: int
    text: str
    outside: list[str]
    inside: list[str]


def _isolated(*command: str) -> list[str]:
    return ["unshare", "--net", "--mount", *command]


@pytest.fixture(scope="module")
def _can_isolate() -> None:
    """Skip where this user can't make a network."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("unshare or ip is not installed")
    if subprocess.run(_isolated("true"), capture_output=True, check=False).returncode:
        pytest.skip("only root can make a network of its own")


@pytest.fixture
def run(_can_isolate: None, site: Site) -> Run:
    """Runs Python in the site's folder, in an internet of its own."""

    def python(*words: str) -> Told:
        command = _isolated(sys.executable, str(INTERNET), sys.executable, *words)
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        done = subprocess.run(
            command, cwd=site.root, env=environment, capture_output=True, text=True, timeout=180, check=True
        )
        return Told(**json.loads(done.stdout))

    return python


REFUSED = "an address of this machine's own network"


@pytest.mark.parametrize("name", ["turns", "both"])
def test_a_checked_feed_never_turns_inside(run: Run, name: str) -> None:
    """A name that led outside and then leads inside, or leads to both, is connected to nowhere inside."""
    told = run("-m", "longwave", "check", "--url", f"http://{name}.example/feed.xml")
    assert (told.status, told.inside) == (1, [])
    assert REFUSED in told.text


def test_a_checked_feed_leads_nowhere_inside(run: Run) -> None:
    """The files that a feed from outside names are asked for outside only: by their address, a redirect, or a name."""
    told = run("-m", "longwave", "check", "--url", "http://turns-later.example/feed.xml")
    assert "GET /feed.xml" in told.outside
    assert "HEAD /to-inside" in told.outside
    assert told.inside == []
    assert told.text.count(REFUSED) == 4  # the cover and three files


def test_a_redirect_of_what_is_typed_leads_nowhere_inside(run: Run) -> None:
    """A feed outside that sends on to one inside isn't followed there."""
    told = run("-m", "longwave", "check", "--url", "http://outside.example/to-inside?at=http://inside.example/feed.xml")
    assert (told.status, told.inside) == (1, [])
    assert REFUSED in told.text


def test_a_name_keeps_the_place_for_which_it_was_let_in(run: Run) -> None:
    """A name that leads inside when it is typed stays there: it can't have a feed from outside taken for one inside."""
    told = run("-m", "longwave", "check", "--url", "http://leaves.example/feed.xml")
    assert "GET /feed.xml" in told.inside
    assert "GET /feed.xml" not in told.outside


def test_an_old_feed_brings_nothing_from_inside(run: Run) -> None:
    """`import rss` leaves what a feed names inside where it is."""
    moved = run("-m", "longwave", "import", "rss", "http://turns-later.example/feed.xml", "--into", "here")
    assert "GET /feed.xml" in moved.outside
    assert moved.inside == []


def test_links_lead_nowhere_inside(run: Run, site: Site) -> None:
    """`check --external` asks links of a text outside only: by their address, a redirect, or a name."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    links = ("http://10.0.0.9/", "http://turns.example/", "http://both.example/", "http://outside.example/to-inside",
             "http://[::ffff:10.0.0.9]/", "http://167772169/", "http://0x0a.9/")  # fmt: skip
    site.episode(body="".join(f"<{link}>\n" for link in links) + "\n[turned](http://turns.example/again)\n")
    told = run("-m", "longwave", "check", "--external")
    assert told.inside == []
    assert told.text.count(REFUSED) == len(links)


#: Tells hubs of a feed, as the server's own thread does.
TELL = """
import sys, time
from pathlib import Path
from longwave.edition import websub
with websub._opened(Path("instance")) as database:
    rows = [(hub, "https://pod.example/feed.xml", time.time()) for hub in sys.argv[1:]]
    database.executemany("insert into pings values (?, ?, ?, 0, 0)", rows)
websub.tell(Path("instance"))
"""


def test_a_hub_by_its_name_is_asked_outside_only(run: Run) -> None:
    """A hub whose name leads inside, or that sends on to there, isn't followed, and the log says so."""
    hubs = ("http://inside.example/", "http://both.example/", "http://outside.example/to-inside")
    told = run("-c", TELL, *hubs)
    assert (told.outside, told.inside) == (["connected", "POST /to-inside"], [])
    assert told.text.count(f"yet: {REFUSED}") == 2
    assert "yet: the status 307" in told.text


@pytest.mark.parametrize("host", ["10.0.0.9", "[::ffff:10.0.0.9]", "hub"])
def test_an_owners_own_hub_is_told(run: Run, host: str) -> None:
    """A hub in this machine's networks is told where site.toml names it by its address, or by a name without a dot."""
    told = run("-c", TELL, f"http://{host}/hub")
    assert (told.text, told.inside) == ("", ["connected", "POST /hub"])
