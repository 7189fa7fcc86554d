"""A transcript's file: its bytes become text, and its text becomes cues, in the format that the text shows."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping

from longwave.content.fields.content_file import decode
from longwave.content.transcripts.captions import is_captions, read_captions
from longwave.content.transcripts.html_page import read_html
from longwave.content.transcripts.joining import readable
from longwave.content.transcripts.json_forms import read_json
from longwave.content.transcripts.reading import Reading
from longwave.content.transcripts.timed_text import read_timed_text
from longwave.content.transcripts.yaml_entries import read_yaml
from longwave.errors import ContentError, Level, Problem
from longwave.model import Transcript

#: The largest size of a transcript: ten hours of speech are about a megabyte, and YAML or JSON doubles that.
MAX_TRANSCRIPT_BYTES = 8_000_000
#: The number of entries that are reported one by one when they are left out.
_MAX_NAMED = 10
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WINDOWS = "longwave-windows-1252"
_JSON = re.compile(r"\{|\[\s*(?:[\[{\]]|\d+\s*[,\]])")
_HTML = re.compile(r"<(?:!doctype|html|head|body|cite|time|p|div|article|section)\b", re.IGNORECASE)
_YAML = re.compile(r"(?:#.*\n|\s|---\n)*(?:transcripts?:|-[ \t]+\{?[ \t]*(?:speaker|timestamp|start|transcript)\b)")


def decode_transcript(file: str, raw: bytes) -> str:
    """Return the text of a transcript's file: UTF-8, UTF-16 with or without a byte-order mark, or Windows-1252.

    Raises ContentError for a file that is too large or holds NUL.
    """
    if len(raw) <= MAX_TRANSCRIPT_BYTES:
        mark = next((mark for mark in _BYTE_ORDER_MARKS if raw.startswith(mark)), b"")
        encoding = _BYTE_ORDER_MARKS.get(mark) or _unmarked(raw[:200])
        errors = _WINDOWS if encoding == "utf-8-sig" else "replace"
        # Another encoding may need twice as many bytes as UTF-8, and half as many.
        return decode(file, raw.decode(encoding, errors).encode("utf-8", "replace"), 2 * MAX_TRANSCRIPT_BYTES)
    return decode(file, raw, MAX_TRANSCRIPT_BYTES)


def _unmarked(beginning: bytes) -> str:
    """Return the encoding of a text without a byte-order mark: UTF-16 if half of its first bytes are NUL."""
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if 4 * max(even, odd) < len(beginning) or not beginning:
        return "utf-8-sig"
    return "utf-16-le" if odd > even else "utf-16-be"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Return the text of bytes that aren't UTF-8, read as Windows-1252, and the position at which decoding goes on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_WINDOWS, _as_windows)


def parse_transcript(file: str, text: str) -> tuple[Transcript, tuple[Problem, ...]]:
    """Return the transcript in a text, and a warning for each entry that can't be used and is left out.

    The text itself decides in which format it is read, not the name of ``file``. Raises ContentError for a text without
    a single entry that can be used.
    """
    text = text.lstrip("\ufeff")
    reading = _reader(file, text.lstrip())(file, text)
    cues = tuple(readable(reading.cues))
    if not cues and not reading.hidden:
        raise ContentError(_emptiness(file, reading))
    return Transcript(cues, reading.hidden), tuple(_warnings(file, reading))


def transcript_suffix(file: str, text: str) -> str:
    """Return the suffix, such as ``.vtt``, that fits the format of a transcript's text."""
    text = text.lstrip("\ufeff \n")
    reader = _reader(file, text)
    if reader is read_captions:
        return ".vtt" if text.startswith("WEBVTT") else ".srt"
    suffixes: Mapping[object, str] = {read_json: ".json", read_yaml: ".yml", read_html: ".html"}
    return suffixes.get(reader, ".txt")


def _reader(file: str, text: str) -> Callable[[str, str], Reading]:
    """Return the reader of the format in which a text is; the name of ``file`` decides where the text doesn't."""
    if _JSON.match(text) and not text.startswith("{\\"):
        return read_json
    if is_captions(text):
        return read_captions
    if _HTML.search(text[:2000]):
        return read_html
    suffix = file[file.rfind(".") :].lower()
    if suffix in (".yml", ".yaml") or _YAML.match(text):
        return read_yaml
    return read_json if suffix == ".json" else read_timed_text


def _emptiness(file: str, reading: Reading) -> Problem:
    """Return the problem of a text without usable entries: the first entry that can't be used, if there is any."""
    if reading.left_out:
        first = reading.left_out[0]
        return Problem(file, first.line, reading.expected, first.found, reading.hint)
    # A text file or an HTML page without times may be something other than a transcript, so a warning suffices.
    level: Level = "warning" if file.lower().endswith((".txt", ".html", ".htm")) else "error"
    return Problem(file, 1, "cues with a time and a text", "none", level=level)


def _warnings(file: str, reading: Reading) -> Iterator[Problem]:
    for place, entry in enumerate(reading.left_out[:_MAX_NAMED], 1):
        rest = len(reading.left_out) - place if place == _MAX_NAMED else 0
        more = f", as are {rest:,} after it" if rest else ""
        hint = f"It is left out{more}. {reading.hint}".strip()
        yield Problem(file, entry.line, reading.expected, entry.found, hint, "warning")
