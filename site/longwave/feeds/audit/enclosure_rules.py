"""The rules for audio files, judged by the answers of their servers."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.feeds.audit.audited_feed import AuditedElement, number_of
from longwave.feeds.audit.findings import Finding, Sound, Subject, rule
from longwave.feeds.audit.item_rules import kinds_of, named


@rule("audio", "each file can be had.")
def there(subject: Subject) -> Iterator[Finding]:
    for item, sound in _examined(subject):
        if sound.problem:
            yield Finding(f"{named(item)} can't be had: {sound.problem}", "Nobody can listen to it.")


@rule("audio-length", "each file is as long as the feed says.")
def size(subject: Subject) -> Iterator[Finding]:
    for item, sound in _examined(subject):
        length = number_of(item.attribute("enclosure", "length"))
        if sound.bytes and length not in (-1, sound.bytes):
            found = f"{named(item)} has {sound.bytes} bytes, and the feed says {length}"
            yield Finding(found, "Apps show a wrong size, and some stop early.")


@rule("audio-type", "each file is served as what it is.")
def kind(subject: Subject) -> Iterator[Finding]:
    for item, sound in _examined(subject):
        served = sound.type.partition(";")[0].strip().lower()
        fitting = {*kinds_of(item.attribute("enclosure", "url")), item.attribute("enclosure", "type")}
        if served and served not in fitting:
            hint = "Some apps believe the server and don't play it."
            yield Finding(f"{named(item)} is served as {served}", hint, "warning")


@rule("audio-head", "each file answers HEAD.")
def head(subject: Subject) -> Iterator[Finding]:
    for item, sound in _examined(subject):
        if not sound.problem and not sound.head:
            hint = "Apple asks by HEAD before it takes a show."
            yield Finding(f"{named(item)} doesn't answer HEAD", hint)


@rule("audio-ranges", "each file can be had in parts.")
def ranges(subject: Subject) -> Iterator[Finding]:
    for item, sound in _examined(subject):
        if not sound.problem and not sound.ranges:
            hint = "Apple plays nothing without ranges."
            yield Finding(f"{named(item)} can't be had in parts", hint)


def _examined(subject: Subject) -> Iterator[tuple[AuditedElement, Sound]]:
    """Yield each item whose audio was examined, with the facts about the audio."""
    for item in subject.feed.items:
        sound = subject.sounds.get(item.attribute("enclosure", "url"))
        if sound is not None:
            yield item, sound
