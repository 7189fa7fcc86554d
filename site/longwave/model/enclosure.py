"""The enclosure of an episode, and its alternate forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An episode's sound, film or document.

    It is a ``file`` below ``content/audio/<show>/``, or a ``url`` on another host, or both.
    A file that the show's ``audio_url`` places on another host has both. ``here`` is True if the file exists below
    ``content/``; then ``bytes`` and ``seconds`` were read from the file, otherwise they are the values in the front
    matter (0 without one). ``expected`` is True if the episode ought to have one, because of the key ``audio``, the
    show's pattern, or a size or length in the front matter. ``type`` is the media type: of the file's content if it is
    here, else as front matter states it, else by the suffix. ``path`` is the path at which this site serves the
    file, if that isn't the usual one below ``/audio/``.
    """

    file: str = ""
    url: str = ""
    here: bool = False
    expected: bool = False
    bytes: int = 0
    seconds: int = 0
    type: str = "audio/mpeg"
    path: str = ""


@dataclass(frozen=True, slots=True)
class Integrity:
    """The proof that a file is whole: a Subresource Integrity hash such as ``sha384-…``, or a PGP signature."""

    type: Literal["sri", "pgp-signature"]
    value: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """A form of an episode beside its enclosure, such as a film, as ``podcast:alternateEnclosure`` has it.

    ``enclosure`` is its first source, and ``sources`` are the others. ``bitrate`` is in bits per second, ``height`` in
    pixels; 0 is unknown, as is an empty text. ``default`` is True for the form that is the enclosure itself.
    """

    enclosure: Enclosure
    title: str = ""
    bitrate: int = 0
    height: int = 0
    language: str = ""
    rel: str = ""
    codecs: str = ""
    default: bool = False
    integrity: Integrity | None = None
    sources: tuple[Enclosure, ...] = ()
