"""The addresses that a site serves, and the redirects from old or differently spelt ones, such as ``/about.html``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from longwave.catalogue import Catalogue
from longwave.content.site.redirects import path_spellings, redirect_target
from longwave.model import Episode
from longwave.routes import ROUTES, Kind, Route, find_route, path_for

#: The variables of a route that name an episode together.
_EPISODE = {"show", "slug"}
#: For each other variable of a route, such as ``tag``, two functions of a catalogue: the first returns all values of
#: the variable (all tags), the second the episodes that the page of one value (one tag) lists, newest first.
_VALUES: Mapping[str, tuple[Callable[[Catalogue], Collection[str]], Callable[[Catalogue, str], Sequence[Episode]]]] = {
    "show": (attrgetter("shows"), Catalogue.episodes_of_show),
    "tag": (attrgetter("tags"), Catalogue.episodes_with_tag),
    "guest": (attrgetter("guests"), Catalogue.episodes_with_guest),
    "page": (attrgetter("pages"), lambda *_: ()),
}


def target(catalogue: Catalogue, path: str) -> str | None:
    """Return the path or URL to which ``path``, if old or differently spelt, redirects; None if it has no redirect."""
    return _page_target(catalogue, path) or _target_beside_episode(catalogue, path)


def is_served(catalogue: Catalogue, path: str) -> bool:
    """Return whether ``path`` (decoded, without a query) is that of a page, a feed or a companion file of an episode.

    The result is False for images, audio and static files, as the catalogue doesn't list these.
    """
    route, values = find_route(path)
    return route is not None and _exists(catalogue, route, values)


def pages(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the paths of all pages on the site."""
    return tuple(path for path, _ in _dated_pages(catalogue))


def sitemap_pages(catalogue: Catalogue) -> Iterator[tuple[str, datetime | None]]:
    """Yield the path of each page in the sitemap, and the time of the page's last change, or None if unknown."""
    empty = {path_for(name) for name, listed in (("tags", catalogue.tags), ("guests", catalogue.guests)) if not listed}
    hidden = empty | _hidden(catalogue)
    return ((path, changed) for path, changed in _dated_pages(catalogue) if path not in hidden)


def _hidden(catalogue: Catalogue) -> set[str]:
    """Return the paths of the shows and the episodes that search engines may not list."""
    shows = {slug for slug, show in catalogue.shows.items() if show.feed.block.search}
    episodes = (each for each in catalogue.episodes if each.show in shows or each.block.search)
    return {*(path_for("show", show=slug) for slug in shows), *(episode.path for episode in episodes)}


def _page_target(catalogue: Catalogue, path: str) -> str | None:
    for spelling in path_spellings(path):
        if spelling in catalogue.redirects:
            return catalogue.redirects[spelling]
    for spelling in path_spellings(path):
        goal = redirect_target(catalogue.site.redirects, spelling)
        if goal and goal != path:
            return goal
    bare = path.rstrip("/").removesuffix(".html").removesuffix("/index")
    if bare == "":
        return path_for("home") if path != path_for("home") else None
    for spelling in (bare, f"{bare}/"):
        route, values = find_route(spelling)
        is_page = route is not None and route.kind in (Kind.PAGE, Kind.UNLISTED) and _exists(catalogue, route, values)
        if spelling != path and is_page:
            return spelling
    return None


def _target_beside_episode(catalogue: Catalogue, path: str) -> str | None:
    """Return the current path of an episode's companion file or embedded player, if the episode's page has moved."""
    route, values = find_route(path.rstrip("/"))
    if route is None or route.name == "episode" or not {"show", "slug"} <= route.variables:
        return None
    page = path_for("episode", show=values["show"], slug=values["slug"])
    page_route, names = find_route(_page_target(catalogue, page) or page)
    if page_route is None or page_route.name != "episode":
        return None
    goal = route.path(**{**values, **names})
    return goal if goal != path and _exists(catalogue, route, names) else None


def _exists(catalogue: Catalogue, route: Route, values: Mapping[str, str]) -> bool:
    """Return whether the catalogue has the show, tag, guest, page or episode that the route's ``values`` name."""
    names = route.variables - {"form", "language"}
    if names == _EPISODE:
        return catalogue.episode(values["show"], values["slug"]) is not None
    return all(name in _VALUES and values[name] in _VALUES[name][0](catalogue) for name in names)


def _dated_pages(catalogue: Catalogue) -> Iterator[tuple[str, datetime | None]]:
    """Yield the path of every page, and the time of the page's last change, or None if that is unknown."""
    for route in ROUTES.values():
        if route.kind is not Kind.PAGE:
            continue
        if not route.variables:
            yield route.path(), _newest(catalogue.episodes)
        elif route.variables == _EPISODE:
            yield from ((episode.path, episode.updated or episode.date) for episode in catalogue.episodes)
        else:
            (name,) = route.variables
            known, episodes_of = _VALUES[name]
            yield from (
                (route.path(**{name: slug}), _newest(episodes_of(catalogue, slug))) for slug in known(catalogue)
            )


def _newest(episodes: Sequence[Episode]) -> datetime | None:
    return episodes[0].date if episodes else None
