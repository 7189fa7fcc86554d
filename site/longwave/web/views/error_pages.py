"""The pages of errors, and the redirects of old addresses."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, ClassVar, NoReturn

from flask import Flask, Response, abort, jsonify, make_response, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.sansio.response import Response as AnyResponse

from longwave.content.site.redirects import redirect_target
from longwave.edition.addresses import target
from longwave.phrases import phrase
from longwave.routes import ROUTES
from longwave.web.file_responses import redirect_to
from longwave.web.page_contexts import Page
from longwave.web.presenters import episode_card, make_frame, render_page
from longwave.web.request_context import EDITION, STATUS_PATHS, edition
from longwave.web.view_models import EpisodeCard

_log = logging.getLogger("longwave")
_MAX_EPISODES = 5


@dataclass(frozen=True)
class ErrorPage(Page):
    """The page of an error other than a 404."""

    template: ClassVar[str] = "error.html"

    status: Annotated[int, "The HTTP status, such as 500."]
    heading: Annotated[str, "The error, in a few words."]
    message: Annotated[str, "The error in a sentence or two."]


@dataclass(frozen=True)
class NotFoundPage(Page):
    """The page of a 404."""

    template: ClassVar[str] = "404.html"

    path: Annotated[str, "The path of the request."]
    episodes: Annotated[tuple[EpisodeCard, ...], "The five newest episodes."]


def init_app(app: Flask) -> None:
    """Register the pages of errors with ``app``. No traceback and no default page of Flask's is ever sent."""
    app.before_request(_answer_without_edition)
    app.before_request(_redirect_forced)
    # Left to itself, Werkzeug adds the slash with a redirect that repeats the client's Host header.
    for route in ROUTES.values():
        if route.rule.endswith("/") and not route.variables and route.name != "home":
            app.add_url_rule(route.rule.rstrip("/"), f"{route.name} without a slash", _not_found)
    app.register_error_handler(NotFound, _answer_not_found)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_failure)


def _answer_without_edition() -> Response | None:
    """Return a 503 in plain text while there is no edition whose templates could be used."""
    if EDITION in request.environ or request.path in STATUS_PATHS:
        return None
    return Response(
        phrase("error.unavailable") + "\n", 503, {"Retry-After": "30"}, content_type="text/plain; charset=utf-8"
    )


def _redirect_forced() -> Response | None:
    """Return a redirect that the owner forces upon an existing address, such as the feed of a show that moves away."""
    if request.path in STATUS_PATHS or not (forced := edition().catalogue.site.forced):
        return None
    target_path = redirect_target(forced, request.path)
    return redirect_to(target_path) if target_path and target_path != request.path else None


def _not_found() -> NoReturn:
    abort(404)


def _answer_not_found(_error: NotFound) -> AnyResponse:
    new_path = target(edition().catalogue, request.path) if request.method in ("GET", "HEAD") else None
    if new_path is not None:
        return redirect_to(new_path)
    if request.path.endswith(".json"):
        return make_response(jsonify(error=phrase("error.nothing_here")), 404)
    episodes = tuple(episode_card(episode) for episode in edition().catalogue.episodes[:_MAX_EPISODES])
    page = NotFoundPage(make_frame("", phrase("not_found.title"), indexed=False), request.path, episodes)
    return make_response(render_page(page), 404)


def _answer_http_error(error: HTTPException) -> AnyResponse:
    if error.response is not None:
        return error.response
    status = error.code or 500
    response = make_response(render_error(status, error.name, error.description or ""), status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _answer_failure(_error: Exception) -> AnyResponse:
    _log.exception("%s %s failed.", request.method, request.path)
    if EDITION in request.environ and edition().is_damaged:
        # A bad disk has damaged files of the edition. The keeper makes a new one within two seconds, so a 503 fits.
        page = render_error(503, phrase("error.renewing_heading"), phrase("error.renewing"))
        return make_response(page, 503, {"Retry-After": "2"})
    return make_response(render_error(500, phrase("error.failed_heading"), phrase("error.failed")), 500)


def render_error(status: int, heading: str, message: str) -> str:
    """Return the site's page of an error; a bare one while there is no edition whose templates could be used."""
    if EDITION not in request.environ:
        return f"<!doctype html><title>{escape(heading)}</title><p>{escape(message or heading)}</p>\n"
    return render_page(ErrorPage(make_frame("", heading, indexed=False), status, heading, message))
