"""The files below content/audio and content/images, with their names spelt as on the disk."""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from longwave.content.folder import is_folder, is_text, list_folder
from longwave.content.media.paths import normalize_name, resolve_inside
from longwave.content.media.picture_likeness import LikePictures
from longwave.content.media.pictures import is_picture
from longwave.errors import LongwaveError

#: The folders below content/ whose files are served unchanged.
FOLDERS = ("audio", "images")
#: The folders below content/images in which a picture that front matter names is looked up, in this order.
_PICTURE_FOLDERS = ("", "avatars/", "guests/")
#: The regular expressions for the wildcards of a pattern.
_WILDCARDS = {"**/": "(?:.+/)?", "**": ".+", "*": "[^/]*", "?": "[^/]"}
#: The most names, or folders, that a message lists one by one.
_MAX_LISTED = 50
#: The most names that a message gives as examples.
_MAX_EXAMPLES = 3


class Media:
    """The media files that can be served, by their names below content/: ``audio/<show>/<file>``, ``images/<path>``.

    Names have the disk's own spelling, in case and in Unicode's normal form. Hidden files, links that lead out of their
    folder, and files in content/images that aren't pictures are left out. Each folder is listed once, when it is first
    needed. Every method raises LongwaveError if a folder can't be listed.
    """

    def __init__(self, content: Path) -> None:
        self._content = content
        self._folders: dict[str, _Folder | None] = {}

    def find(self, name: str) -> str | None:
        """Return the name, as spelt on the disk, of the file that opens as ``name``; None if there is none."""
        above, _, last = name.rpartition("/")
        folder = self._folder(above)
        spelling = folder.spelling(last) if folder else None
        return f"{folder.name}/{spelling}" if folder and spelling in folder.files else None

    def similar(self, name: str) -> str | None:
        """Return the name of a file that differs from ``name`` at most in case and Unicode normal form, or None."""
        above, _, last = name.rpartition("/")
        folder = self._folder(above)
        spelling = folder.spellings.get(_fold(last)) if folder else None
        return f"{folder.name}/{spelling}" if folder and spelling in folder.files else None

    def absence(self, names: Iterable[str], hint: str) -> tuple[str, str]:
        """Return two texts for the message that no file has one of ``names``: what was found instead, and a hint.

        The second is ``hint``, unless a backslash in a name is the cause, as browsers take it for a slash.
        """
        for name in names:
            if "\\" in name and os.path.lexists(self._content / name):
                return "a file with a backslash in its name", "Browsers take it for a slash: rename the file."
            other = self.find(name.replace("\\", "/")) if "\\" in name else None
            if other:
                return "no such file", f"Folders end with a slash. Did you mean {other!r}?"
        return "no such file", hint

    def find_picture(self, name: str) -> str | None:
        """Return the path below content/images of a picture that front matter names; None where there is none.

        A picture may lie in images/, images/avatars/ or images/guests/, and its name may begin with Jekyll's assets/. A
        name that no file has, such as one without a suffix, means the only picture that is called so.
        """
        files = map(self.find, picture_names(name))
        exact = next((file.removeprefix("images/") for file in files if file), None)
        return exact or self._like_pictures.find(picture_names(name)[0].removeprefix("images/"))

    @cached_property
    def _like_pictures(self) -> LikePictures:
        return LikePictures(tuple(name.removeprefix("images/") for name in self.names("images")), _PICTURE_FOLDERS)

    def names(self, below: str = "") -> Iterator[str]:
        """Yield the names of all files, or of those below the folder ``below``. Links to folders aren't followed."""
        if not below:
            for top in FOLDERS:
                yield from self.names(top)
        elif folder := self._folder(below):
            yield from (f"{folder.name}/{file}" for file in folder.files)
            for name, linked in folder.folders.items():
                # A folder without read permission, such as lost+found, contains nothing that could be served.
                with contextlib.suppress(LongwaveError):
                    yield from () if linked else self.names(f"{folder.name}/{name}")

    def matching(self, pattern: str) -> Iterator[str]:
        """Yield the names of the files that match a pattern, regardless of Unicode's normal forms.

        ``*`` stands for any part of a name, ``**`` for any part of a path, ``?`` for any character but a slash.
        """
        literal = re.escape(_composed(pattern)).replace(r"\*", "*").replace(r"\?", "?")
        wanted = re.compile(re.sub(r"\*\*/?|[*?]", lambda match: _WILDCARDS[match[0]], literal))
        below = re.split(r"[*?]", pattern, maxsplit=1)[0].rpartition("/")[0]
        yield from (name for name in self.names(below) if wanted.fullmatch(_composed(name)))

    def _folder(self, name: str) -> _Folder | None:
        if name not in self._folders:
            top, *parts = name.split("/")
            folder = self._list_once(top) if top in FOLDERS else None
            for part in parts:
                spelling = folder.spelling(part) if folder else None
                folder = self._list_once(f"{folder.name}/{spelling}") if folder and spelling in folder.folders else None
            self._folders[name] = folder
        return self._folders[name]

    def _list_once(self, name: str) -> _Folder:
        folder = self._folders.get(name)
        if folder is None:
            folder = self._folders[name] = _list(self._content, name)
        return folder


def picture_names(name: str) -> tuple[str, ...]:
    """Return the paths below content/ at which a picture that front matter calls ``name`` may lie."""
    bare = name.lstrip("/").removeprefix("assets/").removeprefix("images/")
    return tuple(f"images/{folder}{bare}" for folder in _PICTURE_FOLDERS)


@dataclass(frozen=True)
class _Folder:
    """A listing of one folder: the names of its files, and its folders by name with whether each is a symbolic link."""

    name: str
    path: Path
    files: frozenset[str]
    folders: Mapping[str, bool]

    def spelling(self, name: str) -> str | None:
        """Return the disk's spelling of ``name``; None where the disk has no such file or folder.

        Another normal form always counts as the same name, another case only where the disk ignores case.
        """
        if name in self.files or name in self.folders:
            return name
        other = self.spellings.get(_fold(name))
        same = other is not None and (
            normalize_name(other) == normalize_name(name) or os.path.lexists(f"{self.path}/{name}")
        )
        return other if same else None

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """Return the names of all files and folders, each by its folded form (see ``_fold``)."""
        return {_fold(name): name for name in (*self.files, *self.folders)}


def _list(content: Path, name: str) -> _Folder:
    top, _, below = name.partition("/")
    base, path = content / top, content / name
    files: set[str] = set()
    folders: dict[str, bool] = {}
    for entry in list_folder(path):
        if entry.name.startswith(".") or "\\" in entry.name or not is_text(entry.name):
            continue
        linked = entry.is_symlink()
        if is_folder(entry):
            if not linked or Path(entry.path).resolve().is_relative_to(base.resolve()):
                folders[entry.name] = linked
        elif (is_picture(entry.name) if top == "images" else below) and (
            resolve_inside(base, f"{below}/{entry.name}".lstrip("/")) is not None if linked else entry.is_file()
        ):
            files.add(entry.name)
    return _Folder(name, path, frozenset(files), folders)


def group_by_folder(names: Collection[str]) -> list[tuple[str, list[str]]]:
    """Return names sorted and, if there are more than 50, grouped by folder, for a message of bearable length.

    Each pair is a single name with an empty list, or a folder's name, with a slash at its end, with the names of the
    files in it. More than 50 folders are grouped by their parent folders, and so on up to the topmost.
    """
    if len(names) <= _MAX_LISTED:
        return [(name, []) for name in sorted(names)]
    groups: dict[str, list[str]] = {}
    for depth in range(max(name.count("/") for name in names), 0, -1):
        groups = defaultdict(list)
        for name in sorted(names):
            folder = "/".join(name.split("/")[:-1][:depth])
            groups[f"{folder}/"].append(name.removeprefix(f"{folder}/"))
        if len(groups) <= _MAX_LISTED:
            break
    return sorted((folder, files) if len(files) > 1 else (folder + files[0], []) for folder, files in groups.items())


def list_examples(names: Collection[str]) -> str:
    """Return the first three names, separated by commas, with an ellipsis where there are more."""
    return ", ".join([*sorted(names)[:_MAX_EXAMPLES], *(["…"] if len(names) > _MAX_EXAMPLES else [])])


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _fold(name: str) -> str:
    """Return a form of a name that is the same for all spellings which some file system treats as equal."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", name).casefold())
