"""The preview of a site for its author, whose pages change as the files do. The public site has no part of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Blueprint, Flask, Response, g, redirect, request, send_from_directory
from werkzeug.sansio.response import Response as AnyResponse

from longwave.edition import Keeper
from longwave.phrases import phrase
from longwave.routes import ROUTES, path_for, rule, url_for
from longwave.web.headers import policy
from longwave.web.preview.live_reload import EVENTS, OWN_ORIGIN, LiveReload
from longwave.web.request_context import EDITION, MEDIA_PREFIXES, edition

#: The key of the LiveReload in ``app.extensions``.
LIVE_RELOAD = "longwave.live_reload"
#: The preview's script and stylesheet lie here and not in static/, so that no public site serves them.
_FOLDER = Path(__file__).parent
_HEAD = """<meta name="robots" content="noindex">
<meta name="longwave-preview" content="{edition}" data-events="{events}">
<link rel="stylesheet" href="{style}">
<script type="module" src="{script}"></script>
"""
_LOCAL_HOST = re.compile(r"(?:(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?", re.IGNORECASE)
_CACHEABLE = (ROUTES["asset"].prefix, path_for("theme"))

blueprint = Blueprint("preview", __name__)


def init_app(app: Flask, keeper: Keeper) -> None:
    """Turn ``app`` into a preview: pages reload on each save, show mistakes, and are closed to other origins.

    ``keeper`` holds the current edition, which has to include unpublished episodes.
    """
    live_reload = app.extensions[LIVE_RELOAD] = LiveReload(keeper)
    app.register_blueprint(blueprint)

    @app.after_request
    def finish(response: Response) -> AnyResponse:
        new_path = live_reload.new_path(request.path) if response.status_code == 404 else ""
        if new_path:
            return _for_own_origin(redirect(quote(new_path)))
        problem = g.get("broken_template")
        if problem is not None:
            live_reload.report_template(problem, edition().fingerprint)
            response.headers["X-Preview"] = "broken"
        _mark_as_preview(response)
        return _for_own_origin(response)

    app.wsgi_app = live_reload.wrap(app.wsgi_app)  # type: ignore[assignment, method-assign]  # as in create_app


def restrict_to_localhost(app: Flask) -> None:
    """Answer with a 403 to requests whose Host isn't a name of this machine.

    Otherwise a page on the internet could let its own name resolve to this machine (DNS rebinding) and read drafts.
    """
    inner = app.wsgi_app

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _LOCAL_HOST.fullmatch(environ.get("HTTP_HOST", "localhost")):
            return inner(environ, start_response)
        body = f"{phrase('error.preview_is_local')}\n".encode()
        start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return (body,)

    app.wsgi_app = answer  # type: ignore[method-assign]  # as above


@blueprint.get(rule("preview_asset"))
def asset(form: str, **_: str) -> Response:
    """Return the preview's script or stylesheet, at an address beside the site's scripts, which it imports."""
    return send_from_directory(_FOLDER, f"preview.{form}", max_age=0)


def _for_own_origin(response: AnyResponse) -> AnyResponse:
    """Return the response with all headers removed by which a view lets other origins read or frame what it sends.

    On the public site that is meant for web players. Here any page that the author opens could read the drafts.
    """
    for name in [name for name in response.headers.keys() if name.lower().startswith("access-control-")]:  # noqa: SIM118
        del response.headers[name]
    own = response.headers.get("Content-Security-Policy") or policy(request.environ.get(EDITION))
    others = (directive for directive in own.split("; ") if not directive.startswith("frame-ancestors"))
    response.headers["Content-Security-Policy"] = "; ".join((*others, "frame-ancestors 'self'"))
    response.headers.extend([OWN_ORIGIN])
    return response


def _mark_as_preview(response: Response) -> None:
    response.headers["X-Robots-Tag"] = "noindex"
    if request.path.startswith(MEDIA_PREFIXES):
        response.headers["Cache-Control"] = "no-cache"
    elif not request.path.startswith(_CACHEABLE):
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html" and not response.direct_passthrough:
        current = edition()
        script, style = (url_for("preview_asset", version=current.version, form=form) for form in ("js", "css"))
        head = _HEAD.format(edition=current.fingerprint, events=EVENTS, script=script, style=style)
        # An owner's own base.html may leave out </head>, as HTML allows; then the elements go to the end of the page.
        page, found, rest = response.get_data(as_text=True).partition("</head>")
        response.set_data(f"{page}{head}{found}{rest}")
