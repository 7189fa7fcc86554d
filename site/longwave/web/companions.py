"""What podcast apps fetch beside a feed: `/<show>/<slug>/transcript.vtt|srt|json|html` and `…/chapters.json`."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort

from longwave.feeds.chapters import TYPE, chapters_json
from longwave.feeds.transcripts import FORMS
from longwave.model import Episode
from longwave.web.current import base, edition

blueprint = Blueprint("companions", __name__)


@blueprint.get("/<show>/<slug>/transcript.<form>")
def transcript(show: str, slug: str, form: str) -> Response:
    """The transcript in any of four forms, whichever it was written in."""
    found, wanted = _episode(show, slug), FORMS.get(form)
    spoken = edition().transcript(found)
    if wanted is None or not spoken.cues:
        abort(404)
    return _open(wanted.write(spoken, found.title, base() + quote(found.path)), wanted.type)


@blueprint.get("/<show>/<slug>/chapters.json")
def chapters(show: str, slug: str) -> Response:
    """The chapters, wherever they come from."""
    found = _episode(show, slug)
    listed = edition().chapters(found)
    if not listed:
        abort(404)
    return _open(chapters_json(listed, found.title, edition().catalogue.shows[show].title), TYPE)


def _episode(show: str, slug: str) -> Episode:
    found = edition().catalogue.episode(show, slug)
    if found is None:
        abort(404)
    return found


def _open(body: str, content_type: str) -> Response:
    """An answer that apps in a browser may read, too."""
    response = Response(body, content_type=content_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
