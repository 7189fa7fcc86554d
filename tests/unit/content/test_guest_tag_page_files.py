"""The optional files of guests, tags and pages."""

from __future__ import annotations

import pytest

from longwave.content.site.guest_tag_page_files import parse_guest, parse_page, parse_tag
from longwave.errors import ContentError, Problem
from longwave.model import Link


def told(problems: tuple[Problem, ...]) -> list[tuple[int, str, str]]:
    """Return each problem's line, its level (error or warning), and the message of what was expected there."""
    return [(problem.line, problem.level, problem.expected) for problem in problems]


def test_a_guest_is_as_much_as_can_be_used() -> None:
    """Invalid values in a guest's file are left out with a warning at their line; the rest is read."""
    guest, problems = parse_guest(
        "content/guests/ann-lee.md",
        "---\nname: [Ann]\ntitle: {a: b}\navatar: true\nwebsite: '#'\nmastodon: '@a@b'\n"
        "github: ann\nnames: [Annie, 3]\ndescription: Writes.\n---\nHello.\n",
    )
    assert (guest.slug, guest.name, guest.title, guest.avatar, guest.names) == (
        "ann-lee",
        "Ann Lee",
        "",
        "",
        ("Annie",),
    )
    assert (guest.links, guest.description) == ((Link("GitHub", "https://github.com/ann"),), "Writes.")
    assert told(problems) == [
        (2, "warning", "text"),
        (3, "warning", "text"),
        (4, "warning", "text"),
        (5, "warning", "an address that begins with https://"),
        (6, "warning", "a name on a server, such as @ann@fosstodon.org"),
        (8, "warning", "a list of the guest's other spellings"),
    ]


def test_a_tag_is_as_much_as_can_be_used() -> None:
    """An invalid home page in a tag's file is left out, and the next key that may hold one is used."""
    tag, problems = parse_tag(
        "content/tags/aws.md", "---\ntitle: [x]\nname: AWS\nhomepage: aws\nurl: https://aws.example\n---\n"
    )
    assert (tag.slug, tag.label, tag.homepage) == ("aws", "AWS", "https://aws.example")
    assert told(problems) == [(2, "warning", "text"), (4, "warning", "an address that begins with https://")]


def test_a_page_needs_a_title() -> None:
    """A page's file without a valid title is an error; any other invalid value is left out."""
    page, line, problems = parse_page(
        "content/pages/about.md", "---\ntitle: About\ndescription: [a]\nslug: {a: b}\n---\nText\n"
    )
    assert (page.slug, page.title, page.description, line) == ("about", "About", "", 5)
    assert [problem.line for problem in problems] == [4, 3]
    with pytest.raises(ContentError, match=r"about\.md:2: expected a title"):
        parse_page("content/pages/about.md", "---\ntitle: [About]\n---\nText\n")
