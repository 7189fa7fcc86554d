"""A walk through the content folder, which determines the kind of each file and reports files that can't be used."""

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
from longwave.disk import is_settled, read_regular, read_regular_text, stat_signature
from longwave.errors import ContentError, LongwaveError, Problem

Companion = Literal["transcript", "chapters"]
Kind = Literal["site", "episode", "guest", "tag", "page", "include", "theme", Companion]
EPISODE_SUFFIXES = (".md", ".markdown")
#: The name of Jekyll's folder of drafts below a show: its episodes are never published, whatever their front matter.
DRAFTS_FOLDER = "_drafts"
_FOLDERS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "guests": ("guest", EPISODE_SUFFIXES),
    "tags": ("tag", EPISODE_SUFFIXES),
    "pages": ("page", EPISODE_SUFFIXES),
    "includes": ("include", (".html", ".md", ".txt", ".svg")),
}
#: The folder and the suffixes of each kind of companion file (an episode's transcript or chapters); the folder has a
#: subfolder for each show.
COMPANIONS: dict[Companion, tuple[str, tuple[str, ...]]] = {
    "transcript": (
        "transcripts",
        (".vtt", ".srt", ".json", ".yml", ".yaml", ".sbv", ".tsv", ".lrc", ".html", ".htm", ".txt"),
    ),
    "chapters": ("chapters", (".json", ".psc", ".xml", ".txt")),
}
_COMPANIONS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    folder: (kind, suffixes) for kind, (folder, suffixes) in COMPANIONS.items()
}
_LINKS = "Copy it here; only content/audio and content/images may be links to elsewhere."
#: The most levels of folders below a show that are searched for misplaced episodes, to warn about them.
_MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of content. ``name`` is its path relative to the site's folder, with ``/``.

    ``path`` is its path on this machine, ``modified`` its time in epoch seconds. ``signature`` changes whenever the
    file's content may have changed; it is empty if only reading the file can tell. ``problem`` is the reason why the
    file can't be read, if that is already known.
    """

    kind: Kind
    name: str
    path: str
    signature: str
    modified: float
    show: str = ""
    problem: Problem | None = None


def scan_folder(content: Path) -> tuple[tuple[SourceFile, ...], tuple[Problem, ...]]:
    """Return every text file below ``content``, sorted by name, and problems for those that can't be used.

    Raises LongwaveError if the folder or one inside it can't be read, as its files would otherwise count as deleted.
    """
    walk = _Walk(content)
    for entry in _entries(content):
        walk.add_top(entry)
    # The check comes after the walk, as the content folder may be removed during the walk.
    if not content.is_dir():
        raise LongwaveError(f"{content}: expected a folder, found none.", "What was published before stays as it is.")
    return tuple(walk.files), tuple(walk.problems)


def file_signature(info: os.stat_result) -> str:
    """Return a text that changes whenever the file does; empty for a file that was written just now.

    A file could change again within the clock's resolution, without a difference in its size or times.
    """
    return stat_signature(info) if is_settled(info) else ""


def read_file(file: SourceFile, limit: int) -> bytes:
    """Return the file's bytes, ``limit`` + 1 at most. Raises ContentError when it can't be read."""
    if file.problem is not None:
        raise ContentError(file.problem)
    try:
        return read_regular(file.path, limit + 1)
    except OSError as error:
        hint = "Is it readable for the user that runs Longwave?"
        raise ContentError(Problem(file.name, 0, "a readable file", error.strerror or "an error", hint)) from None


def find_line(path: Path, pattern: str) -> int:
    """Return the line of a file on which ``pattern`` first matches; 0 without a match, or for an unreadable file."""
    try:
        text = read_regular_text(path)
    except OSError:
        return 0
    match = re.search(pattern, text)
    return text.count("\n", 0, match.start()) + 1 if match else 0


def list_folder(folder: Path) -> list[os.DirEntry[str]]:
    """Return the entries of a folder in arbitrary order; an empty list if there is no such folder.

    Raises LongwaveError for a folder that can't be read.
    """
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
    """Yield a folder's entries sorted by name, without hidden and backup files; one named ``also`` is never omitted."""
    for entry in sorted(list_folder(folder), key=lambda entry: entry.name):
        if entry.name == also or _is_visible(entry.name):
            yield entry


def _is_visible(name: str) -> bool:
    """Return whether a name belongs neither to a hidden file nor to a temporary or backup file of an editor."""
    return not (name.startswith((".", "_", "#")) or name[-1] == "~")


class _Walk:
    """A walk through the content folder, which collects files and problems."""

    def __init__(self, content: Path) -> None:
        self.content, self.root = content, content.resolve()
        self.files: list[SourceFile] = []
        self.problems: list[Problem] = []

    def add_top(self, entry: os.DirEntry[str]) -> None:
        """Add the text files of one entry of the content folder, a file or a subfolder."""
        if entry.name == "site.toml":
            self._add_file("site", entry, "")
        elif entry.name == "theme.css":
            self._add_file("theme", entry, "")
        elif entry.name in ("audio", "images") or not is_folder(entry):
            return
        elif entry.name in _COMPANIONS:
            for show in _entries(Path(entry.path)):
                if is_folder(show):
                    self._add_files(*_COMPANIONS[entry.name], show, show.name)
        elif entry.name in _FOLDERS:
            self._add_files(*_FOLDERS[entry.name], entry, "")
        else:
            self._add_show(entry)

    def _add_show(self, folder: os.DirEntry[str]) -> None:
        drafts = Path(folder.path, DRAFTS_FOLDER)
        if not any(
            entry.name.lower().endswith(EPISODE_SUFFIXES) for each in (folder, drafts) for entry in _entries(Path(each))
        ):
            self._report_deep_episodes(folder)
            return
        if folder.name in RESERVED_NAMES:
            hint = f"/{folder.name} is an address of Longwave's own."
            self._report(folder, "a show with another name", repr(folder.name), hint)
        elif not _is_name(folder.name):
            hint = "Rename the folder; its name becomes the show's address."
            self._report(folder, "a show's folder named with letters, digits and -", repr(folder.name), hint)
        else:
            self._add_files("episode", EPISODE_SUFFIXES, folder, folder.name)
            for entry in _entries(Path(folder.path), also=DRAFTS_FOLDER):
                if is_folder(entry):
                    if entry.name == DRAFTS_FOLDER:
                        self._add_files("episode", EPISODE_SUFFIXES, entry, folder.name)
                    else:
                        self._report_deep_episodes(entry)

    def _report_deep_episodes(self, folder: os.DirEntry[str]) -> None:
        """Add a warning for each nested folder that has episodes: Jekyll reads ``_posts/2024``, Longwave doesn't."""
        # Symbolic links aren't followed, as they may form a loop.
        deepest = 0 if folder.is_symlink() else _MAX_DEPTH
        for path, folders, files in os.walk(folder.path):
            shallow = path.count("/") - folder.path.count("/") < deepest
            folders[:] = sorted(filter(_is_visible, folders)) if shallow else ()
            if any(_is_visible(name) and name.lower().endswith(EPISODE_SUFFIXES) for name in files):
                hint = "Move them up into it; a folder of other things may have a name that begins with _."
                expected, found = "episodes in the show's own folder", "a folder with .md files"
                self.problems.append(Problem(self._name(path), 0, expected, found, hint, "warning"))

    def _add_files(self, kind: Kind, suffixes: tuple[str, ...], folder: os.DirEntry[str], show: str) -> None:
        if folder.is_symlink() and not Path(folder.path).resolve().is_relative_to(self.root):
            self._report(folder, "a folder inside content", "a link that leaves it", _LINKS)
            return
        for entry in _entries(Path(folder.path)):
            if is_folder(entry):
                if kind == "include" and not entry.is_symlink():
                    self._add_files(kind, suffixes, entry, show)
            elif entry.name.lower().endswith(suffixes):
                self._add_file(kind, entry, show)

    def _add_file(self, kind: Kind, entry: os.DirEntry[str], show: str) -> None:
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
    """Return whether an entry is a folder, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        # The entry is a symbolic link in a loop.
        return False


def _is_name(name: str) -> bool:
    """Return whether a name begins with a letter, a digit or _, and holds only these, combining marks and -."""
    return re.fullmatch(r"\w[\w-]*", "".join(c for c in name if unicodedata.category(c)[0] != "M")) is not None


def is_text(name: str) -> bool:
    """Return whether a file's name is valid UTF-8, as a name in an address must be."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
