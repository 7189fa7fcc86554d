"""The content as the checks look at it: what was read of it, and where in which file it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from longwave.catalogue import Catalogue
from longwave.content.kramdown.blocks import parse_document
from longwave.content.text.references import References, references
from longwave.edition.assembly import Assembly
from longwave.edition.identity import Kept
from longwave.edition.intake import Intake
from longwave.edition.records import EPISODE, GUEST, PAGE, TAG
from longwave.edition.served import unserved_files
from longwave.model import Episode, Notes
from longwave.routes import path_for

#: Where such a character follows, an address goes on.
_WITHIN = re.compile(r"[\w/-]")


@dataclass(frozen=True, slots=True)
class Text:
    """One file's Markdown: the address of the page that shows it, whether that is out, and what the text refers to."""

    file: str
    address: str
    published: bool
    references: References


@dataclass(frozen=True)
class Content:
    """Everything that was read from ``folder``, drafts and episodes that are still to come included.

    ``catalogue`` is of what is published; ``served`` are the files that are served once all is. ``url`` is the site's
    address; empty when it has none. ``kept`` are the lines that would keep what was published without instance/.
    """

    folder: Path
    url: str
    intake: Intake
    whole: Assembly
    catalogue: Catalogue
    references: Mapping[str, References]
    served: frozenset[str]
    kept: tuple[Kept, ...] = ()
    _read: dict[str, str] = field(default_factory=dict)

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """Every episode that can be read, by its file's name; the published ones know their audio's real length."""
        assembled = {episode.source: episode for episode, _, _ in self.whole.episodes.values()}
        sources = (s for s in self.intake.sources.values() if s.kind == "episode" and s.record)
        return tuple(assembled.get(source.name) or EPISODE.validate_json(source.record) for source in sources)

    @cached_property
    def unserved(self) -> set[str]:
        """Return the files that could be served and that nothing names, by their names below content/."""
        return unserved_files(self.whole.media, self.served)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """The texts of all pages that have one."""
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
        """The Markdown of a text, after Liquid."""
        source, body = self.intake.sources[text.file], self.intake.bodies.get(text.file)
        if source.kind == "guest":
            return GUEST.validate_json(source.record).text
        return TAG.validate_json(source.record).text if source.kind == "tag" else body.text if body else ""

    def notes(self, episode: Episode) -> Notes:
        """The plain text and the moments of an episode's notes."""
        body = self.intake.bodies.get(episode.source)
        return body.read() if body else Notes()

    def raw(self, file: str) -> str:
        """A file of the site's folder as it lies there; empty when it can't be read."""
        if file not in self._read:
            try:
                self._read[file] = (self.folder.parent / file).read_bytes().decode("utf-8", "replace")
            except OSError:
                self._read[file] = ""
        return self._read[file]

    def line(self, file: str, words: str, start: int = 0) -> int:
        """The line on which ``words`` stand from character ``start`` on; 0 where Liquid or Markdown wrote them."""
        at = self.raw(file).find(words, start) if words else -1
        return self.raw(file).count("\n", 0, at) + 1 if at >= 0 else 0

    def lines(self, file: str, words: str) -> tuple[int, ...]:
        """All lines on which ``words``, an address, stand as a whole: where links are written, else anywhere.

        (0,) where Liquid or Markdown wrote them otherwise.
        """
        raw = self.raw(file)
        linked: dict[int, None] = {}
        other: dict[int, None] = {}
        at = raw.find(words) if words else -1
        while at >= 0:
            after = at + len(words)
            if not _WITHIN.match(raw, after):
                before = raw[max(0, at - 3) : at].rstrip(" \t<")
                line = raw.count("\n", 0, at) + 1
                if before.endswith(("](", "]:", "=", '"', "'")) or raw[at - 1 : at] == "<":
                    linked[line] = None
                elif at == 0 or not _WITHIN.match(raw, at - 1):
                    other[line] = None
            at = raw.find(words, after)
        return tuple(linked or other) or (0,)

    def key(self, file: str, key: str, value: str = "") -> int:
        """The line of a file's front matter on which ``key`` stands, or below it ``value``; 1 where neither does."""
        raw = self.raw(file)
        end = raw.find("\n---", 4)
        start = re.compile(rf"^[\"']?{re.escape(key)}", re.MULTILINE).search(raw, 0, max(0, end))
        at = start.start() if start else 0
        inside = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)").search(raw, at, max(0, end)) if value else None
        return raw.count("\n", 0, inside.start() if inside else at) + 1
