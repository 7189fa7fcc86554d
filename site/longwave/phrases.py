"""The phrases that people read on pages, in errors and in feeds, from ``templates/phrases.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from markupsafe import Markup, escape

from longwave.config import TEMPLATES


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        else:
            yield from _flatten(value, f"{prefix}{name}.")


#: The text of each phrase, by its name: ``home.newest``, or ``count.episodes.one`` for a singular form.
PHRASES: Mapping[str, str] = MappingProxyType(
    dict(_flatten(tomllib.loads((TEMPLATES / "phrases.toml").read_text("utf-8"))))
)


def phrase(name: str, /, **values: object) -> str:
    """Return a phrase as plain text, with its values put in: ``phrase("count.episodes", count=3)``.

    A phrase that depends on a number takes the form for the value ``count``. Raises KeyError for an unknown phrase and
    for a missing value.
    """
    return _text(name, values).format(**values)


def html_phrase(name: str, /, **values: object) -> Markup:
    """Return a phrase as HTML, for templates; values other than Markup are escaped.

    Raises KeyError for an unknown phrase and for a missing value.
    """
    return Markup(escape(_text(name, values))).format(**values)  # noqa: S704 - escaped right here


def _text(name: str, values: Mapping[str, object]) -> str:
    return PHRASES[name] if name in PHRASES else PHRASES[f"{name}.{'one' if values['count'] == 1 else 'other'}"]
