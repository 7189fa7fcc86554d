"""The settings that keep a show's guids and the order of its feed: a pattern for the guids, or a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from longwave.catalogue import publication_order
from longwave.content.episodes.enclosures import fill_episode_pattern
from longwave.content.site.site_toml import parse_site, with_shows
from longwave.feeds.guids import guid
from longwave.model import Episode
from longwave.moving.import_report import Omission
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_feeds import JekyllFeed
from longwave.moving.jekyll.permalinks import escape_address
from longwave.moving.jekyll.posts import Post
from longwave.moving.jekyll.show_patterns import common_pattern, count_matches


def guid_settings(
    source: SourceSite, show: str, posts: Sequence[Post], feeds: Sequence[JekyllFeed]
) -> tuple[Mapping[str, Any], tuple[Omission, ...]]:
    """Return ``guid`` or ``guids`` for the table of the show that has these posts, and the guids that can't be kept."""
    site = replace(parse_site("")[0], url=source.url)
    plain_show = next(each for each in with_shows(site, [show]).shows if each.slug == show)
    old, omissions = _old_guids(source, posts, feeds)
    counts = Counter(known for _, known in old)
    reason = "a guid that several episodes had: each gets one of its own"
    omissions += [Omission(f"{episode.source}: {known}", reason) for episode, known in old if counts[known] > 1]
    unique = [(episode, known) for episode, known in old if counts[known] == 1]
    differing = [(episode, known) for episode, known in unique if guid(site, plain_show, episode) != known]
    pattern = common_pattern(unique) if differing else ""
    if count_matches(pattern, unique) > len(unique) - len(differing):
        differing = [(episode, known) for episode, known in unique if fill_episode_pattern(pattern, episode) != known]
    else:
        pattern = ""
    settings = {"guid": pattern, "guids": {episode.slug: known for episode, known in differing}}
    return {key: value for key, value in settings.items() if value}, tuple(omissions)


def _old_guids(
    source: SourceSite, posts: Sequence[Post], feeds: Sequence[JekyllFeed]
) -> tuple[list[tuple[Episode, str]], list[Omission]]:
    """Return each published episode's old guid, if it had one, and the guids dropped in favour of another."""
    guids: list[tuple[Episode, str]] = []
    omissions: list[Omission] = []
    for post in posts:
        if not (post.episode and post.is_published):
            continue
        known, others = _old_guid(source, posts, feeds, post)
        guids.extend([(post.episode, known)] if known else [])
        omissions.extend(others)
        if known and post.episode.guid not in ("", known):
            reason = "the old feed's guid; the file has another, which holds"
            omissions.append(Omission(f"{post.target}: {known}", reason))
    return guids, omissions


def _old_guid(
    source: SourceSite, posts: Sequence[Post], feeds: Sequence[JekyllFeed], post: Post
) -> tuple[str, tuple[Omission, ...]]:
    """Return a post's guid in the first feed that has the post, and the different guids in other feeds.

    A post in no feed gets a guid like the posts in feeds, or else its old address; empty if the host isn't known.
    """
    guids = {feed.name: feed.entries[post.name].guid for feed in feeds if post.name in feed.entries}
    if not guids:
        address = f"{source.url}{source.base}{post.url}" if source.url else ""
        return _guid_like_others(source, posts, feeds, post) or address, ()
    first = next(iter(guids.values()))
    reason = "a feed that knew an episode by another guid than the feed of the audio did"
    return first, tuple(Omission(f"{name}: {other}", reason) for name, other in guids.items() if other != first)


def order_setting(posts: Sequence[Post], feeds: Sequence[JekyllFeed]) -> tuple[Mapping[str, str], tuple[Omission, ...]]:
    """Return ``same_time`` for the show's table, if episodes of the same date need it to keep the old feed's order."""
    candidates = (feed for feed in feeds if feed.count_posts(posts))
    feed = max(candidates, key=lambda feed: feed.built, default=None)
    by_name = {post.name: post.episode for post in posts if post.is_published and post.episode}
    if feed is None:
        return {}, ()
    sort_chapters = [by_name[name] for name in feed.entries if name in by_name]
    for by_file_name, setting in ((False, {}), (True, {"same_time": "name"})):
        if (
            sorted(sort_chapters, key=lambda episode: publication_order(episode, by_name=by_file_name), reverse=True)
            == sort_chapters
        ):
            return setting, ()
    reason = "the old feed's order isn't that of the dates: Longwave's is"
    return {}, (Omission(feed.name, reason),)


def _guid_like_others(source: SourceSite, posts: Sequence[Post], feeds: Sequence[JekyllFeed], post: Post) -> str:
    """Return a guid for a post that is too old for the feed, made by the rule that gives all guids in the feed.

    The possible rules are the address and the id, with and without escapes, a key of the front matter, and a pattern.
    The result is empty if no rule fits.
    """
    host, base = source.url, source.base
    makers: tuple[Callable[[Post], str], ...] = (
        # The first two are for guids made with Jekyll's filter absolute_url, which percent-encodes.
        lambda each: f"{host}{escape_address(f'{base}{each.url}')}",
        lambda each: f"{host}{escape_address(f'{base}{each.post_id}')}",
        lambda each: f"{host}{base}{each.post_id}",
        lambda each: each.url,
        lambda each: each.post_id,
    )
    feed = next((feed for feed in feeds if feed.count_posts(posts)), None)
    guids = [(each, feed.entries[each.name].guid) for each in posts if each.name in feed.entries] if feed else []
    if not guids:
        return ""
    for maker in makers:
        if all(maker(each) == known for each, known in guids):
            return maker(post)
    for key in post.meta:
        if all(str(each.meta.get(key)) == known for each, known in guids):
            return str(post.meta[key])
    pattern = common_pattern([(each.episode, known) for each, known in guids if each.episode])
    return fill_episode_pattern(pattern, post.episode) if pattern and post.episode else ""
