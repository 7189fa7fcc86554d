"""Atomic writes of the owner's files: a file appears complete or not at all, and none is replaced unasked."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from longwave.disk import sync
from longwave.errors import LongwaveError

#: The codes of errors with which a file system, such as FAT or a network disk, refuses to make a hard link.
_NO_LINKS = frozenset({errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS})
#: The most bytes of a slug in a file name: of the 255 allowed, the date, the number and the suffix need the rest.
_MAX_SLUG_BYTES = 120


def write_new(path: Path, data: bytes | str) -> None:
    """Write a new file, and make the folders above it. Raises LongwaveError when it exists or can't be written."""
    with temporary_beside(path) as temporary:
        temporary.write_bytes(_bytes(data))
        publish_new(temporary, path)


def replace_file(path: Path, data: bytes | str) -> None:
    """Replace a file's content and keep its mode. Raises LongwaveError when it can't be written."""
    with temporary_beside(path) as temporary:
        temporary.write_bytes(_bytes(data))
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o7777)
        sync(temporary)
        temporary.replace(path)


def publish_new(temporary: Path, path: Path) -> None:
    """Give a finished temporary file its name. Raises LongwaveError when another file has that name by now."""
    sync(temporary)
    try:
        # A hard link is made because a rename would replace an existing file at ``path`` without an error.
        os.link(temporary, path)
    except OSError as error:
        if error.errno == errno.EEXIST or (error.errno in _NO_LINKS and os.path.lexists(path)):
            hint = "It was left as it is."
            raise LongwaveError(f"{path}: expected no file of this name, found one.", hint) from None
        if error.errno not in _NO_LINKS:
            raise
        temporary.rename(path)


@contextlib.contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """Yield the path of a temporary file in the folder of ``path``, and delete that file at the end if it still exists.

    An OSError within becomes a LongwaveError that names ``path``.
    """
    # The name is cut by bytes, as file systems limit the bytes of a name and not its characters.
    name = os.fsencode(path.name)[:100].decode(errors="ignore")
    temporary = path.with_name(f".{name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
    except OSError as error:
        raise LongwaveError(f"{path}: expected room to write, found: {error.strerror or error}.") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def short_slug(slug: str) -> str:
    """Return a slug cut to the length that a file's name has room for, between words if possible."""
    short = slug.encode()[:_MAX_SLUG_BYTES].decode(errors="ignore")
    return slug if short == slug else (short.rpartition("-")[0] or short)


def is_safe_path(name: str) -> bool:
    """Return whether a relative path with ``/`` leads to a file below its folder, without any hidden part."""
    return "\\" not in name and all(part and not part.startswith(".") for part in name.split("/"))


def _bytes(data: bytes | str) -> bytes:
    return data.encode() if isinstance(data, str) else data
