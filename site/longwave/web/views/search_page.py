"""`/search`, `/search.json`, and `/opensearch.xml`, which tells browsers of them."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from time import perf_counter

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, request
from markupsafe import Markup

from longwave.feeds.opensearch import opensearch
from longwave.routes import path_for, rule, url_for
from longwave.search.index_manifest import IndexDamaged
from longwave.search.index_reader import SearchError
from longwave.search.query import BadQuery, Query, read_query
from longwave.search.results import FacetValue, Hit, Results, as_json
from longwave.web.cache_policy import reads
from longwave.web.metrics import METRICS
from longwave.web.page_contexts import SearchPage
from longwave.web.presenters import frame, show_page, unpublished
from longwave.web.request_context import base, edition, searches
from longwave.web.view_models import Filter, Found, FoundMoment, LinkTo, Pager

blueprint = Blueprint("search", __name__)
_PARAMETERS = ("q", "page", "per_page", "show", "tag", "guest", "year", "sort", "exact")
_MOST_TAGS = 12
_LONGEST_TYPE = 200
_log = logging.getLogger("longwave")
_NOTHING = "Nothing was found. Fewer or other words may find more."
_PAST = "There are no more results than those before."
_FILLING = "The search index of this site is being made; it will be here in a minute."
_FAILED = "This search has gone wrong. It is not your fault, and it has been noted; other words may find something."
#: What doesn't answer now may do so in a moment.
_LATER = {"Cache-Control": "no-store", "Retry-After": "10"}


class _UnansweredError(Exception):
    """The reason why a search can't be answered, in words for the visitor."""


@blueprint.get(rule("search"))
@reads(*_PARAMETERS, "typing", keep=False)
def search() -> Response:
    """The search box and what it found. What can't be read of the address is searched as if it weren't there.

    503 where nothing can be searched, as in `search_json`.
    """
    message = ""
    try:
        query = read_query(request.args)
    except BadQuery as error:
        query, message = read_query({"q": request.args.get("q", "")}), error.message
    try:
        results = _results(query)
    except _UnansweredError as error:
        whole = frame(path_for("search"), "Search", query=query.q, indexed=False)
        page = SearchPage(whole, query.q, message=str(error), unanswered=True)
        return make_response(show_page(page), 503, _LATER)
    if "typing" not in request.args and query == Query(query.q, exact=query.exact):
        searches().add(query.q, results.total)
    return make_response(show_page(_page(query, results, message)))


@blueprint.post(rule("search"))
def settle() -> Response:
    """Count a search that was answered while it was typed: `q` of the form, as the page's script sends it."""
    if len(request.content_type or "") > _LONGEST_TYPE:
        # What parts a form may be of any length, and is looked for by a pattern of that length.
        abort(400)
    query = read_query({"q": request.form.get("q", "")})
    with suppress(_UnansweredError):
        searches().add(query.q, _results(replace(query, per_page=1)).total)
    return Response(status=204)


@blueprint.get(rule("opensearch"))
def opensearch_xml() -> Response:
    """What a browser reads that adds this site to its search engines."""
    site = edition().catalogue.site
    body = opensearch(base(), site.title, site.description)
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")


@blueprint.get(rule("search_json"))
@reads(*_PARAMETERS, keep=False)
def search_json() -> Response:
    """The same for programs: 400 for a number or an order that can't be read, 503 and why where there is no answer now.

    Then there is no index: it isn't made yet, or was damaged while the server ran; or we have made a mistake.
    """
    try:
        return jsonify(as_json(_results(read_query(request.args))))
    except BadQuery as error:
        return make_response(jsonify(error=error.message), 400)
    except _UnansweredError as error:
        return make_response(jsonify(error=str(error)), 503, _LATER)


def _results(query: Query) -> Results:
    now, metrics, began = edition(), current_app.extensions.get(METRICS), perf_counter()
    try:
        if now.search is None:
            raise _UnansweredError(_FILLING)
        return now.search.search(query, now.catalogue)
    except IndexDamaged as error:
        _log.error("%s", error)
        raise _UnansweredError(_FILLING) from None
    except SearchError as error:
        _log.exception("A search has gone wrong: %s", error)
        raise _UnansweredError(_FAILED) from None
    finally:
        if metrics is not None:
            metrics.searched(perf_counter() - began)


def _page(query: Query, results: Results, message: str) -> SearchPage:
    chosen = {name: str(getattr(query, name)) for name in ("show", "tag", "guest", "year") if getattr(query, name)}
    titled = f"Search: {query.q}" if query.q else "Search"
    if not message and not results.results:
        message = _PAST if results.total else _NOTHING
    return SearchPage(
        # Every search is one page to a search engine, by its canonical address, and what narrows it is none at all.
        frame=frame(path_for("search"), titled, query=query.q, indexed=query in (Query(), Query(query.q))),
        query=query.q,
        total=results.total,
        results=tuple(_found(hit) for hit in results.results),
        filters=tuple(_filter(query, name, getattr(results.facets, name)) for name in ("show", "tag", "guest", "year")),
        orders=tuple(
            LinkTo(label, _address(query, sort=sort), current=query.sort == sort)
            for label, sort in (("Best first", "relevance"), ("Newest first", "newest"), ("Oldest first", "oldest"))
        ),
        pager=Pager(
            query.page,
            max(1, results.pages),
            _address(query, page=query.page - 1) if 1 < query.page <= results.pages else "",
            _address(query, page=query.page + 1) if query.page < results.pages else "",
        ),
        chosen=chosen,
        message=message,
        corrected=results.corrected or "",
        exact=_address(query, exact=1),
        suggestions=tuple(LinkTo(text, _address(Query(), q=text)) for text in results.suggestions),
        tags=_often() if not results.total and not chosen else (),
        chips=tuple(
            LinkTo(_label(results, name, value), _address(query, **{name: ""})) for name, value in chosen.items()
        ),
    )


def _often() -> tuple[LinkTo, ...]:
    catalogue = edition().catalogue
    counted = ((slug, tag.label, len(catalogue.of_tag(slug))) for slug, tag in catalogue.tags.items())
    best = sorted(counted, key=lambda one: (-one[2], one[1].casefold()))[:_MOST_TAGS]
    return tuple(LinkTo(label, url_for("tag", tag=slug), count) for slug, label, count in best)


def _label(results: Results, name: str, value: str) -> str:
    return next((found.label for found in getattr(results.facets, name) if found.value == value), value)


def _found(hit: Hit) -> Found:
    episode = edition().catalogue.episode(hit.show, hit.url.rpartition("/")[2])
    # What the search gives as HTML is escaped by it, but for its <mark>.
    return Found(
        title_html=Markup(hit.title_html),  # noqa: S704
        snippet_html=Markup(hit.snippet_html),  # noqa: S704
        url=hit.url,
        show=edition().catalogue.shows[hit.show].title if hit.show in edition().catalogue.shows else hit.show,
        number=hit.number,
        date=datetime.fromisoformat(hit.date),
        guests=hit.guests,
        moments=tuple(
            FoundMoment(m.label, m.url, Markup(m.html), m.speaker, m.source)  # noqa: S704
            for m in hit.moments
        ),
        unpublished=unpublished(episode) if episode else "",
    )


def _filter(query: Query, name: str, values: tuple[FacetValue, ...]) -> Filter:
    chosen = str(getattr(query, name) or "")
    links = tuple(
        LinkTo(v.label, _address(query, **{name: v.value}), v.count, current=v.value == chosen) for v in values
    )
    return Filter(name, links, _address(query, **{name: ""}) if chosen else "")


def _address(query: Query, **changed: object) -> str:
    """The address of this search with something changed; a change begins at the first page again."""
    default = Query()
    values = {name: getattr(query, name) for name in _PARAMETERS} | {"page": 1} | changed
    said = {
        name: "1" if value is True else str(value)
        for name, value in values.items()
        if value not in ("", None, getattr(default, name))
    }
    return url_for("search", **said)
