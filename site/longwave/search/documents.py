"""The searchable content of an episode, and a hash that changes with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from longwave.catalogue import Catalogue
from longwave.content.fields.timestamp_text import split_moment
from longwave.model import Cue, Episode, Moment, MomentSource, Notes, Site, Transcript
from longwave.search.stemming import joined_codes

Kind = Literal["text"] | MomentSource
#: The seconds from which on a cue is cut into sentences, and a sentence with the spaces after it.
_LONG = 12.0
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)\]]*\s+(?![a-z])|[。！？]+|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A moment (a time with its text), or a paragraph of the show notes (kind ``text``, which has no time)."""

    kind: Kind
    text: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """An episode as it is indexed, without its transcript: plain text, without markup.

    ``guests`` and ``tags`` are all spellings by which each is known. Values that are only shown or filtered by (date,
    address, show) aren't here: the catalogue has them.
    """

    key: str
    title: str
    number: int | float | None
    guests: tuple[str, ...]
    tags: tuple[str, ...]
    description: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A transcript of an episode as it is indexed; ``key`` is a result of ``talk_key``."""

    key: str
    cues: tuple[Cue, ...]


#: The sign in the key of a transcript's document between the episode's key and the language.
_TALK = "\t"


def talk_key(episode_key: str, language: str) -> str:
    """Return the key of the document of an episode's transcript; ``language`` is empty for the show's own."""
    return f"{episode_key}{_TALK}{language}"


def talk_language(key: str) -> str:
    """Return the language of the transcript whose document has this key, empty for the show's own."""
    return key.partition(_TALK)[2]


def is_talk(key: str) -> bool:
    """Return whether a document's key is that of a transcript."""
    return _TALK in key


def episode_key(key: str) -> str:
    """Return the key of the episode to which the document with this key belongs."""
    return key.partition(_TALK)[0]


def make_talk(key: str, transcript: Transcript) -> Talk:
    """Return the document of a transcript; ``key`` is a result of ``talk_key``."""
    return Talk(key, tuple(part for cue in transcript.cues for part in _sentences(cue)))


def _sentences(cue: Cue) -> Iterator[Cue]:
    """Yield the sentences of a long cue with interpolated times, so that Play begins near the words; else the cue."""
    pieces = _SENTENCE.findall(cue.text) if cue.end - cue.start > _LONG else ()
    if len(pieces) < 2:
        yield cue
        return
    letters, begin = sum(map(len, pieces)), cue.start
    for piece in pieces:
        end = begin + (cue.end - cue.start) * len(piece) / letters
        yield replace(cue, start=begin, end=end, text=piece.strip())
        begin = end


def talk_hash(transcript_digest: str) -> str:
    """Return a hash that changes exactly when ``make_talk`` would return another document for the same key."""
    return transcript_digest


def languages_of(site: Site) -> str:
    """Return the codes of a site's languages, separated by spaces: its own first, then those of its shows."""
    return joined_codes((site.language, *(show.language for show in site.shows)))


def make_document(catalogue: Catalogue, episode: Episode, notes: Notes) -> Document:
    """Return the document of a published episode."""
    return Document(
        key=episode.key,
        title=episode.title,
        number=episode.number,
        guests=_guests(catalogue, episode),
        tags=_tags(catalogue, episode),
        description=episode.description,
        lines=(
            *_notes(notes),
            *(Line("chapter", title, seconds) for seconds, title in _chapters(episode)),
        ),
    )


def document_hash(catalogue: Catalogue, episode: Episode, text_digest: str) -> str:
    """Return a hash that changes exactly when ``make_document`` would return another document.

    ``text_digest`` is a hash of the notes, so that these needn't be read.
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
    )
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


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
