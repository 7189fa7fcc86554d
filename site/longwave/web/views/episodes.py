"""`/<show>/<slug>`: an episode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, abort
from markupsafe import Markup

from longwave.content.episodes.paragraphs import Paragraph, paragraphs
from longwave.content.fields.timestamps import clock
from longwave.content.text.slugs import slugify
from longwave.edition import Edition
from longwave.model import Appearance, Episode, Guest
from longwave.routes import rule
from longwave.web import json_ld
from longwave.web.headings import outlined
from longwave.web.page_contexts import EpisodePage
from longwave.web.presenters import absolute, audio_url, card, episode_url, frame, person, picture, show_page, subscribe
from longwave.web.presenters import player as shaped_player
from longwave.web.request_context import edition
from longwave.web.view_models import LinkTo, PersonCard, Sentence, Spoken, Stretch
from longwave.web.views.embeds import oembed_address

blueprint = Blueprint("episodes", __name__)


@blueprint.get(rule("episode"))
def episode(show: str, slug: str) -> str:
    """An episode with its player, guests, notes and transcript."""
    now = edition()
    found = now.catalogue.episode(show, slug)
    if found is None:
        abort(404)
    series = now.catalogue.shows[show]
    transcript = now.transcript(found)
    enclosure, url = found.enclosure, audio_url(found)
    player = shaped_player(found, now.chapters(found))
    whole = frame(
        found.path,
        found.title,
        found.description,
        image=found.image or series.image,
        language=series.language,
        kind="article",
        audio=absolute(url),
        audio_type=enclosure.type if enclosure and url else "",
        embed=player.embed if player else "",
        oembed=oembed_address(player.link) if player else "",
        data=json_ld.episode(found),
    )
    return show_page(
        EpisodePage(
            frame=whole,
            episode=card(found),
            updated=found.updated,
            author=series.author,
            player=player,
            guests=tuple(_guests(now, found)),
            notes_html=Markup(outlined(now.html(found))),  # noqa: S704 - the podcaster's own words
            chapters=tuple(Stretch(m.seconds, clock(m.seconds), m.text) for m in found.chapters),
            transcript=tuple(_spoken(paragraph) for paragraph in paragraphs(transcript)),
            unreviewed=transcript.hidden,
            image=picture(found.image or series.image, 512),
            subscribe=subscribe(series),
            previous=_to(now.catalogue.previous(found)),
            next=_to(now.catalogue.next(found)),
            edit=_edit(now.catalogue.site.repo, found.source),
            page=found.page,
        )
    )


def _spoken(paragraph: Paragraph) -> Spoken:
    first = int(paragraph.sentences[0].start)
    sentences = tuple(Sentence(sentence.start, sentence.text) for sentence in paragraph.sentences)
    return Spoken(first, clock(first), paragraph.speaker, sentences)


def _guests(now: Edition, episode: Episode) -> Iterator[PersonCard]:
    """The guests as they were in this episode: title and links of then, the picture of today; each once."""
    shown: set[str] = set()
    for appearance in episode.guests:
        written = slugify(appearance.name)
        slug = now.catalogue.guest_slugs.get(written, written)
        if slug not in shown or not slug:
            yield _guest(appearance, now.catalogue.guests.get(slug))
        shown.add(slug)


def _guest(appearance: Appearance, known: Guest | None) -> PersonCard:
    today = person(known) if known else PersonCard(appearance.name, "", avatar=picture(appearance.avatar, 128))
    return replace(
        today,
        title=appearance.title or today.title,
        role="" if appearance.role == "guest" else appearance.role,
        links=tuple(LinkTo(link.label, link.url) for link in appearance.links) or today.links,
    )


def _to(episode: Episode | None) -> LinkTo | None:
    return LinkTo(episode.title, episode_url(episode)) if episode else None


def _edit(repo: str, source: str) -> str:
    """Where the file can be edited; ``repo`` may name a branch and a folder, as in …/tree/main/site."""
    if not repo:
        return ""
    place = repo.replace("/tree/", "/edit/").replace("/blob/", "/edit/")
    return f"{place if '/edit/' in place else place + '/edit/main'}/{quote(source)}"
