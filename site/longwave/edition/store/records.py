"""Records: objects of the model as the JSON texts that an edition stores, and digests of such texts."""

from __future__ import annotations

import hashlib
from typing import TypeVar

from pydantic import TypeAdapter

from longwave.content.media.audio_facts import AudioFacts
from longwave.errors import Problem
from longwave.model import Chapter, Episode, Guest, Notes, Page, Site, Tag, Transcript

T = TypeVar("T")

SITE = TypeAdapter(Site)
EPISODE = TypeAdapter(Episode)
GUEST = TypeAdapter(Guest)
TAG = TypeAdapter(Tag)
PAGE = TypeAdapter(Page)
TEXT = TypeAdapter(str)
NOTES = TypeAdapter(Notes)
TRANSCRIPT = TypeAdapter(Transcript)
CHAPTERS = TypeAdapter(tuple[Chapter, ...])
FACTS = TypeAdapter(AudioFacts)
PROBLEMS = TypeAdapter(tuple[Problem, ...])
NAMES = TypeAdapter(tuple[str, ...])


def has_cues(transcript: str) -> bool:
    """Return whether a transcript, given as its JSON record, has a cue; parsing the whole record would be slow."""
    return bool(transcript) and not transcript.startswith('{"cues":[]')


def dump(adapter: TypeAdapter[T], value: T) -> str:
    """Return ``value`` as JSON text; equal values give equal texts."""
    return adapter.dump_json(value).decode()


def digest(*parts: str | bytes) -> str:
    """Return 32 hexadecimal digits of a SHA-256 of all ``parts``, in their order."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "big"))
        total.update(raw)
    return total.hexdigest()[:32]
