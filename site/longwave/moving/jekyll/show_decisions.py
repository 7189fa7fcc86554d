"""The decision which shows the old site has, and to which of them each post belongs.

The old podcast feeds decide: posts of one feed are one show. Collections come next, then those categories that look
like a show. Topics, seasons and years are no shows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from longwave.authoring.inventory import FIRST_SHOW
from longwave.content.site.site_toml import RESERVED_NAMES
from longwave.content.text.plain_text import slugify
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_feeds import JekyllFeed
from longwave.moving.jekyll.posts import POSTS, Post

#: The show of posts that no podcast feed has and whose categories name none.
_OTHER_POSTS = "blog"
_SEASON = re.compile(r"(?:s|season|staffel|saison|temporada|year|jahr)?[-_ ]?\d+", re.IGNORECASE)
#: The words that name a kind of posts, not a topic.
_KINDS = frozenset(
    [
        "podcast",
        "podcasts",
        "episode",
        "episodes",
        "episoden",
        "folge",
        "folgen",
        "show",
        "shows",
        "interview",
        "interviews",
        "talk",
        "talks",
        "blog",
        "news",
        "post",
        "posts",
        "article",
        "articles",
        "bonus",
        "trailer",
        "extra",
        "extras",
        "livestream",
        "livestreams",
        "video",
        "videos",
        "newsletter",
    ]
)


@dataclass(frozen=True, slots=True)
class PodcastFeed:
    """A show's feed on the old site, and the names of the files of the show's posts."""

    show: str
    feed: JekyllFeed
    posts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shows:
    """The decision: the slug of the show of each post, by the post's name, and the podcast feeds of the shows.

    ``topics`` are the categories that seemed to be shows but aren't, each with the number of its posts.
    """

    by_post: Mapping[str, str]
    podcasts: tuple[PodcastFeed, ...]
    topics: Mapping[str, int]


def decide_shows(source: SourceSite, posts: Sequence[Post], feeds: Sequence[JekyllFeed]) -> Shows:
    """Return the shows of these posts, of which ``feeds`` are the old feeds."""
    podcasts = tuple(_podcasts(posts, feeds))
    kinds = _categories_that_are_shows(source, posts, feeds)
    by_post: dict[str, str] = {}
    for post in posts:
        own = next((podcast.show for podcast in podcasts if post.name in podcast.posts), "")
        by_post[post.name] = own or _show_of_other(post, podcasts, kinds)
    topics = Counter(
        post.categories[0] for post in posts if post.categories and slugify(post.categories[0]) not in by_post.values()
    )
    return Shows(by_post, podcasts, topics)


def _podcasts(posts: Sequence[Post], feeds: Sequence[JekyllFeed]) -> Iterator[PodcastFeed]:
    """Yield the feed of each show: feeds with sound that have no episode in common."""
    by_name = {post.name: post for post in posts}
    with_sound = [feed for feed in feeds if any(item.enclosure for item in feed.entries.values())]
    kept: list[JekyllFeed] = []
    for feed in sorted(with_sound, key=lambda each: -len(each.entries)):
        parts = [other for other in with_sound if other is not feed and other.entries.keys() <= feed.entries.keys()]
        is_union = _are_shows(feed, parts)
        if not is_union and not any(other.entries.keys() & feed.entries.keys() for other in kept):
            kept.append(feed)
    taken: set[str] = set()
    for feed in kept:
        names = _episodes_of(feed, posts)
        covered = [by_name[name] for name in feed.entries if name in by_name]
        show = _slug(feed, covered, is_only=len(kept) == 1)
        while show in taken:
            show += "-2"
        taken.add(show)
        yield PodcastFeed(show, feed, names)


def _are_shows(union: JekyllFeed, parts: Sequence[JekyllFeed]) -> bool:
    """Return whether ``parts``, feeds of some of the posts in ``union``, are the feeds of shows of their own.

    Their posts differ, and so do their titles, unlike those of the feeds of one show's formats, seasons or topics.
    """
    titles = {part.channel.first_text("title") for part in parts}
    if len(parts) < 2 or len({*titles, union.channel.first_text("title")}) <= len(parts):
        return False
    count = sum(len(part.entries) for part in parts)
    disjoint = len({name for part in parts for name in part.entries}) == count
    with_cover = [part for part in parts if part.channel.all("itunes:image") or part.channel.all("image")]
    named = any(_SEASON.fullmatch(part.address.rpartition("/")[2].partition(".")[0]) for part in parts)
    has_cover = union.channel.all("itunes:image") or union.channel.all("image")
    return disjoint and not named and (len(with_cover) == len(parts) or not has_cover)


def _episodes_of(feed: JekyllFeed, posts: Sequence[Post]) -> frozenset[str]:
    """Return the names of the posts of a feed, also those that it would have if it were longer or they were out."""
    covered = [post for post in posts if post.name in feed.entries]
    collections = {post.collection for post in covered}
    published = [post for post in posts if post.is_published and post.collection in collections]
    common = _common_categories(covered)
    all_covered = all(post.name in feed.entries for post in published)
    oldest = min((post.date for post in covered), default=None)

    def belongs(post: Post) -> bool:
        if post.name in feed.entries:
            return True
        alike = post.collection in collections and (bool(common & {*map(slugify, post.categories)}) or not common)
        is_beyond = not feed.complete and oldest is not None and post.date < oldest
        return alike and (is_beyond or (not post.is_published and (bool(common) or all_covered)))

    return frozenset(post.name for post in posts if belongs(post))


def _common_categories(posts: Sequence[Post]) -> set[str]:
    sets = [{*map(slugify, post.categories)} for post in posts]
    return set.intersection(*sets) - {""} if sets else set()


def _slug(feed: JekyllFeed, posts: Sequence[Post], *, is_only: bool) -> str:
    """Return a slug for the show of a feed: the category of all of its posts, else their collection."""
    common = _common_categories(posts)
    firsts = Counter(slugify(category) for post in posts for category in post.categories if slugify(category) in common)
    named = [slug for slug, _ in firsts.most_common() if slug in feed.words or slug in _KINDS]
    shared = _only_first_category(posts)
    labels = {post.collection for post in posts} - {POSTS}
    label = slugify(labels.pop()) if len(labels) == 1 else ""
    title = "" if is_only else slugify(feed.channel.first_text("title"))
    return _free(next((slug for slug in (*named, shared, label, title) if slug), FIRST_SHOW))


def _only_first_category(posts: Sequence[Post]) -> str:
    """Return the slug of the first category of all posts; empty where they differ, or it is a season's or a year's."""
    firsts = {slugify(post.categories[0]) if post.categories else "" for post in posts}
    only = firsts.pop() if len(firsts) == 1 else ""
    return "" if _SEASON.fullmatch(only) else only


def _categories_that_are_shows(source: SourceSite, posts: Sequence[Post], feeds: Sequence[JekyllFeed]) -> set[str]:
    """Return the slugs of first categories that look like shows, as they have a folder, a feed or a page."""
    firsts = {slugify(post.categories[0]) for post in posts if post.categories} - {""}
    words = {slugify(word) for feed in feeds for word in feed.words}
    settings = source.config.get("feed")
    listed = settings.get("categories") if isinstance(settings, dict) else None
    words |= {slugify(str(category)) for category in listed} if isinstance(listed, list) else set()
    folders = {slug for slug in firsts if _has_folder(slug, posts)}
    pages = {slugify(name.split("/")[0].partition(".")[0]) for name in source.files if not name.startswith(("_", "."))}
    by_defaults = {
        slugify(post.categories[0])
        for post in posts
        if post.categories and not {"category", "categories"} & post.meta.keys()
    }
    shows = firsts & (words | folders | pages | _KINDS | by_defaults | {_only_first_category(posts)})
    if shows and not any(feed.count_audio() for feed in feeds):
        # Beside a show, a category that posts have instead of the show's is another show, and no topic of that show.
        shows |= {slug for slug in firsts if not any(shows & slugs for slugs in _categories_beside(slug, posts))}
    return {slug for slug in shows if not _SEASON.fullmatch(slug)}


def _categories_beside(slug: str, posts: Sequence[Post]) -> Iterator[set[str]]:
    """Yield the slugs of all categories of each post whose first category has this slug."""
    sets = ([slugify(category) for category in post.categories] for post in posts)
    return (set(slugs) for slugs in sets if slugs[:1] == [slug])


def _has_folder(slug: str, posts: Sequence[Post]) -> bool:
    """Return whether all posts whose first category has this slug lie in a folder of their own."""
    own = [post for post in posts if post.categories and slugify(post.categories[0]) == slug]
    folders = {post.name.rpartition("/")[0] for post in own}
    names = {part for folder in folders for part in folder.split("/")}
    others = {post.name.rpartition("/")[0] for post in posts} - folders
    return bool(own) and (slug in map(slugify, names) or (bool(others) and folders.isdisjoint({"_posts"})))


def _show_of_other(post: Post, podcasts: Sequence[PodcastFeed], kinds: set[str]) -> str:
    """Return the show of a post that no podcast feed has: its collection, else the category that looks like one."""
    if post.collection != POSTS:
        return _free(slugify(post.collection) or FIRST_SHOW)
    category = next((slug for slug in map(slugify, post.categories[:1]) if slug in kinds), "")
    if category:
        return _free(category)
    folder = "" if podcasts else next((slug for slug in _folders(post) if not _SEASON.fullmatch(slug)), "")
    if folder and not post.categories:
        return _free(folder)
    return FIRST_SHOW if not podcasts else _OTHER_POSTS


def _folders(post: Post) -> Iterator[str]:
    """Yield the slugs of a post's folders below ``_posts``."""
    _, _, below = post.name.partition("_posts/")
    yield from filter(None, map(slugify, below.split("/")[:-1]))


def _free(slug: str) -> str:
    return f"{slug}-show" if slug in RESERVED_NAMES else slug
