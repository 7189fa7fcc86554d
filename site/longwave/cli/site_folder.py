"""The site's folder, as every command first looks for it."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Config
from flask.cli import ScriptInfo

from longwave.config import Settings, read_settings
from longwave.errors import LongwaveError
from longwave.web.request_context import SETTINGS


class SiteHere(ScriptInfo):
    """The site in the folder where `longwave` is called; its app is made once a command asks for the app."""


def read_environment(root: Path) -> tuple[Config, Settings]:
    """Read the variables that begin with ``LONGWAVE_``: as Flask's configuration, and as the settings of a site.

    Raises LongwaveError when a value can't be used.
    """
    config = Config(root)
    config.from_prefixed_env("LONGWAVE")
    return config, read_settings(config, root)


def settings() -> Settings:
    """Return the settings of the folder where the command is called, which may hold nothing yet.

    They need no app below `longwave`; below `flask` they are those of the app that it has made. Raises LongwaveError.
    """
    info = click.get_current_context().ensure_object(ScriptInfo)
    if isinstance(info, SiteHere):
        return read_environment(Path.cwd())[1]
    found: Settings = info.load_app().extensions[SETTINGS]
    return found


def content_settings() -> Settings:
    """Return the settings of a folder that holds content. Raises LongwaveError, with what to do next, where none is."""
    found = settings()
    if not found.content.is_dir():
        raise LongwaveError(
            f"{found.root}: expected a folder named content, found none.",
            "Make a site with `longwave new site FOLDER`, go to the folder of yours, or set LONGWAVE_ROOT to it.",
        )
    return found
