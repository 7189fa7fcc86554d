"""`/tags/` and `/tags/<tag>`."""

from __future__ import annotations

from flask import Blueprint, abort

from longwave.routes import path_for, rule, url_for
from longwave.web.cache_policy import reads
from longwave.web.page_contexts import TagPage, TagsPage
from longwave.web.presenters import frame, markdown, of_page, paged, show_page
from longwave.web.request_context import edition
from longwave.web.view_models import LinkTo

blueprint = Blueprint("tags", __name__)


@blueprint.get(rule("tags"))
def tags() -> str:
    """All tags, by name, with how many episodes have them."""
    catalogue = edition().catalogue
    links = (
        LinkTo(t.label, url_for("tag", tag=slug), len(catalogue.of_tag(slug))) for slug, t in catalogue.tags.items()
    )
    ordered = tuple(sorted(links, key=lambda link: link.label.casefold()))
    return show_page(TagsPage(frame(path_for("tags"), "Tags", f"All {len(ordered)} topics, from A to Z."), ordered))


@blueprint.get(rule("tag"))
@reads("page")
def tag(tag: str) -> str:
    """A tag and its episodes."""
    catalogue = edition().catalogue
    found = catalogue.tags.get(tag)
    if found is None:
        abort(404)
    episodes, pager = paged(catalogue.of_tag(tag), url_for("tag", tag=tag))
    path, neighbours = of_page(path_for("tag", tag=tag), pager)
    count = len(catalogue.of_tag(tag))
    whole = frame(
        path,
        found.label,
        found.description or f"{count} episode{'' if count == 1 else 's'} about {found.label}.",
        own_feeds=[LinkTo(found.label, url_for("tag_feed", tag=tag, form="xml"))],
        **neighbours,
    )
    text = markdown(found.text)
    return show_page(TagPage(whole, found.label, found.description, found.homepage, text, count, episodes, pager))
