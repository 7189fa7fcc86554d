"""Misspelt keys: unknown ones that differ from a known key by case, or by a slip or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rapidfuzz.distance import OSA

#: Unknown keys that are no misspellings: those that Jekyll, its plugins and other generators read, and common words.
_NO_SLIPS = frozenset(
    {"layout", "categories", "permalink", "excerpt", "excerpt_separator", "redirect_from", "redirect_to", "sitemap"}
    | {"author", "authors", "comments", "last_modified_at", "lang", "locale", "ref", "toc", "render_with_liquid", "pin"}
    | {"feed", "header", "teaser", "subtitle", "keywords", "seo", "robots", "type", "weight", "lastmod", "tagline"}
    | {"publisher", "text", "data", "guide", "host", "sponsor", "like", "life", "line", "list", "love"}
)
#: The number in ``guest_2_title``, which is the key ``guest_title`` for a second guest.
_NUMBER = re.compile(r"(?<=guest)_\d+")
#: The values that keep an episode from being published, by key.
_HOLDING = {"draft": True, "published": False}
_TRUTH = TypeAdapter(bool)
#: The minimum lengths of a known key for which one slip after its first letter, one anywhere, or two count as a
#: misspelling of it.
_SHORT_SLIP, _ONE_SLIP, _TWO_SLIPS = 3, 5, 8


def intended_key(key: str, known: Iterable[str]) -> str:
    """Return the known key of which ``key`` is another case, or a misspelling by one or two slips; else ``""``.

    A key with the number of a guest, such as ``guest_2_title``, counts as the key without it, ``guest_title``.
    """
    plain = unicodedata.normalize("NFKC", key).strip().casefold().replace("-", "_")
    word = _NUMBER.sub("", plain)
    if _NUMBER.sub("", key) in known or word in _NO_SLIPS:
        return ""
    if word in known:
        return plain
    if word != (unnumbered := word.strip("0123456789_")) and unnumbered in known:
        return ""
    near = [(OSA.distance(word, one, score_cutoff=2), one) for one in known]
    return min(((far, one) for far, one in near if far <= _slips(word, one)), default=(0, ""))[1]


def holding_slips(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the misspelt keys, such as ``darft: yes``, that would keep an episode unpublished if spelt right."""
    return tuple(key for key, value in meta.items() if key not in _HOLDING and _holds(key, value))


def _holds(key: str, value: object) -> bool:
    right = intended_key(key, _HOLDING)
    if not right:
        return False
    # `unpublished` counts as a misspelling of `published`, but says the opposite.
    wanted = _HOLDING[right] is not key.strip().casefold().startswith("un")
    # The value is parsed as it would be for the correctly spelt key; a value that isn't valid there is ignored.
    with suppress(ValidationError):
        return _TRUTH.validate_python(value) is wanted
    return False


def _slips(word: str, known: str) -> int:
    """Return how many slips, at most, may have turned the key ``known`` into ``word``.

    Many short words differ only in their first letter (``plug``, ``slug``), so there only swapped letters are a slip.
    """
    if len(known) >= _ONE_SLIP:
        return 2 if len(known) >= _TWO_SLIPS else 1
    is_swap = sorted(word) == sorted(known)
    return int(len(known) >= _SHORT_SLIP and (word[:1] == known[:1] or is_swap))
