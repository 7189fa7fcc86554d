"""The guids that apps know, kept without a change in any episode: a pattern for a show, or a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from longwave.content.episode import fill
from longwave.content.sitefile import parse_site, with_shows
from longwave.feeds.guids import guid
from longwave.moving.jekyll.oldfeeds import OldFeed
from longwave.moving.jekyll.patterns import pattern_for
from longwave.moving.jekyll.posts import Post
from longwave.moving.jekyll.source import Source
from longwave.moving.report import Left


def kept_guids(
    source: Source, show: str, posts: Sequence[Post], feeds: Sequence[OldFeed]
) -> tuple[Mapping[str, Any], tuple[Left, ...]]:
    """``guid`` and ``guids`` for the table of a show whose posts these are, and what couldn't be kept."""
    site = replace(parse_site("")[0], url=source.url)
    plain = next(one for one in with_shows(site, [show]).shows if one.slug == show)
    left = []
    old = []
    for post in posts:
        if post.episode is None or not post.out:
            continue
        items = {feed.name: feed.items[post.name].guid for feed in feeds if post.name in feed.items}
        known = next(iter(items.values()), f"{source.url}{source.base}{post.address}")
        if not items and feeds and any(feed.holds(posts) for feed in feeds):
            known = _as_others(source, posts, feeds, post) or known
        for name, other in items.items():
            if other != known:
                left.append(Left(f"{name}: {other}", "a feed that knew an episode by another guid than the first did"))
        if post.episode.guid and post.episode.guid != known:
            left.append(
                Left(f"{post.target}: {known}", "the old feed's guid, but the file has another one, which holds")
            )
        old.append((post.episode, known))
    differing = [(episode, known) for episode, known in old if guid(site, plain, episode) != known]
    if not differing:
        return {}, tuple(left)
    pattern = pattern_for([(episode, known) for episode, known in old if not episode.guid])
    if pattern:
        return {"guid": pattern}, tuple(left)
    return {"guids": {episode.slug: known for episode, known in differing}}, tuple(left)


def _as_others(source: Source, posts: Sequence[Post], feeds: Sequence[OldFeed], post: Post) -> str:
    """The guid of a post that a short feed no longer holds, made as those of the others are made."""
    host = f"{source.url}{source.base}"
    makers: tuple[Callable[[Post], str], ...] = (
        lambda one: f"{host}{one.address}",
        lambda one: f"{host}{one.identity}",
        lambda one: one.address,
        lambda one: one.identity,
    )
    seen = [(one, feed.items[one.name].guid) for feed in feeds[:1] for one in posts if one.name in feed.items]
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
