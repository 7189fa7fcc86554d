"""What `flask check --fix` mends, as edits of stretches of a file: whatever else it holds stays byte for byte."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from longwave.authoring.checks.content import Content
from longwave.authoring.checks.encoding import CHECKED, mended
from longwave.authoring.quoting import quoted
from longwave.authoring.writing import replace as write
from longwave.content.folder import EPISODES
from longwave.content.frontmatter import decode, split
from longwave.content.timestamps import SECONDS_APART, clock
from longwave.edition.records import EPISODE
from longwave.errors import ContentError, LongwaveError
from longwave.feeds.guids import guid
from longwave.model import Episode

_FRONT = re.compile(r"\A\ufeff?\s*-{3,}[ \t]*\r?\n(.*?)^-{3,}[ \t]*\r?$", re.DOTALL | re.MULTILINE)
#: A key of front matter with its value; quotes and a remark behind it stay.
_VALUE = r"^{key}[ \t]*:[ \t]*([\"']?)(?P<value>[\w:.]+)\1(?=[ \t]*(?:#[^\r\n]*)?\r?$)"


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a file's text, from character ``start`` to ``end``, and what is to stand there."""

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One file as it is and as it will be."""

    file: str
    before: str
    after: str

    def diff(self) -> str:
        """The change as a unified diff."""
        before, after = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        shown = difflib.unified_diff(before, after, f"a/{self.file}", f"b/{self.file}", n=1)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in shown)

    def write(self, root: Path) -> None:
        """Write it. Raises LongwaveError when the file isn't any more what it was."""
        # A link within the content stays one.
        path = (root / self.file).resolve()
        if path.read_bytes() != self.before.encode():
            hint = "Somebody has changed it meanwhile; run the command again."
            raise LongwaveError(f"{self.file}: expected the file as the diff shows it, found another.", hint)
        write(path, self.after)


def changes(content: Content, *, fix: bool, guids: bool) -> tuple[Change, ...]:
    """With ``fix``, mis-encoded text and what front matter claims of its audio is mended; with ``guids``, each
    published episode that has no guid gets the one by which apps know it.

    Raises LongwaveError when guids can't be told yet.
    """
    mended_texts: dict[str, list[Edit]] = {}
    if fix:
        for source in content.intake.sources.values():
            if source.kind in CHECKED:
                found = mended(content.raw(source.name))
                mended_texts[source.name] = [Edit(one.start, one.end, one.after) for one in found]
        for episode in content.episodes:
            mended_texts.setdefault(episode.source, []).extend(_facts(content, episode))
    given = {episode.source: episode for episode in _without_guid(content)} if guids else {}
    return tuple(_planned(content, mended_texts, given))


def _planned(content: Content, texts: Mapping[str, list[Edit]], given: Mapping[str, Episode]) -> Iterator[Change]:
    """A change for each file of which one is left that it can be read with: front matter may be odd."""
    for file in sorted({*texts, *given}):
        raw, edits = content.raw(file), texts.get(file, [])
        named = [*edits, *_guid(raw, given[file])] if file in given else edits
        for some in (named, edits):
            change = _changed(file, raw, some)
            if some and _is_sound(change):
                yield change
                break


def _changed(file: str, before: str, edits: list[Edit]) -> Change:
    after = before
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        after = after[: edit.start] + edit.after + after[edit.end :]
    return Change(file, before, after)


def _is_sound(change: Change) -> bool:
    """Whether the file can be read as well as before. What isn't UTF-8 couldn't be written as it was."""
    if "\ufffd" in change.before:
        return False
    try:
        text = decode(change.file, change.after.encode())
        if change.file.lower().endswith(EPISODES):
            before = decode(change.file, change.before.encode())
            return split(change.file, text).meta.keys() >= split(change.file, before).meta.keys()
        if change.file.endswith(".toml"):
            tomllib.loads(text)
    except (ContentError, tomllib.TOMLDecodeError):
        return False
    return True


def _facts(content: Content, episode: Episode) -> Iterator[Edit]:
    """What an episode claims of its audio, and the file says otherwise."""
    real = episode.enclosure
    said = EPISODE.validate_json(content.intake.sources[episode.source].record).enclosure
    front = _FRONT.match(content.raw(episode.source))
    if real is None or said is None or front is None or not real.here:
        return
    if said.bytes and said.bytes != real.bytes:
        yield from _value(front, "mp3_bytes", str(real.bytes))
    if said.seconds and abs(said.seconds - real.seconds) > SECONDS_APART:
        yield from _value(front, "mp3_duration", clock(real.seconds))


def _value(front: re.Match[str], key: str, value: str) -> Iterator[Edit]:
    found = re.compile(_VALUE.format(key=key), re.MULTILINE).search(front.string, front.start(1), front.end(1))
    if found:
        yield Edit(found.start("value"), found.end("value"), value)


def _without_guid(content: Content) -> Iterator[Episode]:
    site = content.intake.site
    shows = {show.slug: show for show in site.shows}
    for episode in content.catalogue.episodes:
        if not episode.guid:
            show = shows[episode.show]
            if not site.url and not show.guid:
                hint = "Set it first: a guid begins with it, and must never change."
                raise LongwaveError("content/site.toml: expected url, found none.", hint)
            yield replace(episode, guid=guid(site, show, episode))


def _guid(text: str, episode: Episode) -> Iterator[Edit]:
    front = _FRONT.match(text)
    if front:
        end = "\r\n" if "\r\n" in front[0] else "\n"
        yield Edit(front.end(1), front.end(1), f"guid: {quoted(episode.guid)}{end}")
