"""The guids that apps know, kept without a change in any episode: a pattern for a show, or a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from longwave.catalogue import age
from longwave.content.episodes.episode_file import fill
from longwave.content.site.site_toml import parse_site, with_shows
from longwave.feeds.guids import guid
from longwave.model import Episode
from longwave.moving.import_report import Omission
from longwave.moving.jekyll.jekyll_site import Source
from longwave.moving.jekyll.old_feeds import OldFeed
from longwave.moving.jekyll.permalinks import escaped
from longwave.moving.jekyll.posts import Post
from longwave.moving.jekyll.show_patterns import fitting, pattern_for


def kept_guids(
    source: Source, show: str, posts: Sequence[Post], feeds: Sequence[OldFeed]
) -> tuple[Mapping[str, Any], tuple[Omission, ...]]:
    """``guid`` or ``guids`` for the table of a show whose posts these are, and what couldn't be kept."""
    site = replace(parse_site("")[0], url=source.url)
    plain = next(one for one in with_shows(site, [show]).shows if one.slug == show)
    old: list[tuple[Episode, str]] = []
    omissions: list[Omission] = []
    for post in posts:
        if post.episode and post.out:
            known, others = _known(source, posts, feeds, post)
            old.extend([(post.episode, known)] if known else [])
            omissions.extend(others)
            if known and post.episode.guid not in ("", known):
                why = "the old feed's guid; the file has another, which holds"
                omissions.append(Omission(f"{post.target}: {known}", why))
    often = Counter(known for _, known in old)
    why = "a guid that several episodes had: each gets one of its own"
    omissions.extend(Omission(f"{episode.source}: {known}", why) for episode, known in old if often[known] > 1)
    unique = [(episode, known) for episode, known in old if often[known] == 1]
    differing = [(episode, known) for episode, known in unique if guid(site, plain, episode) != known]
    pattern = pattern_for(unique) if differing else ""
    if fitting(pattern, unique) > len(unique) - len(differing):
        differing = [(episode, known) for episode, known in unique if fill(pattern, episode) != known]
    else:
        pattern = ""
    table = {"guid": pattern, "guids": {episode.slug: known for episode, known in differing}}
    return {key: said for key, said in table.items() if said}, tuple(omissions)


def _known(
    source: Source, posts: Sequence[Post], feeds: Sequence[OldFeed], post: Post
) -> tuple[str, tuple[Omission, ...]]:
    """The guid of a post in the first feed that has it, and what other feeds said.

    A post in no feed has a guid like those that are, else its old address; empty where nothing says on which host.
    """
    items = {feed.name: feed.items[post.name].guid for feed in feeds if post.name in feed.items}
    if not items:
        address = f"{source.url}{source.base}{post.url}" if source.url else ""
        return _as_others(source, posts, feeds, post) or address, ()
    first = next(iter(items.values()))
    why = "a feed that knew an episode by another guid than the feed of the audio did"
    return first, tuple(Omission(f"{name}: {other}", why) for name, other in items.items() if other != first)


def same_time(posts: Sequence[Post], feeds: Sequence[OldFeed]) -> tuple[Mapping[str, str], tuple[Omission, ...]]:
    """``same_time`` for the table of a show: how to order what has the same date as the old feed did."""
    feed = max((feed for feed in feeds if feed.holds(posts)), key=lambda feed: feed.built, default=None)
    by_name = {post.name: post.episode for post in posts if post.out and post.episode}
    if feed is None:
        return {}, ()
    before = [by_name[name] for name in feed.items if name in by_name]
    for way, table in ((False, {}), (True, {"same_time": "name"})):
        if sorted(before, key=lambda episode: age(episode, by_name=way), reverse=True) == before:
            return table, ()
    why = "the old feed's order isn't that of the dates: Longwave's is"
    return {}, (Omission(feed.name, why),)


def _as_others(source: Source, posts: Sequence[Post], feeds: Sequence[OldFeed], post: Post) -> str:
    """The guid of a post that a short feed no longer holds, made as those of the others are made."""
    host, base = source.url, source.base
    makers: tuple[Callable[[Post], str], ...] = (
        # These two with absolute_url, which escapes.
        lambda one: f"{host}{escaped(f'{base}{one.url}')}",
        lambda one: f"{host}{escaped(f'{base}{one.identity}')}",
        lambda one: f"{host}{base}{one.identity}",
        lambda one: one.url,
        lambda one: one.identity,
    )
    feed = next((feed for feed in feeds if feed.holds(posts)), None)
    seen = [(one, feed.items[one.name].guid) for one in posts if one.name in feed.items] if feed else []
    for maker in makers:
        if seen and all(maker(one) == known for one, known in seen):
            return maker(post)
    pattern = pattern_for([(one.episode, known) for one, known in seen if one.episode])
    fields = [key for key in post.meta if all(str(one.meta.get(key)) == known for one, known in seen)]
    if fields and seen:
        return str(post.meta[fields[0]])
    return _filled(pattern, post) if pattern and seen else ""


def _filled(pattern: str, post: Post) -> str:
    return fill(pattern, post.episode) if post.episode else ""
