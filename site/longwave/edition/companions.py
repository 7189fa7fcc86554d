"""Which transcript and which file of chapters belong to an episode."""

from __future__ import annotations

from collections.abc import Mapping

from longwave.content.folder import COMPANIONS, Companion
from longwave.edition.contents import Source
from longwave.model import Episode


class Companions:
    """The files of ``sources`` that are of an episode but not it. One that nobody could read has an empty record."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        # Asked for each of thousands of episodes, by two names with any of five ends.
        ends = [suffix for _, suffixes in COMPANIONS.values() for suffix in suffixes]
        kinds = [source.name for source in sources.values() if source.kind in COMPANIONS and source.record]
        parts = [(name, stem, f".{end.lower()}") for name in kinds for stem, _, end in [name.rpartition(".")]]
        ranked = sorted((ends.index(end), stem, name) for name, stem, end in parts if end in ends)
        self._by_stem = {stem: name for _, stem, name in reversed(ranked)}

    def folder(self, episode: Episode, kind: Companion) -> str:
        """Where those of the episode's show lie."""
        return f"content/{COMPANIONS[kind][0]}/{episode.show}"

    def beside(self, episode: Episode, kind: Companion) -> str:
        """The name of the good file that has the episode's slug, else its number, as its name; empty without one."""
        own = self.folder(episode, kind)
        by_slug = self._by_stem.get(f"{own}/{episode.slug}")
        if by_slug or episode.number is None:
            return by_slug or ""
        return self._by_stem.get(f"{own}/{episode.number}", "")

    def named(self, episode: Episode, kind: Companion, named: str) -> str:
        """The name of the file that front matter calls so, good ones first; empty when there is none."""
        folder = COMPANIONS[kind][0]
        name = named.strip("/").removeprefix("content/").removeprefix(f"{folder}/")
        names = [f"content/{folder}/{episode.show}/{name}", f"content/{folder}/{name}"]
        there = [name for name in names if name in self.sources]
        return next((name for name in there if self.sources[name].record), there[0] if there else "")
