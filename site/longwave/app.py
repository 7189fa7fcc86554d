"""create_app: the whole wiring on one screen."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from flask import Flask
from flask_caching import Cache
from flask_caching.backends.base import BaseCache

from longwave import cli
from longwave.cli.base_command import errors_in_one_line
from longwave.cli.site_folder import read_environment
from longwave.config import MAX_BODY_BYTES, preview_settings
from longwave.edition import Keeper
from longwave.errors import LongwaveError
from longwave.search.search_counts import SearchCounts
from longwave.web import headers, limiting
from longwave.web import preview as web_preview
from longwave.web.cache_policy import reads_of
from longwave.web.metrics import METRICS, Metrics
from longwave.web.middleware import put_in_front
from longwave.web.page_cache import PageCache
from longwave.web.request_context import KEEPER, PREVIEW, SEARCHES, SERVED, SETTINGS, STOPPING, base_of
from longwave.web.request_log import opened
from longwave.web.views import VIEWS, error_pages

_REDIS = "longwave.web.redis_cache.RedisCache"


@errors_in_one_line()  # `flask` makes the app outside of our commands
def create_app(root: str | Path = ".", *, preview: bool = False) -> Flask:
    """The site in the folder ``root`` (``LONGWAVE_ROOT`` overrides it). Reads settings only; raises LongwaveError.

    With ``preview`` it is the site for its author alone: with what is unpublished, and pages that follow their files.
    """
    config, settings = read_environment(Path(root))
    settings = preview_settings(settings) if preview else settings
    app = Flask("longwave", static_folder=None, template_folder=None, instance_path=str(settings.instance))
    app.config |= config
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.config |= {
        "CACHE_TYPE": settings.cache_type,
        "CACHE_BYTES": settings.cache_bytes,
        "CACHE_DEFAULT_TIMEOUT": 86_400,
        "CACHE_NO_NULL_WARNING": True,
        "MAX_CONTENT_LENGTH": MAX_BODY_BYTES,
    }
    app.config.setdefault("CACHE_DIR", str(settings.index / "pages"))
    keeper = app.extensions[KEEPER] = Keeper(settings)
    app.extensions[SETTINGS] = settings
    app.extensions[PREVIEW] = partial(create_app, root, preview=True)
    app.extensions[SEARCHES] = SearchCounts(Path(app.instance_path), on=settings.count_searches)

    app.extensions[STOPPING] = threading.Event()
    if settings.metrics or settings.metrics_token:
        app.extensions[METRICS] = Metrics(app, keeper)

    for view in VIEWS:
        app.register_blueprint(view.blueprint)
    headers.init_app(app)
    error_pages.init_app(app)
    cli.init_app(app)

    backend = _backend(app, settings.cache_type)
    limiting.init_app(app, settings, getattr(backend, "counting", {"storage_uri": "memory://"}))
    kept = PageCache(
        app.wsgi_app,
        backend,
        keeper,
        lambda edition: base_of(edition, app.config.get(SERVED, "")),
        reads_of(app),
    )
    put_in_front(app, settings, kept, opened(settings.access_log))
    if preview:
        web_preview.init_app(app, keeper)
    return app


def _backend(app: Flask, kind: str) -> BaseCache:
    """The page cache's backend, as flask-caching makes it from the configuration."""
    if "redis" in kind.lower():
        # flask-caching's own keep pickles, which run what whoever wrote them wants.
        if kind.lower() not in ("redis", "rediscache", _REDIS.lower()):
            hint = "It would keep pages as pickles, which whoever can write there makes run anything."
            raise LongwaveError(f"LONGWAVE_CACHE_TYPE: expected RedisCache, found {kind!r}.", hint)
        app.config["CACHE_TYPE"] = _REDIS
    try:
        with app.app_context():  # else it looks in the app of the command that makes this one
            backend: BaseCache = Cache(app).cache
    except (ImportError, RuntimeError, AttributeError, TypeError, KeyError, ValueError, OSError) as error:
        found = str(error).splitlines()[0]
        hint = "Leave it out, or try SimpleCache, FileSystemCache or RedisCache."
        raise LongwaveError(
            f"LONGWAVE_CACHE_TYPE: expected a backend of flask-caching, found {kind!r}: {found}.", hint
        ) from None
    return backend
