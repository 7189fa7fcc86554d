"""Answers that were given just now, found by the very words of their requests.

To find a page in the page cache a request has to be understood; here it isn't even read. All requests come through
here, and on a fast server each line costs a hundredth of those that it can answer: hence few lines, few calls, and a
function in place of an object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from time import time
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from longwave.edition import Keeper
from longwave.web.cached_response import Headers, ending
from longwave.web.memory_cache import MemoryCache
from longwave.web.request_context import CACHED, EDITION
from longwave.web.seen import SEEN, Seen

#: So many answers are known, to requests of so many characters; strangers may send 32 KB.
_MOST, _LONGEST = 1000, 500
Asked = tuple[str | None, ...]
#: Status, headers, body, from when on it would be shown for too long (0: never), and what is written of it.
Answer = tuple[str, Headers, list[bytes], float, Any]


def known_answers(
    inner: WSGIApplication, memory: MemoryCache, keeper: Keeper, again: Callable[[WSGIEnvironment, Seen], None] | None
) -> WSGIApplication:
    """WSGI middleware, which tells ``again`` of each request that it answers itself.

    Answers lie with their edition, and share their bytes with ``memory``; all are forgotten as soon as it forgets one.
    """

    memory.on_forget = partial(_forget, keeper)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        edition = keeper.current
        if edition is None:
            return inner(environ, start_response)
        get = environ.get
        # All that an answer from the page cache depends on.
        asked = (
            get("PATH_INFO"),
            get("QUERY_STRING"),
            get("HTTP_ACCEPT_ENCODING"),
            get("HTTP_ACCEPT"),
            get("HTTP_IF_NONE_MATCH"),
            get("HTTP_IF_MODIFIED_SINCE"),
            get("REQUEST_METHOD"),
            get("wsgi.url_scheme"),
        )
        found: Answer | None = edition.answers.get(asked)
        if found is None:
            return _learn(inner, asked, environ, start_response)
        status, headers, body, ends, seen = found
        if ends and time() > ends:
            return inner(environ, start_response)
        if again is not None:
            again(environ, seen)
        start_response(status, [*headers])
        return body

    return answer


def _learn(
    inner: WSGIApplication, asked: Asked, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Have a request answered, and know the answer from then on if it lies in the page cache."""
    told: list[Any] = []

    def start(*given: Any) -> Any:
        told[:] = given
        return start_response(*given)

    body = inner(environ, start)
    if environ[CACHED] == "hit" and sum(len(said) for said in asked if said) < _LONGEST:
        edition, (status, headers) = environ[EDITION], told
        if len(edition.answers) >= _MOST:
            edition.answers.clear()
        edition.answers[asked] = status, tuple(headers), list(body), ending(edition.next_due), environ.get(SEEN)
    return body


def _forget(keeper: Keeper) -> None:
    if keeper.current is not None:
        keeper.current.answers.clear()
