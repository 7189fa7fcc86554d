"""The survey of a site's folder: the content that was read, its assembly, and the identity of its episodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from longwave.config import Settings
from longwave.content.folder import find_line
from longwave.content.site.redirects import path_spellings
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.build.assembly import assemble
from longwave.edition.build.broadcast_status import settle_broadcasts
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.due import Due
from longwave.edition.build.faults import Fault
from longwave.edition.build.intake import READ_NOW, Reuse, TranscriptReading, read_content
from longwave.edition.past.history import Past
from longwave.edition.past.identity import Identity, keep_identity
from longwave.edition.past.promises import lost_site_file
from longwave.edition.store.edition_data import Assembly, Body, Contents, Intake
from longwave.errors import LongwaveError, Problem


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of ``survey``: the content that was read, its assembly, and its episodes' guids and addresses."""

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
    transcripts: TranscriptReading = READ_NOW,
) -> Survey:
    """Read the site's folder and assemble everything that is published at ``now``, without writing anything.

    With ``reread``, no file of the ``previous`` edition is reused. With ``due``, all episodes but the due ones stay as
    in that edition. Raises FailuresError, which lists exceptions by file, if Longwave's code fails over readable files.
    """
    lacking = {name: good for name, good in past.good.items() if not _has_reading(previous, name)}
    sources = {**previous.sources, **{name: good.source for name, good in lacking.items()}}
    reuse = Reuse(sources, reread, past, faults, due, transcripts)
    intake = read_content(settings, reuse, now, cache.read_episode)
    if not settings.preview:
        _refuse_lost_settings(intake, previous, past)
    good = {name: Body(name, good.text) for name, good in lacking.items() if good.text and name in intake.sources}
    intake = replace(intake, bodies={**good, **intake.bodies})
    sounds = {} if reread else previous.sounds
    assembly = assemble(settings.content, intake, sounds, now, everything=settings.preview, past=past, cache=cache)
    if due is not None:
        _restore_others(assembly, previous, intake, due, cache)
    settle_broadcasts(assembly, now)
    _leave_out_live_aliases(assembly, settings.root)
    identity = keep_identity(assembly, intake.sources, past, settings.content, cache.traits, cache.read_episode)
    return Survey(intake, assembly, identity)


def _refuse_lost_settings(intake: Intake, previous: Contents, past: Past) -> None:
    """Raise LongwaveError if site.toml can't be read and no last good version of it is known.

    Without it, guids and addresses would change. A site whose previous edition had no site.toml needs none.
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


def _leave_out_live_aliases(assembly: Assembly, root: Path) -> None:
    """Remove and report each episode's alias that is another episode's address, which the two would otherwise share."""
    for key, (episode, source, transcript) in list(assembly.episodes.items()):
        free = []
        for alias in episode.aliases:
            holders = {spelling.strip("/") for spelling in path_spellings(alias)} & assembly.episodes.keys() - {key}
            if not holders:
                free.append(alias)
                continue
            folder, _, name = alias.lstrip("/").partition("/")
            written = rf"/?(?:{re.escape(folder)}/)?{re.escape(name)}"
            item, whole = rf"(?m)^\s*-\s+['\"]?{written}['\"]?\s*$", r"(?m)^['\"]?aliases\b"
            line = find_line(root / source.name, item) or find_line(root / source.name, whole) or 1
            found = f"{alias!r}, that of {assembly.episodes[min(holders)][1].name}"
            hint = "It is left out, as it would lead nowhere else."
            expected = "an address that is free as one of aliases"
            assembly.problems.append(Problem(source.name, line, expected, found, hint, "warning", "redirect"))
        if len(free) < len(episode.aliases):
            assembly.episodes[key] = (replace(episode, aliases=tuple(free)), source, transcript)


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
