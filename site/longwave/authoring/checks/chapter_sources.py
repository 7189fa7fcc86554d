"""The file that contains an episode's chapters, and the lines of that file with the chapters' start times."""

from __future__ import annotations

import re
from collections.abc import Iterator

from longwave.authoring.checks.checked_content import Content
from longwave.content.episodes.episode_file import own_names
from longwave.content.fields.times import parse_time
from longwave.content.folder import COMPANIONS
from longwave.model import Episode

#: The number of a line in a file, and the time, in seconds, that is written on that line.
Place = tuple[int, float]
_FOLDER, _SUFFIXES = COMPANIONS["chapters"]
_CLOCK = r"(?P<time>(?:\d{1,3}:)?\d{1,3}:\d\d(?:[.,]\d+)?)"
_XML = re.compile(r"<[\w:]{0,40}chapter\s[^<>]*?\bstart\s*=\s*[\"'](?P<time>[\d:.]+)")
#: The patterns of a chapter's start time, by the suffix of the file; ``md`` stands for front matter.
_STARTS = {
    "md": re.compile(r"""\b(?:start|time|startTime)["']?\s*:\s*["']?(?P<time>[\d:.]+)"""),
    "json": re.compile(r"""["'](?:start|time|startTime)["']\s*:\s*"?(?P<time>[\d:.]+)"""),
    "psc": _XML,
    "xml": _XML,
    "txt": re.compile(rf"^(?:[^\w\n]{{0,4}}|CHAPTER\d{{1,4}}\s*=\s*){_CLOCK}", re.MULTILINE | re.IGNORECASE),
}


def chapter_source(content: Content, episode: Episode) -> str:
    """Return the file with an episode's chapters: its Markdown file, its chapters file or its audio; else empty."""
    if episode.page.get("chapters") and not episode.chapters_file:
        return episode.source
    folder = f"content/{_FOLDER}/{episode.show}"
    stems = (*own_names(episode), *([str(episode.number)] if episode.number is not None else []))
    beside = [f"{folder}/{stem}{suffix}" for stem in stems for suffix in _SUFFIXES]
    named = [f"{folder}/{episode.chapters_file}"] if episode.chapters_file else beside
    found = next((name for name in named if name in content.intake.sources), "")
    if found or not episode.chapters or not episode.enclosure or not episode.enclosure.here:
        return found
    return f"content/audio/{episode.show}/{episode.enclosure.file}"


def chapter_places(content: Content, episode: Episode, source: str) -> list[Place]:
    """Return the line and the start time of each chapter in the file ``source``, in the order of the file.

    Where the lines aren't known, all chapters have the line of the key ``chapters`` (0 in audio), in order of time.
    """
    if source.startswith("content/audio/"):
        return [(0, chapter.start) for chapter in episode.chapters]
    raw, first = content.raw(source), 0
    if source == episode.source:
        first = max(0, raw.find("\nchapters"))
        following = re.compile(r"\n(?![ \t#-]|chapters)").search(raw, first)
        raw = raw[: following.start() if following else len(raw)]
    form = "md" if source == episode.source else source.rpartition(".")[2].lower()
    places = list(_starts(form, raw, first))
    return places or [(content.key(source, "chapters"), chapter.start) for chapter in episode.chapters]


def _starts(form: str, text: str, first: int) -> Iterator[Place]:
    line, at = 1, 0
    for match in _STARTS[form].finditer(text, first) if form in _STARTS else ():
        line, at = line + text.count("\n", at, match.start("time")), match.start("time")
        seconds = parse_time(match["time"])
        if seconds is not None:
            yield line, seconds
