"""The table of routes: every address of the site, spelled once.

The table is the source of Flask's rules, the addresses in pages and feeds, the names that no show may have, the sitemap
and the check of links. It doesn't import Flask, so every layer can use it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from urllib.parse import quote, urlencode


class Kind(Enum):
    """The kinds of routes, between which the sitemap, the page cache and the metrics distinguish."""

    #: A page for people, which the sitemap lists.
    PAGE = "page"
    #: A page that the sitemap doesn't list: the search, and the player that other sites embed.
    UNLISTED = "unlisted page"
    #: A document for programs: a feed, a transcript, an icon.
    DOCUMENT = "document"
    #: A file of audio or an image, which may be large and isn't put into the page cache.
    MEDIA = "media file"
    #: A report on the state of the process, available even without an edition.
    STATUS = "status"
    #: An address that exists only in a preview.
    PREVIEW = "preview"


_VARIABLE = re.compile(r"<(?:(?P<converter>path|any)(?:\((?P<choices>[^)]*)\))?:)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Route:
    """A route: its name, the rule of its addresses (in the syntax of Flask's rules), and its kind.

    The variable ``<tag>`` matches one segment of a path, ``<path:name>`` one or more segments, and ``<any(xml,
    json):form>`` one of the words.
    """

    name: str
    rule: str
    kind: Kind

    @cached_property
    def variables(self) -> frozenset[str]:
        """Return the names of the variables in the rule."""
        return frozenset(match["name"] for match in _VARIABLE.finditer(self.rule))

    @cached_property
    def prefix(self) -> str:
        """Return the path before the first variable: ``/audio/`` for ``/audio/<show>/<path:file>``."""
        return self.rule.partition("<")[0]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the variables' values in ``path`` (decoded, without a query); None for a path of another route."""
        match = self._pattern.fullmatch(path)
        return match.groupdict() if match else None

    def path(self, **values: str | int) -> str:
        """Return the decoded path with the variables' values filled in. Raises KeyError when one is missing."""
        return _VARIABLE.sub(lambda match: str(values[match["name"]]), self.rule)

    def address(self, **values: str | int) -> str:
        """Return the percent-encoded path with the variables' values filled in. Raises KeyError when one is missing."""

        def encoded(match: re.Match[str]) -> str:
            safe = "/" if match["converter"] == "path" else ""
            return quote(str(values[match["name"]]), safe, errors="replace")

        return _VARIABLE.sub(encoded, self.rule)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts, end = [], 0
        for match in _VARIABLE.finditer(self.rule):
            words = "|".join(re.escape(word.strip()) for word in (match["choices"] or "").split(","))
            value = {"any": words, "path": "[^/].*?"}.get(match["converter"] or "", "[^/]+")
            parts += [re.escape(self.rule[end : match.start()]), f"(?P<{match['name']}>{value})"]
            end = match.end()
        return re.compile("".join(parts) + re.escape(self.rule[end:]), re.DOTALL)


#: A path belongs to the first route that matches it, so the rules that begin with a variable come last.
_TABLE = (
    Route("home", "/", Kind.PAGE),
    Route("search", "/search", Kind.UNLISTED),
    Route("search_json", "/search.json", Kind.DOCUMENT),
    Route("opensearch", "/opensearch.xml", Kind.DOCUMENT),
    Route("tags", "/tags/", Kind.PAGE),
    Route("tag", "/tags/<tag>", Kind.PAGE),
    Route("guests", "/guests/", Kind.PAGE),
    Route("guest", "/guests/<guest>", Kind.PAGE),
    Route("site_feed", "/feed.<any(xml, json):form>", Kind.DOCUMENT),
    Route("tag_feed", "/tags/<tag>/feed.<any(xml, json):form>", Kind.DOCUMENT),
    Route("guest_feed", "/guests/<guest>/feed.<any(xml, json):form>", Kind.DOCUMENT),
    Route("shows_opml", "/shows.opml", Kind.DOCUMENT),
    Route("audio", "/audio/<show>/<path:file>", Kind.MEDIA),
    Route("image", "/images/<size>/<path:name>", Kind.MEDIA),
    Route("preview_asset", "/static/<version>/preview.<any(js, css):form>", Kind.PREVIEW),
    Route("asset", "/static/<version>/<name>", Kind.DOCUMENT),
    Route("theme", "/theme.css", Kind.DOCUMENT),
    Route("favicon", "/favicon.ico", Kind.DOCUMENT),
    Route("touch_icon", "/apple-touch-icon.png", Kind.DOCUMENT),
    Route("embed", "/embed/<show>/<slug>", Kind.UNLISTED),
    Route("video", "/embed/<show>/<slug>/video", Kind.UNLISTED),
    Route("oembed", "/oembed", Kind.DOCUMENT),
    Route("robots", "/robots.txt", Kind.DOCUMENT),
    Route("sitemap", "/sitemap.xml", Kind.DOCUMENT),
    Route("health", "/health", Kind.STATUS),
    Route("ready", "/ready", Kind.STATUS),
    Route("metrics", "/metrics", Kind.DOCUMENT),
    Route("show", "/<show>/", Kind.PAGE),
    Route("show_feed", "/<show>/feed.<any(xml, json):form>", Kind.DOCUMENT),
    Route("episode", "/<show>/<slug>", Kind.PAGE),
    Route("transcript_page", "/<show>/<slug>/transcript.html", Kind.DOCUMENT),
    Route("transcript", "/<show>/<slug>/transcript.<any(vtt, srt, json):form>", Kind.DOCUMENT),
    Route("translation_page", "/<show>/<slug>/transcript.<language>.html", Kind.DOCUMENT),
    Route("translation", "/<show>/<slug>/transcript.<language>.<any(vtt, srt, json):form>", Kind.DOCUMENT),
    Route("chapters", "/<show>/<slug>/chapters.json", Kind.DOCUMENT),
    Route("page", "/<page>", Kind.PAGE),
)
ROUTES = {route.name: route for route in _TABLE}
#: The first segments of Longwave's own addresses, without a file suffix; no show may have one of these names.
OWN_NAMES = frozenset(route.prefix.split("/")[1].partition(".")[0] for route in _TABLE) - {""}


def rule(name: str) -> str:
    """Return the URL rule of the route ``name``, as Flask reads it."""
    return ROUTES[name].rule


def prefixes(kind: Kind) -> tuple[str, ...]:
    """Return the beginnings of all paths of one kind, as a tuple for ``str.startswith``."""
    return tuple(route.prefix for route in _TABLE if route.kind is kind)


def find_route(path: str) -> tuple[Route | None, dict[str, str]]:
    """Return the route of ``path`` (decoded, without a query), or None without a match; and its variables' values."""
    for route in _TABLE:
        values = route.match(path)
        if values is not None:
            return route, values
    return None, {}


def path_for(name: str, /, **values: str | int) -> str:
    """Return the decoded path of the route ``name``, as catalogues and redirects spell it.

    Raises KeyError for an unknown route and a missing variable.
    """
    return ROUTES[name].path(**values)


def url_for(name: str, /, *, base: str = "", **values: str | int | None) -> str:
    """Return the address of the route ``name``, percent-encoded: ``url_for("tag", tag="c-sharp")``.

    ``base``, the site's address without a slash at its end, makes the address absolute. Values that aren't variables of
    the rule become its query, except those that are None. Raises KeyError for an unknown route and a missing variable.
    """
    route = ROUTES[name]
    address = base + route.address(**{key: value for key, value in values.items() if value is not None})
    query = {key: value for key, value in values.items() if key not in route.variables and value is not None}
    return f"{address}?{urlencode(query, errors='replace')}" if query else address
