"""The files of a renamed episode that have its former name still, and so are nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from longwave.audio.locations import locate
from longwave.content.folder import COMPANIONS
from longwave.edition.edition_data import Source
from longwave.edition.history import Known
from longwave.model import Episode
from longwave.routes import path_for


def orphans(
    content: Path, sources: Mapping[str, Source], was: Known, episode: Episode, transcript: str
) -> Iterator[tuple[str, str, str]]:
    """Yield what was an episode's sound, transcript and chapters, where it has none now: the key that names each in
    front matter, the name, and the file's path below content.
    """
    show, former = episode.show, [path.rpartition("/")[2] for path in reversed(was.paths) if "." not in path]
    within = path_for("audio", show=show, file="")
    heard = [path.removeprefix(within) for path in reversed(was.paths) if path.startswith(within)]
    if episode.enclosure is None and "audio" not in episode.page:
        yield from _first("audio", f"audio/{show}", (name for name in heard if locate(content, show, name)))
    has = {"transcript": transcript or "transcript" in episode.page, "chapters": episode.chapters}
    for key, (folder, suffixes) in COMPANIONS.items():
        names = (f"{slug}{suffix}" for slug in former if slug != episode.slug for suffix in suffixes)
        if not has[key]:
            place = f"{folder}/{show}"
            yield from _first(key, place, (name for name in names if f"content/{place}/{name}" in sources))


def _first(key: str, folder: str, names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for name in names:
        yield key, name, f"{folder}/{name}"
        return
