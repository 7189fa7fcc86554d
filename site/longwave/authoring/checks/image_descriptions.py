"""Pictures without words for those who don't see them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from longwave.authoring.checks.checked_content import Content
from longwave.errors import Problem

#: jekyll-assets' tags; with @path they are only an address.
_TAG = re.compile(r"\{%-?\s*(?:image|img|asset)\s+(?P<rest>(?:[^%]|%(?!\}))*)%\}")
_TOLD = re.compile(r"\balt\s*[=:]|@path\b")
_HINT = 'Say what it shows: ![A cat](cat.png). A picture for the eye only: {:role="presentation"} behind it.'


def silent_pictures(content: Content) -> Iterator[Problem]:
    """Pictures in Markdown with empty brackets, and in HTML and Liquid without ``alt``.

    ``alt=""`` in HTML, or ``{: role="presentation"}`` behind a picture in Markdown, says that it only decorates.
    """
    for text in content.texts:
        source = content.raw(text.file)
        for address in dict.fromkeys(picture.address for picture in text.references.pictures if not picture.accessible):
            for line in content.lines(text.file, address):
                yield _problem(text.file, line, address)
        for match in _TAG.finditer(source) if "{%" in source else ():
            if not _TOLD.search(match["rest"]):
                yield _problem(text.file, source.count("\n", 0, match.start()) + 1, match["rest"].strip())


def _problem(file: str, line: int, picture: str) -> Problem:
    return Problem(file, line, "words for a picture", f"none for {picture!r}"[:120], _HINT, "warning", "alt")
