"""The table of routes: addresses are made and found by it, Flask follows it, and nothing spells them by hand."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from werkzeug.exceptions import HTTPException

from longwave import create_app
from longwave.routes import OWN_NAMES, ROUTES, Kind, find_route, path_for, url_for

ROOT = Path(__file__).parents[2]
#: A value for each variable of a route; a variable with a list of allowed words takes the first one.
VALUES = {"show": "podcast", "slug": "1-hello", "tag": "c-sharp", "guest": "ada", "page": "about", "form": "json"}
VALUES |= {"file": "a/b.mp3", "size": "256", "name": "a.jpg", "version": "0123", "language": "es"}
PUBLIC = [route for route in ROUTES.values() if route.kind is not Kind.PREVIEW]
#: Strings that spell an address of the site. Some first parts count only with slashes or suffixes, as the same words
#: are folders of content/, keys or Python names, too.
SPELLED = re.compile(
    r"""(?:^|[^\w/.])/(?:tags|guests|audio|images|static|embed)/(?!\*)"""
    r"""|^/(?:search|search\.json|oembed|health|ready|metrics|(?:shows|opensearch|feed|sitemap)\.\w+|theme\.css|robots\.txt)$"""
    r"""|\}/feed\.(?:xml|json)$"""
)


def values_of(name: str) -> dict[str, str]:
    """Return a value for each variable of the named route."""
    route = ROUTES[name]
    values = {variable: VALUES[variable] for variable in route.variables}
    if "form" in values:
        values["form"] = re.findall(r"any\((\w+)", route.rule)[0]
    return values


def test_flask_follows_the_table() -> None:
    """Flask's URL rules are those of the table of routes, and each route has a view."""
    app = create_app(ROOT)
    # A page such as /tags/ has a second rule, without the slash, which redirects and isn't in the table.
    rules = {rule.rule for rule in app.url_map.iter_rules() if not rule.endpoint.endswith(" without a slash")}
    assert rules == {route.rule for route in PUBLIC}


@pytest.mark.parametrize("name", [route.name for route in PUBLIC])
def test_an_address_leads_to_its_own_route(name: str) -> None:
    """The address that is made for a route is matched by the table, and by Flask, as the same route."""
    app = create_app(ROOT)
    path = path_for(name, **values_of(name))
    assert find_route(path) == (ROUTES[name], values_of(name))
    rule, values = app.url_map.bind("localhost").match(path, return_rule=True)
    assert (rule.rule, values) == (ROUTES[name].rule, values_of(name))


@pytest.mark.parametrize("path", ["/a/b/c", "/tags/a/b", "/feed.txt", "/embed/a", "/a/b/x.doc", "/tags/feed.xml"])
def test_the_table_and_flask_take_odd_paths_for_the_same(path: str) -> None:
    """For a path that resembles those of several routes, or of none, the table and Flask find the same route."""
    route, values = find_route(path)
    try:
        rule, arguments = create_app(ROOT).url_map.bind("localhost").match(path, return_rule=True)
    except HTTPException:
        assert route is None
    else:
        assert route is not None
        assert (route.rule, values) == (rule.rule, arguments)


@pytest.mark.parametrize(
    ("name", "values", "address"),
    [
        ("tag", {"tag": "c-sharp"}, "/tags/c-sharp"),
        ("tag", {"tag": "ü/ä?"}, "/tags/%C3%BC%2F%C3%A4%3F"),
        ("image", {"size": 256, "name": "press/ü.jpg"}, "/images/256/press/%C3%BC.jpg"),
        ("tag", {"tag": "c", "page": 2}, "/tags/c?page=2"),
        ("search", {"q": "a b&c", "tag": None}, "/search?q=a+b%26c"),
        ("home", {"base": "https://example.org"}, "https://example.org/"),
    ],
)
def test_addresses_are_encoded(name: str, values: dict[str, str], address: str) -> None:
    """Variables in a route's address are percent-encoded, other values become the query, and None is left out."""
    assert url_for(name, **values) == address


def test_a_missing_variable_is_an_error() -> None:
    """Making a route's address without one of its variables, or that of an unknown route, raises an error."""
    with pytest.raises(KeyError):
        url_for("tag")
    with pytest.raises(KeyError):
        url_for("tagg", tag="c")


def test_names_of_longwaves_own_addresses_are_reserved() -> None:
    """The first path segment of each of Longwave's own addresses, without suffix, is a reserved name."""
    assert {"tags", "search", "feed", "static", "apple-touch-icon", "opensearch"} <= OWN_NAMES
    assert "" not in OWN_NAMES


def spelled_in_code(path: Path) -> list[str]:
    """Return the strings of a module, docstrings excepted, that spell an address of the site."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        if SPELLED.search(node.value)
    ]


def test_no_module_spells_an_address() -> None:
    """No module spells an address of the site, except the table and the importers, which write addresses into files."""
    modules = [
        path
        for path in sorted((ROOT / "site" / "longwave").rglob("*.py"))
        if path.name != "routes.py" and "moving" not in path.parts
    ]
    assert [text for path in modules for text in spelled_in_code(path)] == []


def test_no_template_spells_an_address() -> None:
    """Every address in a template is a variable, or comes from ``url_for``."""
    spelled = [
        f"{path.name}: {match[0]}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in re.finditer(r"""(?:href|src|action)=["']/[^"']*""", path.read_text("utf-8"))
    ]
    assert spelled == []
