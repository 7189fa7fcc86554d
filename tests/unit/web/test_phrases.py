"""The phrases of the pages: each exists, is used, and stands in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import Environment, nodes
from markupsafe import Markup

from longwave.config import TEMPLATES
from longwave.phrases import PHRASES, html_phrase, phrase
from longwave.search.facets import FILTERS

PACKAGE = Path(__file__).parents[3] / "site" / "longwave"
PAGES = sorted(TEMPLATES.rglob("*.html"))
#: The attributes whose values people read or hear.
READ_ATTRIBUTES = {"alt", "aria-label", "aria-valuetext", "label", "placeholder", "title"}
#: Texts in templates that nobody reads: an attribute that a block puts into <body>, and the names of keys in
#: ``aria-keyshortcuts`` (WAI-ARIA 1.2), which macros take as arguments.
NO_LANGUAGE = {'class="embedded"', "ArrowLeft", "ArrowRight"}


class Texts(HTMLParser):
    """A collector of the texts in HTML that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Collect a text node's text."""
        self.texts.append(data)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the values of the attributes that people read."""
        self.texts += [value or "" for name, value in attrs if name in READ_ATTRIBUTES]


def texts_of(template: Path) -> Iterator[str]:
    """Yield the texts of a template that don't come from an expression, and the literals that its expressions print."""
    source = template.read_text("utf-8")
    collector = Texts()
    # An expression becomes a digit, so that the HTML around it stays whole.
    collector.feed(re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "0", source, flags=re.DOTALL), flags=re.DOTALL))
    yield from collector.texts
    for output in Environment().parse(source).find_all(nodes.Output):
        for constant in output.find_all(nodes.Const):
            if isinstance(constant.value, str) and re.search(r"[A-Z]|\w \w", constant.value):
                yield constant.value


@pytest.mark.parametrize("template", PAGES, ids=lambda path: path.name)
def test_templates_hold_no_text_but_phrases(template: Path) -> None:
    """The texts of a template come from phrases.toml."""
    words = [text.strip() for text in texts_of(template) if re.search(r"[^\W\d_]", text)]
    assert set(words) - NO_LANGUAGE == set()


def used_names() -> set[str]:
    """Return all names of phrases that templates and modules ask for."""
    sources = [path.read_text("utf-8") for path in (*PAGES, *PACKAGE.rglob("*.py"))]
    quoted = {name for source in sources for name in re.findall(r"""["'](\w+\.\w+)["']""", source)}
    made = {f"{kind}.{one.name}" for kind in ("search.filter", "search.any") for one in FILTERS}
    return quoted | made | {"card.bonus", "card.trailer"}


def test_each_phrase_is_used() -> None:
    """phrases.toml has no phrase that no template and no module asks for."""
    assert {name.removesuffix(".one").removesuffix(".other") for name in PHRASES} - used_names() == set()


def test_each_phrase_that_is_used_exists() -> None:
    """A template or a module asks for no phrase that phrases.toml doesn't have."""
    declared = {name.removesuffix(".one").removesuffix(".other") for name in PHRASES}
    used = {
        name
        for path in (*PAGES, *PACKAGE.rglob("*.py"))
        for name in re.findall(r"""phrase\(["']([\w.]+)["'][,)]""", path.read_text("utf-8"))
    }
    assert used <= declared


def test_each_filter_of_the_search_has_its_phrases() -> None:
    """Each filter that is declared in search/facets.py has phrases for its heading and for its removal."""
    assert {f"search.{kind}.{one.name}" for kind in ("filter", "any") for one in FILTERS} <= PHRASES.keys()


def test_the_forms_of_a_number_have_the_same_values() -> None:
    """Both forms of a phrase that depends on a number exist; `other` has all values, and `one` may lack the number."""
    for name in {name.removesuffix(".one") for name in PHRASES if name.endswith(".one")}:
        one, other = (values_of(PHRASES[f"{name}.{form}"]) for form in ("one", "other"))
        assert one - {"count"} == other - {"count"}, name


def values_of(text: str) -> set[str]:
    """Return the names of the values that a phrase has placeholders for."""
    return {re.split(r"[.:]", name)[0] for _, name, _, _ in Formatter().parse(text) if name}


def test_a_phrase_takes_the_form_of_its_number() -> None:
    """For the number 1 a phrase's form `one` is taken, for all others `other`."""
    assert [phrase("count.episodes", count=count) for count in (0, 1, 2)] == ["0 episodes", "1 episode", "2 episodes"]


def test_values_are_escaped_in_html_only() -> None:
    """In a phrase as HTML values are escaped unless they are Markup, and in a phrase as text they aren't."""
    assert phrase("card.play", title="<b>") == "Play <b>"
    assert html_phrase("card.play", title="<b>") == "Play &lt;b&gt;"
    assert html_phrase("card.play", title=Markup("<b>A</b>")) == "Play <b>A</b>"


def test_an_unknown_phrase_is_an_error() -> None:
    """A name without a phrase and a missing value raise KeyError."""
    with pytest.raises(KeyError):
        phrase("home.nothing", count=1)
    with pytest.raises(KeyError):
        phrase("card.play")
