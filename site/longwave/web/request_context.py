"""The one edition and the one base address that a request sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, request

from longwave.config import Settings
from longwave.routes import Kind, prefixes

if TYPE_CHECKING:  # a command that asks for the settings needs no editions
    from longwave.edition import Edition, Keeper
    from longwave.search.search_counts import SearchCounts

#: Where the page cache, which comes first, leaves the request's edition.
EDITION = "longwave.edition"
#: Where it says what it did with a request: ``hit``, ``miss``, or ``none`` where it has no part in it.
CACHED = "longwave.cached"
SEARCHES = "longwave.searches"
#: The configuration's key for the address that ``flask serve`` listens on.
SERVED = "SERVED_ADDRESS"
KEEPER = "longwave.keeper"
SETTINGS = "longwave.settings"
#: Downloads pass the page cache by untouched: waitress must see its own file wrapper.
FILES = prefixes(Kind.MEDIA)
#: What is answered without an edition: the state of the process.
STATE = prefixes(Kind.STATUS)
#: An event, set as soon as the server is told to stop.
STOPPING = "longwave.stopping"
#: What makes a preview of the same folder.
PREVIEW = "longwave.preview"


def keeper() -> Keeper:
    """This process's keeper of editions."""
    return cast("Keeper", current_app.extensions[KEEPER])


def settings() -> Settings:
    """The settings of this process."""
    return cast("Settings", current_app.extensions[SETTINGS])


def searches() -> SearchCounts:
    """This process's counts of what is searched."""
    return cast("SearchCounts", current_app.extensions[SEARCHES])


def edition() -> Edition:
    """The edition of this request; the same one from its first line to its last."""
    return cast("Edition", request.environ[EDITION])


def base() -> str:
    """The site's absolute address without a slash at its end; never made from what the client sends."""
    return base_of(edition(), current_app.config.get(SERVED, ""))


def base_of(edition: Edition, served: str) -> str:
    """The address in ``site.toml`` or the environment, else the one that the server listens on."""
    return edition.url or served or "http://localhost"
