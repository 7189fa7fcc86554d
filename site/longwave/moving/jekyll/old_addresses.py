"""Redirects from the old site's addresses, as far as Longwave doesn't answer those by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from longwave.content.site.redirects import path_spellings, redirect_target
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_feeds import JekyllFeed
from longwave.moving.jekyll.old_pages import redirect_sources
from longwave.moving.jekyll.posts import Post
from longwave.moving.jekyll.show_decisions import PodcastFeed
from longwave.routes import ROUTES, Kind, path_for

#: The depth below a ``baseurl`` up to which addresses are redirected.
_MAX_DEPTH = 6


def post_redirects(posts: Sequence[Post]) -> Mapping[str, str]:
    """Return the redirects of posts: a pattern for each ``permalink`` that makes one, and one for each other post."""
    published = [(post, post.episode.path) for post in posts if post.episode and post.is_published]
    live = {path for _, path in published}
    single = {old: path for post, path in reversed(published) for old in redirect_sources(post.meta)}
    moved_posts = [(post, path) for post, path in published if path not in path_spellings(post.address)]
    patterns: dict[str, str] = {}
    for post, path in moved_posts:
        pattern, target = _pattern(post)
        if pattern and redirect_target({pattern: target}, post.address) == path:
            patterns.setdefault(pattern, target)
    for post, path in moved_posts:
        # The address of another published episode isn't redirected, as Jekyll showed only one of two such posts.
        if redirect_target({**single, **patterns}, post.address) != path and not live & set(
            path_spellings(post.address)
        ):
            single[post.address] = path
    return {**single, **patterns}


def _pattern(post: Post) -> tuple[str, str]:
    """Return the post's old and new address with placeholders, as a redirect of all posts with the same permalink.

    Both are empty where the old address would consist of nothing but placeholders.
    """
    values = dict(post.values)
    constant = {"categories", "slugified_categories", "collection", "output_ext"}

    def part(match: re.Match[str]) -> str:
        name = match[1].removesuffix("_") if match[1] not in values else match[1]
        if name in constant or name not in values:
            return values.get(name, match[0])
        return "{slug}" if name in ("title", "slug", "name") else f"{{{name}}}"

    pattern = re.sub("/+", "/", f"/{re.sub(r':([a-z_]+)', part, post.template)}")
    has_literal = any("{" not in piece for piece in pattern.strip("/").split("/"))
    if not has_literal or pattern.count("{slug}") != 1 or "}{" in pattern:
        return "", ""
    return pattern, path_for("episode", show=post.show, slug="{slug}")


def feed_redirects(source: SourceSite, feeds: Sequence[JekyllFeed], posts: Sequence[Post]) -> Mapping[str, str]:
    """Return the redirects of feeds: to the feed of the only show in them, else to the site's feed."""
    shows = {post.name: post.show for post in posts}
    site_feed = path_for("site_feed", form="xml")
    redirects: dict[str, str] = {}
    for feed in feeds:
        in_feed = {shows[name] for name in feed.entries}
        redirects[feed.address] = _show_feed(next(iter(in_feed))) if len(in_feed) == 1 else site_feed
    settings = source.config.get("feed")
    listed = settings.get("categories") if isinstance(settings, dict) else None
    for category in listed if isinstance(listed, list) else []:
        show = next((post.show for post in posts if str(category) in post.categories), "")
        redirects.setdefault(f"/feed/{category}.xml", _show_feed(show) if show else site_feed)
    if isinstance(settings, dict) and settings.get("tags"):
        redirects["/feed/by_tag/{tag}.xml"] = path_for("tag_feed", tag="{tag}", form="xml")
    return redirects


def forced_feed_redirects(podcasts: Sequence[PodcastFeed]) -> Mapping[str, Mapping[str, str | bool]]:
    """Return redirects to the feeds of shows from the addresses at which Longwave has feeds of the whole site.

    Whoever subscribed to a show there must get that show, not all of them.
    """
    return {
        podcast.feed.address: {"to": _show_feed(podcast.show), "force": True}
        for podcast in podcasts
        if podcast.feed.address == path_for("site_feed", form="xml")
    }


def _show_feed(show: str) -> str:
    return path_for("show_feed", show=show, form="xml")


def list_redirects(source: SourceSite, shows: Sequence[str]) -> Mapping[str, str]:
    """Return the redirects of paginated lists, and of the plugins' pages for tags and categories."""
    redirects: dict[str, str] = {}
    home, lists = path_for("home"), {show: path_for("show", show=show) for show in shows}
    path = source.text_setting("paginate_path") or "/page:num/"
    if source.config.get("paginate"):
        redirects[f"/{path.strip('/').replace(':num', '{number}')}/"] = home
    paging = source.config.get("pagination")
    if isinstance(paging, dict):
        link = str(paging.get("permalink") or "/page/:num/").strip("/").replace(":num", "{number}")
        redirects[f"/{link}/"] = home
        redirects |= {f"{address}{link}/": address for address in lists.values()}
    archives = source.config.get("jekyll-archives")
    if isinstance(archives, dict):
        links = archives.get("permalinks")
        links = links if isinstance(links, dict) else {}
        tag = str(links.get("tag") or "/tag/:name/").replace(":name", "{tag}")
        redirects[tag] = path_for("tag", tag="{tag}")
        category = str(links.get("category") or "/category/:name/")
        redirects |= {category.replace(":name", show): address for show, address in lists.items()}
    return redirects


def baseurl_redirects(base: str) -> Mapping[str, str]:
    """Return the redirects of everything below a ``baseurl``, as Longwave serves a site from a host's root."""
    if not base:
        return {}
    names = [f"{{p{number}}}" for number in range(1, _MAX_DEPTH + 1)]
    redirects = {f"{base}/": "/", base: "/"}
    for depth in range(1, _MAX_DEPTH + 1):
        path = "/".join(names[:depth])
        redirects |= {f"{base}/{path}": f"/{path}", f"{base}/{path}/": f"/{path}/"}
    return redirects


def necessary_redirects(redirects: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the redirects but those from a spelling of the new address, or from a page that every site has.

    Longwave answers all of these by itself.
    """
    pages = {route.path() for route in ROUTES.values() if route.kind is Kind.PAGE and not route.variables}
    for old, new in redirects.items():
        spellings = path_spellings(old)
        if new != old and new not in spellings and f"{new}/" not in spellings and pages.isdisjoint(spellings):
            yield old, new
