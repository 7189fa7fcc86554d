"""Times that run backwards, and times after the end of the audio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from longwave.authoring.checks.content import Content
from longwave.content.timestamps import clock
from longwave.edition.records import TRANSCRIPT
from longwave.errors import Problem
from longwave.model import Episode

#: Programs round the length of a file each in its own way, and a cue may last into the silence.
_SLACK = 2


def misplaced(content: Content) -> Iterator[Problem]:
    """The moments, chapters, soundbites and cues of each episode that can't be where they say."""
    for episode in content.episodes:
        moments = [(moment.seconds, moment.text) for moment in content.notes(episode).moments]
        chapters = [(chapter.seconds, chapter.text) for chapter in episode.chapters]
        bites = [(bite.start + bite.duration, bite.title or "a soundbite") for bite in episode.soundbites]
        yield from _backwards(content, episode, moments)
        yield from _after_the_end(content, episode, (*moments, *chapters, *bites))
        yield from _cues(content, episode)


def _backwards(content: Content, episode: Episode, moments: list[tuple[int, str]]) -> Iterator[Problem]:
    for (before, _), (seconds, words) in pairwise(moments):
        if seconds < before:
            line, hint = _line(content, episode.source, seconds, words), "Is one of the two a slip?"
            expected = f"a time after {clock(before)}, which stands before it"
            yield Problem(episode.source, line, expected, clock(seconds), hint, "warning")


def _after_the_end(content: Content, episode: Episode, times: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    end = episode.enclosure.seconds if episode.enclosure else 0
    for seconds, words in times:
        if end and seconds > end + _SLACK:
            line = _line(content, episode.source, seconds, words)
            expected = f"a time within the audio, which ends at {clock(end)}"
            yield Problem(episode.source, line, expected, clock(seconds), "", "warning")


def _cues(content: Content, episode: Episode) -> Iterator[Problem]:
    known = content.whole.episodes.get(episode.key)
    file = known[2] if known else ""
    end = episode.enclosure.seconds if episode.enclosure else 0
    if not file or not end:
        return
    cues = TRANSCRIPT.validate_json(content.intake.sources[file].record).cues
    last = max((cue.start for cue in cues), default=0)
    if last > end + _SLACK:
        hint = "Does the transcript belong to another cut?"
        expected = f"cues within the audio, which ends at {clock(end)}"
        yield Problem(file, 0, expected, f"one at {clock(int(last))}", hint, "warning")


def _line(content: Content, file: str, seconds: int, words: str) -> int:
    raw = content.raw(file)
    for spelling in dict.fromkeys((clock(seconds), f"{seconds // 60}:{seconds % 60:02}", f"0{clock(seconds)}")):
        start = 0
        while (at := raw.find(spelling, start)) >= 0:
            line = raw[at : raw.find("\n", at)]
            if not words or words[:10] in line or raw.count(spelling) == 1:
                return raw.count("\n", 0, at) + 1
            start = at + 1
    return content.line(file, words[:30])
