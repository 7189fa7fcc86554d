"""Possible states of a disk after a power cut: every write of a real run, as strace recorded it, minus unsynced ones.

Only fsync() makes a write safe: a file's bytes, or the names in a folder. Any other write may survive or be lost, in
any order: a file's name without its bytes, bytes without their name, or half of the bytes.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_CALLS = ("openat,open,creat,close,dup,dup2,dup3,fcntl,lseek,write,pwrite64,ftruncate,truncate,fsync,fdatasync,rename,renameat,renameat2,mkdir,"
          "mkdirat,link,linkat,unlink,unlinkat,rmdir,symlink,symlinkat,sendfile,copy_file_range,writev,pwritev,pwritev2")  # fmt: skip
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_BASE = re.compile(r"(?:^|, )(?:AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>")


@dataclass(eq=False)
class File:
    """A file: its bytes as programs see them (``data``), and those that survive a power cut, as synced (``kept``)."""

    data: bytearray = field(default_factory=bytearray)
    kept: bytes = b""


@dataclass(eq=False)
class Folder:
    """A folder: its entries as programs see them (``names``), and those that would survive a power cut (``kept``)."""

    names: dict[str, File | Folder] = field(default_factory=dict)
    kept: dict[str, File | Folder] = field(default_factory=dict)


@dataclass
class _Open:
    node: File | Folder
    at: int = 0
    appends: bool = False


#: The content of the disk after a power cut, by paths: the bytes of each file, None for a folder.
State = dict[str, bytes | None]


def can_record() -> bool:
    """Return whether strace can record system calls here, which some containers forbid."""
    strace = shutil.which("strace")
    return strace is not None and subprocess.run([strace, "-o", os.devnull, "true"], check=False).returncode == 0


def record(command: list[str], root: Path, trace: Path, **environment: str) -> None:
    """Run a program that writes below ``root``, and record its system calls in the file ``trace``."""
    strace = ["strace", "-f", "-qq", "-y", "-xx", "-s", "100000000", "-e", f"trace={_CALLS}", "-o", str(trace)]
    subprocess.run([*strace, *command], cwd=root, env=os.environ | environment, check=True, capture_output=True)


class Disk:
    """A model of the disk folder ``root`` while a recorded program runs."""

    def __init__(self, root: Path) -> None:
        """Load the folder, whose present content counts as synced."""
        self.root = root
        self.top = _load(root)
        self._files: dict[int, _Open] = {}

    def replay(self, trace: Path) -> Iterator[str]:
        """Apply the recorded system calls to the model one by one; yield the name of each that changed anything."""
        for name, rest, result in _calls(trace):
            if result >= 0 and self._do(name, rest, result):
                yield name

    def states(self, dice: random.Random) -> Iterator[tuple[str, State]]:
        """Yield descriptions and contents of possible disks after a power cut: unsynced writes lost, kept or mixed."""
        yield "all that isn't synced is lost", _state(self.top, lambda f: f.kept, lambda f: f.names)
        yield "names are there, bytes aren't", _state(self.top, lambda f: f.kept, lambda f: f.kept)
        yield "as it was", _state(self.top, lambda f: bytes(f.data), lambda f: f.kept)
        yield "any", _state(self.top, lambda f: _torn(f, dice), lambda f: _either(f, dice))

    def seen(self) -> State:
        """Return the state of the disk as programs see it, with unsynced writes."""
        return _state(self.top, lambda f: bytes(f.data), lambda f: f.names)

    def _do(self, name: str, rest: str, result: int) -> bool:
        first = int(found[0]) if (found := re.match(r"\d+", rest)) else -1
        if name in ("open", "openat", "creat"):
            return self._open(_paths(rest)[0], rest, result)
        if name == "close":
            self._files.pop(first, None)
            return False
        if name.startswith("dup") or name == "fcntl":
            if first in self._files and "F_SET" not in rest and "F_GET" not in rest:
                self._files[result] = self._files[first]
            return False
        if name in ("truncate", "symlink", "symlinkat", "writev", "pwritev", "pwritev2"):
            assert first not in self._files, rest[:200]
            assert not any(_decoded(text).startswith(str(self.root)) for text in _TEXT.findall(rest)), rest[:200]
            return False
        if name in (
            "rename",
            "renameat",
            "renameat2",
            "mkdir",
            "mkdirat",
            "link",
            "linkat",
            "unlink",
            "unlinkat",
            "rmdir",
        ):
            return self._name(name, _paths(rest))
        file = self._files.get(first)
        return file is not None and self._bytes(name, file, rest, result)

    def _open(self, path: str, rest: str, result: int) -> bool:
        folder, name = self._place(path)
        self._files.pop(result, None)
        if folder is None:
            return False
        changed = False
        node = folder.names.get(name) if name else folder
        if node is None:
            assert "O_CREAT" in rest, path
            node = folder.names[name] = File()
            changed = True
        elif isinstance(node, File) and "O_TRUNC" in rest and node.data:
            node.data.clear()
            changed = True
        self._files[result] = _Open(node, appends="O_APPEND" in rest)
        return changed

    def _name(self, name: str, paths: list[str]) -> bool:
        (folder, first), *others = [self._place(path) for path in paths]
        if folder is None:
            return False
        if name.startswith("mkdir"):
            folder.names[first] = Folder()
        elif name.startswith(("unlink", "rmdir")):
            del folder.names[first]
        else:
            target, other = others[0]
            assert target is not None, paths
            if name.startswith("rename"):
                # Renaming one name of a file to another of its names does nothing (rename(2)).
                if target.names.get(other) is not folder.names[first]:
                    target.names[other] = folder.names.pop(first)
            else:
                target.names[other] = folder.names[first]
        return True

    def _bytes(self, name: str, file: _Open, rest: str, result: int) -> bool:
        node = file.node
        if name in ("fsync", "fdatasync"):
            if isinstance(node, File):
                node.kept = bytes(node.data)
            else:
                node.kept = dict(node.names)
            return True
        if name == "lseek":
            file.at = result
            return False
        assert isinstance(node, File)
        if name == "ftruncate":
            size = int(rest.split(",")[1])
            node.data[size:] = bytes(max(0, size - len(node.data)))
            return True
        if name in ("sendfile", "copy_file_range"):
            return self._copied(name, node, file, rest, result)
        at = int(rest.rsplit(",", 1)[1]) if name == "pwrite64" else len(node.data) if file.appends else file.at
        data = _raw(_TEXT.findall(rest)[0])[:result]
        _put(node, at, data)
        if name == "write":
            file.at = at + result
        return bool(result)

    def _copied(self, name: str, node: File, file: _Open, rest: str, result: int) -> bool:
        descriptors = [int(number) for number in re.findall(r"(?:, |\[)(\d+)(?:<|\])", rest)]
        if name == "copy_file_range":
            # copy_file_range(2) copies from its first file descriptor, sendfile(2) from its second.
            source, target = file, self._files[descriptors[0]]
            assert isinstance(source.node, File)
            assert isinstance(target.node, File)
            _put(target.node, target.at, source.node.data[source.at : source.at + result])
            source.at, target.at = source.at + result, target.at + result
            return bool(result)
        source, offset = self._files[descriptors[0]], descriptors[1]
        assert isinstance(source.node, File)
        _put(node, file.at, source.node.data[offset : offset + result])
        file.at += result
        return bool(result)

    def _place(self, path: str) -> tuple[Folder | None, str]:
        """Return the folder that contains a path, or None if that is outside of the root, and the name in it."""
        if path == str(self.root):
            return self.top, ""
        if not path.startswith(f"{self.root}/"):
            return None, ""
        *above, name = path[len(str(self.root)) + 1 :].split("/")
        folder = self.top
        for part in above:
            below = folder.names[part]
            assert isinstance(below, Folder)
            folder = below
        return folder, name


def lay(state: State, root: Path) -> None:
    """Write a state of the disk into the new folder ``root``."""
    root.mkdir()
    for name, data in sorted(state.items()):
        if data is None:
            (root / name).mkdir()
        else:
            (root / name).write_bytes(data)


def digest(state: State) -> str:
    """Return a hash of a disk's content (its files and folders)."""
    checksum = hashlib.sha256()
    for name, data in sorted(state.items()):
        checksum.update(f"{name}\0{-1 if data is None else len(data)}\0".encode())
        checksum.update(data or b"")
    return checksum.hexdigest()


def _load(path: Path) -> Folder:
    names: dict[str, File | Folder] = {}
    links: dict[int, File] = {}
    for one in path.iterdir():
        if one.is_dir():
            names[one.name] = _load(one)
        else:
            data = one.read_bytes()
            names[one.name] = links.setdefault(one.stat().st_ino, File(bytearray(data), data))
    return Folder(names, dict(names))


def _state(
    top: Folder, data: Callable[[File], bytes], names: Callable[[Folder], dict[str, File | Folder]], at: str = ""
) -> State:
    state: State = {}
    for name, node in names(top).items():
        if isinstance(node, Folder):
            state[at + name] = None
            state |= _state(node, data, names, f"{at}{name}/")
        else:
            state[at + name] = data(node)
    return state


def _torn(file: File, dice: random.Random) -> bytes:
    data = bytes(file.data)
    if data == file.kept:
        return data
    cut = dice.randrange(len(data) + 1)
    return dice.choice((file.kept, data, data[:cut], data[:cut] + bytes(len(data) - cut)))


def _either(folder: Folder, dice: random.Random) -> dict[str, File | Folder]:
    chosen = {}
    for name in folder.names.keys() | folder.kept.keys():
        node = dice.choice((folder.names, folder.kept)).get(name)
        if node is not None:
            chosen[name] = node
    return chosen


def _put(node: File, at: int, data: bytes | bytearray) -> None:
    if at > len(node.data):
        node.data.extend(bytes(at - len(node.data)))
    node.data[at : at + len(data)] = data


def _calls(trace: Path) -> Iterator[tuple[str, str, int]]:
    begun: dict[str, str] = {}
    for line in trace.read_text("ascii").splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[thread] = call.removesuffix("<unfinished ...>")
            continue
        if resumed := re.match(r"<\.\.\. \w+ resumed>", call):
            call = begun.pop(thread) + call[resumed.end() :]
        match = re.fullmatch(r"(\w+)\((.*)\)\s+= (-?\d+)(?:<.*>)?(?: .*)?", call, re.DOTALL)
        if match:
            yield match[1], match[2], int(match[3])


def _paths(rest: str) -> list[str]:
    """Return the absolute paths in a system call's arguments; relative ones are resolved against its open folders."""
    texts = [_decoded(text) for text in _TEXT.findall(rest)]
    bases = _BASE.findall(rest)
    paths = []
    for at, text in enumerate(texts):
        base = _decoded(bases[min(at, len(bases) - 1)]) if bases else ""
        paths.append(os.path.normpath(Path(base) / text))
    return paths


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _decoded(text: str) -> str:
    return os.fsdecode(_raw(text))
