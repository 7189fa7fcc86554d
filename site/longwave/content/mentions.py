"""Which files of content/audio and content/images a text leads to or shows, told by the addresses in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from longwave.content.pictures import SIZES, is_picture
from longwave.content.references import References
from longwave.urls import path_on_site

#: Any address of such a file has one of these in it.
_SIGNS = ("images/", "audio/")
#: In CSS or a template: an address from where it names a file, as far as it can reach at most.
_WITHIN = re.compile(rf"(?<![\w-])(?=((?:images/(?:{'|'.join(SIZES)})|audio)/[^\"'<>\n?#\\]{{1,300}}))")
#: As far as it reaches where no quotes enclose it.
_WORD = re.compile(r"(?:[^\s()]|\([^\s()]*\))+")
_LONGEST = 2000


def may_mention(text: str) -> bool:
    """Return whether any address in a text can be that of a file."""
    return any(sign in text for sign in _SIGNS)


def in_references(references: References) -> tuple[str, ...]:
    """Return the addresses in a text that may name files, as they are written."""
    pictures = (picture.address for picture in references.pictures)
    return _telling((*references.links, *references.embedded, *pictures))


def in_values(values: Any) -> tuple[str, ...]:
    """Return the same for the values of front matter, or of TOML: those that are whole addresses, not just names."""
    return _telling(value for value in _texts(values) if value.startswith(("/", "https://", "http://")))


def in_source(text: str) -> tuple[str, ...]:
    """Return the same for CSS, HTML and templates; of one that no quotes enclose, for each place where it may end."""
    found: set[str] = set()
    for match in _WITHIN.finditer(html.unescape(text)):
        word = _WORD.match(match[1])
        found |= {match[1].strip(), *((word[0], word[0].rstrip(",;")) if word else ())}
    return tuple(sorted(f"/{name}" for name in found))


@lru_cache(maxsize=65_536)
def file_of(address: str, page: str, sites: tuple[str, ...]) -> str | None:
    """Return the file that an address leads to from the page at the path ``page``, as ``audio/…`` or ``images/…``.

    ``sites`` are the site's own absolute addresses. None for an address of anything else, there or not.
    """
    found = path_on_site(address, page, sites)
    return file_at(found[0]) if found else None


def file_at(path: str) -> str | None:
    """Return the file that is served at a path (decoded): a picture in any size, a file of audio; None for all else."""
    _, kind, first, name = (*path.split("/", 3), "", "", "")[:4]
    if kind == "audio" and first and name:
        return path[1:]
    return f"images/{name}" if kind == "images" and first in SIZES and is_picture(name) else None


def _telling(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({address for address in addresses if len(address) <= _LONGEST and may_mention(address)}))


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, (dict, list, tuple)):
        for value in values.values() if isinstance(values, dict) else values:
            yield from _texts(value)
