"""Tags and guests that are spelt in two ways and so have two pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import PurePosixPath

from rapidfuzz.distance import OSA

from longwave.authoring.checks.checked_content import Content
from longwave.content.text.plain_text import distinct_repr, slugify
from longwave.edition.records import GUEST
from longwave.errors import Problem
from longwave.model import Link

#: Shorter ones are others: AWS is no more than one AW, and Ann isn't Amy.
_SHORTEST_TAG, _SHORTEST_NAME = 3, 5
_CROWD = 100
_ACCOUNTS = ("twitter.com/", "x.com/", "github.com/", "gitlab.com/", "linkedin.com/in/", "bsky.app/profile/")


def alike_tags(content: Content) -> Iterator[Problem]:
    """One problem for each group of tags that differ by case or plural only, at the first place of the rarer ones.

    Two tags that both have a file of their own in ``content/tags`` are meant to be two.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for episode in content.episodes:
        for tag in dict.fromkeys(episode.tags):
            places[tag].append(episode.source)
    declared = {PurePosixPath(name).stem for name, source in content.intake.sources.items() if source.kind == "tag"}
    for group in _groups(places, {slugify(stem) for stem in declared}):
        usual, *rare = sorted(group, key=lambda tag: (-len(places[tag]), slugify(tag) not in declared, tag))
        where = [(file, tag) for tag in rare for file in places[tag]]
        file, tag = where[0]
        others = [PurePosixPath(name).name for name in dict.fromkeys(name for name, _ in where) if name != file]
        also = f"{', '.join(others[:3])}{', …' if len(others) > 3 else ''} too." if others else ""
        hint = f"{len(places[usual])} of {len(places[usual]) + len(where)} episodes write {usual!r}. {also}"
        expected = f"one spelling of the tag {usual!r}"
        line = content.key(file, "tags", tag)
        found = " and ".join(map(distinct_repr, rare))
        yield Problem(file, line, expected, found, hint, "warning", "tag")


def _groups(tags: Iterable[str], declared: set[str]) -> Iterator[list[str]]:
    spellings: dict[str, list[str]] = defaultdict(list)
    for tag in tags:
        spellings[slugify(tag)].append(tag)
    for slug, group in sorted(spellings.items()):
        singular = next((word for word in _singulars(slug) if word in spellings), "")
        if singular and not {slug, singular} <= declared:
            spellings[singular] += group
            group.clear()
    yield from (group for _, group in sorted(spellings.items()) if len(group) > 1)


def _singulars(slug: str) -> Iterator[str]:
    """The words of which a word may be the plural. News are not new, and economics are not economic."""
    if slug.endswith("ics") or slug == "news":
        return
    for plural, singular in (("ies", "y"), ("es", ""), ("s", "")):
        word = slug.removesuffix(plural) + singular
        if slug.endswith(plural) and len(word) >= _SHORTEST_TAG:
            yield word


def alike_guests(content: Content) -> Iterator[Problem]:
    """Guests who may be one: by the spelling of their names, or by a page of theirs that both name.

    ``names:`` in a guest's file says that they are one, and a file for each that they are two.
    """
    seen: dict[str, list[str]] = defaultdict(list)
    links: dict[str, set[str]] = defaultdict(set)
    known = content.catalogue.guest_slugs
    for episode in content.episodes:
        for guest in episode.guests:
            seen[guest.name].append(episode.source)
            links[guest.name].update(map(_bare, guest.links))
    files = [GUEST.validate_json(s.record) for s in content.intake.sources.values() if s.kind == "guest" and s.record]
    declared = {guest.slug for guest in files}
    for one, other in _pairs(seen, links):
        first, second = (known.get(slugify(name), slugify(name)) for name in (one, other))
        if first == second and first not in declared:
            yield _told(content, seen, one, other, "They have one page.")
        elif first != second and not {first, second} <= declared:
            common = sorted(links[one] & links[other])
            why = f"Both have {common[0]}." if common else "Maybe they are two people; then leave it."
            yield _told(content, seen, one, other, why)


def _bare(link: Link) -> str:
    return link.url.partition("://")[2].removeprefix("www.").rstrip("/").lower()


def _pairs(seen: Mapping[str, list[str]], links: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The pairs of names that look like one, the usual spelling first."""
    blocks: dict[str, set[str]] = defaultdict(set)
    for name in seen:
        for part in {slugify(name), *slugify(name).split("-"), *links[name]}:
            blocks[part].add(name)
    # What very many have in common, such as the address of a company, says nothing of any two.
    some = [sorted(block) for block in blocks.values() if len(block) <= _CROWD]
    pairs = sorted({(one, other) for block in some for one, other in combinations(block, 2)})
    alike = [(one, other) for one, other in pairs if _is_alike(one, other, links[one] & links[other])]

    def rarer(name: str) -> tuple[int, bool, str]:
        # Of two that are as frequent the one with its accents is the better.
        return -len(seen[name]), name.isascii(), name

    return [(one, other) if rarer(one) < rarer(other) else (other, one) for one, other in alike]


def _is_alike(one: str, other: str, shared: set[str]) -> bool:
    """Whether two names may be one person's. Colleagues share a website, but nobody shares an account."""
    mine, yours = slugify(one).split("-"), slugify(other).split("-")
    if sorted(mine) == sorted(yours):
        return True
    account = any(address.startswith(_ACCOUNTS) for address in shared)
    if account and set(mine) & set(yours):
        return True
    if len(mine) > 1 < len(yours) and (set(mine) < set(yours) or set(yours) < set(mine)):
        return True
    different = [(a, b) for a, b in zip(mine, yours, strict=False) if a != b]
    if len(mine) != len(yours) or len(mine) < 2 or len(different) != 1:
        return False
    a, b = sorted(different[0], key=len)
    if a[0] != b[0]:
        return False
    close = OSA.distance(a, b) == 1 and (len(a) >= _SHORTEST_NAME or len(a) < len(b))
    return len(a) == 1 or bool(shared) or close


def _told(content: Content, seen: Mapping[str, list[str]], usual: str, rare: str, why: str) -> Problem:
    file = seen[rare][0]
    line = content.key(file, "guest", rare)
    hint = f"{why} `names: [{rare}]` in content/guests/{slugify(usual)}.md makes them one."
    return Problem(file, line, f"one spelling of {usual!r}", distinct_repr(rare), hint, "warning", "guest")
