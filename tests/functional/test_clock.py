"""Wrong clocks of the machine, and the publication of an episode at its date."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import Server, Site

from longwave import create_app
from longwave.edition.serve.keeper import Keeper
from longwave.web.request_context import KEEPER

Wait = Callable[..., None]
#: The path of faketime, a program that runs another one with a shifted clock.
FAKETIME = shutil.which("faketime")
POD = 'url = "https://pod.example"\n'
#: Seconds until a test's episode is due; enough time to save other files on a busy machine.
SOON = 10


def ahead(days: float) -> str:
    """Return the date and time ``days`` from now as ISO 8601 text, for an episode's front matter."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def under(clock: str) -> dict[str, str]:
    """Return the environment variables of a command whose clock is shifted by, say, ``-3d`` or ``+2h``."""
    if FAKETIME is None:
        pytest.skip("faketime is not installed")
    library = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))))
    return {"LD_PRELOAD": str(library), "FAKETIME": clock, "NO_FAKE_STAT": "1"}


@pytest.fixture
def pod(site: Site) -> Site:
    """Return a site with an old episode, and one dated tomorrow that was published by a clock two days ahead."""
    site.put("content/site.toml", POD)
    site.episode(body="Old.")
    site.episode("2-news.md", title="News", date=ahead(1), body="News of tomorrow.")
    assert site.run_program("reindex", **under("+2d")).stdout.startswith("2 added")
    return site


@pytest.mark.parametrize("deleted", [(), ("index",)])
def test_a_clock_that_is_behind_unpublishes_nothing(
    pod: Site, serve: Callable[..., Server], deleted: tuple[str, ...]
) -> None:
    """A server that starts with a clock set back keeps all published episodes public, and reports the clock."""
    for folder in deleted:
        shutil.rmtree(pod.root / folder)
    # A changed file makes the server build a new edition.
    pod.episode(body="Old, and mended.")
    told = "instance/published.sqlite: warning: expected a clock that is past "
    checked = pod.run("check")
    assert told in checked.stdout
    assert ", as published" not in checked.stdout
    server = serve()
    assert "mended" in server.get("/podcast/1-first").text
    assert server.get("/podcast/2-news").status == 200
    assert "/podcast/2-news" in server.get("/podcast/feed.xml").text
    assert -49 * 3600 < server.get("/ready").json["clock"]["jumped"] < -47 * 3600
    assert "The clock was set back by 172," in server.started
    assert "What is out stays out." in server.started
    # `longwave reindex` accepts the clock, and the warning ends.
    assert told in pod.run("reindex").stderr
    assert told not in pod.run("check").stdout + pod.run("reindex").stderr
    assert server.get("/podcast/2-news").status == 200


@pytest.mark.parametrize("changed", ["nothing", "text", "audio", "slug"])
def test_a_renamed_episode_stays_out_when_the_clock_is_behind(pod: Site, mp3: Path, changed: str) -> None:
    """A published episode dated ahead of the clock stays public if it is renamed, unless its date is changed, too."""
    date, audio = ahead(1), pod.root / "content/audio/podcast"
    pod.put("content/audio/podcast/2-news.mp3", mp3.read_bytes())
    pod.episode("2-news.md", title="News", date=date, body="News of tomorrow.")
    assert pod.run_program("reindex", **under("+2d")).returncode == 0
    (audio / "2-news.mp3").rename(audio / "2-late.mp3")
    if changed != "slug":
        (pod.root / "content/podcast/2-news.md").unlink()
    if changed == "audio":
        (audio / "2-late.mp3").write_bytes(mp3.read_bytes() * 2)
    body = "Other words." if changed == "text" else "News of tomorrow."
    name, title = ("2-news.md", "News") if changed == "slug" else ("2-late.md", "Late" if changed == "text" else "News")
    pod.episode(name, title=title, date=date, body=body, slug="2-late")
    assert "found nothing" not in pod.run("check").stdout
    done = pod.run("reindex")
    assert "0 added, 0 changed, 1 renamed, 0 removed, 1 unchanged" in done.stdout
    assert "No longer served: content/audio/podcast/2-late.mp3" not in done.stdout + done.stderr
    pod.episode(name, title=title, date=ahead(1.5), body=body, slug="2-late")
    assert "1 removed" in pod.run("reindex").stdout


def test_an_author_may_still_move_a_date_ahead(pod: Site) -> None:
    """A published episode whose author moves the date ahead is unpublished until the clock reaches that date."""
    pod.episode("2-news.md", title="News", date=ahead(1.5), body="News of tomorrow.")
    done = pod.run("reindex")
    assert done.stdout.startswith("0 added, 0 changed, 1 removed, 1 unchanged")
    assert "expected the episode at /podcast/2-news" in done.stderr
    later = pod.run_program("reindex", **under("+2d"))
    assert later.stdout.startswith("1 added, 0 changed, 0 removed, 1 unchanged")


def test_an_episode_that_is_out_is_not_due_again(pod: Site) -> None:
    """An episode that is published, though the clock hasn't reached its date, isn't scheduled for that date again."""
    app = create_app(pod.root)
    keeper: Keeper = app.extensions[KEEPER]
    try:
        assert app.test_client().get("/podcast/2-news").status_code == 200
        assert keeper.edition().next_due is None
    finally:
        keeper.close()


def test_a_jump_of_the_clock_is_told(site: Site, eventually: Wait, caplog: pytest.LogCaptureFixture) -> None:
    """`/ready` and the log report that the machine's clock was changed, until it is right again."""
    site.episode()
    app = create_app(site.root)
    keeper: Keeper = app.extensions[KEEPER]
    ready: Callable[[], object] = lambda: app.test_client().get("/ready").json.get("clock", {}).get("jumped")  # noqa: E731
    try:
        keeper.edition()
        assert ready() is None
        clock = keeper.clock
        assert clock is not None
        steady = clock._steady
        # The test shifts the monotonic clock, as setting the machine's would affect all other programs.
        for seconds, jumped in ((7200, -7200), (0, None), (-600, 600)):
            clock._steady = lambda: steady() + seconds  # noqa: B023
            eventually(lambda: ready() == jumped)  # noqa: B023
    finally:
        keeper.close()
    said = [record.getMessage() for record in caplog.records]
    assert any(text.startswith("The clock was set back by 7,200 seconds, to ") for text in said)
    assert any(text.endswith("What is dated up to then comes out.") for text in said)


@pytest.mark.slow
def test_when_an_episode_s_time_comes_only_it_is_published(
    site: Site, serve: Callable[..., Server], eventually: Wait, mp3: Path
) -> None:
    """On a scheduled episode's date only it is published, with its current files; other saves wait for a reindex."""
    site.put("content/site.toml", POD)
    site.episode(body="Old.")
    site.episode("2026-01-02-2-news.md", title="News", body="News.")
    site.put("content/pages/about.md", "---\ntitle: About\n---\nUs.\n")
    server = serve()
    soon = (datetime.now(UTC) + timedelta(seconds=SOON)).isoformat()
    site.episode("9-soon.md", title="Soon", date=soon, body="A first version.")
    site.episode("2026-01-05-5-linking.md", title="Linking", body="Soon: [it]({% link podcast/9-soon.md %}).")
    assert site.run("reindex").returncode == 0
    eventually(lambda: server.get("/podcast/5-linking").status == 200)
    before = server.get("/podcast/1-first").text

    site.episode(body="Half a sent")
    site.episode("2026-01-03-3-new.md", title="New", body="Unfinished, too.")
    (site.root / "content/podcast/2026-01-02-2-news.md").unlink()
    site.put("content/site.toml", f'{POD}title = "Half a tit"\n')
    site.put("content/pages/about.md", "---\ntitle: Ab\n---\nHalf.\n")
    site.put("content/theme.css", "body { color: re")
    site.put("templates/404.html", "Half a page")
    site.episode("9-soon.md", title="Soon", date=soon, body="A mended version.")
    site.put("content/audio/podcast/9-soon.mp3", mp3.read_bytes())
    site.put("content/transcripts/podcast/9-soon.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nSpoken.\n")
    assert server.get("/podcast/9-soon").status == 404, "the machine is too slow for this test"

    eventually(lambda: server.get("/podcast/9-soon").status == 200)
    page, feed = server.get("/podcast/9-soon").text, server.get("/podcast/feed.xml").text
    assert "A mended version." in page
    assert "Spoken." in page
    assert f'length="{mp3.stat().st_size}"' in feed
    assert server.get("/search.json?q=mended").json["total"] == 1
    assert 'href="/podcast/9-soon"' in server.get("/podcast/5-linking").text
    assert server.get("/podcast/2-news").status == 200
    assert server.get("/podcast/3-new").status == 404
    assert server.get("/theme.css").status == 404
    assert "Us." in server.get("/about").text
    assert "Half" not in page + feed + "".join(server.get(path).text for path in ("/", "/podcast/1-first", "/nowhere"))
    assert server.get("/podcast/1-first").text.partition("<main")[2].partition("</article")[0] in before
    assert site.run("reindex").stdout.startswith("1 added, 1 changed, 1 removed, 2 unchanged")
    eventually(lambda: "Half a sent" in server.get("/podcast/1-first").text)
    assert server.get("/podcast/3-new").status == 200
    assert server.get("/podcast/2-news").status == 404


@pytest.mark.slow
def test_what_its_author_decided_meanwhile_holds(site: Site, serve: Callable[..., Server], eventually: Wait) -> None:
    """A cancelled or postponed episode isn't published on its first date; a broken one is, in its last good version."""
    server = serve()
    soon = (datetime.now(UTC) + timedelta(seconds=SOON)).isoformat()
    for how in ("draft", "deleted", "later", "broken"):
        site.episode(f"{how}.md", title=how, date=soon, body="As it was.")
    site.episode("old.md", title="Old", date="2026-01-01", slug="taken", body="The first here.")
    site.episode("a-new.md", title="New", date=soon, slug="taken", body="The second here.")
    assert site.run("reindex").returncode == 0
    site.episode("draft.md", title="Draft", date=soon, draft=True)
    (site.root / "content/podcast/deleted.md").unlink()
    site.episode("later.md", title="Later", date=ahead(1))
    site.put("content/podcast/broken.md", "---\ntitle: [")
    assert server.get("/podcast/broken").status == 404, "the machine is too slow for this test"
    eventually(lambda: server.get("/podcast/broken").status == 200)
    assert "As it was." in server.get("/podcast/broken").text
    assert [server.get(f"/podcast/{how}").status for how in ("draft", "deleted", "later")] == [404] * 3
    assert "The first here." in server.get("/podcast/taken").text
    assert "what has the address stays" in site.run("reindex").stderr
    eventually(lambda: server.get("/podcast/later").status == 404)
    assert "The first here." in server.get("/podcast/taken").text
