"""The path of an audio file on disk and for a proxy, and the name under which a listener saves it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

from longwave.config import Sendfile
from longwave.content.media.paths import normal_forms, resolve_inside
from longwave.model import Episode, Show

#: Characters that some file systems refuse in a name, or treat as a separator of folders.
_REFUSED = re.compile(r'[<>:"/\\|?*]+')
#: The most bytes of a name (file systems allow 255, and a browser may add a number), and characters of its extension.
_MAX_NAME_BYTES, _MAX_EXTENSION = 200, 20


def locate(content: Path, show: str, file: str) -> Path | None:
    """Return the path of ``file`` below ``content/audio/<show>/``; None if no such file exists inside that folder.

    The name of the show's folder may be spelt in another Unicode normal form; the file's own name must match exactly.
    """
    base = f"{content}/audio"
    path = resolve_inside(base, f"{show}/{file}")
    if path is None and not show.isascii():
        folders = (folder for folder in normal_forms(show) if folder != show)
        path = next((other for folder in folders if (other := resolve_inside(base, f"{folder}/{file}"))), None)
    return path


def sendfile_value(proxy: Sendfile, content: Path, path: Path) -> str:
    """Return the value of the proxy's sendfile header for a file that ``locate`` returned: a path or an internal URL.

    Links are resolved already, so the proxy opens exactly the file that was checked. A path is sent unencoded, in the
    bytes of the disk (which WSGI wants as Latin-1), as Apache decodes nothing; an internal URL is percent-encoded.
    """
    if proxy.prefix is None:
        return re.sub(r"[\0-\x1f]", "?", bytes(path).decode("latin-1"))
    below = path.relative_to((content / "audio").resolve())
    return f"{proxy.prefix}/{quote_from_bytes(bytes(below))}"


def download_name(file: str, show: Show | None, episode: Episode | None) -> str:
    """Return `Show - Title.mp3` for an episode's file, else the file's own name without folders. Never empty."""
    stem, extension = _split(file.rpartition("/")[2])
    title = _printable(f"{show.title} - {episode.title}") if show and episode else ""
    name, extension = title or _printable(stem) or "audio", _printable(extension)[:_MAX_EXTENSION]
    room = _MAX_NAME_BYTES - len(extension.encode()) - 1
    short = name.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return f"{short.rstrip(' .')}.{extension}" if extension else short


def attachment(name: str) -> str:
    """Return the Content-Disposition (RFC 6266) of a download called ``name``, with a fallback in ASCII."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    # Old browsers decode percent signs in this fallback, and some end the name at an escaped quote (RFC 6266 appendix
    # D).
    stem, extension = _split(re.sub(r'[%"\\]', " ", folded))
    parts = (" ".join(stem.split()).strip(" -.") or "audio", extension.strip())
    plain = ".".join(part for part in parts if part)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def _split(name: str) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    return (stem, extension) if dot else (name, "")


def _printable(text: str) -> str:
    """Return ``text`` as a part of a file's name: without control characters and marks of direction, single-spaced."""
    characters = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in _REFUSED.sub(" ", text))
    return " ".join("".join(characters).split()).strip(" .")
