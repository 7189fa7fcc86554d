"""Languages of transcripts: their tags, in the names of files as well, and the names by which their readers know them.

Only languages that CLDR (Babel's data) names count as such, so that ``talk.old.vtt`` isn't one in a language ``old``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from babel import Locale, UnknownLocaleError

_TAG = re.compile(r"([a-z]{2,3})((?:[-_][a-z0-9]{2,8}){0,3})", re.IGNORECASE | re.ASCII)


def normal_tag(text: str) -> str:
    """Return a language's tag as BCP 47 writes it, such as ``es`` or ``pt-BR``. Raises ValueError for other texts."""
    match = _TAG.fullmatch(text.strip())
    if match is None or match[1].lower() not in _known():
        raise ValueError("a language such as es or pt-BR")
    parts = match[2].replace("_", "-").split("-")[1:]
    return "-".join((match[1].lower(), *map(_subtag, parts)))


def _subtag(part: str) -> str:
    """Return a part of a language's tag in its usual case: a country such as ``BR``, a script such as ``Latn``."""
    if len(part) == 2:
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()


def split_language(name: str) -> tuple[str, str]:
    """Return a file's name without a language's tag at its end, and the tag: ``1-hello``, ``es`` for ``1-hello.es``.

    The tag is empty for a name without one.
    """
    rest, dot, tag = name.rpartition(".")
    try:
        return (rest, normal_tag(tag)) if dot and rest else (name, "")
    except ValueError:
        return name, ""


def best_match(languages: Sequence[str], wanted: str) -> int:
    """Return the index in ``languages`` of the tag ``wanted``, else of the same language in another country, else 0.

    The 0 stands for the first language, which a reader gets if none matches.
    """
    wanted = wanted.lower()
    tags = [language.lower() for language in languages]
    roots = [tag.partition("-")[0] for tag in tags]
    return tags.index(wanted) if wanted in tags else max(0, _find(roots, wanted.partition("-")[0]))


def is_same_language(one: str, other: str) -> bool:
    """Return whether two tags are of one language, spoken in whichever country."""
    return one.lower().partition("-")[0] == other.lower().partition("-")[0]


def _find(roots: Sequence[str], wanted: str) -> int:
    return roots.index(wanted) if wanted in roots else -1


@cache
def own_name(tag: str) -> str:
    """Return the name of a language in the language itself, such as ``español``; the tag where it isn't known."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag


@cache
def _known() -> frozenset[str]:
    return frozenset(Locale("en").languages)
