"""`/<show>/<slug>`: an episode."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, abort
from markupsafe import Markup

from longwave.content.timestamps import clock
from longwave.content.transcripts import paragraphs
from longwave.edition import Edition
from longwave.model import Appearance, Episode, Link
from longwave.web import metadata
from longwave.web.contexts import EpisodePage, LinkTo, PersonCard, Player, Stretch
from longwave.web.current import edition
from longwave.web.shaping import absolute, audio_url, card, frame, person, show_page, subscribe

blueprint = Blueprint("episodes", __name__)


@blueprint.get("/<show>/<slug>")
def episode(show: str, slug: str) -> str:
    """An episode with its player, guests, notes and transcript."""
    now = edition()
    found = now.catalogue.episode(show, slug)
    if found is None:
        abort(404)
    series = now.catalogue.shows[show]
    chapters = (Stretch(m.seconds, clock(m.seconds), "", m.text) for m in found.chapters)
    spoken = paragraphs(now.transcript(found))
    enclosure, url = found.enclosure, audio_url(found)
    whole = frame(
        found.path,
        found.title,
        found.description,
        image=found.image or series.image,
        kind="article",
        audio=absolute(url),
        audio_type=enclosure.type if enclosure and url else "",
        data=metadata.episode(found),
    )
    return show_page(
        EpisodePage(
            frame=whole,
            episode=card(found),
            updated=found.updated,
            author=series.author,
            player=Player(url, enclosure.type, enclosure.seconds, enclosure.bytes) if enclosure and url else None,
            guests=tuple(_guest(now, found, appearance) for appearance in found.guests),
            notes_html=Markup(now.html(found)),  # noqa: S704 - the podcaster's own words
            chapters=tuple(chapters),
            transcript=tuple(Stretch(int(c.start), clock(int(c.start)), c.speaker, c.text) for c in spoken),
            subscribe=subscribe(series),
            previous=_to(now.catalogue.previous(found)),
            next=_to(now.catalogue.next(found)),
            edit=_edit(now.catalogue.site.repo, found.source),
            page=found.page,
        )
    )


def _guest(now: Edition, episode: Episode, appearance: Appearance) -> PersonCard:
    """A guest as they were in this episode: the title of then, and the picture and links of today."""
    slug = dict(zip((a.name for a in episode.guests), now.catalogue.guests_of(episode), strict=False))
    shown = person(slug[appearance.name], role="" if appearance.role == "guest" else appearance.role)
    links: tuple[Link, ...] = appearance.links
    return PersonCard(
        name=shown.name,
        url=shown.url,
        title=appearance.title or shown.title,
        role=shown.role,
        avatar=shown.avatar,
        links=tuple(LinkTo(link.label, link.url) for link in links) or shown.links,
        count=shown.count,
    )


def _to(episode: Episode | None) -> LinkTo | None:
    return LinkTo(episode.title, quote(episode.path)) if episode else None


def _edit(repo: str, source: str) -> str:
    """Where the file can be edited; ``repo`` may name a branch and a folder, as in …/tree/main/site."""
    if not repo:
        return ""
    place = repo.replace("/tree/", "/edit/").replace("/blob/", "/edit/")
    return f"{place if '/edit/' in place else place + '/edit/main'}/{quote(source)}"
