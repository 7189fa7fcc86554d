"""Everything that is wrong with a site's folder, found without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from longwave.config import Settings
from longwave.content.sitefile import FILE as SITE_FILE
from longwave.edition.assembly import all_problems, catalogue_of
from longwave.edition.audited import feed_findings, feed_now
from longwave.edition.building import survey
from longwave.edition.outside import blocked
from longwave.errors import Problem
from longwave.feeds.audit.findings import Finding

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
class Checked:
    """The problems of the files, in their order, and what the rules for feeds find."""

    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]


def check_site(settings: Settings) -> Checked:
    """Look at the site's folder as it is now."""
    intake, whole = survey(settings, {}, {}, datetime.now(UTC), again=True)
    url = settings.url or intake.site.url
    problems = tuple(sorted((*all_problems(intake, whole), *blocked(settings.content, url, intake, whole))))
    catalogue = catalogue_of(intake, whole)
    findings = feed_findings(settings.content, catalogue, url or _SOME_URL, intake, whole)
    return Checked(problems if url else (_NO_URL, *problems), findings)


def feeds_now(settings: Settings) -> Mapping[str, bytes]:
    """The feed of each show, whole, as the folder would publish it now; by the show's folder."""
    intake, whole = survey(settings, {}, {}, datetime.now(UTC), again=True)
    catalogue = catalogue_of(intake, whole)
    base = settings.url or intake.site.url or _SOME_URL
    return {slug: feed_now(catalogue, slug, base, intake, whole) for slug in catalogue.shows}
