"""The repairs of `longwave check --fix`: edits of parts of a file, of which every other byte stays as it is."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from longwave.authoring.checks.checked_content import Content
from longwave.authoring.checks.encoding import CHECKED, repairs_of
from longwave.authoring.line_insertion import Edit, insert_into_front_matter, insert_into_site_toml
from longwave.authoring.safe_writing import replace_file
from longwave.content.fields.content_file import decode, split_front_matter
from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds
from longwave.content.folder import EPISODE_SUFFIXES
from longwave.content.site.site_toml import SITE_FILE
from longwave.disk import read_regular
from longwave.edition.past.identity_lines import IdentityLine
from longwave.edition.store.records import EPISODE
from longwave.errors import ContentError, LongwaveError
from longwave.feeds.guids import guid
from longwave.model import Episode

_FRONT = re.compile(r"\A\ufeff?\s*-{3,}[ \t]*\r?\n(.*?)^-{3,}[ \t]*\r?$", re.DOTALL | re.MULTILINE)
#: A line of front matter with one key; the group ``value`` is its value without the quotes and the comment.
_VALUE = r"^{key}[ \t]*:[ \t]*([\"']?)(?P<value>[\w:.]+)\1(?=[ \t]*(?:#[^\r\n]*)?\r?$)"


@dataclass(frozen=True, slots=True)
class Change:
    """The text of one file before and after its edits."""

    file: str
    before: str
    after: str

    def diff(self) -> str:
        """Return the change as a unified diff."""
        before, after = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        lines = difflib.unified_diff(before, after, f"a/{self.file}", f"b/{self.file}", n=1)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def write(self, root: Path) -> None:
        """Write the changed file below ``root``. Raises LongwaveError when somebody else has changed it meanwhile."""
        # Symbolic links are resolved, so that the file behind a link is replaced and not the link itself.
        path = (root / self.file).resolve()
        if (read_regular(path) if path.exists() else b"") != self.before.encode():
            hint = "Somebody has changed it meanwhile; run the command again."
            raise LongwaveError(f"{self.file}: expected the file as the diff shows it, found another.", hint)
        replace_file(path, self.after)


def plan_changes(content: Content, *, fix: bool, guids: bool) -> tuple[Change, ...]:
    """Return the changes that repair the content, none of them written yet.

    With ``fix``, mis-encoded text and wrong sizes and durations of audio are repaired, and lines are inserted that keep
    published guids and addresses. With ``guids``, each published episode without a guid gets the one that apps know.
    Raises LongwaveError when guids can't be made, because the site has no ``url`` yet.
    """
    edits: dict[str, list[Edit]] = {}
    lines: dict[str, list[IdentityLine]] = defaultdict(list)
    if fix:
        for source in content.intake.sources.values():
            if source.kind in CHECKED:
                repairs = repairs_of(content.raw(source.name))
                edits[source.name] = [Edit(repair.start, repair.end, repair.after) for repair in repairs]
        for episode in content.episodes:
            edits.setdefault(episode.source, []).extend(_audio_facts(content, episode))
    for line in (*(content.identity_lines if fix else ()), *(_missing_guids(content) if guids else ())):
        if line not in lines[line.file]:
            lines[line.file].append(line)
    return tuple(_changes(content, edits, lines))


def _changes(
    content: Content, edits: Mapping[str, list[Edit]], lines: Mapping[str, Sequence[IdentityLine]]
) -> Iterator[Change]:
    """Yield each file's change; if inserting ``lines`` would make the file unreadable, only ``edits`` are made."""
    for file in sorted({*edits, *lines}):
        raw, replacements = content.raw(file), edits.get(file, [])
        for chosen in ([*replacements, *_insertions(raw, file, lines.get(file, ()))], replacements):
            change = _apply(file, raw, chosen)
            if chosen and _is_readable(change):
                yield change
                break


def _apply(file: str, before: str, edits: list[Edit]) -> Change:
    after = before
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        after = after[: edit.start] + edit.after + after[edit.end :]
    return Change(file, before, after)


def _is_readable(change: Change) -> bool:
    """Return whether the changed file can be read, and has every key that it had before."""
    # A file that isn't UTF-8 couldn't be written back byte for byte.
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


def _audio_facts(content: Content, episode: Episode) -> Iterator[Edit]:
    """Yield the edits of the size and duration that the front matter claims and the audio file contradicts."""
    actual = episode.enclosure
    claimed = EPISODE.validate_json(content.intake.sources[episode.source].record).enclosure
    front = _FRONT.match(content.raw(episode.source))
    if actual is None or claimed is None or front is None or not actual.here:
        return
    if claimed.bytes and claimed.bytes != actual.bytes:
        yield from _replace_value(front, "mp3_bytes", str(actual.bytes))
    if claimed.seconds and abs(claimed.seconds - actual.seconds) > DURATION_TOLERANCE_SECONDS:
        yield from _replace_value(front, "mp3_duration", format_seconds(actual.seconds))


def _replace_value(front: re.Match[str], key: str, value: str) -> Iterator[Edit]:
    match = re.compile(_VALUE.format(key=key), re.MULTILINE).search(front.string, front.start(1), front.end(1))
    if match:
        yield Edit(match.start("value"), match.end("value"), value)


def _missing_guids(content: Content) -> Iterator[IdentityLine]:
    site = content.intake.site
    shows = {show.slug: show for show in site.shows}
    for episode in content.catalogue.episodes:
        # The catalogue's guid may come from instance/, so the file's own front matter is examined for one.
        if not EPISODE.validate_json(content.intake.sources[episode.source].record).guid:
            show = shows[episode.show]
            if not site.url and not show.guid:
                hint = "Set it first: a guid begins with it, and must never change."
                raise LongwaveError("content/site.toml: expected url, found none.", hint)
            yield IdentityLine(episode.source, "guid", guid(site, show, episode))


def _insertions(text: str, file: str, lines: Sequence[IdentityLine]) -> Iterator[Edit]:
    """Yield the edits that insert lines into site.toml, or into the front matter of any other file."""
    if file == SITE_FILE:
        yield from insert_into_site_toml(text, lines)
    elif front := _FRONT.match(text):
        yield from insert_into_front_matter(text, *front.span(1), lines)
