"""Due episodes: their date has come since the last edition, and they are published without other unfinished changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from longwave.content.folder import COMPANIONS, SourceFile, read_file
from longwave.content.transcripts.languages import split_language
from longwave.content.transcripts.transcript_file import MAX_TRANSCRIPT_BYTES
from longwave.edition.past.history import Past
from longwave.edition.store.edition_data import Contents, Source
from longwave.edition.store.records import digest
from longwave.errors import ContentError
from longwave.model import Episode


@dataclass(frozen=True, slots=True)
class Due:
    """A set of ``episodes`` whose date has come, by their files; ``sources`` are all files of the previous edition.

    Other files that were saved since that edition may be unfinished, and are left to the next build.
    """

    episodes: Mapping[str, Episode]
    sources: Mapping[str, Source]

    def includes(self, file: SourceFile) -> bool:
        """Return whether a build for due episodes reads a file: it belongs to a due episode, or hasn't changed."""
        if file.name in self.episodes:
            return True
        stem, own = PurePosixPath(file.name).stem, (e for e in self.episodes.values() if e.show == file.show)
        stems = {stem, split_language(stem)[0]}
        if file.kind in COMPANIONS and any(stems & _companion_stems(episode) for episode in own):
            return True
        source = self.sources.get(file.name)
        return source is not None and (
            (file.signature != "" and file.signature == source.signature) or _digest(file) == source.digest
        )


def find_due(previous: Contents, now: datetime, read_episode: Callable[[str], Episode]) -> Due:
    """Return the episodes whose date of publication has come since the edition ``previous`` was built."""
    since = datetime.fromisoformat(previous.meta["next_due"]) if previous.meta.get("next_due") else now
    planned = _unpublished(previous, read_episode)
    return Due({e.source: e for e in planned if not e.draft and since <= e.date <= now}, previous.sources)


def is_out(episode: Episode, now: datetime, *, everything: bool, past: Past) -> bool:
    """Return whether an episode is published at ``now``; with ``everything``, drafts and future episodes are, too.

    A published episode stays published even if the clock is behind, unless its author has given it another date.
    """
    return everything or (not episode.draft and (episode.date <= now or past.out.get(episode.key) == episode.date))


def _unpublished(previous: Contents, read_episode: Callable[[str], Episode]) -> Iterator[Episode]:
    out = {published.source for published in previous.published.values()}
    for source in previous.sources.values():
        if source.kind == "episode" and source.record and source.name not in out:
            yield read_episode(source.record)


def _companion_stems(episode: Episode) -> set[str]:
    """Return the file names, without suffixes, that an episode's transcript and chapters may have."""
    files = (episode.transcript, episode.chapters_file, *(each.file for each in episode.transcripts))
    named = {PurePosixPath(name).stem for name in files if name}
    return {episode.slug, str(episode.number), *named}


def _digest(file: SourceFile) -> str:
    try:
        return digest(read_file(file, MAX_TRANSCRIPT_BYTES))
    except ContentError:
        return ""
