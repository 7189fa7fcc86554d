"""The headings that owners write into their texts although a page has one already."""

from __future__ import annotations

import html
import re

#: A heading of level 1; comments are matched, too, so that one inside a comment isn't found.
_HEADING = re.compile(r"<!--.*?(?:-->|\Z)|(?P<heading><h1\b[^>]*>(?P<text>.*?)</h1\s*>)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def split_heading(text: str) -> tuple[str, str, str]:
    """Return rendered HTML before its first heading of level 1, that heading, and the rest.

    The heading and the rest are empty if there is none. A heading without words and without a picture doesn't count.
    """
    for match in _HEADING.finditer(text):
        if match["heading"] and (_words(match["text"]) or "<img" in match["text"].lower()):
            return text[: match.start()], match["heading"], text[match.end() :]
    return text, "", ""


def without_heading(text: str, title: str) -> str:
    """Return rendered HTML without its first heading of level 1 if that says the same as the page's ``title``."""
    before, heading, after = split_heading(text)
    return f"{before}{after}" if heading and _words(heading) == _words(html.escape(title)) else text


def _words(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).casefold().split())
