"""Every old address that Longwave doesn't answer by itself, as ``redirects`` of ``site.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from longwave.content.site.redirects import moved, spellings
from longwave.moving.jekyll.jekyll_site import Source
from longwave.moving.jekyll.old_feeds import OldFeed
from longwave.moving.jekyll.pages_and_includes import former
from longwave.moving.jekyll.posts import Post

#: How deep below a ``baseurl`` addresses lie.
_DEPTH = 6


def of_posts(posts: Sequence[Post]) -> Mapping[str, str]:
    """Where the posts were: a pattern for those whose ``permalink`` makes one, and a line for each of the others."""
    out = [(post, post.episode.path) for post in posts if post.episode and post.out]
    live = {path for _, path in out}
    single = {old: path for post, path in reversed(out) for old in former(post.meta)}
    gone = [(post, path) for post, path in out if path not in spellings(post.address)]
    patterns: dict[str, str] = {}
    for post, path in gone:
        pattern, rule = _pattern(post)
        if pattern and moved({pattern: rule}, post.address) == path:
            patterns.setdefault(pattern, rule)
    for post, path in gone:
        # Of two posts with one address, Jekyll showed one only.
        if moved({**single, **patterns}, post.address) != path and not live & set(spellings(post.address)):
            single[post.address] = path
    return {**single, **patterns}


def _pattern(post: Post) -> tuple[str, str]:
    """The permalink with names for what differs from post to post; empty where nothing but names would be left."""
    values = dict(post.values)
    kept = {"categories", "slugified_categories", "collection", "output_ext"}

    def part(match: re.Match[str]) -> str:
        name = match[1].removesuffix("_") if match[1] not in values else match[1]
        if name in kept or name not in values:
            return values.get(name, match[0])
        return "{slug}" if name in ("title", "slug", "name") else f"{{{name}}}"

    pattern = re.sub("/+", "/", f"/{re.sub(r':([a-z_]+)', part, post.template)}")
    literal = any("{" not in piece for piece in pattern.strip("/").split("/"))
    if not literal or pattern.count("{slug}") != 1 or "}{" in pattern:
        return "", ""
    return pattern, f"/{post.show}/{{slug}}"


def of_feeds(source: Source, feeds: Sequence[OldFeed], posts: Sequence[Post]) -> Mapping[str, str]:
    """Where the feeds were. One that held a single show leads to that show's."""
    shows = {post.name: post.show for post in posts}
    wanted: dict[str, str] = {}
    for feed in feeds:
        held = {shows[name] for name in feed.items}
        wanted[feed.address] = f"/{next(iter(held))}/feed.xml" if len(held) == 1 else "/feed.xml"
    settings = source.config.get("feed")
    listed = settings.get("categories") if isinstance(settings, dict) else None
    for category in listed if isinstance(listed, list) else []:
        show = next((post.show for post in posts if str(category) in post.categories), "")
        wanted.setdefault(f"/feed/{category}.xml", f"/{show}/feed.xml" if show else "/feed.xml")
    if isinstance(settings, dict) and settings.get("tags"):
        wanted["/feed/by_tag/{tag}.xml"] = "/tags/{tag}/feed.xml"
    return wanted


def of_lists(source: Source, shows: Sequence[str]) -> Mapping[str, str]:
    """The further pages of lists, which Longwave cuts otherwise, and what plugins make of tags and categories."""
    wanted: dict[str, str] = {}
    path = source.text_setting("paginate_path") or "/page:num/"
    if source.config.get("paginate"):
        wanted[f"/{path.strip('/').replace(':num', '{number}')}/"] = "/"
    paging = source.config.get("pagination")
    if isinstance(paging, dict):
        link = str(paging.get("permalink") or "/page/:num/").strip("/").replace(":num", "{number}")
        wanted[f"/{link}/"] = "/"
        wanted |= {f"/{show}/{link}/": f"/{show}/" for show in shows}
    archives = source.config.get("jekyll-archives")
    if isinstance(archives, dict):
        links = archives.get("permalinks")
        links = links if isinstance(links, dict) else {}
        wanted[str(links.get("tag") or "/tag/:name/").replace(":name", "{tag}")] = "/tags/{tag}"
        category = str(links.get("category") or "/category/:name/")
        wanted |= {category.replace(":name", show): f"/{show}/" for show in shows}
    return wanted


def below(base: str) -> Mapping[str, str]:
    """Everything below a ``baseurl``: Longwave serves from the root of a host."""
    if not base:
        return {}
    names = [f"{{p{number}}}" for number in range(1, _DEPTH + 1)]
    rules = {f"{base}/": "/", base: "/"}
    for depth in range(1, _DEPTH + 1):
        path = "/".join(names[:depth])
        rules |= {f"{base}/{path}": f"/{path}", f"{base}/{path}/": f"/{path}/"}
    return rules


def needed(wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Those that Longwave doesn't answer anyway by another spelling."""
    for old, new in wanted.items():
        if new != old and new not in spellings(old) and f"{new}/" not in spellings(old):
            yield old, new
