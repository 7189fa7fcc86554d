"""Files that nothing uses, and episodes that nobody can hear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from rapidfuzz import fuzz, process

from longwave.authoring.checks.checked_content import Content
from longwave.content.episodes.episode_file import salvage_episode
from longwave.content.folder import COMPANIONS
from longwave.content.media.media_files import group_by_folder, list_examples
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.build.companion_files import Companions
from longwave.edition.store.records import EPISODE
from longwave.errors import Problem
from longwave.model import Episode

_SILENT = "Put it there, or keep the episode back with draft: true until then."
#: Below this likeness of 100 no file is taken for the missing one.
_ALIKE = 75


def unused_files(content: Content) -> Iterator[Problem]:
    """Yield a problem for each file that nothing names, or for each folder of many, and for patterns that fit none."""
    broken = tuple(_broken(content))
    mistaken = "\n".join(content.raw(source.name) for source in content.intake.sources.values() if not source.record)
    expected = {f"audio/{each.show}/{each.enclosure.file}" for each in broken if each.enclosure}
    unused = {name for name in content.unserved - expected if PurePosixPath(name).name not in mistaken}
    for name, held in group_by_folder(unused):
        wanted = name + ("**" if any("/" in file for file in held) else "*") if held else name
        yield _unused(f"content/{name}", held, f'It isn\'t served; public = ["{wanted}"] in site.toml changes that.')
    episodes = (*content.episodes, *broken)
    companions = Companions(content.folder, content.intake.sources, episodes)
    used = {name for episode in episodes for name in _companions(companions, episode)}
    idle = [s.name for s in content.intake.sources.values() if s.kind in COMPANIONS and s.record and s.name not in used]
    for name, held in group_by_folder(idle):
        yield _unused(name, held, "It is called as its episode's address ends, or by the episode's number.")
    for pattern in content.intake.site.public:
        if not any(content.whole.media.matching(pattern)):
            line = content.line(SITE_FILE, pattern)
            yield Problem(SITE_FILE, line, "files that fit", f"none for {pattern!r}", "", "warning", "unused")


def silent_episodes(content: Content) -> Iterator[Problem]:
    """Yield a problem for each episode without sound in a show that has sound elsewhere, or for each folder of many.

    Drafts may be without, and what was expected and isn't there is told in any case.
    """
    heard = {episode.show for episode in content.episodes if episode.enclosure}
    missing: dict[str, str] = {}
    for episode in content.episodes:
        if episode.enclosure is None and not episode.draft and episode.show in heard:
            claimed = EPISODE.validate_json(content.intake.sources[episode.source].record).enclosure
            if claimed and not claimed.expected and f"{episode.show}/{claimed.file}" not in content.whole.sounds:
                missing[episode.source] = f"audio/{episode.show}/{claimed.file}"
    for name, held in group_by_folder(missing):
        if held:
            found = f"{len(held)} without: {list_examples(held)}"
            yield Problem(name, 0, "sound, as their show has", found, "", "warning", "unfinished")
        else:
            folder, _, file = missing[name].rpartition("/")
            # The folder's name, which all have in common, tells nothing.
            others = [PurePosixPath(other).name for other in content.unserved if other.rpartition("/")[0] == folder]
            near = process.extractOne(file, others, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            hint = f"Is it content/{folder}/{near[0]}, which nothing names?" if near else _SILENT
            expected = f"sound, as its show has: content/{missing[name]}"
            yield Problem(name, content.key(name, "audio"), expected, "no such file", hint, "warning", "unfinished")


def _unused(name: str, held: list[str], hint: str) -> Problem:
    expected, found = "a file that something names", "one that nothing does"
    if held:
        expected, found = "files that something names", f"{len(held)} that nothing does: {list_examples(held)}"
    return Problem(name, 0, expected, found, hint, "warning", "unused")


def _broken(content: Content) -> Iterator[Episode]:
    """Yield the episodes that can't be read, as far as their names and texts tell."""
    shows = {show.slug: show for show in content.intake.site.shows}
    for source in content.intake.sources.values():
        if source.kind == "episode" and not source.record:
            episode = salvage_episode(source.name, content.raw(source.name), content.intake.site, shows[source.show])
            if episode:
                yield episode


def _companions(companions: Companions, episode: Episode) -> Iterator[str]:
    for kind in COMPANIONS:
        named = episode.transcript if kind == "transcript" else episode.chapters_file
        yield companions.named(episode, kind, named) if named else companions.beside(episode, kind)
