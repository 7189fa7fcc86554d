"""A body's Liquid, rendered within limits, with a report of everything that it names and that doesn't exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import liquid
from liquid import RenderContext, Token
from liquid.exceptions import LiquidError, ResourceLimitError
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.template import BoundTemplate
from liquid.undefined import Undefined

from longwave.content.liquid.jekyll_filters import OF_TEXT, Filter, as_printed, jekyll_filters
from longwave.content.liquid.jekyll_tags import JEKYLL_TAGS, UnknownNode, marked
from longwave.content.liquid.lexing import UnreadableError, closed, tokens
from longwave.content.liquid.limits import LARGEST, Meter, metered
from longwave.content.liquid.reports import Reports
from longwave.errors import ContentError, Problem

_TAG_NAME = re.compile(r"\{%-?\s*(\w+)")
_LIMITS = "at most 100,000 turns of a loop, 20,000 items, 2 MB of text, 30 levels and a second's work"


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
        environment.meter = Meter()
        try:
            template = environment.from_string(text)
            rendered = template.render(page=page, site=self._site, jekyll={"environment": "production"})
        except ResourceLimitError as error:
            where, line = reports.locate(error.token)
            hint = "Does a loop or an include never end?"
            raise ContentError(Problem(where, line, _LIMITS, f"more: {error.message}", hint)) from None
        except LiquidError as error:
            raise ContentError(replace(reports.told(error), hint="")) from None
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


class _Context(RenderContext):
    """The state of a template that is rendered. Each node and each filter is counted."""

    @property
    def disabled_tags(self) -> list[str]:
        """Return none; the library asks for them before it renders a node."""
        self._environment.meter.node()
        return []

    @disabled_tags.setter
    def disabled_tags(self, _: list[str]) -> None:
        pass

    @property
    def _environment(self) -> JekyllEnvironment:
        return self.env  # type: ignore[return-value]  # the only one that makes these

    def filter(self, name: str, token: Token | None) -> Filter:
        """The filter ``name``, metered; one that doesn't exist is reported, and makes nothing of anything."""
        environment = self._environment
        if name not in environment.filters:
            environment.reports.add("a filter", name, token, environment.filters)
            return lambda *_args, **_named: ""
        return metered(name, super().filter(name, token), token, environment.meter)


class _Template(BoundTemplate):
    context_class = _Context


class JekyllEnvironment(liquid.Environment):
    """Liquid with Jekyll's tags and filters; it reports what is unknown instead of failing."""

    loop_iteration_limit: ClassVar[int | None] = 100_000
    output_stream_limit: ClassVar[int | None] = LARGEST
    local_namespace_limit: ClassVar[int | None] = LARGEST
    template_class = _Template

    def __init__(self, surroundings: Surroundings) -> None:
        self.reports, self.meter = Reports("", "", 1, {}), Meter()
        super().__init__(tolerance=liquid.Mode.LAX, undefined=_undefined(self))
        self.includes = surroundings.includes
        self.homepages, self.addresses = surroundings.homepages, surroundings.addresses
        self.tags.pop("render", None)
        for tag in JEKYLL_TAGS:
            self.add_tag(tag)
        self.known_tags = tuple(self.tags)
        self.filters |= {name: as_printed(self.filters[name]) for name in OF_TEXT}
        self.filters |= jekyll_filters(surroundings.site)
        self._snippets: dict[str, tuple[BoundTemplate, tuple[Problem, ...]]] = {}

    def from_string(self, source: str, *args: Any, **kwargs: Any) -> BoundTemplate:
        """Parse ``source``; tags that nobody knows become tags that render as nothing."""
        self.meter.pay(len(source), None)
        closing = {tag.end for tag in self.tags.values() if tag.end} | {"else", "elsif", "when"}
        for name in set(_TAG_NAME.findall(source)) - self.tags.keys() - closing:
            self.add_tag(marked(name, UnknownNode))
        return super().from_string(source, *args, **kwargs)

    def _parse(self, source: str) -> list[liquid.Node]:
        ends = {name: tag.end for name, tag in self.tags.items() if tag.end}
        return get_parser(self).parse(TokenStream(iter(closed(tokens(source), ends))))

    def snippet(self, name: str) -> BoundTemplate:
        """The include ``name``, parsed once; nothing where it can't be. What is wrong with it is told at each use."""
        if name not in self._snippets:
            outer, self.reports.problems = self.reports.problems, {}
            try:
                template = self.from_string(self.includes[name])
            except UnreadableError as error:
                self.reports.add_error(error)
                template = self.from_string("")
            self._snippets[name] = template, tuple(self.reports.problems)
            self.reports.problems = outer
        template, problems = self._snippets[name]
        self.reports.problems |= dict.fromkeys(problems)
        return template

    def error(self, exc: Any, msg: str | None = None, token: Any = None) -> None:
        """Called for each error; raises those after which nothing sensible can be rendered."""
        error = exc if isinstance(exc, LiquidError) else exc(msg, token=token)
        if error.token is None or error.token.start_index < 0:
            error.token = token
        if isinstance(error, ResourceLimitError | UnreadableError):
            raise error
        self.reports.add_error(error)


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
