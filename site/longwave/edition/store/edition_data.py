"""What an edition keeps: files as they were read, sounds, episodes as they are published, and what feeds say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from longwave.catalogue import Catalogue
from longwave.content.episodes.notes import read_notes
from longwave.content.folder import Kind
from longwave.edition.store.records import NOTES
from longwave.errors import Problem
from longwave.feeds.feed_digests import Change
from longwave.model import Notes


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of one file of content. ``record`` is its last good reading as JSON; empty when there is none.

    ``text_digest`` stands for the text after Liquid, or for the record where there is none. ``surroundings`` stands for
    all else that the reading depends on, ``addresses`` for the site's addresses where the text links to one of them
    (else empty). ``mentions`` are the addresses in it that may be those of files of content/audio and content/images.
    """

    name: str
    kind: Kind
    show: str
    signature: str
    digest: str
    surroundings: str
    record: str
    problems: tuple[Problem, ...] = ()
    text_digest: str = ""
    mentions: tuple[str, ...] = ()
    addresses: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A file's Markdown after Liquid, and the Notes read from it as JSON; empty where nobody has read them yet."""

    name: str
    text: str
    notes: str = ""

    def read(self) -> Notes:
        """What the notes say."""
        return NOTES.validate_json(self.notes) if self.notes else read_notes(self.text)


@dataclass(frozen=True, slots=True)
class Sound:
    """What was read from a file of audio, as JSON; empty when it couldn't be. ``name`` is ``<show>/<file>``."""

    name: str
    signature: str
    facts: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """An episode as it is published: its record, its two source files, and what stands for all of it."""

    key: str
    source: str
    transcript: str
    record: str
    hash: str


@dataclass(frozen=True, slots=True)
class Dated:
    """What an entry of feeds says, and what it was made of, each as what stands for it."""

    made_of: str
    entry: str


@dataclass(frozen=True, slots=True)
class Contents:
    """All that an edition keeps but its texts; ``folder`` is where it lies, None where it lies nowhere yet.

    ``served`` are the files of content/audio and content/images that it serves; None: all, as an older Longwave's did.
    ``catalogue`` is what the episodes make together, where this process has put them together.
    """

    folder: Path | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    sounds: Mapping[str, Sound] = field(default_factory=dict)
    published: Mapping[str, Published] = field(default_factory=dict)
    feeds: Mapping[str, Change] = field(default_factory=dict)
    entries: Mapping[str, Dated] = field(default_factory=dict)
    served: frozenset[str] | None = frozenset()
    catalogue: Catalogue | None = None
