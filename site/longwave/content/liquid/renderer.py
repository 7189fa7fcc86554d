"""Rendering the Liquid of a body within limits, with a problem for each name that doesn't exist."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from liquid.exceptions import LiquidError, ResourceLimitError
from liquid.parser import get_parser

from longwave.content.liquid.environment import JekyllEnvironment, Surroundings
from longwave.content.liquid.jekyll_tags import JEKYLL_TAGS, make_unknown_tag
from longwave.content.liquid.limits import Meter
from longwave.content.liquid.reports import Reports
from longwave.errors import ContentError, Problem

_LIMITS = "at most 100,000 turns of a loop, 20,000 items, 2 MB of text, 30 levels and a second's work"
#: The exceptions, other than its own, that python-liquid lets through while it renders.
_LIBRARY_ERRORS = (
    *(RecursionError, ArithmeticError, ValueError, TypeError),
    *(LookupError, AttributeError, MemoryError),
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body (a file's text after the front matter) with its Liquid rendered, and the problems found.

    ``uses_addresses`` says whether a tag has written the address of another content file.
    """

    text: str
    problems: tuple[Problem, ...] = ()
    uses_addresses: bool = False


class Liquid:
    """A renderer for the bodies of one site. Not safe for use by several threads."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._environment = JekyllEnvironment(surroundings, JEKYLL_TAGS, make_unknown_tag)
        self._site = surroundings.site
        # python-liquid caches a parser for each of the last 128 environments, which would keep their sites in memory.
        weakref.finalize(self, get_parser.cache_clear).atexit = False

    def unknown_tags(self, text: str) -> tuple[str, ...]:
        """Return the names of the tags in ``text`` that nothing supplies; empty for a text that can't be parsed."""
        environment = self._environment
        environment.meter, environment.unknown = Meter(), []
        with contextlib.suppress(LiquidError, *_LIBRARY_ERRORS):
            environment.from_string(text)
        return tuple(dict.fromkeys(token.value for token in environment.unknown))

    def render(self, text: str, page: Mapping[str, Any], *, file: str, first_line: int) -> Rendered:
        """Render the body ``text``, which begins on line ``first_line`` of ``file``, with ``page`` as ``page.*``.

        An unknown name renders as nothing and is reported. Raises ContentError for a body that can't be rendered, such
        as one with a tag that is never closed or a loop that exceeds the limits.
        """
        if "{{" not in text and "{%" not in text:
            return Rendered(text)
        environment = self._environment
        reports = environment.reports = Reports(file, text, first_line, environment.includes, page, self._site)
        environment.meter = Meter()
        try:
            template = environment.from_string(text)
            rendered = template.render(page=page, site=self._site, jekyll={"environment": "production"})
        except ResourceLimitError as error:
            hint = "Does a loop or an include never end?"
            problem = Problem(*reports.locate_error(error), _LIMITS, f"more: {error.message}", hint)
            raise _failure(problem, file) from None
        except LiquidError as error:
            raise _failure(replace(reports.problem_of(error), hint=""), file) from None
        except _LIBRARY_ERRORS as error:
            found = f"{type(error).__name__}: {error}"[:100]
            problem = Problem(*reports.locate_error(error), "Liquid that can be rendered", found)
            raise _failure(problem, file) from None
        return Rendered(rendered, tuple(reports.problems), reports.uses_addresses)


def _failure(problem: Problem, file: str) -> ContentError:
    """Return the error that ``file`` can't be rendered because of ``problem``, which may lie in an include."""
    named = f"{problem.hint} {file} stays unpublished, or as it was.".strip()
    return ContentError(problem if problem.file == file else replace(problem, hint=named))
