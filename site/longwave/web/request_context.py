"""The context of a request, for views: the edition, the site's absolute address, the app's keeper and its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, request

from longwave.config import Settings
from longwave.routes import Kind, path_for, prefixes

if TYPE_CHECKING:  # A command that only needs the settings loads no code for editions.
    from longwave.edition import Edition, Keeper
    from longwave.search.search_counts import SearchCounts

#: The key of a request's environment under which the page cache leaves the edition.
EDITION = "longwave.edition"
#: The key under which the page cache leaves its result: ``hit``, ``miss``, or ``none`` for a request that bypasses it.
CACHE_RESULT = "longwave.cached"
#: The key for the path of a request for audio that is served at a path of an old site's instead of below ``/audio/``.
OWN_AUDIO_PATH = "longwave.audio_path"
#: The key under which a view forbids the page cache to store a response whose address clients can vary at will.
UNCACHED = "longwave.uncached"
#: The key of the configuration for the address on which ``longwave serve`` listens.
SERVER_ADDRESS = "SERVED_ADDRESS"
#: Keys of an app's extensions: the keeper of editions, the settings, and the counts of searches.
KEEPER = "longwave.keeper"
SETTINGS = "longwave.settings"
SEARCHES = "longwave.searches"
#: The key of an app's extensions for an event that is set as soon as the server is told to stop.
STOPPING = "longwave.stopping"
#: The key of an app's extensions for a function that makes a preview of the same folder.
PREVIEW = "longwave.preview"
#: The beginnings of the paths of media files; waitress must get its own file wrapper, so the page cache skips them.
MEDIA_PREFIXES = prefixes(Kind.MEDIA)
#: The beginnings of the paths that report the state of the process, which are answered even without an edition.
STATUS_PATHS = prefixes(Kind.STATUS)


def media_path(edition: Edition | None, path: str) -> str:
    """Return the path below ``MEDIA_PREFIXES`` of the file that is served at ``path``; empty for a path of no file.

    Both are as in PATH_INFO: Latin-1 by the standard (PEP 3333), and UTF-8 by intention. ``edition`` knows the audio
    that is served at paths of an old site's.
    """
    own = edition.catalogue.audio_paths if edition is not None else {}
    audio = own.get(path.encode("latin-1", "replace").decode("utf-8", "replace")) if own else None
    if audio:
        return path_for("audio", show=audio[0], file=audio[1]).encode().decode("latin-1")
    return path if path.startswith(MEDIA_PREFIXES) else ""


def keeper() -> Keeper:
    """Return this app's keeper, which makes and holds editions."""
    return cast("Keeper", current_app.extensions[KEEPER])


def settings() -> Settings:
    """Return this app's settings."""
    return cast("Settings", current_app.extensions[SETTINGS])


def searches() -> SearchCounts:
    """Return this app's counts of searches."""
    return cast("SearchCounts", current_app.extensions[SEARCHES])


def edition() -> Edition:
    """Return the edition of this request, which is the same from its beginning to its end."""
    return cast("Edition", request.environ[EDITION])


def base() -> str:
    """Return the site's absolute address without a slash at its end. It is never made from a client's Host header."""
    return site_base(edition(), current_app.config.get(SERVER_ADDRESS, ""))


def site_base(edition: Edition, listening: str) -> str:
    """Return the site's address by ``site.toml`` or the environment, else ``listening``, the server's own address."""
    return edition.url or listening or "http://localhost"
