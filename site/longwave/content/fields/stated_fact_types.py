"""The type of the table ``enclosures`` of a show in ``site.toml``, with validators for its values."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from longwave.content.fields.feed_field_types import Seconds
from longwave.content.fields.field_types import Explicit, Kind
from longwave.content.fields.times import parse_date
from longwave.content.fields.value_checks import listed, or_empty, text_as
from longwave.model import StatedFacts, StatedFile
from longwave.urls import web_address

_PATH = re.compile(r"/(?!/)[^\x00-\x1f\x7f?#\\]*")


def path_or_address(text: str) -> str:
    """Return a path on this site, such as ``/assets/1.mp3``, unchanged, and an address of the web in ASCII.

    Raises ValueError, whose text is the expected form, for anything else.
    """
    if _PATH.fullmatch(text) and not {".", ".."} & {*text.split("/")}:
        return text
    try:
        return web_address(text)
    except ValueError:
        raise ValueError("an address that begins with https://, or a path that begins with /") from None


def _file_name(text: str) -> str:
    if text.startswith("/") or "\\" in text or {".", ".."} & {*text.split("/")}:
        raise ValueError("the name of a file below content/audio/<show>/")
    return text


def _date(value: Any) -> Any:
    """Return the date in a text or in a date of TOML; UTC where it has no zone."""
    try:
        return parse_date(str(value), UTC)
    except (ValueError, OverflowError):
        raise ValueError("a date such as 2019-11-18 12:00:00 -0500") from None


_Url = Annotated[str, or_empty(path_or_address)]
_File = Annotated[str, or_empty(_file_name)]
_Bytes = Annotated[int, Field(ge=0, lt=10**15)]
_Type = Annotated[str, Field(pattern=r"^([\w.+-]+/[\w.+-]+)?$")]
_Count = Annotated[int, Field(ge=0, lt=10**9)]


class _StatedFile(BaseModel):
    """An entry of the key ``alternates``: another form of the audio."""

    url: Annotated[str, AfterValidator(path_or_address)]
    file: _File = ""
    bytes: _Bytes = 0
    type: _Type = ""


class _StatedFacts(BaseModel):
    """The keys of one episode in the table ``enclosures``."""

    url: _Url = ""
    file: _File = ""
    bytes: _Bytes = 0
    type: _Type = ""
    duration: Seconds = 0
    date: Annotated[datetime | None, BeforeValidator(_date)] = None
    image: str = ""
    description: str = ""
    subtitle: str = ""
    itunes_title: str = ""
    author: str = ""
    number: _Count | None = None
    season: _Count | None = None
    episode_type: Kind | None = None
    explicit: Explicit | None = None
    alternates: Annotated[tuple[Annotated[_StatedFile, text_as("url")], ...], BeforeValidator(listed)] = ()


def _facts(keys: _StatedFacts) -> StatedFacts:
    values = {name: value for name in _StatedFacts.model_fields if (value := getattr(keys, name)) is not None}
    others = tuple(StatedFile(**dict(other)) for other in keys.alternates)
    return StatedFacts(**{**values, "alternates": others})


#: The type of the table: the facts of single episodes, by slug.
EnclosureTable = dict[str, Annotated[_StatedFacts, text_as("url"), AfterValidator(_facts)]]
