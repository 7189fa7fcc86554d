"""The rules for the files of audio, as their servers answer."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.feeds.audit.audited_feed import Part, number_of
from longwave.feeds.audit.findings import Finding, Sound, Subject
from longwave.feeds.audit.item_rules import kinds_of, named


def there(subject: Subject) -> Iterator[Finding]:
    """audio: each file can be had."""
    for item, sound in _asked(subject):
        if sound.problem:
            yield Finding("audio", f"{named(item)} can't be had: {sound.problem}", "Nobody can listen to it.")


def length(subject: Subject) -> Iterator[Finding]:
    """audio-length: each file is as long as the feed says."""
    for item, sound in _asked(subject):
        said = number_of(item.attribute("enclosure", "length"))
        if sound.bytes and said not in (-1, sound.bytes):
            found = f"{named(item)} has {sound.bytes} bytes, and the feed says {said}"
            yield Finding("audio-length", found, "Apps show a wrong size, and some stop early.")


def kind(subject: Subject) -> Iterator[Finding]:
    """audio-type: each file is served as what it is."""
    for item, sound in _asked(subject):
        served = sound.type.partition(";")[0].strip().lower()
        fitting = {*kinds_of(item.attribute("enclosure", "url")), item.attribute("enclosure", "type")}
        if served and served not in fitting:
            hint = "Some apps believe the server and don't play it."
            yield Finding("audio-type", f"{named(item)} is served as {served}", hint, "warning")


def head(subject: Subject) -> Iterator[Finding]:
    """audio-head: each file answers HEAD."""
    for item, sound in _asked(subject):
        if not sound.problem and not sound.head:
            hint = "Apple asks by HEAD before it takes a show."
            yield Finding("audio-head", f"{named(item)} doesn't answer HEAD", hint)


def ranges(subject: Subject) -> Iterator[Finding]:
    """audio-ranges: each file can be had in parts."""
    for item, sound in _asked(subject):
        if not sound.problem and not sound.ranges:
            hint = "Apple plays nothing without ranges."
            yield Finding("audio-ranges", f"{named(item)} can't be had in parts", hint)


def _asked(subject: Subject) -> Iterator[tuple[Part, Sound]]:
    for item in subject.feed.items:
        sound = subject.sounds.get(item.attribute("enclosure", "url"))
        if sound is not None:
            yield item, sound
