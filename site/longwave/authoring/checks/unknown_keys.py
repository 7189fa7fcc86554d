"""Misspelt keys of front matter and site.toml: unknown ones that differ from a known key by a slip."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from longwave.authoring.checks.checked_content import Content
from longwave.content.episodes.appearances import APPEARANCE_KEYS
from longwave.content.episodes.front_matter import EPISODE_KEYS
from longwave.content.fields.content_file import split_front_matter
from longwave.content.fields.misspelt_keys import holding_slips, intended_key
from longwave.content.fields.salvage import Place
from longwave.content.site.guest_tag_page_files import PAGE_FILE_KEYS
from longwave.content.site.site_keys import SHOW_KEYS, SITE_KEYS
from longwave.content.site.site_toml import SITE_FILE
from longwave.errors import ContentError, Problem


def unknown_keys(content: Content) -> Iterator[Problem]:
    """Yield a warning for each misspelt key in the first file that has it, with the number of files.

    Other unknown keys are fine, as the owner's own Liquid may read them.
    """
    places: dict[tuple[str, str], list[tuple[str, Place]]] = defaultdict(list)
    for file, keys, known, table in _keys(content):
        for key in keys:
            intended = intended_key(key, known)
            if intended:
                places[key, intended].append((file, (*table, key)))
    for (key, intended), found in places.items():
        file, place = found[0]
        files = {file for file, _ in found}
        more = f" {len(files)} files have it." if len(files) > 1 else ""
        hint = f"Nothing reads {key}. Did you mean {intended}?{more}"
        line = content.setting(*place) if file == SITE_FILE else content.key(file, key)
        yield Problem(file, line, f"the key {intended}", repr(key), hint, "warning", "key")


def _keys(content: Content) -> Iterator[tuple[str, Iterable[str], frozenset[str], Place]]:
    """Yield (file, its keys, all known keys, path) for each file; the path of a table in site.toml may be empty."""
    for episode in content.episodes:
        # The parser itself warns of misspelt keys that keep the episode from being published.
        held = holding_slips(episode.page)
        others = [key for key in episode.page if key not in held]
        yield episode.source, others, EPISODE_KEYS | APPEARANCE_KEYS, ()
    for source in content.intake.sources.values():
        if source.kind in ("page", "guest", "tag") and source.record:
            try:
                meta = split_front_matter(source.name, content.raw(source.name)).meta
            except ContentError:
                continue
            yield source.name, meta, PAGE_FILE_KEYS[source.kind], ()
    try:
        settings = tomllib.loads(content.raw(SITE_FILE))
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    yield SITE_FILE, settings, SITE_KEYS, ()
    for show, table in _tables(settings.get("shows")):
        yield SITE_FILE, table, SHOW_KEYS, ("shows", show)


def _tables(shows: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    named = shows.items() if isinstance(shows, dict) else ()
    yield from ((name, table) for name, table in named if isinstance(table, dict))
