"""Transcripts of an episode in several languages: on its page, at their addresses, in feeds, in search, in checks."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml import etree, html
from support import Site

Open = Callable[[], FlaskClient]
PODCAST = "{https://podcastindex.org/namespace/1.0}"
FORMS = ("vtt", "srt", "json", "html")


def said(text: str) -> str:
    """Return a transcript (WebVTT) with this text in a single cue at 0:01."""
    return f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>{text}\n"


@pytest.fixture
def talk(site: Site) -> Site:
    """Return an English site with an episode whose transcript is there in English, Spanish and Arabic."""
    site.put("content/site.toml", 'url = "https://pod.example"\nlanguage = "en-GB"\n')
    site.episode()
    site.put("content/transcripts/podcast/1-first.vtt", said("Good evening, harbour."))
    site.put("content/transcripts/podcast/1-first.es.srt", "00:01,000 --> 00:02,000\nBuenas noches, puerto.\n")
    site.put("content/transcripts/podcast/1.ar.vtt", said("مساء الخير"))
    return site


def links(client: FlaskClient) -> list[tuple[str, str, str]]:
    """Return the address (below the episode's page), the language and the rel of each transcript in the feed."""
    root = etree.fromstring(client.get("/podcast/feed.xml").data)
    page = "https://pod.example/podcast/1-first/"
    found = root.iter(f"{PODCAST}transcript")
    return [(each.get("url", "").removeprefix(page), each.get("language", ""), each.get("rel", "")) for each in found]


def test_the_page_offers_each_language(talk: Site, open_client: Open) -> None:
    """An episode's page shows the transcript in the show's language; links lead to the page with another transcript."""
    client = open_client()
    page = html.fromstring(client.get("/podcast/1-first").text)
    assert "Good evening" in page.xpath("string(//div[contains(@class, 'paragraphs')])")
    choices = page.xpath("//nav[@class='languages']//a")
    assert [(each.text_content(), each.get("lang"), each.get("aria-current")) for each in choices] == [
        ("English (United Kingdom)", "en-GB", "true"),
        ("español", "es", None),
        ("العربية", "ar", None),
    ]
    spanish = html.fromstring(client.get(choices[1].get("href")).text)
    (words,) = spanish.xpath("//div[contains(@class, 'paragraphs')]")
    assert (words.get("lang"), "Buenas noches" in words.text_content()) == ("es", True)
    assert spanish.xpath("//link[@rel='canonical']/@href") == ["https://pod.example/podcast/1-first"]
    assert spanish.xpath("//nav[@class='languages']//a[@aria-current]/@lang") == ["es"]


def test_one_language_is_no_choice(site: Site, open_client: Open) -> None:
    """An episode with one transcript has no language menu; a text in another language than the show's has its lang."""
    site.episode()
    site.put("content/transcripts/podcast/1-first.fr.vtt", said("Bonsoir."))
    page = html.fromstring(open_client().get("/podcast/1-first").text)
    assert page.xpath("//nav[@class='languages']") == []
    assert page.xpath("//div[contains(@class, 'paragraphs')]/@lang") == ["fr"]


def test_each_language_has_addresses(talk: Site, open_client: Open) -> None:
    """Each transcript has an address with its language in four formats, the main one also without; others are 404."""
    client = open_client()
    for form in FORMS:
        assert "Good evening" in client.get(f"/podcast/1-first/transcript.{form}").text
        assert "Buenas noches" in client.get(f"/podcast/1-first/transcript.es.{form}").text
        assert client.get(f"/podcast/1-first/transcript.de.{form}").status_code == 404
    assert 'lang="ar"' in client.get("/podcast/1-first/transcript.ar.html").text
    for path in ("?transcript=de", "?transcript=ES", "?transcript=../es", "/transcript.es.doc", "/transcript..vtt"):
        assert client.get(f"/podcast/1-first{path}").status_code == 404, path
    assert client.get("/podcast/1-first?transcript=").status_code == 200


def test_feeds_list_each_language(talk: Site, open_client: Open) -> None:
    """The feed lists each transcript in its formats and with its language; JSON Feed does so in its extension."""
    client = open_client()
    expected = [(f"transcript.{form}", "en-GB", "") for form in FORMS]
    expected += [(f"transcript.{tag}.{form}", tag, "") for tag in ("es", "ar") for form in FORMS]
    assert links(client) == expected
    (item,) = json.loads(client.get("/podcast/feed.json").text)["items"]
    assert item["_podcast"]["transcripts"][4] == {
        "url": "https://pod.example/podcast/1-first/transcript.es.vtt",
        "type": "text/vtt",
        "language": "es",
    }


@pytest.mark.parametrize(
    "value",
    [
        [{"file": "english.vtt"}, {"file": "1-spanish.vtt", "language": "ES", "rel": "captions"}],
        ["english.vtt", {"file": "podcast/1-spanish.vtt", "language": "es", "rel": "Captions"}],
        {"en": "english.vtt", "es": {"file": "1-spanish.vtt", "rel": "captions"}},
    ],
)
def test_front_matter_names_transcripts(site: Site, open_client: Open, value: object) -> None:
    """Front matter's `transcripts` is a list of files or maps, or a map by language; feeds repeat a map's rel."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode(transcripts=value)
    site.put("content/transcripts/podcast/english.vtt", said("Good evening."))
    site.put("content/transcripts/podcast/1-spanish.vtt", said("Buenas noches."))
    assert "0 problems" in site.run("check").stdout
    assert links(open_client())[3:6] == [
        ("transcript.html", "en", ""),
        ("transcript.es.vtt", "es", "captions"),
        ("transcript.es.srt", "es", "captions"),
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([{"file": "none.vtt"}], "1-first.md:3: expected the transcript 'none.vtt', found no such file"),
        ([{"file": "1-first.es.srt", "language": "Spanish"}], "expected a list such as"),
        ([{"file": "1-first.es.srt", "rel": "next"}], "expected a list such as"),
        ([{"language": "es"}], "expected a list such as"),
        ([3.5], "expected the transcript '3.5'"),
        (
            [{"file": "1-first.vtt"}, {"file": "1-first.es.srt", "language": "en-GB"}],
            "expected one transcript in each language, found another in en-GB, 1-first.es.srt",
        ),
    ],
)
def test_a_wrong_transcript_costs_itself(talk: Site, open_client: Open, value: object, message: str) -> None:
    """An invalid value in front matter's `transcripts` is reported, and the episode keeps its other transcripts."""
    talk.episode(transcripts=value)
    assert message in talk.run("check").stdout
    assert "Good evening" in open_client().get("/podcast/1-first/transcript.vtt").text


def test_search_reads_all_languages_and_says_which(talk: Site, open_client: Open) -> None:
    """A word of a translated transcript is found; its timestamp names the language, and links to that transcript."""
    client = open_client()
    (hit,) = client.get("/search.json?q=puerto").get_json()["results"]
    (moment,) = hit["moments"]
    assert (moment["language"], moment["url"]) == ("es", "/podcast/1-first?transcript=es#t=0:01")
    assert client.get(moment["url"].partition("#")[0]).status_code == 200
    page = html.fromstring(client.get("/search?q=puerto").text)
    assert page.xpath("//li[@class='cue']/q/@lang") == ["es"]
    assert page.xpath("string(//li[@class='cue']/span)") == "español"
    assert "0:01  [es] " in talk.run("search", "puerto").stdout
    (own,) = client.get("/search.json?q=harbour").get_json()["results"]
    assert (own["moments"][0]["language"], own["moments"][0]["url"]) == ("", "/podcast/1-first#t=0:01")


def test_a_changed_translation_is_published(talk: Site, open_client: Open) -> None:
    """A reindex publishes a changed translation of a transcript, as a file and in the search."""
    client = open_client()
    before = client.get("/podcast/1-first").headers["X-Edition"]
    talk.put("content/transcripts/podcast/1-first.es.srt", "00:01,000 --> 00:02,000\nBuenas tardes.\n")
    assert talk.run("reindex").returncode == 0
    after = open_client()
    assert after.get("/podcast/1-first").headers["X-Edition"] != before
    assert "tardes" in after.get("/podcast/1-first/transcript.es.vtt").text
    assert after.get("/search.json?q=tardes").get_json()["total"] == 1
    assert after.get("/search.json?q=noches").get_json()["total"] == 0


def test_no_language_is_unused(talk: Site) -> None:
    """`longwave check` reports a transcript whose name ends in no language as unused, and none in a known language."""
    talk.put("content/transcripts/podcast/1-first.old.vtt", said("Nothing."))
    lines = [line for line in talk.run("check").stdout.splitlines() if "transcripts/" in line]
    assert len(lines) == 1
    assert "1-first.old.vtt" in lines[0]
