"""What an import fetched, and from where: so that the next run verifies it instead of fetching it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from longwave.authoring.writing import replace, write_new
from longwave.errors import LongwaveError

#: Below the site's folder; Longwave passes over names that begin with a dot.
FOLDER = ".import"
_FILE = f"{FOLDER}/manifest.json"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched whole: from where, how many bytes, and their SHA-256."""

    url: str
    bytes: int
    sha256: str


class Manifest:
    """The fetched files of a site's folder, by their path in it. Written with each change."""

    def __init__(self, root: Path, source: str) -> None:
        """Begin, or go on where an earlier run ended. Raises LongwaveError for a folder that holds another site."""
        self.root, self.source = root, source
        self._files: dict[str, Fetched] = {}
        path = root / _FILE
        if path.exists():
            known, self._files = _read(path)
            if known != source:
                hint = "Name another folder; or, if the feed has moved, change its address there."
                raise LongwaveError(f"{path}: expected an import of {source}, found one of {known}.", hint)
            return
        if (root / "content").exists():
            hint = "Name a folder that doesn't exist yet."
            raise LongwaveError(f"{root}: expected a folder without a site, found content in it.", hint)
        write_new(path, self._text())
        write_new(root / FOLDER / ".gitignore", "*\n")

    @property
    def parts(self) -> Path:
        """The folder of what was begun."""
        return self.root / FOLDER / "parts"

    def of(self, name: str) -> Fetched | None:
        """What is known of the file at ``name``, a path in the site's folder."""
        return self._files.get(name)

    def name_of(self, url: str, folder: str) -> str:
        """The path below ``folder`` at which what lies at ``url`` is here already; empty where it isn't."""
        known = (name for name, file in self._files.items() if file.url == url and name.startswith(f"{folder}/"))
        return next((name for name in known if (self.root / name).is_file()), "")

    def add(self, name: str, fetched: Fetched) -> None:
        """Note a file that is in its place."""
        self._files[name] = fetched
        replace(self.root / _FILE, self._text())

    def _text(self) -> str:
        files = {name: asdict(fetched) for name, fetched in self._files.items()}
        return json.dumps({"feed": self.source, "files": files}, ensure_ascii=False, indent=1) + "\n"


def _read(path: Path) -> tuple[str, dict[str, Fetched]]:
    try:
        loaded = json.loads(path.read_text("utf-8"))
        files: Mapping[str, Mapping[str, object]] = loaded["files"]
        return str(loaded["feed"]), {
            str(name): Fetched(str(file["url"]), int(str(file["bytes"])), str(file["sha256"]))
            for name, file in files.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        hint = "Put back the one that was there, or import into another folder."
        raise LongwaveError(f"{path}: expected the list of an import's files, found something else.", hint) from None


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
