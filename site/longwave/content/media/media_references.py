"""Which files of content/audio and content/images a text leads to or shows, told by the addresses in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

from longwave.content.media.pictures import PICTURE_SIZES, is_picture
from longwave.content.text.references import References
from longwave.urls import is_absolute

#: Any absolute address of such a file has one of these in it.
_SIGNS = ("images/", "audio/")
#: In Markdown or HTML, where an address may stand that isn't absolute. An old site's may lead to a file by a redirect.
_LOCAL = re.compile(
    r"""(?:\][(:]|\s(?:href|src|srcset|poster|data)\s*+=)\s*+(?![<"']?(?:[a-z][a-z0-9+.-]*+:|\#))""", re.IGNORECASE
)
#: In CSS or a template: an address from where it names a file, as far as it can reach at most.
_WITHIN = re.compile(rf"(?<![\w-])(?=((?:images/(?:{'|'.join(PICTURE_SIZES)})|audio)/[^\"'<>\n?#\\]{{1,300}}))")
#: As far as it reaches where no quotes enclose it.
_WORD = re.compile(r"(?:[^\s()]|\([^\s()]*\))+")
_LONGEST = 2000


def may_reference_media(text: str) -> bool:
    """Return whether any address in a text, in Markdown or HTML, can lead to a file."""
    return _LOCAL.search(text) is not None or any(sign in text for sign in _SIGNS)


def media_in_references(references: References) -> tuple[str, ...]:
    """Return the addresses in a text that may lead to files of the site, as they are written."""
    pictures = (picture.address for picture in references.pictures)
    return _telling((*references.links, *references.embedded, *pictures))


def media_in_values(values: Any) -> tuple[str, ...]:
    """Return the same for the values of front matter, or of TOML: those that are whole addresses, not just names."""
    return _telling(value for value in _texts(values) if value.startswith(("/", "https://", "http://")))


def media_in_source(text: str) -> tuple[str, ...]:
    """Return the same for CSS, HTML and templates; of one that no quotes enclose, for each place where it may end."""
    found: set[str] = set()
    for match in _WITHIN.finditer(html.unescape(text)):
        word = _WORD.match(match[1])
        found |= {match[1].strip(), *((word[0], word[0].rstrip(",;")) if word else ())}
    return tuple(sorted(f"/{name}" for name in found))


def media_file_at(path: str) -> str | None:
    """Return the file that is served at a path (decoded): a picture in any size, a file of audio; None for all else."""
    _, kind, first, name = (*path.split("/", 3), "", "", "")[:4]
    if kind == "audio" and first and name:
        return path[1:]
    return f"images/{name}" if kind == "images" and first in PICTURE_SIZES and is_picture(name) else None


def _telling(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({address for address in addresses if _is_telling(address)}))


def _is_telling(address: str) -> bool:
    if len(address) > _LONGEST or address.startswith("#"):
        return False
    return any(sign in address for sign in _SIGNS) or not is_absolute(address)


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, (dict, list, tuple)):
        for value in values.values() if isinstance(values, dict) else values:
            yield from _texts(value)
