"""Which files belong to an episode: its sound, its picture, its transcript and its chapters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from longwave.audio.audio_files import locate
from longwave.content.episodes.episode_file import own_names, sound_of
from longwave.content.folder import COMPANIONS, Companion
from longwave.content.media.paths import in_one_form, named_in, spelt
from longwave.content.media.pictures import PICTURES
from longwave.edition.edition_data import Source
from longwave.errors import Problem
from longwave.model import Enclosure, Episode, Show


class Companions:
    """What may belong to one of ``episodes``, found by its names: its slug, its file's own, and its number.

    Names are the same in each normal form. A number that several episodes have finds nothing. ``sources`` are the files
    of text in the folder ``content``; one that nobody could read has an empty record.
    """

    def __init__(self, content: Path, sources: Mapping[str, Source], episodes: Iterable[Episode]) -> None:
        self.sources, self._content = sources, content
        self._numbers = Counter((episode.show, episode.number) for episode in episodes)
        self._folders: dict[tuple[str, str], dict[str, str]] = {}
        self._used: set[str] = set()
        # Asked for each of thousands of episodes, by three names with any of five ends.
        ends = [suffix for _, suffixes in COMPANIONS.values() for suffix in suffixes]
        kinds = [source.name for source in sources.values() if source.kind in COMPANIONS and source.record]
        parts = [(name, stem, f".{end.lower()}") for name in kinds for stem, _, end in [name.rpartition(".")]]
        ranked = sorted((ends.index(end), stem, name) for name, stem, end in parts if end in ends)
        self._by_stem = {in_one_form(stem): name for _, stem, name in reversed(ranked)}
        self._by_name = {in_one_form(name): name for name in kinds}

    def folder(self, show: str, kind: Companion) -> str:
        """Where those of a show lie."""
        return f"content/{COMPANIONS[kind][0]}/{show}"

    def beside(self, episode: Episode, kind: Companion) -> str:
        """The good file that has one of the episode's names as its name; empty without one."""
        found = next(filter(None, (self._of(episode.show, kind, name) for name in self._names(episode))), "")
        self._used.add(found)
        return found

    def named(self, episode: Episode, kind: Companion, named: str) -> str:
        """The name of the file that front matter calls so, good ones first; empty when there is none."""
        folder = COMPANIONS[kind][0]
        name = named.strip("/").removeprefix("content/").removeprefix(f"{folder}/")
        names = [f"content/{folder}/{episode.show}/{name}", f"content/{folder}/{name}"]
        there = [found for name in names if (found := self._by_name.get(in_one_form(name), name)) in self.sources]
        found = next((name for name in there if self.sources[name].record), there[0] if there else "")
        self._used.add(found)
        return found

    def picture(self, episode: Episode) -> str:
        """The picture in the show's folder of content/images that has one of the episode's names; empty without one."""
        return self._lying("images", episode, tuple(PICTURES))

    def sound(self, episode: Episode, show: Show, claimed: Enclosure) -> Enclosure:
        """What isn't there under the name that it should have: with the name that it has, if it is there after all.

        That is another normal form of the name and, where nothing says how it is called, another of the episode's.
        """
        if claimed.file == f"{episode.slug}.mp3":
            path = self._lying("audio", episode, (".mp3",))
        else:
            path = spelt(self._content / "audio", f"{show.slug}/{claimed.file}") or ""
        if not path:
            return claimed
        file = path.partition("/")[2]
        return replace(claimed, file=file, url=sound_of(file, show, episode).url if claimed.url else "")

    def shared(self, sounds: Iterable[str]) -> Iterator[Problem]:
        """A warning for each file that is named by the number of several episodes, and that none has asked for.

        ``sounds`` are those of all episodes, as ``<show>/<file>``.
        """
        used = self._used | {f"content/audio/{name}" for name in sounds}
        for (show, number), count in self._numbers.items():
            if number is not None and count > 1:
                found = {self._of(show, kind, str(number)) for kind in COMPANIONS}
                if locate(self._content, show, f"{number}.mp3"):
                    found.add(f"content/audio/{show}/{number}.mp3")
                for name in sorted(found - used - {""}):
                    hint = "Name it as the episode's file is named."
                    yield Problem(name, 0, "the name of one episode", f"the number of {count}", hint, "warning")

    def _of(self, show: str, kind: Companion, name: str) -> str:
        return self._by_stem.get(in_one_form(f"{self.folder(show, kind)}/{name}"), "")

    def _lying(self, kind: str, episode: Episode, endings: Sequence[str]) -> str:
        """The path below a folder of content/ of what has one of the episode's names there; empty without one."""
        known = self._folders.get((kind, episode.show))
        if known is None:
            known = self._folders[kind, episode.show] = named_in(self._content / kind, episode.show, endings)
        forms = map(in_one_form, self._names(episode) if known else ())
        return next((known[form] for form in forms if form in known), "")

    def _names(self, episode: Episode) -> tuple[str, ...]:
        names = own_names(episode)
        alone = episode.number is not None and self._numbers[episode.show, episode.number] < 2
        return (*names, str(episode.number)) if alone else names
