"""The folder of a Jekyll site: its files, without symbolic links that lead out of it, and its ``_config.yml``."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from longwave.content.fields.content_file import MAX_BYTES, decode
from longwave.content.fields.plain_data import load_yaml
from longwave.content.site.origins import origin
from longwave.errors import ContentError, LongwaveError
from longwave.moving.import_report import Omission
from longwave.moving.other_generators import reject_other_sites

_CONFIG = ("_config.yml", "_config.yaml")
#: The host of addresses on a site whose settings don't name its host.
UNKNOWN_HOST = "https://old-site.invalid"
#: The labels that Jekyll has for its own collections.
_OWN = ("posts", "drafts")
_MAX_FILES = 200_000
#: The folders that Jekyll never reads.
_IGNORED_FOLDERS = frozenset({"node_modules", "vendor", ".git", ".jekyll-cache", ".sass-cache", ".bundle"})
#: The limit in bytes on a file that Jekyll built, such as a feed.
_MAX_BUILT_BYTES = 50_000_000


@dataclass(frozen=True)
class SourceSite:
    """A Jekyll site. ``files`` and ``built`` are sorted names relative to ``root``, with ``/``.

    ``built`` are the pages and feeds that Jekyll built into the folder ``destination``, if they are there; their names
    are relative to ``built_root``. Names of files are without ``collections_dir``, below which collections may lie.
    ``omissions`` are symbolic links that lead out of the site, and things that are no regular files.
    """

    root: Path
    config: Mapping[str, Any]
    files: tuple[str, ...]
    built: tuple[str, ...] = ()
    omissions: tuple[Omission, ...] = ()
    destination: str = "_site"
    built_root: Path = Path()
    _known: frozenset[str] = field(default=frozenset(), repr=False)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def path(self, name: str) -> Path:
        """Return the path of a file."""
        path = self.root / name
        folder = self.collections_dir
        return self.root / folder / name if folder and name.startswith("_") and not os.path.lexists(path) else path

    def text(self, name: str, limit: int = MAX_BYTES) -> str:
        """Return the text of a file. Raises ContentError when it has more than ``limit`` bytes or isn't UTF-8."""
        with self.path(name).open("rb") as stream:
            return decode(name, stream.read(limit + 1), limit)

    def built_bytes(self, name: str) -> bytes:
        """Return the bytes of a built file; empty for one that is too big to be a page or a feed."""
        path = self.built_root / name
        return path.read_bytes() if path.stat().st_size <= _MAX_BUILT_BYTES else b""

    def setting(self, key: str) -> Any:
        """Return a setting of ``_config.yml``, or None; ``podcast.title`` is the key ``title`` within ``podcast``."""
        value: Any = self.config
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def text_setting(self, *keys: str) -> str:
        """Return the first of these settings that is a text or a number, as text; empty if there is none."""
        for key in keys:
            value = self.setting(key)
            if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
        return ""

    @property
    def collections_dir(self) -> str:
        """Return the setting ``collections_dir``, the folder in which all folders of collections lie; mostly empty."""
        return self.text_setting("collections_dir").strip("./")

    @property
    def collections(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the settings of each collection other than posts and drafts, by its label."""
        listed = self.config.get("collections")
        if isinstance(listed, list):
            listed = {str(label): {} for label in listed}
        tables = listed.items() if isinstance(listed, Mapping) else ()
        return {str(label): table if isinstance(table, Mapping) else {} for label, table in tables if label not in _OWN}

    @property
    def home(self) -> str:
        """Return ``url``, or a stand-in for the unknown host of a site without one."""
        return self.url or UNKNOWN_HOST

    @property
    def url(self) -> str:
        """Return the site's address without a slash at its end, from ``url`` or the file CNAME; empty if unknown."""
        address = self.text_setting("url")
        if not address and "CNAME" in self:
            with suppress(ContentError):
                address = self.text("CNAME").strip()
        url = (address if "://" in address else f"https://{address}").rstrip("/")
        return url if origin(url) else ""

    @property
    def base(self) -> str:
        """Return the setting ``baseurl``, which is empty or a path such as ``/folder``."""
        bare = self.text_setting("baseurl").strip("/")
        return f"/{bare}" if bare else ""


def open_jekyll_site(root: Path, into: Path) -> SourceSite:
    """Return the Jekyll site in ``root``, without the files of the new site in ``into``.

    Raises LongwaveError when ``root`` holds no Jekyll site.
    """
    if not root.is_dir():
        reject_other_sites(root)
        raise LongwaveError(f"{root}: expected the folder of a Jekyll site, found no folder.")
    config = _config(root)
    if not config:
        reject_other_sites(root)
    destination = str(config.get("destination") or "_site").strip("./") or "_site"
    home = root.resolve()
    walk = _Walk(home, into.resolve(), _excluded(config))
    names = tuple(sorted(walk.names()))
    built = tuple(name for name in names if name.startswith(f"{destination}/"))
    below = _source_folder(config, names)
    others = (
        name.removeprefix(below) for name in names if name.startswith(below) and not name.startswith(f"{destination}/")
    )
    site = SourceSite(home / below, config, (), built, tuple(walk.omissions), destination, home)
    files = tuple(sorted(_without_folder(name, site.collections_dir) for name in others))
    if not any(
        "_posts" in name.split("/")[:-1] or name.split("/")[0].removeprefix("_") in site.collections for name in files
    ):
        reject_other_sites(root)
        raise LongwaveError(*_no_posts(root, config, names))
    return replace(site, files=files, _known=frozenset(files))


def _source_folder(config: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return the folder of the setting ``source``, with a slash at its end; empty for the folder of ``_config.yml``."""
    folder = str(config.get("source") or "").strip("./")
    return f"{folder}/" if folder and any(name.startswith(f"{folder}/") for name in names) else ""


def _without_folder(name: str, collections_dir: str) -> str:
    """Return a file's name without ``collections_dir``, if it lies in a collection's folder there."""
    return name.removeprefix(f"{collections_dir}/") if name.startswith(f"{collections_dir}/_") else name


def _no_posts(root: Path, config: Mapping[str, Any], names: Iterable[str]) -> tuple[str, str]:
    """Return the message that there is no post, and a hint."""
    found = f"{root}: expected a Jekyll site with a folder _posts or a collection of episodes, found none."
    if config or any(name.rpartition("/")[2] in _CONFIG for name in names):
        return found, "Its feed can be had, too: `longwave import rss FEED`."
    return found, "Name the folder in which _config.yml lies, not that of the built pages."


def _config(root: Path) -> Mapping[str, Any]:
    for name in _CONFIG:
        path = root / name
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            with path.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
            try:
                return load_yaml(name, decode(name, raw))
            except ContentError as error:
                raise LongwaveError(str(error.problem)) from None
    return {}


def _excluded(config: Mapping[str, Any]) -> tuple[str, ...]:
    listed = config.get("exclude")
    names = listed if isinstance(listed, list) else [listed] if isinstance(listed, str) else []
    return tuple(str(name).strip("/") for name in names if name)


@dataclass
class _Walk:
    """A walk through the site's folder that collects the omitted files."""

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
            if entry.name in _IGNORED_FOLDERS or Path(entry.path) == self.into or self._is_excluded(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self.names(Path(entry.path))
            elif self._is_file(entry, name):
                self.count += 1
                if self.count > _MAX_FILES:
                    raise LongwaveError(f"{self.root}: expected at most {_MAX_FILES:,} files, found more.")
                yield name

    def _is_excluded(self, name: str) -> bool:
        return any(name == pattern or fnmatchcase(name, pattern) for pattern in self.excluded)

    def _is_file(self, entry: os.DirEntry[str], name: str) -> bool:
        reason = ""
        try:
            name.encode()
            target = Path(entry.path).resolve()
            if not stat.S_ISREG(entry.stat().st_mode):
                reason = "a link to a folder, or no regular file"
            elif entry.is_symlink() and not target.is_relative_to(self.root):
                reason = "a link that leads out of the site"
        except UnicodeEncodeError:
            name, reason = name.encode("utf-8", "replace").decode(), "its name isn't UTF-8"
        except (OSError, RuntimeError):
            reason = "a link to nowhere"
        if reason:
            self.omissions.append(Omission(name, reason))
        return not reason
