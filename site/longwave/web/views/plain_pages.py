"""The plain pages of ``content/pages``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from flask import Blueprint
from markupsafe import Markup

from longwave.routes import path_for, rule
from longwave.web.page_contexts import Page
from longwave.web.presenters import get_or_404, make_frame, render_markdown, render_page
from longwave.web.request_context import edition

blueprint = Blueprint("pages", __name__)


@dataclass(frozen=True)
class PlainPage(Page):
    """A page of ``content/pages``."""

    template: ClassVar[str] = "page.html"

    title: Annotated[str, "The title."]
    text_html: Annotated[Markup, "The rendered text."]
    page: Annotated[Mapping[str, Any], "The whole front matter: a key of your own is `{{ page.mood }}`."]


@blueprint.get(rule("page"))
def page(page: str) -> str:
    """Return a plain page."""
    plain_page = get_or_404(edition().catalogue.pages, page)
    return render_page(
        PlainPage(
            frame=make_frame(path_for("page", page=page), plain_page.title, plain_page.description),
            title=plain_page.title,
            text_html=render_markdown(plain_page.text),
            page=plain_page.page,
        )
    )
