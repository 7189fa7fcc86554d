"""The search: its page, the same results as JSON, and the description for browsers (OpenSearch)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import Annotated, ClassVar

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, request
from markupsafe import Markup

from longwave.feeds.discovery import opensearch
from longwave.phrases import phrase
from longwave.routes import path_for, rule, url_for
from longwave.search.index_manifest import IndexDamaged
from longwave.search.index_reader import SearchError
from longwave.search.query import PARAMETERS, BadQuery, Query, read_query
from longwave.search.results import FacetValue, Hit, HitMoment, Results, as_json
from longwave.web.caching.page_cache import reads
from longwave.web.labels import unpublished_label
from longwave.web.metrics import METRICS
from longwave.web.page_contexts import Page
from longwave.web.presenters import episode_card, make_frame, render_page
from longwave.web.request_context import base, edition, keeper, searches
from longwave.web.view_models import PageLink, Pager, ResultMoment, SearchFilter, SearchResult

blueprint = Blueprint("search", __name__)
_MAX_TAGS = 12
_PICTURE = 256
_MAX_CONTENT_TYPE_CHARACTERS = 200
#: The orders of results, with the phrase for each.
_ORDERS = (("relevance", "search.best_first"), ("newest", "search.newest_first"), ("oldest", "search.oldest_first"))
_log = logging.getLogger("longwave")
#: The headers of a 503, after which the same search may soon succeed.
_RETRY = {"Cache-Control": "no-store", "Retry-After": "10"}


class _UnavailableError(Exception):
    """The reason why no search can be answered now, as a sentence for the visitor."""


@dataclass(frozen=True)
class SearchPage(Page):
    """The search box and a page of results."""

    template: ClassVar[str] = "search.html"

    query: Annotated[str, "The text of the search, as it was typed."]
    total: Annotated[int, "The number of all matching episodes."] = 0
    results: Annotated[tuple[SearchResult, ...], "The results of this page."] = ()
    filters: Annotated[tuple[SearchFilter, ...], "The filters that can be chosen."] = ()
    orders: Annotated[tuple[PageLink, ...], "The orders of results, the one in effect marked as current."] = ()
    pager: Annotated[Pager, "The place in the list of all results."] = field(default_factory=lambda: Pager(1, 1))
    active_filters: Annotated[Mapping[str, str], "The chosen values by the names of their filters."] = field(
        default_factory=dict
    )
    message: Annotated[str, "The reason why there are no results, or how the address was misread."] = ""
    unavailable: Annotated[bool, "Whether no search can be answered now."] = False
    indexing: Annotated[str, "How many transcripts are indexed, while some aren't yet."] = ""
    corrected_query: Annotated[str, "The query that was searched instead, where a spelling was guessed."] = ""
    exact_url: Annotated[str, "The address that searches without guesses."] = ""
    suggestions: Annotated[tuple[PageLink, ...], "Searches that would find something, where this one doesn't."] = ()
    popular_tags: Annotated[tuple[PageLink, ...], "The tags of most episodes, where nothing was found."] = ()
    chips: Annotated[tuple[PageLink, ...], "The active filters, each with the address without the filter."] = ()


@blueprint.get(rule("search"))
@reads(*PARAMETERS, "typing", keep=False)
def search() -> Response:
    """Return the search box and a page of results; a parameter that can't be read is ignored.

    503 while no search can be answered, as in ``search_json``.
    """
    message = ""
    try:
        query = read_query(request.args)
    except BadQuery as error:
        query, message = read_query({"q": request.args.get("q", "")}), error.message
    try:
        results = _results(query)
    except _UnavailableError as error:
        frame = make_frame(path_for("search"), phrase("search.title"), query=query.q, indexed=False)
        page = SearchPage(frame, query.q, message=str(error), unavailable=True)
        return make_response(render_page(page), 503, _RETRY)
    if "typing" not in request.args and query == Query(query.q, exact=query.exact):
        searches().add(query.q, results.total)
    return make_response(render_page(_page(query, results, message)))


@blueprint.post(rule("search"))
def count_search() -> Response:
    """Count a search whose results were shown while it was typed: the form's ``q``, sent by the page's script."""
    if len(request.content_type or "") > _MAX_CONTENT_TYPE_CHARACTERS:
        # A long Content-Type is refused because Werkzeug compiles the form's boundary in it to a regular expression.
        abort(400)
    query = read_query({"q": request.form.get("q", "")})
    with suppress(_UnavailableError):
        searches().add(query.q, _results(replace(query, per_page=1)).total)
    return Response(status=204)


@blueprint.get(rule("opensearch"))
def opensearch_xml() -> Response:
    """Return the OpenSearch description, from which a browser adds this site to its search engines."""
    site = edition().catalogue.site
    body = opensearch(base(), site.title, site.description)
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")


@blueprint.get(rule("search_json"))
@reads(*PARAMETERS, keep=False)
def search_json() -> Response:
    """Return a page of results as JSON. 400 for a number or an order that can't be read.

    503 with the reason while no search can be answered: the index isn't made yet, was damaged while the server ran, or
    the search has failed.
    """
    try:
        return jsonify(as_json(_results(read_query(request.args))))
    except BadQuery as error:
        return make_response(jsonify(error=error.message), 400)
    except _UnavailableError as error:
        return make_response(jsonify(error=str(error)), 503, _RETRY)


def _results(query: Query) -> Results:
    current, metrics, began = edition(), current_app.extensions.get(METRICS), perf_counter()
    try:
        if current.search is None:
            raise _UnavailableError(phrase("search.index_is_being_made"))
        return current.search.search(query, current.catalogue)
    except IndexDamaged as error:
        _log.error("%s", error)
        raise _UnavailableError(phrase("search.index_is_being_made")) from None
    except SearchError as error:
        _log.exception("A search has gone wrong: %s", error)
        raise _UnavailableError(phrase("search.failed")) from None
    finally:
        if metrics is not None:
            metrics.searched(perf_counter() - began)


def _page(query: Query, results: Results, message: str) -> SearchPage:
    title = phrase("search.title_of_query", query=query.q) if query.q else phrase("search.title")
    if not message and not results.results:
        message = phrase("search.no_more_results" if results.total else "search.nothing_found")
    return SearchPage(
        # Search engines may list a plain search, under one canonical address for all, and none with filters.
        frame=make_frame(path_for("search"), title, query=query.q, indexed=query in (Query(), Query(query.q))),
        query=query.q,
        total=results.total,
        results=tuple(_result(hit) for hit in results.results),
        filters=tuple(_filter(query, name, values) for name, values in results.facets.items()),
        orders=tuple(
            PageLink(phrase(name), _search_url(query, sort=sort), current=query.sort == sort) for sort, name in _ORDERS
        ),
        pager=Pager(
            query.page,
            max(1, results.pages),
            _search_url(query, page=query.page - 1) if 1 < query.page <= results.pages else "",
            _search_url(query, page=query.page + 1) if query.page < results.pages else "",
        ),
        active_filters=query.filters,
        message=message,
        indexing=_indexing(),
        corrected_query=results.corrected or "",
        exact_url=_search_url(query, exact=1),
        suggestions=tuple(PageLink(text, _search_url(Query(), q=text)) for text in results.suggestions),
        popular_tags=_popular_tags() if not results.total and not query.filters else (),
        chips=tuple(
            PageLink(_label(results, name, value), _search_url(query, **{name: ""}))
            for name, value in query.filters.items()
        ),
    )


def _indexing() -> str:
    progress = keeper().progress()
    return phrase("search.indexing", done=progress.done, total=progress.total) if progress else ""


def _popular_tags() -> tuple[PageLink, ...]:
    catalogue = edition().catalogue
    counted = ((slug, tag.label, len(catalogue.episodes_with_tag(slug))) for slug, tag in catalogue.tags.items())
    popular = sorted(counted, key=lambda item: (-item[2], item[1].casefold()))[:_MAX_TAGS]
    return tuple(PageLink(label, url_for("tag", tag=slug), count) for slug, label, count in popular)


def _label(results: Results, name: str, value: str) -> str:
    return next((facet.label for facet in results.facets[name] if facet.value == value), value)


def _result(hit: Hit) -> SearchResult:
    catalogue = edition().catalogue
    episode = catalogue.episode(hit.show, hit.url.rpartition("/")[2])
    # The search has escaped its HTML, except for its own <mark>.
    return SearchResult(
        title_html=Markup(hit.title_html),  # noqa: S704
        snippet_html=Markup(hit.snippet_html),  # noqa: S704
        url=hit.url,
        show=catalogue.shows[hit.show].title if hit.show in catalogue.shows else hit.show,
        number=hit.number,
        date=datetime.fromisoformat(hit.date),
        guests=hit.guests,
        moments=tuple(map(_moment, hit.moments)),
        unpublished=unpublished_label(episode) if episode else "",
        card=episode_card(episode, _PICTURE) if episode else None,
    )


def _moment(moment: HitMoment) -> ResultMoment:
    html = Markup(moment.html)  # noqa: S704 - the highlighter has escaped it
    return ResultMoment(moment.label, moment.url, html, moment.speaker, moment.source, moment.language)


def _filter(query: Query, name: str, values: tuple[FacetValue, ...]) -> SearchFilter:
    chosen = query.filters.get(name, "")
    links = tuple(
        PageLink(facet.label, _search_url(query, **{name: facet.value}), facet.count, current=facet.value == chosen)
        for facet in values
    )
    return SearchFilter(name, links, _search_url(query, **{name: ""}) if chosen else "")


def _search_url(query: Query, **changes: object) -> str:
    """Return the address of a search with some parameters changed, at its first page unless ``page`` is given."""
    values = {name: query.filters.get(name, getattr(query, name, "")) for name in PARAMETERS} | {"page": 1} | changes
    parameters = {
        name: "1" if value is True else str(value)
        for name, value in values.items()
        if value not in ("", getattr(Query(), name, ""))
    }
    return url_for("search", **parameters)
