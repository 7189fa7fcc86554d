"""Page contexts: the data that templates are given. Each kind of page has a subclass of ``Page``, beside its view.

A public API: the templates of owners rely on the fields. docs/templates.md lists them, with the help of each field.
Addresses are paths of the site unless a field's help says that they are absolute. Texts are plain, and escaped by the
template, unless the field's name ends in ``html``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from longwave.web.view_models import PageLink


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame around each page's own content: the site, the head of the HTML document and the navigation."""

    site: Annotated[str, "The title of the site."]
    language: Annotated[str, "The language of the page, such as `en` or `pt-br`."]
    title: Annotated[str, "The title of the page; empty on the home page."]
    description: Annotated[str, "The description for search engines."]
    canonical: Annotated[str, "The absolute address of the page; empty on a page of an error, which has none."]
    navigation: Annotated[tuple[PageLink, ...], "The links of the site's menu."]
    feeds: Annotated[tuple[PageLink, ...], "The feeds for autodiscovery, the page's own first."]
    version: Annotated[str, "The version of the scripts and the stylesheet, a part of their addresses."]
    image: Annotated[str, "The absolute address of a picture for OpenGraph; empty where there is none."] = ""
    image_alt: Annotated[str, "The picture in words; empty where nobody has described it."] = ""
    og_type: Annotated[str, "OpenGraph's type: `website`, `article` or `profile`."] = "website"
    audio: Annotated[str, "The absolute address of the sound; empty on a page without one."] = ""
    audio_type: Annotated[str, "The media type of the sound."] = ""
    embed_height: Annotated[int, "The height in pixels of the player alone."] = 240
    embed: Annotated[str, "The absolute address of the player alone."] = ""
    oembed: Annotated[str, "The absolute address of the page's oEmbed description."] = ""
    json_ld: Annotated[Mapping[str, Any] | None, "The page as JSON-LD (schema.org)."] = None
    query: Annotated[str, "The text in the search box."] = ""
    indexed: Annotated[bool, "Whether search engines may list the page."] = True
    previous: Annotated[str, "The absolute address of the page before, of a list that is cut into pages."] = ""
    next: Annotated[str, "The absolute address of the page after, of a list that is cut into pages."] = ""
    profiles: Annotated[tuple[str, ...], "The addresses of the show's own profiles elsewhere, for `rel=me`."] = ()
    theme_version: Annotated[str, "The version of `/theme.css`; empty where the owner has no theme."] = ""


@dataclass(frozen=True)
class Page:
    """The context of one kind of page: the fields that its template is given."""

    #: The file name of the template for this kind of page.
    template: ClassVar[str]

    frame: Annotated[Frame, "The site, the head of the HTML document and the navigation."]
