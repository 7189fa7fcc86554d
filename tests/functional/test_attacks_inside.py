"""No outsider makes Longwave connect "inside", to this machine's networks, by a redirect or by DNS rebinding.

Everything here runs in a network namespace of its own (`fake_internet.py`), with real names, hosts and redirects.
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
    """A command's exit status and output, and the requests that the fake outside and inside hosts received."""

    status: int
    text: str
    outside: list[str]
    inside: list[str]


def _isolated(*command: str) -> list[str]:
    return ["unshare", "--net", "--mount", *command]


@pytest.fixture(scope="module")
def _can_isolate() -> None:
    """Skip the test if this user can't create a network namespace."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("unshare or ip is not installed")
    if subprocess.run(_isolated("true"), capture_output=True, check=False).returncode:
        pytest.skip("only root can make a network of its own")


@pytest.fixture
def run(_can_isolate: None, site: Site) -> Run:
    """Return a function that runs Python with arguments in the site's folder, within the fake internet."""

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
    """`check --url` never connects to a host's private IP address that DNS gives beside or after a public one."""
    result = run("-m", "longwave", "check", "--url", f"http://{name}.example/feed.xml")
    assert (result.status, result.inside) == (1, [])
    assert REFUSED in result.text


def test_a_checked_feed_leads_nowhere_inside(run: Run) -> None:
    """`check --url` refuses files of a public feed that lie on private hosts, by IP address, redirect or host name."""
    result = run("-m", "longwave", "check", "--url", "http://turns-later.example/feed.xml")
    assert "GET /feed.xml" in result.outside
    assert "HEAD /to-inside" in result.outside
    assert result.inside == []
    assert result.text.count(REFUSED) == 4  # The cover and three other files are refused.


def test_a_redirect_of_what_is_typed_leads_nowhere_inside(run: Run) -> None:
    """A redirect of a public feed's address to a private one isn't followed."""
    result = run(
        "-m", "longwave", "check", "--url", "http://outside.example/to-inside?at=http://inside.example/feed.xml"
    )
    assert (result.status, result.inside) == (1, [])
    assert REFUSED in result.text


def test_a_name_keeps_the_place_for_which_it_was_let_in(run: Run) -> None:
    """A typed host that resolves to a private IP address is requested there, even if DNS gives another one later."""
    result = run("-m", "longwave", "check", "--url", "http://leaves.example/feed.xml")
    assert "GET /feed.xml" in result.inside
    assert "GET /feed.xml" not in result.outside


def test_an_old_feed_brings_nothing_from_inside(run: Run) -> None:
    """`import rss` fetches no private address that a feed names."""
    moved = run("-m", "longwave", "import", "rss", "http://turns-later.example/feed.xml", "--into", "here")
    assert "GET /feed.xml" in moved.outside
    assert moved.inside == []


def test_links_lead_nowhere_inside(run: Run, site: Site) -> None:
    """`check --external` requests a text's links from public hosts only, whether by address, redirect or name."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    links = ("http://10.0.0.9/", "http://turns.example/", "http://both.example/", "http://outside.example/to-inside",
             "http://[::ffff:10.0.0.9]/", "http://167772169/", "http://0x0a.9/")  # fmt: skip
    site.episode(body="".join(f"<{link}>\n" for link in links) + "\n[turned](http://turns.example/again)\n")
    result = run("-m", "longwave", "check", "--external")
    assert result.inside == []
    assert result.text.count(REFUSED) == len(links)


#: A program that notifies WebSub hubs of a feed's change, as a thread of the server does.
TELL = """
import sys, time
from pathlib import Path
from longwave.edition.serve import websub
with websub._opened(Path("instance")) as database:
    rows = [(hub, "https://pod.example/feed.xml", time.time()) for hub in sys.argv[1:]]
    database.executemany("insert into pings values (?, ?, ?, 0, 0)", rows)
websub.send_due_pings(Path("instance"))
"""


def test_a_hub_by_its_name_is_asked_outside_only(run: Run) -> None:
    """A WebSub hub at a private address, by its host name or a redirect, isn't notified, and the refusal is logged."""
    hubs = ("http://inside.example/", "http://both.example/", "http://outside.example/to-inside")
    result = run("-c", TELL, *hubs)
    assert (result.outside, result.inside) == (["connected", "POST /to-inside"], [])
    assert result.text.count(f"yet: {REFUSED}") == 2
    assert "yet: the status 307" in result.text


@pytest.mark.parametrize("host", ["10.0.0.9", "[::ffff:10.0.0.9]", "hub"])
def test_an_owners_own_hub_is_told(run: Run, host: str) -> None:
    """A WebSub hub in a private network is notified if site.toml names it by address, or by a name without a dot."""
    result = run("-c", TELL, f"http://{host}/hub")
    assert (result.text, result.inside) == ("", ["connected", "POST /hub"])
