"""Timestamps in notes, chapters, soundbites and transcripts that run backwards or past the end of the audio."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from itertools import pairwise

from longwave.authoring.checks.chapter_sources import Place, chapter_places, chapter_source
from longwave.authoring.checks.checked_content import Content
from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds, parse_seconds
from longwave.content.fields.timestamp_text import is_other_use, split_moment, timed_text
from longwave.edition.store.records import NOTES
from longwave.errors import Problem
from longwave.model import Episode

_MARKER = re.compile(r"\s*(?:[-*+]|\d+[.)])[ \t]+[*_]*")
#: A list item that begins with a time and words, whether or not it is read as a timestamp.
_MISREAD = re.compile(_MARKER.pattern + r"(?P<time>[(\[]?(?:\d{1,3}:)?\d{1,3}:\d\d[)\]]?[\s:.,|=>~–—-]*\w)", re.ASCII)
#: The signs of quotes, tables and headings before the text of a line.
_LINE_MARKS = ">#| \t"
#: The patterns of a cue's start time, by the suffix of the transcript's file.
_STARTS = {
    "vtt": re.compile(r"^[ \t]*(?P<time>(?:\d+:)?\d+:\d\d[.,]\d+)[ \t]+-->", re.MULTILINE),
    "json": re.compile(r'"startTime"\s*:\s*"?(?P<time>[\d.]+)'),
    "yml": re.compile(r"""^[ \t-]*["']?timestamp["']?\s*:\s*["']?(?P<time>[\d:.]+)""", re.MULTILINE),
}
_STARTS |= {"srt": _STARTS["vtt"], "yaml": _STARTS["yml"]}


def wrong_times(content: Content) -> Iterator[Problem]:
    """Yield a warning for each time that is earlier than the one above it, or later than the end of the audio."""
    transcripts = {
        source.name: dict.fromkeys((transcript, *(each.file for each in episode.transcripts)))
        for episode, source, transcript in content.assembly.episodes.values()
        if transcript
    }
    for episode in content.episodes:
        file, end = episode.source, _audio_seconds(episode)
        yield from _check_notes(content, file, end)
        yield from _check_chapters(content, episode, end)
        for bite in episode.soundbites if end else ():
            if bite.start + bite.duration > end + DURATION_TOLERANCE_SECONDS:
                line = content.key(file, "soundbites")
                last = format_seconds(int(bite.start + bite.duration))
                yield _past_end(file, line, f"the soundbite from {format_seconds(int(bite.start))} to {last}", end)
        for transcript in transcripts.get(file, ()):
            yield from _check_file(content, transcript, end)


def _audio_seconds(episode: Episode) -> int:
    """Return the audio's duration from its file, or else from the front matter; 0 where it isn't known."""
    measured = episode.enclosure.seconds if episode.enclosure else 0
    return measured or parse_seconds(str(episode.page.get("mp3_duration", ""))) or 0


def _check_notes(content: Content, file: str, end: int) -> Iterator[Problem]:
    body = content.intake.bodies.get(file)
    times = [moment.seconds for moment in NOTES.validate_json(body.notes).moments] if body else []
    late = dict.fromkeys(seconds for seconds in times if end and seconds > end + DURATION_TOLERANCE_SECONDS)
    if not late and all(above <= below for above, below in pairwise(times)):
        return
    # Times are compared within one list only, as a text may have several lists, each of which begins at 0:00.
    lists = [[place for place in listed if place[1] in times] for listed in _lists(content.raw(file))]
    for seconds in late:
        places = [line for listed in lists for line, time in listed if time == seconds]
        for line in places or [0]:
            yield _past_end(file, line, format_seconds(seconds), end)
    for listed in lists:
        yield from _backwards(file, listed)


def _backwards(file: str, places: Iterable[Place]) -> Iterator[Problem]:
    for (_, above), (line, seconds) in pairwise(places):
        if seconds < above:
            expected = f"a time after {format_seconds(int(above))}, which stands before it"
            hint = "Is one of the two a slip?"
            yield Problem(file, line, expected, format_seconds(int(seconds)), hint, "warning", "time")


def _lists(source: str) -> Iterator[list[Place]]:
    """Yield the times at the start of the items of each list in a Markdown file, and of the lines outside of lists.

    A nested list counts as one of its own.
    """
    open_lists: dict[int, list[Place]] = {}
    lines: list[Place] = []
    after_blank = False
    for line, text in enumerate(source.split("\n"), 1):
        marker = _MARKER.match(text)
        indent = len(text) - len(text.lstrip())
        # A line directly below an item belongs to that item, but a new paragraph ends the list.
        if not marker and text.strip() and indent == 0 and (after_blank or text.startswith(("#", "<"))):
            yield from open_lists.values()
            open_lists = {}
        if marker:
            for deeper in [depth for depth in open_lists if depth > indent]:
                yield open_lists.pop(deeper)
            moment = split_moment(text[marker.end() :])
            open_lists.setdefault(indent, []).extend([(line, moment[0])] if moment else [])
        elif moment := split_moment(text.lstrip(_LINE_MARKS)):
            lines.append((line, moment[0]))
        after_blank = not text.strip()
    yield from open_lists.values()
    yield lines


def _check_chapters(content: Content, episode: Episode, end: int) -> Iterator[Problem]:
    """Yield the problems of the times of an episode's chapters; ``end`` is the length of its audio in seconds."""
    source = chapter_source(content, episode)
    if source:
        yield from _check_places(source, chapter_places(content, episode, source), end)


def _check_file(content: Content, file: str, end: int) -> Iterator[Problem]:
    form = file.rpartition(".")[2].lower()
    if form in _STARTS:
        yield from _check_places(file, [*_start_times(form, content.raw(file), 0)], end)


def _start_times(form: str, text: str, start: int) -> Iterator[Place]:
    """Yield each start time behind character ``start`` of a text, with its line; ``form`` is a key of ``_STARTS``."""
    line, at = 1, 0
    for match in _STARTS[form].finditer(text, start):
        line, at = line + text.count("\n", at, match.start()), match.start()
        time = match["time"].replace(",", ".")
        seconds = parse_seconds(time)
        if seconds is not None:
            yield line, seconds + float(f"0.{time.partition('.')[2]}" if "." in time else 0)


def _check_places(file: str, places: Iterable[Place], end: int) -> Iterator[Problem]:
    places = list(places)
    yield from _backwards(file, places)
    late = [(line, seconds) for line, seconds in places if end and seconds > end + DURATION_TOLERANCE_SECONDS]
    for line, seconds in late[:1]:
        more = f", and {len(late) - 1} after it" if len(late) > 1 else ""
        yield _past_end(file, line, f"{format_seconds(int(seconds))}{more}", end)


def misread_timestamps(content: Content) -> Iterator[Problem]:
    """Yield a warning for each episode with list items that begin with a time but aren't read as timestamps."""
    for episode in content.episodes:
        body = content.intake.bodies.get(episode.source)
        read = {moment.seconds for moment in NOTES.validate_json(body.notes).moments} if body else set()
        lines = [
            (line, text.strip())
            for line, text in enumerate(content.raw(episode.source).split("\n"), 1)
            if (item := _MISREAD.match(text)) and _is_misread(text[item.start("time") :], read)
        ]
        if lines:
            more = f" So do {len(lines) - 1} lines below it." if len(lines) > 1 else ""
            hint = f"It looks like a moment and plays nothing.{more}"
            line, found = lines[0]
            expected = "a time, a dash and words, such as - 1:21 -- What she built"
            yield Problem(episode.source, line, expected, repr(found[:80]), hint, "warning", "moment")


def _is_misread(text: str, read: Set[int]) -> bool:
    """Return whether a text that begins with a time is none of the timestamps ``read``, although it looks like one.

    A time of day doesn't, and a well-formed timestamp that isn't read stands in code or in a comment.
    """
    timed = timed_text(text)
    return timed is None or not (timed.marked or timed.seconds in read or is_other_use(timed))


def _past_end(file: str, line: int, found: str, end: int) -> Problem:
    expected = f"a time within the audio, which ends at {format_seconds(end)}"
    return Problem(file, line, expected, found, "", "warning", "time")
