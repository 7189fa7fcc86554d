"""The factory ``create_app``, which makes the Flask app: settings, keeper, blueprints, page cache and middleware."""

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
from longwave.web.caching.page_cache import PageCache, declared_parameters
from longwave.web.metrics import METRICS, Metrics
from longwave.web.middleware import install_middleware
from longwave.web.request_context import KEEPER, PREVIEW, SEARCHES, SERVER_ADDRESS, SETTINGS, STOPPING, site_base
from longwave.web.request_log import access_log
from longwave.web.templating import RENDERER, Renderer
from longwave.web.views import blueprints, error_pages

_REDIS = "longwave.web.caching.redis_cache.RedisCache"
_CACHE_SECONDS = 86_400


@errors_in_one_line()  # `flask` calls this outside of our commands, which report errors in one line themselves.
def create_app(root: str | Path = ".", *, preview: bool = False) -> Flask:
    """Return the app of the site in the folder ``root``, which ``LONGWAVE_ROOT`` overrides.

    Only settings are read now, no content. With ``preview`` the site is for its author alone: it includes drafts and
    future episodes, and open pages are updated after each save. Raises LongwaveError for a setting that can't be used.
    """
    config, settings = read_environment(Path(root))
    settings = preview_settings(settings) if preview else settings
    app = Flask("longwave", static_folder=None, template_folder=None, instance_path=str(settings.instance))
    app.config |= config
    app.config |= {
        "CACHE_TYPE": settings.cache_type,
        "CACHE_BYTES": settings.cache_bytes,
        "CACHE_DEFAULT_TIMEOUT": _CACHE_SECONDS,
        "CACHE_NO_NULL_WARNING": True,
        "MAX_CONTENT_LENGTH": MAX_BODY_BYTES,
    }
    app.config.setdefault("CACHE_DIR", str(settings.index / "pages"))
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False

    keeper = Keeper(settings)
    app.extensions |= {
        KEEPER: keeper,
        SETTINGS: settings,
        RENDERER: Renderer(),
        PREVIEW: partial(create_app, root, preview=True),
        SEARCHES: SearchCounts(Path(app.instance_path), on=settings.count_searches),
        STOPPING: threading.Event(),
    }
    if settings.metrics or settings.metrics_token:
        app.extensions[METRICS] = Metrics(keeper)

    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    headers.init_app(app)
    error_pages.init_app(app)
    cli.init_app(app)

    backend = _cache_backend(app, settings.cache_type)
    limiting.init_app(app, settings, getattr(backend, "limiter_storage", None))
    pages = PageCache(
        app.wsgi_app,
        backend,
        keeper,
        lambda edition: site_base(edition, app.config.get(SERVER_ADDRESS, "")),
        declared_parameters(app),
    )
    install_middleware(app, settings, pages, access_log(settings.access_log))
    if preview:
        web_preview.init_app(app, keeper)
    return app


def _cache_backend(app: Flask, kind: str) -> BaseCache:
    """Return the page cache's backend, made by flask-caching from the configuration.

    Raises LongwaveError for a backend that can't be made.
    """
    if "redis" in kind.lower():
        # flask-caching's own backends store pickles, by which anybody who writes to Redis can run code here.
        if kind.lower() not in ("redis", "rediscache", _REDIS.lower()):
            hint = "It would keep pages as pickles, which whoever can write there makes run anything."
            raise LongwaveError(f"LONGWAVE_CACHE_TYPE: expected RedisCache, found {kind!r}.", hint)
        app.config["CACHE_TYPE"] = _REDIS
    try:
        # Without a context of its own, flask-caching would use the app of the command that is running.
        with app.app_context():
            backend: BaseCache = Cache(app).cache
    except (ImportError, RuntimeError, AttributeError, TypeError, KeyError, ValueError, OSError) as error:
        found = str(error).splitlines()[0]
        hint = "Leave it out, or try SimpleCache, FileSystemCache or RedisCache."
        raise LongwaveError(
            f"LONGWAVE_CACHE_TYPE: expected a backend of flask-caching, found {kind!r}: {found}.", hint
        ) from None
    return backend
