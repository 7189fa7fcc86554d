"""What podcast apps fetch beside the feed: an episode's transcript in four forms, and its chapters."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort

from longwave.edition import Edition
from longwave.feeds import transcript_forms
from longwave.feeds.json_chapters import TYPE, chapters_json
from longwave.feeds.transcript_forms import About
from longwave.model import Episode, Transcript
from longwave.routes import rule, url_for
from longwave.web.request_context import base, edition

blueprint = Blueprint("machines", __name__)
_FORMS: dict[str, tuple[str, Callable[[Transcript], str]]] = {
    "vtt": ("text/vtt; charset=utf-8", transcript_forms.vtt),
    "srt": ("application/x-subrip; charset=utf-8", transcript_forms.srt),
    "json": ("application/json; charset=utf-8", transcript_forms.as_json),
}


@blueprint.get(rule("transcript"))
def transcript(show: str, slug: str, form: str) -> Response:
    """A transcript in each form, whichever of them its file has."""
    now = edition()
    kind, write = _FORMS[form]
    return _open(write(_spoken(now, _episode(now, show, slug))), kind)


@blueprint.get(rule("transcript_page"))
def transcript_page(show: str, slug: str) -> Response:
    """A transcript as a page of its own, for apps that show nothing else."""
    now = edition()
    found = _episode(now, show, slug)
    series = now.catalogue.shows[show]
    about = About(found.title, series.title, url_for("episode", show=show, slug=slug, base=base()), series.language)
    return _open(transcript_forms.page(_spoken(now, found), about), "text/html; charset=utf-8")


@blueprint.get(rule("chapters"))
def chapters(show: str, slug: str) -> Response:
    """An episode's chapters, wherever they come from."""
    now = edition()
    found = _episode(now, show, slug)
    known = now.chapters(found)
    if not known:
        abort(404)
    return _open(chapters_json(known, found.title, now.catalogue.shows[show].title), TYPE)


def _episode(now: Edition, show: str, slug: str) -> Episode:
    found = now.catalogue.episode(show, slug)
    if found is None:
        abort(404)
    return found


def _spoken(now: Edition, episode: Episode) -> Transcript:
    spoken = now.transcript(episode)
    if not spoken.cues:
        abort(404)
    return spoken


def _open(text: str, kind: str) -> Response:
    response = Response(text, content_type=kind)
    # Podcast apps that run in a browser read it from their own origin.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
