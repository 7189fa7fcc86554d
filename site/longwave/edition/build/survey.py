"""The survey of a site's folder: the content that was read, its assembly, and the identity of its episodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from longwave.config import Settings
from longwave.edition.build.assembly import assemble
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.due import Due
from longwave.edition.build.faults import Fault
from longwave.edition.build.intake import Reuse, read_content
from longwave.edition.past.history import Past
from longwave.edition.past.identity import Identity, keep_identity
from longwave.edition.store.edition_data import Assembly, Body, Contents, Intake


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey of a site's folder: the content that was read, its assembly, and the identity of its episodes."""

    intake: Intake
    assembly: Assembly
    identity: Identity


def survey(  # noqa: PLR0913 - a survey has this many inputs
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
    """Read the folder and assemble everything that is published at ``now``, without writing anything.

    With ``reread``, no reading of the ``previous`` edition is reused. With ``due``, all episodes but the due ones stay
    as in that edition. Raises FailuresError, by file, if Longwave's code fails over files that can be read.
    """
    lacking = {name: good for name, good in past.good.items() if not _has_reading(previous, name)}
    sources = {**previous.sources, **{name: good.source for name, good in lacking.items()}}
    reuse = Reuse(sources, reread, past, faults, due)
    intake = read_content(settings, reuse, now, cache.read_episode)
    good = {name: Body(name, good.text) for name, good in lacking.items() if good.text and name in intake.sources}
    intake = replace(intake, bodies={**good, **intake.bodies})
    sounds = {} if reread else previous.sounds
    assembly = assemble(settings.content, intake, sounds, now, everything=settings.preview, past=past, cache=cache)
    if due is not None:
        _restore_others(assembly, previous, intake, due, cache)
    identity = keep_identity(assembly, intake.sources, past, settings.content, cache.traits, cache.read_episode)
    return Survey(intake, assembly, identity)


def _has_reading(contents: Contents, name: str) -> bool:
    return name in contents.sources and contents.sources[name].record != ""


def _restore_others(assembly: Assembly, previous: Contents, intake: Intake, due: Due, cache: BuildCache) -> None:
    """Replace all episodes of ``assembly``, except the due ones, by those of the previous edition."""
    assembly.episodes = {key: each for key, each in assembly.episodes.items() if each[1].name in due.episodes}
    for key, published in previous.published.items():
        episode, source = cache.read_episode(published.record), intake.sources[published.source]
        own = cache.read_episode(source.record)
        if (episode.guid, episode.aliases) != (own.guid, own.aliases):
            # Only the file's own guid and aliases are used here, as ``keep_identity`` adds and reports those of the
            # history.
            episode = replace(episode, guid=own.guid, aliases=own.aliases)
        assembly.episodes[key] = (episode, source, published.transcript)
    assembly.sounds = {**assembly.sounds, **previous.sounds}
