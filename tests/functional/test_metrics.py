"""`/metrics` for Prometheus, and its access control."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from support import Server, Site

from longwave.config import read_settings

Open = Callable[[], FlaskClient]
TOKEN = {"Authorization": "Bearer s3cret"}


def read(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return the value of each Prometheus sample in a text by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_it_is_off_by_default(site: Site, open_client: Open) -> None:
    """`/metrics` is a 404 by default."""
    site.episode()
    assert open_client().get("/metrics").status_code == 404


def test_what_is_counted(site: Site, serve: Callable[..., Server], eventually: Callable[..., None]) -> None:
    """`/metrics` counts requests by route and status, their time and bytes, cache hits, searches and episodes."""
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", b"x" * 5000)
    server = serve(LONGWAVE_METRICS_TOKEN="s3cret")
    sent = sum(len(server.get("/podcast/1-first", Accept_Encoding="br").body) for _ in range(300))
    for number in range(20):
        server.get(f"/nothing/here/{number}")
    sent += len(server.get("/podcast/nothing").body)
    server.get("/search?q=hello")
    server.get("/audio/podcast/1-first.mp3", Range="bytes=0-99")
    # A download is counted when it ends, which the server notices a moment later than the client.
    eventually(
        lambda: (
            'longwave_sent_bytes_total{route="/audio/<show>/<path:file>"} 100.0' in server.get("/metrics", **TOKEN).text
        )
    )
    page = server.get("/metrics", **TOKEN)
    assert (page.status, page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == (200, "no-store", "noindex")
    assert page.headers["Content-Type"].startswith("text/plain; version=")
    samples = read(page.text)

    def of(name: str, **labels: str) -> float:
        return samples[name, tuple(sorted(labels.items()))]

    assert of("longwave_requests_total", route="/<show>/<slug>", status="200") == 300
    assert of("longwave_requests_total", route="/<show>/<slug>", status="404") == 1
    assert of("longwave_requests_total", route="other", status="404") == 20
    assert of("longwave_requests_total", route="/audio/<show>/<path:file>", status="206") == 1
    assert of("longwave_sent_bytes_total", route="/audio/<show>/<path:file>") == 100
    assert of("longwave_sent_bytes_total", route="/<show>/<slug>") == sent
    assert of("longwave_page_cache_total", result="hit") == 299
    assert of("longwave_page_cache_total", result="miss") >= 2
    assert of("longwave_request_duration_seconds_count", route="/<show>/<slug>") == 301
    assert of("longwave_search_duration_seconds_count") == 1
    assert 0 < of("longwave_edition_age_seconds") < 60
    assert of("longwave_episodes") == 1
    assert of("longwave_problems") == 1  # The one problem is the audio file, which isn't an MP3.
    assert of("process_resident_memory_bytes") > 1_000_000
    # Unknown addresses share one label, so the number of series stays small.
    assert len({labels for name, labels in samples if name == "longwave_requests_total"}) <= 6


def test_each_app_counts_for_itself(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two Longwave apps in one process have separate counters on `/metrics`."""
    monkeypatch.setenv("LONGWAVE_METRICS_TOKEN", "s3cret")
    site.episode()
    one, other = open_client(), open_client()
    one.get("/")
    assert 'route="/"' in one.get("/metrics", headers=TOKEN).text
    assert 'route="/"' not in other.get("/metrics", headers=TOKEN).text


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.1.2.3", "203.0.113.7", ""])
@pytest.mark.parametrize("said", ["X-Forwarded-For", "X_Forwarded_For", "Forwarded", "Via"])
def test_only_a_token_opens_it(
    site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch, peer: str, said: str
) -> None:
    """A client with the token may read `/metrics` from anywhere; others may not, even locally or by forged headers."""
    monkeypatch.setenv("LONGWAVE_METRICS_TOKEN", "s3cret")
    monkeypatch.setenv("LONGWAVE_TRUSTED_PROXIES", "127.0.0.1,unix")
    site.episode()
    client = open_client()
    for given, status in (("Bearer s3cret", 200), ("Bearer s3cre", 403), ("s3cret", 403), ("Bearer é", 403), ("", 403)):
        headers = {"Authorization": given, said: "127.0.0.1"}
        answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
        assert answer.status_code == status
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": peer}).status_code == 403


def test_a_loopback_port_of_their_own(site: Site, serve: Callable[..., Server], free_port: int) -> None:
    """Without a token the metrics are served on a loopback address and a port of their own, not by the site."""
    site.episode()
    server = serve(LONGWAVE_METRICS=f"127.0.0.1:{free_port}")
    server.get("/podcast/1-first")
    own = Server(f"http://127.0.0.1:{free_port}", server.process, "").get("/metrics")
    assert (own.status, own.headers.get_content_type()) == (200, "text/plain")
    assert read(own.text)["longwave_requests_total", (("route", "/<show>/<slug>"), ("status", "200"))] == 1
    assert server.get("/metrics").status == 404
    assert server.get("/metrics", Authorization="Bearer ").status == 404
    second = site.run_program("serve", "--port", "0", LONGWAVE_METRICS=f"127.0.0.1:{free_port}")
    assert (second.returncode, second.stderr.count("\n")) == (1, 1)
    assert f"127.0.0.1:{free_port}: Address already in use" in second.stderr


@pytest.mark.parametrize("address", ["1", "9100", "0.0.0.0:9100", "10.0.0.1:9100", "[::]:9100", "127.0.0.1:0", "127.0.0.1:70000", "localhost:9100"])  # fmt: skip
def test_no_other_address_will_do(site: Site, address: str) -> None:
    """A public or missing address for the metrics is refused in one line that names the alternative."""
    site.episode()
    done = site.run_program("reindex", LONGWAVE_METRICS=address)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "LONGWAVE_METRICS: expected a loopback address" in done.stderr
    assert "LONGWAVE_METRICS_TOKEN" in done.stderr


def test_the_loopback_of_ipv6_will_do() -> None:
    """The metrics setting accepts loopback addresses of IPv4 and IPv6, and 0 turns the port off."""
    assert read_settings({"METRICS": "[::1]:9100"}, Path()).metrics == ("::1", 9100)
    assert read_settings({"METRICS": 0}, Path()).metrics is None
