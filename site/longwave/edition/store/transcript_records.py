"""The transcripts of a published episode, read from their records."""

from __future__ import annotations

from collections.abc import Callable

from longwave.content.transcripts.languages import is_same_language
from longwave.edition.store.records import TRANSCRIPT, digest
from longwave.model import Episode, Transcript, TranscriptFile


def read_transcript(record: str, file: TranscriptFile | None, show_language: str) -> Transcript:
    """Return the transcript in a JSON record; its language is that of ``file`` unless the show has the same."""
    if not record:
        return Transcript()
    transcript = TRANSCRIPT.validate_json(record)
    if file is None or is_same_language(file.language, show_language):
        return transcript
    return Transcript(transcript.cues, transcript.hidden, file.language)


def read_transcripts(
    episode: Episode, main: str, show_language: str, record_of: Callable[[str], str]
) -> tuple[Transcript, ...]:
    """Return the transcripts of an episode, first that in the file ``main``, an empty one if the name is empty.

    ``record_of`` returns the JSON record of a file.
    """
    files = {each.file: each for each in episode.transcripts}
    first = read_transcript(record_of(main) if main else "", files.pop(main, None), show_language)
    return first, *(read_transcript(record_of(name), each, show_language) for name, each in files.items())


def transcripts_digest(episode: Episode, main: str, digest_of: Callable[[str], str]) -> str:
    """Return a digest of an episode's transcripts; ``digest_of`` returns that of a file, ``main`` is one of them.

    The digest of a single transcript is that of the file.
    """
    others = [each for each in episode.transcripts if each.file != main]
    own = digest_of(main) if main else ""
    return digest(own, *(f"{each.language} {digest_of(each.file)}" for each in others)) if others else own
