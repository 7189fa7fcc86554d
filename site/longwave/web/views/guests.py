"""`/guests/` and `/guests/<guest>`."""

from __future__ import annotations

from flask import Blueprint, abort

from longwave.routes import path_for, rule, url_for
from longwave.web.cache_policy import reads
from longwave.web.page_contexts import GuestPage, GuestsPage
from longwave.web.presenters import frame, markdown, of_page, paged, person, show_page
from longwave.web.request_context import edition
from longwave.web.view_models import LinkTo

blueprint = Blueprint("guests", __name__)


@blueprint.get(rule("guests"))
def guests() -> str:
    """All guests, by name, with how many episodes they are in."""
    people = (person(guest) for guest in edition().catalogue.guests.values())
    ordered = tuple(sorted(people, key=lambda card: card.name.casefold()))
    return show_page(
        GuestsPage(frame(path_for("guests"), "Guests", f"All {len(ordered)} guests, from A to Z."), ordered)
    )


@blueprint.get(rule("guest"))
@reads("page")
def guest(guest: str) -> str:
    """A guest and their episodes."""
    catalogue = edition().catalogue
    found = catalogue.guests.get(guest)
    if found is None:
        abort(404)
    episodes, pager = paged(catalogue.of_guest(guest), url_for("guest", guest=guest))
    path, neighbours = of_page(path_for("guest", guest=guest), pager)
    whole = frame(
        path,
        found.name,
        found.description or f"{found.name}{', ' if found.title else ''}{found.title}: all episodes.",
        image=found.avatar,
        kind="profile",
        own_feeds=[LinkTo(found.name, url_for("guest_feed", guest=guest, form="xml"))],
        **neighbours,
    )
    return show_page(GuestPage(whole, person(found, 256), found.description, markdown(found.text), episodes, pager))
