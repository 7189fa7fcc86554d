"""What lies in the content folder: which file is what, and what can't be taken."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from longwave.content.site.site_toml import RESERVED_NAMES
from longwave.disk import facts, is_settled
from longwave.errors import ContentError, LongwaveError, Problem

Companion = Literal["transcript", "chapters"]
Kind = Literal["site", "episode", "guest", "tag", "page", "include", "theme", Companion]
EPISODE_SUFFIXES = (".md", ".markdown")
#: Below a show, the folder of what is published nowhere, whatever the files in it say: Jekyll's.
DRAFTS_FOLDER = "_drafts"
_FOLDERS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "guests": ("guest", EPISODE_SUFFIXES),
    "tags": ("tag", EPISODE_SUFFIXES),
    "pages": ("page", EPISODE_SUFFIXES),
    "includes": ("include", (".html", ".md", ".txt", ".svg")),
}
#: What an episode may have in a file of its own: the folder, with a folder for each show in it, and the names' ends.
COMPANIONS: dict[Companion, tuple[str, tuple[str, ...]]] = {
    "transcript": ("transcripts", (".vtt", ".srt", ".json", ".yml", ".yaml")),
    "chapters": ("chapters", (".json",)),
}
_COMPANIONS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    folder: (kind, suffixes) for kind, (folder, suffixes) in COMPANIONS.items()
}
_LINKS = "Copy it here; only content/audio and content/images may be links to elsewhere."
#: So many folders below each other are looked through for what lies too deep.
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of content. ``name`` is its path relative to the site's folder, with ``/``; ``modified`` epoch seconds.

    ``path`` is where it lies. ``signature`` changes whenever the file's content may have changed; empty: it must be
    read to know.
    """

    kind: Kind
    name: str
    path: str
    signature: str
    modified: float
    show: str = ""


def scan_folder(content: Path) -> tuple[tuple[SourceFile, ...], tuple[Problem, ...]]:
    """Every file of text below ``content``, in the order of names, and what is there but can't be taken.

    Raises LongwaveError where there is no such folder, or one in it can't be read: all in it would count as deleted.
    """
    found = _Scan(content)
    for entry in _entries(content):
        found.top(entry)
    # Asked last: it may have gone while it was read.
    if not content.is_dir():
        raise LongwaveError(f"{content}: expected a folder, found none.", "What was published before stays as it is.")
    return tuple(found.files), tuple(found.problems)


def file_signature(info: os.stat_result) -> str:
    """What tells a file from its earlier self without reading it; empty for one that was written just now."""
    return facts(info) if is_settled(info) else ""


def read_file(file: SourceFile, limit: int) -> bytes:
    """The file's bytes, one more than ``limit`` at most. Raises ContentError when it can't be read."""
    try:
        with Path(file.path).open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        hint = "Is it readable for the user that runs Longwave?"
        raise ContentError(Problem(file.name, 0, "a readable file", error.strerror or "an error", hint)) from None


def find_line(path: Path, pattern: str) -> int:
    """The line of a file on which ``pattern`` first matches; 0 where it doesn't, or the file can't be read."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return 0
    match = re.search(pattern, text)
    return text.count("\n", 0, match.start()) + 1 if match else 0


def list_folder(folder: Path) -> list[os.DirEntry[str]]:
    """Return all that lies in a folder, in no order; nothing where there is none. Raises LongwaveError."""
    try:
        with os.scandir(folder) as listing:
            return list(listing)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise LongwaveError(
            f"{folder}: expected a folder that can be read, found: {error.strerror}.",
            "What was published before stays as it is.",
        ) from None


def _entries(folder: Path, also: str = "") -> Iterator[os.DirEntry[str]]:
    for entry in sorted(list_folder(folder), key=lambda entry: entry.name):
        if entry.name == also or _is_meant(entry.name):
            yield entry


def _is_meant(name: str) -> bool:
    """Whether a name isn't that of what lies hidden, or of what an editor left."""
    return not (name.startswith((".", "_", "#")) or name[-1] == "~")


class _Scan:
    """What one walk through the folder finds."""

    def __init__(self, content: Path) -> None:
        self.content, self.root = content, content.resolve()
        self.files: list[SourceFile] = []
        self.problems: list[Problem] = []

    def top(self, entry: os.DirEntry[str]) -> None:
        """An entry of the content folder itself."""
        if entry.name == "site.toml":
            self._file("site", entry, "")
        elif entry.name == "theme.css":
            self._file("theme", entry, "")
        elif entry.name in ("audio", "images") or not is_folder(entry):
            return
        elif entry.name in _COMPANIONS:
            for show in _entries(Path(entry.path)):
                if is_folder(show):
                    self._files(*_COMPANIONS[entry.name], show, show.name)
        elif entry.name in _FOLDERS:
            self._files(*_FOLDERS[entry.name], entry, "")
        else:
            self._show(entry)

    def _show(self, folder: os.DirEntry[str]) -> None:
        drafts = Path(folder.path, DRAFTS_FOLDER)
        if not any(
            entry.name.lower().endswith(EPISODE_SUFFIXES) for each in (folder, drafts) for entry in _entries(Path(each))
        ):
            self._below(folder)
            return
        if folder.name in RESERVED_NAMES:
            hint = f"/{folder.name} is an address of Longwave's own."
            self._report(folder, "a show with another name", repr(folder.name), hint)
        elif not _is_name(folder.name):
            hint = "Rename the folder; its name becomes the show's address."
            self._report(folder, "a show's folder named with letters, digits and -", repr(folder.name), hint)
        else:
            self._files("episode", EPISODE_SUFFIXES, folder, folder.name)
            for entry in _entries(Path(folder.path), also=DRAFTS_FOLDER):
                if is_folder(entry):
                    if entry.name == DRAFTS_FOLDER:
                        self._files("episode", EPISODE_SUFFIXES, entry, folder.name)
                    else:
                        self._below(entry)

    def _below(self, folder: os.DirEntry[str]) -> None:
        """Report where episodes lie deeper than they are looked for: Jekyll reads ``_posts/2024``."""
        # A link may lead in a circle.
        deepest = 0 if folder.is_symlink() else _DEEPEST
        for path, folders, files in os.walk(folder.path):
            shallow = path.count("/") - folder.path.count("/") < deepest
            folders[:] = sorted(filter(_is_meant, folders)) if shallow else ()
            if any(_is_meant(name) and name.lower().endswith(EPISODE_SUFFIXES) for name in files):
                hint = "Move them up into it; a folder of other things may have a name that begins with _."
                expected, found = "episodes in the show's own folder", "a folder with .md files"
                self.problems.append(Problem(self._name(path), 0, expected, found, hint, "warning"))

    def _files(self, kind: Kind, suffixes: tuple[str, ...], folder: os.DirEntry[str], show: str) -> None:
        if folder.is_symlink() and not Path(folder.path).resolve().is_relative_to(self.root):
            self._report(folder, "a folder inside content", "a link that leaves it", _LINKS)
            return
        for entry in _entries(Path(folder.path)):
            if is_folder(entry):
                if kind == "include" and not entry.is_symlink():
                    self._files(kind, suffixes, entry, show)
            elif entry.name.lower().endswith(suffixes):
                self._file(kind, entry, show)

    def _file(self, kind: Kind, entry: os.DirEntry[str], show: str) -> None:
        try:
            info = entry.stat()
        except OSError as error:
            self._report(entry, "a file", error.strerror or "an error", "Is it a link to nowhere?")
            return
        if not is_text(entry.name):
            self._report(entry, "a file name in UTF-8", "other bytes", "Rename the file.")
        elif not stat.S_ISREG(info.st_mode):
            self._report(entry, "a file", "something else")
        elif entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(self.root):
            self._report(entry, "a file inside content", "a link that leaves it", _LINKS)
        else:
            name = self._name(entry.path)
            self.files.append(SourceFile(kind, name, entry.path, file_signature(info), info.st_mtime, show))

    def _report(self, entry: os.DirEntry[str], expected: str, found: str, hint: str = "") -> None:
        self.problems.append(Problem(self._name(entry.path), 0, expected, found, hint))

    def _name(self, path: str) -> str:
        relative = path[len(str(self.content)) + 1 :]
        return f"content/{relative}".encode(errors="replace").decode()


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether it is a folder, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads to itself.
        return False


def _is_name(name: str) -> bool:
    """Whether it begins with a letter, a digit or _, and holds nothing but these, their marks and -."""
    return re.fullmatch(r"\w[\w-]*", "".join(c for c in name if unicodedata.category(c)[0] != "M")) is not None


def is_text(name: str) -> bool:
    """Return whether a file's name is text, so that it can be said in an address."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
