"""The folder of the site on which a command works, and its settings."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Config
from flask.cli import ScriptInfo

from longwave.config import Settings, read_settings
from longwave.errors import LongwaveError
from longwave.web.request_context import SETTINGS


class SiteHere(ScriptInfo):
    """The site in the folder where `longwave` is called; its app is loaded only for a command that needs an app."""


def read_environment(root: Path) -> tuple[Config, Settings]:
    """Return the variables that begin with ``LONGWAVE_`` as Flask's configuration, and as the settings of a site.

    Raises LongwaveError when a value can't be used.
    """
    config = Config(root)
    config.from_prefixed_env("LONGWAVE")
    return config, read_settings(config, root)


def settings() -> Settings:
    """Return the settings of the folder where the command is called, which may be empty.

    `longwave` reads them without an app; `flask` has made an app, whose settings they are. Raises LongwaveError when a
    value can't be used.
    """
    info = click.get_current_context().ensure_object(ScriptInfo)
    if isinstance(info, SiteHere):
        return read_environment(Path.cwd())[1]
    app_settings: Settings = info.load_app().extensions[SETTINGS]
    return app_settings


def content_settings() -> Settings:
    """Return the settings of a folder with content. Raises LongwaveError, with a hint, for one without."""
    here = settings()
    if not here.content.is_dir():
        raise LongwaveError(
            f"{here.root}: expected a folder named content, found none.",
            "Make a site with `longwave new site FOLDER`, go to the folder of yours, or set LONGWAVE_ROOT to it.",
        )
    return here
