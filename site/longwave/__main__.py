"""The command `longwave` of an installed package, such as `longwave serve` in the folder of a site."""

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
    """Run the command that the process's arguments name on the site in the current folder."""
    group.main(prog_name="longwave", obj=SiteHere(create_app=_app_here))


def _app_here() -> Flask:
    return longwave.create_app(Path.cwd())


if __name__ == "__main__":
    main()
