"""The type of the key ``license``, and the pages of licenses: those of the SPDX list have an identifier."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError
from rapidfuzz import process
from rapidfuzz.distance import OSA

from longwave.content.fields.value_checks import part_checked, require
from longwave.content.text.plain_text import one_line
from longwave.model import License
from longwave.urls import web_address

_EXPECTED = "an SPDX license such as cc-by-4.0, or a map with the license's name and url"
_CREATIVE_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(licenses/by[a-z-]{0,9}/\d\.\d|publicdomain/(?:zero|mark)/1\.0)"
    r"(?:/([a-z]{2,3}))?(?:/(?:deed|legalcode)?[\w.-]{0,20})?",
    re.IGNORECASE,
)
_CC_NAME = re.compile(r"cc-(by(?:-nc|-nd|-sa)*)-(\d\.\d)(?:-([a-z]{2,3}))?")
_CC_PAGES = {"cc0-1.0": "publicdomain/zero/1.0", "cc-pdm-1.0": "publicdomain/mark/1.0"}


@cache
def _identifiers() -> dict[str, str]:
    """Return the identifiers of the SPDX list (https://spdx.org/licenses/, version 3.0.24), by their lower case."""
    text = resources.files(__package__).joinpath("spdx_licenses.txt").read_text("ascii")
    return {identifier.lower(): identifier for identifier in text.split()}


def spdx_identifier(name: str) -> str:
    """Return the SPDX identifier of a license, given as ``CC BY 4.0``, ``cc-by-4.0`` or its Creative Commons address.

    The result is in lower case, as feeds write it, and empty for a license that isn't in the list.
    """
    address = _CREATIVE_COMMONS.fullmatch(name.strip())
    if address:
        path = address[1].lower()
        pages = {page: identifier for identifier, page in _CC_PAGES.items()}
        name = pages.get(path) or path.replace("licenses/", "cc-").replace("/", "-")
        name += f"-{address[2]}" if address[2] else ""
    hyphened = re.sub(r"[\s_-]+", "-", name.strip().lower())
    return next((each for each in (hyphened, hyphened.replace("cc-0", "cc0")) if each in _identifiers()), "")


def license_page(license_: License) -> str:
    """Return the address of a license's page: its own, or that of Creative Commons or SPDX."""
    if license_.url:
        return license_.url
    name = license_.name.lower()
    commons = _CC_NAME.fullmatch(name)
    path = f"licenses/{'/'.join(filter(None, commons.groups()))}" if commons else _CC_PAGES.get(name, "")
    if path:
        return f"https://creativecommons.org/{path}/"
    identifier = _identifiers().get(name)
    return f"https://spdx.org/licenses/{identifier}.html" if identifier else ""


def license_name(license_: License) -> str:
    """Return the name of a license as people read it: an identifier as the SPDX list spells it, such as CC-BY-4.0."""
    return _identifiers().get(license_.name.lower(), license_.name)


def _similar(name: str) -> str:
    """Return the SPDX identifier, in lower case, that ``name`` is without the version, or misspells; empty for none."""
    versions = [each for each in _identifiers() if each.startswith(f"{name}-")]
    shortest = min(map(len, versions), default=0)
    spelt = process.extractOne(name[:80], list(_identifiers()), scorer=OSA.distance, score_cutoff=2)
    # A country makes an identifier longer (cc-by-3.0-at), so the last of the shortest ones is the newest without one.
    return max((each for each in versions if len(each) == shortest), default=spelt[0] if spelt else "")


def _as_map(value: Any) -> Any:
    """Return a text as a map with ``name``; a map unchanged."""
    if not isinstance(value, (str, dict)) or (isinstance(value, dict) and not value.get("name")):
        raise ValueError(_EXPECTED)
    return {"name": value} if isinstance(value, str) else value


def _licensed(license_: License) -> License:
    name = one_line(license_.name)
    require(name, _EXPECTED)
    url = part_checked("url", license_.url, web_address)
    identifier = spdx_identifier(name)
    if not identifier and not url:
        similar = _similar(name.lower())
        expected = _EXPECTED.replace("cc-by-4.0", similar) if similar else _EXPECTED
        raise PydanticCustomError("license", "{expected}", {"expected": expected, "found": license_.name})
    return replace(license_, name=identifier or name, url=url)


Licensed = Annotated[License, AfterValidator(_licensed), BeforeValidator(_as_map)]
