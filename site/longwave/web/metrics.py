"""What Prometheus reads at `/metrics`. Each process counts for itself, in a registry of each app's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from werkzeug.exceptions import HTTPException

from longwave.edition import Edition, Keeper

METRICS = "longwave.metrics"
#: Seconds. A kept page takes a tenth of the first one, a search on a big site a second at worst.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """Counts of requests and searches, and what is known of the edition when somebody asks."""

    def __init__(self, app: Flask, keeper: Keeper) -> None:
        registry = self._registry = CollectorRegistry()
        self._edition = keeper.now
        self._route = lru_cache(maxsize=4096)(_routes(app))
        self._requests = Counter("longwave_requests", "Requests.", ("route", "status"), registry=registry)
        self._seconds = Histogram(
            "longwave_request_duration_seconds",
            "Time until an answer was ready to be sent.",
            ("route",),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._cache = Counter("longwave_page_cache", "Pages that were kept, or not.", ("result",), registry=registry)
        self._sent = Counter("longwave_sent_bytes", "Bytes of bodies that were sent.", ("route",), registry=registry)
        self._search = Histogram(
            "longwave_search_duration_seconds", "Time that a search took.", buckets=_BUCKETS, registry=registry
        )
        for name, help_, value in (
            ("longwave_edition_age_seconds", "Time since the edition was made.", _age),
            ("longwave_episodes", "Published episodes.", lambda now: len(now.catalogue.episodes)),
            ("longwave_problems", "Problems of the content that was read.", lambda now: len(now.problems)),
        ):
            Gauge(name, help_, registry=registry).set_function(self._reading(value))
        ProcessCollector(registry=registry)
        self._children = lru_cache(maxsize=1024)(self._make)
        self._results = {name: self._cache.labels(name) for name in ("hit", "miss")}

    def saw(self, path: str, status: int, seconds: float, cache: str) -> None:
        """Count a request that is answered."""
        requests, duration, _ = self._children(self._route(path), status)
        requests.inc()
        duration.observe(seconds)
        result = self._results.get(cache)
        if result is not None:
            result.inc()

    def sent(self, path: str, status: int, count: int) -> None:
        """Count what was sent of an answer; of a download at its end."""
        if count:
            self._children(self._route(path), status)[2].inc(count)

    def searched(self, seconds: float) -> None:
        """Count a search."""
        self._search.observe(seconds)

    def text(self) -> bytes:
        """All of it, in Prometheus's own format."""
        return generate_latest(self._registry)

    def _make(self, route: str, status: int) -> tuple[Counter, Histogram, Counter]:
        # Looked up once: to find a counter by its labels costs more than to count.
        return self._requests.labels(route, status), self._seconds.labels(route), self._sent.labels(route)

    def _reading(self, value: Callable[[Edition], float]) -> Callable[[], float]:
        def read() -> float:
            now = self._edition()
            return float("nan") if now is None else value(now)

        return read


def _age(edition: Edition) -> float:
    return (datetime.now(UTC) - edition.made).total_seconds()


def _routes(app: Flask) -> Callable[[str], str]:
    """For a path the rule that it follows, such as ``/<show>/<slug>``: few names, whatever strangers ask for."""

    def find(path: str) -> str:
        try:
            text = path.encode("latin-1").decode("utf-8", "replace")
            rule, _ = app.url_map.bind("localhost").match(text, method="GET", return_rule=True)
        except (HTTPException, UnicodeError):
            return "other"
        return str(rule.rule)

    return find
