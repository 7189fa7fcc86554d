"""The assembly of single episodes: the audio with the file's size and length, the picture, transcript and chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from longwave.audio.audio_files import locate
from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds
from longwave.content.folder import Companion, file_signature, find_line
from longwave.content.media.audio_facts import AudioFacts, read_audio_facts
from longwave.content.media.media_files import picture_names
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.companion_files import Companions
from longwave.edition.store.edition_data import Assembly, AudioRecord, Source
from longwave.edition.store.records import CHAPTERS, FACTS, dump
from longwave.errors import ContentError, Problem
from longwave.model import Alternate, Appearance, Enclosure, Episode, Moment


@dataclass(frozen=True, slots=True)
class EpisodeAssembler:
    """An assembler of episodes, which adds the facts of audio files and all problems to ``assembly``.

    ``content`` is the folder of content, and ``previous`` has the audio records of the previous edition.
    """

    assembly: Assembly
    content: Path
    companions: Companions
    previous: Mapping[str, AudioRecord]
    cache: BuildCache

    def publish(self, episode: Episode, source: Source) -> tuple[Episode, str]:
        """Return an episode as published, with its files' names, sizes and chapters, and its transcript's file name."""
        complete = self.complete(episode, source)
        transcript = self._companion(complete, "transcript")
        chapters = self._chapters(complete)
        if chapters != complete.chapters:
            inputs = source.record, complete, chapters
            complete = self.cache.with_chapters.get(source.name, inputs, lambda: replace(complete, chapters=chapters))
        return complete, transcript

    def complete(self, episode: Episode, source: Source) -> Episode:
        """Return an episode with its pictures' names as spelt on the disk, and its audio with the file's facts."""
        guests = tuple(self._with_avatar(source.name, guest) for guest in episode.guests)
        image = self.picture(source.name, episode.image or self.companions.picture(episode))
        enclosure = self._enclosure(episode, source)
        alternates = tuple(self._alternates(episode, source))
        found = guests, image, enclosure, alternates
        if found == (episode.guests, episode.image, episode.enclosure, episode.alternates):
            return episode
        return self.cache.completed.get(
            source.name,
            (source.record, *found),
            lambda: replace(episode, guests=guests, image=image, enclosure=enclosure, alternates=alternates),
        )

    def picture(self, file: str, name: str) -> str:
        """Return the name of a picture as it is spelt on the disk, or an empty text if there is no such picture.

        ``file`` is the file that names the picture.
        """
        if not name or name.startswith(("https://", "http://")):
            return name
        found = self.assembly.media.find_picture(name)
        if found is None:
            line = self._line(file, re.escape(name))
            absent, hint = self.assembly.media.absence(picture_names(name), "The page goes without it.")
            expected = f"the picture {name!r} in content/images"
            self.assembly.problems.append(Problem(file, line, expected, absent, hint))
        return found or ""

    def _with_avatar(self, file: str, guest: Appearance) -> Appearance:
        avatar = self.picture(file, guest.avatar)
        return guest if avatar == guest.avatar else replace(guest, avatar=avatar)

    def _alternates(self, episode: Episode, source: Source) -> Iterator[Alternate]:
        """Yield the alternate forms of the audio that exist; the bitrate of files is computed from size and length."""
        for alternate in episode.alternates:
            stand_in = replace(episode, enclosure=alternate.enclosure)
            found = self._enclosure(stand_in, source)
            if found is None:
                continue
            measured = round(found.bytes * 8 / found.seconds) if found.here and found.seconds else 0
            # A video looks like audio by its suffix, so the owner's type takes precedence.
            kind = alternate.enclosure.type if alternate.enclosure.type.startswith("video/") else found.type
            yield replace(alternate, enclosure=replace(found, type=kind), bitrate=alternate.bitrate or measured)

    def _chapters(self, episode: Episode) -> tuple[Moment, ...]:
        """Return the chapters from an episode's front matter, else from its chapters file, else from its audio file."""
        if episode.chapters:
            return episode.chapters
        name = self._companion(episode, "chapters")
        chapters = CHAPTERS.validate_json(self.companions.sources[name].record) if name else ()
        if chapters or episode.enclosure is None or not episode.enclosure.here:
            return chapters
        return FACTS.validate_json(self.assembly.sounds[f"{episode.show}/{episode.enclosure.file}"].facts).chapters

    def _companion(self, episode: Episode, kind: Companion) -> str:
        """Return the readable companion file that front matter names, or the one named like the episode."""
        named = episode.transcript if kind == "transcript" else episode.chapters_file
        if not named:
            return self.companions.beside(episode, kind)
        name = self.companions.named(episode, kind, named)
        if not name:
            line, folder = self._line(episode.source, rf"{kind}\s*:"), self.companions.folder(episode.show, kind)
            expected, hint = f"the {kind} {named!r}", f"Put it into {folder}/."
            self.assembly.problems.append(Problem(episode.source, line, expected, "no such file", hint))
        return name if name and self.companions.sources[name].record else ""

    def _line(self, file: str, pattern: str) -> int:
        return (file.startswith("content/") and find_line(self.content.parent / file, pattern)) or 1

    def _enclosure(self, episode: Episode, source: Source) -> Enclosure | None:
        """Return the enclosure of an episode with the facts of its file, or None if no audio can be offered."""
        claimed, assembly = episode.enclosure, self.assembly
        if claimed is None or not claimed.file:
            return claimed
        found = assembly.media.find(f"audio/{episode.show}/{claimed.file}")
        if found is None:
            show = next(show for show in assembly.site.shows if show.slug == episode.show)
            claimed = self.companions.audio(episode, show, claimed)
            found = assembly.media.find(f"audio/{episode.show}/{claimed.file}")
        if found is None:
            return self._absent(episode.show, claimed, source)
        file = found.split("/", 2)[2]
        name = f"{episode.show}/{file}"
        assembly.audio.add(f"audio/{name}")
        record = assembly.sounds.get(name)
        if record is None:
            path = locate(self.content, episode.show, file) or Path(self.content, "audio", name)
            record = assembly.sounds[name] = _read_audio(name, path, self.previous.get(name))
        if not record.facts:
            assembly.problems.extend(problem for problem in record.problems if problem not in assembly.problems)
            return None
        facts = FACTS.validate_json(record.facts)
        self._compare(claimed, facts, source.name)
        seconds = facts.seconds or claimed.seconds
        return replace(claimed, file=file, here=True, bytes=facts.bytes, seconds=seconds, type=facts.type)

    def _compare(self, claimed: Enclosure, facts: AudioFacts, file: str) -> None:
        """Add a warning for a size or a length in front matter that differs from the audio file's."""
        for key, given, actual, tolerance in (
            ("mp3_bytes", claimed.bytes, facts.bytes, 0),
            ("mp3_duration", claimed.seconds, facts.seconds, DURATION_TOLERANCE_SECONDS),
        ):
            if given and actual and abs(given - actual) > tolerance:
                line = self._line(file, rf"(?m)^{key}\s*:")
                expected = f"{actual if key == 'mp3_bytes' else format_seconds(actual)} as {key}, as the file has it"
                hint = "What the file says of itself is published."
                self.assembly.problems.append(Problem(file, line, expected, str(given), hint, "warning"))

    def _absent(self, show: str, claimed: Enclosure, source: Source) -> Enclosure | None:
        """Return the enclosure of audio whose file is missing, or None if it can't be offered; report the problem."""

        def line() -> int:
            named = self._line(source.name, re.escape(claimed.file))
            return named if named > 1 else self._line(source.name, r"(?m)^(audio|mp3_\w+)\s*:")

        problems = self.assembly.problems
        if claimed.path:
            # The files of an old site are copied all together, so one problem counts them: see ``assembly.py``.
            self.assembly.awaited.setdefault(show, []).append(claimed.file)
            return claimed
        if claimed.url and not claimed.bytes:
            hint = f'Add mp3_bytes: and its size. Without sound in {show}, write audio_url = "" in [shows.{show}].'
            level: Literal["error", "warning"] = "error" if claimed.expected else "warning"
            problems.append(Problem(source.name, line(), f"the size of {claimed.url}", "no mp3_bytes", hint, level))
        elif claimed.expected and not claimed.url:
            hint = f"Put it into content/audio/{show}/; until then it can't be played."
            found, hint = self.assembly.media.absence((f"audio/{show}/{claimed.file}",), hint)
            problems.append(Problem(source.name, line(), f"the audio {claimed.file!r}", found, hint))
        return claimed if claimed.bytes or (claimed.url and claimed.expected) else None


def _read_audio(name: str, path: Path, previous: AudioRecord | None) -> AudioRecord:
    try:
        mark = file_signature(path.stat())
    except OSError:
        # The audio file has just been deleted; it isn't reported here, as the attempt to read it below fails as well.
        mark = ""
    if previous and mark and previous.signature == mark:
        return previous
    try:
        return AudioRecord(name, mark, dump(FACTS, read_audio_facts(path, f"content/audio/{name}")))
    except ContentError as error:
        return AudioRecord(name, mark, "", (error.problem,))
