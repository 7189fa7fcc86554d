"""The list of all guests, and the pages of guests with their episodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from flask import Blueprint
from markupsafe import Markup

from longwave.phrases import phrase
from longwave.routes import path_for, rule, url_for
from longwave.web.caching.page_cache import reads
from longwave.web.page_contexts import Page
from longwave.web.presenters import get_or_404, make_frame, paginate, person_card, render_markdown, render_page
from longwave.web.request_context import edition
from longwave.web.view_models import EpisodeCard, PageLink, Pager, PersonCard

blueprint = Blueprint("guests", __name__)


@dataclass(frozen=True)
class GuestsPage(Page):
    """The list of all guests."""

    template: ClassVar[str] = "guests.html"

    guests: Annotated[tuple[PersonCard, ...], "The guests in alphabetical order, with their counts."]


@dataclass(frozen=True)
class GuestPage(Page):
    """The page of a guest."""

    template: ClassVar[str] = "guest.html"

    guest: Annotated[PersonCard, "The guest."]
    description: Annotated[str, "The description in the guest's file."]
    text_html: Annotated[Markup, "The rendered biography of the guest's file."]
    episodes: Annotated[tuple[EpisodeCard, ...], "The episodes of this page of the list, newest first."]
    pager: Annotated[Pager, "The place in the list of all episodes."]


@blueprint.get(rule("guests"))
def guests() -> str:
    """Return the list of all guests, from A to Z, with the number of episodes of each."""
    cards = (person_card(guest) for guest in edition().catalogue.guests.values())
    ordered = tuple(sorted(cards, key=lambda card: card.name.casefold()))
    description = phrase("guests.description", count=len(ordered))
    return render_page(GuestsPage(make_frame(path_for("guests"), phrase("guests.title"), description), ordered))


@blueprint.get(rule("guest"))
@reads("page")
def guest(guest: str) -> str:
    """Return the page of a guest, their newest episodes first."""
    catalogue = edition().catalogue
    known = get_or_404(catalogue.guests, guest)
    episodes, pager = paginate(catalogue.episodes_with_guest(guest), url_for("guest", guest=guest))
    name = "guest.description_with_title" if known.title else "guest.description"
    frame = make_frame(
        path_for("guest", guest=guest),
        known.name,
        known.description or phrase(name, name=known.name, title=known.title),
        image=known.avatar,
        feeds=[PageLink(known.name, url_for("guest_feed", guest=guest, form="xml"))],
        pager=pager,
        og_type="profile",
    )
    text = render_markdown(known.text, known.name)
    return render_page(GuestPage(frame, person_card(known, 256), known.description, text, episodes, pager))
