"""What stands before Flask: proxy fix -> known answers -> log and metrics -> page cache.

What isn't asked for isn't there.
"""

from __future__ import annotations

from wsgiref.types import WSGIApplication

from flask import Flask

from longwave.config import Settings
from longwave.web.answers import known_answers
from longwave.web.memory_cache import MemoryCache
from longwave.web.metrics import METRICS
from longwave.web.observing import Observer
from longwave.web.page_cache import PageCache
from longwave.web.proxies import ProxyFix
from longwave.web.request_context import KEEPER
from longwave.web.request_log import Lines

#: Where the observer is, if there is one.
OBSERVER = "longwave.observer"
_PAGES = "longwave.pages"


def put_in_front(app: Flask, settings: Settings, pages: PageCache, lines: Lines | None) -> None:
    """Lead every request of ``app`` through all of it. ``lines`` take a line for each."""
    app.extensions[_PAGES] = pages
    keeper, metrics = app.extensions[KEEPER], app.extensions.get(METRICS)
    front: WSGIApplication = pages
    observer = None
    if lines is not None or metrics is not None:
        front = observer = app.extensions[OBSERVER] = Observer(front, lines, metrics, keeper)
    if isinstance(pages.backend, MemoryCache):
        # No other backend bounds what is held here.
        front = known_answers(front, pages.backend, keeper, observer.again if observer else None)
    if settings.proxies is not None:
        front = ProxyFix(front, settings.proxies)
    app.wsgi_app = front  # type: ignore[method-assign, assignment]  # Flask's own way of putting middleware in front


def write_lines(app: Flask, settings: Settings, lines: Lines) -> None:
    """From now on write a line for each request."""
    put_in_front(app, settings, app.extensions[_PAGES], lines)
