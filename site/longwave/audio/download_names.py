"""The name under which a listener finds a download again (RFC 6266)."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from longwave.model import Episode, Show

#: What some file system refuses in a name, or takes for a folder.
_REFUSED = re.compile(r'[<>:"/\\|?*]+')
#: Bytes; file systems stop at 255, and a browser may add a number.
_LONGEST, _ENDING = 200, 20


def download_name(file: str, show: Show | None, episode: Episode | None) -> str:
    """`Show - Title.mp3` for the file of an episode; else its own name, without folders. Never empty."""
    stem, ending = _split(file.rpartition("/")[2])
    told = _plain(f"{show.title} - {episode.title}") if show and episode else ""
    name, ending = told or _plain(stem) or "audio", _plain(ending)[:_ENDING]
    short = name.encode("utf-8", "replace")[: _LONGEST - len(ending.encode()) - 1].decode("utf-8", "ignore")
    return f"{short.rstrip(' .')}.{ending}" if ending else short


def attachment(name: str) -> str:
    """The Content-Disposition of a download called ``name``, also for clients that know ASCII only."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    # Old browsers decode a percent sign here, and some take a quoted quote for the end (RFC 6266 appendix D).
    stem, ending = _split(re.sub(r'[%"\\]', " ", folded))
    plain = ".".join(part for part in (" ".join(stem.split()).strip(" -.") or "audio", ending.strip()) if part)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    return (stem, ending) if dot else (name, "")


def _plain(text: str) -> str:
    """``text`` as a part of a file's name: no control characters, no marks of direction, one space at a time."""
    shown = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in _REFUSED.sub(" ", text))
    return " ".join("".join(shown).split()).strip(" .")
