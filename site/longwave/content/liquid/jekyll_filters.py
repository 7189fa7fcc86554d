"""The filters that Jekyll adds to Liquid's own."""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from liquid import RenderContext
from liquid.exceptions import FilterArgumentError, LiquidError
from liquid.filter import with_context
from liquid.undefined import is_undefined

from longwave.content.liquid.date_filters import date_formatter, day_formatter, format_date
from longwave.content.liquid.values import integer_of, list_of, text_of
from longwave.content.text.markdown import render
from longwave.content.text.plain_text import slugify
from longwave.routes import ROUTES, url_for

Filter = Callable[..., Any]
#: Liquid's own filters that convert their input to text.
TEXT_FILTERS = (
    *("append", "prepend", "replace", "replace_first", "replace_last", "remove", "remove_first", "remove_last"),
    *("capitalize", "downcase", "upcase"),
)

#: The most items for which a single filter evaluates an expression.
_MAX_EVALUATED = 1000


def _item(value: Any, key: str) -> Any:
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _where(value: Any, key: str, wanted: Any = None) -> list[Any]:
    def matches(value: Any) -> bool:
        return text_of(wanted) in map(text_of, value) if isinstance(value, list) else text_of(value) == text_of(wanted)

    return [item for item in list_of(value) if matches(_item(item, text_of(key)))]


def _group_by(value: Any, key: str) -> list[dict[str, Any]]:
    return _group((text_of(_item(item, text_of(key))), item) for item in list_of(value))


def _group(named: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[Any]] = {}
    for name, item in named:
        groups.setdefault(name, []).append(item)
    return [{"name": name, "items": items, "size": len(items)} for name, items in groups.items()]


def _sort(value: Any, key: str | None = None, nils: str = "first") -> list[Any]:
    def rank(item: Any) -> Any:
        return item if key is None else _item(item, text_of(key))

    items = list_of(value)
    without, others = [item for item in items if rank(item) is None], [item for item in items if rank(item) is not None]
    try:
        others.sort(key=rank)
    except TypeError:
        others.sort(key=lambda item: text_of(rank(item)))
    return [*others, *without] if nils == "last" else [*without, *others]


def _uniq(value: Any, key: str | None = None) -> list[Any]:
    """Return the items without duplicates, in linear time; python-liquid's own filter takes quadratic time."""
    first: dict[str, Any] = {}
    for item in list_of(value):
        first.setdefault(repr(item if key is None else _item(item, text_of(key))), item)
    return list(first.values())


def _sample(value: Any, count: Any = 1) -> Any:
    """Return ``count`` of the items: always the same ones, not random ones, so that pages stay the same."""
    items, number = list_of(value), integer_of(count)
    drawn = random.Random(str(items)).sample(items, max(0, min(number, len(items))))  # noqa: S311 - no secret
    return drawn if number != 1 else next(iter(drawn), None)


def _template(source: str, name: Any, context: RenderContext) -> Callable[[Any], str]:
    """Return a function that renders the template ``source`` for an item, which ``source`` calls ``name``.

    Raises FilterArgumentError for a source that can't be parsed.
    """
    try:
        template = context.env.from_string(source)
    except LiquidError as error:
        raise FilterArgumentError(str(error.message), token=None) from None

    def render_item(item: Any) -> str:
        buffer = context.get_buffer(None)
        with context.extend({text_of(name): item}):
            template.render_with_context(context, buffer, partial=True)
        return buffer.getvalue()

    return render_item


def _condition(expression: Any, name: Any, context: RenderContext) -> Callable[[Any], str]:
    """Return a function that returns a non-empty text for an item if a Liquid expression is true of the item."""
    return _template(f"{{% if {expression} %}}1{{% endif %}}", name, context)


@with_context
def _where_exp(value: Any, name: Any, condition: Any, *, context: RenderContext) -> list[Any]:
    holds = _condition(condition, name, context)
    return [item for item in list_of(value)[:_MAX_EVALUATED] if holds(item)]


@with_context
def _find_exp(value: Any, name: Any, condition: Any, *, context: RenderContext) -> Any:
    holds = _condition(condition, name, context)
    return next((item for item in list_of(value)[:_MAX_EVALUATED] if holds(item)), None)


@with_context
def _group_by_exp(value: Any, name: Any, expression: Any, *, context: RenderContext) -> list[dict[str, Any]]:
    group_name = _template(f"{{{{ {expression} | default: '', allow_false: true }}}}", name, context)
    return _group((group_name(item), item) for item in list_of(value)[:_MAX_EVALUATED])


def _slug(value: Any, mode: str = "default") -> str:
    text = text_of(value)
    if mode == "none":
        return text.lower()
    if mode == "raw":
        return re.sub(r"\s+", "-", text).strip("-").lower()
    return slugify(text)


def _sentence(value: Any, connector: str = "and") -> str:
    words = [text_of(item) for item in list_of(value)]
    if len(words) < 3:
        return f" {connector} ".join(words)
    return f"{', '.join(words[:-1])}, {connector} {words[-1]}"


def _json(value: Any) -> str:
    return json.dumps(None if is_undefined(value) else value, ensure_ascii=False, default=str)


def with_printed_values(filter_: Filter) -> Filter:
    """Return one of ``TEXT_FILTERS``, wrapped so that booleans and nil become text as in Liquid, not as in Python."""

    def filter_of_text(*values: Any) -> Any:
        return filter_(*(text_of(value) if isinstance(value, bool | None) else value for value in values))

    return filter_of_text


def asset_path(name: str, size: str = "full") -> str:
    """Return the address at which Longwave serves a Jekyll site's asset: a recording, or a picture of this size."""
    bare = name.strip().lstrip("/")
    for folder in ("assets/", "images/", "audio/"):
        bare = bare.removeprefix(folder)
    if bare.lower().endswith((".mp3", ".m4a", ".ogg")):
        return f"{ROUTES['audio'].prefix}{quote(bare)}"
    return url_for("image", size=size, name=bare)


_SITE_INDEPENDENT: Mapping[str, Filter] = {
    "slugify": _slug,
    "date": format_date,
    "date_to_string": day_formatter("%b"),
    "date_to_long_string": day_formatter("%B"),
    "date_to_xmlschema": date_formatter(datetime.isoformat),
    "date_to_rfc822": date_formatter(format_datetime),
    "xml_escape": lambda value: html.escape(text_of(value)),
    "cgi_escape": lambda value: quote_plus(text_of(value)),
    "uri_escape": lambda value: quote(text_of(value), safe="/:?#[]@!$&'()*+,;=%"),
    "number_of_words": lambda value, *_: len(text_of(value).split()),
    "array_to_sentence_string": _sentence,
    "jsonify": _json,
    "inspect": _json,
    "normalize_whitespace": lambda value: " ".join(text_of(value).split()),
    "strip_index": lambda value: text_of(value).removesuffix("index.html"),
    "to_integer": integer_of,
    "where": _where,
    "where_exp": _where_exp,
    "find": lambda value, key, wanted: next(iter(_where(value, key, wanted)), None),
    "find_exp": _find_exp,
    "group_by": _group_by,
    "group_by_exp": _group_by_exp,
    "sort": _sort,
    "uniq": _uniq,
    "sample": _sample,
    "push": lambda value, item: [*list_of(value), item],
    "pop": lambda value, count=1: list_of(value)[: -int(count)] if int(count) else list_of(value),
    "shift": lambda value, count=1: list_of(value)[int(count) :],
    "unshift": lambda value, item: [item, *list_of(value)],
    "asset_path": lambda value: asset_path(text_of(value)),
}


def jekyll_filters(site: Mapping[str, Any]) -> Mapping[str, Filter]:
    """Return Jekyll's filters by name.

    ``site`` has the variables ``site.*``, of which ``url`` and ``baseurl`` are put in front of addresses.
    """
    url, host = str(site.get("url") or ""), urlsplit(str(site.get("url") or "")).netloc
    base = str(site.get("baseurl") or "").rstrip("/")

    def relative_url(value: Any) -> str:
        text = text_of(value)
        is_absolute = re.match(r"[a-z][a-z0-9+.-]*:|//", text, re.IGNORECASE)
        return text if is_absolute else quote(f"{base}/{text.lstrip('/')}", safe="/:@!$&'()*+,;=~-._%?#")

    def absolute_url(value: Any) -> str:
        path = relative_url(value)
        return f"{url}{path}" if path.startswith("/") and not path.startswith("//") else path

    return {
        **_SITE_INDEPENDENT,
        "relative_url": relative_url,
        "absolute_url": absolute_url,
        "markdownify": lambda value: render(text_of(value), host),
        "smartify": lambda value: re.sub(r"\A<p>|</p>\s*\Z", "", render(text_of(value), host)),
    }
