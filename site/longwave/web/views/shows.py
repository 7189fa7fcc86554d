"""The pages of shows, with their episodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from flask import Blueprint

from longwave.routes import path_for, rule, url_for
from longwave.web import json_ld
from longwave.web.caching.page_cache import reads
from longwave.web.conversation_presenters import ai_sentence, discussions, other_feeds, schedule_sentence
from longwave.web.credit_presenters import host_cards, license_link, place_list
from longwave.web.page_contexts import Page
from longwave.web.presenters import get_or_404, make_frame, paginate, picture_to_share, render_page, show_card
from longwave.web.request_context import edition
from longwave.web.view_models import EpisodeCard, PageLink, Pager, PersonCard, Place, ShowCard

blueprint = Blueprint("shows", __name__)


@dataclass(frozen=True)
class ShowPage(Page):
    """The page of a show."""

    template: ClassVar[str] = "show.html"

    show: Annotated[ShowCard, "The show."]
    episodes: Annotated[tuple[EpisodeCard, ...], "The episodes of this page of the list, newest first."]
    pager: Annotated[Pager, "The place in the list of all episodes."]
    hosts: Annotated[tuple[PersonCard, ...], "The hosts, and others who make the show."]
    places: Annotated[tuple[Place, ...], "The places that the show is about, and those where it is made."]
    license: Annotated[PageLink | None, "The licence, with a link to its text; none where none is stated."]
    schedule: Annotated[str, "A sentence that says when new episodes come; empty where the owner says nothing."]
    ai: Annotated[str, "A sentence that says which parts AI made; empty without any."]
    publisher: Annotated[PageLink | None, "The publisher."]
    discussions: Annotated[tuple[PageLink, ...], "The places where the show is discussed."]
    recommendations: Annotated[tuple[PageLink, ...], "The podcasts that the show recommends; some have no address."]
    listed: Annotated[tuple[PageLink, ...], "The content of a list of other feeds; some have no address."]


@blueprint.get(rule("show"))
@reads("page")
def show(show: str) -> str:
    """Return the page of a show, its newest episodes first."""
    catalogue = edition().catalogue
    series = get_or_404(catalogue.shows, show)
    episodes, pager = paginate(catalogue.episodes_of_show(show), url_for("show", show=show))
    image, image_alt = picture_to_share(series.feed, series.image)
    card = show_card(series)
    frame = make_frame(
        path_for("show", show=show),
        series.title,
        series.description,
        image=image,
        image_alt=image_alt,
        profiles=tuple(place.url for place in card.profiles),
        indexed=not series.feed.block.search,
        feeds=[PageLink(series.title, url_for("show_feed", show=show, form="xml"))],
        pager=pager,
        language=series.language,
        json_ld=json_ld.series(series),
    )
    feed = series.feed
    return render_page(
        ShowPage(
            frame=frame,
            show=card,
            episodes=episodes,
            pager=pager,
            hosts=host_cards(series),
            places=place_list(feed.locations),
            license=license_link(feed.license),
            schedule=schedule_sentence(feed.schedule),
            ai=ai_sentence(feed.ai),
            publisher=next(iter(other_feeds([feed.publisher] if feed.publisher else [])), None),
            discussions=tuple(discussions(feed.social, "conversation.discuss_show")),
            recommendations=other_feeds(feed.podroll),
            listed=other_feeds(feed.remote_items),
        )
    )
