"""The check of a site, which finds every problem of its folder and its feeds without writing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from longwave.catalogue import Catalogue
from longwave.config import Settings
from longwave.content.kramdown.blocks import parse_document
from longwave.content.site.site_toml import SITE_FILE
from longwave.content.text.references import References, references
from longwave.edition.build.assembly import all_problems, catalogue_of, pages_of
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.due import is_out
from longwave.edition.build.faults import (
    Fault,
    failures_by_file,
    mistakes_raised,
    retry_without_faulty,
    with_notes,
)
from longwave.edition.build.served_files import served_files
from longwave.edition.build.stale import read_stale
from longwave.edition.build.survey import survey
from longwave.edition.check.csp_check import blocked
from longwave.edition.check.feed_check import UnrenderedTexts, check_feeds, render_feed
from longwave.edition.past.clock import clock_problem
from longwave.edition.past.history import History, Past
from longwave.edition.past.identity import Identity
from longwave.edition.past.identity_lines import IdentityLine
from longwave.edition.past.promises import broken_promises, lost_url
from longwave.edition.store.edition_data import Assembly, Body, Contents, Intake, Source
from longwave.edition.store.template_files import read_folder
from longwave.errors import Problem
from longwave.feeds.entries import entry
from longwave.isolation import isolated
from longwave.model import Episode
from longwave.search.analysis import analyzer
from longwave.search.documents import languages_of, make_document, make_talk, talk_key
from longwave.search.schema import try_analysis

_NO_URL = Problem(
    SITE_FILE,
    0,
    "url, the public address of the site",
    "none",
    "Feeds and shared links would lead to the address on which the server happens to listen.",
    "warning",
)
#: A substitute for the address of a site without one, as feeds contain absolute addresses.
PLACEHOLDER_HOST = "podcast.invalid"
_PLACEHOLDER_URL = f"https://{PLACEHOLDER_HOST}"


@dataclass(frozen=True, slots=True)
class Inspection:
    """The ``folder`` of content at one instant. ``intake`` and ``assembly`` include drafts and future episodes.

    ``catalogue`` has only what is published now. ``url`` is the site's address (empty if it has none). ``references``
    are the addresses in the texts of episodes and pages, by the names of their files. ``served`` are the files that
    would be served if everything were published. ``identity_lines`` are lines that keep guids and addresses without
    ``instance/``, and ``lost`` are warnings about those that would change for good.
    """

    folder: Path
    intake: Intake
    assembly: Assembly
    catalogue: Catalogue
    url: str
    references: Mapping[str, References]
    served: frozenset[str]
    identity_lines: tuple[IdentityLine, ...] = ()
    lost: tuple[Problem, ...] = ()


def inspect_site(settings: Settings, past: Past | None = None) -> Inspection:
    """Read the site's folder as it is now, without writing anything. Raises LongwaveError.

    ``past`` is what the live site that the folder will replace has published; None means the folder's own history.
    """
    own = (History(settings.instance).read() if past is None else past) or Past()
    with mistakes_raised():
        return retry_without_faulty(settings.root, lambda faults: _inspect(settings, own, faults))


def _inspect(settings: Settings, past: Past, faults: Mapping[str, Fault]) -> Inspection:
    now, cache, everything = datetime.now(UTC), BuildCache(), replace(settings, preview=True)
    surveyed = survey(everything, Contents(), past, now, cache=cache, reread=True, faults=faults)
    found: dict[str, References] = {}

    def read(body: Body) -> Body:
        document = parse_document(body.text)
        found[body.name] = references(document)
        return with_notes(body, document)

    assembly, read_bodies = surveyed.assembly, isolated(surveyed.intake.bodies.values(), lambda body: body.name, read)
    intake = replace(surveyed.intake, bodies={body.name: noted for body, noted in read_bodies})
    templates, all_published = read_folder(settings.root / "templates"), catalogue_of(intake, assembly)
    served = served_files(intake, assembly, all_published, templates, settings.url, cache.redirect_goals)
    out = {key: each for key, each in assembly.episodes.items() if _is_out(each, surveyed.identity, now, past)}
    catalogue = replace(catalogue_of(intake, replace(assembly, episodes=out)), pages=pages_of(intake))
    clock = clock_problem(past.made, now)
    broken = broken_promises(past, catalogue, intake.sources)
    lost_address = lost_url(past, intake.site.url, intake.sources)
    lost = (*surveyed.identity.lost, *broken, *lost_address, *((clock,) if clock else ()))
    url, lines = settings.url or intake.site.url, tuple(surveyed.identity.lines)
    inspection = Inspection(settings.content, intake, assembly, catalogue, url, found, served, lines, lost)
    with failures_by_file(settings.root, lambda key: (out[key][1].name, out[key][2])):
        for _ in isolated(out, str, lambda key: _rehearse(inspection, key)):
            pass
    return inspection


def _is_out(assembled: tuple[Episode, Source, str], identity: Identity, now: datetime, past: Past) -> bool:
    """Return whether an assembled episode is published at ``now``, even if its file was renamed after publication."""
    episode, source, _ = assembled
    former = past.episodes.get(identity.numbers.get(source.name, ""))
    stays = former is not None and former.out and former.date == episode.date and not episode.draft
    return stays or is_out(episode, now, everything=False, past=past)


def _rehearse(inspection: Inspection, key: str) -> None:
    """Perform the steps of publishing an episode, but write nothing. Raises the exception of a step that fails."""
    episode = inspection.assembly.episodes[key][0]
    texts = UnrenderedTexts(inspection.intake, inspection.assembly)
    entry(inspection.catalogue, texts, episode, inspection.url or _PLACEHOLDER_URL)
    words = analyzer(languages_of(inspection.intake.site))
    said = texts.words(episode)
    try_analysis(make_document(inspection.catalogue, episode, said.notes), words)
    for transcript in (said.transcript, *said.translations):
        try_analysis(make_talk(talk_key(key, transcript.language), transcript), words)


def site_problems(settings: Settings, inspection: Inspection) -> tuple[Problem, ...]:
    """Return the problems that keep files from being published as they are, sorted by file and line."""
    intake, assembly, url = inspection.intake, inspection.assembly, inspection.url
    blocked_content = blocked(settings.content, url, intake, assembly)
    problems = sorted((*all_problems(intake, assembly), *blocked_content, *inspection.lost))
    return (*_publishing_failures(settings), *(() if url else (_NO_URL,)), *problems)


def _publishing_failures(settings: Settings) -> Iterator[Problem]:
    """Yield a problem if the last attempt to publish an edition failed."""
    stale = read_stale(settings.index)
    if stale is not None:
        found = f"nothing published since {stale.since:%Y-%m-%d %H:%M} UTC, because: {stale.reason.rstrip('.')}"
        hint = "`longwave reindex` publishes it once that is mended."
        yield Problem(settings.index.name, 0, "what is here to be published", found, hint)


def feed_problems(settings: Settings, inspection: Inspection) -> tuple[Problem, ...]:
    """Return the problems that the rules for feeds find in the feeds of everything that is published."""
    base = inspection.url or _PLACEHOLDER_URL
    return check_feeds(settings.content, inspection.catalogue, base, inspection.intake, inspection.assembly)


def render_feeds(settings: Settings) -> Mapping[str, bytes]:
    """Return the complete feed of each show as it would be published now, by the show's slug."""
    return feeds_of(inspect_site(settings))


def feeds_of(inspection: Inspection) -> Mapping[str, bytes]:
    """Return the complete feed of each show of an inspected site, by the show's slug."""
    base = inspection.url or _PLACEHOLDER_URL
    return {
        slug: render_feed(inspection.catalogue, slug, base, inspection.intake, inspection.assembly)
        for slug in inspection.catalogue.shows
    }
