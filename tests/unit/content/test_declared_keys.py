"""Keys of front matter and site.toml: a model's field declares its key, which suffices to parse and document it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import pytest
from pydantic import BaseModel, BeforeValidator, ValidationError

from longwave.content.episodes.front_matter import READER
from longwave.content.fields.declared_keys import keys_of, names_of, values_of, with_keys
from longwave.content.site.site_keys import SHOW_READER, SITE_READER
from longwave.model import Appearance, Guest, Key, Page, Tag


@dataclass(frozen=True)
class Noun:
    """A model class: one field has no key in front matter; the annotations of the others declare their keys."""

    made: str = ""
    subtitle: Annotated[str, Key("a second line")] = ""
    count: Annotated[int, Key("a number", name="how_many", aliases=("number",))] = 3
    names: Annotated[tuple[str, ...], Key("a list")] = field(default_factory=lambda: ("none",))


class Base(BaseModel):
    """A parser's pydantic model that declares a key of its own."""

    subtitle: Annotated[str, Key("the parser's own")] = "own"


def test_a_declared_key_is_read_into_its_field() -> None:
    """A parser reads a class's declared keys by the keys' names, and returns the values by the fields' names."""
    reader = with_keys(
        BaseModel, Noun, {"names": Annotated[tuple[str, ...], BeforeValidator(lambda text: text.split())]}
    )
    read = reader.model_validate({"subtitle": "B", "how_many": 7, "names": "a b", "made": "ignored"})
    assert Noun(**values_of(read, keys_of(Noun))) == Noun("", "B", 7, ("a", "b"))
    assert Noun(**values_of(reader.model_validate({}), keys_of(Noun))) == Noun()
    with pytest.raises(ValidationError):
        reader.model_validate({"how_many": "x"})


def test_a_key_of_the_parser_stays_its_own() -> None:
    """If class and parser declare the same key, the parser's declaration applies; a missing optional key is None."""
    reader = with_keys(Base, Noun, {}, optional=True)
    assert reader.model_validate({}).model_dump() == {"subtitle": "own", "how_many": None, "names": None}
    assert keys_of(reader)["subtitle"].help == "the parser's own"
    assert names_of(reader) == {"subtitle", "how_many", "number", "names"}


@pytest.mark.parametrize("declaring", [READER, SITE_READER, SHOW_READER, Appearance, Guest, Tag, Page])
def test_each_key_is_described(declaring: type) -> None:
    """Every key that a parser reads has a help text for the docs, and every field of a parser declares a key."""
    keys = keys_of(declaring)
    assert all(key.help for key in keys.values())
    if issubclass(declaring, BaseModel):
        assert set(keys) == set(declaring.model_fields)
