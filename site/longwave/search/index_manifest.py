"""The manifest of an index folder: every file's size and checksum, written last and checked first.

Whoosh's files are pickles, and it raises almost any exception at a damaged one, or returns nonsense. So Whoosh never
reads a byte that isn't as it was written.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path

from whoosh import __version__ as whoosh_version

from longwave.content.fields import times
from longwave.disk import source_digest

_NAME = "manifest.json"
_BLOCK_BYTES = 1 << 20
#: The modules that decide how an index is written, and how the times in its lines are read.
WRITING = (
    "analysis", "characters", "codec", "document_packing", "documents", "grid", "index_writer", "stemming", "schema",
    "vocabulary",
)  # fmt: skip
#: A digest of the code that writes an index, so that the index is written again once that code has changed.
INDEXING = source_digest(Path(times.__file__), *(Path(__file__).with_name(f"{name}.py") for name in WRITING))
#: A file's size in bytes and its CRC-32.
Stamp = list[int]


class IndexDamaged(Exception):  # noqa: N818 - it names a state, as FileNotFoundError would not
    """An error for an index that is missing, damaged, incomplete, or written by other code or for another language."""


def write_manifest(folder: Path, language: str, known: Mapping[str, Stamp]) -> Path:
    """Write the manifest of a finished index, and return its path; ``known`` has unchanged files' sizes and CRCs."""
    names = sorted(path.name for path in folder.iterdir() if path.name != _NAME)
    files = {name: known.get(name) or _stamp(folder / name) for name in names}
    manifest = folder / _NAME
    # The path may be a hard link to the previous index's manifest, which must not change.
    manifest.unlink(missing_ok=True)
    manifest.write_text(json.dumps({"made": _made(language), "files": files}))
    return manifest


def check_manifest(folder: Path, language: str) -> dict[str, Stamp]:
    """Return the files' sizes and checksums by name. Raises IndexDamaged when a file isn't as it was written."""
    try:
        manifest = json.loads((folder / _NAME).read_text())
        made, files = manifest["made"], dict[str, Stamp](manifest["files"])
        if made != _made(language):
            raise IndexDamaged(f"{folder}: the index was made by other code or for another language")
        broken = [name for name, stamp in files.items() if _stamp(folder / name) != stamp]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"{folder}: {error}") from error
    if broken:
        raise IndexDamaged(f"{folder}: damaged: {', '.join(broken)}")
    return files


def _made(language: str) -> list[object]:
    return [INDEXING, list(whoosh_version), language]


def _stamp(path: Path) -> Stamp:
    size = check = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            size, check = size + len(block), zlib.crc32(block, check)
    return [size, check]
