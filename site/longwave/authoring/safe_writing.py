"""Files of the owner's are written whole or not at all, and only a file that was asked for is ever replaced."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from longwave.disk import sync
from longwave.errors import LongwaveError

#: How disks say that they know no links: those from other systems, in the network, and drawn up by programs.
_NO_LINKS = frozenset({errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS})


def write_new(path: Path, data: bytes | str) -> None:
    """Write a file that doesn't exist yet, and the folders above it. Raises LongwaveError when it does, or can't be."""
    with beside(path) as temporary:
        temporary.write_bytes(_bytes(data))
        publish_new(temporary, path)


def replace(path: Path, data: bytes | str) -> None:
    """Put ``data`` in the place of a file, which keeps its mode. Raises LongwaveError when it can't be written."""
    with beside(path) as temporary:
        temporary.write_bytes(_bytes(data))
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o7777)
        sync(temporary)
        temporary.replace(path)


def publish_new(temporary: Path, path: Path) -> None:
    """Give a finished temporary file its name. Raises LongwaveError when another file has it by now."""
    sync(temporary)
    try:
        # A link fails where a rename would replace.
        os.link(temporary, path)
    except OSError as error:
        if error.errno == errno.EEXIST or (error.errno in _NO_LINKS and os.path.lexists(path)):
            hint = "It was left as it is."
            raise LongwaveError(f"{path}: expected no file of this name, found one.", hint) from None
        if error.errno not in _NO_LINKS:
            raise
        temporary.rename(path)


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A name in the folder of ``path`` for what isn't finished; whatever is left there in the end is deleted.

    An OSError within becomes a LongwaveError that names ``path``.
    """
    # A name has room for so many bytes, whatever letters they make.
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


def _bytes(data: bytes | str) -> bytes:
    return data.encode() if isinstance(data, str) else data
