"""The validators of a file, by which clients and caches check that their copy is up to date (RFC 9110 8.8)."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass

from longwave.disk import is_settled, stat_signature

_SECOND = 1_000_000_000
#: The most entity tags that are stored for the same bytes.
_MAX_TAGS = 8


@dataclass(frozen=True, slots=True)
class Validators:
    """The entity tags of a file's bytes, without quotes, and the time of their last change (epoch seconds).

    The first tag is sent in responses, and all of them are accepted in requests. A tag belongs to these bytes and no
    others; a file that was written so recently that it may change unnoticed has neither tags nor a date.
    """

    tags: tuple[str, ...] = ()
    modified: int | None = None


@dataclass(frozen=True, slots=True)
class Hashed:
    """A record of a file, stored when it was hashed: its size and times (``facts``), and the validators of its bytes.

    The first of ``tags`` is the hash of the bytes; ``modified`` is in epoch seconds.
    """

    facts: str
    tags: tuple[str, ...]
    modified: int


def hashed(info: os.stat_result, digest: str, before: Hashed | None, began: int) -> Hashed:
    """Return the record to store for a file whose bytes have the hash ``digest``; ``before`` is the previous record.

    If the bytes are the same as before, their earlier tags stay valid. The file must not have been written just now.
    ``began`` is the time since which files are watched (epoch nanoseconds).
    """
    tags = (digest, *_tags(info, began))
    if before is None or before.tags[0] != digest:
        return Hashed(stat_signature(info), tags, _modified(info, before, began))
    return Hashed(stat_signature(info), tuple(dict.fromkeys((*tags, *before.tags)))[:_MAX_TAGS], before.modified)


def validators(info: os.stat_result, known: Hashed | None = None, began: int = 0) -> Validators:
    """Return the validators of a file that was opened; ``known`` is the stored record of that file.

    ``began`` is the time since which files are watched (epoch nanoseconds): a file that hasn't changed since then also
    has a tag and a date made from its modification time and size alone.
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
    """Return the epoch seconds of a file's last change, later than that in ``before`` even if the clock was set back.

    Modification times can be set at will, so they count only for files unchanged since ``began`` (epoch nanoseconds).
    """
    written = min(info.st_mtime_ns, info.st_ctime_ns) if info.st_ctime_ns <= began else info.st_ctime_ns
    return max(0, written // _SECOND, before.modified + 1 if before else 0)
