"""Whether an index folder is whole: every file's size and checksum, written last and looked at first.

Whoosh keeps pickles and raises almost anything at a damaged one, or returns nonsense. So no byte that was not written
as it stands reaches it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path

from whoosh import __version__ as whoosh_version

from longwave.search.schema import VERSION

_NAME = "manifest.json"
_BLOCK = 1 << 20
#: The size and the checksum of a file.
Stamp = list[int]


class IndexDamaged(Exception):  # noqa: N818 - it names a state, as FileNotFoundError would not
    """An index folder that is missing, damaged, half-written or of another version or language: build it anew."""


def write_manifest(folder: Path, language: str, known: Mapping[str, Stamp]) -> Path:
    """Describe the files of a finished index, some of which are ``known``. Returns the manifest's path."""
    names = sorted(path.name for path in folder.iterdir() if path.name != _NAME)
    files = {name: known.get(name) or _stamp(folder / name) for name in names}
    manifest = folder / _NAME
    # A hard link of the previous manifest would be written through.
    manifest.unlink(missing_ok=True)
    manifest.write_text(json.dumps({"made": _made(language), "files": files}))
    return manifest


def check_manifest(folder: Path, language: str) -> dict[str, Stamp]:
    """The index's files by their names, which are as they were written. Raises IndexDamaged otherwise."""
    try:
        manifest = json.loads((folder / _NAME).read_text())
        made, files = manifest["made"], dict[str, Stamp](manifest["files"])
        if made != _made(language):
            raise IndexDamaged(f"{folder}: the index was made by another version or for another language")
        broken = [name for name, stamp in files.items() if _stamp(folder / name) != stamp]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"{folder}: {error}") from error
    if broken:
        raise IndexDamaged(f"{folder}: damaged: {', '.join(broken)}")
    return files


def _made(language: str) -> list[object]:
    return [VERSION, list(whoosh_version), language]


def _stamp(path: Path) -> Stamp:
    size = check = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            size, check = size + len(block), zlib.crc32(block, check)
    return [size, check]
