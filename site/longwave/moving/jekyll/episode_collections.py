"""The collections of a Jekyll site that hold episodes, beside its posts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from longwave.content.fields.content_file import split_front_matter
from longwave.errors import ContentError
from longwave.moving.jekyll.jekyll_site import SourceSite

MARKDOWN_SUFFIXES = (".md", ".markdown", ".mkd", ".mkdn", ".mkdown")
HTML_SUFFIXES = (".html", ".htm", ".xhtml")
#: The labels of collections that hold no episodes, even if their documents have a date or a file.
_NO_EPISODES = frozenset({
    "hosts", "guests", "people", "authors", "team", "tags", "categories", "pages", "sponsors", "services", "speakers",
    "faq", "docs", "transcripts",
})  # fmt: skip
#: The keys by which a document shows that it is an episode.
_EPISODE_KEYS = re.compile(
    r"^(?:audio|mp3|enclosure|podcast|itunes|episode|duration|file|media|sound|soundcloud|youtube)", re.IGNORECASE
)


def episode_collections(source: SourceSite) -> Iterator[str]:
    """Yield the label of each collection that a podcast feed reads, or most of whose documents state sound."""
    feeds = _feed_templates(source)
    for label in source.collections:
        names = [name for name in source.files if name.startswith(f"_{label}/")]
        documents = [name for name in names if name.lower().endswith((*MARKDOWN_SUFFIXES, *HTML_SUFFIXES))]
        if not documents or label.lower() in _NO_EPISODES:
            continue
        is_in_feed = re.search(rf"\bsite\.{re.escape(label)}\b", feeds) is not None
        if is_in_feed or 2 * sum(_states_sound(source, name) for name in documents) >= len(documents):
            yield label


def _states_sound(source: SourceSite, name: str) -> bool:
    with suppress(ContentError):
        return any(map(_EPISODE_KEYS.match, map(str, split_front_matter(name, source.text(name)).meta)))
    return False


def _feed_templates(source: SourceSite) -> str:
    """Return the templates of feeds with enclosures, their layouts and includes among them, in one text."""
    texts = []
    for name in source.files:
        if name.endswith((".xml", ".rss")):
            with suppress(ContentError):
                texts.append(source.text(name))
    return "\n".join(texts) if any("<enclosure" in text for text in texts) else ""
