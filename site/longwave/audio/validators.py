"""The validators of a file, by which clients and caches know whether their copy is still right (RFC 9110 8.8)."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass

from longwave.disk import is_settled, stat_signature

_SECOND = 1_000_000_000
#: The most entity tags of the same bytes that are remembered.
_MAX_TAGS = 8


@dataclass(frozen=True, slots=True)
class Validators:
    """The entity tags of a file's bytes, without quotes, and the time of their last change (epoch seconds).

    The first tag is sent, and each of them is accepted in a request. A tag stands for these bytes and no others; a file
    that may still change unnoticed has neither tags nor a date.
    """

    tags: tuple[str, ...] = ()
    modified: int | None = None


@dataclass(frozen=True, slots=True)
class Hashed:
    """The validators of the bytes that a file had when its ``facts`` were these; the first tag is the bytes' hash."""

    facts: str
    tags: tuple[str, ...]
    modified: int


def hashed(info: os.stat_result, digest: str, before: Hashed | None, began: int) -> Hashed:
    """Return the record to store for a settled file with the hash ``digest``; ``before`` is the record before it.

    Tags that stood for the same bytes before stay valid. ``began`` is as for ``validators``.
    """
    tags = (digest, *_tags(info, began))
    if before is None or before.tags[0] != digest:
        return Hashed(stat_signature(info), tags, _modified(info, before, began))
    return Hashed(stat_signature(info), tuple(dict.fromkeys((*tags, *before.tags)))[:_MAX_TAGS], before.modified)


def validators(info: os.stat_result, known: Hashed | None = None, began: int = 0) -> Validators:
    """Return the validators of a file that was opened; ``known`` is the record that is stored for the file's name.

    ``began`` is the time since which files are watched (epoch nanoseconds): a file that hasn't changed since then keeps
    the date and the tag that are made of its time and its size alone.
    """
    if not is_settled(info):
        return Validators()
    if known is not None and known.facts == stat_signature(info):
        tags, modified = known.tags, known.modified
    else:
        tags, modified = _tags(info, began), _modified(info, known, began)
    # A file may change again within the same second, which a date can't express (RFC 9110 8.8.2.2).
    return Validators(tags, modified if modified < int(time.time()) else None)


def _tags(info: os.stat_result, began: int) -> tuple[str, ...]:
    tag = hashlib.blake2b(stat_signature(info).encode(), digest_size=12).hexdigest()
    return (tag, f"{info.st_mtime_ns:x}-{info.st_size:x}") if info.st_ctime_ns <= began else (tag,)


def _modified(info: os.stat_result, before: Hashed | None, began: int) -> int:
    """Return the time of a file's change: a modification time can be set at will, and clocks can be set back."""
    written = min(info.st_mtime_ns, info.st_ctime_ns) if info.st_ctime_ns <= began else info.st_ctime_ns
    return max(0, written // _SECOND, before.modified + 1 if before else 0)
