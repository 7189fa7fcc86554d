"""Links to the enclosures that a page can't play, and to an episode's alternate enclosures, such as its video."""

from __future__ import annotations

from longwave.content.media.media_types import is_playable, suffix_for, suffix_of
from longwave.model import Alternate, Enclosure, Episode
from longwave.phrases import phrase
from longwave.routes import url_for
from longwave.web.presenters import audio_url
from longwave.web.template_filters import megabytes
from longwave.web.view_models import PageLink


def document_link(episode: Episode) -> PageLink | None:
    """Return the link to an enclosure that no browser plays, such as a PDF; None for any other."""
    url, enclosure = audio_url(episode), episode.enclosure
    if not url or enclosure is None or (is_playable(enclosure.type) and url.startswith(("/", "http"))):
        return None
    kind = _format_name(enclosure)
    if not enclosure.bytes:
        return PageLink(phrase("player.open_file", kind=kind), url)
    return PageLink(phrase("player.open_file_of_size", kind=kind, size=megabytes(enclosure.bytes)), url)


def form_links(episode: Episode) -> tuple[PageLink, ...]:
    """Return links to those alternate enclosures of an episode, such as its video, that lie here or on the web."""
    return tuple(
        PageLink(form.title or " ".join(filter(None, (_format_name(form.enclosure), _quality(form)))), url)
        for form in episode.alternates
        if not form.default and (url := _form_url(episode.show, form.enclosure)).startswith(("/", "http"))
    )


def _form_url(show: str, enclosure: Enclosure) -> str:
    return enclosure.url or (url_for("audio", show=show, file=enclosure.file) if enclosure.here else "")


def _format_name(enclosure: Enclosure) -> str:
    """Return the name of a file's format as people know it, which is that of its suffix: ``PDF``."""
    suffix = suffix_for(enclosure.type) or suffix_of(enclosure.file or enclosure.url)
    return suffix.removeprefix(".").upper() or enclosure.type


def _quality(form: Alternate) -> str:
    if form.height:
        return f"{form.height}p"
    return f"{round(form.bitrate / 1000)} kbit/s" if form.bitrate >= 1000 else ""
