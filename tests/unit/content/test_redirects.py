"""Redirects by patterns, matched in linear time."""

from __future__ import annotations

import time

import pytest

from longwave.content.site.redirects import redirect_target


@pytest.mark.parametrize(
    ("pattern", "goal", "path", "found"),
    [
        ("/{year}-{month}-{day}-{slug}.html", "/{slug}", "/2019-03-7-a-b.html", "/a-b"),
        ("/{year}-{month}-{day}-{slug}.html", "/{slug}", "/2019-march-7-a.html", None),
        ("/{year}/{slug}", "/{slug}", "/archive/a", None),
        ("/{year}{month}{day}/", "/{year}-{month}-{day}", "/20190307/", "/2019-03-07"),
        ("/{slug}-{number}.html", "/{number}-{slug}", "/a-b-12.html", "/12-a-b"),
        ("/{slug}-{number}-{rest}", "/{number}", "/a-b-12-c-13", "/12"),
        ("/{slug}-{digest}.png", "/{slug}.png", "/a-b-c.png", "/a.png"),
        ("/{a}-x/{b}", "/{a}/{b}", "/1-x-x/2", "/1-x/2"),
        ("/{slug}/{slug}.mp3", "/{slug}", "/a-b/a-b.mp3", "/a-b"),
        ("/{slug}/{slug}.mp3", "/{slug}", "/a-b/a-c.mp3", None),
        ("/{slug}.mp3", "/{slug}", "/.mp3", None),
        ("/ep{number}/{a}{b}", "/{number}{a}{b}", "/ep12/xyz", "/12xyz"),
        ("/{page}", "/{page}", "/a/b", None),
    ],
)
def test_a_pattern_leads_home(pattern: str, goal: str, path: str, found: str | None) -> None:
    """In a redirect's pattern {number}, {year}, {month} and {day} match digits; any other {name} matches no slash."""
    assert redirect_target({pattern: goal}, path) == found


@pytest.mark.parametrize(
    "pattern",
    [
        "/{year}-{month}-{day}-{slug}.html", "/{a}-{b}-{c}-{d}-{e}.html", "/{a}-{b}-{c}-{d}-{e}-", "/{a}{b}{c}{d}{e}/",
        "/{a}{number}{b}{number}x", "/{a}{a}{a}.html", "/{a}{b}{a}{b}-", "/{number}{number}{a}x", "/{a}-{number}-{b}-{year}!",
        "/{a}1{b}1{c}1{d}1{e}1{f}1{g}1{h}1!", "/{number}{n}{number}{m}!",
    ],
)  # fmt: skip
@pytest.mark.parametrize("letter", ["-", "1", "a", "1-", "é"])
def test_no_path_makes_a_pattern_slow(pattern: str, letter: str) -> None:
    """A path of eight thousand characters is matched quickly by any redirect's pattern."""
    took = []
    # Only the fastest of three runs is checked, as garbage collection slows some of them.
    for _ in range(3):
        started = time.thread_time()
        for path in (f"/{letter * 8000}"[:8000], f"/{letter * 4000}/", f"/{letter * 500}"):
            redirect_target({pattern: "/x"}, path)
        took.append(time.thread_time() - started)
    assert min(took) < 0.1
