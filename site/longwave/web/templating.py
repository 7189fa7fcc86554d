"""A page context becomes HTML, through the template of the same name: the site's own, or the built-in one."""

from __future__ import annotations

import logging
import traceback
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import jinja2

from longwave.config import TEMPLATES
from longwave.content.fields.timestamps import clock
from longwave.errors import Problem
from longwave.routes import url_for
from longwave.web.page_contexts import Page
from longwave.web.placeholder_art import style, waves

_log = logging.getLogger("longwave")
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def render(page: Page, own: Path) -> tuple[str, Problem | None]:
    """The HTML of ``page``. ``own`` holds the site's own templates.

    One of them that is broken gives way to the built-in one, and what is wrong with it is told.
    """
    context = {part.name: getattr(page, part.name) for part in fields(page)}
    try:
        return _environment(own).get_template(page.template).render(context), None
    except Exception as error:
        if not any(own.glob("**/*.html")):
            raise
        problem = _broken(error, page.template, own)
        _log.error("%s", problem)
        return _environment(None).get_template(page.template).render(context), problem


def _broken(error: Exception, template: str, own: Path) -> Problem:
    """What a template's author has to know of ``error``, which came up when ``template`` was rendered."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _misspelt(f"templates/{error.name or template}", error)
    file, line = f"templates/{template}", 0
    # Jinja makes the frames of a traceback look as if they were those of the template.
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).is_relative_to(own):
            file, line = f"templates/{Path(frame.filename).relative_to(own).as_posix()}", frame.lineno or 0
    found = f"{type(error).__name__}: {error}".removeprefix("UndefinedError: ")
    return Problem(file, line, "a template that can be rendered", found, "The built-in one is shown.")


def _misspelt(name: str, error: jinja2.TemplateSyntaxError) -> Problem:
    hint = "The built-in one is shown."
    return Problem(name, error.lineno, "a Jinja template", (error.message or "something else").rstrip("."), hint)


def check_templates(own: Path) -> tuple[Problem, ...]:
    """A problem for each of the site's own templates that isn't valid Jinja."""
    problems = []
    for path in sorted(own.glob("**/*.html")):
        name = f"templates/{path.relative_to(own).as_posix()}"
        try:
            _environment(None).parse(path.read_text("utf-8"))
        except jinja2.TemplateSyntaxError as error:
            problems.append(_misspelt(name, error))
        except OSError as error:
            problems.append(Problem(name, 0, "a Jinja template that can be read", error.strerror or "an error"))
        except UnicodeDecodeError as error:
            problems.append(Problem(name, 0, "a Jinja template in UTF-8", f"the byte {error.object[error.start]:#04x}"))
    return tuple(problems)


@lru_cache(maxsize=8)
def _environment(own: Path | None) -> jinja2.Environment:
    if own is not None and not any(own.glob("**/*.html")):
        # All editions without templates of their own share one, so that the built-in ones are compiled once.
        return _environment(None)
    built_in = jinja2.FileSystemLoader(TEMPLATES)
    loaders: list[jinja2.BaseLoader] = [jinja2.FileSystemLoader(own)] if own is not None else []
    loaders += [jinja2.PrefixLoader({"default": built_in}, delimiter=":"), built_in]
    # An edition's templates never change, so nobody looks at their files again.
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders), autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["url_for"] = url_for
    environment.filters |= {"clock": clock, "day": _day, "megabytes": _megabytes, "said": _said}
    environment.filters |= {"waves": waves, "style": style, "seconds": _seconds, "direction": _direction}
    return environment


def _day(date: datetime, language: str = "en") -> str:
    """``18 November 2019``; where the months have other names, ``2019-11-18``."""
    return f"{date.day} {date:%B %Y}" if language.lower().startswith("en") else f"{date:%Y-%m-%d}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB" if size >= 10_000_000 else f"{size / 1_000_000:.1f} MB"


def _said(seconds: int) -> str:
    """``3485`` as ``58 minutes 5 seconds``: a length of time as one reads it aloud."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "hour"), (minutes, "minute"), (rest, "second"))
    return " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in parts if count) or "0 seconds"


def _seconds(seconds: float) -> str:
    """``13.0`` as ``13``, ``12.25`` as ``12.2``: no more digits than an ear needs."""
    return f"{seconds:.1f}".removesuffix(".0")


def _direction(language: str) -> str:
    """``rtl`` for a language that is written from right to left, else ``ltr``."""
    return "rtl" if language.lower().partition("-")[0] in _RIGHT_TO_LEFT else "ltr"
