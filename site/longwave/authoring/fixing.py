"""What `flask check --fix` mends, as edits of single lines: whatever else a file holds stays byte for byte."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from longwave.authoring.checks.content import Content
from longwave.authoring.checks.encoding import CHECKED, garbled
from longwave.authoring.quoting import quoted
from longwave.authoring.writing import replace as write
from longwave.content.timestamps import clock
from longwave.edition.records import EPISODE
from longwave.errors import LongwaveError
from longwave.feeds.guids import guid
from longwave.model import Episode

_FRONT = re.compile(r"\A\ufeff?\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)

#: A key of front matter and its value, quoted or not; a remark behind it stays.
_VALUE = r"^({key}[ \t]*:[ \t]*)(?:\"[^\"\r\n]*\"|'[^'\r\n]*'|[^\s#\"'][^\r\n#]*?)(?=[ \t]*(?:#[^\r\n]*)?\r?$)"


@dataclass(frozen=True, slots=True)
class Edit:
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
        path = root / self.file
        if path.read_bytes() != self.before.encode():
            hint = "Somebody has changed it meanwhile; run the command again."
            raise LongwaveError(f"{path}: expected the file as the diff shows it, found another.", hint)
        write(path, self.after)


def edits(content: Content, *, guids: bool) -> tuple[Edit, ...]:
    """Mends mis-encoded text and what front matter claims of its audio; with ``guids`` each episode's guid, instead.

    Raises LongwaveError when guids can't be told yet.
    """
    if guids:
        return tuple(_made(content, {e.source: _with_guid(content, e) for e in _without_guid(content)}))
    facts = {file: _with_facts(real, claimed) for file, real, claimed in _episodes(content)}
    sources = (source for source in content.intake.sources.values() if source.kind in CHECKED)
    files = {source.name: facts.get(source.name, str) for source in sources}
    return tuple(_made(content, {file: _also_legible(mend) for file, mend in files.items()}))


Mend = Callable[[str], str]


def _made(content: Content, files: dict[str, Mend]) -> Iterator[Edit]:
    for file, mend in sorted(files.items()):
        before = content.raw(file)
        after = mend(before)
        # What isn't UTF-8 can't be written as it was.
        if after != before and "\ufffd" not in before:
            yield Edit(file, before, after)


def _also_legible(mend: Mend) -> Mend:
    def mended(text: str) -> str:
        text = mend(text)
        lines = text.splitlines(keepends=True)
        for number, line, right in garbled(text) if not text.isascii() else ():
            lines[number - 1] = right + lines[number - 1][len(line) :]
        return "".join(lines)

    return mended


def _episodes(content: Content) -> Iterator[tuple[str, Episode, Episode]]:
    """The files of episodes whose audio is here, as it really is and as they claim it."""
    for episode, source, _ in content.whole.episodes.values():
        if episode.enclosure and episode.enclosure.here:
            yield source.name, episode, EPISODE.validate_json(source.record)


def _with_facts(real: Episode, claimed: Episode) -> Mend:
    is_, said = real.enclosure, claimed.enclosure
    assert is_ is not None and said is not None  # noqa: PT018, S101 - of episodes with audio
    values = {}
    if said.bytes and said.bytes != is_.bytes:
        values["mp3_bytes"] = str(is_.bytes)
    if said.seconds and abs(said.seconds - is_.seconds) > 2:
        values["mp3_duration"] = clock(is_.seconds)

    def mended(text: str) -> str:
        front = _FRONT.match(text)
        if front is None:
            return text
        inside = front[1]
        for key, value in values.items():
            inside = re.sub(_VALUE.format(key=key), rf'\g<1>"{value}"', inside, count=1, flags=re.MULTILINE)
        return text[: front.start(1)] + inside + text[front.end(1) :]

    return mended


def _without_guid(content: Content) -> Iterator[Episode]:
    site = content.intake.site
    for episode in content.episodes:
        if not episode.guid:
            show = next(show for show in site.shows if show.slug == episode.show)
            if not site.url and not show.guid:
                hint = "Set it first: a guid begins with it, and must never change."
                raise LongwaveError("content/site.toml: expected url, found none.", hint)
            yield replace(episode, guid=guid(site, show, episode))


def _with_guid(_content: Content, episode: Episode) -> Mend:
    def mended(text: str) -> str:
        front = _FRONT.match(text)
        if front is None:
            return text
        end = "\r\n" if "\r\n" in front[0] else "\n"
        return f"{text[: front.end(1)]}guid: {quoted(episode.guid)}{end}{text[front.end(1) :]}"

    return mended
