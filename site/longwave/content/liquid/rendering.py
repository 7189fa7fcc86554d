"""A body's Liquid, rendered within limits, with a report of everything that it names and that doesn't exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import liquid
from liquid.exceptions import LiquidError, ResourceLimitError
from liquid.parser import get_parser
from liquid.template import BoundTemplate
from liquid.undefined import Undefined

from longwave.content.liquid.filters import Filter, jekyll_filters
from longwave.content.liquid.reports import Reports
from longwave.content.liquid.tags import JEKYLL_TAGS, UnknownNode, marked
from longwave.errors import ContentError, Problem

_TAG_NAME = re.compile(r"\{%-?\s*(\w+)")
_LIMITS = "at most 100,000 turns of a loop, 2 MB of text and 30 levels"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a body sees besides its own page.

    ``site`` is ``site.*``. ``includes`` are sources by name. ``homepages`` give a tag's label and home page (empty:
    none) by its slug. ``addresses`` gives the path at which a file of content is served, or None.
    """

    site: Mapping[str, Any]
    includes: Mapping[str, str]
    homepages: Mapping[str, tuple[str, str]]
    addresses: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text after Liquid, what was named but doesn't exist, and whether it holds other files' addresses."""

    text: str
    problems: tuple[Problem, ...] = ()
    uses_addresses: bool = False


class Liquid:
    """Renders bodies in the same surroundings. Not for several threads at once."""

    def __init__(self, surroundings: Surroundings) -> None:
        # The library keeps the last 128 environments, and so all that they can see: a site's addresses, over and over.
        get_parser.cache_clear()
        self._environment = JekyllEnvironment(surroundings)
        self._site = surroundings.site

    def render(self, text: str, page: Mapping[str, Any], *, file: str, first_line: int) -> Rendered:
        """The body ``text``, which begins on ``first_line`` of ``file``, with ``page`` as ``page.*``.

        What doesn't exist renders as nothing and is reported. Raises ContentError when the body can't be rendered:
        a tag that is never closed, a loop without end.
        """
        if "{{" not in text and "{%" not in text:
            return Rendered(text)
        environment = self._environment
        reports = environment.reports = Reports(file, text, first_line, environment.includes, page, self._site)
        try:
            template = environment.from_string(text)
            rendered = template.render(page=page, site=self._site, jekyll={"environment": "production"})
        except ResourceLimitError as error:
            where, line = reports.locate(error.token)
            raise ContentError(Problem(where, line, _LIMITS, "more", "Does a loop or an include never end?")) from None
        except LiquidError as error:
            where, line = reports.locate(error.token)
            raise ContentError(
                Problem(where, line, "Liquid that ends", str(error.message), "Is a tag closed?")
            ) from None
        except (
            RecursionError,
            ArithmeticError,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            MemoryError,
        ) as error:
            found = f"{type(error).__name__}: {error}"[:100]
            raise ContentError(Problem(file, first_line, "Liquid that can be rendered", found)) from None
        return Rendered(rendered, tuple(reports.problems), reports.uses_addresses)


class JekyllEnvironment(liquid.Environment):
    """Liquid with Jekyll's tags and filters; it reports what is unknown instead of failing."""

    loop_iteration_limit: ClassVar[int | None] = 100_000
    output_stream_limit: ClassVar[int | None] = 2_000_000
    local_namespace_limit: ClassVar[int | None] = 2_000_000

    def __init__(self, surroundings: Surroundings) -> None:
        self.reports = Reports("", "", 1, {})
        super().__init__(tolerance=liquid.Mode.LAX, undefined=_undefined(self))
        self.includes = surroundings.includes
        self.homepages, self.addresses = surroundings.homepages, surroundings.addresses
        self.tags.pop("render", None)
        for tag in JEKYLL_TAGS:
            self.add_tag(tag)
        self.known_tags = tuple(self.tags)
        self.filters = _Filters(self, {**self.filters, **jekyll_filters(self, surroundings.site)})
        self._snippets: dict[str, BoundTemplate] = {}

    def from_string(self, source: str, *args: Any, **kwargs: Any) -> BoundTemplate:
        """Parse ``source``; tags that nobody knows become tags that render as nothing."""
        closing = {tag.end for tag in self.tags.values() if tag.end} | {"else", "elsif", "when"}
        for name in set(_TAG_NAME.findall(source)) - self.tags.keys() - closing:
            self.add_tag(marked(name, UnknownNode))
        return super().from_string(source, *args, **kwargs)

    def snippet(self, name: str) -> BoundTemplate:
        """The include ``name``, parsed once."""
        if name not in self._snippets:
            self._snippets[name] = self.from_string(self.includes[name])
        return self._snippets[name]

    def error(self, exc: Any, msg: str | None = None, token: Any = None) -> None:
        """Called for each error; raises those after which nothing sensible can be rendered."""
        error = exc if isinstance(exc, LiquidError) else exc(msg, token=token)
        message = str(error.message)
        if (
            isinstance(error, ResourceLimitError)
            or "end of file" in message
            or "expected tag" in message
            or "closing" in message
        ):
            raise error
        file, line = self.reports.locate(error.token or token)
        self.reports.problems[Problem(file, line, "Liquid", message[:120], "It renders as nothing.", rule="liquid")] = (
            None
        )


class _Filters(dict[str, Filter]):
    """Filters by name; one that doesn't exist is reported, and what it is applied to renders as nothing."""

    def __init__(self, environment: JekyllEnvironment, known: Mapping[str, Filter]) -> None:
        super().__init__(known)
        self._environment = environment

    def __missing__(self, name: str) -> Filter:
        reports = self._environment.reports
        reports.add("a filter", name, reports.find(rf"\|\s*{re.escape(name)}\b"), self)
        return lambda *_args, **_named: ""


def _undefined(environment: JekyllEnvironment) -> type[Undefined]:
    class Reported(Undefined):
        """A variable that doesn't exist: fine in a condition or with a default, reported where it is printed."""

        __slots__ = ()

        def __str__(self) -> str:
            environment.reports.add_variable(_shown(self), self.token)
            return ""

    return Reported


def _shown(missing: Undefined) -> str:
    token = missing.token
    if token is None or token.start_index < 0:
        return str(missing.name)
    match = re.compile(r"[\w.\-\[\]\"']+").match(token.source, token.start_index)
    return match[0] if match else str(missing.name)
