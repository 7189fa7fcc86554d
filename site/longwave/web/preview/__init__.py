"""What `flask preview` adds to the site: pages that change as their files do. The public site has nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Blueprint, Flask, Response, g, redirect, request, send_from_directory
from werkzeug.sansio.response import Response as AnyResponse

from longwave.edition import Keeper
from longwave.routes import ROUTES, path_for, rule, url_for
from longwave.web.preview.live_reload import News
from longwave.web.request_context import FILES, edition

#: Where the command finds the News.
NEWS = "longwave.news"
#: Beside this module and not in static/, so that no public site serves them.
_FOLDER = Path(__file__).parent
_HEAD = """<meta name="robots" content="noindex">
<meta name="longwave-preview" content="{edition}">
<link rel="stylesheet" href="{style}">
<script type="module" src="{script}"></script>
"""
_HERE = re.compile(r"(?:(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?", re.IGNORECASE)
_ELSEWHERE = b"This preview is for its own machine: ask for localhost, or start it with --host.\n"
_STORED = (ROUTES["asset"].prefix, path_for("theme"))

blueprint = Blueprint("preview", __name__)


def init_app(app: Flask, keeper: Keeper) -> None:
    """Make a preview of ``app``, whose keeper includes what is unpublished."""
    news = app.extensions[NEWS] = News(keeper)
    app.register_blueprint(blueprint)

    @app.after_request
    def furnish(response: Response) -> AnyResponse:
        moved = news.moved(request.path) if response.status_code == 404 else ""
        if moved:
            return redirect(quote(moved))
        problem = g.get("broken_template")
        if problem is not None:
            news.broke(problem, edition().fingerprint)
            response.headers["X-Preview"] = "broken"
        _mark(response)
        return response

    app.wsgi_app = news.before(app.wsgi_app)  # type: ignore[assignment, method-assign]  # as in create_app


def only_here(app: Flask) -> None:
    """Answer only who asks for this machine by a name of its own.

    Else a page from anywhere could have its own name lead here (DNS rebinding), and read the drafts.
    """
    inner = app.wsgi_app

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _HERE.fullmatch(environ.get("HTTP_HOST", "localhost")):
            return inner(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", str(len(_ELSEWHERE)))])
        return (_ELSEWHERE,)

    app.wsgi_app = answer  # type: ignore[method-assign]  # as above


@blueprint.get(rule("preview_asset"))
def asset(form: str, **_: str) -> Response:
    """What the pages of a preview need; among the site's modules, because it works with them."""
    return send_from_directory(_FOLDER, f"preview.{form}", max_age=0)


def _mark(response: Response) -> None:
    response.headers["X-Robots-Tag"] = "noindex"
    if request.path.startswith(FILES):
        response.headers["Cache-Control"] = "no-cache"
    elif not request.path.startswith(_STORED):
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html" and not response.direct_passthrough:
        now = edition()
        script, style = (url_for("preview_asset", version=now.version, form=form) for form in ("js", "css"))
        head = _HEAD.format(edition=now.fingerprint, script=script, style=style)
        # An owner's own base.html may lack what HTML lets one leave out; then it stands at the end.
        page, found, rest = response.get_data(as_text=True).partition("</head>")
        response.set_data(f"{page}{head}{found}{rest}")
