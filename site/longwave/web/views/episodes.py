"""The pages of episodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from flask import Blueprint, abort, request
from markupsafe import Markup

from longwave.content.episodes.paragraphs import Paragraph, group_paragraphs
from longwave.content.fields.times import format_seconds
from longwave.content.text.plain_text import slugify
from longwave.content.transcripts.languages import own_name
from longwave.edition import Edition
from longwave.model import Appearance, Episode, Guest, Show
from longwave.routes import rule
from longwave.web import json_ld
from longwave.web.caching.page_cache import reads
from longwave.web.page_contexts import Frame, Page
from longwave.web.presenters import (
    absolute_url,
    audio_url,
    chapter_list,
    episode_card,
    episode_player,
    episode_url,
    make_frame,
    nest_headings,
    page_links,
    person_card,
    picture_url,
    render_page,
    subscribe_links,
)
from longwave.web.request_context import edition
from longwave.web.view_models import (
    Chapter,
    EpisodeCard,
    PageLink,
    PersonCard,
    Player,
    TranscriptChoice,
    TranscriptParagraph,
    TranscriptSentence,
)
from longwave.web.views.embeds import oembed_url

blueprint = Blueprint("episodes", __name__)


@dataclass(frozen=True)
class EpisodePage(Page):
    """The page of an episode."""

    template: ClassVar[str] = "episode.html"

    episode: Annotated[EpisodeCard, "The episode."]
    updated: Annotated[datetime | None, "The date of the last revision, where the front matter has one."]
    author: Annotated[str, "The author of the show."]
    player: Annotated[Player | None, "The sound; none where the episode has no sound that can be played."]
    guests: Annotated[tuple[PersonCard, ...], "The guests, with the titles and links that they had at the time."]
    notes_html: Annotated[Markup, "The rendered show notes."]
    chapters: Annotated[tuple[Chapter, ...], "The chapters that the notes don't list already."]
    transcript: Annotated[tuple[TranscriptParagraph, ...], "The transcript."]
    transcript_language: Annotated[str, "The language of the transcript, such as `es`."]
    transcripts: Annotated[tuple[TranscriptChoice, ...], "The languages to choose from; empty if there is only one."]
    unreviewed_count: Annotated[int, "The number of entries of the transcript that are hidden until their review."]
    image: Annotated[str, "The picture of the episode, or else of the show."]
    subscribe: Annotated[tuple[PageLink, ...], "The subscribe buttons of the show, its feed last."]
    previous: Annotated[PageLink | None, "The episode before this one in the show."]
    next: Annotated[PageLink | None, "The episode after this one in the show."]
    edit_url: Annotated[str, "The address at which the file can be edited; empty without `repo` in `site.toml`."]
    page: Annotated[Mapping[str, Any], "The whole front matter: a key of your own is `{{ page.mood }}`."]


@blueprint.get(rule("episode"))
@reads("transcript")
def episode(show: str, slug: str) -> str:
    """Return the page of an episode, with its player, guests, notes and transcript."""
    current = edition()
    found = current.catalogue.episode(show, slug)
    if found is None:
        abort(404)
    series = current.catalogue.shows[show]
    language = request.args.get("transcript", "")
    if language and language not in {each.language for each in found.transcripts}:
        abort(404)
    transcript = current.transcript(found, language)
    player = episode_player(found, current.chapters(found))
    return render_page(
        EpisodePage(
            frame=_frame(found, series, player),
            episode=episode_card(found),
            updated=found.updated,
            author=series.author,
            player=player,
            guests=tuple(_guests(current, found)),
            notes_html=nest_headings(current.html(found)),
            chapters=chapter_list(found.chapters),
            transcript=tuple(_transcript_paragraph(paragraph) for paragraph in group_paragraphs(transcript)),
            transcript_language=transcript.language or series.language,
            transcripts=_transcript_choices(found, language),
            unreviewed_count=transcript.hidden,
            image=picture_url(found.image or series.image, 512),
            subscribe=subscribe_links(series),
            previous=_episode_link(current.catalogue.previous(found)),
            next=_episode_link(current.catalogue.next(found)),
            edit_url=_edit_url(current.catalogue.site.repo, found.source),
            page=found.page,
        )
    )


def _frame(episode: Episode, show: Show, player: Player | None) -> Frame:
    url = audio_url(episode)
    return make_frame(
        episode.path,
        episode.title,
        episode.description,
        image=episode.image or show.image,
        language=show.language,
        og_type="article",
        audio=absolute_url(url),
        audio_type=episode.enclosure.type if episode.enclosure and url else "",
        embed=player.embed if player else "",
        oembed=oembed_url(player.link) if player else "",
        json_ld=json_ld.episode(episode),
    )


def _transcript_choices(episode: Episode, language: str) -> tuple[TranscriptChoice, ...]:
    """Return the languages of an episode's transcripts, ``language`` (empty: the first) as the current one."""
    files = episode.transcripts if len(episode.transcripts) > 1 else ()
    chosen = language or next((each.language for each in files), "")
    addresses = [episode_url(episode), *(f"{episode_url(episode)}?transcript={each.language}" for each in files[1:])]
    return tuple(
        TranscriptChoice(own_name(each.language), each.language, address, each.language == chosen)
        for each, address in zip(files, addresses, strict=False)
    )


def _transcript_paragraph(paragraph: Paragraph) -> TranscriptParagraph:
    first = int(paragraph.sentences[0].start)
    sentences = tuple(TranscriptSentence(sentence.start, sentence.text) for sentence in paragraph.sentences)
    return TranscriptParagraph(first, format_seconds(first), paragraph.speaker, sentences)


def _guests(current: Edition, episode: Episode) -> Iterator[PersonCard]:
    """Yield a card for each guest: title and links as the episode has them, the picture as the guest's file has it."""
    slugs: set[str] = set()
    for appearance in episode.guests:
        written = slugify(appearance.name)
        slug = current.catalogue.guest_slugs.get(written, written)
        if slug not in slugs or not slug:
            yield _guest_card(appearance, current.catalogue.guests.get(slug))
        slugs.add(slug)


def _guest_card(appearance: Appearance, guest: Guest | None) -> PersonCard:
    card = person_card(guest) if guest else PersonCard(appearance.name, "", avatar=picture_url(appearance.avatar, 128))
    return replace(
        card,
        title=appearance.title or card.title,
        role="" if appearance.role == "guest" else appearance.role,
        links=page_links(appearance.links) or card.links,
    )


def _episode_link(episode: Episode | None) -> PageLink | None:
    return PageLink(episode.title, episode_url(episode)) if episode else None


def _edit_url(repo: str, source: str) -> str:
    """Return the address at which a file can be edited; ``repo`` may name a branch and a folder: …/tree/main/site."""
    if not repo:
        return ""
    base = repo.replace("/tree/", "/edit/").replace("/blob/", "/edit/")
    return f"{base if '/edit/' in base else base + '/edit/main'}/{quote(source)}"
