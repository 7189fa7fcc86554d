"""The files of an episode for podcast apps: its transcript in four formats, and its chapters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, abort

from longwave.edition import Edition
from longwave.feeds import sidecar_formats
from longwave.feeds.entries import image_url
from longwave.feeds.sidecar_formats import CHAPTERS_TYPE, TranscriptHeading, chapters_json
from longwave.model import Episode, Transcript
from longwave.routes import rule, url_for
from longwave.web.request_context import base, edition

blueprint = Blueprint("machines", __name__)
_FORMS: dict[str, tuple[str, Callable[[Transcript], str]]] = {
    "vtt": ("text/vtt; charset=utf-8", sidecar_formats.vtt),
    "srt": ("application/x-subrip; charset=utf-8", sidecar_formats.srt),
    "json": ("application/json; charset=utf-8", sidecar_formats.as_json),
}


@blueprint.get(rule("transcript"))
@blueprint.get(rule("translation"))
def transcript(show: str, slug: str, form: str, language: str = "") -> Response:
    """Return a transcript in the format ``form``, whatever its file's; without ``language``, the episode's main one."""
    current = edition()
    kind, write = _FORMS[form]
    return _cors_response(write(_transcript(current, _episode(current, show, slug), language)), kind)


@blueprint.get(rule("transcript_page"))
@blueprint.get(rule("translation_page"))
def transcript_page(show: str, slug: str, language: str = "") -> Response:
    """Return a transcript as a page of its own, for apps that show only HTML."""
    current = edition()
    found = _episode(current, show, slug)
    series = current.catalogue.shows[show]
    url = url_for("episode", show=show, slug=slug, base=base())
    said = _transcript(current, found, language)
    heading = TranscriptHeading(found.title, series.title, url, said.language or series.language)
    return _cors_response(sidecar_formats.page(said, heading), "text/html; charset=utf-8")


@blueprint.get(rule("chapters"))
def chapters(show: str, slug: str) -> Response:
    """Return an episode's chapters as JSON, with their links and pictures, from its notes or from a file."""
    current = edition()
    found = _episode(current, show, slug)
    title = current.catalogue.shows[show].title
    listed = [replace(each, image=image_url(base(), each.image)) for each in current.chapters(found)]
    if not listed:
        abort(404)
    return _cors_response(chapters_json(listed, found.title, title), f"{CHAPTERS_TYPE}; charset=utf-8")


def _episode(current: Edition, show: str, slug: str) -> Episode:
    found = current.catalogue.episode(show, slug)
    if found is None:
        abort(404)
    return found


def _transcript(current: Edition, episode: Episode, language: str) -> Transcript:
    found = current.transcript(episode, language)
    if not found.cues:
        abort(404)
    return found


def _cors_response(text: str, kind: str) -> Response:
    response = Response(text, content_type=kind)
    # Podcast apps that run in a browser fetch files from an origin of their own.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
