"""The player alone, for frames in other sites' pages, and its description as oEmbed (https://oembed.com)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, abort, jsonify, make_response, request
from markupsafe import escape

from longwave.catalogue import Catalogue
from longwave.edition.addresses import target
from longwave.model import Episode
from longwave.phrases import phrase
from longwave.routes import rule, url_for
from longwave.web.caching.page_cache import reads
from longwave.web.headers import policy
from longwave.web.page_contexts import Page
from longwave.web.presenters import (
    absolute_url,
    episode_card,
    episode_player,
    make_frame,
    picture_url,
    picture_words,
    render_page,
)
from longwave.web.request_context import base, edition
from longwave.web.view_models import EpisodeCard, Player

blueprint = Blueprint("embeds", __name__)
#: The frame's width in pixels. In a narrower frame the player's rows wrap, and fit into the same height.
_WIDTH = 640
#: The side of the picture in an oEmbed description, in pixels.
_THUMBNAIL = 512


@dataclass(frozen=True)
class EmbedPage(Page):
    """The player of an episode alone, for a frame in another site's page."""

    template: ClassVar[str] = "embed.html"

    episode: Annotated[EpisodeCard, "The episode."]
    player: Annotated[Player, "The sound."]
    image: Annotated[str, "The picture of the episode, or else of the show."]
    image_alt: Annotated[str, "That picture in words; empty where nobody has described it."]


@blueprint.get(rule("embed"))
def embed(show: str, slug: str) -> Response:
    """Return the player's page, the only one that other sites may frame. 404 for an episode without playable audio."""
    current = edition()
    episode = current.catalogue.episode(show, slug)
    player = episode_player(episode, current.chapters(episode)) if episode else None
    if episode is None or player is None:
        abort(404)
    series = current.catalogue.shows[show]
    page = EmbedPage(
        frame=make_frame(episode.path, episode.title, episode.description, language=series.language, indexed=False),
        episode=episode_card(episode),
        player=player,
        image=picture_url(episode.image or series.image, 256),
        image_alt=picture_words(episode, series),
    )
    response = make_response(render_page(page))
    response.headers["Content-Security-Policy"] = policy(current, "*")
    return response


@blueprint.get(rule("oembed"))
@reads(keep=False)  # each size and each spelling of an address would fill the cache
def oembed() -> Response:
    """Return an episode's oEmbed description. 404 for an address of no episode, 501 for a format other than JSON."""
    if request.args.get("format", "json") != "json":
        return make_response(jsonify(error=phrase("error.only_json")), 501)
    episode = _episode_at(request.args.get("url", ""))
    player = episode_player(episode) if episode else None
    if episode is None or player is None:
        return make_response(jsonify(error=phrase("error.no_episode_here")), 404)
    response = jsonify(_description(episode, player))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def oembed_url(link: str) -> str:
    """Return the absolute address of the oEmbed description of the episode at the absolute address ``link``."""
    return url_for("oembed", base=base(), url=link)


def _description(episode: Episode, player: Player) -> dict[str, Any]:
    width, height = _size_within("maxwidth", _WIDTH), _size_within("maxheight", player.embed_height)
    show = edition().catalogue.shows[episode.show]
    allowed = "autoplay; clipboard-write" + ("; fullscreen" if player.video else "")
    description: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": episode.title,
        "author_name": show.title,
        "author_url": url_for("show", show=show.slug, base=base()),
        "provider_name": edition().catalogue.site.title,
        "provider_url": url_for("home", base=base()),
        "width": width,
        "height": height,
        "html": f'<iframe src="{escape(player.embed)}" title="{escape(episode.title)}" width="{width}"'
        f' height="{height}" frameborder="0" allow="{allowed}" loading="lazy"></iframe>',
    }
    image = absolute_url(picture_url(episode.image or show.image, _THUMBNAIL))
    if image:
        description |= {"thumbnail_url": image, "thumbnail_width": _THUMBNAIL, "thumbnail_height": _THUMBNAIL}
    return description


def _episode_at(url: str) -> Episode | None:
    """Return the episode at an absolute address of this site, with http or https; None for another address."""
    try:
        parts, own = urlsplit(url), urlsplit(base())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.netloc != own.netloc:
        return None
    path, catalogue = unquote(parts.path), edition().catalogue
    return _at_path(catalogue, path) or _at_path(catalogue, target(catalogue, path) or "")


def _at_path(catalogue: Catalogue, path: str) -> Episode | None:
    first, *names = path.split("/")
    return catalogue.episode(*names) if not first and len(names) == 2 else None


def _size_within(name: str, maximum: int) -> int:
    """Return the number of pixels in the query parameter ``name``, or ``maximum`` if that is less or none is given."""
    text = request.args.get(name, "")
    return min(maximum, int(text[:9])) if text.isascii() and text.isdigit() and text.strip("0") else maximum
