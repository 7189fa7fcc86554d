"""What `flask check --fix` mends, as edits of stretches of a file: whatever else it holds stays byte for byte."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from longwave.authoring.checks.checked_content import Content
from longwave.authoring.checks.encoding import CHECKED, mended
from longwave.authoring.line_insertion import insert_into_front_matter, insert_into_site_toml
from longwave.authoring.safe_writing import replace as write
from longwave.content.fields.content_file import decode, split_front_matter
from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds
from longwave.content.folder import EPISODE_SUFFIXES
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.past.identity_lines import IdentityLine
from longwave.edition.store.records import EPISODE
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
        if (path.read_bytes() if path.exists() else b"") != self.before.encode():
            hint = "Somebody has changed it meanwhile; run the command again."
            raise LongwaveError(f"{self.file}: expected the file as the diff shows it, found another.", hint)
        write(path, self.after)


def changes(content: Content, *, fix: bool, guids: bool) -> tuple[Change, ...]:
    """With ``fix``, mis-encoded text and what front matter claims of its audio is mended, and lines are added that keep
    what was published; with ``guids``, each published episode that has no guid gets the one by which apps know it.

    Raises LongwaveError when guids can't be told yet.
    """
    mended_texts: dict[str, list[Edit]] = {}
    lines: dict[str, list[IdentityLine]] = defaultdict(list)
    if fix:
        for source in content.intake.sources.values():
            if source.kind in CHECKED:
                found = mended(content.raw(source.name))
                mended_texts[source.name] = [Edit(one.start, one.end, one.after) for one in found]
        for episode in content.episodes:
            mended_texts.setdefault(episode.source, []).extend(_facts(content, episode))
    for line in (*(content.kept if fix else ()), *(_without_guid(content) if guids else ())):
        if line not in lines[line.file]:
            lines[line.file].append(line)
    return tuple(_planned(content, mended_texts, lines))


def _planned(
    content: Content, texts: Mapping[str, list[Edit]], lines: Mapping[str, Sequence[IdentityLine]]
) -> Iterator[Change]:
    """A change for each file of which one is left that it can be read with: front matter may be odd."""
    for file in sorted({*texts, *lines}):
        raw, edits = content.raw(file), texts.get(file, [])
        for some in ([*edits, *_inserted(raw, file, lines.get(file, ()))], edits):
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
        if change.file.lower().endswith(EPISODE_SUFFIXES):
            before = decode(change.file, change.before.encode())
            return (
                split_front_matter(change.file, text).meta.keys() >= split_front_matter(change.file, before).meta.keys()
            )
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
    if said.seconds and abs(said.seconds - real.seconds) > DURATION_TOLERANCE_SECONDS:
        yield from _value(front, "mp3_duration", format_seconds(real.seconds))


def _value(front: re.Match[str], key: str, value: str) -> Iterator[Edit]:
    found = re.compile(_VALUE.format(key=key), re.MULTILINE).search(front.string, front.start(1), front.end(1))
    if found:
        yield Edit(found.start("value"), found.end("value"), value)


def _without_guid(content: Content) -> Iterator[IdentityLine]:
    site = content.intake.site
    shows = {show.slug: show for show in site.shows}
    for episode in content.catalogue.episodes:
        # One that is kept may have none in its file.
        if not EPISODE.validate_json(content.intake.sources[episode.source].record).guid:
            show = shows[episode.show]
            if not site.url and not show.guid:
                hint = "Set it first: a guid begins with it, and must never change."
                raise LongwaveError("content/site.toml: expected url, found none.", hint)
            yield IdentityLine(episode.source, "guid", guid(site, show, episode))


def _inserted(text: str, file: str, lines: Sequence[IdentityLine]) -> Iterator[Edit]:
    """What puts lines into a file: site.toml, or the front matter of another."""
    if file == SITE_FILE:
        yield from (Edit(*stretch) for stretch in insert_into_site_toml(text, lines))
    elif front := _FRONT.match(text):
        yield from (Edit(*stretch) for stretch in insert_into_front_matter(text, *front.span(1), lines))
