"""The home page: the newest episodes and the shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from flask import Blueprint

from longwave.routes import path_for, rule
from longwave.web import json_ld
from longwave.web.page_contexts import Page
from longwave.web.presenters import episode_card, make_frame, render_page, show_card
from longwave.web.request_context import edition
from longwave.web.view_models import EpisodeCard, ShowCard

blueprint = Blueprint("home", __name__)
_MAX_EPISODES = 13


@dataclass(frozen=True)
class HomePage(Page):
    """The home page."""

    template: ClassVar[str] = "home.html"

    description: Annotated[str, "The description of the site."]
    shows: Annotated[tuple[ShowCard, ...], "All shows."]
    featured: Annotated[EpisodeCard | None, "The newest episode, with a large picture."]
    episodes: Annotated[tuple[EpisodeCard, ...], "The twelve episodes before the newest one."]


@blueprint.get(rule("home"))
def home() -> str:
    """Return the home page."""
    catalogue = edition().catalogue
    newest = catalogue.episodes[:_MAX_EPISODES]
    shows = tuple(show_card(show) for show in catalogue.shows.values())
    return render_page(
        HomePage(
            frame=make_frame(
                path_for("home"),
                json_ld=json_ld.website(),
                profiles=tuple(dict.fromkeys(place.url for show in shows for place in show.profiles)),
            ),
            description=catalogue.site.description,
            shows=shows,
            featured=episode_card(newest[0], 1024) if newest else None,
            episodes=tuple(episode_card(episode) for episode in newest[1:]),
        )
    )
