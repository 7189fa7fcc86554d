"""The environment for parsing and rendering Liquid: Jekyll's tags and filters, limits, and reports of unknown names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import liquid
from liquid import RenderContext, Token
from liquid.exceptions import LiquidError, ResourceLimitError
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.template import BoundTemplate
from liquid.undefined import Undefined

from longwave.content.liquid.jekyll_filters import TEXT_FILTERS, Filter, jekyll_filters, with_printed_values
from longwave.content.liquid.lexing import UnreadableError, require_end_tags, tokenize
from longwave.content.liquid.limits import MAX_TEXT, Meter, limit_filter
from longwave.content.liquid.reports import Reports
from longwave.errors import Problem

#: The includes that Longwave provides; a site's own include of such a name takes precedence.
BUILT_IN_INCLUDES = ("services-used.html",)
_TAG_NAME = re.compile(r"\{%-?\s*(\w+)")
_VARIABLE = re.compile(r"[\w.\-\[\]\"']+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The data of a site that the Liquid in any content file may use, besides the file's own front matter.

    ``site`` has the variables ``site.*``, and ``includes`` the sources of includes, by name. ``homepages`` maps a tag's
    slug to the tag's label and home page (empty if unknown). ``addresses`` returns the path of a content file's page,
    or None.
    """

    site: Mapping[str, Any]
    includes: Mapping[str, str]
    homepages: Mapping[str, tuple[str, str]]
    addresses: Callable[[str], str | None]


def environment_of(context: RenderContext) -> JekyllEnvironment:
    """Return the environment of the template that is being rendered, cast to JekyllEnvironment for the type checker."""
    return cast("JekyllEnvironment", context.env)


class _Context(RenderContext):
    """The context of a template that is being rendered. It counts each node and limits each filter."""

    @property
    def disabled_tags(self) -> list[str]:
        """Return an empty list, but count a node: python-liquid reads this property before each node."""
        environment_of(self).meter.count_node()
        return []

    @disabled_tags.setter
    def disabled_tags(self, _: list[str]) -> None:
        pass

    def filter(self, name: str, token: Token | None) -> Filter:
        """Return the Liquid filter ``name``, its work limited; an unknown one is reported, and prints nothing."""
        environment = environment_of(self)
        if name not in environment.filters:
            environment.reports.add("a filter", name, token, environment.filters)
            return lambda *_args, **_named: ""
        return limit_filter(name, super().filter(name, token), token, environment.meter)


class _Template(BoundTemplate):
    context_class = _Context


class JekyllEnvironment(liquid.Environment):
    """An environment of python-liquid with Jekyll's tags and filters, which reports unknown names instead of failing.

    ``reports`` and ``meter`` belong to the body that is being rendered, so an environment renders one body at a time.
    """

    loop_iteration_limit: ClassVar[int | None] = 100_000
    output_stream_limit: ClassVar[int | None] = MAX_TEXT
    local_namespace_limit: ClassVar[int | None] = MAX_TEXT
    template_class = _Template

    def __init__(
        self, surroundings: Surroundings, tags: Iterable[type[Tag]], unknown_tag: Callable[[str], type[Tag]]
    ) -> None:
        """Create an environment with ``tags``; ``unknown_tag`` makes the tag for a name that isn't among them."""
        self.reports, self.meter = Reports("", "", 1, {}), Meter()
        super().__init__(tolerance=liquid.Mode.LAX, undefined=_undefined(self))
        self.includes = surroundings.includes
        self.homepages, self.addresses = surroundings.homepages, surroundings.addresses
        self.tags.pop("render", None)
        for tag in tags:
            self.add_tag(tag)
        self.known_tags = tuple(self.tags)
        self._unknown_tag = unknown_tag
        self.filters |= {name: with_printed_values(self.filters[name]) for name in TEXT_FILTERS}
        self.filters |= jekyll_filters(surroundings.site)
        #: The tags in the parsed text that neither Longwave nor an include supplies.
        self.unknown: list[Token] = []
        self._parsed_includes: dict[str, tuple[BoundTemplate | None, tuple[Problem, ...]]] = {}

    def from_string(self, source: str, *args: Any, **kwargs: Any) -> BoundTemplate:
        """Parse ``source``; a tag with an unknown name becomes a tag that renders as nothing."""
        self.meter.count_work(len(source), None)
        closing = {tag.end for tag in self.tags.values() if tag.end} | {"else", "elsif", "when"}
        for name in set(_TAG_NAME.findall(source)) - self.tags.keys() - closing:
            self.add_tag(self._unknown_tag(name))
        return super().from_string(source, *args, **kwargs)

    def _parse(self, source: str) -> list[liquid.Node]:
        ends = {name: tag.end for name, tag in self.tags.items() if tag.end}
        return get_parser(self).parse(TokenStream(iter(require_end_tags(tokenize(source), ends))))

    def include_of_tag(self, name: str) -> str:
        """Return the name of the include that stands for the tag ``name``; empty if the owner has written none."""
        return next((f"{name}{end}" for end in (".html", ".md") if f"{name}{end}" in self.includes), "")

    def include(self, name: str) -> BoundTemplate | None:
        """Return the include ``name``, parsed only once, and report the problems of its source at each use.

        A source that can't be parsed becomes an empty template. The result is None for a source with an unknown tag,
        as most of such an include's output would be missing. Raises KeyError for an unknown name.
        """
        if name not in self._parsed_includes:
            outer, self.reports.problems = (self.reports.problems, self.unknown), {}
            self.unknown = []
            try:
                template = self.from_string(self.includes[name])
            except UnreadableError as error:
                self.reports.add_error(error)
                template = self.from_string("")
            for token in self.unknown:
                self.reports.add_unknown_tag(token, self.known_tags, name in BUILT_IN_INCLUDES)
            self._parsed_includes[name] = None if self.unknown else template, tuple(self.reports.problems)
            self.reports.problems, self.unknown = outer
        found, problems = self._parsed_includes[name]
        self.reports.problems |= dict.fromkeys(problems)
        return found

    def error(self, exc: Any, msg: str | None = None, token: Any = None) -> None:
        """Report an error of python-liquid, or raise it if nothing sensible can be rendered after it."""
        error = exc if isinstance(exc, LiquidError) else exc(msg, token=token)
        if error.token is None or error.token.start_index < 0:
            error.token = token
        if isinstance(error, ResourceLimitError | UnreadableError):
            raise error
        self.reports.add_error(error)


def _undefined(environment: JekyllEnvironment) -> type[Undefined]:
    class Reported(Undefined):
        """An unknown variable, which is reported if it is printed, but not in a condition or with a default."""

        __slots__ = ()

        def __str__(self) -> str:
            environment.reports.add_variable(_written_name(self), self.token)
            return ""

    return Reported


def _written_name(missing: Undefined) -> str:
    """Return the full path of an unknown variable, such as ``page.guest.name``, as written in the source."""
    token = missing.token
    if token is None or token.start_index < 0:
        return str(missing.name)
    match = _VARIABLE.match(token.source, token.start_index)
    return match[0] if match else str(missing.name)
