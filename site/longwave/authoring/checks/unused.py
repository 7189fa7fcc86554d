"""Files that nothing uses, and episodes that nobody can hear."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from rapidfuzz import fuzz, process

from longwave.authoring.checks.content import Content
from longwave.content.broken import told
from longwave.content.folder import COMPANIONS
from longwave.content.media import by_folder, some
from longwave.content.sitefile import FILE as SITE_FILE
from longwave.edition.companions import Companions
from longwave.edition.records import read_episode
from longwave.edition.served import unserved_files
from longwave.errors import Problem
from longwave.model import Episode

#: Below this likeness of 100 no file is taken for the missing one.
_ALIKE = 75


def unused_files(content: Content) -> Iterator[Problem]:
    """Yield a problem for each file that nothing names, or for each folder of many, and for patterns that fit none."""
    unserved = unserved_files(content.whole.media, content.served)
    unused = {f"content/{name}" for name in unserved - _of_broken(content, unserved)}
    for name, held in by_folder(unused):
        wanted = name + ("**" if any("/" in file for file in held) else "*") if held else name
        hint = f'It isn\'t served; public = ["{wanted.removeprefix("content/")}"] in site.toml changes that.'
        yield _unused(name, held, hint)
    for name, held in by_folder(_unused_companions(content)):
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
            claimed = read_episode(content.intake.sources[episode.source].record).enclosure
            if claimed and not claimed.expected and f"{episode.show}/{claimed.file}" not in content.whole.sounds:
                missing[episode.source] = f"audio/{episode.show}/{claimed.file}"
    unserved = unserved_files(content.whole.media, content.served) if missing else set()
    for name, held in by_folder(missing):
        if held:
            yield Problem(name, 0, "episodes with sound", f"{len(held)} without: {some(held)}", "", "warning", "sound")
        else:
            near = process.extractOne(missing[name], unserved, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            hint = f"Is it content/{near[0]}, which nothing names?" if near else "Without it, it can only be read."
            yield Problem(name, 1, f"its sound, content/{missing[name]}", "no such file", hint, "warning", "sound")


def _unused(name: str, held: list[str], hint: str) -> Problem:
    found = f"{len(held)} that nothing does: {some(held)}" if held else "one that nothing does"
    return Problem(
        name,
        0,
        "files that something names" if held else "a file that something names",
        found,
        hint,
        "warning",
        "unused",
    )


def _of_broken(content: Content, unserved: Collection[str]) -> set[str]:
    """Return the files that will be used by episodes that can't be read, as far as their names and texts tell."""
    shows = {show.slug: show for show in content.intake.site.shows}
    broken = [s for s in content.intake.sources.values() if s.kind == "episode" and not s.record]
    texts = "\n".join(content.raw(source.name) for source in broken)
    names = {name for name in unserved if PurePosixPath(name).name in texts}
    for source in broken:
        episode = told(source.name, content.raw(source.name), content.intake.site, shows[source.show])
        if episode and episode.enclosure:
            names.add(f"audio/{episode.show}/{episode.enclosure.file}")
    return names


def _unused_companions(content: Content) -> Collection[str]:
    companions = Companions(content.intake.sources)
    used = {name for episode in content.episodes for name in _companions(companions, episode)}
    sources = content.intake.sources.values()
    return [
        source.name for source in sources if source.kind in COMPANIONS and source.record and source.name not in used
    ]


def _companions(companions: Companions, episode: Episode) -> Iterator[str]:
    for kind in COMPANIONS:
        named = episode.transcript if kind == "transcript" else episode.chapters_file
        yield companions.named(episode, kind, named) if named else companions.beside(episode, kind)
