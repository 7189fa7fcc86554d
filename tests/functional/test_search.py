"""The search page and its JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree
from support import Client, Site

from longwave import create_app
from longwave.search.facets import FILTERS
from longwave.search.search_counts import SearchCounts
from longwave.web.request_context import KEEPER


def fill(site: Site) -> None:
    """Write three episodes of two shows into the site."""
    site.episode("2019-01-01-1-rails.md", title="Rails on AWS", tags=["ruby"], guest="José Núñez",
                 body="Text about databases.\n\n- 1:21 -- Running migrations -- carefully\n- 2:30 -- Caching in C#")  # fmt: skip
    site.episode(
        "2020-01-01-2-flask.md",
        title="Flask in the small",
        tags=["python"],
        guest="Ann Lee",
        body="We run on AWS. 日本語の話。",
    )
    site.put(
        "content/transcripts/podcast/2-flask.vtt", "WEBVTT\n\n00:05.000 --> 00:09.000\n<v Ann Lee>Wheels and eggs.\n"
    )
    site.episode("2021-01-01-3-letter.md", show="letters", title="A letter", body="About a migration, and café.")


@pytest.fixture(scope="module")
def client(shared_site: Site) -> Iterator[FlaskClient]:
    """Yield a client of a site with three episodes and no limit of searches."""
    fill(shared_site)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LONGWAVE_SEARCH_LIMIT", "0")
        app = create_app(shared_site.root)
    app.test_client_class = Client
    yield app.test_client()
    app.extensions[KEEPER].close()


def found(client: FlaskClient, query: str) -> list[str]:
    """Return the addresses of a query's results, in their order."""
    return [hit["url"] for hit in client.get(f"/search.json?q={query}").json["results"]]


def test_the_answer_has_its_shape(client: FlaskClient) -> None:
    """The search's JSON has exactly the documented keys, and the matching timestamp with its address."""
    answer = client.get("/search.json?q=migrations").json
    assert set(answer) == {"query", "total", "page", "pages", "corrected", "suggestions", "results", "facets"}
    hit = next(hit for hit in answer["results"] if hit["number"] == 1)
    assert set(hit) == {
        "url",
        "title",
        "title_html",
        "show",
        "number",
        "date",
        "guests",
        "tags",
        "snippet_html",
        "moments",
        "score",
        "why",
    }
    assert hit["moments"] == [
        {
            "seconds": 81,
            "label": "1:21",
            "html": "Running <mark>migrations</mark> – carefully",
            "url": "/podcast/1-rails#t=1:21",
            "source": "note",
            "speaker": "",
            "language": "",
        }
    ]
    assert set(answer["facets"]) == {filter_.name for filter_ in FILTERS}
    assert answer["facets"]["show"][0].keys() == {"value", "label", "count"}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("aws", "/podcast/1-rails"),
        ("migration", "/podcast/1-rails"),
        ("jose", "/podcast/1-rails"),
        ("guest:jose", "/podcast/1-rails"),
        ("tag:python", "/podcast/2-flask"),
        ("title:letter", "/letters/3-letter"),
        ("%22in the small%22", "/podcast/2-flask"),
        ("cafe", "/letters/3-letter"),
        ("C%23", "/podcast/1-rails"),
        ("migr", "/podcast/1-rails"),
        ("日本", "/podcast/2-flask"),
    ],
)
def test_what_is_meant_comes_first(client: FlaskClient, query: str, first: str) -> None:
    """The search finds stems, accents, fields, phrases, prefixes, C# and Japanese; a title outweighs the notes."""
    urls = found(client, query)
    assert urls
    assert first in urls
    if query == "aws":
        assert urls[0] == first


@pytest.mark.parametrize("query", ["page=x", "page=0", "per_page=51", "per_page=-1", "sort=odd", "year=soon"])
def test_what_cannot_be_read_is_refused(client: FlaskClient, query: str) -> None:
    """A malformed page number or sort order is a 400 with a message in JSON; the search page ignores it."""
    answer = client.get(f"/search.json?q=aws&{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json["error"]
    assert client.get(f"/search?q=aws&{query}").status_code == 200


@pytest.mark.parametrize("query", ["show=nope", "tag=nope", "guest=nope", "year=1999", "page=99"])
def test_what_does_not_exist_is_empty(client: FlaskClient, query: str) -> None:
    """An unknown filter value or a page past the end has no results, and is no error."""
    answer = client.get(f"/search.json?q=aws&{query}")
    assert (answer.status_code, answer.json["results"]) == (200, [])


def test_filters_narrow(client: FlaskClient) -> None:
    """The filters show, tag, guest and year narrow the results, and the sort orders sort them."""
    assert client.get("/search.json?show=letters").json["total"] == 1
    assert client.get("/search.json?guest=ann-lee").json["total"] == 1
    assert client.get("/search.json?year=2019&tag=ruby").json["total"] == 1
    assert [hit["date"][:4] for hit in client.get("/search.json?sort=oldest").json["results"]] == [
        "2019",
        "2020",
        "2021",
    ]


@pytest.mark.parametrize("name", [filter_.name for filter_ in FILTERS])
def test_a_filter_in_the_table_is_everywhere(client: FlaskClient, name: str) -> None:
    """Each filter in FILTERS is a query parameter, a facet in the JSON, and links and a hidden field on the page."""
    facet = client.get("/search.json").json["facets"][name][0]
    narrowed = client.get("/search.json", query_string={name: facet["value"]}).json
    assert narrowed["total"] == facet["count"]
    assert [value for value in narrowed["facets"][name] if value["value"] == facet["value"]] == [facet]
    assert f'href="/search?{name}={facet["value"]}"' in client.get("/search").text
    chosen = client.get("/search", query_string={name: facet["value"], "q": "we"}).text
    assert f'<input type="hidden" name="{name}" value="{facet["value"]}">' in chosen


def test_filters_are_named_in_their_table_alone() -> None:
    """No module, template or script but the table FILTERS lists the names of the search filters."""
    names = re.compile(r"\W+".join(filter_.name for filter_ in FILTERS))
    root = Path(__file__).parents[2]
    folders = (root / "site" / "longwave", root / "templates")
    files = [path for folder in folders for path in folder.rglob("*.*") if path.suffix in (".py", ".js", ".html")]
    assert [path.name for path in files if names.search(path.read_text("utf-8"))] == []


def test_the_page_works_without_scripts(client: FlaskClient) -> None:
    """The search page without scripts shows results, marked words, links to timestamps, filters, and the query."""
    page = client.get("/search?q=migrations").text
    for part in (
        'value="migrations"',
        "<mark>migrations</mark>",
        'href="/podcast/1-rails#t=1:21"',
        "show=podcast",
        'role="status"',
    ):
        assert part in page, part


@pytest.mark.parametrize(
    "query",
    ['"', "((", "a:", "guest:", "*", "-", "AND OR NOT", "😀", "%00", "a" * 5000, "\\", "[x TO y]", "{", "^", "a~9",
     "*a*", "a*", "word " * 500, "x" * 10_000, '"(open [and', "\x00\x01\x1b[2J", "مرحبا بالعالم", "\u202eabc", "/a.*(b|c)+$/",
     "date:[2019 TO 2020]", "a to:b", "--", '-"', "OR", "OR OR OR", "year:", "before:0000-00", "<script>", "{{ 7 * 7 }}"],
)  # fmt: skip
def test_nonsense_is_searched_as_words(client: FlaskClient, query: str) -> None:
    """The search answers any query, however malformed, without an error."""
    assert client.get("/search.json", query_string={"q": query}).status_code == 200
    page = client.get("/search", query_string={"q": query})
    assert page.status_code == 200
    assert "<script>" not in page.text


@pytest.mark.parametrize("query", ["%ff%fe", "%ed%a0%80", "%00%00", "%", "%zz"])
def test_bytes_that_are_no_text_are_searched_too(client: FlaskClient, query: str) -> None:
    """A query of percent-encoded bytes that aren't UTF-8 is no error."""
    assert client.get(f"/search?q={query}").status_code == 200


def test_a_guessed_spelling_is_said(client: FlaskClient) -> None:
    """The search page names the query whose spelling it corrected, and links to the exact search."""
    page = client.get("/search?q=migratoins&show=podcast").text
    assert "Showing results for <b><bdi>migrations</bdi></b>" in page
    assert 'href="/search?q=migratoins&amp;show=podcast&amp;exact=1"' in page
    exact = client.get("/search?q=migratoins&exact=1").text
    assert "Showing results" not in exact
    assert "Did you mean" in exact
    assert "Often talked about" in exact
    assert client.get("/search.json?q=migratoins").json["corrected"] == "migrations"


def test_filters_can_be_taken_off(client: FlaskClient) -> None:
    """The search page has each active filter's label and a link to the search without it."""
    page = client.get("/search?q=we&guest=ann-lee&year=2020").text
    assert 'href="/search?q=we&amp;year=2020"' in page
    assert "Ann Lee" in page


def test_browsers_can_add_the_search(client: FlaskClient) -> None:
    """Every page links the OpenSearch description, whose absolute addresses ignore the Host header."""
    assert 'href="/opensearch.xml"' in client.get("/podcast/").text
    answer = client.get("/opensearch.xml", headers={"Host": "evil.example"})
    assert answer.content_type.startswith("application/opensearchdescription+xml")
    root = etree.fromstring(answer.data)
    space = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    urls = {url.get("type"): url.get("template") for url in root.findall("o:Url", space)}
    assert urls["text/html"].endswith("/search?q={searchTerms}&page={startPage?}")
    assert set(urls) == {"text/html", "application/json", "application/opensearchdescription+xml"}
    assert len(root.findtext("o:ShortName", namespaces=space)) <= 16
    assert b"evil" not in answer.data
    assert "{search_term_string}" in client.get("/").text


def test_searches_are_counted_without_who_asked(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """Searches are counted without IP addresses; of the searches while a reader types only the last counts."""
    fill(site)
    client = open_client()
    for address in ("q=Rails ", "q=rails", "q=ra&typing=1", "q=rails&page=2", "q=rails&show=podcast"):
        client.get(f"/search?{address}")
    assert client.post("/search", data={"q": "nothing like it"}).status_code == 204
    assert client.post("/search", data={}).status_code == 204
    counts = SearchCounts(site.root / "instance")
    assert [(c.query, c.times, c.found) for c in counts.most_frequent(9)] == [
        ("rails", 2, 1),
        ("nothing like it", 1, 0),
    ]
    assert [c.query for c in counts.without_results(9)] == ["nothing like it"]
    assert (site.root / "instance/.gitignore").read_text() == "*\n"
