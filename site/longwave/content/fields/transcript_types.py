"""The type of the key ``transcripts``, with validators for the different ways of writing its value."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from longwave.content.fields.value_checks import part_checked, require, text_as
from longwave.content.transcripts.languages import normal_tag
from longwave.model import TranscriptFile

_RELS = ("captions", "transcript", "")


def _by_language(value: Any) -> Any:
    """Return a map of languages to files as a list of maps; a single file or map as a list of one."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict):
        return value
    return [value] if "file" in value else [{"language": key, **_as_map(each)} for key, each in value.items()]


def _as_map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"file": value}


def _rel(text: str) -> str:
    """Return ``captions`` or an empty text, which means a transcript to be read. Raises ValueError for others."""
    rel = text.strip().lower()
    if rel not in _RELS:
        raise ValueError("captions, or nothing")
    return "" if rel == "transcript" else rel


def _checked(transcript: TranscriptFile) -> TranscriptFile:
    require(transcript.file, "the name of a file")
    language = part_checked("language", transcript.language, normal_tag)
    return replace(transcript, language=language, rel=part_checked("rel", transcript.rel, _rel))


Transcripts = Annotated[
    tuple[Annotated[TranscriptFile, AfterValidator(_checked), text_as("file")], ...], BeforeValidator(_by_language)
]
