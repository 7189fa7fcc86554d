"""Everything that is wrong with a site's folder, found without writing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from longwave.catalogue import Catalogue
from longwave.config import Settings
from longwave.content.kramdown.blocks import parse_document
from longwave.content.site.site_toml import FILE as SITE_FILE
from longwave.content.text.references import References, references
from longwave.edition.assembly import Assembly, all_problems, catalogue_of, pages_of
from longwave.edition.builder import survey
from longwave.edition.csp_check import blocked
from longwave.edition.edition_data import Body, Contents
from longwave.edition.faults import Fault, blamed, told, tried, without_faulty
from longwave.edition.feed_check import ReadTexts, feed_findings, feed_now
from longwave.edition.history import History, Past
from longwave.edition.identity import Kept
from longwave.edition.intake import Intake, is_out
from longwave.edition.promises import behind, given_up
from longwave.edition.served import served_files
from longwave.edition.stale import stale_since
from longwave.edition.templates import read_folder
from longwave.errors import Problem
from longwave.feeds.entries import entry
from longwave.isolation import isolated
from longwave.model import Words
from longwave.search.analysis import analyzer
from longwave.search.documents import make_document
from longwave.search.schema import try_words

_NO_URL = Problem(
    SITE_FILE,
    0,
    "url, the public address of the site",
    "none",
    "Feeds and shared links would lead to the address on which the server happens to listen.",
    "warning",
)
#: Stands for the address that a site without one will have: feeds hold absolute addresses only.
_SOME_URL = "https://podcast.invalid"


@dataclass(frozen=True, slots=True)
class Looked:
    """The folder as it is at one instant. ``intake`` and ``whole`` hold drafts and what is to come, ``catalogue`` not.

    ``url`` is the site's address; empty when it has none. ``references`` are those of the bodies of episodes and pages,
    by the names of their files. ``served`` are the files that would be served if all of it were published. ``kept`` are
    the lines that would keep what was published without instance/, ``lost`` tells what of it would be given up.
    """

    intake: Intake
    whole: Assembly
    catalogue: Catalogue
    url: str
    references: Mapping[str, References]
    served: frozenset[str]
    kept: tuple[Kept, ...] = ()
    lost: tuple[Problem, ...] = ()


def look(settings: Settings, past: Past | None = None) -> Looked:
    """Read the site's folder as it is now, without writing anything. Raises LongwaveError.

    ``past`` is what was published elsewhere, if that is what it will replace.
    """
    was = (History(settings.instance).read() if past is None else past) or Past()
    with told():
        return without_faulty(settings.root, lambda faults: _look(settings, was, faults))


def _look(settings: Settings, past: Past, faults: Mapping[str, Fault]) -> Looked:
    now = datetime.now(UTC)
    surveyed = survey(replace(settings, preview=True), Contents(), past, now, again=True, faults=faults)
    intake, whole = surveyed.intake, surveyed.whole
    found: dict[str, References] = {}

    def read(body: Body) -> Body:
        document = parse_document(body.text)
        found[body.name] = references(document)
        return tried(body, document)

    bodies = {body.name: noted for body, noted in isolated(intake.bodies.values(), lambda body: body.name, read)}
    intake = replace(intake, bodies=bodies)
    templates = read_folder(settings.root / "templates")
    served = served_files(intake, whole, catalogue_of(intake, whole), templates, settings.url)
    out = {key: each for key, each in whole.episodes.items() if is_out(each[0], now, everything=False, past=past)}
    catalogue = replace(catalogue_of(intake, replace(whole, episodes=out)), pages=pages_of(intake))
    late = behind(past.made, now)
    lost = (*surveyed.identity.lost, *given_up(past, catalogue, intake.sources), *((late,) if late else ()))
    url = settings.url or intake.site.url
    looked = Looked(intake, whole, catalogue, url, found, served, tuple(surveyed.identity.kept), lost)
    with blamed(settings.root, lambda key: (out[key][1].name, out[key][2])):
        for _ in isolated(out, str, lambda key: _try(looked, key)):
            pass
    return looked


def _try(looked: Looked, key: str) -> None:
    """Do for an episode what is done when it is published, to see whether anything goes wrong."""
    episode = looked.whole.episodes[key][0]
    texts = ReadTexts(looked.intake, looked.whole)
    entry(looked.catalogue, texts, episode, looked.url or _SOME_URL)
    words = Words(texts.notes(episode), texts.transcript(episode))
    try_words(make_document(looked.catalogue, episode, words), analyzer(looked.intake.site.language))


def site_problems(settings: Settings, looked: Looked) -> tuple[Problem, ...]:
    """What keeps files from being published as they are, in the order of files and lines."""
    intake, whole, url = looked.intake, looked.whole, looked.url
    problems = sorted((*all_problems(intake, whole), *blocked(settings.content, url, intake, whole), *looked.lost))
    return (*_unpublished(settings), *(() if url else (_NO_URL,)), *problems)


def _unpublished(settings: Settings) -> Iterator[Problem]:
    """Yield a problem where nothing could be published the last time."""
    stale = stale_since(settings.index)
    if stale is not None:
        found = f"nothing published since {stale.since:%Y-%m-%d %H:%M} UTC, because: {stale.reason.rstrip('.')}"
        hint = "`flask reindex` publishes it once that is mended."
        yield Problem(settings.index.name, 0, "what is here to be published", found, hint)


def feed_problems(settings: Settings, looked: Looked) -> tuple[Problem, ...]:
    """What the rules for feeds find in the feeds of what is published."""
    base = looked.url or _SOME_URL
    return feed_findings(settings.content, looked.catalogue, base, looked.intake, looked.whole)


def feeds_now(settings: Settings) -> Mapping[str, bytes]:
    """The feed of each show, whole, as the folder would publish it now; by the show's folder."""
    looked = look(settings)
    base = looked.url or _SOME_URL
    return {
        slug: feed_now(looked.catalogue, slug, base, looked.intake, looked.whole) for slug in looked.catalogue.shows
    }
