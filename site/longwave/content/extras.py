"""The optional files that enrich a site: ``guests/*.md``, ``tags/*.md`` and ``pages/*.md``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longwave.content.frontmatter import Document, split
from longwave.content.people import person_links
from longwave.content.sitefile import RESERVED
from longwave.content.slugs import slugify
from longwave.errors import ContentError
from longwave.model import Guest, Page, Tag

#: The keys of front matter that are read, by the kind of file. A guest's file may name any service of the web besides.
EXTRA_KEYS = {
    "guest": frozenset({"name", "names", "title", "avatar", "picture", "image", "description", "website", "slug"}),
    "tag": frozenset({"title", "name", "description", "homepage", "home_page", "url", "website", "tag"}),
    "page": frozenset({"title", "description", "slug"}),
}


def parse_guest(file: str, text: str) -> Guest:
    """The guest of ``guests/<guest>.md``. Raises ContentError."""
    document, stem = split(file, text), _stem(file)
    return Guest(
        slug=_slug(document, stem),
        name=_text(document, "name") or stem.replace("-", " ").title(),
        title=_text(document, "title"),
        avatar=_text(document, "avatar", "picture", "image"),
        links=_links(document),
        names=_names(document),
        description=_text(document, "description"),
        text=document.body,
    )


def parse_tag(file: str, text: str) -> Tag:
    """The tag of ``tags/<tag>.md``. Raises ContentError."""
    document, stem = split(file, text), _stem(file)
    return Tag(
        slug=_slug(document, stem),
        label=_text(document, "title", "name") or stem,
        description=_text(document, "description"),
        homepage=_homepage(document),
        text=document.body,
    )


def parse_page(file: str, text: str) -> tuple[Page, int]:
    """The page of ``pages/<name>.md``, its text still Liquid, and the line where that begins. Raises ContentError."""
    document = split(file, text)
    slug = _slug(document, _text(document, "slug") or _stem(file))
    if slug in RESERVED:
        hint = f"/{slug} is an address of Longwave's own."
        raise ContentError(document.problem("slug", "a page with another name", slug, hint))
    title = _text(document, "title")
    if not title:
        raise ContentError(document.problem("title", "a title", None, 'Add a line such as title: "…"'))
    page = Page(slug, title, _text(document, "description"), document.body, document.meta)
    return page, document.first_line


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]


def _slug(document: Document, name: str) -> str:
    slug = slugify(name)
    if not slug:
        raise ContentError(document.problem("", "a file name with letters or digits", name))
    return slug


def _text(document: Document, *keys: str) -> str:
    for key in keys:
        value = document.meta.get(key)
        if value in (None, ""):
            continue
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            raise ContentError(document.problem(key, "text", value))
        return " ".join(str(value).split())
    return ""


def _homepage(document: Document) -> str:
    for key in ("homepage", "home_page", "url", "website"):
        value = _text(document, key)
        if value and not value.startswith(("https://", "http://")):
            raise ContentError(document.problem(key, "an address that begins with https://", value))
        if value:
            return value
    return ""


def _names(document: Document) -> tuple[str, ...]:
    names = document.meta.get("names") or []
    if isinstance(names, str):
        names = [names]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ContentError(document.problem("names", "a list of the guest's other spellings", names))
    return tuple(names)


def _links(document: Document) -> tuple[Any, ...]:
    meta: Mapping[str, Any] = document.meta
    ours = {"names", "description", "slug"}
    try:
        return person_links({key: value for key, value in meta.items() if key not in ours})
    except ValueError as error:
        _, expected, found = error.args
        raise ContentError(document.problem("website", expected, found)) from None
