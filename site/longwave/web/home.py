"""`/`: the shows and the newest episodes."""

from __future__ import annotations

from flask import Blueprint

from longwave.web import metadata
from longwave.web.contexts import HomePage
from longwave.web.current import edition
from longwave.web.shaping import card, frame, show_card, show_page

blueprint = Blueprint("home", __name__)
_NEWEST = 13


@blueprint.get("/")
def home() -> str:
    """The first page."""
    catalogue = edition().catalogue
    newest = catalogue.episodes[:_NEWEST]
    shows = tuple(show_card(show) for show in catalogue.shows.values())
    return show_page(
        HomePage(
            frame=frame("/", data=metadata.website()),
            description=catalogue.site.description,
            shows=shows,
            featured=card(newest[0], 1024) if newest else None,
            episodes=tuple(card(episode) for episode in newest[1:]),
        )
    )
