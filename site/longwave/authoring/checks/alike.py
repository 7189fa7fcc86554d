"""Tags and guests that are one and are written in two ways."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from longwave.authoring.checks.content import Content
from longwave.content.slugs import slugify
from longwave.errors import Problem
from longwave.model import Appearance

#: From here on two names are worth a look; with an address in common, from the second on.
_NEAR, _RELATED = 88, 60


def tags(content: Content) -> Iterator[Problem]:
    """Tags that differ only by case or plural: one line for each file that has the rarer spelling."""
    files: dict[str, list[str]] = defaultdict(list)
    for episode in content.episodes:
        for tag in dict.fromkeys(episode.tags):
            files[tag].append(episode.source)
    groups: dict[str, list[str]] = defaultdict(list)
    for tag in files:
        groups[_singular(slugify(tag))].append(tag)
    for group in groups.values():
        best, *others = sorted(group, key=lambda tag: (-len(files[tag]), tag))
        for other in others:
            for file in files[other]:
                hint = f"{len(files[best])} of {len(files[best]) + len(files[other])} episodes write {best!r}."
                line = _line(content, file, other)
                yield Problem(file, line, f"one spelling of the tag {best!r}", repr(other), hint, "warning")


def _singular(slug: str) -> str:
    """A slug without the ending of an English plural, where something is left that is long enough to be a word."""
    if len(slug) < 5 or slug.endswith(("ss", "us", "is", "ops", "-js", "ios", "aws")):
        return slug
    if slug.endswith("ies"):
        return f"{slug[:-3]}y"
    return slug.removesuffix("s")


def _line(content: Content, file: str, tag: str) -> int:
    """The line on which a tag stands in a list, and not where its word stands in a sentence."""
    quoted = rf"[\"']?{re.escape(tag)}[\"']?"
    found = re.search(rf"(?m)^\s*-\s*{quoted}\s*$|[\[,]\s*{quoted}\s*(?=[,\]])|^tags:.*{quoted}", content.raw(file))
    return content.line(file, tag, found.start()) if found else content.line(file, tag)


def guests(content: Content) -> Iterator[Problem]:
    """Guests who are written in two ways, by their names and by what their links have in common."""
    seen: dict[str, list[tuple[Appearance, str]]] = defaultdict(list)
    for episode in content.episodes:
        for guest in episode.guests:
            slug = content.catalogue.guest_slugs.get(slugify(guest.name), slugify(guest.name))
            seen[slug].append((guest, episode.source))
    marks = {slug: _marks(appearances) for slug, appearances in seen.items()}
    for one, other in _pairs(seen):
        names = seen[one][0][0].name, seen[other][0][0].name
        near = fuzz.ratio(*map(_plain, names))
        common = sorted(marks[one] & marks[other])
        turned = sorted(_plain(names[0]).split()) == sorted(_plain(names[1]).split())
        if turned or (common and near >= _RELATED) or near >= _NEAR:
            better, rarer = sorted((one, other), key=lambda slug: (-len(seen[slug]), slug))
            yield from _told(content, seen, rarer, better, common)


def _pairs(seen: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Pairs of names that have a word in common or begin alike; to compare all with all would take too long."""
    groups: dict[str, set[str]] = defaultdict(set)
    for slug in seen:
        for part in slug.split("-"):
            groups[part[:4]].add(slug)
    yield from sorted({pair for group in groups.values() for pair in combinations(sorted(group), 2)})


def _told(
    content: Content, seen: Mapping[str, list[tuple[Appearance, str]]], rarer: str, better: str, common: list[str]
) -> Iterator[Problem]:
    name = Counter(guest.name for guest, _ in seen[better]).most_common(1)[0][0]
    why = f"Both have {common[0]}." if common else "Maybe they are two people; then leave it."
    for guest, file in seen[rarer]:
        hint = f"{why} `names: [{guest.name}]` in content/guests/{better}.md makes them one."
        line = content.line(file, guest.name)
        yield Problem(file, line, f"one spelling of {name!r}", repr(guest.name), hint, "warning")


def _marks(appearances: list[tuple[Appearance, str]]) -> set[str]:
    """What only one person has: their addresses, without what says nothing."""
    found = set()
    for guest, _ in appearances:
        for link in guest.links:
            parts = urlsplit(link.url.lower())
            found.add(f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}")
    return found - {""}


def _plain(name: str) -> str:
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w\s]", " ", bare.casefold()).split())
