"""Misspelt keys: unknown ones that differ from a known key by case, or by a slip or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rapidfuzz.distance import OSA

#: The keys that Jekyll, its plugins and other generators read, and common words, which are therefore no slips.
_NO_SLIPS = frozenset(
    {"layout", "categories", "permalink", "excerpt", "excerpt_separator", "redirect_from", "redirect_to", "sitemap"}
    | {"author", "authors", "comments", "last_modified_at", "lang", "locale", "ref", "toc", "render_with_liquid", "pin"}
    | {"feed", "header", "teaser", "subtitle", "keywords", "seo", "robots", "type", "weight", "lastmod", "tagline"}
    | {"publisher", "text", "data", "guide"}
)
#: The number in ``guest_2_title``, which is the key ``guest_title`` for a second guest.
_NUMBER = re.compile(r"(?<=guest)_\d+")
#: The values that keep an episode back, by key.
_HOLDING = {"draft": True, "published": False}
_TRUTH = TypeAdapter(bool)
#: The lengths from which a key with a wrong letter, any wrong letter, or two of them is taken for a misspelling.
_SHORT_SLIP, _ONE_SLIP, _TWO_SLIPS = 3, 5, 8


def intended_key(key: str, known: Iterable[str]) -> str:
    """Return the known key of which ``key`` is another case, or a misspelling by one or two slips; else ``""``.

    A key of a second guest, such as ``guest_2_title``, is known as ``guest_title``.
    """
    plain = unicodedata.normalize("NFKC", key).strip().casefold().replace("-", "_")
    word = _NUMBER.sub("", plain)
    if _NUMBER.sub("", key) in known or word in _NO_SLIPS:
        return ""
    if word in known:
        return plain
    near = [(OSA.distance(word, one, score_cutoff=2), one) for one in known if word.strip("0123456789_") != one]
    return min(((far, one) for far, one in near if far <= _slips(word, one)), default=(0, ""))[1]


def holding_slips(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of an episode that would keep it back, such as ``draft: yes``, if they were spelt right."""
    return tuple(key for key, value in meta.items() if key not in _HOLDING and _holds(key, value))


def _holds(key: str, value: object) -> bool:
    right = intended_key(key, _HOLDING)
    if not right:
        return False
    # The distance of these two is a slip's, but `unpublished: true` says the opposite of `published: true`.
    wanted = _HOLDING[right] is not key.strip().casefold().startswith("un")
    # The rules are those for the values of keys that are spelt right.
    with suppress(ValidationError):
        return _TRUTH.validate_python(value) is wanted
    return False


def _slips(word: str, known: str) -> int:
    """Return how many slips may have turned the key ``known`` into ``word``.

    Many short words differ by their first letter (``plug`` is no ``slug``), so only a swap is a slip there.
    """
    if len(known) >= _ONE_SLIP:
        return 2 if len(known) >= _TWO_SLIPS else 1
    is_swap = sorted(word) == sorted(known)
    return int(len(known) >= _SHORT_SLIP and (word[:1] == known[:1] or is_swap))
