"""What all commands have in common: --quiet, one line for a mistake, and an end by Ctrl-C that scripts can tell."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from longwave.cli.shell_command import as_typed
from longwave.errors import LongwaveError

_QUIET = "longwave.quiet"
#: What shells report of a program that Ctrl-C ended: 128 and the number of SIGINT.
_INTERRUPTED = 130
#: Below that many bytes a copy is over before anybody looks.
_BIG = 20_000_000


class CommandError(click.ClickException, LongwaveError):
    """A mistake that a user can mend, as click prints it: one line, and an exit with 1."""

    def __init__(self, error: LongwaveError) -> None:
        super().__init__(as_typed(str(error)))


@contextlib.contextmanager
def mistakes_in_a_line() -> Iterator[None]:
    """Raise CommandError for each LongwaveError: below the commands nothing knows click."""
    try:
        yield
    except LongwaveError as error:
        raise CommandError(error) from None


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
                callback=_remember,
            )
        )

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; what the operating system refuses is a user's mistake, not the program's."""
        if os.environ.get("NO_COLOR"):  # https://no-color.org
            ctx.color = False
        for stream in (sys.stdout, sys.stderr):
            # Where letters can't be printed, a message without them is better than none.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            with mistakes_in_a_line():
                return super().invoke(ctx)
        except BrokenPipeError:
            raise  # who reads no more, such as `head`, gets no message: click ends quietly
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise CommandError(LongwaveError(f"{where}{error.strerror or error}.")) from None
        except (KeyboardInterrupt, click.Abort):
            click.echo("Stopped; nothing half-written is left.", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None


class Group(click.Group):
    """A command of commands, such as `flask new`."""

    command_class = Command


def tell(text: str) -> None:
    """Print what a user may want to know, unless they asked for quiet. Problems are printed with click.echo instead."""
    if not is_quiet():
        click.echo(as_typed(text))


def is_quiet() -> bool:
    """Whether only problems are to be printed."""
    return bool(click.get_current_context().meta.get(_QUIET))


def is_watched() -> bool:
    """Whether somebody looks who may want to see how far it is."""
    return sys.stderr.isatty() and not is_quiet()


@contextlib.contextmanager
def copying(size: int) -> Iterator[Callable[[int], None]]:
    """A bar for ``size`` bytes that are copied, where somebody looks and it takes a while; it is told of each part."""
    if size < _BIG or not is_watched():
        yield lambda _: None
        return
    with click.progressbar(length=size, label="Copying", file=sys.stderr) as bar:
        yield bar.update


def _remember(ctx: click.Context, _option: click.Parameter, value: bool) -> None:
    ctx.meta[_QUIET] = value
