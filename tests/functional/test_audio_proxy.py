"""Audio that a proxy sends by X-Sendfile or X-Accel-Redirect: nginx and Caddy, set up as docs/running.md says."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from reverse_proxies import start_proxy
from support import Answer, Server, Site, serving, wait_for_validators, wait_until

SOUND = "/audio/podcast/1-first.mp3"
SETTINGS = {"nginx": "X-Accel-Redirect=/protected/audio", "caddy": "X-Sendfile"}


@pytest.fixture(scope="module")
def furnished(shared_site: Site, mp3: Path) -> Site:
    """Return a site with published episodes, a draft, and a symbolic link that leads out of the audio folder."""
    site = shared_site
    site.put("content/site.toml", 'public = ["audio/podcast/odd*"]\n[shows.podcast]\ntitle = "The Böt"\n')
    site.episode(title="Höt 50%")
    site.episode("2026-01-03-2-second.md", draft=True)
    site.episode("2026-01-04-3-third.md")
    for name in ("1-first.mp3", "2-second.mp3", "3-third.mp3", "odd näme%20#1.m4a"):
        site.put(f"content/audio/podcast/{name}", mp3.read_bytes())
    (site.root / "content/audio/podcast/out.mp3").symlink_to(site.root / "content/site.toml")
    return site


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, furnished: Site, mp3: Path) -> Iterator[Server]:
    """Yield nginx or Caddy as a proxy before a server of the site."""
    kind = str(request.param)
    with serving(furnished.root, LONGWAVE_SENDFILE=SETTINGS[kind]) as server:
        before = start_proxy(kind, furnished.root, server.url, around="gzip on; gzip_types *;\n")
        # Longwave, not the proxy, sends a file that is too new to have an ETag.
        wait_for_validators(before, SOUND, mp3.read_bytes())
        yield before
        before.stop()


def _told(answer: Answer) -> tuple[str | None, str | None, str | None]:
    return tuple(answer.headers[name] for name in ("Content-Type", "Access-Control-Allow-Origin", "X-Sendfile"))  # type: ignore[return-value]


def test_the_proxy_sends_what_longwave_lets_out(proxy: Server, mp3: Path) -> None:
    """The proxy sends audio with Longwave's media type, file name and caching, whole and in ranges, under one ETag."""
    data = mp3.read_bytes()
    answer = proxy.get(f"{SOUND}?download=1", Accept_Encoding="gzip")
    assert (answer.status, answer.body, _told(answer)) == (200, data, ("audio/mpeg", "*", None))
    assert answer.headers["Content-Encoding"] is None
    assert "filename*=UTF-8''The%20B%C3%B6t%20-%20H%C3%B6t%2050%25.mp3" in answer.headers["Content-Disposition"]
    assert "max-age=86400" in answer.headers["Cache-Control"]
    etag = answer.headers["ETag"]
    for header, part in (("bytes=0-", data), ("bytes=10-19", data[10:20]), ("bytes=-9", data[-9:])):
        got = proxy.get(SOUND, Range=header, If_Range=etag)
        assert (got.status, got.body, got.headers["ETag"], _told(got)) == (206, part, etag, ("audio/mpeg", "*", None))
    head = proxy.get(SOUND, "HEAD")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", etag)
    assert head.headers["Content-Length"] == str(len(data))
    assert proxy.get(SOUND, If_None_Match=etag, Range="bytes=0-1").status == 304
    assert proxy.get(SOUND, If_Range='"old"', Range="bytes=0-1").status == 200
    assert proxy.get(SOUND, If_Match='"old"').status == 412
    assert proxy.get(SOUND, Range=f"bytes={len(data)}-").status == 416
    assert proxy.get(SOUND, "OPTIONS").headers["Access-Control-Allow-Methods"] == "GET, HEAD"


def test_the_proxy_sends_nothing_else(proxy: Server, mp3: Path) -> None:
    """A draft's audio, a missing file, the proxy's internal address and a symbolic link to elsewhere are 404."""
    for path in ("podcast/2-second.mp3", "podcast/no.mp3", "podcast/out.mp3", "podcast/..%2f..%2fsite.toml"):
        assert proxy.get(f"/audio/{path}").status == 404, path
    for path in (f"/protected{SOUND}", "/podcast/1-first.mp3", "/site.toml"):
        assert proxy.get(path).status in (301, 404), path
    odd = proxy.get("/audio/podcast/odd%20n%C3%A4me%2520%231.m4a")
    assert (odd.status, odd.body, _told(odd)[0]) == (200, mp3.read_bytes(), "audio/mpeg")


@pytest.mark.parametrize(
    ("setting", "header", "place"),
    [
        ("X-Sendfile", "X-Sendfile", "{disk}/podcast/b ü.mp3"),
        ("X-Accel-Redirect=/p/", "X-Accel-Redirect", "/p/podcast/b%20%C3%BC.mp3"),
    ],
)
def test_the_order_to_a_proxy(  # noqa: PLR0917
    site: Site,
    open_client: Callable[[], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    header: str,
    place: str,
) -> None:
    """The sendfile header for a proxy has the file's real path on disk, or its percent-encoded internal address."""
    site.episode()
    disk = site.root.parent / "disk"
    (disk / "podcast").mkdir(parents=True)
    (disk / "podcast/b ü.mp3").write_bytes(b"sound")
    (disk / "podcast/1-first.mp3").symlink_to("b ü.mp3")
    (site.root / "content/audio").symlink_to(disk)
    monkeypatch.setenv("LONGWAVE_SENDFILE", setting)
    client = open_client()
    # Longwave itself sends a file that has just been written, without Last-Modified.
    wait_until(lambda: client.head(SOUND).last_modified)
    answer = client.get(SOUND, headers={"Range": "bytes=0-1"})
    value = answer.headers[header].encode("latin-1").decode()
    assert (answer.status_code, answer.data, value) == (200, b"", place.format(disk=disk))
    assert "Content-Range" not in answer.headers


def test_no_proxy_takes_another_file_for_the_same(proxy: Server, furnished: Site) -> None:
    """An audio file that replaces one of the same size and time gets no 304 and no resumed range of the old one."""
    sound = "/audio/podcast/3-third.mp3"
    path = furnished.root / f"content{sound}"
    old = path.read_bytes()
    wait_until(lambda: proxy.get(sound, "HEAD").headers["Last-Modified"])
    before = proxy.get(sound)
    etag, date = before.headers["ETag"], before.headers["Last-Modified"]
    assert proxy.get(sound, If_None_Match=etag).status == 304
    assert proxy.get(sound, If_Modified_Since=date).status == 304
    beside = path.with_name(".beside")
    beside.write_bytes(old[::-1])
    shutil.copystat(path, beside)
    beside.replace(path)
    time.sleep(0.06)
    for asked in (
        {"If_None_Match": etag},
        {"If_Modified_Since": date},
        {"Range": "bytes=10-19", "If_Range": etag},
        {"Range": "bytes=10-19", "If_Range": date},
        {"If_None_Match": etag, "If_Modified_Since": date},
    ):
        answer = proxy.get(sound, **asked)
        assert (answer.status, answer.body) == (200, old[::-1]), asked
        assert answer.headers["ETag"] != etag
    assert proxy.get(sound, If_Match=etag).status == 412
    # The headers have no unfilled placeholder.
    assert "{" not in str(proxy.get(sound, Range="bytes=0-9").headers)


def _lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []


def test_the_log_says_what_it_cannot_know(site: Site, serve: Callable[..., Server], tmp_path: Path, mp3: Path) -> None:
    """Longwave's log line of a file sent by nginx lacks the byte count; nginx's line of the same request ID has it."""
    site.episode()
    site.put(f"content{SOUND}", mp3.read_bytes())
    log = tmp_path / "access.log"
    environment = {"LONGWAVE_ACCESS_LOG": str(log), "LONGWAVE_TRUSTED_PROXIES": "127.0.0.1"}
    server = serve(LONGWAVE_SENDFILE=SETTINGS["nginx"], LONGWAVE_METRICS_TOKEN="s3cret", **environment)
    before = start_proxy("nginx", site.root, server.url)
    size = len(mp3.read_bytes())
    try:
        wait_until(lambda: before.get(SOUND, "HEAD").headers["Last-Modified"])
        etag = before.get(SOUND, Range="bytes=10-109").headers["ETag"]
        before.get(SOUND)
        before.get(SOUND, Range="bytes=0-9", If_Range=etag)
        before.get(SOUND, If_None_Match=etag)
        before.get("/audio/podcast/no.mp3")
        wait_until(lambda: _lines(log) and _lines(log)[-1]["path"].endswith("no.mp3"))
    finally:
        before.stop()
    mine = [line for line in _lines(log) if line["path"] == SOUND]
    theirs = {line["request"]: line for line in _lines(tmp_path / "longwave-audio.log")}
    gets = [line for line in mine if line["method"] == "GET"]
    assert next(line["bytes"] for line in mine if line["method"] == "HEAD") == 0
    # A log line is written once its response has been sent, so the lines may be in another order than the requests.
    answers = sorted((line["status"], line["bytes"]) for line in gets if line["bytes"] is not None)
    assert answers == [(206, 10), (304, 0)]
    assert [line["status"] for line in gets if line["bytes"] is None] == [200, 200]
    sent = [theirs[line["request"]] for line in gets if line["bytes"] is None]
    assert sorted((line["status"], line["bytes"]) for line in sent) == [(200, size), (206, 100)]
    assert {line["path"] for line in theirs.values()} == {SOUND}
    metrics = server.get("/metrics", Authorization="Bearer s3cret").text
    assert 'longwave_sent_bytes_total{route="/audio/<show>/<path:file>"}' in metrics
