"""The filters of a search, and the number of results for each of their values (faceted search).

A set of episodes is an integer here, one bit for each: to count thousands of them takes less than a microsecond.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from longwave.catalogue import Catalogue, guest_slugs, tag_slugs
from longwave.content.text.plain_text import slugify
from longwave.model import Episode
from longwave.search.results import Facets, FacetValue

#: The most values of a filter that are offered, beside the one that is chosen.
_MAX_VALUES = 20


@dataclass(frozen=True, slots=True)
class FacetSource:
    """The source of the filters' values: the catalogue, and the speakers in each episode's transcripts, by its key."""

    catalogue: Catalogue
    speakers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A property of episodes by which a search can be narrowed.

    ``name`` is the parameter in an address and the key in ``/search.json``. ``values`` returns an episode's values as
    an address has them, and ``labels`` maps values to the text that people read (else the value itself).
    A value that is ``numeric`` is a whole number.
    """

    name: str
    values: Callable[[Episode, FacetSource], Iterable[str]]
    labels: Callable[[FacetSource], Mapping[str, str]]
    numeric: bool = False


#: The only place where a filter is declared: parameters, facets, JSON and the search page follow this table.
FILTERS = (
    Filter(
        "show",
        values=lambda episode, _: (episode.show,),
        labels=lambda source: {slug: show.title for slug, show in source.catalogue.shows.items()},
    ),
    Filter(
        "tag",
        values=lambda episode, _: tag_slugs(episode),
        labels=lambda source: {slug: tag.label for slug, tag in source.catalogue.tags.items()},
    ),
    Filter(
        "guest",
        values=lambda episode, source: guest_slugs(episode, source.catalogue.guest_slugs),
        labels=lambda source: {slug: guest.name for slug, guest in source.catalogue.guests.items()},
    ),
    Filter(
        "speaker",
        values=lambda episode, source: map(slugify, source.speakers.get(episode.key, ())),
        labels=lambda source: {slugify(name): name for names in source.speakers.values() for name in names},
    ),
    Filter("year", values=lambda episode, _: (str(episode.date.year),), labels=lambda _: {}, numeric=True),
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An episode and its rank by date among all of a catalogue: 0 is the newest."""

    episode: Episode
    rank: int


class FacetIndex:
    """The episodes of a catalogue by the values of each filter, worked out once for an edition."""

    def __init__(self, catalogue: Catalogue, speakers: Mapping[str, tuple[str, ...]]) -> None:
        source = FacetSource(catalogue, speakers)
        self.episodes = {episode.key: Ranked(episode, rank) for rank, episode in enumerate(catalogue.episodes)}
        self._sets = {filter_.name: _sets(filter_, source) for filter_ in FILTERS}
        self._labels = {filter_.name: filter_.labels(source) for filter_ in FILTERS}

    def narrow(self, matching: Iterable[Ranked], chosen: Mapping[str, str]) -> tuple[int, Facets]:
        """Return the set of episodes that pass the ``chosen`` filters (an integer), and the counts of all values.

        ``chosen`` maps names of filters to values. A filter narrows the counts of the others, but not its own.
        """
        every = _bits((ranked.rank for ranked in matching), len(self.episodes))
        passing = {name: self._sets[name].get(value, 0) for name, value in chosen.items()}
        facets = {
            name: self._count(name, _intersection(every, passing, leave_out=name), chosen.get(name, ""))
            for name in self._sets
        }
        return _intersection(every, passing), facets

    def _count(self, name: str, among: int, chosen: str) -> tuple[FacetValue, ...]:
        counts = ((value, (bits & among).bit_count()) for value, bits in self._sets[name].items())
        labels = self._labels[name]
        values = sorted(
            (FacetValue(value, labels.get(value, value), count) for value, count in counts if count),
            key=lambda value: (-value.count, value.label.casefold()),
        )
        return tuple(value for place, value in enumerate(values) if place < _MAX_VALUES or value.value == chosen)


def _sets(filter_: Filter, source: FacetSource) -> Mapping[str, int]:
    """Return the set of episodes (an integer, one bit for each) that have a value of a filter, by the value."""
    sets: defaultdict[str, int] = defaultdict(int)
    for rank, episode in enumerate(source.catalogue.episodes):
        for value in filter_.values(episode, source):
            sets[value] |= 1 << rank
    return dict(sets)


def _intersection(every: int, passing: Mapping[str, int], leave_out: str = "") -> int:
    for name, bits in passing.items():
        if name != leave_out:
            every &= bits
    return every


def _bits(ranks: Iterable[int], size: int) -> int:
    flags = bytearray(b"0") * (size + 1)
    for rank in ranks:
        flags[size - rank] = 49
    return int(flags, 2)
