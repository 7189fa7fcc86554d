"""The hit of an episode on a page of results: its best snippet and timestamps, and the fields that matched."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from longwave.catalogue import Catalogue
from longwave.content.fields.times import format_seconds
from longwave.model import Episode
from longwave.search.clauses import PlaceFinder
from longwave.search.document_packing import Lines
from longwave.search.grid import DESCRIPTION, FIELDS, NUMBER, within
from longwave.search.highlighting import Highlighter
from longwave.search.hit_moments import Found, choose, talk_moments
from longwave.search.postings import PostingReader
from longwave.search.query_parser import Slot
from longwave.search.results import Hit, HitMoment
from longwave.search.speech import Said
from longwave.search.stretches import Stretches
from longwave.search.talk_map import Recording

#: The most occurrences of a word or phrase that are read: one that is said hundreds of times needs only the first.
_MAX_PLACES = 300
#: The number of characters of the show notes that are enough to choose a snippet from.
_SNIPPET_SOURCE = 300
#: The words between the first and the last place of a transcript's beginning that serves as a snippet.
_BEGINNING = 48
#: The points of a line of the notes with all of the query, beside which a stretch of talk has between 1 and 2.
_NOTE = 2.0
_BETWEEN_TAGS = re.compile(r"[,;|#·•]+")


@dataclass(frozen=True, slots=True)
class HitBuilder:
    """A builder of the hits of one query. ``titles`` highlights in titles, and ``highlighter`` elsewhere.

    ``parts`` are the query's slots as they were said, and ``stretches`` the stretches of talk, None without any.
    """

    catalogue: Catalogue
    postings: PostingReader
    slots: Sequence[Slot]
    highlighter: Highlighter
    titles: Highlighter
    stretches: Stretches | None = None
    parts: Sequence[Said] = ()
    finders: Sequence[PlaceFinder] = field(init=False)

    def __post_init__(self) -> None:
        # The class is frozen, so that no hit changes the next one.
        object.__setattr__(self, "finders", [PlaceFinder(slot.clauses, self.postings) for slot in self.slots])

    def build(self, episode: Episode, number: int, score: float) -> Hit:
        """Return the hit of an episode; ``number`` is that of its document in the index."""
        lines = self.postings.lines(number)
        found = (finder.places(number) for finder in self.finders)
        slot_places = [sorted((*typed[:_MAX_PLACES], *completed[:_MAX_PLACES])) for typed, completed in found]
        shares = self._shares(lines, slot_places)
        recordings = self.postings.talk.by_episode.get(number, ())
        moments = choose([*self._note_moments(lines, shares), *self._talk_moments(recordings)])
        said = [any(self._is_said(slot, at) for at, _ in recordings) for slot in range(len(self.slots))]
        return Hit(
            url=episode.path,
            title=episode.title,
            title_html=self.titles.highlight(episode.title),
            show=episode.show,
            number=episode.number,
            date=episode.date.isoformat(),
            guests=tuple(guest.name for guest in self.catalogue.guests_of(episode)),
            tags=tuple(tag.label for tag in self.catalogue.tags_of(episode)),
            snippet_html=self._snippet(episode, lines, shares) or self._beginning(recordings),
            moments=tuple(self._moment(episode, found) for found in moments),
            score=round(score, 2),
            why=tuple(
                _why(slot, own, lines, spoken)
                for slot, own, spoken in zip(self.slots, slot_places, said, strict=True)
                if own or spoken
            ),
        )

    def _is_said(self, slot: int, recording: int) -> bool:
        present = self.stretches.present if self.stretches else ()
        return slot < len(present) and bool(present[slot][recording])

    def _shares(self, lines: Lines, slot_places: Sequence[Sequence[int]]) -> Mapping[int, float]:
        """Return the share of the query (words, phrases) that occurs in each line, by line number."""
        shares: defaultdict[int, float] = defaultdict(float)
        first = lines.places[0] if lines.places else 0
        # Optional words decide only between lines that are equal otherwise.
        worths = [slot.worth * (0.01 if slot.optional else 1.0) for slot in self.slots]
        total = sum(worths) or 1.0
        for worth, own in zip(worths, slot_places, strict=True):
            matching = {bisect_right(lines.places, place) - 1 for place in own if place >= first and lines.places}
            for line in matching:
                shares[line] += worth / total
        return shares

    def _note_moments(self, lines: Lines, shares: Mapping[int, float]) -> Iterator[Found]:
        for number, share in shares.items():
            line = lines[number]
            if line.kind != "text":
                yield Found(_NOTE * share, line.seconds, line.text, line.kind)

    def _talk_moments(self, recordings: Sequence[tuple[int, Recording]]) -> Iterator[Found]:
        for at, recording in recordings:
            if self.stretches and self.stretches.best[at] > 0:
                packed = self.postings.packed_talk(recording.number)
                yield from talk_moments(recording, packed, self.stretches, self.parts)

    def _moment(self, episode: Episode, found: Found) -> HitMoment:
        label = format_seconds(found.seconds)
        query = f"?transcript={found.language}" if found.language else ""
        html = self.highlighter.highlight(found.text)
        url = f"{episode.path}{query}#t={label}"
        return HitMoment(found.seconds, label, html, url, found.source, found.speaker, found.language)

    def _snippet(self, episode: Episode, lines: Lines, shares: Mapping[int, float]) -> str:
        order = sorted(shares, key=lambda number: (-shares[number], number))
        tags = {name.casefold() for name in (*episode.tags, *(t.label for t in self.catalogue.tags_of(episode)))}
        best = next((n for n in order if lines[n].kind == "text" and not _is_tags(lines[n].text, tags)), None)
        if best is None:
            first = (line.text for line in map(lines.__getitem__, range(min(len(lines.rows), 9))))
            prose = next((text for text in first if not _is_tags(text, tags)), "")
            return self.highlighter.snippet(*filter(None, (prose, episode.description)))
        text = ""
        for number in range(best, len(lines.rows)):
            if len(text) >= _SNIPPET_SOURCE or lines[number].kind != "text":
                break
            text = f"{text} {lines[number].text}"
        return self.highlighter.snippet(text, episode.description)

    def _beginning(self, recordings: Sequence[tuple[int, Recording]]) -> str:
        """Return the first words of a transcript, for an episode without notes and description."""
        for _, recording in recordings[:1]:
            cues = self.postings.packed_talk(recording.number).cues(0, _BEGINNING)
            return self.highlighter.snippet(" ".join(cue.text for _, cue in cues))
        return ""


def _is_tags(text: str, tags: set[str]) -> bool:
    """Return whether a text is a list of tags, which says nothing that the page doesn't have already."""
    names = [name.strip().casefold() for name in _BETWEEN_TAGS.split(text)]
    words = text.split()
    return all(name in tags or not name for name in names) or all(word.startswith("#") for word in words)


def _why(slot: Slot, slot_places: Sequence[int], lines: Lines, said: bool) -> str:
    """Return a slot's text (a part of the query) and the fields in which it was found: ``kubernetes: title, notes``."""
    fields: list[str] = [field for field in FIELDS if next(within(slot_places, field), None) is not None]
    notes = lines.places[0] if lines.places else 1 << 62
    if any(NUMBER <= place < DESCRIPTION for place in slot_places):
        fields.append("number")
    others = {
        "description": any(DESCRIPTION <= place < notes for place in slot_places),
        "notes": any(place >= notes for place in slot_places),
        "transcript": said,
    }
    return f"{slot.text}: {', '.join([*fields, *(name for name, is_there in others.items() if is_there)])}"
