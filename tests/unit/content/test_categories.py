"""Apple's podcast categories."""

from __future__ import annotations

import pytest

from longwave.content.site.categories import CATEGORIES, find_category, nearest_category
from longwave.content.site.site_toml import parse_site
from longwave.model import Category


def test_the_list_is_apples() -> None:
    """The list has all of Apple's 19 podcast categories and 91 subcategories."""
    assert len(CATEGORIES) == 19
    assert sum(map(len, CATEGORIES.values())) == 91


def test_case_does_not_matter() -> None:
    """A category typed in any case is stored in Apple's spelling."""
    assert find_category(Category("tv & film", "after shows")) == Category("TV & Film", "After Shows")
    assert find_category(Category("Technology", "Podcasting")) is None


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        (Category("Tecnology"), "Technology"),
        (Category("Society and Culture"), "Society & Culture"),
        (Category("Documentary"), "Society & Culture > Documentary"),
        (Category("Education", "How-To"), "Education > How To"),
    ],
)
def test_the_nearest_is_offered(wrong: Category, meant: str) -> None:
    """The hint for a category with a typo, with `and` for `&`, or without its parent names the one that was meant."""
    assert nearest_category(wrong) == meant


def test_an_unknown_category_is_reported_and_left_out() -> None:
    """An unknown category is reported with the nearest one; the other categories apply."""
    site, problems = parse_site('categories = ["Tecnology", "History"]')
    assert site.categories == (Category("History"),)
    assert [(p.line, p.found) for p in problems] == [(1, "'Tecnology'")]
    assert "Did you mean 'Technology'?" in problems[0].hint
