"""The bodies of posts and pages in HTML, which Jekyll shows as they are and Markdown might read otherwise."""

from __future__ import annotations

from contextlib import suppress

from longwave.content.fields.content_file import split_front_matter
from longwave.content.kramdown.blocks import parse_document
from longwave.content.kramdown.tree import Node
from longwave.errors import ContentError
from longwave.moving.jekyll.import_parts import NewFile
from longwave.moving.jekyll.jekyll_site import SourceSite

HTML_SUFFIXES = (".html", ".htm")
#: The kinds of nodes that Markdown makes of HTML, and of nothing.
_UNCHANGED = ("html", "raw", "comment", "blank", "eob")


def copied_text(source: SourceSite, name: str, target: str) -> NewFile:
    """Return a post's or a page's new file: a copy, or HTML inside a `div` where Markdown would read it otherwise."""
    text = None
    # A file that can't be read is copied, and `longwave check` names it.
    with suppress(ContentError):
        text = protected_html(name, source.text(name)) if name.lower().endswith(HTML_SUFFIXES) else None
    return NewFile(target, source.path(name) if text is None else text.encode())


def protected_html(name: str, text: str) -> str | None:
    """Return a file's text with its body inside a `div`; None if Markdown leaves the body as it is."""
    try:
        body = split_front_matter(name, text).body
    except ContentError:
        return None
    if not body.strip() or all(_is_unchanged(node) for node in parse_document(body).root.children):
        return None
    return f'{text.removesuffix(body)}\n<div markdown="0">\n{body.strip(chr(10))}\n</div>\n'


def _is_unchanged(node: Node | str) -> bool:
    return isinstance(node, Node) and node.kind in _UNCHANGED
