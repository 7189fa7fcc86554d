"""The proof of a move: the new feed compared with the old one, at the end of an import and in each later check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from longwave.config import Settings
from longwave.edition.check.site_check import Inspection, feeds_of
from longwave.errors import LongwaveError, Problem
from longwave.moving.comparison.differences import Difference
from longwave.moving.comparison.kept_feeds import keep_feed, kept_feeds
from longwave.moving.comparison.verdict import HEADINGS, grouped, verdict
from longwave.moving.feed_diff import compare_with
from longwave.moving.import_report import Finding, Report
from longwave.moving.lost_posts import posts_still_lost
from longwave.moving.rss.feed_parser import Document


def prove(  # noqa: PLR0913, PLR0917 - both feeds, and all that is lost beside them
    settings: Settings,
    rendered: Mapping[str, bytes],
    show: str,
    old: Document,
    address: str,
    lost: Sequence[Difference] = (),
) -> Report:
    """Return a report of that in which the feed of ``show`` differs from the ``old`` one at ``address``.

    ``rendered`` are the site's feeds by show, and ``lost`` are losses that the old feed doesn't show. The old feed is
    kept in the instance folder, for later checks.
    """
    keep_feed(settings.old_feeds, show, old)
    if show not in rendered:
        whole = Finding("Lost", f"the show {show}", hint="No episode is published; `longwave check` says why.")
        return Report(findings=(whole,), verdicts=("Subscribers will notice: they lose the whole show.",))
    return report_of((*lost, *compare_with(rendered, old, address, show).found))


def report_of(differences: Sequence[Difference]) -> Report:
    """Return a report of these differences with their verdict."""
    findings = tuple(
        Finding(HEADINGS[group.effect], group.words, tuple(one.example for one in group.differences), group.first.hint)
        for group in grouped(differences)
        if group.level
    )
    return Report(findings=findings, verdicts=(verdict(differences),))


def still_lost(settings: Settings, inspection: Inspection) -> tuple[Problem, ...]:
    """Return a warning for each fact of an old feed, kept by an import, that the site still lacks."""
    rendered = feeds_of(inspection)
    sources = [entry[0].source for entry in inspection.assembly.episodes.values()]
    try:
        return (*_losses(settings, rendered), *posts_still_lost(settings.old_feeds, sources))
    except LongwaveError as error:
        return (Problem(settings.instance.name, 0, "", str(error).rstrip("."), "Delete that file.", "warning"),)


def _losses(settings: Settings, rendered: Mapping[str, bytes]) -> Iterator[Problem]:
    for show, old in kept_feeds(settings.old_feeds):
        if show in rendered:
            found = compare_with(rendered, old, "", show).found
            lost = (one.problem() for one in found if one.effect in ("lost", "twice"))
            file = (settings.old_feeds / f"{show}.xml").relative_to(settings.root).as_posix()
            hint = f"If that is meant, delete {file}, the feed before the move."
            yield from (replace(one, level="warning", hint=f"{one.hint} {hint}".strip()) for one in lost)
