"""The parameters of a search page's address, read into a query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.search.query import LONGEST, BadQuery, Query, read_query


def test_nothing_asks_for_everything() -> None:
    """Missing and empty search parameters have defaults, and unknown ones are ignored."""
    assert read_query({}) == Query()
    assert read_query({"q": " ", "page": "", "sort": "", "year": "", "utm_source": "x"}) == Query()


def test_all_parameters_are_read() -> None:
    """Each search parameter of an address sets its field of the query."""
    args = {"q": " aws  ", "page": "2", "per_page": "50", "show": "s", "tag": "t", "guest": "g", "year": "2019"}
    expected = Query("aws", 2, 50, {"show": "s", "tag": "t", "guest": "g", "year": "2019"}, "newest", exact=True)
    assert read_query({**args, "sort": "newest", "exact": "1"}) == expected


@pytest.mark.parametrize("name", ["page", "per_page", "year"])
@pytest.mark.parametrize("value", ["x", "-1", "1.5", "1e3", "٣", "1_0", "0x1", "9" * 5000, "1 2"])
def test_malformed_numbers_are_refused(name: str, value: str) -> None:
    """A numeric search parameter that isn't a plain integer is refused, with its name in the message."""
    with pytest.raises(BadQuery) as refused:
        read_query({name: value})
    assert refused.value.message.startswith(f"{name}: ")


@pytest.mark.parametrize("args", [{"page": "0"}, {"per_page": "0"}, {"per_page": "51"}, {"sort": "title"}])
def test_what_is_out_of_bounds_is_refused(args: dict[str, str]) -> None:
    """A page number below 1, a page size of 0 or above 50, and an unknown sort order are refused."""
    with pytest.raises(BadQuery):
        read_query(args)


def test_a_long_query_is_cut() -> None:
    """A typed query is cut at its limit of length, and unprintable characters become spaces."""
    assert len(read_query({"q": "a" * 10_000}).q) == LONGEST
    assert read_query({"q": "a\0b\ud800c"}).q == "a b c"


@given(st.dictionaries(st.sampled_from(["q", "page", "per_page", "year", "sort", "show", "exact"]), st.text()))
def test_any_parameters_are_read_or_refused(args: dict[str, str]) -> None:
    """Any search parameters give a query or raise BadQuery."""
    try:
        query = read_query(args)
    except BadQuery:
        return
    assert len(query.q.encode()) <= 4 * LONGEST
