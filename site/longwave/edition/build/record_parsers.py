"""Parsers of the content files that depend on no other file: each turns a text into a JSON record and problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from longwave.content.episodes.chapter_files import parse_chapters
from longwave.content.fields.content_file import MAX_BYTES
from longwave.content.folder import Kind, SourceFile
from longwave.content.kramdown.blocks import parse_document
from longwave.content.media.media_references import may_reference_media, media_in_references, media_in_source
from longwave.content.site.guest_tag_page_files import parse_guest, parse_tag
from longwave.content.site.site_toml import parse_site
from longwave.content.text.references import references
from longwave.content.transcripts.transcript_file import MAX_TRANSCRIPT_BYTES, parse_transcript
from longwave.edition.store.records import CHAPTERS, GUEST, SITE, TAG, TEXT, TRANSCRIPT, dump
from longwave.errors import Problem

_MAX_THEME_BYTES = 200_000
#: A function that returns the JSON record of a file's text, and the text's problems. Raises ContentError.
Parse = Callable[[SourceFile, str], tuple[str, tuple[Problem, ...]]]


def _site(_: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    site, problems = parse_site(text)
    return dump(SITE, site), problems


def _text(_: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    return dump(TEXT, text), ()


def _guest(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    guest, problems = parse_guest(file.name, text)
    return dump(GUEST, guest), problems


def _tag(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    tag, problems = parse_tag(file.name, text)
    return dump(TAG, tag), problems


def _transcript(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    transcript, problems = parse_transcript(file.name, text)
    return dump(TRANSCRIPT, transcript), problems


def _chapters(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    chapters, problems = parse_chapters(file.name, text)
    return dump(CHAPTERS, chapters), problems


#: The parser of each kind of file that depends on no other file, and the most bytes that such a file may have.
PARSERS: Mapping[Kind, tuple[Parse, int]] = {
    "site": (_site, MAX_BYTES),
    "include": (_text, MAX_BYTES),
    "theme": (_text, _MAX_THEME_BYTES),
    "guest": (_guest, MAX_BYTES),
    "tag": (_tag, MAX_BYTES),
    "transcript": (_transcript, MAX_TRANSCRIPT_BYTES),
    "chapters": (_chapters, MAX_BYTES),
}


def mentions_of(kind: Kind, record: str) -> tuple[str, ...]:
    """Return the addresses in a record's text that may be those of files in content/audio and content/images.

    The result is empty for episodes and pages, as their text hasn't been through Liquid yet.
    """
    if kind in ("theme", "include"):
        return media_in_source(TEXT.validate_json(record), "css" if kind == "theme" else "liquid")
    text = GUEST.validate_json(record).text if kind == "guest" else ""
    text = TAG.validate_json(record).text if kind == "tag" else text
    return media_in_references(references(parse_document(text))) if may_reference_media(text) else ()
