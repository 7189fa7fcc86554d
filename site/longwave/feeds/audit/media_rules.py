"""The rules for films, documents and alternate forms: which directories take them, and what the namespace asks."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.content.media.media_types import is_document, is_video, stated_type
from longwave.feeds.audit.audited_feed import AuditedElement
from longwave.feeds.audit.findings import Finding, Subject, rule
from longwave.feeds.audit.item_rules import named

_MAX_TITLE = 32


@rule("media", "each enclosure is of a kind that the directories take.")
def media(subject: Subject) -> Iterator[Finding]:
    kinds = [(item, stated_type(item.attribute("enclosure", "type"))) for item in subject.feed.items]
    films = [item for item, kind in kinds if is_video(kind)]
    documents = [item for item, kind in kinds if kind and is_document(kind)]
    if films:
        hint = (
            "Apple plays it; Spotify and YouTube take no films by RSS. With the sound as audio, it can be an alternate."
        )
        yield Finding(_counted(films, "a film"), hint, "warning")
    if documents:
        hint = "Apple takes a PDF, and Spotify and YouTube no document. Enclose sound, and link to it in the notes."
        yield Finding(_counted(documents, "a document"), hint, "warning")


@rule("alternate", "each alternate form has a type and a short title, and one at most is the default.")
def alternates(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        forms = item.all("podcast:alternateEnclosure")
        for form in forms:
            if not form.attributes.get("type"):
                yield Finding(f"{named(item)} has an alternate form without a type", "Such as video/mp4.")
            if len(form.attributes.get("title", "")) > _MAX_TITLE:
                hint = f"Apps show {_MAX_TITLE} characters."
                yield Finding(f"{named(item)} has the alternate {form.attributes['title'][:60]!r}", hint, "warning")
        if sum(form.attributes.get("default") == "true" for form in forms) > 1:
            yield Finding(f"{named(item)} has several alternates that are the default", "One is the enclosure itself.")


def _counted(items: list[AuditedElement], kind: str) -> str:
    """Return a sentence such as ``Hello is a film, like 2 more``; ``kind`` is the words for what ``items`` are."""
    return f"{named(items[0])} is {kind}" + (f", like {len(items) - 1} more" if len(items) > 1 else "")
