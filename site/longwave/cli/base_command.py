"""The base of all commands: --quiet, one line for an error, and an exit code for Ctrl-C."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path
from typing import Any

import click

from longwave.errors import LongwaveError

_QUIET = "longwave.quiet"
#: The exit code that shells report of a program that Ctrl-C ended: 128 and the number of SIGINT.
_EXIT_INTERRUPTED = 130
#: The least size of a file for which copying shows a progress bar, as a smaller one is copied in a moment.
_MIN_BYTES_FOR_BAR = 20_000_000
#: A pattern for commands in messages, as the modules that write them know neither the program's name nor its path.
_COMMAND = re.compile(r"\b(?:flask|longwave) (?=(?:check|import|new|preview|reindex|search|searches|serve)\b)")


class CommandError(click.ClickException, LongwaveError):
    """An error that the user can correct, as click prints it: one line, and an exit with 1."""

    def __init__(self, error: LongwaveError) -> None:
        super().__init__(as_typed(str(error)))


class Command(click.Command):
    """A command with ``--quiet``. It exits with 0, 1 for problems, 2 for wrong arguments, 130 after Ctrl-C."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.params.append(
            click.Option(
                ["-q", "--quiet"],
                is_flag=True,
                expose_value=False,
                help="Print problems only.",
                callback=_remember_quiet,
            )
        )

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help text with each command in its examples spelled so that this shell finds it."""
        shown = copy(self)
        shown.help = as_typed(self.help or "")
        super(Command, shown).format_help_text(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an OSError is printed in one line, as the user can correct its cause."""
        if os.environ.get("NO_COLOR"):  # The variable asks every program for plain text (https://no-color.org).
            ctx.color = False
        for stream in (sys.stdout, sys.stderr):
            # In an encoding that lacks a letter, a message with that letter escaped is better than none.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            with errors_in_one_line():
                return super().invoke(ctx)
        except BrokenPipeError:
            raise  # click ends quietly when the reader of a pipe, such as `head`, has closed the pipe.
        except OSError as error:
            file = f"{error.filename}: " if error.filename else ""
            raise CommandError(LongwaveError(f"{file}{error.strerror or error}.")) from None
        except (KeyboardInterrupt, click.Abort):
            click.echo("Stopped; nothing half-written is left.", err=True)
            raise click.exceptions.Exit(_EXIT_INTERRUPTED) from None


class Group(click.Group):
    """A group of commands, such as `longwave new`."""

    command_class = Command


@contextlib.contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Raise CommandError for each LongwaveError, as modules below the commands don't know click."""
    try:
        yield
    except LongwaveError as error:
        raise CommandError(error) from None


def print_info(text: str) -> None:
    """Print a line of progress or success, which ``--quiet`` hides. Problems are printed with click.echo instead."""
    if not is_quiet():
        click.echo(as_typed(text))


def is_quiet() -> bool:
    """Return whether the user asked for problems only."""
    return bool(click.get_current_context().meta.get(_QUIET))


def shows_progress() -> bool:
    """Return whether standard error is a terminal that may show a progress bar."""
    return sys.stderr.isatty() and not is_quiet()


@contextlib.contextmanager
def copy_progress(size: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar if copying ``size`` bytes takes long; yield a function to call with each chunk's size."""
    if size < _MIN_BYTES_FOR_BAR or not shows_progress():
        yield lambda _: None
        return
    with click.progressbar(length=size, label="Copying", file=sys.stderr) as bar:
        yield bar.update


def as_typed(text: str) -> str:
    """Return ``text`` with each command of Longwave in it spelled so that this shell finds it, from any folder."""
    return _COMMAND.sub(lambda _: f"{_program()} ", text)


def _program() -> str:
    """Return the name of the running program where the shell finds it by its name, else its whole path.

    In a virtual environment that isn't activated, the shell finds no `longwave` or `flask`, or another installation's.
    """
    context, called = click.get_current_context(silent=True), Path(sys.argv[0])
    name = context.find_root().info_name if context else None
    for candidate in (name, called.name):
        path = shutil.which(candidate) if candidate else None
        if path and candidate and called.exists() and Path(path).samefile(called):
            return candidate
    if called.name in ("flask", "longwave") and called.is_file():
        return shlex.quote(str(called.absolute()))
    module = "flask" if name and "flask" in name else "longwave"
    return f"{shlex.quote(sys.executable)} -m {module}"


def _remember_quiet(ctx: click.Context, _option: click.Parameter, value: bool) -> None:
    ctx.meta[_QUIET] = value
