"""A server that can't publish saved files keeps the last edition, and reports that it is out of date."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from support import Server, Site

from longwave.edition.build import publication
from longwave.edition.serve import failures

Open = Callable[[], FlaskClient]
Wait = Callable[..., None]


def test_what_can_not_be_published_is_told_by_all_who_are_asked(
    site: Site, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """/ready, /metrics and `check` report since when and why nothing can be published; `reindex` exits with 1."""
    path = site.episode()
    site.put("content/site.toml", 'url = "https://podcast.example.com"\n')
    server = serve(LONGWAVE_METRICS_TOKEN="secret")
    fresh = server.get("/ready")
    assert (fresh.status, "stale" in fresh.json) == (200, False)
    assert "longwave_stale_seconds 0.0\n" in server.get("/metrics", Authorization="Bearer secret").text
    began = datetime.now(UTC) - timedelta(seconds=1)

    def mistaken(*_: object) -> None:
        raise KeyError("a secret")

    with monkeypatch.context() as patched:
        # The injected bug isn't tied to a single file.
        patched.setattr(publication, "catalogue_of", mistaken)
        path.write_text(path.read_text().replace("Hello", "Goodbye"))
        failed = site.run("reindex")
        assert (failed.returncode, len(failed.stderr.splitlines())) == (1, 1)
        assert "KeyError: 'a secret' (test_stale.py:" in failed.stderr
        response = server.get("/ready")
        assert (response.status, response.json["status"], response.json["edition"]) == (
            200,
            "ok",
            fresh.json["edition"],
        )
        stale = response.json["stale"]
        assert began <= datetime.fromisoformat(stale["since"]) <= datetime.now(UTC)
        # /ready is public, so its reason must contain neither the error's text nor paths.
        assert stale["reason"] == "Longwave has made a mistake; the log says more."
        assert "longwave_stale_seconds 0.0\n" not in server.get("/metrics", Authorization="Bearer secret").text
        assert "Hello" in server.get("/podcast/1-first").text
        site.run("reindex")
        assert server.get("/ready").json["stale"]["since"] == stale["since"]
    checked = site.run("check")
    assert checked.returncode == 1
    message = "index: expected what is here to be published, found nothing published since"
    assert f"{message} {stale['since'][:10]}" in checked.stdout
    assert site.run("reindex").returncode == 0
    assert "stale" not in server.get("/ready").json
    assert "longwave_stale_seconds 0.0\n" in server.get("/metrics", Authorization="Bearer secret").text
    assert site.run("check").returncode == 0


def test_a_check_that_stumbles_is_one_line(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug that `longwave check` runs into is reported in one line with an exit code, without a traceback."""
    site.episode()
    monkeypatch.setattr("longwave.edition.check.site_check.catalogue_of", lambda *_: 1 / 0)
    done = site.run("check")
    assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (1, 1, "")
    assert "ZeroDivisionError: division by zero (test_stale.py:" in done.stderr


def test_the_log_says_it_once_a_minute(
    site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, eventually: Wait
) -> None:
    """A watching server that can't publish saved files logs that at most once a minute."""
    monkeypatch.setenv("LONGWAVE_WATCH", "1")
    monkeypatch.setattr(failures, "_REMINDER", 0.5)
    site.episode()
    client = open_client()
    assert client.get("/").status_code == 200
    shutil.copytree(site.root / "content", site.root / "kept")
    shutil.rmtree(site.root / "content")

    def reminders() -> int:
        return sum("Nothing could be published since" in record.getMessage() for record in caplog.records)

    eventually(lambda: client.get("/ready").json.get("stale"))
    reason = client.get("/ready").json["stale"]["reason"]
    assert reason == "content: expected a folder, found none. What was published before stays as it is."
    eventually(lambda: reminders() >= 2)
    assert (
        sum("expected a folder, found none" in record.getMessage() for record in caplog.records) < 2 * reminders() + 2
    )
    assert client.get("/podcast/1-first").status_code == 200
    shutil.copytree(site.root / "kept", site.root / "content")
    eventually(lambda: "stale" not in client.get("/ready").json)
    caplog.clear()
    eventually(lambda: client.get("/podcast/1-first").status_code == 200)
    assert reminders() == 0
