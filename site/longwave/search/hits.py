"""The hit of an episode on a page of results: its best snippet and timestamps, and the fields that matched."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from longwave.catalogue import Catalogue
from longwave.content.fields.times import format_seconds
from longwave.model import Episode
from longwave.search.clauses import places
from longwave.search.document_packing import Lines
from longwave.search.documents import Line
from longwave.search.grid import DESCRIPTION, FIELDS, NUMBER, is_speech, within
from longwave.search.highlighting import Highlighter
from longwave.search.postings import PostingReader
from longwave.search.query_parser import Slot
from longwave.search.results import Hit, HitMoment

_MAX_MOMENTS = 5
#: The most occurrences of a word or phrase that are read: one that is said hundreds of times needs only the first.
_MAX_PLACES = 300
#: The number of characters of the show notes that are enough to choose a snippet from.
_SNIPPET_SOURCE = 300


@dataclass(frozen=True, slots=True)
class HitBuilder:
    """A builder of the hits of one query. ``titles`` highlights in titles, and ``highlighter`` elsewhere."""

    catalogue: Catalogue
    postings: PostingReader
    slots: Sequence[Slot]
    highlighter: Highlighter
    titles: Highlighter

    def build(self, episode: Episode, number: int, score: float) -> Hit:
        """Return the hit of an episode; ``number`` is that of its document in the index."""
        lines = self.postings.lines(number)
        slot_places = [sorted(self._places(slot, number)) for slot in self.slots]
        shares = self._shares(lines, slot_places)
        return Hit(
            url=episode.path,
            title=episode.title,
            title_html=self.titles.highlight(episode.title),
            show=episode.show,
            number=episode.number,
            date=episode.date.isoformat(),
            guests=tuple(guest.name for guest in self.catalogue.guests_of(episode)),
            tags=tuple(tag.label for tag in self.catalogue.tags_of(episode)),
            snippet_html=self._snippet(episode, lines, shares),
            moments=tuple(self._moments(episode, lines, shares)),
            score=round(score, 2),
            why=tuple(_why(slot, own, lines) for slot, own in zip(self.slots, slot_places, strict=True) if own),
        )

    def _places(self, slot: Slot, number: int) -> Iterator[int]:
        for clause in slot.clauses:
            for group in places(clause, number, self.postings):
                yield from islice(group, _MAX_PLACES)

    def _shares(self, lines: Lines, slot_places: Sequence[Sequence[int]]) -> Mapping[int, float]:
        """Return the summed worth of the query's slots (words, phrases) that occur in each line, by line number."""
        shares: defaultdict[int, float] = defaultdict(float)
        first = lines.places[0] if lines.places else 0
        for slot, own in zip(self.slots, slot_places, strict=True):
            matching = {bisect_right(lines.places, place) - 1 for place in own if place >= first and lines.places}
            for line in matching:
                # Optional words decide only between lines that are equal otherwise.
                shares[line] += slot.worth * (0.01 if slot.optional else 1.0)
        return shares

    def _moments(self, episode: Episode, lines: Lines, shares: Mapping[int, float]) -> Iterator[HitMoment]:
        """Yield the five timestamps with the highest ``shares`` (see ``_shares``); equal ones in the lines' order.

        Timestamps with less than half the share of the best are left out.
        """
        order = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
        ordered = ((share, lines[number]) for number, share in order)
        best = 0.0
        for share, line in islice(((s, line) for s, line in ordered if line.kind != "text"), _MAX_MOMENTS):
            best = best or share
            if 2 * share >= best:
                yield self._moment(episode, line)

    def _moment(self, episode: Episode, line: Line) -> HitMoment:
        assert line.kind != "text"  # noqa: S101 - a paragraph of text has no time
        label = format_seconds(line.seconds)
        query = f"?transcript={line.language}" if line.language else ""
        text, url = self.highlighter.highlight(line.text), f"{episode.path}{query}#t={label}"
        return HitMoment(line.seconds, label, text, url, line.kind, line.speaker, line.language)

    def _snippet(self, episode: Episode, lines: Lines, shares: Mapping[int, float]) -> str:
        order = sorted(shares, key=lambda number: (-shares[number], number))
        best = next((number for number in order if lines[number].kind == "text"), None)
        if best is None:
            return self.highlighter.snippet(episode.description)
        text = ""
        for number in range(best, len(lines.rows)):
            if len(text) >= _SNIPPET_SOURCE or lines[number].kind != "text":
                break
            text = f"{text} {lines[number].text}"
        return self.highlighter.snippet(text, episode.description)


def _why(slot: Slot, slot_places: Sequence[int], lines: Lines) -> str:
    """Return a slot's text (a part of the query) and the fields in which it was found: ``kubernetes: title, notes``."""
    fields: list[str] = [field for field in FIELDS if next(within(slot_places, field), None) is not None]
    notes = lines.places[0] if lines.places else 1 << 62
    if any(NUMBER <= place < DESCRIPTION for place in slot_places):
        fields.append("number")
    others = {
        "description": any(DESCRIPTION <= place < notes for place in slot_places),
        "notes": any(place >= notes and not is_speech(place) for place in slot_places),
        "transcript": any(map(is_speech, slot_places)),
    }
    return f"{slot.text}: {', '.join([*fields, *(name for name, is_there in others.items() if is_there)])}"
