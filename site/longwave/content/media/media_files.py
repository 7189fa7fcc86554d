"""The files below content/audio and content/images, under the names that the disk has for them."""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from longwave.content.folder import entries, is_folder, is_text
from longwave.content.media.paths import normalize_name, resolve_inside
from longwave.content.media.pictures import is_picture
from longwave.errors import LongwaveError

#: The folders whose files are served as they are.
FOLDERS = ("audio", "images")
#: In which folders below content/images a picture is looked for.
_PICTURES = ("", "avatars/", "guests/")
_WILDCARDS = {"**/": "(?:.+/)?", "**": ".+", "*": "[^/]*", "?": "[^/]"}
#: More names than this are told by folder, at last by the first of their folders.
_MANY = 50
#: So many are examples.
_FEW = 3


class Media:
    """The files that can be served, by their names below ``content``: ``audio/<show>/<file>`` and ``images/<path>``.

    Names are spelt as the disk spells them, in case and in Unicode's normal form, also where it takes other spellings
    for the same. Hidden files, links that lead out, and files of other kinds than can be served aren't here. A folder
    is listed once, when it is first asked for; LongwaveError is raised where the disk refuses that.
    """

    def __init__(self, content: Path) -> None:
        self._content = content
        self._folders: dict[str, _Folder | None] = {}

    def find(self, name: str) -> str | None:
        """Return the name of the file that the disk opens as ``name``; None where there is none."""
        above, _, last = name.rpartition("/")
        folder = self._folder(above)
        found = folder.spelt(last) if folder else None
        return f"{folder.name}/{found}" if folder and found in folder.files else None

    def similar(self, name: str) -> str | None:
        """Return the name of a file that differs from ``name`` by case or normal form at most; None where none does."""
        above, _, last = name.rpartition("/")
        folder = self._folder(above)
        found = folder.alike.get(_folded(last)) if folder else None
        return f"{folder.name}/{found}" if folder and found in folder.files else None

    def find_picture(self, name: str) -> str | None:
        """Return the path below content/images of a picture as front matter names it: there, or in a folder of people.

        None where there is none.
        """
        bare = name.lstrip("/").removeprefix("assets/").removeprefix("images/")
        found = (self.find(f"images/{folder}{bare}") for folder in _PICTURES)
        return next((file.removeprefix("images/") for file in found if file), None)

    def names(self, below: str = "") -> Iterator[str]:
        """Yield the names of all files, or of those below a folder; links to folders are passed by."""
        if not below:
            for top in FOLDERS:
                yield from self.names(top)
        elif folder := self._folder(below):
            yield from (f"{folder.name}/{file}" for file in folder.files)
            for name, linked in folder.folders.items():
                # Such as lost+found, which nobody may list: nothing in it can be served.
                with contextlib.suppress(LongwaveError):
                    yield from () if linked else self.names(f"{folder.name}/{name}")

    def matching(self, pattern: str) -> Iterator[str]:
        """Yield the names that fit: ``*`` is any part of a name, ``**`` of a path, ``?`` any character of a name."""
        literal = re.escape(_composed(pattern)).replace(r"\*", "*").replace(r"\?", "?")
        wanted = re.compile(re.sub(r"\*\*/?|[*?]", lambda match: _WILDCARDS[match[0]], literal))
        below = re.split(r"[*?]", pattern, maxsplit=1)[0].rpartition("/")[0]
        yield from (name for name in self.names(below) if wanted.fullmatch(_composed(name)))

    def _folder(self, name: str) -> _Folder | None:
        if name not in self._folders:
            top, *parts = name.split("/")
            folder = self._listed(top) if top in FOLDERS else None
            for part in parts:
                spelt = folder.spelt(part) if folder else None
                folder = self._listed(f"{folder.name}/{spelt}") if folder and spelt in folder.folders else None
            self._folders[name] = folder
        return self._folders[name]

    def _listed(self, name: str) -> _Folder:
        found = self._folders.get(name)
        if found is None:
            found = self._folders[name] = _list(self._content, name)
        return found


@dataclass(frozen=True)
class _Folder:
    """A folder's files, and the folders in it with whether each is a link."""

    name: str
    path: Path
    files: frozenset[str]
    folders: Mapping[str, bool]

    def spelt(self, name: str) -> str | None:
        """Return the disk's own spelling of ``name``: in another normal form, or as the disk opens it; else None."""
        if name in self.files or name in self.folders:
            return name
        alike = self.alike.get(_folded(name))
        same = alike is not None and (
            normalize_name(alike) == normalize_name(name) or os.path.lexists(f"{self.path}/{name}")
        )
        return alike if same else None

    @cached_property
    def alike(self) -> Mapping[str, str]:
        """Map the folded names of what lies in it to the names themselves."""
        return {_folded(name): name for name in (*self.files, *self.folders)}


def _list(content: Path, name: str) -> _Folder:
    top, _, below = name.partition("/")
    base, path = content / top, content / name
    files: set[str] = set()
    folders: dict[str, bool] = {}
    for entry in entries(path):
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
    """Return names of files in order, each with nothing; where there are many, their folders with what each holds.

    A folder's name ends with a slash. Folders that are many as well are told by those that hold them.
    """
    if len(names) <= _MANY:
        return [(name, []) for name in sorted(names)]
    groups: dict[str, list[str]] = {}
    for depth in range(max(name.count("/") for name in names), 0, -1):
        groups = defaultdict(list)
        for name in sorted(names):
            folder = "/".join(name.split("/")[:-1][:depth])
            groups[f"{folder}/"].append(name.removeprefix(f"{folder}/"))
        if len(groups) <= _MANY:
            break
    return sorted((folder, held) if len(held) > 1 else (folder + held[0], []) for folder, held in groups.items())


def list_examples(names: Collection[str]) -> str:
    """Return a few names of many, with a sign where there are more."""
    return ", ".join([*sorted(names)[:_FEW], *(["…"] if len(names) > _FEW else [])])


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _folded(name: str) -> str:
    """Return a name so that it equals all others that some disk takes for the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", name).casefold())
