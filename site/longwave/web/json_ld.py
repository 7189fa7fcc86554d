"""JSON-LD (schema.org): what search engines and assistants read of a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from longwave.model import Episode, Person, Show
from longwave.web.presenters import absolute, audio_url, picture
from longwave.web.request_context import base, edition

Data = dict[str, Any]


def website() -> Data:
    """The site, and how it is searched."""
    site = edition().catalogue.site
    return _said(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": site.title,
            "description": site.description,
            "url": f"{base()}/",
            "inLanguage": site.language,
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": f"{base()}/search?q={{search_term_string}}"},
                "query-input": "required name=search_term_string",
            },
        }
    )


def series(show: Show) -> Data:
    """A show as a PodcastSeries."""
    return _said({"@context": "https://schema.org", **_series(show), "author": [_person(host) for host in show.hosts]})


def episode(found: Episode) -> Data:
    """An episode as a PodcastEpisode, with its sound and its show."""
    catalogue = edition().catalogue
    show = catalogue.shows[found.show]
    sound = audio_url(found)
    enclosure = found.enclosure
    media = (
        enclosure
        and sound
        and {
            "@type": "MediaObject",
            "contentUrl": absolute(sound),
            "encodingFormat": enclosure.type,
            "contentSize": str(enclosure.bytes) if enclosure.bytes else "",
            "duration": f"PT{enclosure.seconds}S" if enclosure.seconds else "",
        }
    )
    people = catalogue.guests_of(found)
    return _said(
        {
            "@context": "https://schema.org",
            "@type": "PodcastEpisode",
            "name": found.title,
            "description": found.description,
            "url": base() + quote(found.path),
            "datePublished": found.date.isoformat(),
            "dateModified": found.updated.isoformat() if found.updated else "",
            "episodeNumber": found.number,
            "inLanguage": show.language,
            "image": absolute(picture(found.image or show.image, 1024)),
            "keywords": [tag.label for tag in catalogue.tags_of(found)],
            "timeRequired": f"PT{enclosure.seconds}S" if enclosure and enclosure.seconds else "",
            "associatedMedia": _said(media) if media else None,
            "actor": [{"@type": "Person", "name": p.name, "url": f"{base()}/guests/{quote(p.slug)}"} for p in people],
            "partOfSeries": _said(_series(show)),
        }
    )


def _series(show: Show) -> Data:
    return {
        "@type": "PodcastSeries",
        "name": show.title,
        "description": show.description,
        "url": f"{base()}/{quote(show.slug)}/",
        "webFeed": f"{base()}/{quote(show.slug)}/feed.xml",
        "image": absolute(picture(show.image, 1024)),
        "inLanguage": show.language,
    }


def _person(person: Person) -> Data:
    return _said({"@type": "Person", "name": person.name, "url": person.url})


def _said(data: Data) -> Data:
    return {key: value for key, value in data.items() if value not in ("", None, [], ())}
