"""What a visitor sees when nothing is there, or something went wrong."""

from __future__ import annotations

import logging
from typing import NoReturn
from urllib.parse import quote

from flask import Flask, Response, abort, jsonify, make_response, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.sansio.response import Response as AnyResponse

from longwave.content.site.redirects import moved
from longwave.edition.addresses import target
from longwave.routes import ROUTES
from longwave.urls import in_ascii
from longwave.web.page_contexts import ErrorPage, MissingPage
from longwave.web.presenters import card, frame, show_page
from longwave.web.request_context import EDITION, STATE, edition

_log = logging.getLogger("longwave")
_NEWEST = 5


def init_app(app: Flask) -> None:
    """Give ``app`` its pages for errors. Only a response is ever sent: no traceback, no default page of Flask's."""
    app.before_request(_unavailable)
    app.before_request(_forced)
    # Left to itself, Werkzeug adds the slash with a redirect that repeats the client's Host header.
    for route in ROUTES.values():
        if route.rule.endswith("/") and not route.variables and route.name != "home":
            app.add_url_rule(route.rule.rstrip("/"), f"{route.name} without a slash", _nothing)
    app.register_error_handler(NotFound, _missing)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)


def _unavailable() -> Response | None:
    """503 where there is nothing to serve yet, and no page that could say so."""
    if EDITION in request.environ or request.path in STATE:
        return None
    text = "This site can't be shown right now. Please come back in a minute.\n"
    return Response(text, 503, {"Retry-After": "30"}, content_type="text/plain; charset=utf-8")


def _forced() -> Response | None:
    """Redirect what the owner sends elsewhere although something is there: a show that leaves takes its feed along."""
    if request.path in STATE or not (forced := edition().catalogue.site.forced):
        return None
    goal = moved(forced, request.path)
    return _redirect(goal) if goal and goal != request.path else None


def _nothing() -> NoReturn:
    abort(404)


def _missing(_error: NotFound) -> AnyResponse:
    moved = target(edition().catalogue, request.path) if request.method in ("GET", "HEAD") else None
    if moved is not None:
        return _redirect(moved)
    if request.path.endswith(".json"):
        return make_response(jsonify(error="Nothing is at this address."), 404)
    episodes = tuple(card(episode) for episode in edition().catalogue.episodes[:_NEWEST])
    missing = MissingPage(frame("", "Not found", indexed=False), request.path, episodes)
    return make_response(show_page(missing), 404)


def _redirect(path: str) -> Response:
    """A redirect whose Location is a path, so that no Host header ever comes back in it."""
    query = request.query_string.decode("ascii", "ignore")
    place, mark, fragment = (in_ascii(path) if "://" in path else quote(path, safe="/%#?=&")).partition("#")
    if query and "?" not in place:
        place = f"{place}?{query}"
    response = Response(status=301)
    response.autocorrect_location_header = False
    response.headers["Location"] = f"{place}{mark}{fragment}"
    return response


def _refused(error: HTTPException) -> AnyResponse:
    if error.response is not None:
        return error.response
    status = error.code or 500
    response = make_response(page(status, error.name, error.description or ""), status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _failed(_error: Exception) -> AnyResponse:
    _log.exception("%s %s failed.", request.method, request.path)
    if EDITION in request.environ and edition().is_damaged:
        # A bad disk has spoilt it; it is made anew at the next look.
        text = "This page is being made anew. Please come back in a moment."
        return make_response(page(503, "One moment", text), 503, {"Retry-After": "2"})
    return make_response(page(500, "Something went wrong", "It is not your fault, and it has been noted."), 500)


def page(status: int, heading: str, message: str) -> str:
    """The site's page for what can't be shown; a line where there is no edition that could look like the site."""
    if EDITION not in request.environ:
        return f"<!doctype html><title>{escape(heading)}</title><p>{escape(message or heading)}</p>\n"
    return show_page(ErrorPage(frame("", heading, indexed=False), status, heading, message))
