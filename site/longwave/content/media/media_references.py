"""Media references: the addresses in a text that may lead to files of content/audio and content/images."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from longwave.content.media.pictures import PICTURE_SIZES, is_picture
from longwave.content.text.references import References
from longwave.routes import ROUTES
from longwave.urls import is_absolute

#: The texts of which every absolute address of a media file contains one: a fast test before any parsing.
_FOLDERS = ("images/", "audio/")
#: The beginning of a relative address in Markdown or HTML, which may lead to a file through a redirect.
_RELATIVE = re.compile(
    r"""(?:\][(:]|\s(?:href|src|srcset|poster|data)\s*+=)\s*+(?![<"']?(?:[a-z][a-z0-9+.-]*+:|\#))""", re.IGNORECASE
)
#: The longest text in CSS or a template that may be the address of a media file, from its folder's name on.
_ADDRESS = re.compile(rf"(?<![\w-])(?=((?:images/(?:{'|'.join(PICTURE_SIZES)})|audio)/[^\"'<>\n?#\\]{{1,300}}))")
#: The part of an ``_ADDRESS`` up to white space or an unmatched bracket, where an address without quotes ends.
_UNQUOTED = re.compile(r"(?:[^\s()]|\([^\s()]*\))+")
Language = Literal["css", "liquid", "jinja"]
#: A comment of CSS; or a string or a url(), in which ``/*`` begins no comment. Each may lack its end.
_IN_CSS = re.compile(
    r"""
    (?P<comment>/\*.*?(?:\*/|\Z))
    | "(?:\\.|[^"\\\n])*+"? | '(?:\\.|[^'\\\n])*+'? | url\(\s*+(?!["'\s])[^)]*+\)?
    """,
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
#: A comment of HTML; or a style or script, in which ``<!--`` begins no comment. A comment without an end doesn't count,
#: as another template may end it.
_IN_HTML = r"(?P<comment><!--.*?-->)|<!--.*|(?P<style><style\b.*?(?:</style|\Z))|<script\b.*?(?:</script|\Z)"
_OWN_COMMENTS: dict[Language, str] = {
    "liquid": r"\{%-?\s*comment\s*-?%\}.*?(?:\{%-?\s*endcomment\s*-?%\}|\Z)",
    "jinja": r"\{\#.*?(?:\#\}|\Z)",
}
_IN_TEMPLATES = {
    language: re.compile(rf"{_IN_HTML}|(?P<own>{own})", re.DOTALL | re.IGNORECASE)
    for language, own in _OWN_COMMENTS.items()
}
#: The most characters of an address that is taken for a media reference.
_MAX_ADDRESS_LENGTH = 2000


def may_reference_media(text: str) -> bool:
    """Return whether a text in Markdown or HTML may contain a media reference: a fast test with false positives."""
    return _RELATIVE.search(text) is not None or any(folder in text for folder in _FOLDERS)


def media_in_references(references: References) -> tuple[str, ...]:
    """Return those references of a text that may lead to media files, as the author wrote them, sorted."""
    pictures = (picture.address for picture in references.pictures)
    return _select((*references.links, *references.embedded, *pictures))


def media_in_values(values: Any) -> tuple[str, ...]:
    """Return the media references among the values of front matter or TOML, nested ones included, sorted.

    Only values that are addresses count, not bare names of files.
    """
    return _select(value for value in _texts(values) if value.startswith(("/", "https://", "http://")))


def media_in_source(text: str, language: Language = "liquid") -> tuple[str, ...]:
    """Return the media references in the source of CSS or of a template of HTML, as paths, sorted.

    A reference without quotes is returned once for each position at which it may end; comments are ignored.
    """
    shown = _without_css_comments(text) if language == "css" else _without_comments(text, language)
    paths: set[str] = set()
    for match in _ADDRESS.finditer(html.unescape(shown)):
        unquoted = _UNQUOTED.match(match[1])
        paths |= {match[1].strip(), *((unquoted[0], unquoted[0].rstrip(",;")) if unquoted else ())}
    return tuple(sorted(f"/{name}" for name in paths))


def _without_css_comments(text: str) -> str:
    return _IN_CSS.sub(lambda match: " " if match["comment"] else match[0], text)


def _without_comments(text: str, language: Language) -> str:
    """Return CSS or a template's source without comments: those of HTML, of CSS, and of the template language."""

    def shown(match: re.Match[str]) -> str:
        if match["style"]:
            return _without_css_comments(match[0])
        return " " if match["comment"] or match["own"] else match[0]

    return _IN_TEMPLATES[language].sub(shown, text)


def media_file_at(path: str) -> str | None:
    """Return the name below content/ of the media file that is served at a decoded path; None for any other path.

    Whether that file exists isn't checked.
    """
    if values := ROUTES["audio"].match(path):
        return f"audio/{values['show']}/{values['file']}"
    values = ROUTES["image"].match(path)
    is_image = values and values["size"] in PICTURE_SIZES and is_picture(values["name"])
    return f"images/{values['name']}" if values and is_image else None


def _select(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({address for address in addresses if _may_lead_to_media(address)}))


def _may_lead_to_media(address: str) -> bool:
    if len(address) > _MAX_ADDRESS_LENGTH or address.startswith("#"):
        return False
    return any(folder in address for folder in _FOLDERS) or not is_absolute(address)


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, (dict, list, tuple)):
        for value in values.values() if isinstance(values, dict) else values:
            yield from _texts(value)
