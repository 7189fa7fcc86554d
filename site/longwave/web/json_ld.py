"""JSON-LD (schema.org): the description of a page for search engines and assistants."""

from __future__ import annotations

from typing import Any

from longwave.content.fields.licenses import license_page
from longwave.feeds.listing_tags import places_of
from longwave.model import Episode, Guest, Live, Person, Show
from longwave.routes import url_for
from longwave.web.presenters import absolute_url, audio_url, episode_url, picture_url
from longwave.web.request_context import base, edition

Data = dict[str, Any]


def website() -> Data:
    """Return the site as a WebSite with its SearchAction."""
    site = edition().catalogue.site
    target = f"{url_for('search', base=base())}?q={{search_term_string}}"
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": site.title,
            "description": site.description,
            "url": url_for("home", base=base()),
            "inLanguage": site.language,
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": target},
                "query-input": "required name=search_term_string",
            },
        }
    )


def series(show: Show) -> Data:
    """Return a show as a PodcastSeries."""
    return _without_empty(
        {
            "@context": "https://schema.org",
            **_series(show),
            "author": [_person(host) for host in show.hosts],
            "sameAs": [url for _, url in places_of(show.feed)],
        }
    )


def episode(found: Episode) -> Data:
    """Return an episode as a PodcastEpisode, with its audio, its guests and its show."""
    catalogue = edition().catalogue
    show = catalogue.shows[found.show]
    sound = audio_url(found)
    enclosure = found.enclosure
    media = (
        enclosure
        and sound
        and {
            "@type": "MediaObject",
            "contentUrl": absolute_url(sound),
            "encodingFormat": enclosure.type,
            "contentSize": str(enclosure.bytes) if enclosure.bytes else "",
            "duration": f"PT{enclosure.seconds}S" if enclosure.seconds else "",
        }
    )
    people, terms = catalogue.guests_of(found), found.license or show.feed.license
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "PodcastEpisode",
            "name": found.title,
            "description": found.description,
            "url": episode_url(found, base()),
            "datePublished": found.date.isoformat(timespec="seconds"),
            "dateModified": found.updated.isoformat(timespec="seconds") if found.updated else "",
            "episodeNumber": found.number,
            "license": license_page(terms) if terms else "",
            "inLanguage": show.language,
            "image": absolute_url(picture_url(found.image or show.image, 1024)),
            "keywords": [tag.label for tag in catalogue.tags_of(found)],
            "timeRequired": f"PT{enclosure.seconds}S" if enclosure and enclosure.seconds else "",
            "associatedMedia": _without_empty(media) if media else None,
            "publication": _broadcast(found.broadcast) if found.broadcast else None,
            "actor": [_guest(guest) for guest in people],
            "sameAs": [url for _, url in places_of(found)],
            "partOfSeries": _without_empty(_series(show)),
        }
    )


def _series(show: Show) -> Data:
    return {
        "@type": "PodcastSeries",
        "name": show.title,
        "description": show.description,
        "url": url_for("show", show=show.slug, base=base()),
        "webFeed": url_for("show_feed", show=show.slug, form="xml", base=base()),
        "image": absolute_url(picture_url(show.image, 1024)),
        "inLanguage": show.language,
    }


def _broadcast(live: Live) -> Data:
    return {
        "@type": "BroadcastEvent",
        "isLiveBroadcast": True,
        "startDate": live.start.isoformat(),
        "endDate": live.assumed_end.isoformat(),
    }


def _guest(guest: Guest) -> Data:
    return {"@type": "Person", "name": guest.name, "url": url_for("guest", guest=guest.slug, base=base())}


def _person(person: Person) -> Data:
    return _without_empty({"@type": "Person", "name": person.name, "url": person.url})


def _without_empty(data: Data) -> Data:
    return {key: value for key, value in data.items() if value not in ("", None, [], ())}
