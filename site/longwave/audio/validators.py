"""By what clients and caches know whether their copy of a file is still the file (RFC 9110 8.8)."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass

from longwave.disk import facts, is_settled

_SECOND = 1_000_000_000
#: So many tags are known of the same bytes.
_MOST = 8


@dataclass(frozen=True, slots=True)
class Validators:
    """The entity tags of a file's bytes, without quotes, and since when they are these (epoch seconds).

    The first tag is told, and all of them are known again. Each stands for these bytes and no others; of a file that
    may still change without a trace there are none, and no date.
    """

    tags: tuple[str, ...] = ()
    modified: int | None = None


@dataclass(frozen=True, slots=True)
class Hashed:
    """The validators of the bytes that a file had when its ``facts`` were these; the first tag is their hash."""

    facts: str
    tags: tuple[str, ...]
    modified: int


def hashed(info: os.stat_result, digest: str, before: Hashed | None, began: int) -> Hashed:
    """Return what is to be remembered of a settled file with this hash, of which this was remembered ``before``.

    Whatever stood for the same bytes then still does. ``began`` as for ``validators``.
    """
    tags = (digest, *_tags(info, began))
    if before is None or before.tags[0] != digest:
        return Hashed(facts(info), tags, _modified(info, before, began))
    return Hashed(facts(info), tuple(dict.fromkeys((*tags, *before.tags)))[:_MOST], before.modified)


def validators(info: os.stat_result, known: Hashed | None = None, began: int = 0) -> Validators:
    """Return the validators of a file that was opened; ``known`` is what is remembered of the file with its name.

    ``began`` is since when files are watched (epoch nanoseconds): what hasn't changed since then keeps the date and the
    tag that were made of its time and its size alone.
    """
    if not is_settled(info):
        return Validators()
    if known is not None and known.facts == facts(info):
        tags, modified = known.tags, known.modified
    else:
        tags, modified = _tags(info, began), _modified(info, known, began)
    # Within its second a file may change again, which a date doesn't tell (RFC 9110 8.8.2.2).
    return Validators(tags, modified if modified < int(time.time()) else None)


def _tags(info: os.stat_result, began: int) -> tuple[str, ...]:
    tag = hashlib.blake2b(facts(info).encode(), digest_size=12).hexdigest()
    return (tag, f"{info.st_mtime_ns:x}-{info.st_size:x}") if info.st_ctime_ns <= began else (tag,)


def _modified(info: os.stat_result, before: Hashed | None, began: int) -> int:
    """When a file changed; its own time says what its owner likes, and clocks go back."""
    written = min(info.st_mtime_ns, info.st_ctime_ns) if info.st_ctime_ns <= began else info.st_ctime_ns
    return max(0, written // _SECOND, before.modified + 1 if before else 0)
