"""The types of front-matter keys whose values may be written in several ways, as in Jekyll, its plugins and feeds."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from longwave.model import EpisodeType
from longwave.urls import web_address

#: The meaning of the words, in lower case, that feeds and front matter use for explicit and not explicit.
EXPLICIT = {"clean": False, "no": False, "false": False, "yes": True, "explicit": True, "true": True}
#: The scheme of an address that isn't a page's.
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z\d+.-]*:", re.IGNORECASE)


def _words(value: Any) -> Any:
    """Return a text as a list of its parts between commas, else of its words; values other than text unchanged."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",")] if "," in value else value.split()


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _tags(value: Any) -> Any:
    """Return a list of tags without empty items, in which numbers such as years are text; other values unchanged."""
    if not isinstance(value, list):
        return value
    return [str(tag) if _is_number(tag) else tag for tag in value if tag is not None]


def _one_tag(value: Any) -> Any:
    """Return the value of Jekyll's key ``tag`` as a list of one tag, even if the text has several words."""
    return _tags(value if isinstance(value, list) else [value])


def _first(value: Any) -> Any:
    """Return the first item of a list, or an empty text for an empty list; other values unchanged."""
    return next(iter(value), "") if isinstance(value, list) else value


def _picture(value: Any) -> Any:
    """Return the ``path`` of a picture given as a map, as for jekyll-seo-tag; other values unchanged."""
    return value["path"] if isinstance(value, dict) and "path" in value else value


def _picture_address(name: str) -> str:
    """Return the name or the address of a picture. Raises ValueError for an address that is none."""
    return web_address(name) if name.lower().startswith(("https:", "http:")) else name


def _old_address(text: str) -> str:
    """Return the old address of an episode. Raises ValueError for an address of another kind, such as ``mailto:``."""
    if _OTHER_SCHEME.match(text):
        raise ValueError('an old address such as "1-old-name" or "/old/path"')
    return text


def _explicit(value: Any) -> Any:
    return EXPLICIT.get(value.strip().lower(), value) if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _file_name(value: Any) -> Any:
    """Return an empty text for true and false, which name no file; other values unchanged.

    With an empty text, the file that is named like the episode is used.
    """
    return "" if isinstance(value, bool) else value


_Tag = Annotated[str, Field(strict=True, min_length=1)]
Tags = Annotated[tuple[_Tag, ...], BeforeValidator(lambda value: _tags(_words(value)))]
OneTag = Annotated[tuple[_Tag, ...], BeforeValidator(_one_tag)]
Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(_old_address), Field(strict=True)], ...], BeforeValidator(_words)
]
FirstOf = Annotated[str, BeforeValidator(_first)]
PictureName = Annotated[str, AfterValidator(_picture_address), BeforeValidator(_picture)]
FileName = Annotated[str, BeforeValidator(_file_name)]
Explicit = Annotated[bool, BeforeValidator(_explicit)]
Kind = Annotated[EpisodeType, BeforeValidator(_lower)]
