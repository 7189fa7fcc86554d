"""The content in the form in which the checks examine it: the parsed files, and the line numbers of given words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from longwave.content.fields.salvage import Place
from longwave.content.kramdown.blocks import parse_document
from longwave.content.site.site_toml import SITE_FILE
from longwave.content.site.toml_lines import line_of, toml_lines
from longwave.content.text.references import References, references
from longwave.disk import read_regular
from longwave.edition.build.served_files import unserved_files
from longwave.edition.check.site_check import Inspection
from longwave.edition.store.records import EPISODE, GUEST, PAGE, TAG
from longwave.model import Episode, Notes
from longwave.routes import path_for

#: A character that, next to a found address, shows that it is only a part of a longer address.
_CONTINUES = re.compile(r"[\w/-]")


@dataclass(frozen=True, slots=True)
class Text:
    """The Markdown of one file: its page's address, whether that page is published, and the text's links and images."""

    file: str
    address: str
    published: bool
    references: References


@dataclass(frozen=True)
class Content(Inspection):
    """An inspection of the site's folder, with the texts of its files and the lines on which words stand in them."""

    _read: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, inspection: Inspection) -> Content:
        """Return an inspection as a Content, which adds the texts and the lines of words."""
        return cls(**{part.name: getattr(inspection, part.name) for part in fields(inspection)})

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """Return every readable episode in the order of file names; published ones with their audio's real duration."""
        assembled = {episode.source: episode for episode, _, _ in self.assembly.episodes.values()}
        sources = (s for s in self.intake.sources.values() if s.kind == "episode" and s.record)
        return tuple(assembled.get(source.name) or EPISODE.validate_json(source.record) for source in sources)

    @cached_property
    def unserved(self) -> set[str]:
        """Return the names below content/ of media files that nothing names, and that aren't served therefore."""
        return unserved_files(self.assembly.media, self.served)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Return the Markdown texts of all pages that have one."""
        return tuple(self._texts())

    def _texts(self) -> Iterator[Text]:
        for source in self.intake.sources.values():
            if not source.record:
                continue
            if source.kind == "page":
                yield self._text(source.name, path_for("page", page=PAGE.validate_json(source.record).slug))
            elif source.kind == "guest":
                guest = GUEST.validate_json(source.record)
                path = path_for("guest", guest=guest.slug)
                yield Text(source.name, path, True, references(parse_document(guest.text)))
            elif source.kind == "tag":
                tag = TAG.validate_json(source.record)
                path = path_for("tag", tag=tag.slug)
                yield Text(source.name, path, True, references(parse_document(tag.text)))
        out = {episode.source for episode in self.catalogue.episodes}
        for episode in self.episodes:
            yield self._text(episode.source, episode.path, published=episode.source in out)

    def _text(self, file: str, address: str, *, published: bool = True) -> Text:
        return Text(file, address, published, self.references.get(file, References()))

    def body(self, text: Text) -> str:
        """Return a text's Markdown, after Liquid has run."""
        source, body = self.intake.sources[text.file], self.intake.bodies.get(text.file)
        if source.kind == "guest":
            return GUEST.validate_json(source.record).text
        return TAG.validate_json(source.record).text if source.kind == "tag" else body.text if body else ""

    def notes(self, episode: Episode) -> Notes:
        """Return the plain text and the timestamps of an episode's notes."""
        body = self.intake.bodies.get(episode.source)
        return body.read() if body else Notes()

    def raw(self, file: str) -> str:
        """Return the text of a file of the site's folder; empty when it can't be read."""
        if file not in self._read:
            try:
                self._read[file] = read_regular(self.folder.parent / file).decode("utf-8", "replace")
            except OSError:
                self._read[file] = ""
        return self._read[file]

    def setting(self, *place: str | int) -> int:
        """Return the line number in site.toml of the key or list item at ``place``, a path of keys and indexes."""
        return line_of(self._setting_lines, place)

    @cached_property
    def _setting_lines(self) -> Mapping[Place, int]:
        return toml_lines(self.raw(SITE_FILE))

    def line(self, file: str, words: str, start: int = 0) -> int:
        """Return the line number at which ``words`` first occur in a file after character ``start``; 0 if nowhere."""
        at = self.raw(file).find(words, start) if words else -1
        return self.raw(file).count("\n", 0, at) + 1 if at >= 0 else 0

    def lines(self, file: str, words: str) -> tuple[int, ...]:
        """Return the numbers of the lines that link to an address, or if there are none, of those that contain it.

        ``words`` is the address. Returns ``(0,)`` where the file doesn't contain it, as when Liquid has made it.
        """
        raw = self.raw(file)
        linked: dict[int, None] = {}
        other: dict[int, None] = {}
        at = raw.find(words) if words else -1
        while at >= 0:
            after = at + len(words)
            if not _CONTINUES.match(raw, after):
                before = raw[max(0, at - 3) : at].rstrip(" \t<")
                line = raw.count("\n", 0, at) + 1
                if before.endswith(("](", "]:", "=", '"', "'")) or raw[at - 1 : at] == "<":
                    linked[line] = None
                elif at == 0 or not _CONTINUES.match(raw, at - 1):
                    other[line] = None
            at = raw.find(words, after)
        return tuple(linked or other) or (0,)

    def key(self, file: str, key: str, value: str = "") -> int:
        """Return the line number of ``key`` in a file's front matter, or of a later ``value``; 1 without the key."""
        raw = self.raw(file)
        end = raw.find("\n---", 4)
        start = re.compile(rf"^[\"']?{re.escape(key)}", re.MULTILINE).search(raw, 0, max(0, end))
        at = start.start() if start else 0
        inside = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)").search(raw, at, max(0, end)) if value else None
        return raw.count("\n", 0, inside.start() if inside else at) + 1
