"""The manifest of an import's downloads, so that the next run verifies files instead of fetching them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from longwave.authoring.safe_writing import write_new
from longwave.disk import read_regular_text
from longwave.errors import LongwaveError

#: The folder, in the site's, of the manifest and of unfinished downloads; Longwave ignores names that begin with a dot.
FOLDER = ".import"
_FILE = f"{FOLDER}/manifest.jsonl"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A completely fetched file: its address, its size in bytes, and its SHA-256 in hexadecimal."""

    url: str
    bytes: int
    sha256: str


class Manifest:
    """The fetched files of a site's folder by their path in that folder, kept in an append-only file of JSON lines."""

    def __init__(self, root: Path, source: str) -> None:
        """Open or create the manifest of the feed ``source`` in the site's folder ``root``.

        Raises LongwaveError for a folder that holds another site.
        """
        self.root, self.source = root, source
        self._files: dict[str, Fetched] = {}
        self._names: dict[str, list[str]] = {}
        path = root / _FILE
        if path.exists():
            feed = self._read(path)
            if feed != source:
                hint = "Name another folder; or, if the feed has moved, change its address in that file."
                raise LongwaveError(f"{path}: expected an import of {source}, found one of {feed}.", hint)
            if not path.read_bytes().endswith(b"\n"):
                # A crash may have left half a line, which must not swallow the next one.
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
        """Return the folder of unfinished downloads."""
        return self.root / FOLDER / "parts"

    def fetched(self, name: str) -> Fetched | None:
        """Return the entry of the file ``name``, a path in the site's folder; None if it wasn't fetched."""
        return self._files.get(name)

    def name_of(self, url: str, folder: str) -> str:
        """Return the path below ``folder`` of the existing file that was fetched from ``url``; empty for none."""
        names = (name for name in self._names.get(url, ()) if name.startswith(f"{folder}/"))
        return next((name for name in names if (self.root / name).is_file()), "")

    def add(self, name: str, fetched: Fetched) -> None:
        """Add a completely fetched file, which has its final name by now, to the manifest."""
        with (self.root / _FILE).open("a", encoding="utf-8") as stream:
            stream.write(_line({"file": name, **asdict(fetched)}))
        self._index(name, fetched)

    def _index(self, name: str, fetched: Fetched) -> None:
        self._files[name] = fetched
        self._names.setdefault(fetched.url, []).append(name)

    def _read(self, path: Path) -> str:
        """Load an earlier import's list of downloads, without a half-written line; return the URL of its feed."""
        source = ""
        for line in read_regular_text(path).splitlines():
            with suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                source = source or str(entry.get("feed", ""))
                if "file" in entry:
                    fetched = Fetched(str(entry["url"]), int(entry["bytes"]), str(entry["sha256"]))
                    self._index(str(entry["file"]), fetched)
        return source


def _line(entry: Mapping[str, object]) -> str:
    return json.dumps(entry, ensure_ascii=False) + "\n"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
