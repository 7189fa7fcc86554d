"""The settings of a deployment, each declared once; everything about the site itself is in site.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from longwave.errors import LongwaveError
from longwave.urls import ROOT_HINT, site_address

_PACKAGE = Path(__file__).resolve().parent
STATIC = _PACKAGE / "static"
#: The built-in templates: inside an installed package, or at the top of a checkout.
TEMPLATES = _PACKAGE / "templates" if (_PACKAGE / "templates").is_dir() else _PACKAGE.parents[1] / "templates"
VERSION = version("longwave")
#: The limit of a request's body: pages send nothing but the words that were searched.
MAX_BODY_BYTES = 2_048
#: The headers, in small letters, by which a proxy is told to send a file.
SENDFILE_HEADERS = frozenset({"x-accel-redirect", "x-sendfile"})
#: The name, in the list of trusted proxies, of every proxy that connects by a Unix socket, which has no address.
UNIX_SOCKET = "unix"
_MEMORY_CACHE = "longwave.web.caching.memory_cache.MemoryCache"
_ON, _OFF = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_MAX_CACHE_MB, _MAX_STOP_SECONDS = 1_000_000, 86_400


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable, ``LONGWAVE_<name>``, declared beside the field of ``Settings`` that holds its value.

    ``read`` converts the value that Flask took from the environment, and raises ValueError with the words for what was
    expected; ``hint`` then ends the message. ``help`` and ``default_help`` are Markdown for the table in
    docs/running.md; without a ``default_help`` the table shows ``default``.
    """

    name: str
    default: str | int
    read: Callable[[Any], Any]
    help: str
    default_help: str | None = None
    hint: str = ""


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
    """The proxies that are trusted to name a client's address; with ``unix``, all that connect by a Unix socket."""

    networks: tuple[IPv4Network | IPv6Network, ...]
    unix: bool


def _folder(value: Any) -> Path | None:
    return Path(str(value)).expanduser() if value else None


def _address(value: Any) -> str:
    return site_address(str(value)) if value else ""


def _switch(value: Any) -> bool:
    text = str(value).lower()
    if text not in _ON | _OFF | {""}:
        raise ValueError("1 or 0")
    return text in _ON


def _number(value: Any, limit: int, unit: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= limit:
        raise ValueError(f"a number of {unit}")
    return float(value)


def _cache_bytes(value: Any) -> int:
    return int(_number(value, _MAX_CACHE_MB, "megabytes") * 1_000_000)


def _stop_seconds(value: Any) -> float:
    return _number(value, _MAX_STOP_SECONDS, "seconds")


def _sendfile(value: Any) -> Sendfile | None:
    text = str(value or "").strip()
    if not text:
        return None
    # Only these two headers are accepted, as a proxy would send an empty file for each header that it doesn't know.
    match = re.fullmatch(r"(X-Sendfile)|(X-Accel-Redirect)=(/[!-~]*)", text, re.IGNORECASE)
    if match is None:
        raise ValueError("X-Accel-Redirect=/path or X-Sendfile")
    return Sendfile(match[1]) if match[1] else Sendfile(match[2], match[3].rstrip("/"))


def _proxies(value: Any) -> Proxies | None:
    names = [name for name in re.split(r"[\s,]+", str(value or "")) if name]
    networks = tuple(_network(name) for name in names if name != UNIX_SOCKET)
    return Proxies(networks, UNIX_SOCKET in names) if names else None


def _network(name: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(name, strict=False)
    except ValueError:
        raise ValueError(f"an address or a network instead of {name!r}") from None


def _access_log(value: Any) -> str:
    text = str(value)
    return "1" if text.lower() in _ON else "0" if text.lower() in _OFF else text


def _loopback(value: Any) -> tuple[str, int] | None:
    text = str(value or "").strip()
    if not text or text.lower() in _OFF:
        return None
    host, _, port = text.rpartition(":")
    try:
        address, number = ip_address(host.removeprefix("[").removesuffix("]")), int(port)
    except ValueError:
        address = None
    if address is None or not address.is_loopback or not 0 < number < 65_536:
        raise ValueError("a loopback address and a port such as 127.0.0.1:9100")
    return str(address), number


def _rate(value: Any) -> str:
    text = str(value or "").strip()
    if not text or text.lower() in _OFF:
        return ""
    if not re.fullmatch(r"\d{1,9} ?(per|/) ?(second|minute|hour|day)", text, re.IGNORECASE):
        raise ValueError("a number of searches per second, minute, hour or day")
    return text


@dataclass(frozen=True, slots=True)
class Settings:
    """The deployment's settings, checked.

    ``url`` has no slash at its end and is empty when the environment gave none. ``sendfile`` is None where Longwave
    sends audio itself, ``proxies`` where no proxy is trusted. ``access_log`` is ``1`` for standard output, ``0`` for
    none, a path, or empty where the server may choose; an empty ``search_limit`` limits nothing. ``metrics`` is a
    loopback address and a port, ``metrics_token`` the secret that opens `/metrics`; without either there are no
    metrics. A ``preview`` shows unpublished episodes too, and notifies no other host of anything.
    """

    root: Annotated[
        Path,
        Setting("ROOT", "", _folder, "The folder that holds `content/` and `templates/`.", "the folder of `wsgi.py`"),
    ]
    index: Annotated[
        Path,
        Setting(
            "INDEX",
            "",
            _folder,
            "The folder of everything derived from the content; delete it whenever you like.",
            "`index/` in the root",
        ),
    ]
    url: Annotated[
        str,
        Setting(
            "URL",
            "",
            _address,
            "The site's public address, if it differs. Set it for `longwave reindex`, too.",
            "`url` in `site.toml`",
            ROOT_HINT,
        ),
    ]
    cache_type: Annotated[
        str,
        Setting(
            "CACHE_TYPE",
            _MEMORY_CACHE,
            str,
            "A [flask-caching](https://flask-caching.readthedocs.io/) backend for pages, such as `RedisCache` for "
            "[several processes](#several-processes).",
            "in memory",
        ),
    ]
    cache_bytes: Annotated[
        int,
        Setting(
            "CACHE_MB",
            64,
            _cache_bytes,
            "The size of the page cache in the memory of each process, in megabytes.",
            hint="Try 64.",
        ),
    ]
    sendfile: Annotated[
        Sendfile | None,
        Setting(
            "SENDFILE",
            "",
            _sendfile,
            "The header that makes the proxy [send audio](#audio): `X-Accel-Redirect=/protected/audio` for nginx, "
            "`X-Sendfile` for Apache and Caddy.",
            hint="For nginx, try X-Accel-Redirect=/protected/audio.",
        ),
    ]
    count_searches: Annotated[
        bool, Setting("COUNT_SEARCHES", 1, _switch, "0: don't count [searches](search.md#see-popular-searches).")
    ]
    watch: Annotated[
        bool,
        Setting(
            "WATCH", 0, _switch, "1: publish each save, and a `git checkout` as one, for writing on your own machine."
        ),
    ]
    proxies: Annotated[
        Proxies | None,
        Setting(
            "TRUSTED_PROXIES",
            "",
            _proxies,
            "The [proxies](#behind-a-proxy) that may name a client's address and scheme: `127.0.0.1,::1`.",
            hint="For a proxy on this machine, try 127.0.0.1,::1.",
        ),
    ]
    access_log: Annotated[
        str,
        Setting(
            "ACCESS_LOG",
            "",
            _access_log,
            "A line of JSON for each [request](#log). 1: on standard output; 0: none; or a file.",
            "1 for `longwave serve`, unless its output is a terminal",
        ),
    ]
    metrics: Annotated[
        tuple[str, int] | None,
        Setting(
            "METRICS",
            "",
            _loopback,
            "A loopback address and port at which `longwave serve` shows [metrics](#health-and-metrics): "
            "`127.0.0.1:9100`.",
            hint="From elsewhere, metrics are read at /metrics with LONGWAVE_METRICS_TOKEN.",
        ),
    ]
    metrics_token: Annotated[
        str,
        Setting(
            "METRICS_TOKEN",
            "",
            lambda value: str(value or ""),
            "The secret (`Authorization: Bearer`) that opens [`/metrics`](#health-and-metrics).",
        ),
    ] = field(repr=False)
    search_limit: Annotated[
        str,
        Setting(
            "SEARCH_LIMIT",
            "300 per minute",
            _rate,
            "How often one address may [search](#limit-searches); 0: without a limit.",
            hint="Try: 300 per minute.",
        ),
    ]
    stop_seconds: Annotated[
        float,
        Setting(
            "STOP_SECONDS",
            30,
            _stop_seconds,
            "How long a [stop](#stopping-and-restarting) waits for downloads to finish, in seconds.",
            hint="Try 30.",
        ),
    ]
    preview: bool = False

    @property
    def instance(self) -> Path:
        """Return the folder ``instance`` of the few files that can't be derived from the content."""
        return self.root / "instance"

    @property
    def old_feeds(self) -> Path:
        """Return the folder of the feeds from before a move, which an import keeps and later checks compare."""
        return self.instance / "old-feeds"

    @property
    def content(self) -> Path:
        """Return the folder of the site's content."""
        return self.root / "content"


def declared_settings() -> dict[str, Setting]:
    """Return the declaration of each setting by the name of its field in ``Settings``, in the order of the fields."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}


def read_settings(config: Mapping[str, Any], root: Path) -> Settings:
    """Return the settings in Flask's configuration, after ``from_prefixed_env("LONGWAVE")``, of the site in ``root``.

    Raises LongwaveError when a value can't be used.
    """
    values = {name: _read(setting, config) for name, setting in declared_settings().items()}
    values["root"] = folder = (values["root"] or root).resolve()
    values["index"] = (values["index"] or folder / "index").resolve()
    if values["access_log"] not in ("", "0", "1"):
        values["access_log"] = str(folder / Path(values["access_log"]).expanduser())
    return Settings(**values)


def preview_settings(settings: Settings) -> Settings:
    """Return the settings of a preview of the same site, with its own index folder for editions."""
    return replace(
        settings,
        preview=True,
        index=settings.index / "preview",
        cache_type=_MEMORY_CACHE,
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


def _read(setting: Setting, config: Mapping[str, Any]) -> Any:
    value = config.get(setting.name, setting.default)
    try:
        return setting.read(value)
    except ValueError as error:
        raise LongwaveError(f"LONGWAVE_{setting.name}: expected {error}, found {value!r}.", setting.hint) from None
