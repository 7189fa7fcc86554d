"""The forms in which front matter may say a thing: Jekyll, its plugins and older feeds have several for each."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from longwave.model import EpisodeType

#: What feeds and front matter call explicit, in small letters.
EXPLICIT = {"clean": False, "no": False, "false": False, "yes": True, "explicit": True, "true": True}


def _words(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",")] if "," in value else value.split()


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _tags(value: Any) -> Any:
    """A year is a tag like any other, and an item that says nothing is none."""
    if not isinstance(value, list):
        return value
    return [str(tag) if _is_number(tag) else tag for tag in value if tag is not None]


def _one_tag(value: Any) -> Any:
    """Jekyll's `tag` is one tag, however many words it has."""
    return _tags(value if isinstance(value, list) else [value])


def _first(value: Any) -> Any:
    return next(iter(value), "") if isinstance(value, list) else value


def _picture(value: Any) -> Any:
    """jekyll-seo-tag has a map with a path, and a height and a width."""
    return value["path"] if isinstance(value, dict) and "path" in value else value


def _explicit(value: Any) -> Any:
    return EXPLICIT.get(value.strip().lower(), value) if isinstance(value, str) else value


def _folded(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _named(value: Any) -> Any:
    """Yes and no name no file; where there is one by the episode's name it is found anyway."""
    return "" if isinstance(value, bool) else value


_Tag = Annotated[str, Field(strict=True, min_length=1)]
Tags = Annotated[tuple[_Tag, ...], BeforeValidator(lambda value: _tags(_words(value)))]
OneTag = Annotated[tuple[_Tag, ...], BeforeValidator(_one_tag)]
Addresses = Annotated[tuple[Annotated[str, Field(strict=True)], ...], BeforeValidator(_words)]
FirstOf = Annotated[str, BeforeValidator(_first)]
PictureName = Annotated[str, BeforeValidator(_picture)]
FileName = Annotated[str, BeforeValidator(_named)]
Explicit = Annotated[bool, BeforeValidator(_explicit)]
Kind = Annotated[EpisodeType, BeforeValidator(_folded)]
