"""The checks for settings without an effect, such as a redirect from an address that the site serves."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from longwave.authoring.checks.checked_content import Content
from longwave.content.media.media_references import media_file_at
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.addresses import is_served
from longwave.errors import Problem
from longwave.routes import path_for

#: The lowest similarity, of 100, at which a folder is suggested as the show that is meant.
_MIN_SIMILARITY = 75


def ineffective_settings(content: Content) -> Iterator[Problem]:
    """Yield an error for each redirect that is never followed, and warnings for other settings without an effect."""
    yield from _shadowed_redirects(content)
    yield from _shadowed_aliases(content)
    yield from _menu_without_lists(content)
    yield from _tables_without_shows(content)
    yield from _facts_of_no_episode(content)


def _shadowed_redirects(content: Content) -> Iterator[Problem]:
    """Yield an error for each redirect, unless it is forced, from an address that the site serves itself."""
    site = content.intake.site
    for path, goal in site.redirects.items():
        if path not in site.forced and _is_live(content, path):
            hint = f'It does nothing. To win over what is there: "{path}" = {{to = "{goal}", force = true}}.'
            line = content.setting("redirects", path)
            yield Problem(SITE_FILE, line, "a redirect from an address that is free", repr(path), hint, rule="redirect")


def _shadowed_aliases(content: Content) -> Iterator[Problem]:
    """Yield a warning for each old address of an episode at which the site serves something other than an episode."""
    for episode in content.episodes:
        for alias in episode.aliases:
            if alias != episode.path and _is_live(content, alias):
                line = content.key(episode.source, "aliases", alias.removeprefix(path_for("show", show=episode.show)))
                expected, hint = "an address that is free as one of aliases", "It does nothing: something is there."
                yield Problem(episode.source, line, expected, repr(alias), hint, "warning", "redirect")


def _is_live(content: Content, path: str) -> bool:
    """Return whether the site serves something at a path itself: a page, a feed, a sound or a picture."""
    file = media_file_at(path)
    return is_served(content.catalogue, path) or (
        file is not None and content.assembly.media.find(file) in content.served
    )


def _menu_without_lists(content: Content) -> Iterator[Problem]:
    """Yield a warning for a ``navigation`` (the owner's menu) that links to no list of episodes, guests or tags."""
    site, catalogue = content.intake.site, content.catalogue
    if not site.navigation:
        return
    linked = {urlsplit(link.url).path for link in site.navigation}
    lists = [path_for("show", show=slug) for slug in catalogue.shows]
    lists += [path_for("guests")] if catalogue.guests else []
    lists += [path_for("tags")] if catalogue.tags else []
    if lists and not linked & {*lists, path_for("home")}:
        hint = f"It takes the place of the whole menu: no page leads to {', '.join(lists)} any more. Add them."
        line = content.setting("navigation")
        yield Problem(SITE_FILE, line, "the site's lists in navigation", "none of them", hint, "warning", "menu")


def _tables_without_shows(content: Content) -> Iterator[Problem]:
    """Yield a warning for each show with a table in site.toml but no folder: misspelt, or still without episodes."""
    shows = {show.slug for show in content.intake.site.shows}
    with_episodes = {source.show for source in content.intake.sources.values() if source.kind == "episode"}
    undeclared = {show.slug for show in content.intake.site.shows if not show.declared}
    for slug in sorted(shows - with_episodes):
        if (content.folder / slug).is_dir():
            continue
        near = process.extractOne(slug, undeclared, scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
        hint = f"Did you mean {near[0]}?" if near else "Its settings wait for the first episode."
        line = content.setting("shows", slug)
        expected = f"episodes in content/{slug}/ for [shows.{slug}]"
        yield Problem(SITE_FILE, line, expected, "no such folder", hint, "warning", "unseen")


def _facts_of_no_episode(content: Content) -> Iterator[Problem]:
    """Yield a warning for each slug in a show's table ``enclosures`` that no episode of the show has."""
    for show in content.intake.site.shows:
        slugs = [episode.slug for episode in content.episodes if episode.show == show.slug]
        for slug in show.enclosures.keys() - {*slugs}:
            similar = process.extractOne(slug, slugs, scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
            hint = f"Did you mean {similar[0]!r}?" if similar else "It does nothing."
            line = content.setting("shows", show.slug, "enclosures", slug)
            expected = f"the slug of an episode in content/{show.slug}/"
            yield Problem(SITE_FILE, line, expected, repr(slug), hint, "warning", "unseen")
