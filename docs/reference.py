"""The tables in docs/, made from the code that declares what they list.

Run ``python docs/reference.py`` in the repository: each table between a line ``<!-- table: NAME -->`` and a line
``<!-- end of table -->`` in ``docs/*.md`` is written again. ``--check`` writes nothing: it prints the names of files
whose tables are stale, and exits with 1 when there is one.

Add a table with a function that has ``@table("NAME")`` above it, and put the two lines into a page.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from markupsafe import Markup
from pydantic import BaseModel

from longwave.config import declared_settings
from longwave.content.episodes import front_matter
from longwave.content.fields.declared_keys import keys_of, names_of
from longwave.content.site import site_keys
from longwave.content.site.site_keys import SharedKeys
from longwave.model import Appearance, Guest, Page, SharedSyndication, Syndication, Tag
from longwave.web import view_models
from longwave.web.page_contexts import Frame
from longwave.web.template_filters import FILTERS
from longwave.web.views import page_kinds

DOCS = Path(__file__).parent
Row = tuple[str, ...]
#: A function for each table, by the table's name; it returns the header first, then the rows, as Markdown.
TABLES: dict[str, Callable[[], Iterable[Row]]] = {}
_MARKED = re.compile(r"(<!-- table: (?P<name>[\w-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def table(name: str) -> Callable[[Callable[[], Iterable[Row]]], Callable[[], Iterable[Row]]]:
    """Register the decorated function as the source of the table ``name``."""

    def register(rows: Callable[[], Iterable[Row]]) -> Callable[[], Iterable[Row]]:
        TABLES[name] = rows
        return rows

    return register


# Keys of front matter and of site.toml.


def _rows(declaring: type, wanted: Callable[[str], bool] = lambda _: True) -> Iterable[Row]:
    """Yield the header, and a row for each key that a class declares and whose name ``wanted`` accepts."""
    yield ("key", "value", "default", "appears in")
    for field, key in keys_of(declaring).items():
        if wanted(key.name):
            names = ", ".join(f"`{name}`" for name in (key.name, *key.aliases))
            yield (names, key.help, key.default or _default(declaring, field), key.appears_in)


def _default(declaring: type, field: str) -> str:
    """Return the default of a field as front matter or TOML would write it; empty where the field has none."""
    if issubclass(declaring, BaseModel):
        value = declaring.model_fields[field].get_default(call_default_factory=True)
        # If the parser's default is None, a key that the file lacks has the default of the model's field.
        value = getattr(Syndication(), field, None) if value is None else value
    else:
        parameter = inspect.signature(declaring).parameters[field]
        value = "" if parameter.default is parameter.empty else parameter.default
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f"`{value}`" if isinstance(value, (str, int)) and value != "" else ""


@table("episode-keys")
def episode_keys() -> Iterable[Row]:
    """Yield the keys of an episode's front matter, those of its guests left out."""
    return _rows(front_matter.READER)


@table("episode-guest-keys")
def episode_guest_keys() -> Iterable[Row]:
    """Yield the keys of a guest in an episode's front matter."""
    return _rows(Appearance)


@table("guest-file-keys")
def guest_file_keys() -> Iterable[Row]:
    """Yield the keys of ``guests/*.md``."""
    return _rows(Guest)


@table("tag-file-keys")
def tag_file_keys() -> Iterable[Row]:
    """Yield the keys of ``tags/*.md``."""
    return _rows(Tag)


@table("page-file-keys")
def page_file_keys() -> Iterable[Row]:
    """Yield the keys of ``pages/*.md``."""
    return _rows(Page)


_SHARED = names_of(SharedKeys, SharedSyndication)


@table("site-keys")
def site_keys_of_the_site() -> Iterable[Row]:
    """Yield the keys of ``site.toml`` that only the site has."""
    return _rows(site_keys.SITE_READER, lambda name: name not in _SHARED)


@table("shared-keys")
def shared_keys() -> Iterable[Row]:
    """Yield the keys of ``site.toml`` that apply to all shows or, in a show's table, to that show alone."""
    return _rows(site_keys.SITE_READER, lambda name: name in _SHARED)


@table("show-keys")
def show_keys() -> Iterable[Row]:
    """Yield the keys of ``site.toml`` that stand in a show's table only."""
    return _rows(site_keys.SHOW_READER, lambda name: name not in _SHARED)


# Settings.
@table("settings")
def settings() -> Iterable[Row]:
    """Yield each setting of a deployment with its default and its help."""
    yield ("setting", "default", "effect")
    for setting in declared_settings().values():
        default = str(setting.default) if setting.default_help is None else setting.default_help
        yield (f"`LONGWAVE_{setting.name}`", default, setting.help)


# Page contexts.


@table("frame-fields")
def frame_fields() -> Iterable[Row]:
    """Yield the fields of ``frame``, which every page has."""
    yield ("field of `frame`", "type", "content")
    yield from _fields(Frame)


@table("page-fields")
def page_fields() -> Iterable[Row]:
    """Yield the fields that each template is given beside ``frame``."""
    yield ("template", "field", "type", "content")
    for kind in page_kinds():
        for number, row in enumerate(_fields(kind, without={"frame"})):
            yield ("" if number else f"`{kind.template}`", *row)


@table("view-model-fields")
def view_model_fields() -> Iterable[Row]:
    """Yield the fields of the view models of which pages are made."""
    yield ("type", "field", "type of the field", "content")
    for model in vars(view_models).values():
        if isinstance(model, type) and model.__module__ == view_models.__name__:
            for number, row in enumerate(_fields(model)):
                yield ("" if number else model.__name__, *row)


@table("template-filters")
def template_filters() -> Iterable[Row]:
    """Yield the filters of templates, beside those of Jinja."""
    yield ("filter", "effect")
    for name, function in FILTERS.items():
        summary = (inspect.getdoc(function) or "").partition("\n\n")[0]
        yield (f"`{name}`", summary.replace("``", "`"))


def _fields(declaring: type, without: Container[str] = ()) -> Iterable[Row]:
    """Yield a row for each field of a dataclass. Raises KeyError for a field without help."""
    hints = get_type_hints(declaring, include_extras=True)
    for name, hint in hints.items():
        if name not in without and get_origin(hint) is not ClassVar:
            if get_origin(hint) is not Annotated:
                raise KeyError(f'{declaring.__name__}.{name} needs a help: Annotated[type, "..."].')
            kind, text = get_args(hint)[:2]
            yield (f"`{name}`", _type_name(kind), text)


def _type_name(kind: Any) -> str:
    """Return the name of a type for authors of templates."""
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        return f"list of {_type_name(arguments[0])}"
    if arguments and type(None) in arguments:
        return f"{_type_name(arguments[0])}, or none"
    plain = {str: "text", int: "number", float: "number", bool: "true or false", datetime: "date", Markup: "HTML"}
    return "mapping" if get_origin(kind) is Mapping else plain.get(kind, kind.__name__)


def markdown(rows: Iterable[Row]) -> str:
    """Return a table in Markdown, its first row as the header; a pipe within a cell is escaped."""
    header, *others = ([" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows)
    lines = [header, ["---"] * len(header), *others]
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |").replace("|  |", "| |") for line in lines)


def renewed(text: str) -> str:
    """Return the text of a page with all its tables made again. Raises KeyError for a table that has no function."""
    return _MARKED.sub(lambda match: match[1] + markdown(TABLES[match["name"]]()) + match[3], text)


def main(arguments: list[str]) -> int:
    """Write all stale pages, or print their names and return 1 where the arguments are ``--check``."""
    pages = {path: path.read_text("utf-8") for path in sorted(DOCS.glob("*.md"))}
    stale = {path: made for path, text in pages.items() if (made := renewed(text)) != text}
    if arguments == ["--check"]:
        for path in stale:
            print(f"docs/{path.name}: expected tables as the code declares them, found others. Run docs/reference.py.")
        return int(bool(stale))
    for path, made in stale.items():
        path.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
