"""The file names of downloads."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from longwave.audio.audio_files import attachment, download_name
from longwave.model import Episode, Person, Show


def named(file: str, title: str = "Title", show: str = "Show") -> str:
    """Return the file name under which an audio file of an episode with this title is downloaded."""
    episode = Episode("s", "e", "content/s/e.md", title, datetime(2026, 1, 1, tzinfo=UTC))
    return download_name(file, Show("s", show, "", "en", "Ada", Person("Ada")), episode)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Django, and why", "Show - Django, and why.mp3"),
        ('AC/DC: "what?"', "Show - AC DC what.mp3"),
        ("Höhe\n\u202egnp.exe\u202c", "Show - Höhe gnp.exe.mp3"),
        ("...", "Show -.mp3"),
        ("日本語 100%", "Show - 日本語 100%.mp3"),
    ],
)
def test_an_episode_is_named_by_show_and_title(title: str, name: str) -> None:
    """A download is named by show and title; control characters and those that file systems refuse become spaces."""
    assert named("e.mp3", title) == name


def test_the_files_own_name() -> None:
    """The download of a file that no episode has keeps the file's name, without its folders."""
    assert download_name("old/Trailer 1.m4a", None, None) == "Trailer 1.m4a"
    assert download_name("noise", None, None) == "noise"


def test_a_long_name_is_cut_between_letters() -> None:
    """No download's name is longer than file systems allow, and its extension stays."""
    name = named("e.opus", "ü" * 500)
    assert len(name.encode()) <= 200
    assert re.fullmatch(r"Show - ü+\.opus", name)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Show - Title.mp3", "Show - Title.mp3"),
        ("Show - Höhe 100%.mp3", "Show - Hohe 100.mp3"),
        ("日本語.mp3", "audio.mp3"),
        ("noise", "noise"),
    ],
)
def test_clients_that_know_ascii_only_get_a_name_too(name: str, plain: str) -> None:
    """The Content-Disposition header has the download's name in ASCII and, encoded, in full."""
    assert re.fullmatch(rf"attachment; filename=\"{re.escape(plain)}\"; filename\*=UTF-8''[!-~]+", attachment(name))
    assert parse_options_header(attachment(name))[1]["filename"] == name


@given(st.text(max_size=300), st.text(min_size=1, max_size=300))
def test_any_title_and_any_file_give_a_header(title: str, file: str) -> None:
    """Any title and file give a valid download name, and a Content-Disposition header of one ASCII line."""
    for name in (named(file, title, title), download_name(file, None, None)):
        assert name
        assert len(name.encode("utf-8", "replace")) <= 200
        assert not set(name) & set('/\\:*?"<>|\0\r\n')
        assert re.fullmatch(r"attachment; filename=\"[ !#-~]+\"; filename\*=UTF-8''[!-~]+", attachment(name))
