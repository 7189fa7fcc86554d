"""Lines for the owner's files that keep the identity of a renamed episode or show, and files orphaned by renaming."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from longwave.audio.audio_files import locate
from longwave.content.folder import COMPANIONS
from longwave.content.site.site_toml import SITE_FILE, toml_key
from longwave.edition.past.history import FormerEpisode
from longwave.edition.store.edition_data import Source
from longwave.model import Episode
from longwave.routes import path_for


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """A line for front matter or a ``table`` of site.toml that keeps a guid or an address even without ``instance/``.

    For site.toml without a ``table``, it renames a table instead: its heading changes from ``[key]`` to ``[value]``.
    """

    file: str
    key: str
    value: str
    table: str = ""

    def __str__(self) -> str:
        """Return the line as it is to be written into front matter or site.toml."""
        if self.file == SITE_FILE and not self.table:
            return f"[{self.value}] instead of [{self.key}] in site.toml"
        value = json.dumps(self.value, ensure_ascii=False)
        return f"{toml_key(self.key)} = {value}" if self.table else f"{self.key}: {value}"


def find_orphans(
    content: Path, sources: Mapping[str, Source], former: FormerEpisode, episode: Episode, transcript: str
) -> Iterator[tuple[str, str, str]]:
    """Yield the audio, transcript and chapters that belonged to an episode under its former name but no longer do.

    Each triple is the key of front matter for such a file, the file's name, and its path below content.
    """
    show, paths = episode.show, [*reversed(former.paths)]
    slugs = [path.rpartition("/")[2] for path in paths if "." not in path]
    prefix = path_for("audio", show=show, file="")
    audio = [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]
    if episode.enclosure is None and "audio" not in episode.page:
        yield from _first("audio", f"audio/{show}", (name for name in audio if locate(content, show, name)))
    has = {"transcript": transcript or "transcript" in episode.page, "chapters": episode.chapters}
    for key, (folder, suffixes) in COMPANIONS.items():
        names = (f"{slug}{suffix}" for slug in slugs if slug != episode.slug for suffix in suffixes)
        if not has[key]:
            place = f"{folder}/{show}"
            yield from _first(key, place, (name for name in names if f"content/{place}/{name}" in sources))


def _first(key: str, folder: str, names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for name in names:
        yield key, name, f"{folder}/{name}"
        return
