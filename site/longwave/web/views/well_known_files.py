"""Pictures, icons, the theme, and what is there for crawlers: the sitemap and robots.txt."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, request, send_from_directory

from longwave.audio.delivery import ValidatorsOf, deliver
from longwave.audio.validators import Validators
from longwave.config import STATIC
from longwave.content.media.paths import spelt
from longwave.content.media.pictures import picture
from longwave.edition import Edition
from longwave.edition.addresses import sitemap_pages
from longwave.feeds.sitemap import robots, sitemap
from longwave.routes import rule
from longwave.web.cache_policy import reads
from longwave.web.file_responses import sent, validators_of
from longwave.web.request_context import base, edition

blueprint = Blueprint("files", __name__)
_DRAWING = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.get(rule("image"))
def image(size: str, name: str) -> Response:
    """A picture in one of the sizes that pages show."""
    now = edition()
    images, served = now.content / "images", f"images/{name}" in now.served
    found = picture(images, now.images, size, spelt(images, name) or name) if served else None
    if found is None:
        abort(404)
    path, kind = found
    try:
        delivery = deliver(path, kind, request.environ, _validators_of(now, path))
    except OSError:
        abort(404)
    response = sent(delivery)
    if kind == "image/svg+xml":
        response.headers["Content-Security-Policy"] = _DRAWING
    return response


@blueprint.get(rule("asset"))
def asset(version: str, name: str) -> Response:
    """A script or a style under the version of all of them, so that modules name each other without one."""
    return _lasting(send_from_directory(STATIC, name), same=version == edition().version)


@blueprint.get(rule("favicon"))
def favicon() -> Response:
    """The icon of browsers that ask for nothing else."""
    return _icon("favicon.ico")


@blueprint.get(rule("touch_icon"))
def touch_icon() -> Response:
    """The icon of a phone's first screen."""
    return _icon("apple-touch-icon.png")


@blueprint.get(rule("theme"))
@reads("v")
def theme_css() -> Response:
    """The owner's accent, font and corners, and their own CSS."""
    now = edition()
    if not now.theme:
        abort(404)
    response = Response(now.theme, content_type="text/css; charset=utf-8")
    return _lasting(response, same=request.args.get("v") == now.theme_version)


@blueprint.get(rule("robots"))
def robots_txt() -> Response:
    """What crawlers may read."""
    return Response(robots(base()), content_type="text/plain; charset=utf-8")


@blueprint.get(rule("sitemap"))
def sitemap_xml() -> Response:
    """Every page that is worth finding."""
    return Response(sitemap(base(), sitemap_pages(edition().catalogue)), content_type="application/xml; charset=utf-8")


def _lasting(response: Response, *, same: bool) -> Response:
    """Let a file be kept for good under its own version; under another one it is kept as long as any page."""
    del response.headers["Cache-Control"]
    if same:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _validators_of(now: Edition, path: Path) -> ValidatorsOf:
    if not path.is_relative_to(now.images):
        return validators_of(path)
    # A scaled one is named by its hash; when it was made tells nothing of when it was changed.
    return lambda _: Validators((path.stem,))


def _icon(name: str) -> Response:
    # These addresses carry no version, so a year would be too long.
    return send_from_directory(STATIC, name, max_age=86_400)
