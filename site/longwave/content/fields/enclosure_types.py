"""The types of the keys of enclosures: media types, and the alternate forms of an episode's sound."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from longwave.content.fields.value_checks import listed, require_match, text_as
from longwave.content.media.media_types import stated_type

_EXPECTED_TYPE = "a media type such as audio/mpeg or video/mp4"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}")
_CODECS = re.compile(r"[\w.+-]{1,60}(, ?[\w.+-]{1,60}){0,20}", re.ASCII)
#: A hash of Subresource Integrity (https://www.w3.org/TR/sri-2/), or several.
_SRI = re.compile(r"(sha256|sha384|sha512)-[A-Za-z0-9+/_=-]{20,100}( (sha256|sha384|sha512)-[A-Za-z0-9+/_=-]{20,100})*")
_NUMBER = re.compile(r"(\d[\d.,_ ]*)\s*([kKmM]?)[a-zA-Z/]*")
_FACTORS = {"": 1, "k": 1000, "m": 1_000_000}


def _media_type(value: str) -> str:
    """Return a media type in lower case; a suffix such as ``mp3`` is the type that it means."""
    kind = stated_type(value)
    if value.strip() and not kind:
        raise ValueError(_EXPECTED_TYPE)
    return kind


def _enclosure_type(value: str) -> str:
    """Return the media type of an enclosure; empty for a word such as ``post``, a type of pages in Jekyll and Hugo."""
    return _media_type(value) if "/" in value else stated_type(value)


def _scaled(value: Any) -> Any:
    """Return a number such as ``128k``, ``1080p`` or ``12,345`` as an integer; other values unchanged."""
    match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return value
    digits, factor = re.sub(r"[,_ ]", "", match[1]), _FACTORS[match[2].lower()]
    try:
        return round(float(digits) * factor)
    except ValueError:
        return value


def _matching(pattern: re.Pattern[str], expected: str) -> AfterValidator:
    def check(text: str) -> str:
        if text and not pattern.fullmatch(text):
            raise ValueError(expected)
        return text

    return AfterValidator(check)


def _first_source(value: Any) -> Any:
    """Return a map that has ``sources``, but no address itself, with the address of the first one; others unchanged."""
    if not isinstance(value, dict) or any(value.get(name) for name in _ADDRESSES):
        return value
    sources = listed(value.get("sources", value.get("source")))
    if not isinstance(sources, list) or not sources:
        return value
    first, *others = sources
    own = first if isinstance(first, dict) else {"audio": first}
    return {**own, **{key: part for key, part in value.items() if key not in ("sources", "source")}, "sources": others}


#: The keys under which front matter may have the address of a file, the preferred one first.
_ADDRESSES = ("audio", "video", "file", "url", "uri", "src")
_Address = Annotated[str, Field(min_length=1, validation_alias=AliasChoices(*_ADDRESSES))]
MediaType = Annotated[str, AfterValidator(_media_type)]
EnclosureType = Annotated[str, AfterValidator(_enclosure_type)]


class SourceKeys(BaseModel):
    """An entry of ``sources``: a further address of an alternate form, and its own media type if it has another one."""

    audio: _Address
    type: Annotated[MediaType, Field(validation_alias=AliasChoices("type", "contentType"))] = ""


class IntegrityKeys(BaseModel):
    """The value of an alternate form's ``integrity``; a text instead of a map is a hash of Subresource Integrity."""

    value: Annotated[str, Field(min_length=1, max_length=5000)]
    type: Literal["sri", "pgp-signature"] = "sri"


def _whole(keys: IntegrityKeys) -> IntegrityKeys:
    if keys.type == "sri":
        require_match(_SRI, "value", keys.value, "a hash such as sha384-…")
    return keys


class AlternateKeys(BaseModel):
    """An entry of the key ``alternates``: another form of an episode's audio. ``bitrate`` is in bits per second."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    audio: _Address
    title: str = ""
    type: Annotated[MediaType, Field(validation_alias=AliasChoices("type", "contentType"))] = ""
    bytes: Annotated[
        int,
        Field(ge=0, lt=10**15, validation_alias=AliasChoices("bytes", "length", "size")),
        BeforeValidator(_scaled),
    ] = 0
    bitrate: Annotated[int, Field(ge=0, lt=10**10), BeforeValidator(_scaled)] = 0
    height: Annotated[int, Field(ge=0, lt=10**5), BeforeValidator(_scaled)] = 0
    language: Annotated[
        str,
        Field(validation_alias=AliasChoices("language", "lang")),
        _matching(_LANGUAGE, "a language such as en or pt-BR"),
    ] = ""
    rel: Annotated[str, Field(max_length=100)] = ""
    codecs: Annotated[str, _matching(_CODECS, "codecs such as mp4a.40.2")] = ""
    default: bool = False
    integrity: Annotated[IntegrityKeys, AfterValidator(_whole), text_as("value")] | None = None
    sources: Annotated[
        tuple[Annotated[SourceKeys, text_as("audio")], ...],
        Field(max_length=100, validation_alias=AliasChoices("sources", "source")),
        BeforeValidator(listed),
    ] = ()


Alternates = Annotated[
    tuple[Annotated[AlternateKeys, text_as("audio"), BeforeValidator(_first_source)], ...], BeforeValidator(listed)
]
