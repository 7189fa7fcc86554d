"""The searchable content of an episode, and a hash that changes with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from longwave.catalogue import Catalogue
from longwave.content.fields.timestamp_text import split_moment
from longwave.model import Episode, Moment, MomentSource, Notes, Transcript, Words

Kind = Literal["text"] | MomentSource


@dataclass(frozen=True, slots=True)
class Line:
    """A moment (a time with its text), or a paragraph of the show notes (kind ``text``, which has no time).

    ``language`` is that of a transcript in another language than the show's, else empty.
    """

    kind: Kind
    text: str
    seconds: int = 0
    speaker: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An episode as it is indexed: plain text, without markup.

    ``guests`` and ``tags`` are all spellings by which each is known. Values that are only shown or filtered by (date,
    address, show) aren't here: the catalogue has them. In ``lines`` the transcripts' cues come last.
    """

    key: str
    title: str
    number: int | float | None
    guests: tuple[str, ...]
    tags: tuple[str, ...]
    description: str
    lines: tuple[Line, ...]


def make_document(catalogue: Catalogue, episode: Episode, words: Words) -> Document:
    """Return the document of a published episode."""
    return Document(
        key=episode.key,
        title=episode.title,
        number=episode.number,
        guests=_guests(catalogue, episode),
        tags=_tags(catalogue, episode),
        description=episode.description,
        lines=(
            *_notes(words.notes),
            *(Line("chapter", title, seconds) for seconds, title in _chapters(episode)),
            *(line for said in (words.transcript, *words.translations) for line in _speech(said)),
        ),
    )


def document_hash(catalogue: Catalogue, episode: Episode, text_digest: str, transcript_digest: str) -> str:
    """Return a hash that changes exactly when ``make_document`` would return another document.

    ``text_digest`` and ``transcript_digest`` are hashes of notes and transcript, so that these needn't be read.
    """
    parts = (
        episode.key,
        episode.title,
        episode.number,
        _guests(catalogue, episode),
        _tags(catalogue, episode),
        episode.description,
        _chapters(episode),
        text_digest,
        transcript_digest,
    )
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _speech(transcript: Transcript) -> Iterator[Line]:
    for cue in transcript.cues:
        yield Line("cue", cue.text, int(cue.start), cue.speaker, transcript.language)


def _notes(notes: Notes) -> Iterator[Line]:
    """Yield the lines of the notes, each once: a line that is or begins a timestamp's text as that timestamp."""
    pending: dict[int, list[Moment]] = {}
    for moment in notes.moments:
        pending.setdefault(moment.seconds, []).append(moment)
    rest = ""
    for line in notes.text.split("\n"):
        if rest and rest.startswith(line):
            # The text of the previous timestamp includes its further paragraphs already.
            rest = rest[len(line) :].lstrip()
            continue
        rest = ""
        time = split_moment(line)
        same = next((m for m in pending.get(time[0], ()) if m.text.startswith(time[1])), None) if time else None
        if same and time:
            pending[time[0]].remove(same)
            rest = same.text[len(time[1]) :].lstrip()
            yield Line("note", same.text, same.seconds)
        elif line:
            yield Line("text", line)
    for moments in pending.values():
        yield from (Line("note", moment.text, moment.seconds) for moment in moments)


def _chapters(episode: Episode) -> tuple[tuple[int, str], ...]:
    return tuple((int(chapter.start), chapter.title) for chapter in episode.chapters if chapter.is_listed)


def _guests(catalogue: Catalogue, episode: Episode) -> tuple[str, ...]:
    names = (name for guest in catalogue.guests_of(episode) for name in (guest.name, *guest.names))
    return tuple(dict.fromkeys((*names, *(appearance.name for appearance in episode.guests))))


def _tags(catalogue: Catalogue, episode: Episode) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(tag.label for tag in catalogue.tags_of(episode)), *episode.tags)))
