"""The addresses of an episode's transcripts in a feed: each language in the four formats that apps know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from longwave.feeds.sidecar_formats import TRANSCRIPT_TYPES
from longwave.model import Episode, TranscriptFile
from longwave.routes import url_for

#: The formats that apps show over a video, so only these are marked as captions.
_CAPTIONS = frozenset({"vtt", "srt"})


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """A link to a transcript for apps, with its media ``type``; ``rel`` is ``captions`` or empty."""

    url: str
    type: str
    language: str
    rel: str = ""


def transcript_links(episode: Episode, base: str) -> Iterator[TranscriptLink]:
    """Yield a link to each transcript of an episode in each format; the addresses of the main one name no language.

    ``base`` is the site's address.
    """
    for place, transcript in enumerate(episode.transcripts):
        for form, media_type in TRANSCRIPT_TYPES.items():
            url = _address(episode, transcript if place else None, form, base)
            rel = transcript.rel if form in _CAPTIONS else ""
            yield TranscriptLink(url, media_type, transcript.language, rel)


def _address(episode: Episode, translation: TranscriptFile | None, form: str, base: str) -> str:
    """Return the address of a transcript in a format: that of a translation, or of the main transcript."""
    name = "translation" if translation else "transcript"
    values = {"show": episode.show, "slug": episode.slug}
    if translation:
        values["language"] = translation.language
    if form == "html":
        return url_for(f"{name}_page", base=base, **values)
    return url_for(name, base=base, form=form, **values)
