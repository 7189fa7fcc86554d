"""By what a search can be narrowed: shows, tags, guests and years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from longwave.catalogue import Catalogue, guest_slugs, tag_slugs
from longwave.model import Episode
from longwave.search.query import Query
from longwave.search.results import Facets, FacetValue

_MOST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode with what it is filtered and counted by, worked out once for an edition."""

    episode: Episode
    tags: tuple[str, ...]
    guests: tuple[str, ...]
    year: int


def entries(catalogue: Catalogue) -> Mapping[str, Entry]:
    """Every published episode by its key, the newest first."""
    return {
        episode.key: Entry(episode, tag_slugs(episode), guest_slugs(episode, catalogue.guest_slugs), episode.date.year)
        for episode in catalogue.episodes
    }


def wanted(entry: Entry, query: Query) -> bool:
    """Whether an episode passes the query's filters."""
    return (
        query.show in ("", entry.episode.show)
        and (not query.tag or query.tag in entry.tags)
        and (not query.guest or query.guest in entry.guests)
        and query.year in (None, entry.year)
    )


def count(found: Iterable[Entry], query: Query, catalogue: Catalogue) -> Facets:
    """The values of the episodes that were found. The chosen one is always among them, if it exists."""
    shows: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    guests: Counter[str] = Counter()
    years: Counter[str] = Counter()
    for entry in found:
        shows[entry.episode.show] += 1
        tags.update(entry.tags)
        guests.update(entry.guests)
        years[str(entry.year)] += 1
    return Facets(
        show=_values(shows, {slug: show.title for slug, show in catalogue.shows.items()}, query.show),
        tag=_values(tags, {slug: tag.label for slug, tag in catalogue.tags.items()}, query.tag),
        guest=_values(guests, {slug: guest.name for slug, guest in catalogue.guests.items()}, query.guest),
        year=_values(years, {}, str(query.year or "")),
    )


def _values(counts: Counter[str], labels: Mapping[str, str], chosen: str) -> tuple[FacetValue, ...]:
    values = sorted(
        (FacetValue(value, labels.get(value, value), n) for value, n in counts.items()),
        key=lambda value: (-value.count, value.label.casefold()),
    )
    return tuple(value for place, value in enumerate(values) if place < _MOST or value.value == chosen)
