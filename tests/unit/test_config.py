"""The settings of a deployment: their declarations, and the messages for values that can't be read."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from longwave.config import Setting, Settings, declared_settings, read_settings
from longwave.errors import LongwaveError

DECLARED = declared_settings()


def test_each_field_but_preview_is_a_declared_setting() -> None:
    """Every field of Settings has its environment variable, except the one that only `longwave preview` sets."""
    assert {field.name for field in fields(Settings)} == {*DECLARED, "preview"}


@pytest.mark.parametrize("setting", DECLARED.values(), ids=lambda setting: setting.name)
def test_each_setting_has_help_and_a_valid_default(setting: Setting) -> None:
    """A setting's help is a sentence, and its reader accepts its default."""
    assert setting.help.endswith(".")
    setting.read(setting.default)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("CACHE_MB", "much", "expected a number of megabytes, found 'much'. Try 64."),
        ("CACHE_MB", True, "expected a number of megabytes, found True. Try 64."),
        ("WATCH", "perhaps", "expected 1 or 0, found 'perhaps'."),
        ("SEARCH_LIMIT", "often", "expected a number of searches per second, minute, hour or day, found 'often'."),
        ("SENDFILE", "X-Other", "expected X-Accel-Redirect=/path or X-Sendfile, found 'X-Other'."),
        ("METRICS", "0.0.0.0:9100", "expected a loopback address and a port such as 127.0.0.1:9100, found"),
        ("STOP_SECONDS", -1, "expected a number of seconds, found -1. Try 30."),
    ],
)
def test_an_invalid_value_is_one_line(name: str, value: object, message: str) -> None:
    """An invalid setting's message is one line with the variable, what was expected, what was found, and a hint."""
    with pytest.raises(LongwaveError) as raised:
        read_settings({name: value}, Path())
    assert str(raised.value).startswith(f"LONGWAVE_{name}: {message}")


def test_paths_are_resolved(tmp_path: Path) -> None:
    """The search index is in the site's root folder by default, and a log's path is relative to the root."""
    settings = read_settings({"ROOT": str(tmp_path), "ACCESS_LOG": "log"}, Path("/elsewhere"))
    assert (settings.root, settings.index) == (tmp_path, tmp_path / "index")
    assert settings.access_log == str(tmp_path / "log")
