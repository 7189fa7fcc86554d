"""Reports of unknown names in Liquid, as problems with the file, the line and a guess at the intended name."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from traceback import walk_tb
from typing import Any

from liquid.exceptions import LiquidError
from liquid.stream import TokenStream
from liquid.token import Token

from longwave.content.liquid.lexing import UnreadableError
from longwave.errors import Problem

#: The most guesses at intended names in one body, as each guess takes a millisecond.
_MAX_GUESSES = 100


@dataclass(slots=True)
class Reports:
    """A collector of the problems in one body's Liquid. ``source`` is the body, from ``first_line`` of ``file`` on."""

    file: str
    source: str
    first_line: int
    includes: Mapping[str, str]
    #: The variables ``page.*``, by name.
    page: Mapping[str, Any] = field(default_factory=dict)
    site: Mapping[str, Any] = field(default_factory=dict)
    #: The names of the parameters of the include that is being rendered.
    parameters: Iterable[str] = ()
    problems: dict[Problem, None] = field(default_factory=dict)
    #: The token from which each text that contains Liquid itself, such as a parameter or a file name, was taken.
    origins: dict[str, Token] = field(default_factory=dict)
    #: The positions of the line feeds in each source, by the source.
    line_ends: dict[str, list[int]] = field(default_factory=dict)
    #: A cache of guesses: the intended name by the unknown one.
    guesses: dict[str, str] = field(default_factory=dict)
    #: Whether a tag has written the address of another file of content.
    uses_addresses: bool = False

    def add(self, kind: str, name: str, token: Token | None, known: Iterable[str] = ()) -> None:
        """Report an unknown name of a ``kind`` such as "a filter", and suggest the most similar name in ``known``."""
        self._add(kind, name, token, self._guess(name, {known_name: known_name for known_name in known}, 0.7))

    def add_unknown_tag(self, token: Token, known: Iterable[str], is_replaced: bool) -> None:
        """Warn that an include is left out, or replaced by Longwave's own, because of the tag at ``token``."""
        file, line = self.locate(token)
        guess = self._guess(token.value, {name: name for name in known}, 0.7)
        outcome = "Longwave's own include of this name is used." if is_replaced else "The include is left out."
        advice = f"Did you mean `{guess}`?" if guess else f"content/includes/{token.value}.html can make the tag."
        problem = Problem(file, line, "a tag that exists", repr(token.value)[:80], f"{outcome} {advice}", rule="liquid")
        self.problems[replace(problem, level="warning")] = None

    def add_variable(self, name: str, token: Token | None) -> None:
        """Report an unknown variable.

        A parameter of an include is reported only if it resembles one that was passed; others may be optional.
        """
        if name.startswith("include."):
            parameters = {f"include.{parameter}": f"include.{parameter}" for parameter in self.parameters}
            guess = "" if name in parameters else self._guess(name, parameters, 0.8)
            if guess:
                self._add("a variable", name, token, guess)
            return
        self._add("a variable", name, token, self._guess_variable(name))

    def add_error(self, error: LiquidError) -> None:
        """Report an error of Longwave's Liquid lexer or of python-liquid."""
        self.problems[self.problem_of(error)] = None

    def problem_of(self, error: LiquidError) -> Problem:
        """Return an error of Longwave's Liquid lexer or of python-liquid as a problem with file and line."""
        file, line = self.locate_error(error)
        if isinstance(error, UnreadableError):
            return Problem(file, line, error.expected, error.found, rule="liquid")
        return Problem(file, line, "Liquid", str(error.message)[:120], "It renders as nothing.", rule="liquid")

    def locate_error(self, error: Exception) -> tuple[str, int]:
        """Return the file and the line of an error in Liquid: those of its token, else of a token in its traceback."""
        tokens = chain((getattr(error, "token", None),), _tokens_of_frames(error))
        return self.locate(next((token for token in tokens if token and self._has_place(token)), None))

    def _has_place(self, token: Token) -> bool:
        sources = (self.source, *self.includes.values(), *self.origins)
        return token.start_index >= 0 and token.source in sources

    def locate(self, token: Token | None) -> tuple[str, int]:
        """Return the file and the line of a token in the body or in an include."""
        while token and token.source != self.source and token.source in self.origins:
            token = self.origins[token.source]
        if token and token.start_index >= 0:
            index = self._line_index(token)
            if token.source == self.source:
                return self.file, self.first_line + index
            for name, source in self.includes.items():
                if token.source == source:
                    return f"content/includes/{name}", index + 1
        return self.file, self.first_line

    def _line_index(self, token: Token) -> int:
        if token.source not in self.line_ends:
            self.line_ends[token.source] = [match.start() for match in re.finditer("\n", token.source)]
        return bisect_left(self.line_ends[token.source], token.start_index)

    def _add(self, kind: str, name: str, token: Token | None, guess: str) -> None:
        file, line = self.locate(token)
        hint = f"Did you mean `{guess}`?" if guess else "It renders as nothing."
        self.problems[Problem(file, line, f"{kind} that exists", repr(name)[:80], hint, rule="liquid")] = None

    def _guess_variable(self, name: str) -> str:
        """Return the variable that was probably meant (`page.guest_twitter` for `guest.twitter`), or an empty text."""
        variables = [*_variables("site", self.site), *_variables("page", self.page)]
        return self._guess(_bare(name), {_bare(variable): variable for variable in variables}, 0.75)

    def _guess(self, name: str, known: Mapping[str, str], likeness: float) -> str:
        """Return the value in ``known`` of the key most similar to ``name``, or an empty text.

        ``likeness``, from 0 to 1, is the least similarity of that key.
        """
        if name not in self.guesses and len(self.guesses) < _MAX_GUESSES:
            close = difflib.get_close_matches(name, list(known), 1, likeness)
            self.guesses[name] = known[close[0]] if close else ""
        return self.guesses.get(name, "")


def _tokens_of_frames(error: Exception) -> Iterator[Token]:
    """Yield the tokens in the frames of an error's traceback, the innermost first.

    python-liquid gives no token, or that of an expression's end, to errors of its filters and to many syntax errors.
    """
    for frame in reversed([frame for frame, _ in walk_tb(error.__traceback__)]):
        for name in ("token", "self", "stream"):
            value = frame.f_locals.get(name)
            # A TokenStream whose creation failed has no current token.
            token = getattr(value, "current" if isinstance(value, TokenStream) else "token", value)
            if isinstance(token, Token):
                yield token


def _variables(prefix: str, values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield f"{prefix}.{name}"
        if isinstance(value, Mapping):
            yield from (f"{prefix}.{name}.{inner}" for inner in value)


def _bare(name: str) -> str:
    return re.sub(r"\W+", "_", re.sub(r"\A(?:page|site)\.", "", name)).strip("_").lower()
