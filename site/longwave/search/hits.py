"""What a page of results shows of an episode: the passage and the moments that match best, and why it was found."""

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
from longwave.search.documents import Line
from longwave.search.grid import DESCRIPTION, FIELDS, NUMBER, is_spoken, within
from longwave.search.lines import Lines
from longwave.search.marking import Marker
from longwave.search.postings import Postings
from longwave.search.results import Hit, HitMoment
from longwave.search.understanding import Slot

_MOST_MOMENTS = 5
# Of a word that is said hundreds of times, the first will do.
_MOST_PLACES = 300
_PASSAGE = 300


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows the hits of one query."""

    catalogue: Catalogue
    postings: Postings
    slots: Sequence[Slot]
    marker: Marker
    titles: Marker

    def show(self, episode: Episode, number: int, score: float) -> Hit:
        """The hit of an episode, whose document has this number."""
        lines = self.postings.lines(number)
        stand = [sorted(self._places(slot, number)) for slot in self.slots]
        shares = self._shares(lines, stand)
        return Hit(
            url=episode.path,
            title=episode.title,
            title_html=self.titles.whole(episode.title),
            show=episode.show,
            number=episode.number,
            date=episode.date.isoformat(),
            guests=tuple(guest.name for guest in self.catalogue.guests_of(episode)),
            tags=tuple(tag.label for tag in self.catalogue.tags_of(episode)),
            snippet_html=self._passage(episode, lines, shares),
            moments=tuple(self._moments(episode, lines, shares)),
            score=round(score, 2),
            why=tuple(_why(slot, found, lines) for slot, found in zip(self.slots, stand, strict=True) if found),
        )

    def _places(self, slot: Slot, number: int) -> Iterator[int]:
        for clause in slot.clauses:
            for found in places(clause, number, self.postings):
                yield from islice(found, _MOST_PLACES)

    def _shares(self, lines: Lines, stand: Sequence[Sequence[int]]) -> Mapping[int, float]:
        """How much of the query is in each line that has any of it."""
        shares: defaultdict[int, float] = defaultdict(float)
        first = lines.places[0] if lines.places else 0
        for slot, found in zip(self.slots, stand, strict=True):
            within = {bisect_right(lines.places, place) - 1 for place in found if place >= first and lines.places}
            for line in within:
                # Little words decide only between lines that are alike.
                shares[line] += slot.worth * (0.01 if slot.optional else 1.0)
        return shares

    def _moments(self, episode: Episode, lines: Lines, shares: Mapping[int, float]) -> Iterator[HitMoment]:
        """At most five: those with most of the query first, then notes and chapters before what was said, then by time.

        Those with less than half as much as the best are left out.
        """
        order = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
        found = ((share, lines[number]) for number, share in order)
        best = 0.0
        for share, line in islice(((s, line) for s, line in found if line.kind != "text"), _MOST_MOMENTS):
            best = best or share
            if 2 * share >= best:
                yield self._moment(episode, line)

    def _moment(self, episode: Episode, line: Line) -> HitMoment:
        assert line.kind != "text"  # noqa: S101 - a text has no time
        label = format_seconds(line.seconds)
        url = f"{episode.path}#t={label}"
        return HitMoment(line.seconds, label, self.marker.whole(line.text), url, line.kind, line.speaker)

    def _passage(self, episode: Episode, lines: Lines, shares: Mapping[int, float]) -> str:
        order = sorted(shares, key=lambda number: (-shares[number], number))
        best = next((number for number in order if lines[number].kind == "text"), None)
        if best is None:
            return self.marker.passage(episode.description)
        text = ""
        for number in range(best, len(lines.rows)):
            if len(text) >= _PASSAGE or lines[number].kind != "text":
                break
            text = f"{text} {lines[number].text}"
        return self.marker.passage(text, episode.description)


def _why(slot: Slot, found: Sequence[int], lines: Lines) -> str:
    """``kubernetes: title, notes``."""
    where = [field for field in FIELDS if next(within(found, field), None) is not None]
    notes = lines.places[0] if lines.places else 1 << 62
    if any(NUMBER <= place < DESCRIPTION for place in found):
        where.append("number")  # type: ignore[arg-type]
    others = {
        "description": any(DESCRIPTION <= place < notes for place in found),
        "notes": any(place >= notes and not is_spoken(place) for place in found),
        "transcript": any(map(is_spoken, found)),
    }
    return f"{slot.text}: {', '.join([*where, *(name for name, is_there in others.items() if is_there)])}"
