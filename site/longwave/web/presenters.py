"""Presenters: they make the parts that the contexts of several kinds of page share, from the model and the edition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

from flask import abort, current_app, g, request
from markupsafe import Markup

from longwave import model
from longwave.content.fields.times import format_seconds
from longwave.content.media.media_types import is_playable, is_video
from longwave.edition import Edition
from longwave.feeds.listing_tags import PLACES
from longwave.feeds.sidecar_formats import whole
from longwave.model import Episode, Guest, Link, Listing, Show
from longwave.phrases import phrase
from longwave.routes import path_for, url_for
from longwave.web.conversation_presenters import live_label
from longwave.web.labels import number_label, season_label, unpublished_label
from longwave.web.own_headings import without_heading
from longwave.web.page_contexts import Frame, Page
from longwave.web.request_context import base, edition
from longwave.web.templating import RENDERER, Renderer
from longwave.web.video_players import service_of
from longwave.web.view_models import Chapter, EpisodeCard, PageLink, Pager, PersonCard, Player, ShowCard

T = TypeVar("T")
_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])", re.IGNORECASE)


def render_page(page: Page) -> str:
    """Return the HTML of a page, from the current edition's templates."""
    renderer = cast("Renderer", current_app.extensions[RENDERER])
    html, g.broken_template = renderer.render(page, edition().templates)
    return html


def make_frame(
    path: str,
    title: str = "",
    description: str = "",
    *,
    feeds: Sequence[PageLink] = (),
    pager: Pager | None = None,
    **fields: Any,
) -> Frame:
    """Return the frame of the page at the decoded ``path``, which is empty for a page of an error.

    ``fields`` are further fields of the frame, of which ``image`` is the name of a picture. The site's own description,
    picture and language stand where the page has none. ``feeds`` come before those of the site, and ``pager`` is the
    place in a list that is cut into pages.
    """
    current = edition()
    site = current.catalogue.site
    image = str(fields.pop("image", "") or site.image)
    fields = {"image_alt": site.feed.image_alt if image == site.image else ""} | fields
    if pager:
        fields |= {"previous": absolute_url(pager.previous), "next": absolute_url(pager.next)}
    frame = Frame(
        site=site.title,
        language=site.language,
        title=title,
        description=description or site.description,
        canonical=base() + _numbered(quote(path), pager.page if pager else 1) if path else "",
        navigation=_navigation(current, path),
        feeds=(*feeds, *(feed for feed in _feeds(current) if feed not in feeds)),
        version=current.version,
        theme_version=current.theme_version,
        image=absolute_url(picture_url(image, 1024)),
    )
    return replace(frame, **fields)


def _feeds(current: Edition) -> list[PageLink]:
    """Return links to the feeds of all shows; if there are several shows, the feed of the whole site comes first."""
    shows = current.catalogue.shows
    feeds = [PageLink(current.catalogue.site.title, url_for("site_feed", form="xml"))] if len(shows) > 1 else []
    return feeds + [PageLink(show.title, url_for("show_feed", show=slug, form="xml")) for slug, show in shows.items()]


def _navigation(current: Edition, path: str) -> tuple[PageLink, ...]:
    """Return the owner's menu, or else links to all shows, guests, tags and pages; the one to ``path`` is current."""
    catalogue = current.catalogue
    links: Sequence[Link] = catalogue.site.navigation
    if not links:
        links = [Link(show.title, path_for("show", show=slug)) for slug, show in catalogue.shows.items()]
        links += [Link(phrase("guests.title"), path_for("guests"))] if catalogue.guests else []
        links += [Link(phrase("tags.title"), path_for("tags"))] if catalogue.tags else []
        links += [Link(page.title, path_for("page", page=slug)) for slug, page in catalogue.pages.items()]
    return tuple(PageLink(link.label, link.url, current=path == link.url) for link in links)


def absolute_url(url: str) -> str:
    """Return a path of the site as an absolute address; other addresses and an empty one are returned unchanged."""
    return f"{base()}{url}" if url.startswith("/") else url


def picture_url(name: str, size: int) -> str:
    """Return the address of a picture scaled to ``size`` pixels; an absolute or empty name is returned unchanged."""
    return url_for("image", size=size, name=name) if name and "://" not in name else name


def audio_url(episode: Episode) -> str:
    """Return the address of an episode's sound; empty when it has none that can be played."""
    enclosure = episode.enclosure
    if enclosure is None or not (enclosure.url or enclosure.here):
        return ""
    return enclosure.url or quote(enclosure.path) or url_for("audio", show=episode.show, file=enclosure.file)


def episode_url(episode: Episode, base: str = "") -> str:
    """Return the address of an episode's page; with ``base`` an absolute one."""
    return url_for("episode", show=episode.show, slug=episode.slug, base=base)


def episode_card(episode: Episode, size: int = 256) -> EpisodeCard:
    """Return an episode's card, with its picture scaled to ``size`` pixels."""
    catalogue = edition().catalogue
    show = catalogue.shows[episode.show]
    guests, tags = catalogue.guests_of(episode), catalogue.tags_of(episode)
    return EpisodeCard(
        title=episode.title,
        url=episode_url(episode),
        show=PageLink(show.title, url_for("show", show=show.slug)),
        date=episode.date,
        model=episode,
        number=episode.number,
        number_label=number_label(episode),
        season_label=season_label(episode, show),
        description=episode.description,
        seconds=episode.enclosure.seconds if episode.enclosure else 0,
        episode_type=episode.episode_type,
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        image=picture_url(episode.image, size),
        guests=tuple(PageLink(guest.name, url_for("guest", guest=guest.slug)) for guest in guests),
        tags=tuple(PageLink(tag.label, url_for("tag", tag=tag.slug)) for tag in tags),
        author=episode.author or show.author,
        player=episode_player(episode),
        unpublished=unpublished_label(episode),
        live=live_label(episode),
    )


def episode_player(episode: Episode, chapters: Sequence[model.Chapter] = ()) -> Player | None:
    """Return the player of an episode; None where there is nothing that browsers play."""
    url, enclosure = audio_url(episode), episode.enclosure
    if not url.startswith(("/", "http")) or enclosure is None or not is_playable(enclosure.type):
        return None
    film = _film_fields(episode) if is_video(enclosure.type) else {}
    show, names = edition().catalogue.shows[episode.show], {"show": episode.show, "slug": episode.slug}
    return Player(
        url=url,
        type=enclosure.type,
        seconds=enclosure.seconds,
        bytes=enclosure.bytes,
        key=episode.key,
        title=episode.title,
        show=show.title,
        page=url_for("episode", **names),
        link=url_for("episode", **names, base=base()),
        embed=url_for("embed", **names, base=base()),
        image=picture_url(episode.image or show.image, 256),
        chapters=chapter_list(chapters),
        hidden_chapters=tuple(whole(chapter.start) for chapter in chapters if not chapter.is_listed),
        **film,
    )


def _film_fields(episode: Episode) -> dict[str, str]:
    """Return the fields that only the player of a video episode has: its captions, their language, and a still."""
    show, names = edition().catalogue.shows[episode.show], {"show": episode.show, "slug": episode.slug}
    has_captions = edition().has_transcript(episode)
    return {
        "captions": url_for("transcript", **names, form="vtt") if has_captions else "",
        "language": show.language,
        "poster": picture_url(episode.image or show.image, 1024),
    }


def chapter_list(chapters: Iterable[model.Chapter]) -> tuple[Chapter, ...]:
    """Return the chapters that a page lists, with their links and small pictures."""
    return tuple(
        Chapter(
            seconds=whole(chapter.start),
            clock=format_seconds(int(chapter.start)),
            text=chapter.title,
            link=PageLink((urlsplit(chapter.url).hostname or "").removeprefix("www."), chapter.url)
            if chapter.url
            else None,
            image=picture_url(chapter.image, 128),
        )
        for chapter in chapters
        if chapter.is_listed
    )


def person_card(guest: Guest, size: int = 128) -> PersonCard:
    """Return a guest's card, with their picture scaled to ``size`` pixels."""
    return PersonCard(
        name=guest.name,
        url=url_for("guest", guest=guest.slug),
        title=guest.title,
        avatar=picture_url(guest.avatar, size),
        links=page_links(guest.links),
        count=len(edition().catalogue.episodes_with_guest(guest.slug)),
    )


def show_card(show: Show) -> ShowCard:
    """Return a show's card."""
    episodes = edition().catalogue.episodes_of_show(show.slug)
    return ShowCard(
        title=show.title,
        url=url_for("show", show=show.slug),
        description=show.description,
        image=picture_url(show.image, 512),
        count=len(episodes),
        links=subscribe_links(show),
        newest=episodes[0].date if episodes else None,
        image_alt=show.feed.image_alt if show.image else "",
        subtitle=show.feed.subtitle,
        complete=show.feed.complete,
        profiles=elsewhere_links(show.feed),
        support=page_links(show.feed.funding),
    )


def elsewhere_links(listing: Listing) -> tuple[PageLink, ...]:
    """Return links to a show or an episode at other services, such as YouTube, labelled with the services' names."""
    places = {field: getattr(listing, field) for field in PLACES}
    labels = {**PLACES, "video": service_of(places["video"]) if places["video"] else ""}
    return tuple(PageLink(labels[field], url) for field, url in places.items() if url)


def picture_to_share(listing: Listing, image: str) -> tuple[str, str]:
    """Return the name and the alternative text of the picture that other sites show beside a link to a page.

    It is the picture with the purpose ``social``, or else ``image``, the page's own.
    """
    social = next((picture for picture in listing.pictures if picture.serves("social")), None)
    return (social.file, social.alt) if social else (image, listing.image_alt)


def picture_words(episode: Episode, show: Show) -> str:
    """Return the alternative text of an episode's picture, or of its show's picture if it has none of its own."""
    return episode.image_alt if episode.image else show.feed.image_alt


def subscribe_links(show: Show) -> tuple[PageLink, ...]:
    """Return a show's subscribe buttons: those of ``site.toml``, and its feed unless that is among them."""
    feed = url_for("show_feed", show=show.slug, form="xml")
    links = page_links(show.links)
    return links if any(link.url.endswith(feed) for link in links) else (*links, PageLink(phrase("list.rss"), feed))


def page_links(links: Iterable[Link]) -> tuple[PageLink, ...]:
    """Return links from the content files (``Link``) as links for a template (``PageLink``)."""
    return tuple(PageLink(link.label, link.url) for link in links)


def get_or_404(things: Mapping[str, T], slug: str) -> T:
    """Return the value of ``things`` (such as guests by slug) for ``slug``. Answers with a 404 where there is none."""
    if slug not in things:
        abort(404)
    return things[slug]


def requested_page(pages: int) -> int:
    """Return the number in ``?page=``, from 1 to ``pages``. Answers with a 404 for a page that doesn't exist."""
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    # Other spellings of a number, such as 01, would fill the page cache with copies.
    if not 1 <= number <= pages or text != str(number):
        abort(404)
    return number


def paginate(episodes: Sequence[Episode], url: str) -> tuple[tuple[EpisodeCard, ...], Pager]:
    """Return the cards of the page that ``?page=`` names, of the list at ``url``, and its pager.

    Answers with a 404 for a page that doesn't exist.
    """
    per_page = edition().catalogue.site.per_page
    pages = max(1, -(-len(episodes) // per_page))
    page = requested_page(pages)
    cards = tuple(episode_card(episode) for episode in episodes[(page - 1) * per_page : page * per_page])
    previous = _numbered(url, page - 1) if page > 1 else ""
    return cards, Pager(page, pages, previous, _numbered(url, page + 1) if page < pages else "")


def _numbered(url: str, page: int) -> str:
    return url if page == 1 else f"{url}?page={page}"


def render_markdown(text: str, title: str) -> Markup:
    """Return the rendered Markdown of the text of a tag or a guest, without a heading that repeats the ``title``."""
    return nest_headings(without_heading(edition().page_html(text), title)) if text.strip() else Markup()


def nest_headings(html: str) -> Markup:
    """Return an owner's HTML with each heading one level below the one above it; the page's title is level 1.

    An author who lets ``######`` follow ``##`` chooses a size; a screen reader would announce an outline with gaps.
    """
    above: list[int] = []

    def level(match: re.Match[str]) -> str:
        if not match[1]:
            written = int(match[2])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        return f"<{match[1]}h{min(6, len(above) + 1)}"

    return Markup(_HEADING.sub(level, html))  # noqa: S704 - the owner's own words
