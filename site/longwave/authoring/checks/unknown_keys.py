"""Misspelt keys of front matter and site.toml: unknown ones that differ from a known key by a slip."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rapidfuzz.distance import OSA

from longwave.authoring.checks.checked_content import Content
from longwave.content.episodes.appearances import APPEARANCE_KEYS
from longwave.content.episodes.front_matter import EPISODE_KEYS
from longwave.content.fields.content_file import split_front_matter
from longwave.content.fields.salvage import Place
from longwave.content.site.guest_tag_page_files import PAGE_FILE_KEYS
from longwave.content.site.site_keys import SHOW_KEYS, SITE_KEYS
from longwave.content.site.site_toml import SITE_FILE
from longwave.errors import ContentError, Problem

#: The keys that Jekyll, its plugins and other generators read, which are therefore no slips.
_OTHER_GENERATORS = frozenset(
    {"layout", "categories", "permalink", "excerpt", "excerpt_separator", "redirect_from", "redirect_to", "sitemap"}
    | {"author", "authors", "comments", "last_modified_at", "lang", "locale", "ref", "toc", "render_with_liquid", "pin"}
    | {"feed", "header", "teaser", "subtitle", "keywords", "seo", "robots", "type", "weight", "lastmod", "tagline"}
)
#: The number in ``guest_2_title``, which is the key ``guest_title`` for a second guest.
_NUMBER = re.compile(r"(?<=guest)_\d+")
#: The lengths from which a key with one, or two, wrong letters is taken for a misspelling.
_ONE_SLIP, _TWO_SLIPS = 5, 8


def unknown_keys(content: Content) -> Iterator[Problem]:
    """Yield a warning for each misspelt key in the first file that has it, with the number of files.

    Other unknown keys are fine, as the owner's own Liquid may read them.
    """
    places: dict[tuple[str, str], list[tuple[str, Place]]] = defaultdict(list)
    for file, keys, known, table in _keys(content):
        for key in keys:
            intended = intended_key(key, known)
            # These two are errors of the parser, as a misspelt one would publish a draft.
            if intended and intended not in ("draft", "published"):
                places[key, intended].append((file, (*table, key)))
    for (key, intended), found in places.items():
        file, place = found[0]
        files = {file for file, _ in found}
        more = f" {len(files)} files have it." if len(files) > 1 else ""
        hint = f"Nothing reads {key}. Did you mean {intended}?{more}"
        line = content.setting(*place) if file == SITE_FILE else content.key(file, key)
        yield Problem(file, line, f"the key {intended}", repr(key), hint, "warning", "key")


def intended_key(key: str, known: Iterable[str]) -> str:
    """Return the known key of which ``key`` is another case, or a misspelling by one or two slips; else ``""``.

    A key of a second guest, such as ``guest_2_title``, is known as ``guest_title``.
    """
    if _NUMBER.sub("", key) in known or key.casefold() in _OTHER_GENERATORS:
        return ""
    plain = unicodedata.normalize("NFKC", key).casefold().replace("-", "_")
    word = _NUMBER.sub("", plain)
    if word in known:
        return plain
    near = [(OSA.distance(word, one, score_cutoff=2), one) for one in known if word.strip("0123456789_") != one]
    return min(((far, one) for far, one in near if far <= _slips(one)), default=(0, ""))[1]


def _slips(known: str) -> int:
    return 2 if len(known) >= _TWO_SLIPS else 1 if len(known) >= _ONE_SLIP else 0


def _keys(content: Content) -> Iterator[tuple[str, Iterable[str], frozenset[str], Place]]:
    """Yield each file with its keys, the keys that are known there, and the place of their table in site.toml."""
    for episode in content.episodes:
        yield episode.source, episode.page, EPISODE_KEYS | APPEARANCE_KEYS, ()
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
