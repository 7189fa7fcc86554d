"""When an episode's time comes only it is published: what else was saved since the last edition may be unfinished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from longwave.content.episodes.transcript_file import MAX_TRANSCRIPT_BYTES
from longwave.content.folder import COMPANIONS, SourceFile, read_file
from longwave.edition.edition_data import Contents, Source
from longwave.edition.records import digest, read_episode
from longwave.errors import ContentError
from longwave.model import Episode


@dataclass(frozen=True, slots=True)
class Due:
    """The ``episodes`` whose time has come, by their files, and what the last edition ``knew`` of all files."""

    episodes: Mapping[str, Episode]
    knew: Mapping[str, Source]

    def is_read(self, file: SourceFile) -> bool:
        """Return whether a file is taken as it is now: it belongs to one of the episodes, or it hasn't changed."""
        if file.name in self.episodes:
            return True
        stem, own = PurePosixPath(file.name).stem, (e for e in self.episodes.values() if e.show == file.show)
        if file.kind in COMPANIONS and any(stem in _stems(episode) for episode in own):
            return True
        known = self.knew.get(file.name)
        return known is not None and (
            (file.signature != "" and file.signature == known.signature) or _digest(file) == known.digest
        )


def due(before: Contents, now: datetime) -> Due:
    """Return what has become due since the edition ``before``."""
    since = datetime.fromisoformat(before.meta["next_due"]) if before.meta.get("next_due") else now
    return Due({e.source: e for e in _planned(before) if not e.draft and since <= e.date <= now}, before.sources)


def _planned(before: Contents) -> Iterator[Episode]:
    """Yield the episodes that are not out."""
    out = {published.source for published in before.published.values()}
    for source in before.sources.values():
        if source.kind == "episode" and source.record and source.name not in out:
            yield read_episode(source.record)


def _stems(episode: Episode) -> set[str]:
    """Return what the files of an episode's transcript and chapters may be called."""
    named = {PurePosixPath(name).stem for name in (episode.transcript, episode.chapters_file) if name}
    return {episode.slug, str(episode.number), *named}


def _digest(file: SourceFile) -> str:
    try:
        return digest(read_file(file, MAX_TRANSCRIPT_BYTES))
    except ContentError:
        return ""
