"""Values of front matter and of site.toml that look harmless and would publish something else than was meant."""

from __future__ import annotations

import pytest

from longwave.content.episodes.episode_file import parse_episode
from longwave.content.site.site_toml import parse_site, with_shows

SITE = with_shows(parse_site("[shows.podcast]")[0], ["podcast"])


@pytest.mark.parametrize(
    "line",
    [
        'live: {strat: "2026-12-05 20:00"}',
        "live: {a: {b: c}}",
        "live: {}",
        "block: {service: [search]}",
        "block: {a: {b: c}}",
        'image: "https://"',
        "author: [{}]",
        "author: [[1]]",
        'aliases: "javascript:alert(1)"',
        "mp3_bytes: true",
        "season: true",
        "number: true",
    ],
)
def test_an_odd_value_is_left_out_with_a_warning(line: str) -> None:
    """An odd value of a key of front matter is left out with a warning, and the episode is published without it."""
    parsed = parse_episode(
        "content/podcast/2026-01-02-1-a.md", f"---\ntitle: A\n{line}\n---\nHello.\n", SITE, SITE.shows[0], 0
    )
    plain = parse_episode("content/podcast/2026-01-02-1-a.md", "---\ntitle: A\n---\nHello.\n", SITE, SITE.shows[0], 0)
    assert parsed.problems
    assert all(problem.level == "warning" and problem.line == 3 for problem in parsed.problems)
    page = {"page": plain.episode.page}
    assert {**vars_of(parsed.episode), **page} == {**vars_of(plain.episode), **page}


@pytest.mark.parametrize("line", ['image = "https://"', "block = {a = true}", "block = {}", "owner = {}"])
def test_an_odd_setting_is_left_out_with_a_problem(line: str) -> None:
    """An odd value of a show's key is left out and named in words."""
    site, problems = parse_site(f"[shows.podcast]\n{line}\n")
    assert problems
    assert "Field required" not in str(problems)
    assert site.shows[0].feed.block == SITE.shows[0].feed.block


@pytest.mark.parametrize(
    ("line", "field", "found"),
    [
        ('funding: [{"Good": "https://f.example/e"}, {"Bad": "nope"}]', "funding", ["https://f.example/e"]),
        (
            'discuss: ["https://f.example/1", {"Reddit": "https://r.example/x"}]',
            "discuss",
            ["https://f.example/1", "https://r.example/x"],
        ),
        ('discuss: [{"Bad": "nope"}, {"Forum": "https://f.example/1"}]', "discuss", ["https://f.example/1"]),
    ],
)
def test_a_bad_link_in_a_list_costs_itself(line: str, field: str, found: list[str]) -> None:
    """A list of named links may mix their forms, and a bad one costs only itself."""
    parsed = parse_episode(
        "content/podcast/2026-01-02-1-a.md", f"---\ntitle: A\n{line}\n---\nHello.\n", SITE, SITE.shows[0], 0
    )
    assert [link.url for link in getattr(parsed.episode, field)] == found
    assert len(parsed.problems) == line.count("nope")


def test_soundbites_keep_fractions() -> None:
    """A soundbite's start and duration may have fractions of a second."""
    line = 'soundbites: [{start: "0:10.5", duration: 12.25}, {start: "9:99", duration: 1}]'
    parsed = parse_episode(
        "content/podcast/2026-01-02-1-a.md", f"---\ntitle: A\n{line}\n---\nHello.\n", SITE, SITE.shows[0], 0
    )
    assert [(bite.start, bite.duration) for bite in parsed.episode.soundbites] == [(10.5, 12.25)]
    assert len(parsed.problems) == 1


def vars_of(episode: object) -> dict[str, object]:
    """Return the values of an episode's fields by name."""
    return {name: getattr(episode, name) for name in episode.__dataclass_fields__}  # type: ignore[attr-defined]
