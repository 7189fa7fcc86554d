"""Keys about people, places, licences, numbers, support and sponsors: on pages, in feeds, in checks and in imports."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree, html
from support import Client, Site

from longwave import create_app
from longwave.web.request_context import KEEPER

PODCAST = "{https://podcastindex.org/namespace/1.0}"
SETTINGS = """
title = "Site"
url = "https://pod.example"
author = "The Crew"
hosts = ["Ida Holm", {name = "Per Ek", role = "Producer", url = "https://per.example"}]

[shows.podcast]
title = "Pod"
license = "CC BY 4.0"
location = ["Oslo", {name = "Bergen", geo = "60.39, 5.32", country = "no", rel = "creator"}]
funding = {"Buy us <tea>" = "https://tea.example/?a=1&b=2"}
seasons = {2 = "The <Second>"}
value = {suggested = "0.00000015", recipients = [{name = "Ida", address = "NODE", split = 90}, {address = "x@y.example", type = "lnaddress", split = 10}]}
""".replace("NODE", "02" + "ab" * 32)
MATTER = {
    "title": "Between", "number": "1.5", "number_display": "Ch. <3>", "season": 2, "episode_type": "bonus",
    "author": ["Cy Fox", "Di Poe"], "hosts": "Ida Holm, Siv Lund",
    "guests": {"Eve Ray": "Engineer", "Flo Bo": {"role": "Audio Editor", "website": "https://flo.example"}},
    "license": {"name": "Our terms", "url": "https://pod.example/terms"},
    "location": {"name": "Berlin & Potsdam", "osm": "R62422"}, "funding": "https://give.example",
    "sponsors": ["Acme & Co", {"name": "B", "url": "https://b.example/?a&b", "text": "Good <things>"}],
    "value": {
        "recipients": [{"address": "02" + "cd" * 32, "split": 1}],
        "time_splits": [{"start": "60.5", "duration": "1:00", "feed_guid": "g", "item_guid": "i", "percentage": 90}],
    },
}  # fmt: skip


def furnish(site: Site, mp3: Path) -> None:
    """Write a site of two episodes: one with every key about people, places, licence and support, and one with none."""
    site.put("content/site.toml", SETTINGS)
    site.episode("2026-01-02-7-between.md", **MATTER)
    site.episode("2026-01-03-8-plain.md", title="Plain")
    for name in ("7-between", "8-plain"):
        site.put(f"content/audio/podcast/{name}.mp3", mp3.read_bytes())


@pytest.fixture
def client(site: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> FlaskClient:
    """Return a client of the site that ``furnish`` writes."""
    furnish(site, mp3)
    return open_client()


def words(client: FlaskClient, path: str, selector: str) -> list[str]:
    """Return the text of each element that the XPath ``selector`` finds in the page at ``path``."""
    return [" ".join(each.text_content().split()) for each in html.fromstring(client.get(path).text).xpath(selector)]


def test_the_page_of_an_episode_says_it(client: FlaskClient) -> None:
    """An episode's page shows its own hosts, author, number, season, place, licence, sponsors and links for support."""
    page = "/podcast/7-between"
    assert words(client, page, "//p[@class='facts'][1]/span") == ["The <Second>", "Ch. <3>", "0:06", "bonus"]
    assert words(client, page, "//p[@class='by']") == ["by Cy Fox, Di Poe"]
    assert words(client, page, "//section[contains(@class, 'hosts')]//p[1]") == ["Ida Holm", "Siv Lund"]
    roles = "//section[@class='guests']//span[@class='role' or @class='title']"
    assert words(client, page, roles) == ["Engineer", "Audio Editor"]
    assert words(client, page, "//section[@class='support']/*") == ["Support the show", "Support the show Buy us <tea>"]
    assert words(client, page, "//section[@class='sponsors']//li") == ["Acme & Co", "B: Good <things>"]
    assert words(client, page, "//section[@class='reuse']//li") == ["About Berlin & Potsdam", "Our terms"]
    text = client.get(page).text
    assert 'href="https://www.openstreetmap.org/relation/62422"' in text
    assert '<a href="https://pod.example/terms" rel="license noopener">' in text
    assert '<a href="https://b.example/?a&amp;b" rel="sponsored noopener">' in text


def test_the_page_of_a_show_says_it(client: FlaskClient) -> None:
    """A show's page names its people with their roles, its places, its licence, and the links for support."""
    assert words(client, "/podcast/", "//section[contains(@class, 'hosts')]//p") == ["Ida Holm", "Per Ek Producer"]
    assert words(client, "/podcast/", "//section[@class='support']//li") == ["Buy us <tea>"]
    assert words(client, "/podcast/", "//section[@class='reuse']//li") == [
        "About Oslo", "Made in Bergen", "CC-BY-4.0",
    ]  # fmt: skip
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in client.get("/podcast/").text
    assert "Support the show: Buy us <tea>" in words(client, "/", "//ul[@class='shows']//p")
    plain = "/podcast/8-plain"
    assert words(client, plain, "//section[contains(@class, 'hosts')]//p") == ["Ida Holm"]
    assert words(client, plain, "//section[@class='support']//li") == ["Buy us <tea>"]
    assert words(client, plain, "//section[@class='reuse']//li") == ["CC-BY-4.0"]
    assert words(client, plain, "//p[@class='by']") == ["by The Crew"]


def test_the_feed_says_it(client: FlaskClient) -> None:
    """A feed's items have people, author, number, sponsors and payments, each in the element of its specification."""
    plain, between = etree.fromstring(client.get("/podcast/feed.xml").data).findall("channel/item")
    people = [(each.text, each.get("role"), each.get("group")) for each in between.findall(f"{PODCAST}person")]
    assert people == [
        ("Ida Holm", "host", None), ("Siv Lund", "host", None), ("Eve Ray", "guest", None),
        ("Flo Bo", "audio editor", "audio post-production"),
    ]  # fmt: skip
    assert [each.text for each in plain.findall(f"{PODCAST}person")] == ["Ida Holm"]
    itunes = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
    assert (between.findtext(f"{itunes}author"), plain.findtext(f"{itunes}author")) == ("Cy Fox, Di Poe", "The Crew")
    assert (between.find(f"{itunes}episode"), plain.findtext(f"{itunes}episode")) == (None, "8")
    episode = between.find(f"{PODCAST}episode")
    assert episode is not None
    assert (episode.text, dict(episode.attrib)) == ("1.5", {"display": "Ch. <3>"})
    notes = between.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert '<li><a href="https://b.example/?a&amp;b" rel="sponsored">B</a>: Good &lt;things&gt;</li>' in notes
    stretch = between.find(f"{PODCAST}value/{PODCAST}valueTimeSplit")
    assert stretch is not None
    assert dict(stretch.attrib) == {"startTime": "60.5", "duration": "60", "remotePercentage": "90"}
    assert [dict(each.attrib) for each in stretch] == [{"feedGuid": "g", "itemGuid": "i"}]


def test_the_json_feed_says_it(client: FlaskClient) -> None:
    """JSON Feed has people, places, licence, support, numbers and payments in ``_podcast``, named as in RSS."""
    feed = client.get("/podcast/feed.json").json
    assert feed is not None
    channel, (plain, between) = feed["_podcast"], feed["items"]
    assert channel["person"][1] == {
        "name": "Per Ek", "role": "producer", "group": "creative direction", "href": "https://per.example",
    }  # fmt: skip
    assert channel["location"][1] == {"name": "Bergen", "geo": "geo:60.39,5.32", "rel": "creator", "country": "NO"}
    assert (channel["license"], channel["funding"][0]["text"]) == ({"name": "cc-by-4.0"}, "Buy us <tea>")
    assert channel["value"][0]["recipients"][1] == {"address": "x@y.example", "split": 10, "type": "lnaddress"}
    own = between["_podcast"]
    assert (own["episode"], own["season"]) == (
        {"number": 1.5, "display": "Ch. <3>"},
        {"number": 2, "name": "The <Second>"},
    )
    assert own["value"][0]["timeSplits"][0]["feedGuid"] == "g"
    assert set(plain["_podcast"]) == {"episode", "person"}


def test_a_picture_of_a_host_is_served(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """The pictures of a show's regular host and of an episode's own host are on the episode's page and in its item."""
    picture = (Path(__file__).parents[2] / "content/images/avatars/hana-sato.png").read_bytes()
    for name in ("siv.png", "ida.png"):
        site.put(f"content/images/{name}", picture)
    site.put("content/site.toml", 'url = "https://pod.example"\nhosts = [{name = "Ida", image = "ida.png"}]\n')
    site.episode(hosts=["Ida", {"name": "Siv", "avatar": "siv.png", "website": "https://siv.example"}])
    client = open_client()
    shown = html.fromstring(client.get("/podcast/1-first").text).xpath("//section[contains(@class, 'hosts')]//img/@src")
    assert [client.get(address).status_code for address in shown] == [200, 200]
    item = etree.fromstring(client.get("/podcast/feed.xml").data).find("channel/item")
    assert item is not None
    people = [(each.get("img"), each.get("href")) for each in item.findall(f"{PODCAST}person")]
    assert people == [
        ("https://pod.example/images/full/ida.png", None),
        ("https://pod.example/images/full/siv.png", "https://siv.example"),
    ]


def test_a_decimal_number_finds_its_files(site: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> None:
    """Audio whose file name is an episode's decimal number (2.5) is found; the title in feeds loses that number."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.put("content/audio/podcast/2.5.mp3", mp3.read_bytes())
    site.episode("2026-01-02-between.md", title="#2.5: Between", number="2.5")
    site.episode("2026-01-02-three.md", title="Three", number=3)
    site.episode("2026-01-02-two.md", title="Two", number=2)
    client = open_client()
    items = etree.fromstring(client.get("/podcast/feed.xml").data).findall("channel/item")
    assert [item.findtext("title") for item in items] == ["Three", "Between", "Two"]
    assert items[1].find("enclosure") is not None
    assert words(client, "/podcast/between", "//span[@class='number']") == ["#2.5"]
    answer = client.get("/search.json?q=between").json
    assert answer is not None
    assert answer["results"][0]["number"] == 2.5


def test_check_has_nothing_to_say(client: FlaskClient, site: Site) -> None:
    """`longwave check` has no complaint about a site with every key about people, places, licences and support."""
    assert client.get("/health").status_code == 200
    said = site.run("check").stdout
    assert not re.search("feed/(person|location|license|funding|value|episode|number)", said), said
    assert "content/" not in said, said


def feed_of(root: Path) -> str:
    """Return the feed of the site in a folder."""
    app = create_app(root)
    app.test_client_class = Client
    with contextlib.closing(app.extensions[KEEPER]):
        return app.test_client().get("/podcast/feed.xml").text


def test_a_feed_comes_back_as_it_was(site: Site, tmp_path: Path, mp3: Path) -> None:
    """The feed of a site that was imported from our feed equals ours, except for links and the build date."""
    furnish(site, mp3)
    home = Site(tmp_path)
    (home.root / "feed.xml").write_text(feed_of(site.root), "utf-8")
    done = home.run("import", "rss", "feed.xml", "--into", "new", "--audio", "link")
    assert done.returncode == 0, done.stdout + done.stderr
    settings = (home.root / "new/content/site.toml").read_text("utf-8")
    home.put(
        "new/content/site.toml",
        settings.replace('# url = "https://podcast.example.com"', 'url = "https://pod.example"'),
    )

    def facts(feed: str) -> list[bytes]:
        root = etree.fromstring(feed.encode())
        for each in root.iter("link", "lastBuildDate"):
            each.text = ""
        return [etree.tostring(each) for each in root.iter()]

    assert facts(feed_of(home.root / "new")) == facts(feed_of(site.root))
    report = (home.root / "new/import-report.md").read_text("utf-8")
    assert "podcast:" not in report, report
