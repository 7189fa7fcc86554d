"""Ineffective settings of site.toml: redirects over pages, menus without lists, keys that no page shows, and tables
of shows that don't exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from longwave.authoring.checks.checked_content import Content
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.addresses import is_served
from longwave.errors import Problem
from longwave.routes import path_for

#: The lowest similarity, of 100, at which a folder is suggested as the show that is meant.
_MIN_SIMILARITY = 75


def ineffective_settings(content: Content) -> Iterator[Problem]:
    """Yield an error for each redirect that is never followed, and warnings for settings without an effect."""
    yield from _shadowed_redirects(content)
    yield from _menu_without_lists(content)
    yield from _keys_for_feeds_only(content)
    yield from _tables_without_shows(content)


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


def _tables_without_shows(content: Content) -> Iterator[Problem]:
    """Yield a warning for each show's table without a folder, which may be misspelt, or have no episodes yet."""
    shows = {show.slug for show in content.intake.site.shows}
    with_episodes = {source.show for source in content.intake.sources.values() if source.kind == "episode"}
    undeclared = {show.slug for show in content.intake.site.shows if not show.declared}
    for slug in sorted(shows - with_episodes):
        if (content.folder / slug).is_dir():
            continue
        near = process.extractOne(slug, undeclared, scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
        hint = f"Did you mean {near[0]}?" if near else "Its settings wait for the first episode."
        match = re.search(rf"""(?m)^\s*\[+\s*["']?shows["']?\s*\.\s*["']?{re.escape(slug)}\b""", content.raw(SITE_FILE))
        line = content.raw(SITE_FILE).count("\n", 0, match.end()) + 1 if match else 1
        expected = f"episodes in content/{slug}/ for [shows.{slug}]"
        yield Problem(SITE_FILE, line, expected, "no such folder", hint, "warning", "unseen")
