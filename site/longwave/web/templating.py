"""Rendering: a page context becomes HTML through the template of its kind, the site's own or the built-in one."""

from __future__ import annotations

import logging
import traceback
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

import jinja2

from longwave.config import TEMPLATES
from longwave.disk import read_regular_text
from longwave.errors import Problem
from longwave.phrases import html_phrase
from longwave.routes import url_for
from longwave.web.page_contexts import Page
from longwave.web.template_filters import FILTERS

_log = logging.getLogger("longwave")
#: The key of an app's Renderer in ``app.extensions``.
RENDERER = "longwave.renderer"
_HINT = "The built-in one is shown."


class Renderer:
    """A renderer of pages, which keeps the compiled templates of the built-in set and of the latest editions."""

    def __init__(self) -> None:
        self._built_in = _environment(None)
        self._with_own = lru_cache(maxsize=8)(_environment)

    def render(self, page: Page, own: Path) -> tuple[str, Problem | None]:
        """Return the HTML of ``page``, and the problem with the site's own templates in the folder ``own``, if any.

        A page whose own template is broken is rendered with the built-in one.
        """
        context = {part.name: getattr(page, part.name) for part in fields(page)}
        if not any(own.glob("**/*.html")):
            return self._built_in.get_template(page.template).render(context), None
        try:
            return self._with_own(own).get_template(page.template).render(context), None
        except Exception as error:  # noqa: BLE001 - an owner's template may raise anything
            problem = _problem(error, page.template, own)
            _log.error("%s", problem)
            return self._built_in.get_template(page.template).render(context), problem


def check_templates(own: Path) -> tuple[Problem, ...]:
    """Return a problem for each of the site's own templates, in the folder ``own``, that isn't valid Jinja."""
    problems, syntax = [], jinja2.Environment()  # noqa: S701 - nothing is rendered
    for path in sorted(own.glob("**/*.html")):
        name = f"templates/{path.relative_to(own).as_posix()}"
        try:
            syntax.parse(read_regular_text(path, errors="strict"))
        except jinja2.TemplateSyntaxError as error:
            problems.append(_syntax_problem(name, error))
        except OSError as error:
            problems.append(Problem(name, 0, "a Jinja template that can be read", error.strerror or "an error"))
        except UnicodeDecodeError as error:
            problems.append(Problem(name, 0, "a Jinja template in UTF-8", f"the byte {error.object[error.start]:#04x}"))
    return tuple(problems)


def _problem(error: Exception, template: str, own: Path) -> Problem:
    """Return a problem for an ``error`` that rendering ``template`` raised, with the file and the line at fault."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _syntax_problem(f"templates/{error.name or template}", error)
    file, line = f"templates/{template}", 0
    # Jinja rewrites tracebacks, so that their frames name the templates' files and lines.
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).is_relative_to(own):
            file, line = f"templates/{Path(frame.filename).relative_to(own).as_posix()}", frame.lineno or 0
    found = f"{type(error).__name__}: {error}".removeprefix("UndefinedError: ")
    return Problem(file, line, "a template that can be rendered", found, _HINT)


def _syntax_problem(name: str, error: jinja2.TemplateSyntaxError) -> Problem:
    return Problem(name, error.lineno, "a Jinja template", (error.message or "something else").rstrip("."), _HINT)


def _environment(own: Path | None) -> jinja2.Environment:
    built_in = jinja2.FileSystemLoader(TEMPLATES)
    loaders: list[jinja2.BaseLoader] = [jinja2.FileSystemLoader(own)] if own is not None else []
    loaders += [jinja2.PrefixLoader({"default": built_in}, delimiter=":"), built_in]
    # An edition's templates never change, so their files need not be checked for changes.
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders), autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"url_for": url_for, "phrase": html_phrase}
    environment.filters |= FILTERS
    return environment
