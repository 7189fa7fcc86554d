"""The assembly of single episodes: the audio with the file's size and length, the picture, transcript and chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from longwave.audio.audio_files import locate
from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds
from longwave.content.folder import Companion, file_signature, find_line
from longwave.content.media.audio_facts import AudioFacts, read_audio_facts
from longwave.content.media.embedded_pictures import embedded_name
from longwave.content.media.media_files import picture_names
from longwave.content.media.media_types import is_document, settled_type
from longwave.content.media.paths import normalize_name
from longwave.content.media.picture_facts import PictureFacts, read_picture_facts
from longwave.content.media.pictures import is_picture
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.companion_files import Companions
from longwave.edition.build.transcript_choice import choose_transcripts
from longwave.edition.store.edition_data import Assembly, AudioRecord, Source
from longwave.edition.store.records import CHAPTERS, FACTS, dump
from longwave.errors import ContentError, Problem
from longwave.model import Alternate, Appearance, Chapter, Enclosure, Episode, Listing, Picture, TranscriptFile
from longwave.model.listing import COVER


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
        transcript, transcripts = self._transcripts(complete)
        chapters = self._chapters(complete)
        if (chapters, transcripts) != (complete.chapters, complete.transcripts):
            inputs = source.record, complete, chapters, transcripts
            complete = self.cache.with_chapters.get(
                source.name, inputs, lambda: replace(complete, chapters=chapters, transcripts=transcripts)
            )
        return complete, transcript

    def complete(self, episode: Episode, source: Source) -> Episode:
        """Return an episode with its pictures' names as spelt on the disk, and its audio with the file's facts."""
        guests = tuple(self._with_avatar(source.name, guest) for guest in episode.guests)
        hosts = episode.hosts and tuple(self._with_avatar(source.name, host) for host in episode.hosts)
        image = self.picture(source.name, episode.image or self.companions.picture(episode))
        enclosure = self._enclosure(episode, source)
        alternates = tuple(self._alternates(episode, source))
        found: dict[str, Any] = {
            "guests": guests,
            "hosts": hosts,
            "image": image,
            "enclosure": enclosure,
            "alternates": alternates,
            "pictures": self.pictures(source.name, image, episode),
        }
        if all(getattr(episode, name) == value for name, value in found.items()):
            return episode
        return self.cache.completed.get(
            source.name,
            (source.record, *found.values()),
            lambda: replace(episode, **found),
        )

    def picture(self, file: str, name: str) -> str:
        """Return the name of a picture as it is spelt on the disk, or an empty text if there is no such picture.

        ``file`` is the file that names the picture.
        """
        if not name or name.startswith(("https://", "http://")):
            return name
        found = self.assembly.media.find_picture(name)
        last, shown = name.rpartition("/")[2], (found or "").rpartition("/")[2]
        if found and is_picture(last) and normalize_name(last) != normalize_name(shown):
            line, hint = self._line(file, re.escape(name)), f"Did you mean {shown!r}? The page shows it."
            expected = f"the picture {name!r} in content/images"
            self.assembly.problems.append(Problem(file, line, expected, "no such file", hint, "warning"))
        elif found is None:
            line = self._line(file, re.escape(name))
            absent, hint = self.assembly.media.absence(picture_names(name), "The page goes without it.")
            expected = f"the picture {name!r} in content/images"
            self.assembly.problems.append(Problem(file, line, expected, absent, hint))
        return found or ""

    def pictures(self, file: str, image: str, listing: Listing) -> tuple[Picture, ...]:
        """Return the existing pictures of a show or an episode with their sizes: ``image``, then ``listing.images``.

        ``file`` is the file that names the pictures.
        """
        cover = (Picture(image, listing.image_alt, COVER),) if image else ()
        others = (replace(each, file=self.picture(file, each.file)) for each in listing.images)
        return tuple(self._measured(each) for each in (*cover, *others) if each.file)

    def _measured(self, picture: Picture) -> Picture:
        """Return a picture with the size and the type that its file has, if that is a readable file of this site."""
        path = self.content / "images" / picture.file
        try:
            if "://" in picture.file:
                return picture
            mark = file_signature(path.stat())
        except OSError:
            return picture
        if mark:
            read = self.cache.picture_facts.get(picture.file, (mark,), lambda: read_picture_facts(path))
        else:
            # A file that was written just now could change again unnoticed, so its facts aren't kept.
            read = read_picture_facts(path)
        facts = read if read != PictureFacts() else picture
        ratio = "" if facts.width else picture.aspect_ratio
        return replace(picture, width=facts.width, height=facts.height, type=facts.type, aspect_ratio=ratio)

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
            others = (self._enclosure(replace(episode, enclosure=other), source) for other in alternate.sources)
            yield replace(
                alternate,
                enclosure=found,
                bitrate=alternate.bitrate or measured,
                sources=tuple(other for other in others if other is not None),
            )

    def _chapters(self, episode: Episode) -> tuple[Chapter, ...]:
        """Return the chapters from an episode's front matter, else from its chapters file, else from its audio file."""
        name = "" if episode.chapters else self._companion(episode, "chapters")
        chapters = CHAPTERS.validate_json(self.companions.sources[name].record) if name else episode.chapters
        if chapters or episode.enclosure is None or not episode.enclosure.here:
            file = name or episode.source
            return tuple(replace(chapter, image=self.picture(file, chapter.image)) for chapter in chapters)
        sound = f"{episode.show}/{episode.enclosure.file}"
        found = FACTS.validate_json(self.assembly.sounds[sound].facts).chapters
        return tuple(replace(chapter, image=embedded_name(sound, chapter.image)) for chapter in found)

    def _transcripts(self, episode: Episode) -> tuple[str, tuple[TranscriptFile, ...]]:
        """Return the name of an episode's main transcript, and all of its transcripts that have words."""
        stated = tuple(
            replace(each, file=file)
            for each in episode.transcripts
            if (file := self._named(episode, "transcript", each.file))
        )
        language = next(show.language for show in self.assembly.site.shows if show.slug == episode.show)
        beside = self._companion(episode, "transcript")
        # A file in the key ``transcript`` comes before those in ``transcripts``; one found by its name comes last.
        files = (TranscriptFile(beside),) if beside else ()
        files = (*files, *stated) if episode.transcript else (*stated, *files)
        found = (TranscriptFile(name) for name in self.companions.in_languages(episode))
        choice = choose_transcripts((*files, *found), language, self.companions.sources)
        for spare in choice.spare:
            if spare.file in {each.file for each in stated}:
                line = self._line(episode.source, r"(?m)^transcripts\s*:")
                found_twice = f"another in {spare.language}, {PurePosixPath(spare.file).name}"
                problem = Problem(episode.source, line, "one transcript in each language", found_twice)
                self.assembly.problems.append(replace(problem, hint="It is left out.", level="warning"))
        return choice.main, choice.files

    def _companion(self, episode: Episode, kind: Companion) -> str:
        """Return the readable companion file that front matter names, or the one named like the episode."""
        named = episode.transcript if kind == "transcript" else episode.chapters_file
        return self._named(episode, kind, named) if named else self.companions.beside(episode, kind)

    def _named(self, episode: Episode, kind: Companion, named: str) -> str:
        """Return the readable companion file that front matter calls ``named``; report a file that doesn't exist."""
        name = self.companions.named(episode, kind, named)
        if not name:
            line, folder = self._line(episode.source, rf"{kind}s?\s*:"), self.companions.folder(episode.show, kind)
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
        assembly.problems.extend(problem for problem in record.problems if problem not in assembly.problems)
        if not record.facts:
            return None
        facts = FACTS.validate_json(record.facts)
        self._compare(claimed, facts, source.name)
        seconds = facts.seconds or claimed.seconds
        kind = settled_type(facts.type, claimed.type)
        return replace(claimed, file=file, here=True, bytes=facts.bytes, seconds=seconds, type=kind)

    def _compare(self, claimed: Enclosure, facts: AudioFacts, file: str) -> None:
        """Add a warning for a size, a length or a type in front matter that differs from the audio file's."""
        if is_document(facts.type) and not is_document(claimed.type):
            expected, hint = f"{claimed.type} in {claimed.file}", "It has no player; its page and its feed link to it."
            self.assembly.problems.append(
                Problem(file, self._line(file, "type"), expected, facts.type, hint, "warning")
            )
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
        facts = read_audio_facts(path, f"content/audio/{name}")
        return AudioRecord(name, mark, dump(FACTS, replace(facts, problems=())), facts.problems)
    except ContentError as error:
        return AudioRecord(name, mark, "", (error.problem,))
