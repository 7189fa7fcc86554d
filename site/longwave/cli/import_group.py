"""`flask import`: a show moves in."""

from __future__ import annotations

import click

from longwave.cli.base_command import Group


@click.group("import", cls=Group)
def import_() -> None:
    """Bring a show along from elsewhere."""
