"""What Prometheus reads. Each process counts for itself, each app in a registry of its own."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate

from flask import Flask
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from werkzeug.exceptions import HTTPException

from longwave.edition import Edition, Keeper
from longwave.errors import LongwaveError
from longwave.web.seen import Seen

METRICS = "longwave.metrics"
#: Seconds. A kept page takes a tenth of the first one, a search on a big site a second at worst.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
#: What of a path is looked at.
_LONGEST = 300
_NAMES = (*map(str, _BUCKETS), "+Inf")


@dataclass(slots=True)
class _Row:
    """What is known of a route and a status."""

    route: str
    status: str
    requests: int = 0
    seconds: float = 0
    sent: int = 0
    buckets: list[int] = field(default_factory=lambda: [0] * len(_NAMES))


class Metrics(Collector):
    """Counts of requests and searches, and what is known of the edition when somebody asks.

    ``refresh`` is called before anybody reads them. Requests are counted in lists of our own: prometheus-client's
    counters and histograms take 4 us for one, as long as a fast server takes for a page.
    """

    def __init__(self, app: Flask, keeper: Keeper) -> None:
        registry = self._registry = CollectorRegistry()
        self._keeper = keeper
        self.refresh: Callable[[], None] = lambda: None
        self._route = _routes(app)
        self._rows: dict[tuple[str, int], _Row] = {}
        self._kept: Counter[str] = Counter(hit=0, miss=0)
        self._lock = threading.Lock()
        self._row = lru_cache(maxsize=4096)(self._find)
        self._search = Histogram(
            "longwave_search_duration_seconds", "Time that a search took.", buckets=_BUCKETS, registry=registry
        )
        registry.register(self)
        ProcessCollector(registry=registry)

    def saw(self, answers: Iterable[tuple[Seen, float]]) -> None:
        """Count answers, each with the seconds until it was ready, and what was sent of them."""
        with self._lock:
            # What is answered from memory is the same again and again, and takes no time.
            for (seen, seconds), count in Counter(answers).items():
                row = self._row(seen.path[:_LONGEST], seen.status)
                row.sent += count * (seen.sent or 0)
                if not seen.ends:
                    row.requests += count
                    row.seconds += count * seconds
                    row.buckets[bisect_left(_BUCKETS, seconds)] += count
                    self._kept[seen.cache] += count

    def searched(self, seconds: float) -> None:
        """Count a search."""
        self._search.observe(seconds)

    def text(self) -> bytes:
        """All of it, in Prometheus's own format."""
        return generate_latest(self._registry)

    def listen(self, host: str, port: int) -> Callable[[], None]:
        """Show them at an address and a port of their own until what is returned is called. Raises LongwaveError."""
        try:
            server, thread = start_http_server(port, host, self._registry)
        except OSError as error:
            found = f"LONGWAVE_METRICS: expected an address to listen on, found {host}:{port}: {error.strerror}."
            raise LongwaveError(found, "Each process needs a port of its own.") from None

        def close() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return close

    def collect(self) -> Iterable[Metric]:
        """What prometheus-client asks for."""
        requests = CounterMetricFamily("longwave_requests", "Requests.", labels=("route", "status"))
        duration = HistogramMetricFamily(
            "longwave_request_duration_seconds", "Time until an answer was ready to be sent.", labels=("route",)
        )
        sent = CounterMetricFamily("longwave_sent_bytes", "Bytes of bodies that were sent.", labels=("route",))
        kept = CounterMetricFamily("longwave_page_cache", "Pages that were kept, or not.", labels=("result",))
        self.refresh()
        with self._lock:
            rows = list(self._rows.values())
            for row in rows:
                requests.add_metric((row.route, row.status), row.requests)
            for route in dict.fromkeys(row.route for row in rows):
                own = [row for row in rows if row.route == route]
                counts = accumulate(map(sum, zip(*(row.buckets for row in own), strict=True)))
                named = list(zip(_NAMES, map(float, counts), strict=True))
                duration.add_metric((route,), named, sum(row.seconds for row in own))
                sent.add_metric((route,), sum(row.sent for row in own))
            for result in ("hit", "miss"):
                kept.add_metric((result,), self._kept[result])
        return (requests, duration, sent, kept, *self._gauges())

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that nobody has to count before the first request."""
        return ()

    def _gauges(self) -> Iterable[Metric]:
        now = self._keeper.current
        if now is not None:
            yield GaugeMetricFamily("longwave_edition_age_seconds", "Time since the edition was made.", _age(now))
            yield GaugeMetricFamily("longwave_episodes", "Published episodes.", len(now.catalogue.episodes))
            yield GaugeMetricFamily("longwave_problems", "Problems of the content.", self._keeper.count_problems())
            stale = self._keeper.stale()
            seconds = (datetime.now(UTC) - stale.since).total_seconds() if stale else 0
            about = "Time since which nothing can be published; 0 while what is saved can be."
            yield GaugeMetricFamily("longwave_stale_seconds", about, seconds)

    def _find(self, path: str, status: int) -> _Row:
        route = self._route(path)
        return self._rows.setdefault((route, status), _Row(route, str(status)))


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
