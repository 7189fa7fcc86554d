"""The command `longwave` of an installed package: `longwave serve` in a folder that has a content/ in it."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

import longwave
from longwave.cli import COMMANDS
from longwave.cli.base_command import Group
from longwave.cli.site_folder import SiteHere
from longwave.config import VERSION

group = click.version_option(VERSION, prog_name="longwave")(
    Group("longwave", commands=COMMANDS, help="A podcast site with search, from a folder of Markdown and MP3 files.")
)


def main() -> None:
    """Run a command on the site in the folder where it is called."""
    group.main(prog_name="longwave", obj=SiteHere(create_app=_app_here))


def _app_here() -> Flask:
    return longwave.create_app(Path.cwd())


if __name__ == "__main__":
    main()
