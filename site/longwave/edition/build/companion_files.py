"""Companion files of an episode (audio, picture, transcript and chapters), found by the names that they may have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from longwave.audio.audio_files import locate
from longwave.content.episodes.enclosures import make_enclosure
from longwave.content.episodes.episode_file import own_names
from longwave.content.folder import COMPANIONS, Companion
from longwave.content.media.paths import find_spelling, normalize_name, paths_by_name
from longwave.content.media.pictures import PICTURE_TYPES
from longwave.content.transcripts.languages import split_language
from longwave.edition.store.edition_data import Source
from longwave.errors import Problem
from longwave.model import Enclosure, Episode, Show


class Companions:
    """A finder of the files that belong to one of ``episodes`` by its slug, its file's name or its number.

    Names are compared regardless of their Unicode normal form. A number that several episodes share finds no file.
    ``sources`` are the text files in the folder ``content``; the record of an unreadable one is empty.
    """

    def __init__(self, content: Path, sources: Mapping[str, Source], episodes: Iterable[Episode]) -> None:
        self.sources, self._content = sources, content
        self._numbers = Counter((episode.show, episode.number) for episode in episodes)
        self._folders: dict[tuple[str, str], dict[str, str]] = {}
        self._used: set[str] = set()
        # Files are mapped by name for speed, as thousands of episodes each look up three names with five suffixes.
        ends = [suffix for _, suffixes in COMPANIONS.values() for suffix in suffixes]
        kinds = [source.name for source in sources.values() if source.kind in COMPANIONS and source.record]
        parts = [(name, stem, f".{end.lower()}") for name in kinds for stem, _, end in [name.rpartition(".")]]
        ranked = sorted((ends.index(end), stem, name) for name, stem, end in parts if end in ends)
        self._by_stem = {normalize_name(stem): name for _, stem, name in reversed(ranked)}
        self._by_name = {normalize_name(name): name for name in kinds}
        self._by_language: dict[str, dict[str, str]] = {}
        for _, stem, name in ranked:
            bare, language = split_language(stem) if name.startswith("content/transcripts/") else (stem, "")
            if language:
                self._by_language.setdefault(normalize_name(bare), {}).setdefault(language, name)

    def folder(self, show: str, kind: Companion) -> str:
        """Return the folder of the companion files of this kind that belong to a show."""
        return f"content/{COMPANIONS[kind][0]}/{show}"

    def beside(self, episode: Episode, kind: Companion) -> str:
        """Return the name of the readable file that is named like the episode, or an empty text if there is none."""
        found = next(filter(None, (self._find(episode.show, kind, name) for name in self._names(episode))), "")
        self._used.add(found)
        return found

    def in_languages(self, episode: Episode) -> tuple[str, ...]:
        """Return the readable transcripts that are named like the episode with a language: ``1-hello.es.vtt``."""
        folder = self.folder(episode.show, "transcript")
        stems = (normalize_name(f"{folder}/{name}") for name in self._names(episode))
        found = tuple(name for stem in stems for name in self._by_language.get(stem, {}).values())
        self._used.update(found)
        return found

    def named(self, episode: Episode, kind: Companion, named: str) -> str:
        """Return the companion file that front matter calls ``named``, or an empty text; readable files come first."""
        folder = COMPANIONS[kind][0]
        name = named.strip("/").removeprefix("content/").removeprefix(f"{folder}/")
        names = [f"content/{folder}/{episode.show}/{name}", f"content/{folder}/{name}"]
        existing = [found for name in names if (found := self._by_name.get(normalize_name(name), name)) in self.sources]
        found = next((name for name in existing if self.sources[name].record), existing[0] if existing else "")
        self._used.add(found)
        return found

    def picture(self, episode: Episode) -> str:
        """Return the picture in content/images/<show> that is named like the episode, or an empty text."""
        return self._in_folder("images", episode, tuple(PICTURE_TYPES))

    def audio(self, episode: Episode, show: Show, claimed: Enclosure) -> Enclosure:
        """Return the ``claimed`` enclosure, with the name of an existing file instead of the claimed one if possible.

        The file's name may be another Unicode normal form of the claimed one. If front matter names no file, the audio
        may be named like the episode's slug, its Markdown file or its number.
        """
        if claimed.file == f"{episode.slug}.mp3":
            path = self._in_folder("audio", episode, (".mp3",))
        else:
            path = find_spelling(self._content / "audio", f"{show.slug}/{claimed.file}") or ""
        if not path:
            return claimed
        file = path.partition("/")[2]
        return replace(claimed, file=file, url=make_enclosure(file, show, episode).url if claimed.url else "")

    def ambiguous_files(self, sounds: Iterable[str]) -> Iterator[Problem]:
        """Yield a warning for each file whose name is a number that several episodes share, so that it belongs to none.

        ``sounds`` are the audio files of all episodes, as ``<show>/<file>``.
        """
        used = self._used | {f"content/audio/{name}" for name in sounds}
        for (show, number), count in self._numbers.items():
            if number is not None and count > 1:
                found = {self._find(show, kind, str(number)) for kind in COMPANIONS}
                if locate(self._content, show, f"{number}.mp3"):
                    found.add(f"content/audio/{show}/{number}.mp3")
                for name in sorted(found - used - {""}):
                    hint = "Name it as the episode's file is named."
                    yield Problem(name, 0, "the name of one episode", f"the number of {count}", hint, "warning")

    def _find(self, show: str, kind: Companion, name: str) -> str:
        return self._by_stem.get(normalize_name(f"{self.folder(show, kind)}/{name}"), "")

    def _in_folder(self, kind: str, episode: Episode, endings: Sequence[str]) -> str:
        """Return the path of a file in content/<kind>/<show> that is named like the episode, or an empty text."""
        by_name = self._folders.get((kind, episode.show))
        if by_name is None:
            by_name = self._folders[kind, episode.show] = paths_by_name(self._content / kind, episode.show, endings)
        forms = map(normalize_name, self._names(episode) if by_name else ())
        return next((by_name[form] for form in forms if form in by_name), "")

    def _names(self, episode: Episode) -> tuple[str, ...]:
        names = own_names(episode)
        alone = episode.number is not None and self._numbers[episode.show, episode.number] < 2
        return (*names, str(episode.number)) if alone else names
