"""Near-duplicates: tags and guests with two spellings, and therefore two pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import PurePosixPath

from rapidfuzz.distance import OSA

from longwave.authoring.checks.checked_content import Content
from longwave.content.text.plain_text import distinct_repr, slugify
from longwave.edition.store.records import GUEST
from longwave.errors import Problem
from longwave.model import Link

#: The least lengths of a tag's singular and of a name that are compared, as short ones are alike by chance.
_MIN_TAG_LENGTH, _MIN_NAME_LENGTH = 3, 5
#: Guests aren't compared for sharing a part of their names or a link if more than this many guests share it.
_MAX_SHARING = 100
_ACCOUNTS = ("twitter.com/", "x.com/", "github.com/", "gitlab.com/", "linkedin.com/in/", "bsky.app/profile/")


def similar_tags(content: Content) -> Iterator[Problem]:
    """Yield a warning for each group of tags that differ only by case or plural, at the first rarer spelling.

    Two tags that each have a file in ``content/tags`` are different on purpose.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for episode in content.episodes:
        for tag in dict.fromkeys(episode.tags):
            places[tag].append(episode.source)
    declared = {PurePosixPath(name).stem for name, source in content.intake.sources.items() if source.kind == "tag"}
    for group in _groups(places, {slugify(stem) for stem in declared}):
        usual, *rare = sorted(group, key=lambda tag: (-len(places[tag]), slugify(tag) not in declared, tag))
        uses = [(file, tag) for tag in rare for file in places[tag]]
        file, tag = uses[0]
        others = [PurePosixPath(name).name for name in dict.fromkeys(name for name, _ in uses) if name != file]
        also = f"{', '.join(others[:3])}{', …' if len(others) > 3 else ''} too." if others else ""
        hint = f"{len(places[usual])} of {len(places[usual]) + len(uses)} episodes write {usual!r}. {also}"
        expected = f"one spelling of the tag {usual!r}"
        line = content.key(file, "tags", tag)
        found = " and ".join(map(distinct_repr, rare))
        yield Problem(file, line, expected, found, hint, "warning", "tag")


def _groups(tags: Iterable[str], declared: set[str]) -> Iterator[list[str]]:
    """Yield the groups of two or more tags that differ only by case or plural."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for tag in tags:
        if slug := slugify(tag):
            spellings[slug].append(tag)
    for slug, group in sorted(spellings.items()):
        singular = next((word for word in _singulars(slug) if word in spellings), "")
        if singular and not {slug, singular} <= declared:
            spellings[singular] += group
            group.clear()
    yield from (group for _, group in sorted(spellings.items()) if len(group) > 1)


def _singulars(slug: str) -> Iterator[str]:
    """Yield the words of which a slug may be the plural; ``news`` isn't the plural of ``new``."""
    if slug.endswith("ics") or slug == "news":
        return
    for plural, singular in (("ies", "y"), ("es", ""), ("s", "")):
        word = slug.removesuffix(plural) + singular
        if slug.endswith(plural) and len(word) >= _MIN_TAG_LENGTH:
            yield word


def similar_guests(content: Content) -> Iterator[Problem]:
    """Yield a warning for each two guests who may be one person, by the spelling of their names or by a shared link.

    ``names:`` in a guest's file declares them one person, and a file for each declares them two.
    """
    episodes: dict[str, list[str]] = defaultdict(list)
    links: dict[str, set[str]] = defaultdict(set)
    known = content.catalogue.guest_slugs
    for episode in content.episodes:
        for guest in episode.guests:
            episodes[guest.name].append(episode.source)
            links[guest.name].update(map(_bare, guest.links))
    files = [GUEST.validate_json(s.record) for s in content.intake.sources.values() if s.kind == "guest" and s.record]
    declared = {guest.slug for guest in files}
    for one, other in _pairs(episodes, links):
        first, second = (known.get(slugify(name), slugify(name)) for name in (one, other))
        if first == second and first not in declared:
            yield _problem(content, episodes[other][0], one, other, "They have one page.")
        elif first != second and not {first, second} <= declared:
            common = sorted(links[one] & links[other])
            reason = f"Both have {common[0]}." if common else "Maybe they are two people; then leave it."
            yield _problem(content, episodes[other][0], one, other, reason)


def _bare(link: Link) -> str:
    # One page is often linked with and without www., https or a slash at the end.
    return link.url.partition("://")[2].removeprefix("www.").rstrip("/").lower()


def _pairs(episodes: Mapping[str, list[str]], links: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Return the pairs of similar guests' names, in each the more usual spelling first.

    ``episodes`` and ``links`` map a guest's name to the episodes with that guest and to the guest's links."""
    blocks: dict[str, set[str]] = defaultdict(set)
    # A name without a letter or digit has no page, and is like no other.
    for name in filter(slugify, episodes):
        for part in {slugify(name), *slugify(name).split("-"), *links[name]}:
            blocks[part].add(name)
    small = [sorted(block) for block in blocks.values() if len(block) <= _MAX_SHARING]
    pairs = sorted({(one, other) for block in small for one, other in combinations(block, 2)})
    alike = [(one, other) for one, other in pairs if _is_alike(one, other, links[one] & links[other])]

    def rarity(name: str) -> tuple[int, bool, str]:
        # Among equally frequent spellings the one with accents is likely to be right.
        return -len(episodes[name]), name.isascii(), name

    return [(one, other) if rarity(one) < rarity(other) else (other, one) for one, other in alike]


def _is_alike(one: str, other: str, shared: set[str]) -> bool:
    """Return whether two names may be one person's, given the links that both guests have.

    A shared website may be that of colleagues, but nobody shares an account of a social network.
    """
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
    close = OSA.distance(a, b) == 1 and (len(a) >= _MIN_NAME_LENGTH or len(a) < len(b))
    return len(a) == 1 or bool(shared) or close


def _problem(content: Content, file: str, usual: str, rare: str, reason: str) -> Problem:
    line = content.key(file, "guest", rare)
    hint = f"{reason} `names: [{rare}]` in content/guests/{slugify(usual)}.md makes them one."
    return Problem(file, line, f"one spelling of {usual!r}", distinct_repr(rare), hint, "warning", "guest")
