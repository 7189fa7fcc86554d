"""`/metrics`: what Prometheus reads, and who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from support import Server, Site

Open = Callable[[], FlaskClient]


def read(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Each sample by its name and its labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def counting(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of a site that counts."""
    monkeypatch.setenv("LONGWAVE_METRICS", "1")
    site.episode()
    return open_client()


def test_it_is_off_by_default(site: Site, open_client: Open) -> None:
    """Who doesn't ask for it has no such address."""
    site.episode()
    assert open_client().get("/metrics").status_code == 404


def test_what_is_counted(site: Site, serve: Callable[..., Server], eventually: Callable[..., None]) -> None:
    """Requests by route and status, their time, hits and misses, bytes, searches, and the edition's age and episodes."""
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", b"x" * 5000)
    server = serve(LONGWAVE_METRICS="1")
    sent = sum(len(server.get("/podcast/1-first", Accept_Encoding="br").body) for _ in range(300))
    for number in range(20):
        server.get(f"/nothing/here/{number}")
    sent += len(server.get("/podcast/nothing").body)
    server.get("/search?q=hello")
    server.get("/audio/podcast/1-first.mp3", Range="bytes=0-99")
    # A download is counted at its end, which the server sees a moment after the client.
    eventually(
        lambda: 'longwave_sent_bytes_total{route="/audio/<show>/<path:file>"} 100.0' in server.get("/metrics").text
    )
    page = server.get("/metrics")
    assert (page.status, page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == (200, "no-store", "noindex")
    assert page.headers["Content-Type"].startswith("text/plain; version=")
    found = read(page.text)

    def of(name: str, **labels: str) -> float:
        return found[name, tuple(sorted(labels.items()))]

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
    assert of("longwave_problems") == 1  # that sound is none
    assert of("process_resident_memory_bytes") > 1_000_000
    # However many addresses strangers think of, there are few names.
    assert len({labels for name, labels in found if name == "longwave_requests_total"}) <= 6


def test_each_app_counts_for_itself(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two apps in one process don't add up."""
    monkeypatch.setenv("LONGWAVE_METRICS", "1")
    site.episode()
    one, other = open_client(), open_client()
    one.get("/")
    assert 'route="/"' in one.get("/metrics").text
    assert 'route="/"' not in other.get("/metrics").text


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("203.0.113.7", {}, 403),
        ("2001:db8::1", {}, 403),
        # What a proxy that nobody named hands on comes from anywhere.
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 403),
    ],
)
def test_who_may_read_it(counting: FlaskClient, peer: str, headers: dict[str, str], status: int) -> None:
    """This machine and its private network, if nothing was handed on."""
    answer = counting.get("/metrics", environ_overrides={"REMOTE_ADDR": peer}, headers=headers)
    assert answer.status_code == status


def test_a_token_decides(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is a token, who has it may read from anywhere, and nobody else from here."""
    monkeypatch.setenv("LONGWAVE_METRICS", "1")
    monkeypatch.setenv("LONGWAVE_METRICS_TOKEN", "s3cret")
    site.episode()
    client = open_client()
    for given, status in (("Bearer s3cret", 200), ("Bearer s3cre", 403), ("s3cret", 403), ("Bearer é", 403), ("", 403)):
        far = {"REMOTE_ADDR": "203.0.113.7"}
        assert client.get("/metrics", headers={"Authorization": given}, environ_overrides=far).status_code == status
    assert client.get("/metrics").status_code == 403
