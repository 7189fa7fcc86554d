"""The configuration files in docs/deploy.md (the guide), extracted and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Server, Site

pytestmark = pytest.mark.slow
GUIDE = Path(__file__).parents[2] / "docs" / "deploy.md"
FILES = {
    match[2]: match[1]
    for match in re.finditer(r"```\w+\n((?:#![^\n]*\n)?# (/\S+)\n.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
}
HOOKS = "/srv/podcast/site.git/hooks"
BIN = Path(sys.executable).parent


@pytest.fixture
def live(site: Site) -> Site:
    """Return the live site beside its bare git repository with both hooks, as the guide's second step makes them."""
    srv = site.root.parent
    _run("git", "init", "-q", "--bare", "--initial-branch=main", str(srv / "site.git"))
    (site.root / "content" / "audio").mkdir()
    for name in ("pre-receive", "post-receive"):
        hook = srv / "site.git" / "hooks" / name
        hook.write_text(FILES[f"{HOOKS}/{name}"].replace("/srv/podcast", str(srv)), "utf-8")
        hook.chmod(0o755)
    return site


@pytest.fixture
def desk(tmp_path: Path) -> Site:
    """Return the author's own copy of the site, a git repository with one commit."""
    desk = Site(tmp_path / "desk")
    desk.put("content/site.toml", 'title = "Mine"\nurl = "https://pod.example"\n')
    desk.episode(show="letters", title="As it was")
    _run("git", "init", "-q", "--initial-branch=main", str(desk.root))
    _commit(desk)
    return desk


def test_a_push_publishes(
    live: Site, desk: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """A running server shows a push to main within moments, deletions too."""
    assert _push(live, desk).returncode == 0
    server = serve()
    assert "As it was" in server.get("/letters/1-first").text
    desk.episode(show="letters", title="As it is")
    desk.episode("2026-01-03-2-second.md", show="letters")
    _commit(desk)
    pushed = _push(live, desk)
    assert "1 added, 1 changed, 0 removed" in pushed.stderr
    eventually(lambda: "As it is" in server.get("/letters/1-first").text)
    (desk.root / "content/letters/2026-01-03-2-second.md").unlink()
    _commit(desk)
    _push(live, desk)
    eventually(lambda: server.get("/letters/2-second").status == 404)


def test_a_push_with_a_mistake_is_refused(live: Site, desk: Site) -> None:
    """A push with a mistake is refused with its file and line; main, the live folder and the site stay as they were."""
    _push(live, desk)
    before = (live.root / "content/letters/2026-01-02-1-first.md").read_text()
    desk.put("content/letters/2026-01-02-1-first.md", "---\ntitle: [\n---\n")
    _commit(desk)
    pushed = _push(live, desk)
    assert pushed.returncode != 0
    assert "content/letters/2026-01-02-1-first.md:3: expected valid YAML" in pushed.stderr
    assert (live.root / "content/letters/2026-01-02-1-first.md").read_text() == before
    assert not list(live.root.parent.glob("tmp.*"))


def test_a_push_that_renames_an_episode_keeps_its_guid_and_its_address(
    live: Site, desk: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """A push that renames an episode prints the line that keeps its guid and address, which stay even without it."""
    first = "content/letters/2026-01-02-1-first.md"
    assert "nothing is published there that" in _push(live, desk).stderr
    server = serve()
    (desk.root / first).rename(desk.root / first.replace("1-first", "1-new"))
    _commit(desk)
    pushed = _push(live, desk)
    assert pushed.returncode == 0
    checked, _, published = pushed.stderr.partition("1 renamed")
    for part in (
        "warning: expected the address /letters/1-first and the guid https://pod.example/letters/1-first, as published",
        'for good by aliases: "1-first"',
        "longwave check --fix --live https://pod.example",
    ):
        assert part in checked
    assert published
    eventually(lambda: server.get("/letters/1-new").status == 200)
    assert ">https://pod.example/letters/1-first</guid>" in server.get("/letters/feed.xml").text
    assert server.get("/letters/1-first").headers["Location"] == "/letters/1-new"
    desk.episode("2026-01-02-1-new.md", show="letters", title="As it was", aliases="1-first")
    _commit(desk)
    assert "as published" not in _push(live, desk).stderr.replace("was published", "")


def test_audio_beside_git_counts_and_stays(live: Site, desk: Site, mp3: Path) -> None:
    """The check of a push sees audio that was copied to the server without git, and no push changes that audio."""
    sound = live.root / "content/audio/podcast/1-first.mp3"
    sound.parent.mkdir()
    sound.write_bytes(mp3.read_bytes())
    desk.episode(audio="1-first.mp3", description="D")
    _commit(desk)
    pushed = _push(live, desk)
    assert pushed.returncode == 0
    assert "1-first.mp3" not in pushed.stderr
    assert sound.read_bytes() == mp3.read_bytes()


def test_other_branches_are_kept_but_not_published(live: Site, desk: Site) -> None:
    """A pushed branch other than main is stored in the repository, but not published."""
    _push(live, desk)
    desk.episode(show="letters", title="Not yet")
    _commit(desk)
    assert _push(live, desk, "main:later").returncode == 0
    assert "Not yet" not in (live.root / "content/letters/2026-01-02-1-first.md").read_text()
    assert _push(live, desk, ":main").returncode != 0


def test_the_units_are_systemd_s(tmp_path: Path) -> None:
    """systemd-analyze finds no mistake in the guide's two units."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    units = [tmp_path / f"longwave.{kind}" for kind in ("socket", "service")]
    for unit in units:
        text = FILES[f"/etc/systemd/system/{unit.name}"]
        unit.write_text(text.replace("/usr/local/bin/longwave", shutil.which("true") or "/bin/true"), "utf-8")
    checked = subprocess.run([program, "verify", *map(str, units)], capture_output=True, text=True, check=False)
    assert [line for line in checked.stderr.splitlines() if "longwave." in line] == []
    assert checked.returncode == 0


def test_the_caddyfile_is_caddy_s(tmp_path: Path) -> None:
    """Caddy accepts the guide's Caddyfile."""
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("caddy is not installed")
    (tmp_path / "Caddyfile").write_text(FILES["/etc/caddy/Caddyfile"], "utf-8")
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(tmp_path))
    command = [program, "adapt", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
    _run(*command, **homes)


def _push(live: Site, desk: Site, what: str = "main") -> subprocess.CompletedProcess[str]:
    command = ["git", "-C", str(desk.root), "push", str(live.root.parent / "site.git"), what]
    return subprocess.run(command, env=_environment(live), capture_output=True, text=True, timeout=120, check=False)


def _commit(desk: Site) -> None:
    for command in (("add", "-A"), ("-c", "user.name=A", "-c", "user.email=a@pod.example", "commit", "-qm", "x")):
        _run("git", "-C", str(desk.root), *command)


def _environment(live: Site) -> dict[str, str]:
    # PATH has `longwave` as in the guide, and TMPDIR is a folder that the test can inspect.
    return {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "TMPDIR": str(live.root.parent)}


def _run(*command: str, **environment: str) -> None:
    subprocess.run(command, env={**os.environ, **environment}, capture_output=True, timeout=60, check=True)
