"""What a deployment may set, from one table: name, default, help. Everything about the site itself is in site.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from longwave.errors import LongwaveError
from longwave.urls import site_address

_PACKAGE = Path(__file__).resolve().parent
STATIC = _PACKAGE / "static"
#: The built-in templates: inside an installed package, or at the top of a checkout.
TEMPLATES = _PACKAGE / "templates" if (_PACKAGE / "templates").is_dir() else _PACKAGE.parents[1] / "templates"
VERSION = version("longwave")
#: Bytes of a request's body: nothing is sent here but what was searched.
MAX_BODY_BYTES = 2_048
_OWN_CACHE = "longwave.web.caching.memory_cache.MemoryCache"


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
    Setting(
        "TRUSTED_PROXIES",
        "",
        "Who may say for whom it asks (X-Forwarded-For, X-Forwarded-Proto): addresses or networks, such as 127.0.0.1.",
    ),
    Setting(
        "ACCESS_LOG",
        "",
        "A line of JSON for each request. 1: on standard output; 0: none; or a file. "
        "Default: `flask serve` prints them where its output is no terminal.",
    ),
    Setting("METRICS", "", "A loopback address and port at which `longwave serve` shows metrics: 127.0.0.1:9100."),
    Setting("METRICS_TOKEN", "", "Who sends it (Authorization: Bearer) may read /metrics, and nobody else."),
    Setting("SEARCH_LIMIT", "300 per minute", "How often one address may search; 0: as often as it likes."),
    Setting("STOP_SECONDS", 30, "How long `flask serve` finishes downloads for when it is told to stop."),
)
#: The headers, in small letters, by which a proxy is told to send a file.
SENDFILE_HEADERS = frozenset({"x-accel-redirect", "x-sendfile"})
#: In the list of trusted proxies: what asks by a Unix socket, which has no address.
UNIX_SOCKET = "unix"
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Sendfile:
    """The header that tells a proxy which file to send.

    ``prefix`` is the proxy's address of ``content/audio``, without a slash at its end; None where the proxy wants the
    file's path on disk.
    """

    header: str
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies whose word on a client's address is taken; ``unix``: also whoever asks by a Unix socket."""

    networks: tuple[Network, ...]
    unix: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """The deployment's settings, checked. ``url`` has no slash at its end; empty when the environment gave none.

    ``sendfile`` is None where Longwave sends audio itself, ``proxies`` where nobody is trusted. ``access_log`` is ``1``
    for standard output, ``0`` for none, a path, or empty where the server may choose; an empty ``search_limit``
    is none. ``metrics`` is an address and a port of their own, ``metrics_token`` what opens `/metrics`; there are none
    without either. With ``preview``, what is unpublished is shown too, and nobody elsewhere is told of anything.
    """

    root: Path
    index: Path
    url: str
    cache_type: str
    cache_bytes: int
    watch: bool
    count_searches: bool
    sendfile: Sendfile | None = None
    proxies: Proxies | None = None
    access_log: str = ""
    metrics: tuple[str, int] | None = None
    metrics_token: str = field(default="", repr=False)
    search_limit: str = ""
    stop_seconds: float = 30
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
        watch=_switch("WATCH", values),
        count_searches=_switch("COUNT_SEARCHES", values),
        sendfile=_sendfile(str(values["SENDFILE"] or "").strip()),
        proxies=_proxies(str(values["TRUSTED_PROXIES"] or "")),
        access_log=_log(values["ACCESS_LOG"], folder),
        metrics=_loopback(values["METRICS"]),
        metrics_token=str(values["METRICS_TOKEN"] or ""),
        search_limit=_limit(values["SEARCH_LIMIT"]),
        stop_seconds=_seconds(values["STOP_SECONDS"]),
    )


def preview_settings(settings: Settings) -> Settings:
    """The settings of a preview of the same folder. What it derives lies apart, so that no public server sees it."""
    return replace(
        settings,
        preview=True,
        index=settings.index / "preview",
        cache_type=_OWN_CACHE,
        watch=True,
        count_searches=False,
        sendfile=None,
        proxies=None,
        access_log="0",
        metrics=None,
        metrics_token="",
        search_limit="",
        stop_seconds=1,
    )


def _is_on(value: object) -> bool:
    return str(value).lower() in {"1", "true", "yes", "on"}


def _is_off(value: object) -> bool:
    return str(value).lower() in {"0", "false", "no", "off"}


def _switch(name: str, values: Mapping[str, Any]) -> bool:
    value = values[name]
    if not (value == "" or _is_on(value) or _is_off(value)):
        raise LongwaveError(f"LONGWAVE_{name}: expected 1 or 0, found {value!r}.")
    return _is_on(value)


def _proxies(text: str) -> Proxies | None:
    names = [name for name in re.split(r"[\s,]+", text) if name]
    try:
        networks = tuple(ip_network(name, strict=False) for name in names if name != UNIX_SOCKET)
    except ValueError as error:
        raise LongwaveError(
            f"LONGWAVE_TRUSTED_PROXIES: expected addresses or networks with commas between, found: {error}.",
            "For a proxy on this machine, try 127.0.0.1,::1.",
        ) from None
    return Proxies(networks, UNIX_SOCKET in names) if names else None


def _loopback(value: object) -> tuple[str, int] | None:
    text = str(value or "").strip()
    if not text or _is_off(text):
        return None
    host, _, port = text.rpartition(":")
    try:
        near, number = ip_address(host.removeprefix("[").removesuffix("]")), int(port)
    except ValueError:
        near, number = ip_address("0.0.0.0"), 0  # noqa: S104 - which is refused
    if not near.is_loopback or not 0 < number < 65_536:
        hint = "From elsewhere, metrics are read at /metrics with LONGWAVE_METRICS_TOKEN."
        found = f"LONGWAVE_METRICS: expected a loopback address and a port such as 127.0.0.1:9100, found {text!r}."
        raise LongwaveError(found, hint)
    return str(near), number


def _log(value: object, root: Path) -> str:
    if value == "":
        return ""
    if _is_on(value) or _is_off(value):
        return "1" if _is_on(value) else "0"
    return str(root / Path(str(value)).expanduser())


def _limit(value: object) -> str:
    text = str(value or "").strip()
    if not text or _is_off(text):
        return ""
    if not re.fullmatch(r"\d{1,9} ?(per|/) ?(second|minute|hour|day)", text, re.IGNORECASE):
        raise LongwaveError(
            f"LONGWAVE_SEARCH_LIMIT: expected how often in which time, found {text!r}.", "Try: 300 per minute."
        )
    return text


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 86_400:
        raise LongwaveError(f"LONGWAVE_STOP_SECONDS: expected a number of seconds, found {value!r}.", "Try 30.")
    return float(value)


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
    try:
        return site_address(url)
    except ValueError as error:
        raise LongwaveError(f"LONGWAVE_URL: expected {error}, found {url!r}.") from None
