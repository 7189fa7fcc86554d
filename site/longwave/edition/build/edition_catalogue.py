"""The catalogue of an edition, made from the records of its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from longwave.catalogue import Catalogue, build_catalogue
from longwave.edition.store.edition_data import Assembly, Intake
from longwave.edition.store.records import PAGE, TAG
from longwave.model import Page, Tag


def catalogue_of(intake: Intake, assembly: Assembly) -> Catalogue:
    """Return the catalogue as the search index and the feeds need it: without the plain pages."""
    tags = {source.name: source.record for source in intake.sources.values() if source.kind == "tag" and source.record}
    guests = {guest.slug: guest for guest in assembly.guests}
    episodes = (episode for episode, _, _ in assembly.episodes.values())
    return build_catalogue(assembly.site, episodes, read_tags(tags), guests, {})


def read_tags(records: Mapping[str, str]) -> Mapping[str, Tag]:
    """Return the tags of ``tags/*.md`` by slug; of two files for one tag, the first by name counts."""
    tags = [TAG.validate_json(record) for record in records.values()]
    return {tag.slug: tag for tag in reversed(tags)}


def page_files(shows: Iterable[str], records: Mapping[str, str]) -> Mapping[str, str]:
    """Return the files of the plain pages by slug, but for those whose address belongs to one of the ``shows``.

    ``records`` are those of pages, by the files' names; of two files for one page, the first counts.
    """
    shows = set(shows)
    pages = {PAGE.validate_json(record).slug: name for name, record in reversed(list(records.items()))}
    return {slug: name for slug, name in pages.items() if slug not in shows}


def pages_of(intake: Intake) -> Mapping[str, Page]:
    """Return the plain pages by slug; their text has yet to go through Liquid."""
    records = {s.name: s.record for s in intake.sources.values() if s.kind == "page" and s.record}
    shows = (show.slug for show in intake.site.shows)
    return {slug: PAGE.validate_json(records[name]) for slug, name in page_files(shows, records).items()}
