"""Leftovers: files that nothing uses, episodes without sound, and published episodes with placeholder text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from rapidfuzz import fuzz, process

from longwave.authoring.checks.checked_content import Content
from longwave.authoring.new_episode import PLACEHOLDERS, opening
from longwave.authoring.new_site import STARTER_DESCRIPTION
from longwave.content.episodes.episode_file import salvage_episode
from longwave.content.folder import COMPANIONS
from longwave.content.media.media_files import group_by_folder, list_examples
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.build.companion_files import Companions
from longwave.edition.store.records import EPISODE
from longwave.errors import Problem
from longwave.model import Episode

_SILENT = "Put it there, or keep the episode back with draft: true until then."
#: The lowest similarity, of 100, at which a file is suggested as the missing one.
_MIN_SIMILARITY = 75


def unused_files(content: Content) -> Iterator[Problem]:
    """Yield a warning for each file or folder that no content uses, and each ``public`` pattern without a match."""
    broken = tuple(_broken(content))
    broken_texts = "\n".join(
        content.raw(source.name) for source in content.intake.sources.values() if not source.record
    )
    expected = {f"audio/{episode.show}/{episode.enclosure.file}" for episode in broken if episode.enclosure}
    unused = {name for name in content.unserved - expected if PurePosixPath(name).name not in broken_texts}
    for name, files in group_by_folder(unused):
        pattern = name + ("**" if any("/" in file for file in files) else "*") if files else name
        yield _unused(f"content/{name}", files, f'It isn\'t served; public = ["{pattern}"] in site.toml changes that.')
    episodes = (*content.episodes, *broken)
    companions = Companions(content.folder, content.intake.sources, episodes)
    used = {name for episode in episodes for name in _companions(companions, episode)}
    idle = [s.name for s in content.intake.sources.values() if s.kind in COMPANIONS and s.record and s.name not in used]
    for name, files in group_by_folder(idle):
        yield _unused(name, files, "It is called as its episode's address ends, or by the episode's number.")
    for pattern in content.intake.site.public:
        if not any(content.assembly.media.matching(pattern)):
            line = content.setting("public", content.intake.site.extra["public"].index(pattern))
            yield Problem(SITE_FILE, line, "files that fit", f"none for {pattern!r}", "", "warning", "unused")


def silent_episodes(content: Content) -> Iterator[Problem]:
    """Yield a warning for each episode (or folder of them) without audio, if other episodes of the show have some.

    A draft needs no audio, nor does a live broadcast until it is over. A missing file that front matter names is
    reported while the edition is assembled, and not here.
    """
    shows_with_sound = {episode.show for episode in content.episodes if episode.enclosure}
    missing: dict[str, str] = {}
    for episode in content.episodes:
        if episode.broadcast is not None and episode.broadcast.status != "ended":
            continue
        if episode.enclosure is None and not episode.draft and episode.show in shows_with_sound:
            claimed = EPISODE.validate_json(content.intake.sources[episode.source].record).enclosure
            if claimed and not claimed.expected and f"{episode.show}/{claimed.file}" not in content.assembly.sounds:
                missing[episode.source] = f"audio/{episode.show}/{claimed.file}"
    for name, files in group_by_folder(missing):
        if files:
            found = f"{len(files)} without: {list_examples(files)}"
            yield Problem(name, 0, "sound, as their show has", found, "", "warning", "unfinished")
        else:
            folder, _, file = missing[name].rpartition("/")
            # Only file names are compared, because a common folder would make all paths similar.
            others = [PurePosixPath(other).name for other in content.unserved if other.rpartition("/")[0] == folder]
            near = process.extractOne(file, others, scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
            hint = f"Is it content/{folder}/{near[0]}, which nothing names?" if near else _SILENT
            expected = f"sound, as its show has: content/{missing[name]}"
            yield Problem(name, content.key(name, "audio"), expected, "no such file", hint, "warning", "unfinished")


def silent_shows(content: Content) -> Iterator[Problem]:
    """Yield a warning for each show in which no episode has sound, although it looks like a podcast.

    A show looks like a podcast if an episode has timestamps, a transcript or chapters; if the whole site is without
    sound, also if one has a guest or a number. A show with ``audio_url = ""`` in site.toml is silent on purpose.
    A missing file that front matter names is reported while the edition is assembled, and not here.
    """
    site_has_sound = any(episode.enclosure for episode in content.catalogue.episodes)
    by_show: dict[str, list[Episode]] = defaultdict(list)
    for episode in content.catalogue.episodes:
        if STARTER_DESCRIPTION not in content.raw(episode.source):
            by_show[episode.show].append(episode)
    for show, episodes in sorted(by_show.items()):
        has_sound = any(episode.enclosure or _is_promised(content, episode) for episode in episodes)
        is_podcast = not site_has_sound and any(each.guests or each.number is not None for each in episodes)
        is_blog = not is_podcast and not any(_is_spoken(content, each) for each in episodes)
        if has_sound or is_blog or _is_silent_by_choice(content, show):
            continue
        hint = f'Is it still to be copied? For a show without sound, write audio_url = "" below [shows.{show}].'
        expected, found = f"sound in content/audio/{show}/", f"{len(episodes)} episodes without any"
        found = "an episode without any" if len(episodes) == 1 else found
        yield Problem(f"content/{show}", 0, expected, found, hint, "warning", "unfinished")


def _is_silent_by_choice(content: Content, show: str) -> bool:
    tables = content.intake.site.extra.get("shows")
    table = tables.get(show) if isinstance(tables, dict) else None
    return isinstance(table, dict) and table.get("audio_url") == ""


def _is_spoken(content: Content, episode: Episode) -> bool:
    """Return whether an episode is more than a text: it has chapters, a transcript, or notes with timestamps."""
    companions = content.assembly.episodes[episode.key][2] or episode.chapters_file
    return bool(episode.chapters or companions or content.notes(episode).moments)


def _is_promised(content: Content, episode: Episode) -> bool:
    """Return whether an episode is meant to have audio: by front matter, on another host, or here but unreadable."""
    claimed = EPISODE.validate_json(content.intake.sources[episode.source].record).enclosure
    if claimed is None:
        return False
    return claimed.expected or bool(claimed.url) or f"{episode.show}/{claimed.file}" in content.assembly.sounds


def unfinished_episodes(content: Content) -> Iterator[Problem]:
    """Yield a warning for each placeholder sentence of a published episode, and for one without any words."""
    for episode in content.catalogue.episodes:
        for sentence in (*PLACEHOLDERS, STARTER_DESCRIPTION, *_openings(content.raw(episode.source), episode)):
            if line := content.line(episode.source, sentence):
                by = "site" if sentence == STARTER_DESCRIPTION else "episode"
                hint = f"`longwave new {by}` wrote it, and everybody reads it now."
                found = repr(sentence)
                yield Problem(episode.source, line, "words of your own", found, hint, "warning", "unfinished")
        if not episode.description and not content.notes(episode).text.strip():
            line = content.key(episode.source, "description")
            hint = "Lists, feeds and search results have not a word about it."
            yield Problem(episode.source, line, "a description, or notes", "neither", hint, "warning", "unfinished")


def empty_descriptions(content: Content) -> Iterator[Problem]:
    """Yield a warning for each published episode (or folder of them) with an empty description but with notes."""
    empty = [
        episode.source
        for episode in content.catalogue.episodes
        if "description" in episode.page and not episode.description and content.notes(episode).text.strip()
    ]
    hint = "Feeds have the beginning of the notes instead, and lists nothing. Without the key, there is no warning."
    for name, files in group_by_folder(empty):
        found = f"{len(files)} empty ones: {list_examples(files)}" if files else "an empty one"
        expected = "descriptions in a sentence" if files else "a description in one sentence"
        line = 0 if files else content.key(name, "description")
        yield Problem(name, line, expected, found, hint, "warning", "unfinished")


def _openings(text: str, episode: Episode) -> Iterator[str]:
    """Yield each placeholder sentence about guests, as `longwave new episode` writes it, that is left in ``text``."""
    names = {opening([guest.name]) for guest in episode.guests} if "What " in text else set()
    if len(episode.guests) > 1:
        names.add(opening(guest.name for guest in episode.guests))
    yield from sorted(name for name in names if re.search(rf"(?m)^{re.escape(name)}\s*$", text))


def _unused(name: str, files: list[str], hint: str) -> Problem:
    expected, found = "a file that something names", "one that nothing does"
    if files:
        expected, found = "files that something names", f"{len(files)} that nothing does: {list_examples(files)}"
    return Problem(name, 0, expected, found, hint, "warning", "unused")


def _broken(content: Content) -> Iterator[Episode]:
    """Yield the episodes whose files can't be parsed, as far as the files' names and texts tell."""
    shows = {show.slug: show for show in content.intake.site.shows}
    for source in content.intake.sources.values():
        if source.kind == "episode" and not source.record:
            episode = salvage_episode(source.name, content.raw(source.name), content.intake.site, shows[source.show])
            if episode:
                yield episode


def _companions(companions: Companions, episode: Episode) -> Iterator[str]:
    """Yield the files of an episode's transcripts and chapters."""
    for kind in COMPANIONS:
        named = episode.transcript if kind == "transcript" else episode.chapters_file
        yield companions.named(episode, kind, named) if named else companions.beside(episode, kind)
    yield from companions.in_languages(episode)
    for transcript in episode.transcripts:
        yield companions.named(episode, "transcript", transcript.file)
