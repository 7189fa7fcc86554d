"""`/embed/<show>/<slug>`: the player alone, for other sites' pages; `/oembed` tells them of it (https://oembed.com)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, abort, jsonify, make_response, request
from markupsafe import escape

from longwave.catalogue import Catalogue
from longwave.edition.addresses import target
from longwave.model import Episode
from longwave.routes import rule, url_for
from longwave.web.cache_policy import reads
from longwave.web.headers import policy
from longwave.web.page_contexts import EmbedPage
from longwave.web.presenters import absolute, card, frame, picture, player, show_page
from longwave.web.request_context import base, edition

blueprint = Blueprint("embeds", __name__)
#: Pixels of the frame; narrower ones get the same height, where the player's rows wrap.
_WIDTH, _HEIGHT = 640, 240
_THUMBNAIL = 512


@blueprint.get(rule("embed"))
def embed(show: str, slug: str) -> Response:
    """The one page that other sites may frame. 404 for an episode that can't be heard."""
    now = edition()
    found = now.catalogue.episode(show, slug)
    heard = player(found, now.chapters(found)) if found else None
    if found is None or heard is None:
        abort(404)
    series = now.catalogue.shows[show]
    whole = frame(found.path, found.title, found.description, language=series.language, indexed=False)
    response = make_response(show_page(EmbedPage(whole, card(found), heard, picture(found.image or series.image, 256))))
    response.headers["Content-Security-Policy"] = policy(now, "*")
    return response


@blueprint.get(rule("oembed"))
@reads("url", "format", "maxwidth", "maxheight")
def oembed() -> Response:
    """How an episode is embedded: 404 for any other address, 501 for another form than JSON."""
    if request.args.get("format", "json") != "json":
        return make_response(jsonify(error="Only JSON is spoken here."), 501)
    found = _named(request.args.get("url", ""))
    heard = player(found) if found else None
    if found is None or heard is None:
        return make_response(jsonify(error="No episode is at this address."), 404)
    width, height = _fitting("maxwidth", _WIDTH), _fitting("maxheight", _HEIGHT)
    show = edition().catalogue.shows[found.show]
    said: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": found.title,
        "author_name": show.title,
        "author_url": url_for("show", show=show.slug, base=base()),
        "provider_name": edition().catalogue.site.title,
        "provider_url": url_for("home", base=base()),
        "width": width,
        "height": height,
        "html": f'<iframe src="{escape(heard.embed)}" title="{escape(found.title)}" width="{width}" height="{height}"'
        ' frameborder="0" allow="autoplay; clipboard-write" loading="lazy"></iframe>',
    }
    image = absolute(picture(found.image or show.image, _THUMBNAIL))
    if image:
        said |= {"thumbnail_url": image, "thumbnail_width": _THUMBNAIL, "thumbnail_height": _THUMBNAIL}
    response = jsonify(said)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def oembed_address(link: str) -> str:
    """The absolute address that describes how the episode at ``link`` is embedded."""
    return url_for("oembed", base=base(), url=link)


def _named(url: str) -> Episode | None:
    """The episode at an absolute address of this site; with or without TLS, as proxies have it."""
    try:
        parts, own = urlsplit(url), urlsplit(base())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.netloc != own.netloc:
        return None
    path, catalogue = unquote(parts.path), edition().catalogue
    return _at(catalogue, path) or _at(catalogue, target(catalogue, path) or "")


def _at(catalogue: Catalogue, path: str) -> Episode | None:
    first, *names = path.split("/")
    return catalogue.episode(*names) if not first and len(names) == 2 else None


def _fitting(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    return min(usual, int(text[:9])) if text.isascii() and text.isdigit() and text.strip("0") else usual
