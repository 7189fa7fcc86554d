"""The filters that Jekyll adds to Liquid's own."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from liquid import Environment
from liquid.undefined import is_undefined

from longwave.content.dates import parse_date
from longwave.content.markdown import render
from longwave.content.slugs import slugify

Filter = Callable[..., Any]


def _text(value: Any) -> str:
    return "" if value is None or is_undefined(value) else str(value)


def _list(value: Any) -> list[Any]:
    if value is None or is_undefined(value):
        return []
    return (
        list(value.items())
        if isinstance(value, Mapping)
        else list(value)
        if isinstance(value, list | tuple)
        else [value]
    )


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        return parse_date(_text(value), UTC)
    except (ValueError, OverflowError):
        return None


def _dated(shape: Callable[[datetime], str]) -> Filter:
    def filter_(value: Any, *_: Any) -> str:
        moment = _moment(value)
        return shape(moment) if moment else _text(value)

    return filter_


def _item(value: Any, key: str) -> Any:
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _where(value: Any, key: str, wanted: Any = None) -> list[Any]:
    def fits(found: Any) -> bool:
        return _text(wanted) in map(_text, found) if isinstance(found, list) else _text(found) == _text(wanted)

    return [item for item in _list(value) if fits(_item(item, _text(key)))]


def _group_by(value: Any, key: str) -> list[dict[str, Any]]:
    groups: dict[str, list[Any]] = {}
    for item in _list(value):
        groups.setdefault(_text(_item(item, _text(key))), []).append(item)
    return [{"name": name, "items": items, "size": len(items)} for name, items in groups.items()]


def _slug(value: Any, mode: str = "default") -> str:
    text = _text(value)
    if mode == "none":
        return text
    if mode == "raw":
        return re.sub(r"\s+", "-", text).strip("-")
    return slugify(text)


def _sentence(value: Any, connector: str = "and") -> str:
    words = [_text(item) for item in _list(value)]
    if len(words) < 3:
        return f" {connector} ".join(words)
    return f"{', '.join(words[:-1])}, {connector} {words[-1]}"


def _integer(value: Any) -> int:
    match = re.match(r"\s*-?\d{1,18}", _text(value))
    return int(match[0]) if match else 0


def jekyll_filters(environment: Environment, site: Mapping[str, Any]) -> Mapping[str, Filter]:
    """Jekyll's filters by name, for a site with this ``url`` and ``baseurl``."""
    url, host = str(site.get("url") or ""), urlsplit(str(site.get("url") or "")).netloc
    base = str(site.get("baseurl") or "").rstrip("/")

    def relative(value: Any) -> str:
        text = _text(value)
        is_absolute = re.match(r"[a-z][a-z0-9+.-]*:|//", text, re.IGNORECASE)
        return text if is_absolute else quote(f"{base}/{text.lstrip('/')}", safe="/:@!$&'()*+,;=~-._%?#")

    def absolute(value: Any) -> str:
        path = relative(value)
        return f"{url}{path}" if path.startswith("/") and not path.startswith("//") else path

    def where_exp(value: Any, name: str, condition: str) -> list[Any]:
        test = environment.from_string(f"{{% if {condition} %}}1{{% endif %}}")
        return [item for item in _list(value)[:1000] if test.render(site=site, **{_text(name): item})]

    return {
        "relative_url": relative,
        "absolute_url": absolute,
        "markdownify": lambda value: render(_text(value), host),
        "smartify": lambda value: re.sub(r"\A<p>|</p>\s*\Z", "", render(_text(value), host)),
        "slugify": _slug,
        "date_to_string": _dated(lambda moment: f"{moment:%d %b %Y}"),
        "date_to_long_string": _dated(lambda moment: f"{moment:%d %B %Y}"),
        "date_to_xmlschema": _dated(lambda moment: moment.isoformat()),
        "date_to_rfc822": _dated(format_datetime),
        "xml_escape": lambda value: html.escape(_text(value)),
        "cgi_escape": lambda value: quote_plus(_text(value)),
        "uri_escape": lambda value: quote(_text(value), safe="/:?#[]@!$&'()*+,;=%"),
        "number_of_words": lambda value, *_: len(_text(value).split()),
        "array_to_sentence_string": _sentence,
        "jsonify": lambda value: json.dumps(None if is_undefined(value) else value, ensure_ascii=False, default=str),
        "inspect": lambda value: json.dumps(None if is_undefined(value) else value, ensure_ascii=False, default=str),
        "normalize_whitespace": lambda value: " ".join(_text(value).split()),
        "strip_index": lambda value: _text(value).removesuffix("index.html"),
        "to_integer": _integer,
        "where": _where,
        "where_exp": where_exp,
        "find": lambda value, key, wanted: next(iter(_where(value, key, wanted)), None),
        "group_by": _group_by,
        "push": lambda value, item: [*_list(value), item],
        "pop": lambda value, count=1: _list(value)[: -int(count)] if int(count) else _list(value),
        "shift": lambda value, count=1: _list(value)[int(count) :],
        "unshift": lambda value, item: [item, *_list(value)],
        "asset_path": lambda value: asset_path(_text(value)),
    }


def asset_path(name: str) -> str:
    """Where a file of the old site's assets is served now: a picture, or a sound."""
    bare = name.strip().lstrip("/")
    for folder in ("assets/", "images/", "audio/"):
        bare = bare.removeprefix(folder)
    kind = "audio" if bare.lower().endswith((".mp3", ".m4a", ".ogg")) else "images/full"
    return f"/{kind}/{quote(bare)}"
