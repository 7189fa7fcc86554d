"""Salvage of the valid part of data that pydantic refuses."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError
from pydantic_core import PydanticCustomError

from longwave.content.fields.salvage import TooManyError, place_of, salvage


class Person(BaseModel):
    name: str
    age: int = 0


def checked(person: Person) -> Person:
    """Return the person, or raise an error that names the part "age" if they are over 200."""
    if person.age > 200:
        raise PydanticCustomError("part", "an age", {"part": "age"})
    return person


class Data(BaseModel):
    title: str = ""
    people: tuple[Annotated[Person, AfterValidator(checked)], ...] = ()
    either: list[dict[str, int]] | str = ""
    words: Annotated[
        tuple[int, ...], BeforeValidator(lambda text: text.split() if isinstance(text, str) else text)
    ] = ()


def read(data: Any) -> tuple[Data, list[tuple[int | str, ...]]]:
    """Return the valid rest of ``data``, and for each value that was left out the keys and indexes that lead to it."""
    told: list[tuple[int | str, ...]] = []
    return salvage(Data.model_validate, data, lambda error: told.append(place_of(error))), told


def test_a_value_costs_itself() -> None:
    """An invalid value, list item, or value in a map in a list is reported once, and only it is left out."""
    data, told = read(
        {"title": [1], "people": [{"name": "A", "age": "old"}, 5, {"name": "B", "age": 7}], "either": [3, {"a": 1}]}
    )
    assert (data.title, data.people) == ("", (Person(name="A"), Person(name="B", age=7)))
    assert data.either == [{"a": 1}]
    assert told[:3] == [("title",), ("people", 0, "age"), ("people", 1)]
    assert (len(told), told[3][0]) == (4, "either")


def test_what_needs_a_value_goes_with_it() -> None:
    """An object without a valid required field is left out whole and reported once, as is text with an invalid word."""
    data, told = read({"people": [{"name": [1]}, {"age": 3}, {"name": "C"}], "words": "1 2 x"})
    assert (data.people, data.words) == ((Person(name="C"),), ())
    assert told == [("people", 0, "name"), ("people", 1, "name"), ("words", 2)]


def test_places_are_those_of_the_data_as_it_was_given() -> None:
    """An invalid list item is reported with its index in the original list, even if items before it were left out."""
    good, old, other = {"name": "A"}, {"name": "B", "age": 900}, {"name": "C", "age": "x"}
    _, told = read({"people": [3, good, 4, old, [], other], "words": ["x", 1, "y", "z"]})
    assert told[:5] == [("people", 0), ("people", 2), ("people", 3, "age"), ("people", 4), ("people", 5, "age")]
    assert told[5:] == [("words", 0), ("words", 2), ("words", 3)]


def test_a_part_of_a_whole_costs_itself() -> None:
    """If a model's validator names an invalid part, that part is left out and the rest stays."""
    data, told = read({"people": [{"name": "A", "age": 300}]})
    assert (data.people, told) == ((Person(name="A"),), [("people", 0, "age")])


def test_what_can_not_be_left_out_is_raised() -> None:
    """Data whose invalid part can't be left out raises ValidationError, and data with too many errors TooManyError."""
    with pytest.raises(ValidationError):
        salvage(Person.model_validate, {}, lambda _: None)
    with pytest.raises(TooManyError):
        salvage(Data.model_validate, {"people": list(range(200))}, lambda _: None)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "age", "title", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["title", "people", "either", "words", "more"]), ANY, max_size=5))
def test_any_data_is_read(data: dict[str, Any]) -> None:
    """Any data can be salvaged, and each reported place exists in the data."""
    _, told = read(data)
    assert all(place[0] in data for place in told)
