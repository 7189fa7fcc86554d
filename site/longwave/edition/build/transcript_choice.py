"""The choice among an episode's transcripts: one for each language, that of the show's language first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from longwave.content.transcripts.languages import best_match, split_language
from longwave.edition.store.edition_data import Source
from longwave.edition.store.records import has_cues
from longwave.model import TranscriptFile


@dataclass(frozen=True, slots=True)
class TranscriptChoice:
    """A choice among an episode's transcripts: the name of the ``main`` one, and the published ``files``.

    ``spare`` are transcripts that are left out, as one of ``files`` has the same language.
    """

    main: str
    files: tuple[TranscriptFile, ...]
    spare: tuple[TranscriptFile, ...]


def choose_transcripts(
    candidates: Iterable[TranscriptFile], language: str, sources: Mapping[str, Source]
) -> TranscriptChoice:
    """Return the choice among an episode's transcripts: of each language, the first candidate that has words.

    ``language`` is the show's; the transcript in that language, or in one close to it, comes first.

    A file without a stated language is in the language at the end of its name, or else in the show's.
    """
    by_file: dict[str, TranscriptFile] = {}
    for each in candidates:
        known = by_file.get(each.file, TranscriptFile(each.file))
        by_file[each.file] = TranscriptFile(each.file, known.language or each.language, known.rel or each.rel)
    chosen: dict[str, TranscriptFile] = {}
    spare = []
    for each in by_file.values():
        tagged = each if each.language else replace(each, language=_language_of(each.file) or language)
        if has_cues(sources[each.file].record):
            if tagged.language in chosen:
                spare.append(tagged)
            chosen.setdefault(tagged.language, tagged)
    files = list(chosen.values())
    if files:
        files.insert(0, files.pop(best_match([each.language for each in files], language)))
    return TranscriptChoice(files[0].file if files else next(iter(by_file), ""), tuple(files), tuple(spare))


def _language_of(file: str) -> str:
    return split_language(PurePosixPath(file).stem)[1]
