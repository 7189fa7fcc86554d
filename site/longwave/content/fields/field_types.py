"""The types of front matter that has several spellings: Jekyll, its plugins and older feeds have their own."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from longwave.model import EpisodeType

#: The words that feeds and front matter have for explicit and not explicit, in lower case.
EXPLICIT = {"clean": False, "no": False, "false": False, "yes": True, "explicit": True, "true": True}


def _words(value: Any) -> Any:
    """Return a text as a list: its parts between commas, else its words."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",")] if "," in value else value.split()


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _tags(value: Any) -> Any:
    """Return a list of tags with numbers as text, such as years, and without empty items."""
    if not isinstance(value, list):
        return value
    return [str(tag) if _is_number(tag) else tag for tag in value if tag is not None]


def _one_tag(value: Any) -> Any:
    """Return the value of Jekyll's ``tag`` as a list of one tag, however many words it has."""
    return _tags(value if isinstance(value, list) else [value])


def _first(value: Any) -> Any:
    """Return the first item of a list, empty for an empty list."""
    return next(iter(value), "") if isinstance(value, list) else value


def _picture(value: Any) -> Any:
    """Return the path in a map such as jekyll-seo-tag has, with a height and a width."""
    return value["path"] if isinstance(value, dict) and "path" in value else value


def _explicit(value: Any) -> Any:
    return EXPLICIT.get(value.strip().lower(), value) if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _file_name(value: Any) -> Any:
    """Return an empty text for true and false: they name no file, and one with the episode's name is found anyway."""
    return "" if isinstance(value, bool) else value


_Tag = Annotated[str, Field(strict=True, min_length=1)]
Tags = Annotated[tuple[_Tag, ...], BeforeValidator(lambda value: _tags(_words(value)))]
OneTag = Annotated[tuple[_Tag, ...], BeforeValidator(_one_tag)]
Addresses = Annotated[tuple[Annotated[str, Field(strict=True)], ...], BeforeValidator(_words)]
FirstOf = Annotated[str, BeforeValidator(_first)]
PictureName = Annotated[str, BeforeValidator(_picture)]
FileName = Annotated[str, BeforeValidator(_file_name)]
Explicit = Annotated[bool, BeforeValidator(_explicit)]
Kind = Annotated[EpisodeType, BeforeValidator(_lower)]
