"""`/<page>`: a plain page of ``content/pages``."""

from __future__ import annotations

from flask import Blueprint, abort

from longwave.routes import path_for, rule
from longwave.web.page_contexts import PlainPage
from longwave.web.presenters import frame, markdown, show_page
from longwave.web.request_context import edition

blueprint = Blueprint("pages", __name__)


@blueprint.get(rule("page"))
def page(page: str) -> str:
    """A plain page."""
    found = edition().catalogue.pages.get(page)
    if found is None:
        abort(404)
    whole = frame(path_for("page", page=page), found.title, found.description)
    return show_page(PlainPage(whole, found.title, markdown(found.text), found.page))
