"""Media references: the addresses in texts that lead to files in content/audio and content/images."""

from __future__ import annotations

import time
from typing import get_args

import pytest

from longwave.content.kramdown.blocks import parse_document
from longwave.content.media.media_references import (
    Language,
    may_reference_media,
    media_file_at,
    media_in_references,
    media_in_source,
    media_in_values,
)
from longwave.content.text.references import references
from longwave.urls import path_on_site

SITES = ("https://pod.example.com", "http://localhost:8080/sub")


def file_of(address: str, page: str, sites: tuple[str, ...]) -> str | None:
    """Return the name of the media file to which an address on a page leads without a redirect, or None."""
    place = path_on_site(address, page, sites)
    return media_file_at(place[0]) if place else None


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/images/64/a.png", "images/a.png"),
        ("/images/full/deep/er/a b.JPG", "images/deep/er/a b.JPG"),
        ("/audio/podcast/1.mp3", "audio/podcast/1.mp3"),
        ("/audio/podcast/sub/captions.vtt", "audio/podcast/sub/captions.vtt"),
        ("/images/99/a.png", None),
        ("/images/64/", None),
        ("/images/64/a.txt", None),
        ("/images/a.png", None),
        ("/audio/1.mp3", None),
        ("/audio/podcast/", None),
        ("/podcast/1", None),
        ("images/64/a.png", None),
        ("/", None),
        ("", None),
    ],
)
def test_an_address_leads_to_one_file(path: str, file: str | None) -> None:
    """An address of a picture in any size, or of an audio file, leads to that file; other paths lead to none."""
    assert media_file_at(path) == file


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/images/64/a%20b.png?x#y", "images/a b.png"),
        ("../images/64/a.png", "images/a.png"),
        ("/images/64/x/../a.png", "images/a.png"),
        ("https://pod.example.com/images/64/a.png", "images/a.png"),
        ("http://localhost:8080/sub/audio/p/1.mp3?download=1", "audio/p/1.mp3"),
        ("images/64/a.png", None),
        ("https://other.example.com/images/64/a.png", None),
        ("https://pod.example.com.evil.example/images/64/a.png", None),
        ("//pod.example.org/images/64/a.png", None),
        ("data:image/png,/images/64/a.png", None),
        ("https://[/images/64/a.png", None),
    ],
)
def test_an_address_is_read_as_browsers_do(address: str, file: str | None) -> None:
    """Relative addresses and absolute ones of the site lead to its media files; those of other hosts don't."""
    assert file_of(address, "/podcast/1-first", SITES) == file


def test_notes_name_what_their_page_leads_to() -> None:
    """Addresses of links, pictures, audio, video, posters and tracks anywhere in show notes are media references."""
    text = """
![A](/images/512/a.png) [B](/audio/p/b.mp3) ![C][c] [^1]

<video src="/audio/p/d.mp4" poster="/images/full/e.jpg"><track src='/audio/p/f.vtt'></video>

<div><img srcset="/images/512/g.png 1x, /images/1024/h.png 2x" alt=""> <object data="/images/64/i.svg"></object></div>

{::nomarkdown}<audio src="/audio/p/j.mp3"></audio>{:/}

<map><area href="/audio/p/k.mp3"></map>

[c]: /images/64/c.png
[^1]: ![L](/images/64/l.png)
"""
    files = {file_of(address, "/", ()) for address in media_in_references(references(parse_document(text)))}
    pictures, audio = (
        {"a.png", "c.png", "e.jpg", "g.png", "h.png", "i.svg", "l.png"},
        {"b.mp3", "d.mp4", "f.vtt", "j.mp3", "k.mp3"},
    )
    assert files == {f"images/{name}" for name in pictures} | {f"audio/p/{name}" for name in audio}


def test_what_is_not_shown_names_nothing() -> None:
    """Comments, code, plain text, and unused link definitions in show notes contain no media references."""
    text = """
{::comment}![A](/images/64/a.png){:/comment}

<!-- <img src="/images/64/b.png"> -->

`/images/64/c.png` and /audio/p/d.mp3

    ![E](/images/64/e.png)

[f]: /images/64/f.png
[^g]: ![G](/images/64/g.png)
"""
    assert media_in_references(references(parse_document(text))) == ()


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("[A](/assets/a.png)", True), ("[A](<uploads/a.png>)", True), ("![A]( ../a.png)", True), ("[a]: /a.png", True),
        ("<img src=/a.png>", True), ("<img src='a.png'>", True), ("[A](https://pod.example.com/audio/p/1.mp3)", True),
        ("[A](https://example.com/a.png)", False), ("[A](<https://example.com>)", False), ("[a]: https://x.example", False),
        ("<a href='https://example.com'>x</a>", False), ("[A](#t=1:02)", False), ("[A](mailto:a@b.example)", False), ("[A](https://example.com/?src=a)", False),
        ("- 1:02 -- Text, [label] and (words): none", False), ("", False),
    ],
)  # fmt: skip
def test_most_texts_are_known_to_lead_to_no_file(text: str, may: bool) -> None:
    """A quick check tells of most texts, without parsing, that they have no address of the site's media files."""
    assert may_reference_media(text) == may
    if not may:
        assert media_in_references(references(parse_document(text))) == ()


def test_values_name_by_whole_addresses() -> None:
    """A value of front matter is a media reference if it is a whole address; a bare file name isn't."""
    values = {"poster": "/images/64/a.png", "list": [{"x": "https://pod.example.com/audio/p/1.mp3"}, 7, None]}
    assert media_in_values(values | {"note": "see images/64/b.png", "raw": "audio/p/raw.wav"}) == (
        "/images/64/a.png",
        "https://pod.example.com/audio/p/1.mp3",
    )


@pytest.mark.parametrize(
    "source",
    [
        "body { background: url(/images/full/a.png) no-repeat }",
        "body { background: url( '../images/full/a.png' ) }",
        "@import url(images/64/a.png);",
        '<img src="{{ base }}/images/512/a.png">',
        "<img src=/images/512/a.png alt=x>",
        '<img srcset="/images/64/b.png 1x, /images/512/a.png 2x">',
        '<a href="https://pod.example.com/images/full/a.png">',
        "<img src='/images/64/&#97;.png'>",
    ],
)
def test_sources_name_by_addresses_in_them(source: str) -> None:
    """Addresses of media files in CSS, HTML and templates are found in single, double or no quotes."""
    assert "images/a.png" in {file_of(address, "/", ()) for address in media_in_source(source)}


def test_sources_name_files_with_blanks_and_brackets() -> None:
    """In CSS and HTML a quoted address extends to its closing quote, over blanks and brackets."""
    assert "images/it is (1).png" in {
        file_of(a, "/", ()) for a in media_in_source('<img src="/images/64/it is (1).png">')
    }
    assert "images/it(1).png" in {file_of(a, "/", ()) for a in media_in_source("<img src=/images/64/it(1).png alt=x>")}
    assert media_in_source("/myimages/64/a.png images/99/a.png audible/x") == ()


@pytest.mark.parametrize(
    ("language", "hidden"),
    [
        ("css", "/* url(ADDRESS) */"), ("css", "a { color: red; /* ADDRESS\n */ }"), ("css", "/* ADDRESS"), ("css", "a { content: '*/' } /* ADDRESS */"),
        ("liquid", "<!-- <img src=ADDRESS> -->"), ("liquid", "{% comment %}ADDRESS{% endcomment %}"), ("liquid", "{%- comment -%}\nADDRESS"),
        ("liquid", "<style>a {} /* url(ADDRESS) */</style>"),
        ("jinja", "{# ADDRESS #}"), ("jinja", "<!--\nADDRESS\n-->"), ("jinja", "<STYLE>/* ADDRESS */</STYLE>"),
    ],
)  # fmt: skip
def test_comments_of_sources_name_nothing(language: Language, hidden: str) -> None:
    """An address in a comment of CSS, HTML, Liquid or Jinja is no media reference; one behind the comment is."""
    address = "/images/full/i6.png"
    assert media_in_source(hidden.replace("ADDRESS", address), language) == ()
    assert address in media_in_source(f"{'/* x */' if language == 'css' else '<!-- x -->'} url({address})", language)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("css", "a { content: '/*'; background: url(ADDRESS) } /* */"), ("css", 'a { content: "\\"/*"; b: url(ADDRESS) } /* */'),
        ("css", "a { src: url(/x/*.svg); background: url(ADDRESS) } /* */"), ("css", "a { b: url('ADDRESS') }"), ("css", "b: 'x\n url(ADDRESS)"),
        ("liquid", '<input accept="image/*"> <img src="ADDRESS"> <p title="*/">'), ("liquid", "<script>x('<!--'); y('ADDRESS')</script> -->"),
        ("liquid", "{# <img src=ADDRESS> #}"), ("liquid", "<!-- <img src=ADDRESS>"), ("jinja", "{% comment %} ADDRESS {% endcomment %}"),
        ("jinja", "<style>a { b: url(ADDRESS) } /* x */</style>"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_comment_names_files(language: Language, shown: str) -> None:
    """Comment signs in strings, addresses, scripts and attributes, or of another language, hide no media reference."""
    assert "/images/full/i6.png" in media_in_source(shown.replace("ADDRESS", "/images/full/i6.png"), language)


def test_a_long_source_is_read_in_a_moment() -> None:
    """Searching a long source for media references takes linear time."""
    began = time.process_time()
    for text in ("audio/" * 30_000, "images/64/(" * 20_000, "audio/" + "(" * 200_000, "/images/64/" + " " * 200_000):
        media_in_source(text)
    for text in ("/*", "'\\", '"', "url(", "url( ", "<!--", "<style", "{#", "{% comment %}", "<script", "<style>/*"):
        for language in get_args(Language):
            media_in_source(text * 50_000, language)
    assert time.process_time() - began < 2
