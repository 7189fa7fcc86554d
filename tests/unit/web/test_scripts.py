"""The scripts of the pages: how they import each other, and their phrases."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from longwave.config import STATIC

PREVIEW = Path(__file__).parents[3] / "site" / "longwave" / "web" / "preview"
SCRIPTS = sorted([*STATIC.glob("*.js"), *PREVIEW.glob("*.js")])
#: A string of a script that holds a sentence or a label: a capital letter, or words with spaces between them.
TEXT = re.compile(r"""(?<![=\w])(["'`])(?P<text>[A-Z][a-z]+(?: [^"'`\n]*)?|[a-z]+ [a-z]+ [a-z ]+)\1""")
#: Strings in scripts that no visitor reads: names of keys, errors, headers and classes, and lists of events.
NO_PHRASES = re.compile(
    r"Arrow|Enter|Escape|Accept|Content-Type|Error$|no page$|^play pause|^pause seeked|seeked$|^[Ss]ec-"
)


def test_imports_of_scripts_form_no_circle() -> None:
    """No script imports itself through others, be it by an import at its start or by a later, dynamic one."""
    graph = {
        script.name: re.findall(r"""(?:from |import\(|import )["']\./([\w-]+\.js)["']""", script.read_text("utf-8"))
        for script in SCRIPTS
    }
    assert {name for names in graph.values() for name in names} <= graph.keys()
    assert list(TopologicalSorter(graph).static_order())


def test_each_phrase_of_the_scripts_exists_and_is_used() -> None:
    """Scripts use only phrases that phrases.js has, and phrases.js has no unused ones."""
    source = (STATIC / "phrases.js").read_text("utf-8")
    declared = set(re.findall(r"^  (\w+): ", source, re.MULTILINE))
    others = "".join(script.read_text("utf-8") for script in SCRIPTS if script.name != "phrases.js")
    calls = re.findall(r"""phrase(?:Nodes)?\(((?:[^()]|\([^()]*\))*)\)""", others + source)
    named = {name for call in calls for name in re.findall(r'"(\w+)"', call.partition(",")[0])}
    # The phrases for units of time are looked up by variable keys, so their names don't occur in the scripts.
    assert named | {"hours", "minutes", "seconds"} == declared


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_text_that_people_read_is_a_phrase(script: Path) -> None:
    """No script but phrases.js holds a sentence or a label."""
    if script.name == "phrases.js":
        return
    code = re.sub(r"^\s*//.*$|/\*.*?\*/", "", script.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    texts = [match["text"] for match in TEXT.finditer(code)]
    assert [text for text in texts if not NO_PHRASES.search(text)] == []
