"""The nouns as JSON text and back: how an edition keeps them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TypeVar

from pydantic import TypeAdapter

from longwave.content.media.audio_facts import AudioFacts
from longwave.errors import Problem
from longwave.model import Episode, Guest, Moment, Notes, Page, Site, Tag, Transcript

T = TypeVar("T")

SITE = TypeAdapter(Site)
EPISODE = TypeAdapter(Episode)
GUEST = TypeAdapter(Guest)
TAG = TypeAdapter(Tag)
PAGE = TypeAdapter(Page)
TEXT = TypeAdapter(str)
NOTES = TypeAdapter(Notes)
TRANSCRIPT = TypeAdapter(Transcript)
CHAPTERS = TypeAdapter(tuple[Moment, ...])
FACTS = TypeAdapter(AudioFacts)
PROBLEMS = TypeAdapter(tuple[Problem, ...])
NAMES = TypeAdapter(tuple[str, ...])


#: An episode's record and what it says: most records are those that were read a moment ago.
read_episode = lru_cache(maxsize=50_000)(EPISODE.validate_json)


def spoken(record: str) -> bool:
    """Whether the record of a transcript has a cue; looked up, as to read it takes a while."""
    return bool(record) and not record.startswith('{"cues":[]')


def dump(adapter: TypeAdapter[T], value: T) -> str:
    """``value`` as JSON text; equal values give equal texts."""
    return adapter.dump_json(value).decode()


def digest(*parts: str | bytes) -> str:
    """32 hexadecimal digits that stand for all of ``parts``, in order."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "big"))
        total.update(raw)
    return total.hexdigest()[:32]
