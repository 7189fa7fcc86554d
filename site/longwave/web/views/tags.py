"""The list of all tags, and the pages of tags with their episodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from flask import Blueprint
from markupsafe import Markup

from longwave.phrases import phrase
from longwave.routes import path_for, rule, url_for
from longwave.web.caching.page_cache import reads
from longwave.web.page_contexts import Page
from longwave.web.presenters import get_or_404, make_frame, paginate, render_markdown, render_page
from longwave.web.request_context import edition
from longwave.web.view_models import EpisodeCard, PageLink, Pager

blueprint = Blueprint("tags", __name__)


@dataclass(frozen=True)
class TagsPage(Page):
    """The list of all tags."""

    template: ClassVar[str] = "tags.html"

    tags: Annotated[tuple[PageLink, ...], "The tags in alphabetical order, with their counts."]


@dataclass(frozen=True)
class TagPage(Page):
    """The page of a tag."""

    template: ClassVar[str] = "tag.html"

    label: Annotated[str, "The tag, as it is written."]
    title: Annotated[str, "The heading: the tag, or the title in its file."]
    description: Annotated[str, "The description in the tag's file."]
    homepage: Annotated[str, "The address of the technology's own site."]
    text_html: Annotated[Markup, "The rendered text of the tag's file."]
    count: Annotated[int, "The number of all episodes with the tag."]
    episodes: Annotated[tuple[EpisodeCard, ...], "The episodes of this page of the list, newest first."]
    pager: Annotated[Pager, "The place in the list of all episodes."]


@blueprint.get(rule("tags"))
def tags() -> str:
    """Return the list of all tags, from A to Z, with the number of episodes of each."""
    catalogue = edition().catalogue
    links = (
        PageLink(tag.label, url_for("tag", tag=slug), len(catalogue.episodes_with_tag(slug)))
        for slug, tag in catalogue.tags.items()
    )
    ordered = tuple(sorted(links, key=lambda link: link.label.casefold()))
    description = phrase("tags.description", count=len(ordered))
    return render_page(TagsPage(make_frame(path_for("tags"), phrase("tags.title"), description), ordered))


@blueprint.get(rule("tag"))
@reads("page")
def tag(tag: str) -> str:
    """Return the page of a tag, its newest episodes first."""
    catalogue = edition().catalogue
    known = get_or_404(catalogue.tags, tag)
    tagged = catalogue.episodes_with_tag(tag)
    episodes, pager = paginate(tagged, url_for("tag", tag=tag))
    count = len(tagged)
    return render_page(
        TagPage(
            frame=make_frame(
                path_for("tag", tag=tag),
                known.title or known.label,
                known.description or phrase("tag.description", count=count, tag=known.label),
                feeds=[PageLink(known.label, url_for("tag_feed", tag=tag, form="xml"))],
                pager=pager,
            ),
            label=known.label,
            title=known.title or known.label,
            description=known.description,
            homepage=known.homepage,
            text_html=render_markdown(known.text, known.title or known.label),
            count=count,
            episodes=episodes,
            pager=pager,
        )
    )
