"""Misspelt keys of front matter and site.toml: unknown ones that differ from a known key by a slip."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from longwave.authoring.checks.checked_content import Content
from longwave.content.episodes.appearances import APPEARANCE_KEYS
from longwave.content.episodes.front_matter import EPISODE_KEYS
from longwave.content.fields.content_file import split_front_matter
from longwave.content.fields.misspelt_keys import holding_slips, intended_key
from longwave.content.site.guest_tag_page_files import PAGE_FILE_KEYS
from longwave.content.site.site_keys import SHOW_KEYS, SITE_KEYS
from longwave.content.site.site_toml import SITE_FILE
from longwave.errors import ContentError, Problem

#: The number in ``guest_2_title``, which is the key ``guest_title`` for a second guest.
_NUMBER = re.compile(r"(?<=guest)_\d+")


def unknown_keys(content: Content) -> Iterator[Problem]:
    """Yield a warning for each misspelt key in the first file that has it, with the number of files.

    Other unknown keys are fine, as the owner's own Liquid may read them.
    """
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for file, keys, known in _keys(content):
        for key in keys:
            intended = intended_key(_NUMBER.sub("", key), known)
            if intended:
                places[key, intended].append(file)
    for (key, intended), files in places.items():
        more = f" {len(files)} files have it." if len(files) > 1 else ""
        hint = f"Nothing reads {key}. Did you mean {intended}?{more}"
        yield Problem(files[0], content.key(files[0], key), f"the key {intended}", repr(key), hint, "warning", "key")


def _keys(content: Content) -> Iterator[tuple[str, Iterable[str], frozenset[str]]]:
    """Yield each file with its keys and the keys that are known there."""
    for episode in content.episodes:
        # The parser warns of misspelt keys that keep the episode back.
        held = holding_slips(episode.page)
        others = [key for key in episode.page if key not in held]
        yield episode.source, others, EPISODE_KEYS | APPEARANCE_KEYS
    for source in content.intake.sources.values():
        if source.kind in ("page", "guest", "tag") and source.record:
            try:
                meta = split_front_matter(source.name, content.raw(source.name)).meta
            except ContentError:
                continue
            yield source.name, meta, PAGE_FILE_KEYS[source.kind]
    try:
        settings = tomllib.loads(content.raw(SITE_FILE))
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    yield SITE_FILE, settings, SITE_KEYS
    for table in _tables(settings.get("shows")):
        yield SITE_FILE, table, SHOW_KEYS


def _tables(shows: Any) -> Iterator[Mapping[str, Any]]:
    yield from (table for table in (shows.values() if isinstance(shows, dict) else ()) if isinstance(table, dict))
