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
from longwave.routes import rule, url_for
from longwave.web import json_ld
from longwave.web.caching.page_cache import reads
from longwave.web.conversation_presenters import ai_sentence, episode_discussions, live_card
from longwave.web.credit_presenters import host_cards, license_link, place_list
from longwave.web.enclosure_links import document_link, form_links
from longwave.web.own_headings import without_heading
from longwave.web.page_contexts import Frame, Page
from longwave.web.presenters import (
    absolute_url,
    audio_url,
    chapter_list,
    elsewhere_links,
    episode_card,
    episode_player,
    episode_url,
    make_frame,
    nest_headings,
    page_links,
    person_card,
    picture_to_share,
    picture_url,
    picture_words,
    render_page,
    subscribe_links,
)
from longwave.web.request_context import edition
from longwave.web.video_players import video_player
from longwave.web.view_models import (
    Chapter,
    EpisodeCard,
    LiveCard,
    PageLink,
    PersonCard,
    Place,
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
    author: Annotated[str, "The author of the episode, or else of the show."]
    player: Annotated[Player | None, "The sound or film; none where the episode has none that can be played."]
    document: Annotated[PageLink | None, "The link to an enclosure that no browser plays, such as a PDF."]
    forms: Annotated[tuple[PageLink, ...], "The other forms of the sound, such as a film."]
    guests: Annotated[tuple[PersonCard, ...], "The guests, with the titles and links that they had at the time."]
    hosts: Annotated[tuple[PersonCard, ...], "The hosts of the episode, or else of the show."]
    support: Annotated[tuple[PageLink, ...], "The links by which listeners support the episode and the show."]
    places: Annotated[tuple[Place, ...], "The places that the episode is about, and those where it was made."]
    license: Annotated[PageLink | None, "The licence of the episode, or else of the show; none where none is stated."]
    notes_html: Annotated[Markup, "The rendered show notes."]
    chapters: Annotated[tuple[Chapter, ...], "The chapters that the notes don't list already."]
    transcript: Annotated[tuple[TranscriptParagraph, ...], "The transcript."]
    transcript_language: Annotated[str, "The language of the transcript, such as `es`."]
    transcripts: Annotated[tuple[TranscriptChoice, ...], "The languages to choose from; empty if there is only one."]
    unreviewed_count: Annotated[int, "The number of entries of the transcript that are hidden until their review."]
    image: Annotated[str, "The picture of the episode, or else of the show."]
    image_alt: Annotated[str, "That picture in words; empty where nobody has described it."]
    profiles: Annotated[tuple[PageLink, ...], "The episode at other services, such as YouTube."]
    video: Annotated[str, "The frame of the episode's video at a known service; empty where there is none."]
    video_service: Annotated[str, "The name of that service."]
    subscribe: Annotated[tuple[PageLink, ...], "The subscribe buttons of the show, its feed last."]
    previous: Annotated[PageLink | None, "The episode before this one in the show."]
    next: Annotated[PageLink | None, "The episode after this one in the show."]
    live: Annotated[LiveCard | None, "The live broadcast, until there is a recording."]
    discussions: Annotated[tuple[PageLink, ...], "The places where the episode is discussed."]
    ai: Annotated[str, "A sentence that says which parts AI made; empty without any."]
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
    other = video_player(found, current.catalogue.site.allow)
    return render_page(
        EpisodePage(
            frame=_frame(found, series, player),
            episode=episode_card(found),
            updated=found.updated,
            author=found.author or series.author,
            player=player,
            document=document_link(found),
            forms=form_links(found),
            guests=tuple(_guests(current, found)),
            hosts=host_cards(series, found),
            support=tuple(dict.fromkeys(page_links((*found.funding, *series.feed.funding)))),
            places=place_list(found.locations),
            license=license_link(found.license or series.feed.license),
            notes_html=nest_headings(without_heading(current.html(found), found.title)),
            chapters=chapter_list(found.chapters),
            transcript=tuple(_transcript_paragraph(paragraph) for paragraph in group_paragraphs(transcript)),
            transcript_language=transcript.language or series.language,
            transcripts=_transcript_choices(found, language),
            unreviewed_count=transcript.hidden,
            image=picture_url(found.image or series.image, 512),
            image_alt=picture_words(found, series),
            profiles=elsewhere_links(found),
            video=url_for("video", show=show, slug=slug) if other else "",
            video_service=other.service if other else "",
            subscribe=subscribe_links(series),
            previous=_episode_link(current.catalogue.previous(found)),
            next=_episode_link(current.catalogue.next(found)),
            live=live_card(found),
            discussions=episode_discussions(found),
            ai=ai_sentence(found.ai or series.feed.ai),
            edit_url=_edit_url(current.catalogue.site.repo, found.source),
            page=found.page,
        )
    )


def _frame(episode: Episode, show: Show, player: Player | None) -> Frame:
    url = audio_url(episode) if player and not player.video else ""
    image, image_alt = picture_to_share(episode if episode.pictures else show.feed, episode.image or show.image)
    return make_frame(
        episode.path,
        episode.title,
        episode.description,
        image=image,
        image_alt=image_alt,
        indexed=not (episode.block.search or show.feed.block.search),
        language=show.language,
        og_type="article",
        audio=absolute_url(url),
        audio_type=episode.enclosure.type if episode.enclosure and url else "",
        embed=player.embed if player else "",
        embed_height=player.embed_height if player else 0,
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
