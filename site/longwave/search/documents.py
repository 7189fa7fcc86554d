"""What of an episode is searched, and a hash that says whether that has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from longwave.catalogue import Catalogue
from longwave.model import Episode, Words


@dataclass(frozen=True, slots=True)
class Document:
    """One episode as it is indexed: plain text, without markup.

    ``guests`` and ``tags`` are every spelling by which each is known, so that all of them find it. What is only shown
    or filtered by (date, address, show) isn't here: the catalogue knows it.
    """

    key: str
    title: str
    number: int | None
    guests: tuple[str, ...]
    tags: tuple[str, ...]
    description: str
    notes: str
    chapters: tuple[str, ...]
    cues: tuple[str, ...]


def make_document(catalogue: Catalogue, episode: Episode, words: Words) -> Document:
    """The document of a published episode."""
    return Document(
        key=episode.key,
        title=episode.title,
        number=episode.number,
        guests=_guests(catalogue, episode),
        tags=_tags(catalogue, episode),
        description=episode.description,
        notes=words.notes.text,
        chapters=tuple(chapter.text for chapter in episode.chapters),
        cues=tuple(cue.text for cue in words.transcript.cues),
    )


def document_hash(catalogue: Catalogue, episode: Episode, text_digest: str, transcript_digest: str) -> str:
    """Changes exactly when ``make_document`` would give another document.

    ``text_digest`` and ``transcript_digest`` stand for the texts, which aren't read.
    """
    parts = (
        episode.key,
        episode.title,
        episode.number,
        _guests(catalogue, episode),
        _tags(catalogue, episode),
        episode.description,
        tuple(chapter.text for chapter in episode.chapters),
        text_digest,
        transcript_digest,
    )
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _guests(catalogue: Catalogue, episode: Episode) -> tuple[str, ...]:
    known = (name for guest in catalogue.guests_of(episode) for name in (guest.name, *guest.names))
    return tuple(dict.fromkeys((*known, *(appearance.name for appearance in episode.guests))))


def _tags(catalogue: Catalogue, episode: Episode) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(tag.label for tag in catalogue.tags_of(episode)), *episode.tags)))
