"""A real file system (FUSE) whose clock ticks every two seconds, and that fails to read on demand.

`python tests/faulty_disk.py BEHIND MOUNTED TROUBLE` shows the folder BEHIND at MOUNTED until it is unmounted or killed.
While the file TROUBLE exists, reading any file whose path contains its text fails with an I/O error. It needs root, and
speaks the kernel's own protocol (<linux/fuse.h>), as far as Longwave's work on files needs it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import struct
import sys
from collections.abc import Callable
from pathlib import Path

_HEADER, _ANSWER = struct.Struct("<IIQQIIII"), struct.Struct("<IiQ")
_ATTRIBUTES, _ENTRY = struct.Struct("<6Q10I"), struct.Struct("<4Q2I")
#: The resolution of file times in seconds, as on FAT.
TICK = 2
_LONGEST = 1 << 20
#: The bits that tell which attributes a FUSE request sets (FATTR_*).
_MODE, _SIZE, _MTIME, _FH, _NOW = 1 << 0, 1 << 3, 1 << 5, 1 << 6, 1 << 8


def _text(data: bytes) -> str:
    return os.fsdecode(data.split(b"\0", 1)[0])


class Disk:
    """A FUSE server that answers the kernel's requests from the folder ``behind``."""

    def __init__(self, behind: str, trouble: Path) -> None:
        self._trouble = trouble
        self._paths, self._numbers = {1: behind}, {behind: 1}
        self._open: dict[int, int] = {}
        self._answers: dict[int, Callable[[int, bytes], bytes]] = {
            1: self._look_up, 3: self._attributes, 4: self._set, 9: self._make_folder, 10: self._unlink, 11: self._remove,
            12: self._rename, 13: self._link, 14: self._open_file, 15: self._read, 16: self._write, 17: self._space,
            18: self._close, 20: self._sync, 25: self._nothing, 26: self._begin, 27: self._nothing_open, 28: self._list,
            29: self._nothing, 30: self._nothing, 35: self._create, 45: self._rename_2,
        }  # fmt: skip

    def serve(self, device: int) -> None:
        """Answer the kernel's requests until the disk is unmounted."""
        while True:
            try:
                request = os.read(device, _LONGEST + 4096)
            except OSError as error:
                if error.errno == errno.ENODEV:
                    return
                continue
            _, code, unique, node, *_ = _HEADER.unpack_from(request)
            if code in (2, 42):  # FUSE_FORGET and FUSE_BATCH_FORGET have no reply.
                continue
            try:
                number, body = 0, self._answers[code](node, request[_HEADER.size :])
            except KeyError:
                number, body = -errno.ENOSYS, b""
            except OSError as error:
                number, body = -(error.errno or errno.EIO), b""
            with contextlib.suppress(OSError):
                os.write(device, _ANSWER.pack(_ANSWER.size + len(body), number, unique) + body)

    def _begin(self, _node: int, _asked: bytes) -> bytes:
        return struct.pack("<4I2H3I32x", 7, 31, 0, 0, 12, 9, _LONGEST, 1, 0)

    def _nothing(self, _node: int, _asked: bytes) -> bytes:
        return b""

    def _nothing_open(self, _node: int, _asked: bytes) -> bytes:
        return bytes(16)

    def _path(self, node: int, name: str = "") -> str:
        return f"{self._paths[node]}/{name}" if name else self._paths[node]

    def _number(self, path: str) -> int:
        if path not in self._numbers:
            number = self._numbers[path] = max(self._paths) + 1
            self._paths[number] = path
        return self._numbers[path]

    def _told(self, info: os.stat_result) -> bytes:
        def rounded(seconds: float) -> int:
            return int(seconds) // TICK * TICK

        times = rounded(info.st_atime), rounded(info.st_mtime), rounded(info.st_ctime)
        owner = info.st_mode, info.st_nlink, info.st_uid, info.st_gid
        return _ATTRIBUTES.pack(info.st_ino, info.st_size, info.st_blocks, *times, 0, 0, 0, *owner, 0, 4096, 0)

    def _entry(self, path: str) -> bytes:
        info = os.lstat(path)
        return _ENTRY.pack(self._number(path), 0, 0, 0, 0, 0) + self._told(info)

    def _look_up(self, node: int, asked: bytes) -> bytes:
        return self._entry(self._path(node, _text(asked)))

    def _attributes(self, node: int, asked: bytes) -> bytes:
        flags, _, handle = struct.unpack_from("<IIQ", asked)
        info = os.fstat(self._open[handle]) if flags & 1 and handle in self._open else os.lstat(self._path(node))
        return bytes(16) + self._told(info)

    def _set(self, node: int, asked: bytes) -> bytes:
        which, _, handle, size, _, _, mtime = struct.unpack_from("<II5Q", asked)
        (mode,) = struct.unpack_from("<I", asked, 68)
        target = self._open[handle] if which & _FH else self._path(node)
        if which & _SIZE:
            os.truncate(target, size)
        if which & _MODE:
            os.chmod(target, stat.S_IMODE(mode))  # noqa: PTH101 - a number or a path
        if which & _MTIME:
            os.utime(target, None if which & _NOW else (mtime, mtime))
        return bytes(16) + self._told(os.stat(target))  # noqa: PTH116 - as above

    def _make_folder(self, node: int, asked: bytes) -> bytes:
        path = self._path(node, _text(asked[8:]))
        Path(path).mkdir(struct.unpack_from("<I", asked)[0])
        return self._entry(path)

    def _unlink(self, node: int, asked: bytes) -> bytes:
        self._forget(self._path(node, _text(asked)), os.unlink)
        return b""

    def _remove(self, node: int, asked: bytes) -> bytes:
        self._forget(self._path(node, _text(asked)), os.rmdir)
        return b""

    def _forget(self, path: str, remove: Callable[[str], None]) -> None:
        remove(path)
        # A program that still has the deleted file open uses its inode number.
        self._numbers.pop(path, None)

    def _rename(self, node: int, asked: bytes, start: int = 8) -> bytes:
        (target,) = struct.unpack_from("<Q", asked)
        old, new, _ = asked[start:].split(b"\0", 2)
        before, after = self._path(node, os.fsdecode(old)), self._path(target, os.fsdecode(new))
        Path(before).rename(after)
        self._numbers.pop(after, None)
        for number, path in list(self._paths.items()):
            if path == before or path.startswith(f"{before}/"):
                self._paths[number] = after + path[len(before) :]
                self._numbers.pop(path, None)
                self._numbers[self._paths[number]] = number
        return b""

    def _rename_2(self, node: int, asked: bytes) -> bytes:
        return self._rename(node, asked, 16)

    def _link(self, node: int, asked: bytes) -> bytes:
        path = self._path(node, _text(asked[8:]))
        os.link(self._path(struct.unpack_from("<Q", asked)[0]), path)
        return self._entry(path)

    def _opened(self, path: str, flags: int, mode: int = 0) -> bytes:
        handle = os.open(path, flags & ~(os.O_EXCL | os.O_NOFOLLOW | os.O_DIRECT), mode)
        self._open[handle] = handle
        return struct.pack("<QII", handle, 0, 0)

    def _open_file(self, node: int, asked: bytes) -> bytes:
        return self._opened(self._path(node), struct.unpack_from("<I", asked)[0])

    def _create(self, node: int, asked: bytes) -> bytes:
        flags, mode, _, _ = struct.unpack_from("<4I", asked)
        path = self._path(node, _text(asked[16:]))
        opened = self._opened(path, flags | os.O_CREAT, mode)
        return self._entry(path) + opened

    def _close(self, _node: int, asked: bytes) -> bytes:
        os.close(self._open.pop(struct.unpack_from("<Q", asked)[0]))
        return b""

    def _read(self, node: int, asked: bytes) -> bytes:
        handle, offset, size = struct.unpack_from("<QQI", asked)
        with contextlib.suppress(FileNotFoundError):
            if self._trouble.read_text().strip() in self._path(node):
                raise OSError(errno.EIO, "it can't be read")
        return os.pread(self._open[handle], size, offset)

    def _write(self, _node: int, asked: bytes) -> bytes:
        handle, offset, size = struct.unpack_from("<QQI", asked)
        return struct.pack("<II", os.pwrite(self._open[handle], asked[40 : 40 + size], offset), 0)

    def _sync(self, _node: int, asked: bytes) -> bytes:
        os.fsync(self._open[struct.unpack_from("<Q", asked)[0]])
        return b""

    def _space(self, _node: int, _asked: bytes) -> bytes:
        space = os.statvfs(self._paths[1])
        blocks = space.f_blocks, space.f_bfree, space.f_bavail, space.f_files, space.f_ffree
        return struct.pack("<5Q4I24x", *blocks, space.f_bsize, 255, space.f_frsize, 0)

    def _list(self, node: int, asked: bytes) -> bytes:
        _, offset, size = struct.unpack_from("<QQI", asked)
        with os.scandir(self._path(node)) as found:
            entries = sorted((entry.name, entry.inode(), entry.is_dir(follow_symlinks=False)) for entry in found)
        listed = b""
        for place, (name, inode, folder) in enumerate(entries[offset:], offset + 1):
            raw = os.fsencode(name)
            record = struct.pack("<QQII", inode, place, len(raw), 4 if folder else 8) + raw
            record += bytes(-len(record) % 8)
            if len(listed) + len(record) > size:
                break
            listed += record
        return listed


def main() -> None:
    """Mount the disk, print that it is mounted, and answer the kernel's requests."""
    behind, mounted, trouble = sys.argv[1:]
    device = os.open("/dev/fuse", os.O_RDWR)
    libc = ctypes.CDLL(None, use_errno=True)
    how = f"fd={device},rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other,max_read={_LONGEST}"
    if libc.mount(b"faulty", mounted.encode(), b"fuse.faulty", 0, how.encode()):
        sys.exit(f"it can't be mounted: {os.strerror(ctypes.get_errno())}")
    sys.stdout.write("mounted\n")
    sys.stdout.flush()
    Disk(os.path.realpath(behind), Path(trouble)).serve(device)


if __name__ == "__main__":
    main()
