"""Pictures, scripts, styles and icons, and the well-known files of crawlers: the sitemap and robots.txt."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, send_from_directory
from flask.blueprints import BlueprintSetupState

from longwave.audio.delivery import ValidatorsOf, deliver
from longwave.audio.validators import Validators
from longwave.config import STATIC
from longwave.content.media.embedded_pictures import embedded_picture
from longwave.content.media.paths import find_spelling
from longwave.content.media.pictures import PictureCache
from longwave.edition import Edition
from longwave.edition.addresses import sitemap_pages
from longwave.feeds.discovery import robots, sitemap
from longwave.routes import rule
from longwave.web.caching.page_cache import reads
from longwave.web.file_responses import file_response, validators_of
from longwave.web.request_context import UNCACHED, base, edition

blueprint = Blueprint("files", __name__)
_PICTURES = "longwave.pictures"
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.record_once
def add_picture_cache(state: BlueprintSetupState) -> None:
    """Give the app that registers this blueprint its own cache of scaled pictures."""
    state.app.extensions[_PICTURES] = PictureCache()


@blueprint.get(rule("image"))
def image(size: str, name: str) -> Response:
    """Return a picture in one of the sizes that pages show. 404 for other sizes and unpublished pictures."""
    current = edition()
    if f"images/{name}" not in current.served:
        abort(404)
    images, pictures = current.content / "images", current_app.extensions[_PICTURES]
    if within := embedded_picture(current.content, current.images, name):
        found = pictures.find(within.parent, current.images, size, within.name)
    else:
        found = pictures.find(images, current.images, size, find_spelling(images, name) or name)
    if found is None:
        abort(404)
    path, kind = found
    try:
        delivery = deliver(path, kind, request.environ, _validators_of(current, path))
    except OSError:
        abort(404)
    response = file_response(delivery)
    if kind == "image/svg+xml":
        response.headers["Content-Security-Policy"] = _SVG_POLICY
    return response


@blueprint.get(rule("asset"))
def asset(version: str, name: str) -> Response:
    """Return a script or a stylesheet; all share the version in the path, so that modules import relative names."""
    return _cache_for_version(send_from_directory(STATIC, name), same=version == edition().version)


@blueprint.get(rule("favicon"))
def favicon() -> Response:
    """Return ``/favicon.ico``, for browsers that look for the site's icon nowhere else."""
    return _icon("favicon.ico")


@blueprint.get(rule("touch_icon"))
def touch_icon() -> Response:
    """Return the icon for the home screen of a phone."""
    return _icon("apple-touch-icon.png")


@blueprint.get(rule("theme"))
@reads("v")
def theme_css() -> Response:
    """Return the owner's theme: accent, font and radius, and the CSS of ``content/theme.css``."""
    current = edition()
    if not current.theme:
        abort(404)
    response = Response(current.theme, content_type="text/css; charset=utf-8")
    return _cache_for_version(response, same=request.args.get("v") == current.theme_version)


@blueprint.get(rule("robots"))
def robots_txt() -> Response:
    """Return the rules for crawlers."""
    return Response(robots(base()), content_type="text/plain; charset=utf-8")


@blueprint.get(rule("sitemap"))
def sitemap_xml() -> Response:
    """Return the sitemap of all pages that search engines may list."""
    return Response(sitemap(base(), sitemap_pages(edition().catalogue)), content_type="application/xml; charset=utf-8")


def _cache_for_version(response: Response, *, same: bool) -> Response:
    """Let caches keep a file for a year if the address has its current version, else as long as a page.

    ``same`` says whether the address has it. If not, the page cache doesn't store the response, as clients may invent
    any number of versions.
    """
    del response.headers["Cache-Control"]
    if same:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        request.environ[UNCACHED] = True
    return response


def _validators_of(current: Edition, path: Path) -> ValidatorsOf:
    if not path.is_relative_to(current.images):
        return validators_of(path)
    # A scaled picture is named by its hash, and the time of scaling is not the time of the last change.
    return lambda _: Validators((path.stem,))


def _icon(name: str) -> Response:
    # The addresses of icons have no version, so caches may keep a copy for a day only.
    return send_from_directory(STATIC, name, max_age=86_400)
