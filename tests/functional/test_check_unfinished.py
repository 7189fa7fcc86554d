"""Warnings of `flask check` about starter text, empty descriptions and forgotten sound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import Site


def unfinished(site: Site) -> list[tuple[str, int, str, str]]:
    """Return the "unfinished" problems that `check` finds: file, line, level and the whole text."""
    found = json.loads(site.run("check", "--format", "json").stdout)["problems"]
    return [
        (one["file"], one["line"], one["level"], f"{one['expected']}, {one['found']}. {one['hint']}")
        for one in found
        if one["rule"] == "unfinished"
    ]


def test_what_new_episode_wrote_is_told_once_it_is_public(site: Site, mp3: Path) -> None:
    """Starter text of `new episode` that is left in a published episode is a warning; the author's own words aren't."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    made = site.run("new", "episode", "My one", "--guest", "Ann Lee", "--audio", str(mp3))
    assert made.returncode == 0, made.stderr
    (path,) = (site.root / "content/podcast").glob("*.md")
    assert unfinished(site) == []
    path.write_text(path.read_text().replace("draft: true  # delete this line to publish\n", ""))
    texts = " ".join(text for *_, text in unfinished(site))
    assert "What Ann Lee and I talk about." in texts
    assert "What is said first" in texts
    assert "a description in one sentence, an empty one" in texts
    own = path.read_text().replace("What Ann Lee and I", "What Ann and I").replace("What is said first", "Hello")
    path.write_text(own.replace('description: ""', 'description: "Pots"'))
    assert unfinished(site) == []


def test_many_empty_descriptions_are_told_by_folder(site: Site) -> None:
    """More than fifty empty `description` keys are one warning for their folder; files without the key don't count."""
    for number in range(60):
        site.episode(f"2026-01-02-a{number}.md", title=f"A{number}", description="")
    site.episode("2026-01-02-b.md", title="B")
    ((file, line, _, text),) = unfinished(site)
    assert (file, line, "60 empty ones" in text) == ("content/podcast/", 0, True)


@pytest.mark.parametrize(
    ("name", "meta", "body"),
    [
        ("2026-01-02-1-first.md", {}, "Hello."),
        ("2026-01-02-first.md", {"guests": [{"name": "Ann Lee"}]}, "Hello."),
        ("2026-01-02-first.md", {}, "- 1:21 -- What she built"),
    ],
)
def test_a_show_whose_sound_was_forgotten_is_told_once(
    site: Site, name: str, meta: dict[str, object], body: str
) -> None:
    """A show that looks like a podcast but has no audio at all is one warning, unless its audio_url is empty."""
    site.episode(name, body=body, **meta)
    site.episode("2026-01-03-second.md")
    ((file, line, level, text),) = unfinished(site)
    assert (file, line, level) == ("content/podcast", 0, "warning")
    assert text.startswith("sound in content/audio/podcast/, 2 episodes without any. ")
    site.put("content/site.toml", '[shows.podcast]\naudio_url = ""\n')
    assert unfinished(site) == []


def test_a_blog_and_missing_sound_that_is_told_already_are_no_forgotten_sound(site: Site, mp3: Path) -> None:
    """A show of plain texts, and one whose missing audio another rule reports, aren't warned of as without audio."""
    site.episode("2026-01-03-second.md", show="blog")
    site.episode(mp3_bytes=1000)
    assert unfinished(site) == []
    site.episode(show="letters", guests=[{"name": "Ann Lee"}])
    site.episode(show="heard")
    site.put("content/audio/heard/1-first.mp3", mp3.read_bytes())
    assert unfinished(site) == []
