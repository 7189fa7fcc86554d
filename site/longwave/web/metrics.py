"""The metrics that Prometheus reads. Each process counts for itself, each app in a registry of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from longwave.edition import Keeper
from longwave.errors import LongwaveError
from longwave.routes import find_route

#: The key of an app's extensions under which its metrics lie, if they are asked for.
METRICS = "longwave.metrics"
#: The upper bounds of the histograms' buckets in seconds. A cached page takes a tenth of the first, a search of a big
#: site a second at worst.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
#: The most characters of a path that are matched with the routes, as strangers may send 32 KB.
_MAX_PATH = 300


class Metrics:
    """The counters and histograms of one app, and gauges of the edition that it serves."""

    def __init__(self, keeper: Keeper) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Counter("longwave_requests", "Requests.", ("route", "status"), registry=registry)
        self._duration = Histogram(
            "longwave_request_duration_seconds", "Time until an answer was ready to be sent.", ("route",),
            buckets=_BUCKETS, registry=registry,
        )  # fmt: skip
        self._sent = Counter("longwave_sent_bytes", "Bytes of bodies that were sent.", ("route",), registry=registry)
        self._cached = Counter("longwave_page_cache", "Pages that were kept, or not.", ("result",), registry=registry)
        for result in ("hit", "miss"):
            # Both results (hit and miss) are counted from 0 at the start, so that Prometheus can compute a rate.
            self._cached.labels(result)
        self._search = Histogram(
            "longwave_search_duration_seconds", "Time that a search took.", buckets=_BUCKETS, registry=registry
        )
        registry.register(_EditionCollector(keeper))
        ProcessCollector(registry=registry)

    def count_request(self, path: str, status: int, seconds: float, cache: str = "none") -> None:
        """Count a request for ``path`` (PATH_INFO) that was answered after ``seconds``.

        ``cache`` is ``hit`` or ``miss`` where the page cache had part in the answer.
        """
        route = _route_name(path)
        self._requests.labels(route, str(status)).inc()
        self._duration.labels(route).observe(seconds)
        if cache != "none":
            self._cached.labels(cache).inc()

    def count_sent(self, path: str, count: int) -> None:
        """Count the bytes of a body that was sent for ``path`` (PATH_INFO)."""
        self._sent.labels(_route_name(path)).inc(count)

    def searched(self, seconds: float) -> None:
        """Count a search that took ``seconds``."""
        self._search.observe(seconds)

    def text(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        return generate_latest(self._registry)

    def listen(self, host: str, port: int) -> Callable[[], None]:
        """Serve the metrics on an address and a port of their own, and return a function that stops doing so.

        Raises LongwaveError when the port can't be used.
        """
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


class _EditionCollector(Collector):
    """The gauges of the edition that a keeper serves, read when somebody asks for them."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges of the current edition; nothing while no edition is served."""
        edition = self._keeper.current
        if edition is None:
            return
        age = (datetime.now(UTC) - edition.made).total_seconds()
        yield GaugeMetricFamily("longwave_edition_age_seconds", "Time since the edition was made.", age)
        yield GaugeMetricFamily("longwave_episodes", "Published episodes.", len(edition.catalogue.episodes))
        yield GaugeMetricFamily("longwave_problems", "Problems of the content.", self._keeper.count_problems())
        stale = self._keeper.stale()
        seconds = (datetime.now(UTC) - stale.since).total_seconds() if stale else 0
        about = "Time since which nothing can be published; 0 while what is saved can be."
        yield GaugeMetricFamily("longwave_stale_seconds", about, seconds)

    def describe(self) -> Iterable[Metric]:
        """Return nothing, so that a registration reads no edition."""
        return ()


def _route_name(path: str) -> str:
    """Return the rule of a path's route, such as ``/<show>/<slug>``: few labels, whatever strangers ask for."""
    # PATH_INFO is Latin-1 by the standard (PEP 3333), and UTF-8 by intention.
    text = path[:_MAX_PATH].encode("latin-1", "replace").decode("utf-8", "replace")
    route, _ = find_route(text)
    return route.rule if route else "other"
