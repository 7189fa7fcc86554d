"""Insertion of lines into front matter and site.toml, without any other change."""

from __future__ import annotations

import tomllib

import pytest
import yaml

from longwave.authoring.line_insertion import Edit, insert_into_front_matter, insert_into_site_toml
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.past.identity_lines import IdentityLine

FILE = "content/podcast/1.md"


def applied(text: str, edits: list[Edit]) -> str:
    """Return the text after these edits."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.after + text[edit.end :]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: A\n", 'title: A\naliases: ["1-a", "/b/c"]\n'),
        ("aliases: [/x]\ntitle: A\n", 'aliases: [/x, "1-a", "/b/c"]\ntitle: A\n'),
        ("aliases: []\n", 'aliases: ["1-a", "/b/c"]\n'),
        ("aliases: [ ] # none\n", 'aliases: [ "1-a", "/b/c"] # none\n'),
        ("aliases: [\n  /x,\n  /y\n]\n", 'aliases: [\n  /x,\n  /y\n, "1-a", "/b/c"]\n'),
        ("aliases: /x # old\n", 'aliases: [/x, "1-a", "/b/c"] # old\n'),
        ("aliases: '/x'\n", 'aliases: [\'/x\', "1-a", "/b/c"]\n'),
        ("aliases:\n- /x\n- /y\ntags: [a]\n", 'aliases:\n- /x\n- /y\n- "1-a"\n- "/b/c"\ntags: [a]\n'),
        ("aliases:\n    - /x\ntags:\n    - a\n", 'aliases:\n    - /x\n    - "1-a"\n    - "/b/c"\ntags:\n    - a\n'),
        ("aliases: # none\ntitle: A\n", 'aliases: ["1-a", "/b/c"] # none\ntitle: A\n'),
        ("aliases:\r\n- /x\r\n", 'aliases:\r\n- /x\r\n- "1-a"\r\n- "/b/c"\r\n'),
    ],
)
def test_old_addresses_join_those_that_are_there(before: str, after: str) -> None:
    """New aliases are appended to the list in front matter, in any YAML style, and YAML reads the whole list."""
    head = "---\r\n" if "\r" in before else "---\n"
    text = f"{head}{before}---\nBody: [x]\n"
    lines = [IdentityLine(FILE, "aliases", "1-a"), IdentityLine(FILE, "aliases", "/b/c")]
    done = applied(text, list(insert_into_front_matter(text, len(head), len(head) + len(before), lines)))
    assert done == f"{head}{after}---\nBody: [x]\n"
    read = yaml.safe_load(after)["aliases"]
    assert read[-2:] == ["1-a", "/b/c"]
    assert len(read) == 2 + before.count("/")


def test_a_guid_stands_behind_the_aliases() -> None:
    """Aliases and a guid are inserted into front matter in the given order, their values quoted."""
    text = "---\ntitle: A\n---\n"
    lines = [IdentityLine(FILE, "aliases", "1-a"), IdentityLine(FILE, "guid", 'say "x"')]
    done = applied(text, list(insert_into_front_matter(text, 4, 13, lines)))
    assert done == '---\ntitle: A\naliases: ["1-a"]\nguid: "say \\"x\\""\n---\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '\n[redirects]\n"/a" = "/b"\n\n[shows.radio]\npodcast_guid = "g"\n'),
        ('title = "A"', 'title = "A"\n\n[redirects]\n"/a" = "/b"\n\n[shows.radio]\npodcast_guid = "g"\n'),
        (
            '[redirects] # old\n"/x" = "/y"\n\n[shows.radio]\ntitle = "R"\n',
            '[redirects] # old\n"/a" = "/b"\n"/x" = "/y"\n\n[shows.radio]\npodcast_guid = "g"\ntitle = "R"\n',
        ),
    ],
)
def test_settings_get_their_tables(before: str, after: str) -> None:
    """A setting is inserted as the first line of its table in site.toml, or with a new table at the end of the file."""
    lines = [
        IdentityLine(SITE_FILE, "/a", "/b", "redirects"),
        IdentityLine(SITE_FILE, "podcast_guid", "g", "shows.radio"),
    ]
    done = applied(before, list(insert_into_site_toml(before, lines)))
    assert done.lstrip() == after.lstrip()
    read = tomllib.loads(done)
    assert (read["redirects"]["/a"], read["shows"]["radio"]["podcast_guid"]) == ("/b", "g")


def test_the_table_of_a_renamed_show_is_renamed() -> None:
    """The table of a renamed show in site.toml gets the new folder's name, and the inserted lines."""
    lines = [
        IdentityLine(SITE_FILE, "podcast_guid", "g", "shows.radio"),
        IdentityLine(SITE_FILE, "shows.podcast", "shows.radio"),
    ]
    text = '[shows.podcast] # mine\ntitle = "Pod"\n'
    done = applied(text, list(insert_into_site_toml(text, lines)))
    assert done == '[shows.radio] # mine\npodcast_guid = "g"\ntitle = "Pod"\n'
