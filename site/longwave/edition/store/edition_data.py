"""The data of an edition: the files that were read, facts of audio files, published episodes, and states of feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from longwave.catalogue import Catalogue
from longwave.content.episodes.notes import read_notes
from longwave.content.folder import Kind
from longwave.content.media.media_files import Media
from longwave.edition.store.records import NOTES
from longwave.errors import Problem
from longwave.feeds.feed_digests import Change
from longwave.model import Episode, Guest, Notes, Site


@dataclass(frozen=True, slots=True)
class Source:
    """A content file that was read. ``record`` is its last valid version, parsed, as JSON; empty if there is none.

    ``digest`` is that of the file's bytes. ``text_digest`` is that of the text after Liquid, or of the record if the
    file has no such text. ``surroundings`` is the digest of everything else on which the record depends, and
    ``addresses`` that of the site's addresses if the text links to one of them (else empty). ``mentions`` are the
    addresses in the text that may be those of files in content/audio and content/images.
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

    @property
    def is_deferred(self) -> bool:
        """Return whether the file hasn't been read yet, because the first page of a new site doesn't wait for it."""
        return not (self.digest or self.record or self.problems)


@dataclass(frozen=True, slots=True)
class Body:
    """A file's Markdown after Liquid; ``notes`` are its Notes as JSON, empty as long as the text isn't parsed."""

    name: str
    text: str
    notes: str = ""

    def read(self) -> Notes:
        """Return the timestamps and the plain text, from ``notes`` or, if that is empty, parsed from the Markdown."""
        return NOTES.validate_json(self.notes) if self.notes else read_notes(self.text)


@dataclass(frozen=True, slots=True)
class Intake:
    """The content files that were read or reused; ``bodies`` has only the texts of those that were read again."""

    site: Site
    sources: Mapping[str, Source]
    bodies: Mapping[str, Body]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class AudioRecord:
    """The size, length and chapters of an audio file as JSON (empty if unreadable). ``name`` is ``<show>/<file>``."""

    name: str
    signature: str
    facts: str
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Assembly:
    """An edition being assembled. ``episodes`` has each episode by its key, with its source and its transcript's file.

    The pictures of ``site``, ``guests`` and ``episodes`` exist, and are spelt as in ``media``. ``audio`` has the
    episodes' audio files, ``audio/<show>/<file>``, readable or not; ``sounds`` has their facts by ``<show>/<file>``.
    ``awaited`` has, by show, the names of audio files that the old site served and that aren't here yet. ``next_due``
    is the date of the next episode to be published.
    """

    site: Site
    media: Media
    episodes: dict[str, tuple[Episode, Source, str]] = field(default_factory=dict)
    sounds: dict[str, AudioRecord] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    audio: set[str] = field(default_factory=set)
    awaited: dict[str, list[str]] = field(default_factory=dict)
    next_due: datetime | None = None
    guests: tuple[Guest, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """A published episode: its JSON ``record``, its file's and transcript's names, and a ``hash`` of all its data."""

    key: str
    source: str
    transcript: str
    record: str
    hash: str


@dataclass(frozen=True, slots=True)
class EntryDigest:
    """The digest of an episode's ``entry`` in feeds, and that of everything from which the entry is made."""

    made_of: str
    entry: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of an edition except its texts. ``folder`` is the edition's folder, None before it is written.

    ``served`` are the files in content/audio and content/images that the edition serves; None means all of them, as in
    editions of older versions. ``catalogue`` is the edition's catalogue if this process has built the edition, else
    None.
    """

    folder: Path | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    sounds: Mapping[str, AudioRecord] = field(default_factory=dict)
    published: Mapping[str, Published] = field(default_factory=dict)
    feeds: Mapping[str, Change] = field(default_factory=dict)
    entries: Mapping[str, EntryDigest] = field(default_factory=dict)
    served: frozenset[str] | None = frozenset()
    catalogue: Catalogue | None = None
