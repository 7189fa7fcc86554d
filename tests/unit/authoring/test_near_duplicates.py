"""Near-duplicates: names of one person, and plurals of a word."""

from __future__ import annotations

import pytest

from longwave.authoring.checks.near_duplicates import _groups, _is_alike

TWITTER, COMPANY = {"twitter.com/ab"}, {"company.example"}


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("Andrew Brown", "Brown, Andrew", set()),
        ("Andrew Brown", "Andrew C. Brown", set()),
        ("Andrew Brown", "A. Brown", set()),
        ("Andrew Brown", "Andrew Browne", set()),
        ("Ann Lee", "Anne Lee", set()),
        ("Katherine Jones", "Katharine Jones", set()),
        ("Zoë Smith", "Zoe Smith", set()),
        ("Bob Brown", "Robert Brown", TWITTER),
        ("Mike Brown", "Michael Brown", COMPANY),
    ],
)
def test_names_of_one_person(one: str, other: str, shared: set[str]) -> None:
    """Names that differ by order, middle name, initials, accents or a typo, or share an account, are one person's."""
    assert _is_alike(one, other, shared)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("José Kirkpatrick", "Zoë Kirkpatrick", set()),
        ("Oscar Kirkpatrick", "Clara Kirkpatrick", set()),
        ("Dana Zimmerman", "Hana Zimmerman", set()),
        ("Li Wei", "Li Fei", set()),
        ("Andrew Brown", "Andrew Smith", COMPANY),
        ("Bob Brown", "Alice Brown", COMPANY),
        ("Cher", "Chera", set()),
        ("Ann", "Ann Lee", set()),
        ("王伟", "王芳", set()),
    ],
)
def test_names_of_two_people(one: str, other: str, shared: set[str]) -> None:
    """The names of relatives and colleagues, and names that rhyme, are taken for two people's."""
    assert not _is_alike(one, other, shared)


def test_words_and_their_plurals() -> None:
    """Tags that differ by case or plural are near-duplicates, unless the s isn't a plural's or each tag has a file."""
    tags = ["app", "apps", "Box", "boxes", "library", "libraries", "api", "APIs", "Rails", "rails"]
    assert [sorted(group) for group in _groups(tags, set())] == [
        ["APIs", "api"],
        ["app", "apps"],
        ["Box", "boxes"],
        ["libraries", "library"],
        ["Rails", "rails"],
    ]
    others = [
        "aw",
        "aws",
        "new",
        "news",
        "c",
        "c++",
        "c#",
        "redis",
        "kubernetes",
        "economic",
        "economics",
        "js",
        "node.js",
    ]
    assert [*_groups(others, set())] == []
    assert [*_groups(["window", "windows"], {"window", "windows"})] == []
