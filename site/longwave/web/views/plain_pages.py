"""The plain pages of ``content/pages``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from flask import Blueprint
from markupsafe import Markup

from longwave.routes import path_for, rule
from longwave.web.own_headings import split_heading
from longwave.web.page_contexts import Page
from longwave.web.presenters import get_or_404, make_frame, nest_headings, render_page
from longwave.web.request_context import edition

blueprint = Blueprint("pages", __name__)


@dataclass(frozen=True)
class PlainPage(Page):
    """A page of ``content/pages``."""

    template: ClassVar[str] = "page.html"

    title: Annotated[str, "The title; empty if the text begins with a heading of its own."]
    text_html: Annotated[Markup, "The rendered text."]
    page: Annotated[Mapping[str, Any], "The whole front matter: a key of your own is `{{ page.mood }}`."]


@blueprint.get(rule("page"))
def page(page: str) -> str:
    """Return a plain page."""
    plain_page = get_or_404(edition().catalogue.pages, page)
    before, heading, after = split_heading(edition().page_html(plain_page.text))
    text = nest_headings(before) + Markup(heading) + nest_headings(after)  # noqa: S704 - the owner's own words
    return render_page(
        PlainPage(
            frame=make_frame(path_for("page", page=page), plain_page.title, plain_page.description),
            title="" if heading else plain_page.title,
            text_html=text,
            page=plain_page.page,
        )
    )
