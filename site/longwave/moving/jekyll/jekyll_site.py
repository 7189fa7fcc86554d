"""The folder of a Jekyll site, as far as it can be trusted: what lies in it, and what its ``_config.yml`` says."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from longwave.content.fields.frontmatter import MAX_BYTES, decode, load
from longwave.content.site.origins import origin
from longwave.errors import ContentError, LongwaveError
from longwave.moving.import_report import Omission

_CONFIG = ("_config.yml", "_config.yaml")
_MOST_FILES = 200_000
#: What Jekyll itself never reads.
_SKIPPED = frozenset({"node_modules", "vendor", ".git", ".jekyll-cache", ".sass-cache", ".bundle"})
#: Bytes of a file that was built, such as a feed.
_MOST_BUILT = 50_000_000


@dataclass(frozen=True)
class Source:
    """A Jekyll site. ``files`` and ``built`` are names relative to ``root``, with ``/``, in order.

    ``built`` is what Jekyll made of it, if that lies here. ``left`` are links that lead out and files that are none.
    """

    root: Path
    config: Mapping[str, Any]
    files: tuple[str, ...]
    built: tuple[str, ...] = ()
    omissions: tuple[Omission, ...] = ()
    destination: str = "_site"
    _known: frozenset[str] = field(default=frozenset(), repr=False)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def path(self, name: str) -> Path:
        """Where a file lies."""
        return self.root / name

    def text(self, name: str, limit: int = MAX_BYTES) -> str:
        """The text of a file. Raises ContentError when it is too big or no text."""
        with self.path(name).open("rb") as stream:
            return decode(name, stream.read(limit + 1), limit)

    def built_text(self, name: str) -> bytes:
        """The bytes of a file that was built; empty for one that is too big to be a page or a feed."""
        path = self.path(name)
        return path.read_bytes() if path.stat().st_size <= _MOST_BUILT else b""

    def setting(self, key: str) -> Any:
        """What ``_config.yml`` says; None for nothing. ``"podcast.title"`` is ``title`` below ``podcast``."""
        value: Any = self.config
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def text_setting(self, *keys: str) -> str:
        """The first of these settings that is plain text; else empty."""
        for key in keys:
            value = self.setting(key)
            if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
        return ""

    @property
    def url(self) -> str:
        """The address of the host, without a slash at the end; empty where nothing says it."""
        named = self.text_setting("url")
        if not named and "CNAME" in self:
            with suppress(ContentError):
                named = self.text("CNAME").strip()
        url = (named if "://" in named else f"https://{named}").rstrip("/")
        return url if origin(url) else ""

    @property
    def base(self) -> str:
        """``baseurl``: empty, or ``/folder``."""
        bare = self.text_setting("baseurl").strip("/")
        return f"/{bare}" if bare else ""


def open_source(root: Path, into: Path) -> Source:
    """Look at the site in ``root``; what lies in ``into`` isn't part of it. Raises LongwaveError when it is none."""
    if not root.is_dir():
        raise LongwaveError(f"{root}: expected the folder of a Jekyll site, found no folder.")
    config = _config(root)
    destination = str(config.get("destination") or "_site").strip("./") or "_site"
    walk = _Walk(root.resolve(), into.resolve(), _excluded(config))
    names = tuple(sorted(walk.names()))
    files = tuple(name for name in names if not name.startswith(f"{destination}/"))
    built = tuple(name for name in names if name.startswith(f"{destination}/"))
    if not any("_posts" in name.split("/")[:-1] for name in files):
        hint = "Name the folder in which _config.yml lies, not that of the built pages."
        raise LongwaveError(f"{root}: expected a Jekyll site with a folder _posts, found none.", hint)
    return Source(root.resolve(), config, files, built, tuple(walk.omissions), destination, frozenset(files))


def _config(root: Path) -> Mapping[str, Any]:
    for name in _CONFIG:
        path = root / name
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            with path.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
            try:
                return load(name, decode(name, raw))
            except ContentError as error:
                raise LongwaveError(str(error.problem)) from None
    return {}


def _excluded(config: Mapping[str, Any]) -> tuple[str, ...]:
    listed = config.get("exclude")
    names = listed if isinstance(listed, list) else [listed] if isinstance(listed, str) else []
    return tuple(str(name).strip("/") for name in names if name)


@dataclass
class _Walk:
    root: Path
    into: Path
    excluded: tuple[str, ...]
    omissions: list[Omission] = field(default_factory=list)
    count: int = 0

    def names(self, folder: Path | None = None) -> Iterator[str]:
        with os.scandir(folder or self.root) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        for entry in entries:
            name = Path(entry.path).relative_to(self.root).as_posix()
            if entry.name in _SKIPPED or Path(entry.path) == self.into or self._is_excluded(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self.names(Path(entry.path))
            elif self._is_file(entry, name):
                self.count += 1
                if self.count > _MOST_FILES:
                    raise LongwaveError(f"{self.root}: expected at most {_MOST_FILES:,} files, found more.")
                yield name

    def _is_excluded(self, name: str) -> bool:
        return any(name == pattern or fnmatchcase(name, pattern) for pattern in self.excluded)

    def _is_file(self, entry: os.DirEntry[str], name: str) -> bool:
        why = ""
        try:
            name.encode()
            target = Path(entry.path).resolve()
            if not stat.S_ISREG(entry.stat().st_mode):
                why = "a link to a folder, or no regular file"
            elif entry.is_symlink() and not target.is_relative_to(self.root):
                why = "a link that leads out of the site"
        except UnicodeEncodeError:
            name, why = name.encode("utf-8", "replace").decode(), "its name isn't UTF-8"
        except (OSError, RuntimeError):
            why = "a link to nowhere"
        if why:
            self.omissions.append(Omission(name, why))
        return not why
