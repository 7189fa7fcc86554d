"""The rules for the transcripts of a feed's items: those of the podcast namespace, and Apple's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from longwave.feeds.audit.findings import Finding, Subject, rule
from longwave.feeds.audit.item_rules import named

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
#: The media types that Apple Podcasts and most apps read.
_CAPTIONS = frozenset({"text/vtt", "application/x-subrip", "application/srt", "text/srt"})


@rule("transcripts", "transcripts have a language and a rel that exist, and one of them is WebVTT or SRT.")
def transcripts(subject: Subject) -> Iterator[Finding]:
    """Yield a warning for each item whose transcripts apps don't read or can't tell apart."""
    for item in subject.feed.items:
        offered = [element.attributes for element in item.all("podcast:transcript")]
        if offered and not any(each.get("type", "").partition(";")[0].lower() in _CAPTIONS for each in offered):
            yield Finding(
                f"{named(item)} has transcripts, but none in WebVTT or SRT",
                "Apple Podcasts reads only these.",
                "warning",
            )
        for each in offered:
            language, rel = each.get("language", ""), each.get("rel", "")
            if language and not _LANGUAGE.fullmatch(language):
                found = f"{named(item)} has a transcript in the language {language!r}"
                yield Finding(found, "Write it as in en, de or pt-BR (RFC 5646).", "warning")
            if rel and rel != "captions":
                yield Finding(f"{named(item)} has a transcript with rel {rel!r}", "Only captions exists.", "warning")
