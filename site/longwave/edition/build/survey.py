"""The survey of a site's folder: the content as it was read, its assembly, and the identity of its episodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from longwave.config import Settings
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.build.assembly import assemble
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.due import Due
from longwave.edition.build.faults import Fault
from longwave.edition.build.intake import Reuse, read_content
from longwave.edition.past.history import Past
from longwave.edition.past.identity import Identity, keep_identity
from longwave.edition.past.promises import lost_site_file
from longwave.edition.store.edition_data import Assembly, Body, Contents, Intake
from longwave.errors import LongwaveError


@dataclass(frozen=True, slots=True)
class Survey:
    """The content of the folder as it was read, its assembly, and the identity of episodes that were published."""

    intake: Intake
    assembly: Assembly
    identity: Identity


def survey(  # noqa: PLR0913 - what is there, what was, and how
    settings: Settings,
    previous: Contents,
    past: Past,
    now: datetime,
    *,
    cache: BuildCache,
    reread: bool,
    faults: Mapping[str, Fault],
    due: Due | None = None,
) -> Survey:
    """Read the folder and assemble everything that is out at ``now``, without writing anything.

    With ``reread``, no reading of the ``previous`` edition is reused. With ``due``, all episodes but the due ones are
    as they were in that edition. Raises FailuresError, by file, for mistakes of Longwave's over files that can be read.
    """
    lacking = {name: good for name, good in past.good.items() if not _has_reading(previous, name)}
    sources = {**previous.sources, **{name: good.source for name, good in lacking.items()}}
    reuse = Reuse(sources, reread, past, faults, due)
    intake = read_content(settings, reuse, now, cache.read_episode)
    if not settings.preview:
        _refuse_lost_settings(intake, previous, past)
    good = {name: Body(name, good.text) for name, good in lacking.items() if good.text and name in intake.sources}
    intake = replace(intake, bodies={**good, **intake.bodies})
    sounds = {} if reread else previous.sounds
    assembly = assemble(settings.content, intake, sounds, now, everything=settings.preview, past=past, cache=cache)
    if due is not None:
        _restore_others(assembly, previous, intake, due, cache)
    identity = keep_identity(assembly, intake.sources, past, settings.content, cache.traits, cache.read_episode)
    return Survey(intake, assembly, identity)


def _refuse_lost_settings(intake: Intake, previous: Contents, past: Past) -> None:
    """Raise LongwaveError where site.toml can't be read and no last good version of it is known.

    Guids and addresses would be others. An edition that was made without site.toml may go on without it.
    """
    source = intake.sources.get(SITE_FILE)
    if previous.sources or (source is not None and source.record):
        return
    found = (*intake.problems, *(source.problems if source is not None else ()))
    for problem in found:
        if problem.file == SITE_FILE:
            raise LongwaveError(str(problem), "Nothing is published with other settings than yours.")
    if source is None and past.last.get("own_url"):
        raise LongwaveError(str(lost_site_file(past)))


def _has_reading(contents: Contents, name: str) -> bool:
    return name in contents.sources and contents.sources[name].record != ""


def _restore_others(assembly: Assembly, previous: Contents, intake: Intake, due: Due, cache: BuildCache) -> None:
    """Replace all episodes of ``assembly`` but the due ones by those of the previous edition."""
    assembly.episodes = {key: each for key, each in assembly.episodes.items() if each[1].name in due.episodes}
    for key, published in previous.published.items():
        episode, source = cache.read_episode(published.record), intake.sources[published.source]
        own = cache.read_episode(source.record)
        if (episode.guid, episode.aliases) != (own.guid, own.aliases):
            # A guid and aliases that come from the past are added, and reported, by ``keep_identity``.
            episode = replace(episode, guid=own.guid, aliases=own.aliases)
        assembly.episodes[key] = (episode, source, published.transcript)
    assembly.sounds = {**assembly.sounds, **previous.sounds}
