"""The frame of an episode's video: a page of this site that shows the player of another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from flask import Blueprint, Response, abort, make_response

from longwave.routes import rule
from longwave.web.headers import video_policy
from longwave.web.page_contexts import Page
from longwave.web.presenters import make_frame, render_page
from longwave.web.request_context import edition
from longwave.web.video_players import video_player

blueprint = Blueprint("videos", __name__)


@dataclass(frozen=True)
class VideoPage(Page):
    """The frame of an episode's video, which the episode's page loads after a click."""

    template: ClassVar[str] = "video.html"

    title: Annotated[str, "The title of the episode."]
    player_url: Annotated[str, "The absolute address of the other site's player."]


@blueprint.get(rule("video"))
def video(show: str, slug: str) -> Response:
    """Return the frame of an episode's video. 404 if it has no video, or one at a service whose player isn't known.

    Only this page may show the other site's player, so that the policy of all other pages stays as strict as it is.
    """
    current = edition()
    episode = current.catalogue.episode(show, slug)
    player = video_player(episode, current.catalogue.site.allow) if episode else None
    if episode is None or player is None:
        abort(404)
    language = current.catalogue.shows[show].language
    frame = make_frame(episode.path, episode.title, episode.description, language=language, indexed=False)
    response = make_response(render_page(VideoPage(frame, episode.title, player.url)))
    response.headers["Content-Security-Policy"] = video_policy(player.origin)
    return response
