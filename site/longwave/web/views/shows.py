"""`/<show>/`: a show and its episodes."""

from __future__ import annotations

from flask import Blueprint, abort

from longwave.routes import path_for, rule, url_for
from longwave.web import json_ld
from longwave.web.cache_policy import reads
from longwave.web.page_contexts import ShowPage
from longwave.web.presenters import frame, of_page, paged, show_card, show_page
from longwave.web.request_context import edition
from longwave.web.view_models import LinkTo

blueprint = Blueprint("shows", __name__)


@blueprint.get(rule("show"))
@reads("page")
def show(show: str) -> str:
    """A show's episodes, the newest first."""
    catalogue = edition().catalogue
    found = catalogue.shows.get(show)
    if found is None:
        abort(404)
    episodes, pager = paged(catalogue.of_show(show), url_for("show", show=show))
    path, neighbours = of_page(path_for("show", show=show), pager)
    whole = frame(
        path,
        found.title,
        found.description,
        image=found.image,
        language=found.language,
        own_feeds=[LinkTo(found.title, url_for("show_feed", show=show, form="xml"))],
        data=json_ld.series(found),
        **neighbours,
    )
    return show_page(ShowPage(whole, show_card(found), episodes, pager))
