"""The report of a build: a comparison of the edition that it made with the previous one."""

from __future__ import annotations

from dataclasses import dataclass

from longwave.content.media.media_files import group_by_folder, list_examples
from longwave.edition.build.assembly import all_problems
from longwave.edition.build.served_files import unserved_files
from longwave.edition.build.survey import Survey
from longwave.edition.past.history import Past
from longwave.edition.store.edition_data import Contents
from longwave.edition.store.records import SITE
from longwave.errors import Problem


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a build: how many episodes were added, changed, renamed, removed or unchanged, and all problems.

    ``search`` says whether the edition has a search index of everything, transcripts included. ``withdrawn`` are the
    files below ``content`` that are no longer served, in order. ``lost`` are warnings about guids and addresses that
    change for good. ``moved`` is a pair, the site's address before and now, if a setting of the environment has changed
    the address.
    """

    fingerprint: str
    added: int
    changed: int
    removed: int
    unchanged: int
    seconds: float
    problems: tuple[Problem, ...]
    search: bool
    withdrawn: tuple[str, ...] = ()
    renamed: int = 0
    lost: tuple[Problem, ...] = ()
    moved: tuple[str, str] | None = None

    def withdrawals(self) -> list[str]:
        """Return a line for each file that is no longer served, or for each folder if there are many such files."""
        folders = (
            (name, f" ({len(files)} files: {list_examples(files)})" if files else "")
            for name, files in group_by_folder(self.withdrawn)
        )
        return [f"No longer served: content/{name}{files}" for name, files in folders]


def report_of(previous: Contents, contents: Contents, survey: Survey, past: Past, seconds: float) -> Report:
    """Return the report of a build that took ``seconds`` and replaced the edition ``previous`` by ``contents``."""
    before = {key: published.hash for key, published in previous.published.items()}
    after = {key: published.hash for key, published in contents.published.items()}
    served = contents.served or frozenset()
    if previous.served is None:
        withdrawn = unserved_files(survey.assembly.media, served)
    else:
        withdrawn = set(previous.served - served)
    added, removed, both = after.keys() - before.keys(), before.keys() - after.keys(), before.keys() & after.keys()
    numbers = (survey.identity.numbers.get(contents.published[key].source, "") for key in added)
    former = (past.episodes.get(number) for number in numbers)
    renamed = sum(episode is not None and episode.key in removed for episode in former)
    changed = sum(before[key] != after[key] for key in both)
    return Report(
        fingerprint=contents.meta["fingerprint"],
        added=len(added) - renamed,
        changed=changed,
        removed=len(removed) - renamed,
        renamed=renamed,
        unchanged=len(both) - changed,
        seconds=seconds,
        problems=all_problems(survey.intake, survey.assembly),
        search=contents.meta["search"] and not contents.meta["unread"],
        withdrawn=tuple(sorted(withdrawn)),
        moved=_moved(previous, contents.meta["url"], survey.intake.site.url),
    )


def _moved(previous: Contents, url: str, own_url: str) -> tuple[str, str] | None:
    """Return the site's address before and now; None if it is the same, or if only site.toml has changed it."""
    if not previous.meta or previous.meta["url"] == url:
        return None
    by_file = previous.meta["url"] == SITE.validate_json(previous.meta["site"]).url and url == own_url
    return None if by_file else (previous.meta["url"], url)
