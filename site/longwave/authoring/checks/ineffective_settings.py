"""Ineffective settings of site.toml: redirects over pages, menus without lists, and keys that no page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from longwave.authoring.checks.checked_content import Content
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.addresses import is_served
from longwave.errors import Problem
from longwave.routes import path_for


def ineffective_settings(content: Content) -> Iterator[Problem]:
    """Yield an error for each redirect that is never followed, and warnings for lists and keys that no page shows."""
    yield from _shadowed_redirects(content)
    yield from _menu_without_lists(content)
    yield from _keys_for_feeds_only(content)


def _shadowed_redirects(content: Content) -> Iterator[Problem]:
    """Yield an error for each redirect, unless it is forced, from an address that the site serves itself."""
    site = content.intake.site
    for path, goal in site.redirects.items():
        if path not in site.forced and is_served(content.catalogue, path):
            hint = f'It does nothing. To win over what is there: "{path}" = {{to = "{goal}", force = true}}.'
            line = content.line(SITE_FILE, f'"{path}"')
            yield Problem(SITE_FILE, line, "a redirect from an address that is free", repr(path), hint, rule="redirect")


def _menu_without_lists(content: Content) -> Iterator[Problem]:
    """Yield a warning where a navigation without the site's own lists replaces the menu that has them."""
    site, catalogue = content.intake.site, content.catalogue
    if not site.navigation:
        return
    linked = {urlsplit(link.url).path for link in site.navigation}
    lists = [path_for("show", show=slug) for slug in catalogue.shows]
    lists += [path_for("guests")] if catalogue.guests else []
    lists += [path_for("tags")] if catalogue.tags else []
    if lists and not linked & {*lists, path_for("home")}:
        hint = f"It takes the place of the whole menu: no page leads to {', '.join(lists)} any more. Add them."
        line = content.line(SITE_FILE, "navigation")
        yield Problem(SITE_FILE, line, "the site's lists in navigation", "none of them", hint, "warning", "menu")


def _keys_for_feeds_only(content: Content) -> Iterator[Problem]:
    """Yield a warning for each key that appears in feeds but on no page."""
    site = content.intake.site
    for key, stated in (
        ("funding", site.feed.funding or any(show.feed.funding for show in site.shows)),
        ("seasons", any(show.feed.seasons for show in site.shows)),
    ):
        if stated:
            match = re.search(rf"(?m)^\s*{key}\b", content.raw(SITE_FILE))
            line = content.raw(SITE_FILE).count("\n", 0, match.start() + 1) + 1 if match else 1
            hint = f"Podcast apps show {key}; the site's own pages don't yet."
            yield Problem(SITE_FILE, line, "a key that pages show, too", key, hint, "warning", "unseen")
