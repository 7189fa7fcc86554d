"""What a deployment may set, from one table: name, default, help. Everything about the site itself is in site.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from longwave.errors import LongwaveError

_PACKAGE = Path(__file__).resolve().parent
STATIC = _PACKAGE / "static"
#: The built-in templates: inside an installed package, or at the top of a checkout.
TEMPLATES = _PACKAGE / "templates" if (_PACKAGE / "templates").is_dir() else _PACKAGE.parents[1] / "templates"
VERSION = version("longwave")
_OWN_CACHE = "longwave.web.memory.MemoryCache"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: the environment's name is ``LONGWAVE_<name>``."""

    name: str
    default: Any
    help: str


TABLE = (
    Setting("ROOT", "", "The folder that holds content/ and templates/. Overrides the folder of wsgi.py."),
    Setting("INDEX", "", "The folder for everything derived. Default: index/ in the root."),
    Setting("URL", "", "The site's public address, when it differs from `url` in site.toml."),
    Setting("CACHE_TYPE", _OWN_CACHE, "A flask-caching backend for finished pages."),
    Setting("CACHE_MB", 64, "How many megabytes the in-memory page cache may hold."),
    Setting("COUNT_SEARCHES", True, "0: don't count what is searched (see `flask searches`; never by whom)."),
    Setting(
        "SENDFILE",
        "",
        "Let the proxy send audio: X-Accel-Redirect=/protected/audio (nginx) or X-Sendfile (Apache, Caddy).",
    ),
    Setting(
        "WATCH", False, "1: look at content/ all the time and publish each save (for writing on your own machine)."
    ),
)


@dataclass(frozen=True, slots=True)
class Sendfile:
    """The header that tells a proxy which file to send.

    ``prefix`` is the proxy's address of ``content/audio``, without a slash at its end; None where the proxy wants the
    file's path on disk.
    """

    header: str
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The deployment's settings, checked. ``url`` has no slash at its end; empty when the environment gave none.

    ``sendfile`` is None where Longwave sends audio itself. With ``preview``, what is unpublished is shown too, and
    nobody elsewhere is told of anything.
    """

    root: Path
    index: Path
    url: str
    cache_type: str
    cache_bytes: int
    watch: bool
    count_searches: bool
    sendfile: Sendfile | None = None
    preview: bool = False

    @property
    def instance(self) -> Path:
        """The folder of the little that isn't derived."""
        return self.root / "instance"

    @property
    def content(self) -> Path:
        """The folder of the site's content."""
        return self.root / "content"


def read_settings(config: Mapping[str, Any], root: Path) -> Settings:
    """Settings from Flask's configuration, where ``from_prefixed_env("LONGWAVE")`` left them.

    Raises LongwaveError when a value can't be used.
    """
    values = {setting.name: config.get(setting.name, setting.default) for setting in TABLE}
    folder = Path(str(values["ROOT"])).expanduser().resolve() if values["ROOT"] else root.resolve()
    index = Path(str(values["INDEX"])).expanduser() if values["INDEX"] else folder / "index"
    megabytes = values["CACHE_MB"]
    if isinstance(megabytes, bool) or not isinstance(megabytes, (int, float)) or not 0 <= megabytes <= 1_000_000:
        raise LongwaveError(f"LONGWAVE_CACHE_MB: expected a number of megabytes, found {megabytes!r}.", "Try 64.")
    return Settings(
        root=folder,
        index=index.resolve(),
        url=_address(str(values["URL"] or "")),
        cache_type=str(values["CACHE_TYPE"]),
        cache_bytes=int(megabytes * 1_000_000),
        watch=_is_on(values["WATCH"]),
        count_searches=_is_on(values["COUNT_SEARCHES"]),
        sendfile=_sendfile(str(values["SENDFILE"] or "").strip()),
    )


def for_preview(settings: Settings) -> Settings:
    """The settings of a preview of the same folder. What it derives lies apart, so that no public server sees it."""
    return replace(
        settings,
        preview=True,
        index=settings.index / "preview",
        cache_type=_OWN_CACHE,
        watch=True,
        count_searches=False,
        sendfile=None,
    )


def _is_on(value: object) -> bool:
    return str(value).lower() in {"1", "true", "yes", "on"}


def _sendfile(text: str) -> Sendfile | None:
    if not text:
        return None
    # A header that the proxy doesn't know would make every file an empty one.
    match = re.fullmatch(r"(X-Sendfile)|(X-Accel-Redirect)=(/[!-~]*)", text, re.IGNORECASE)
    if match is None:
        raise LongwaveError(
            f"LONGWAVE_SENDFILE: expected X-Accel-Redirect=/path or X-Sendfile, found {text!r}.",
            "For nginx, try X-Accel-Redirect=/protected/audio.",
        )
    return Sendfile(match[1]) if match[1] else Sendfile(match[2], match[3].rstrip("/"))


def _address(url: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise LongwaveError(f"LONGWAVE_URL: expected an address, found {url!r}.", "Try https://podcast.example.com.")
    return url.rstrip("/")
