"""The content as the checks look at it: what was read of it, and where in which file it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from longwave.catalogue import Catalogue
from longwave.edition.assembly import Assembly
from longwave.edition.intake import Intake
from longwave.edition.records import EPISODE, GUEST, NOTES, PAGE, TAG
from longwave.model import Episode, Notes


@dataclass(frozen=True, slots=True)
class Text:
    """One file's Markdown after Liquid, and the address of the page that shows it."""

    file: str
    address: str
    body: str


@dataclass(frozen=True)
class Content:
    """Everything that was read from ``folder``, drafts and episodes that are still to come included.

    ``catalogue`` is of what is published. ``url`` is the site's address; empty when it has none.
    """

    folder: Path
    url: str
    intake: Intake
    whole: Assembly
    catalogue: Catalogue
    _read: dict[str, str] = field(default_factory=dict)

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """Every episode that can be read, by its file's name; the published ones know their audio's real length."""
        assembled = {episode.source: episode for episode, _, _ in self.whole.episodes.values()}
        sources = (s for s in self.intake.sources.values() if s.kind == "episode" and s.record)
        return tuple(assembled.get(source.name) or EPISODE.validate_json(source.record) for source in sources)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """The texts of all pages that have one."""
        return tuple(self._texts())

    def _texts(self) -> Iterator[Text]:
        for source in self.intake.sources.values():
            body = self.intake.bodies.get(source.name)
            if not source.record:
                continue
            if source.kind == "page":
                yield Text(source.name, f"/{PAGE.validate_json(source.record).slug}", body.text if body else "")
            elif source.kind == "guest":
                guest = GUEST.validate_json(source.record)
                yield Text(source.name, f"/guests/{guest.slug}", guest.text)
            elif source.kind == "tag":
                tag = TAG.validate_json(source.record)
                yield Text(source.name, f"/tags/{tag.slug}", tag.text)
        for episode in self.episodes:
            body = self.intake.bodies.get(episode.source)
            yield Text(episode.source, episode.path, body.text if body else "")

    def notes(self, episode: Episode) -> Notes:
        """The plain text and the moments of an episode's notes."""
        body = self.intake.bodies.get(episode.source)
        return NOTES.validate_json(body.notes) if body else Notes()

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
