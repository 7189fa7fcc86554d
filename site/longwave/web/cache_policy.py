"""Which query parameters a view reads. All others neither miss nor fill the page cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask
from werkzeug.exceptions import HTTPException

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__longwave_reads__"


def reads(*names: str, keep: bool = True) -> Callable[[View], View]:
    """Say which query parameters a view reads, and whether its answers may be kept at all."""

    def mark(view: View) -> View:
        setattr(view, _MARK, (tuple(sorted(names)), keep))
        return view

    return mark


def reads_of(app: Flask) -> Callable[[str], tuple[tuple[str, ...], bool]]:
    """For a path: the names that its view reads, and whether its answers may be kept."""

    def find(path: str) -> tuple[tuple[str, ...], bool]:
        try:
            # PATH_INFO is Latin-1 by the standard (PEP 3333), and UTF-8 by intention.
            text = path.encode("latin-1").decode("utf-8", "replace")
            endpoint, _ = app.url_map.bind("localhost").match(text, method="GET")
        except HTTPException:
            return (), False
        return getattr(app.view_functions[endpoint], _MARK, ((), True))

    return find
