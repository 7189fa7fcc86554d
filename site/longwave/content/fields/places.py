"""The type of the key ``location``: one place or several, each a name, or a map with coordinates."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from longwave.content.fields.value_checks import listed, require, require_match
from longwave.content.text.plain_text import one_line
from longwave.model import Location

#: The most places of a show or an episode.
MAX_PLACES = 20
_NUMBER = r"-?\d{1,3}(?:\.\d{1,15})?"
_GEO = re.compile(rf"geo:{_NUMBER},{_NUMBER}(?:,-?\d{{1,6}}(?:\.\d{{1,9}})?)?(?:;[\w=.;-]{{1,60}})?")
_COORDINATES = re.compile(rf"({_NUMBER})\s*[,;\s]\s*({_NUMBER})")
_OSM = re.compile(r"[NWR]\d{1,15}(#\d{1,9})?")
_OSM_ADDRESS = re.compile(
    r"(?:https?://(?:www\.)?(?:openstreetmap\.org|osm\.org)/)?(node|way|relation)/(\d{1,15})(?:[/?#].*)?", re.IGNORECASE
)
_COUNTRY = re.compile(r"[A-Z]{2}")


def is_geo(text: str) -> bool:
    """Return whether a text is a ``geo:`` URI (RFC 5870) of a place on Earth."""
    return _GEO.fullmatch(text) is not None and _is_on_earth(text)


def is_osm(text: str) -> bool:
    """Return whether a text is an object of OpenStreetMap, such as ``R113314``."""
    return _OSM.fullmatch(text) is not None


def osm_page(location: Location) -> str:
    """Return the address of a place on OpenStreetMap's site; empty for a place without coordinates and object."""
    object_ = _OSM.fullmatch(location.osm)
    if object_:
        kind = {"N": "node", "W": "way", "R": "relation"}[location.osm[0]]
        return f"https://www.openstreetmap.org/{kind}/{location.osm[1:].partition('#')[0]}"
    if is_geo(location.geo):
        latitude, longitude = location.geo.removeprefix("geo:").partition(";")[0].split(",")[:2]
        return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}"
    return ""


def _geo(text: str) -> str:
    """Return coordinates such as ``30.2672, -97.7431`` as a ``geo:`` URI; other texts without spaces around them."""
    match = _COORDINATES.fullmatch(text.strip())
    return f"geo:{match[1]},{match[2]}" if match else text.strip()


def _osm(text: str) -> str:
    """Return the address or path of an OpenStreetMap object as a letter and its number, such as ``R113314``."""
    match = _OSM_ADDRESS.fullmatch(text.strip())
    return f"{match[1][0].upper()}{match[2]}" if match else text.strip()[:1].upper() + text.strip()[1:]


def _is_on_earth(geo: str) -> bool:
    latitude, longitude = (float(part) for part in geo.removeprefix("geo:").partition(";")[0].split(",")[:2])
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _place(location: Location) -> Location:
    require(location.name, "a place's name")
    place = replace(
        location,
        name=one_line(location.name),
        geo=_geo(location.geo),
        osm=_osm(location.osm),
        rel=location.rel.strip().lower(),
        country=location.country.strip().upper(),
    )
    if place.geo and not is_geo(place.geo):
        expected = "a geo such as geo:30.2672,-97.7431"
        raise PydanticCustomError("part", "{expected}", {"part": "geo", "expected": expected, "found": place.geo})
    require_match(_OSM, "osm", place.osm, "an osm such as R113314")
    require_match(re.compile("subject|creator"), "rel", place.rel, "the rel subject or creator")
    require_match(_COUNTRY, "country", place.country, "a country of two letters, such as US")
    return place


def _as_map(value: Any) -> Any:
    """Return a name as a map with ``name``; a map unchanged."""
    if not isinstance(value, (str, dict)) or (isinstance(value, dict) and not value.get("name")):
        raise ValueError("a place, or a map with its name, geo and osm")
    return {"name": value} if isinstance(value, str) else value


def _few(value: Any) -> Any:
    if isinstance(value, list) and len(value) > MAX_PLACES:
        raise ValueError(f"at most {MAX_PLACES} places")
    return value


Places = Annotated[
    tuple[Annotated[Location, AfterValidator(_place), BeforeValidator(_as_map)], ...],
    BeforeValidator(_few),
    BeforeValidator(listed),
]
