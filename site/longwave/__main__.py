"""The command `longwave` of an installed package: `longwave serve` in a folder that has a content/ in it."""

from __future__ import annotations

from pathlib import Path

from flask.cli import FlaskGroup

from longwave.app import create_app


def main() -> None:
    """Run a command on the site in the folder where it is called."""
    FlaskGroup(
        name="longwave",
        help="A podcast site with search, from a folder of Markdown and MP3 files.",
        create_app=lambda: create_app(Path.cwd()),
        add_default_commands=False,
        add_version_option=False,
        load_dotenv=False,
    ).main(prog_name="longwave")


if __name__ == "__main__":
    main()
