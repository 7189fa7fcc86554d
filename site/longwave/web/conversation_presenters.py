"""Presenters of discussions, chats, AI's part in a show, live broadcasts, schedules and recommended podcasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from longwave.feeds.conversation import schedule_words
from longwave.feeds.live_items import host_of, stream_type
from longwave.model import AiPart, Chat, Episode, Link, Recommendation, Schedule, SocialPost
from longwave.model.discussions import DISABLED
from longwave.phrases import phrase
from longwave.web.request_context import edition
from longwave.web.template_filters import day
from longwave.web.view_models import LiveCard, PageLink

#: The names of networks, by their protocols.
_NETWORKS = {"atproto": "Bluesky", "twitter": "X", "nostr": "Nostr", "hive": "Hive", "matrix": "Matrix"}
_PARTS: dict[AiPart, str] = {
    "script": phrase("conversation.ai_script"),
    "voice": phrase("conversation.ai_voice"),
    "transcript": phrase("conversation.ai_transcript"),
    "cover": phrase("conversation.ai_cover"),
}


def discussions(posts: Iterable[SocialPost], sentence: str) -> Iterator[PageLink]:
    """Yield a link to each post that a browser can open, the preferred ones first.

    ``sentence`` is the key of the phrase for the labels, in which ``{place}`` stands for the network's name.
    """
    for post in sorted(posts, key=lambda post: post.priority or 1000):
        address = _web_page(post)
        if address and post.protocol != DISABLED:
            yield PageLink(phrase(sentence, place=_network(post)), address)


def episode_discussions(episode: Episode) -> tuple[PageLink, ...]:
    """Return links to all places where an episode is discussed."""
    links = [*discussions(episode.social, "conversation.discuss")]
    links += [PageLink(phrase("conversation.comments"), episode.comments_url)] if episode.comments_url else []
    return (*links, *_labelled(episode.discuss))


def ai_sentence(parts: Iterable[AiPart]) -> str:
    """Return the sentence that says which of the script, voice, transcript and cover AI made; empty for no parts."""
    names = [_PARTS[part] for part in parts]
    if not names:
        return ""
    *others, last = names
    named = phrase("conversation.ai_and", parts=", ".join(others), last=last) if others else last
    return phrase("conversation.ai", parts=named)


def live_card(episode: Episode) -> LiveCard | None:
    """Return the card of an episode's broadcast; None without one, or if there is a recording."""
    live = episode.broadcast
    if live is None:
        return None
    start, end = _local(live.start), _local(live.assumed_end)
    language = edition().catalogue.shows[episode.show].language
    media = stream_type(live)
    watched = not media.startswith("audio/")
    links = [PageLink(phrase("live.watch" if watched else "live.listen"), live.url)] if live.url else []
    return LiveCard(
        status=live.status,
        start=start,
        end=end,
        start_label=_time_label(start, language),
        end_label=_time_label(end, language) if live.end else "",
        follows_clock=not live.stated,
        links=(*links, *_labelled(live.links)),
        chat=_chat_link(live.chat) if live.chat else None,
    )


def live_label(episode: Episode) -> str:
    """Return ``On air`` or ``Live on 3 December`` for an episode that is broadcast; empty for another."""
    live = episode.broadcast
    if live is None or live.status == "ended":
        return ""
    return phrase("live.live") if live.status == "live" else phrase("live.card_pending", date=_local(live.start))


def other_feeds(others: Iterable[Recommendation]) -> tuple[PageLink, ...]:
    """Return links to other podcasts; one with neither a title nor an address is left out."""
    return tuple(PageLink(other.title or host_of(other.url), other.url) for other in others if other.title or other.url)


def schedule_sentence(schedule: Schedule | None) -> str:
    """Return the sentence that says when new episodes come; empty if nothing is known of them."""
    if schedule is None:
        return ""
    if schedule.complete:
        return phrase("show.no_more")
    words = schedule_words(schedule)
    return phrase("show.schedule", text=words) if words else ""


def _web_page(post: SocialPost) -> str:
    """Return the address at which a browser opens a post; empty if no page is known to show it."""
    if post.uri.startswith(("https://", "http://")):
        return post.uri
    scheme, _, rest = post.uri.partition(":")
    account, _, key = rest.lstrip("/").partition("/app.bsky.feed.post/")
    if scheme == "at" and key:
        return f"https://bsky.app/profile/{quote(account, safe=':')}/post/{quote(key, safe='')}"
    return f"https://njump.me/{quote(rest, safe='')}" if scheme == "nostr" else ""


def _network(post: SocialPost) -> str:
    if post.protocol != "activitypub":
        return _NETWORKS.get(post.protocol, host_of(post.uri))
    is_mastodon = urlsplit(post.uri).path.startswith(("/@", "/web/@", "/deck/@"))
    return "Mastodon" if is_mastodon else phrase("conversation.fediverse")


def _labelled(links: Iterable[Link]) -> Iterator[PageLink]:
    return (PageLink(link.label or host_of(link.url), link.url) for link in links)


def _chat_link(chat: Chat) -> PageLink:
    """Return a link to a chat room; its address is empty if only an app can open the room."""
    url, room = chat.url, quote(chat.space, safe="#!:@.")
    if not url and chat.protocol == "irc":
        url = f"ircs://{chat.server}/{room.lstrip('#')}"
    elif not url and chat.protocol == "matrix" and room:
        url = f"https://matrix.to/#/{room}"
    elif not url and chat.protocol == "xmpp" and room:
        url = f"xmpp:{room}?join"
    label = phrase("live.chat") if url else " ".join(filter(None, (phrase("live.chat"), chat.space, chat.server)))
    return PageLink(label, url)


def _local(time: datetime) -> datetime:
    return time.astimezone(ZoneInfo(edition().catalogue.site.timezone))


def _time_label(local: datetime, language: str) -> str:
    """Return a time with the name of its zone: ``5 December 2026, 20:00 CET``."""
    zone = local.tzname() or ""
    # Zones without letters of their own are called by their offset, such as +03.
    named = zone if zone.isalpha() else phrase("live.utc", offset=zone)
    return phrase("live.time", day=day(local, language), date=local, zone=named)
