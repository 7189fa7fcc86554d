"""The variables that Jekyll gives to a template: ``site`` with its posts, collections and data, and each post's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from textwrap import indent
from typing import Any

from longwave.content.fields.content_file import decode
from longwave.content.fields.plain_data import load_yaml
from longwave.content.liquid import Surroundings
from longwave.errors import ContentError
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.posts import POSTS, Post, front_matter_defaults

#: The limit in bytes on an include and on a data file.
_MAX_BYTES = 100_000
_DATA_SUFFIXES = (".yml", ".yaml", ".json")


class PostVariables(dict[str, Any]):
    """The variables of a post. Limits on Liquid's work count it as a single item, however long its front matter is."""

    def values(self) -> Collection[Any]:  # type: ignore[override]  # only the limits ask for all values
        """Return no values."""
        return ()


def surroundings(source: SourceSite, posts: Sequence[Post]) -> Surroundings:
    """Return the surroundings of a template of the old site, in which ``site`` has the published posts."""
    includes = {}
    for name in source.files:
        if name.startswith("_includes/") and source.path(name).stat().st_size < _MAX_BYTES:
            try:
                includes[name.removeprefix("_includes/")] = decode(name, source.path(name).read_bytes())
            except ContentError:
                continue
    return Surroundings(_site(source, posts), includes, {}, lambda _: None)


def post_variables(source: SourceSite, post: Post) -> PostVariables:
    """Return the variables that Liquid has for a post; its text isn't rendered, so ``content`` is empty."""
    own = {
        "url": post.url,
        "id": post.post_id,
        "slug": post.slug,
        "path": post.name,
        "relative_path": post.name,
        "date": post.date.isoformat(sep=" "),
        "categories": list(post.categories),
        "collection": post.collection,
        "content": "",
        "excerpt": "",
    }
    kind = post.collection
    return PostVariables({"title": post.slug, **front_matter_defaults(source, post.name, kind), **post.meta, **own})


def _site(source: SourceSite, posts: Sequence[Post]) -> Mapping[str, Any]:
    oldest_first = sorted((post for post in posts if post.is_published), key=lambda post: (post.date, post.name))
    collections: dict[str, list[PostVariables]] = {label: [] for label in source.collections}
    categories: dict[str, list[PostVariables]] = {}
    tags: dict[str, list[PostVariables]] = {}
    for post in oldest_first:
        document = post_variables(source, post)
        collections.setdefault(post.collection, []).append(document)
        if post.collection == POSTS:
            for category in post.categories:
                categories.setdefault(category, []).insert(0, document)
            for tag in post.episode.tags if post.episode else ():
                tags.setdefault(tag, []).insert(0, document)
    newest_first = collections.pop(POSTS, [])[::-1]
    return {
        **source.config,
        **collections,
        "url": source.url,
        "baseurl": source.base,
        "posts": newest_first,
        "documents": [*newest_first, *(document for each in collections.values() for document in each)],
        "categories": categories,
        "tags": tags,
        "data": _data(source),
        # Only the year matters to feeds, whose dates of building aren't imported.
        "time": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _data(source: SourceSite) -> Mapping[str, Any]:
    """Return the small files of ``_data`` by their names without suffixes."""
    values: dict[str, Any] = {}
    for name in source.files:
        stem, dot, suffix = name.removeprefix("_data/").rpartition(".")
        is_data = name.startswith("_data/") and "/" not in stem and f"{dot}{suffix}" in _DATA_SUFFIXES
        if is_data and source.path(name).stat().st_size < _MAX_BYTES:
            try:
                # The file is parsed as front matter below a key, so that it may be a list; JSON is valid YAML, too.
                text = source.text(name, _MAX_BYTES).removeprefix("---\n")
                values[stem] = load_yaml(name, f"data:\n{indent(text, ' ')}").get("data")
            except ContentError:
                continue
    return values
