"""What an import fetched, and from where: so that the next run verifies it instead of fetching it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from longwave.authoring.safe_writing import write_new
from longwave.errors import LongwaveError

#: Below the site's folder; Longwave passes over names that begin with a dot.
FOLDER = ".import"
_FILE = f"{FOLDER}/manifest.jsonl"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched whole: from where, how many bytes, and their SHA-256."""

    url: str
    bytes: int
    sha256: str


class Manifest:
    """The fetched files of a site's folder, by their path in it: a file of JSON lines that only grows."""

    def __init__(self, root: Path, source: str) -> None:
        """Begin, or go on where an earlier run ended. Raises LongwaveError for a folder that holds another site."""
        self.root, self.source = root, source
        self._files: dict[str, Fetched] = {}
        self._names: dict[str, list[str]] = {}
        path = root / _FILE
        if path.exists():
            known = self._read(path)
            if known != source:
                hint = "Name another folder; or, if the feed has moved, change its address in that file."
                raise LongwaveError(f"{path}: expected an import of {source}, found one of {known}.", hint)
            if not path.read_bytes().endswith(b"\n"):
                # What a crash tore mustn't take the next line along.
                with path.open("a", encoding="utf-8") as stream:
                    stream.write("\n")
            return
        if (root / "content").exists():
            hint = "Name a folder that doesn't exist yet."
            raise LongwaveError(f"{root}: expected a folder without a site, found content in it.", hint)
        ignored = root / FOLDER / ".gitignore"
        if not ignored.exists():
            write_new(ignored, "*\n")
        write_new(path, _line({"feed": source}))

    @property
    def parts(self) -> Path:
        """The folder of what was begun."""
        return self.root / FOLDER / "parts"

    def of(self, name: str) -> Fetched | None:
        """What is known of the file at ``name``, a path in the site's folder."""
        return self._files.get(name)

    def name_of(self, url: str, folder: str) -> str:
        """The path below ``folder`` at which what lies at ``url`` is here already; empty where it isn't."""
        known = (name for name in self._names.get(url, ()) if name.startswith(f"{folder}/"))
        return next((name for name in known if (self.root / name).is_file()), "")

    def add(self, name: str, fetched: Fetched) -> None:
        """Note a file that is in its place."""
        with (self.root / _FILE).open("a", encoding="utf-8") as stream:
            stream.write(_line({"file": name, **asdict(fetched)}))
        self._note(name, fetched)

    def _note(self, name: str, fetched: Fetched) -> None:
        self._files[name] = fetched
        self._names.setdefault(fetched.url, []).append(name)

    def _read(self, path: Path) -> str:
        """The feed of which it is; a line that was torn by a crash is passed over."""
        source = ""
        for line in path.read_text("utf-8", "replace").splitlines():
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                source = source or str(told.get("feed", ""))
                if "file" in told:
                    self._note(str(told["file"]), Fetched(str(told["url"]), int(told["bytes"]), str(told["sha256"])))
        return source


def _line(told: Mapping[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
