"""`longwave check --live` compares a content folder with the live site, as a git hook does before it accepts a push."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Server, Site, serving

POD = 'title = "Pod"\nurl = "https://pod.example"\n[shows.podcast]\nguid = "pod:{slug}"\n'
NEW = "content/podcast/2026-01-02-1-new.md"


@pytest.fixture
def live(site: Site, mp3: Path) -> Site:
    """Return the live site, with two episodes, a tag and a page."""
    site.put("content/site.toml", POD)
    site.episode(body="Hello.", tags=["python"], description="D")
    site.episode("2026-01-03-2-two.md", title="#2: Two", body="Two.", description="D")
    site.put("content/pages/about.md", "---\ntitle: About\n---\nUs.\n")
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    assert site.run("reindex").returncode == 0
    return site


@pytest.fixture
def pushed(live: Site, tmp_path: Path) -> Site:
    """Return a changed copy of the live site: one episode and its audio are renamed, the other and the page deleted."""
    shutil.copytree(live.root / "content", tmp_path / "new" / "content")
    new = Site(tmp_path / "new")
    (new.root / "content/podcast/2026-01-02-1-first.md").rename(new.root / NEW)
    (new.root / "content/audio/podcast/1-first.mp3").rename(new.root / "content/audio/podcast/1-new.mp3")
    new.episode("2026-01-02-1-new.md", title="A new title", body="Hello.", tags=["python"], description="D")
    (new.root / "content/podcast/2026-01-03-2-two.md").unlink()
    (new.root / "content/pages/about.md").unlink()
    return new


@pytest.fixture(params=["folder", "address"])
def named(request: pytest.FixtureRequest, live: Site, serve: Callable[..., Server]) -> str:
    """Return the value of --live: the live site's folder or its address."""
    return str(live.root) if request.param == "folder" else serve().url


def test_what_a_push_would_change_is_named(live: Site, pushed: Site, named: str) -> None:
    """`check --live` reports each changed or lost guid and address with the line to write that keeps it."""
    assert "as published" not in pushed.run("check").stdout
    checked = pushed.run("check", "--live", named)
    assert checked.returncode == 0
    lines = [line for line in checked.stdout.splitlines() if ", as published" in line]
    (renamed,) = [line for line in lines if line.startswith(f"{NEW}:1: warning: ")]
    for part in (
        "the address /podcast/1-first ", "the address /audio/podcast/1-first.mp3 ", "the guid pod:1-first, as published",
        "found /podcast/1-new and /audio/podcast/1-new.mp3 and pod:1-new.", 'aliases: "1-first", guid: "pod:1-first"',
        '"/audio/podcast/1-first.mp3" = "/audio/podcast/1-new.mp3" below [redirects]',
    ):  # fmt: skip
        assert part in renamed
    assert any(
        "expected the episode at /podcast/2-two with the guid pod:2-two, as published, found nothing." in t
        for t in lines
    )
    assert any("expected the page /about, as published, found nothing." in t and '"/about" = "/"' in t for t in lines)
    assert len(lines) == 3
    assert not (pushed.root / "instance").exists()


def test_the_lines_are_written_at_home(live: Site, pushed: Site, named: str) -> None:
    """`--fix --live` writes the lines that keep guids and addresses, in a folder that was never published."""
    before = (live.root / "instance/published.sqlite").read_bytes()
    fixed = pushed.run("check", "--fix", "--yes", "--live", named)
    assert fixed.stdout.endswith("2 files changed.\n")
    assert 'aliases: ["1-first"]\nguid: "pod:1-first"\n' in (pushed.root / NEW).read_text()
    checked = pushed.run("check", "--live", named, "--format", "json")
    problems = [p for p in json.loads(checked.stdout)["problems"] if p["rule"] == "identity"]
    assert ["1-first" in problem["expected"] for problem in problems] == [False, False]
    assert (live.root / "instance/published.sqlite").read_bytes() == before


@pytest.mark.parametrize("published", [False, True], ids=["before the push", "after it"])
def test_the_command_that_a_hook_prints_works_in_the_author_s_clone(
    site: Site, tmp_path: Path, free_port: int, published: bool
) -> None:
    """`check --live FOLDER` prints a command with the live site's URL, which adds the lines in an author's clone."""
    url = f"http://127.0.0.1:{free_port}"
    site.put("content/site.toml", f'title = "Pod"\nurl = "{url}"\n')
    site.episode(body="Hello.", description="D")
    assert site.run("reindex").returncode == 0
    shutil.copytree(site.root / "content", tmp_path / "clone" / "content")
    clone = Site(tmp_path / "clone")
    (clone.root / "content/podcast/2026-01-02-1-first.md").rename(clone.root / NEW)
    printed = clone.run("check", "--live", str(site.root)).stdout
    command = re.search(r"longwave (check [^`]*)` writes it", printed)
    assert command is not None
    if published:
        (site.root / "content/podcast/2026-01-02-1-first.md").rename(site.root / NEW)
        assert "1 renamed" in site.run("reindex").stdout
    with serving(site.root, "--port", str(free_port)):
        fixed = clone.run(*shlex.split(command[1]), "--yes")
        assert fixed.stdout.endswith("1 file changed.\n")
        assert 'aliases: ["1-first"]\n' in (clone.root / NEW).read_text()
        assert "as published" not in clone.run("check", "--live", url).stdout


def test_a_long_feed_is_compared_to_its_end(live: Site, tmp_path: Path, free_port: int) -> None:
    """`check --live` reads all pages of a live site's paged feeds."""
    live.put("content/site.toml", f"feed_limit = 1\n{POD}")
    shutil.copytree(live.root / "content", tmp_path / "new" / "content")
    new = Site(tmp_path / "new")
    first, second = (path.relative_to(new.root) for path in sorted((new.root / "content/podcast").glob("*.md")))
    (new.root / first).rename((new.root / first).with_name("2026-01-02-1-a.md"))
    (new.root / second).rename((new.root / second).with_name("2026-01-03-2-b.md"))
    with serving(live.root, "--port", str(free_port), LONGWAVE_URL=f"http://127.0.0.1:{free_port}") as server:
        compared = new.run("check", "--live", server.url)
    for old in ("1-first", "2-two"):
        assert f'aliases: "{old}", guid: "pod:{old}"' in compared.stdout


def test_where_nothing_is_published_there_is_nothing_to_compare(site: Site, tmp_path: Path) -> None:
    """`check --live` accepts an empty live site, as before a first push, but no folder or address without a site."""
    site.episode()
    (tmp_path / "live" / "content").mkdir(parents=True)
    first = site.run("check", "--live", str(tmp_path / "live"))
    assert first.returncode == 0
    assert first.stderr == f"{tmp_path / 'live'}: nothing is published there that this could be compared with.\n"
    assert json.loads(site.run("check", "--live", str(tmp_path / "live"), "--format", "json").stdout)["errors"] == 0
    for named, words in (
        (str(tmp_path / "nowhere"), "expected the folder of a live site, found no content in it."),
        ("https://", "expected a live site with a sitemap, found"),
        ("http://127.0.0.1:1", "expected a live site with a sitemap, found: Connection refused."),
    ):
        refused = site.run("check", "--live", named)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert words in refused.stderr
        assert refused.stderr.count("\n") == 1
    for other in ("--url", "--against"):
        refused = site.run("check", "--live", str(tmp_path / "live"), other, "https://pod.example/feed.xml")
        assert refused.returncode == 2
        assert "--live: expected the content to be checked" in refused.stderr
