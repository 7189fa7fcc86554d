"""By what a search can be narrowed: shows, tags, guests and years.

Sets of episodes are whole numbers here, a bit for each: to count thousands of them takes less than a microsecond.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from longwave.catalogue import Catalogue, guest_slugs, tag_slugs
from longwave.model import Episode
from longwave.search.query import Query
from longwave.search.results import Facets, FacetValue

_MOST = 20
_NAMES = ("show", "tag", "guest", "year")


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode and its place among all: 0 is the newest."""

    episode: Episode
    place: int


class Narrowing:
    """The episodes of a catalogue by what they can be narrowed by, worked out once for an edition."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.entries = {episode.key: Entry(episode, place) for place, episode in enumerate(catalogue.episodes)}
        sets: dict[str, defaultdict[str, int]] = {name: defaultdict(int) for name in _NAMES}
        for place, episode in enumerate(catalogue.episodes):
            bit = 1 << place
            for name, values in _values(episode, catalogue).items():
                for value in values:
                    sets[name][value] |= bit
        self._sets: Mapping[str, Mapping[str, int]] = {name: dict(values) for name, values in sets.items()}
        self._labels: Mapping[str, Mapping[str, str]] = {
            "show": {slug: show.title for slug, show in catalogue.shows.items()},
            "tag": {slug: tag.label for slug, tag in catalogue.tags.items()},
            "guest": {slug: guest.name for slug, guest in catalogue.guests.items()},
            "year": {},
        }

    def narrow(self, found: Iterable[Entry], query: Query) -> tuple[int, Facets]:
        """Those of the episodes that pass the query's filters, as bits, and the counts of all values."""
        whole = _bits((entry.place for entry in found), len(self.entries))
        chosen = {name: str(getattr(query, name) or "") for name in _NAMES}
        passing = {name: self._sets[name].get(value, 0) if value else whole for name, value in chosen.items()}
        counted = {}
        for name in _NAMES:
            others = whole
            for other in _NAMES:
                others &= passing[other] if other != name else whole
            counted[name] = self._count(name, others, chosen[name])
        narrowed = whole
        for bits in passing.values():
            narrowed &= bits
        return narrowed, Facets(**counted)

    def _count(self, name: str, among: int, chosen: str) -> tuple[FacetValue, ...]:
        counts = ((value, (bits & among).bit_count()) for value, bits in self._sets[name].items())
        labels = self._labels[name]
        values = sorted(
            (FacetValue(value, labels.get(value, value), n) for value, n in counts if n),
            key=lambda value: (-value.count, value.label.casefold()),
        )
        return tuple(value for place, value in enumerate(values) if place < _MOST or value.value == chosen)


def _values(episode: Episode, catalogue: Catalogue) -> Mapping[str, Iterable[str]]:
    return {
        "show": (episode.show,),
        "tag": tag_slugs(episode),
        "guest": guest_slugs(episode, catalogue.guest_slugs),
        "year": (str(episode.date.year),),
    }


def _bits(places: Iterable[int], size: int) -> int:
    flags = bytearray(b"0") * (size + 1)
    for place in places:
        flags[size - place] = 49
    return int(flags, 2)
