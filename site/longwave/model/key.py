"""The declaration of a key that an owner may write into front matter or ``site.toml``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """A key of front matter or of ``site.toml``, declared in the ``Annotated`` type of the field that holds its value.

    The parser, the check for unknown keys and the tables in ``docs/`` use it. ``help`` is a phrase of
    Markdown, ``type`` describes the valid values for error messages ("expected a time such as 58:05"; empty: derived
    from the field's type), ``default`` describes the default value in words, and ``appears_in`` the places where
    visitors and apps see the value. ``name`` is the key's name if the field has another name; ``aliases`` are keys that
    are read if this key is missing.
    """

    help: str
    type: str = ""
    default: str = ""
    appears_in: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
