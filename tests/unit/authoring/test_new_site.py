"""`longwave new site`: the files of a new site, and the answers that they are made of."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest

from longwave.authoring.new_site import (
    SiteAnswers,
    create_site,
    suggested_title,
    system_language,
    system_timezone,
    validated_answer,
)
from longwave.content.site.site_toml import parse_site
from longwave.errors import LongwaveError

TODAY = date(2026, 1, 31)


def tree(folder: Path) -> list[str]:
    """Return the names of all files in a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_the_answers_are_in_site_toml(tmp_path: Path) -> None:
    """A new site's site.toml has the given answers, whatever characters they contain, and is free of problems."""
    start = SiteAnswers('Ann\'s "Show": \\ 🎙', "Ann Lee", "https://a.example", "pt-BR", "Europe/Berlin")
    assert "content/site.toml" in create_site(tmp_path / "a" / "b", start, TODAY)
    site, problems = parse_site((tmp_path / "a/b/content/site.toml").read_text("utf-8"))
    assert problems == ()
    assert (site.title, site.author, site.url) == (start.title, start.author, start.url)
    assert (site.language, site.timezone) == (start.language, start.timezone)
    assert [(show.slug, show.title) for show in site.shows] == [("podcast", start.title)]


def test_what_is_taught_in_comments_is_right(tmp_path: Path) -> None:
    """Each commented-out setting in a new site.toml is valid without its #."""
    create_site(tmp_path, SiteAnswers("A"), TODAY)
    lines = (tmp_path / "content/site.toml").read_text("utf-8").splitlines()
    bare = [line.removeprefix("# ") if " = " in line else line for line in lines]
    site, problems = parse_site("\n".join(bare))
    assert problems == ()
    assert (site.author, site.image, site.url) == ("Ann Lee", "cover.jpg", "https://podcast.example.com")
    assert site.shows[0].links[0].label == "Apple Podcasts"


def test_the_wsgi_file_has_three_lines(tmp_path: Path) -> None:
    """A new site's wsgi.py has three lines."""
    create_site(tmp_path, SiteAnswers("A"), TODAY)
    assert len((tmp_path / "wsgi.py").read_text().splitlines()) == 3


@pytest.mark.parametrize("taken", ["content/x.md", "wsgi.py", "index/.gitignore", "index", ".gitignore"])
def test_nothing_is_written_where_something_is(tmp_path: Path, taken: str) -> None:
    """A new site isn't written into a folder that already holds a site, or one of its files."""
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(LongwaveError, match=r"expected .* found .*Nothing was written"):
        create_site(tmp_path, SiteAnswers("A"), TODAY)
    assert tree(tmp_path) == before
    assert (tmp_path / taken).read_text() == "mine"


def test_what_was_written_is_taken_back(
    tmp_path: Path, room_for: Callable[[int], AbstractContextManager[None]]
) -> None:
    """If one file of a new site can't be written, the other new files and folders are removed."""
    (tmp_path / "mine").write_text("")
    with (
        room_for(600),
        pytest.raises(LongwaveError, match=r"site\.toml: expected room to write, found: File too large"),
    ):
        create_site(tmp_path, SiteAnswers("A"), TODAY)
    assert tree(tmp_path) == ["mine"]


def test_a_link_to_nowhere_is_no_folder(tmp_path: Path) -> None:
    """A dangling symbolic link as the new site's folder is reported, not followed."""
    (tmp_path / "site").symlink_to(tmp_path / "gone")
    with pytest.raises(LongwaveError, match="site: expected a folder, found something else"):
        create_site(tmp_path / "site", SiteAnswers("A"), TODAY)


@pytest.mark.parametrize(
    ("key", "typed", "answer"),
    [("title", "  A \n B ", "A B"), ("url", "pod.example.com/", "https://pod.example.com"), ("url", "", ""),
     ("url", "http://localhost:8080", "http://localhost:8080"), ("language", "de", "de"), ("author", "", "")],
)  # fmt: skip
def test_answers_are_taken_as_meant(key: str, typed: str, answer: str) -> None:
    """Typed answers about a new site are stripped of spaces, and a web address may lack its scheme."""
    assert validated_answer(key, typed) == answer


@pytest.mark.parametrize(
    ("key", "typed"),
    [("title", " "), ("url", "ftp://a.example"), ("url", "my podcast"), ("url", "https://a.example:port"), ("url", "https://a.example/b"),
     ("language", "English"), ("language", "")],
)  # fmt: skip
def test_answers_that_no_site_could_have(key: str, typed: str) -> None:
    """An answer that is no valid value for site.toml is refused, with what was expected."""
    with pytest.raises(ValueError, match=r"^an? "):
        validated_answer(key, typed)


def test_what_the_machine_knows() -> None:
    """A new site's title, language and zone are suggested from the folder's name, the locale and the machine's zone."""
    assert suggested_title(Path("/a/my-new_show")) == "My New Show"
    assert suggested_title(Path("/")) == "Podcast"
    assert [system_language({"LANG": text}) for text in ("de_DE.UTF-8", "C.UTF-8", "POSIX", "fr", "")] == [
        "de", "en", "en", "fr", "en"
    ]  # fmt: skip
    assert system_timezone({"TZ": ":Asia/Tokyo"}) == "Asia/Tokyo"


def test_the_time_zone_of_a_machine(tmp_path: Path) -> None:
    """Without TZ, the machine's time zone is the target of the /etc/localtime link, or UTC if there is no link."""
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Europe/Lisbon")
    assert system_timezone({}, tmp_path / "localtime") == "Europe/Lisbon"
    assert system_timezone({"TZ": "no/where"}, tmp_path / "none") == "UTC"
