"""What several kinds of page are shaped from: frames, cards, pagers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import abort, g, request
from markupsafe import Markup

from longwave.content.fields.timestamps import clock
from longwave.edition import Edition
from longwave.model import Episode, Guest, Link, Moment, Show
from longwave.routes import path_for, url_for
from longwave.web.headings import outlined
from longwave.web.page_contexts import Frame, Page
from longwave.web.request_context import base, edition
from longwave.web.templating import render
from longwave.web.view_models import Card, LinkTo, Pager, PersonCard, Player, ShowCard, Stretch


def show_page(page: Page) -> str:
    """The HTML of a page, through the current edition's templates."""
    html, g.broken_template = render(page, edition().templates)
    return html


def frame(path: str, title: str = "", description: str = "", **more: Any) -> Frame:
    """The frame of the page at ``path`` (empty: an error's); what isn't said comes from the site."""
    now = edition()
    site = now.catalogue.site
    feeds = [LinkTo(site.title, url_for("site_feed", form="xml"))] if len(now.catalogue.shows) > 1 else []
    for slug, show in now.catalogue.shows.items():
        feeds.append(LinkTo(show.title, url_for("show_feed", show=slug, form="xml")))
    own = tuple(more.pop("own_feeds", ()))
    image = str(more.pop("image", "") or site.image)
    whole = Frame(
        site=site.title,
        language=site.language,
        title=title,
        description=description or site.description,
        canonical=base() + quote(path, safe="/?=&%") if path else "",
        navigation=_navigation(now, path.partition("?")[0]),
        feeds=(*own, *(feed for feed in feeds if feed not in own)),
        version=now.version,
        theme=now.theme_version,
        image=absolute(picture(image, 1024)),
    )
    return replace(whole, **more)


def _navigation(now: Edition, path: str) -> tuple[LinkTo, ...]:
    links: Sequence[Link] = now.catalogue.site.navigation
    if not links:
        links = [Link(show.title, path_for("show", show=slug)) for slug, show in now.catalogue.shows.items()]
        links += [Link("Guests", path_for("guests"))] if now.catalogue.guests else []
        links += [Link("Tags", path_for("tags"))] if now.catalogue.tags else []
        links += [Link(page.title, path_for("page", page=slug)) for slug, page in now.catalogue.pages.items()]
    return tuple(LinkTo(link.label, link.url, current=path == link.url) for link in links)


def absolute(url: str) -> str:
    """A path of the site as an absolute address; empty stays empty."""
    return f"{base()}{url}" if url.startswith("/") else url


def picture(name: str, size: int) -> str:
    """The address of a picture in one of the sizes that are served; empty stays empty."""
    return url_for("image", size=size, name=name) if name and "://" not in name else name


def audio_url(episode: Episode) -> str:
    """Where an episode's sound is; empty when it has none that can be played."""
    enclosure = episode.enclosure
    if enclosure is None or not (enclosure.url or enclosure.here):
        return ""
    return enclosure.url or url_for("audio", show=episode.show, file=enclosure.file)


def episode_url(episode: Episode, base: str = "") -> str:
    """Return the address of an episode's page; with ``base`` an absolute one."""
    return url_for("episode", show=episode.show, slug=episode.slug, base=base)


def card(episode: Episode, size: int = 256) -> Card:
    """An episode as lists show it, its picture in one of the sizes that are served."""
    catalogue = edition().catalogue
    show = catalogue.shows[episode.show]
    return Card(
        title=episode.title,
        url=episode_url(episode),
        show=LinkTo(show.title, url_for("show", show=show.slug)),
        date=episode.date,
        number=episode.number,
        description=episode.description,
        seconds=episode.enclosure.seconds if episode.enclosure else 0,
        episode_type=episode.episode_type,
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        image=picture(episode.image, size),
        guests=tuple(LinkTo(guest.name, url_for("guest", guest=guest.slug)) for guest in catalogue.guests_of(episode)),
        tags=tuple(LinkTo(tag.label, url_for("tag", tag=tag.slug)) for tag in catalogue.tags_of(episode)),
        author=show.author,
        player=player(episode),
        unpublished=unpublished(episode),
    )


def unpublished(episode: Episode) -> str:
    """``Draft``, or when a future episode comes out: ``Out on 3 December``. Empty for all but those in a preview."""
    if episode.draft:
        return "Draft"
    now = datetime.now(episode.date.tzinfo)
    if episode.date <= now:
        return ""
    year = f" {episode.date.year}" if episode.date.year != now.year else ""
    return f"Out on {episode.date.day} {episode.date:%B}{year}"


def player(episode: Episode, chapters: Iterable[Moment] = ()) -> Player | None:
    """What plays an episode; None where there is nothing to play."""
    url, enclosure = audio_url(episode), episode.enclosure
    if not url or enclosure is None:
        return None
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
        image=picture(episode.image or show.image, 256),
        chapters=tuple(Stretch(m.seconds, clock(m.seconds), m.text) for m in chapters),
    )


def person(guest: Guest, size: int = 128) -> PersonCard:
    """A guest as pages show them."""
    return PersonCard(
        name=guest.name,
        url=url_for("guest", guest=guest.slug),
        title=guest.title,
        avatar=picture(guest.avatar, size),
        links=tuple(LinkTo(link.label, link.url) for link in guest.links),
        count=len(edition().catalogue.of_guest(guest.slug)),
    )


def show_card(show: Show) -> ShowCard:
    """A show as pages show it."""
    episodes = edition().catalogue.of_show(show.slug)
    return ShowCard(
        title=show.title,
        url=url_for("show", show=show.slug),
        description=show.description,
        image=picture(show.image, 512),
        count=len(episodes),
        links=subscribe(show),
        newest=episodes[0].date if episodes else None,
    )


def subscribe(show: Show) -> tuple[LinkTo, ...]:
    """A show's subscribe buttons: those of ``site.toml``, and its feed unless that is among them."""
    feed = url_for("show_feed", show=show.slug, form="xml")
    links = tuple(LinkTo(link.label, link.url) for link in show.links)
    return links if any(link.url.endswith(feed) for link in links) else (*links, LinkTo("RSS", feed))


def page_asked(pages: int) -> int:
    """Which of so many pages ``?page=`` names, from 1. Raises a 404 for one that doesn't exist."""
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    # Each page has one spelling, so that no other one is made and kept.
    if not 1 <= number <= pages or text != str(number):
        abort(404)
    return number


def paged(episodes: Sequence[Episode], path: str) -> tuple[tuple[Card, ...], Pager]:
    """The part of a long list that ``?page=`` names. Raises a 404 for a page that doesn't exist."""
    per_page = edition().catalogue.site.per_page
    pages = max(1, -(-len(episodes) // per_page))
    page = page_asked(pages)
    cards = tuple(card(episode) for episode in episodes[(page - 1) * per_page : page * per_page])
    newer = _address(path, page - 1) if page > 1 else ""
    return cards, Pager(page, pages, newer, _address(path, page + 1) if page < pages else "")


def of_page(path: str, pager: Pager) -> tuple[str, dict[str, str]]:
    """The address of this part of a list, and its neighbours for the page's head."""
    return _address(path, pager.page), {"previous": absolute(pager.previous), "next": absolute(pager.next)}


def _address(path: str, page: int) -> str:
    return path if page == 1 else f"{path}?page={page}"


def markdown(text: str) -> Markup:
    """The rendered Markdown of a page's, a tag's or a guest's own text."""
    return Markup(outlined(edition().page_html(text))) if text.strip() else Markup()  # noqa: S704 - the owner's words
