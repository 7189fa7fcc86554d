"""`/`: the shows and the newest episodes."""

from __future__ import annotations

from flask import Blueprint

from longwave.routes import path_for, rule
from longwave.web import json_ld
from longwave.web.page_contexts import HomePage
from longwave.web.presenters import card, frame, show_card, show_page
from longwave.web.request_context import edition

blueprint = Blueprint("home", __name__)
_NEWEST = 13


@blueprint.get(rule("home"))
def home() -> str:
    """The first page."""
    catalogue = edition().catalogue
    newest = catalogue.episodes[:_NEWEST]
    shows = tuple(show_card(show) for show in catalogue.shows.values())
    return show_page(
        HomePage(
            frame=frame(path_for("home"), data=json_ld.website()),
            description=catalogue.site.description,
            shows=shows,
            featured=card(newest[0], 1024) if newest else None,
            episodes=tuple(card(episode) for episode in newest[1:]),
        )
    )
