"""`flask check`: everything that is wrong with the content, one line each."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from longwave.cli.folder import settings
from longwave.edition import check_site
from longwave.web.rendering import check_templates


@click.command()
@with_appcontext
def check() -> None:
    """Report every problem of the content and the templates; exit with 1 if there is one."""
    here = settings()
    problems = (*check_site(here), *check_templates(here.root / "templates"))
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    click.echo(f"{errors} problem{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}.")
    if errors:
        raise click.exceptions.Exit(1)
