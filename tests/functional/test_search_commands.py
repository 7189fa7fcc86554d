"""`longwave search` and `longwave searches`."""

from __future__ import annotations

import pytest
from support import Site

from longwave.search.search_counts import SearchCounts


@pytest.fixture
def site(site: Site) -> Site:
    """Return the site with two episodes."""
    site.episode("2019-01-01-1-k8s.md", title="Kubernetes & co", guest="Ann Lee", body="- 1:21 -- On kubernetes")
    site.episode("2019-02-01-2-other.md", title="Other", body="Nothing of it.")
    return site


def test_a_search_shows_scores_reasons_and_moments(site: Site) -> None:
    """`longwave search` prints each result with its score, reasons and matching timestamps, without markup."""
    done = site.run("search", "kubernettes")
    assert done.returncode == 0, done.stderr
    assert "Showing results for kubernetes." in done.stdout
    assert "1 episode." in done.stdout
    assert "  1. Kubernetes & co\n" in done.stdout
    assert "/podcast/1-k8s  score " in done.stdout
    assert "kubernetes: title, notes" in done.stdout
    assert "1:21  On kubernetes" in done.stdout
    assert "<mark>" not in done.stdout


def test_a_search_may_find_nothing(site: Site) -> None:
    """`longwave search` suggests another query if nothing is found; several words need no quotes."""
    assert "would find something: kubernetes" in site.run("search", "kubernettes", "--exact").stdout
    assert "1 episode." in site.run("search", "ann", "lee").stdout
    assert "1 episode." in site.run("search", "--", "-kubernetes").stdout


def test_a_bad_option_is_one_line(site: Site) -> None:
    """`longwave search --page` refuses a value that is no number, without a traceback."""
    done = site.run("search", "x", "--page", "y")
    assert done.returncode == 2
    assert "page: expected a whole number" in done.stderr
    assert "Traceback" not in done.stderr


def test_searches_lists_what_listeners_look_for(site: Site) -> None:
    """`longwave searches` lists frequent searches, then those without results, and says if there are none."""
    assert site.run("searches").stdout == "No search was counted yet.\n"
    counts = SearchCounts(site.root / "instance")
    for query, found in (("rails", 3), ("rails", 3), ("cobol", 0)):
        counts.add(query, found)
    shown = site.run("searches").stdout
    assert shown.index("rails") < shown.index("cobol") < shown.index("Found nothing") < shown.rindex("cobol")
    assert "off" in site.run("searches", LONGWAVE_COUNT_SEARCHES="0").stdout
    assert site.run("searches", "--forget").stdout == "Every count is deleted.\n"
    assert site.run("searches").stdout == "No search was counted yet.\n"


def test_a_damaged_index_is_made_anew(site: Site) -> None:
    """`longwave search` rebuilds a damaged search index, says so, and prints the results."""
    site.run("reindex")
    (segment,) = site.root.glob("index/editions/*/search/*.seg")
    segment.write_bytes(segment.read_bytes()[:-100])
    done = site.run_program("search", "kubernetes")
    assert done.returncode == 0
    assert "made anew" in done.stderr
    assert "Traceback" not in done.stderr
    assert "1 episode." in done.stdout
