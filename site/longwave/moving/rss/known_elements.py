"""The elements of feeds that the importer knows; all others are reported as omitted."""

from __future__ import annotations

#: The elements of an item that are imported.
ITEM = frozenset({
    "title", "link", "description", "content:encoded", "guid", "pubDate", "enclosure", "category", "author", "comments",
    "dc:creator", "dc:date", "atom:link", "media:content", "media:group", "media:thumbnail", "itunes:title",
    "itunes:author", "itunes:duration", "itunes:season", "itunes:episode", "itunes:episodeType", "itunes:explicit",
    "itunes:image", "itunes:subtitle", "itunes:summary", "itunes:keywords", "itunes:block", "googleplay:description",
    "googleplay:explicit", "googleplay:image", "googleplay:author", "googleplay:block", "podcast:person",
    "podcast:season", "podcast:episode", "podcast:transcript", "podcast:chapters", "podcast:soundbite",
    "podcast:license", "podcast:location", "podcast:alternateEnclosure", "podcast:image", "podcast:images",
    "podcast:block", "podcast:funding", "podcast:value", "podcast:socialInteract", "podcast:txt", "podcast:contentLink",
    "podcast:chat", "psc:chapters",
})  # fmt: skip
#: The elements of an item that say something about the old feed or its website only, each with the reason.
OLD_ITEM = {
    "slash:comments": "a count of comments on the old website",
    "wfw:commentRss": "the feed of comments on the old website",
    "wp:post-id": "the number of the post in the old website's database",
}
#: The elements of a channel that are imported, or of which the report says something of their own.
CHANNEL = frozenset({
    "title", "link", "description", "language", "copyright", "image", "category", "pubDate", "lastBuildDate", "ttl",
    "managingEditor", "webMaster", "skipDays", "skipHours", "atom:link", "dc:creator", "dc:language", "dc:rights",
    "media:thumbnail", "itunes:author", "itunes:owner", "itunes:image", "itunes:category", "itunes:explicit",
    "itunes:type", "itunes:summary", "itunes:subtitle", "itunes:title", "itunes:new-feed-url", "itunes:block",
    "itunes:complete", "itunes:keywords", "googleplay:image", "googleplay:author", "googleplay:description",
    "googleplay:category", "googleplay:explicit", "googleplay:email", "googleplay:block", "podcast:guid",
    "podcast:locked", "podcast:funding", "podcast:person", "podcast:location", "podcast:license", "podcast:value",
    "podcast:medium", "podcast:txt", "podcast:podroll", "podcast:updateFrequency", "podcast:trailer", "podcast:image",
    "podcast:images", "podcast:block", "podcast:socialInteract", "podcast:publisher", "podcast:remoteItem",
})  # fmt: skip
#: The elements of a channel that say something about the old feed only, each with the reason.
OLD_CHANNEL = {
    "generator": "the program that wrote the old feed",
    "podcast:generator": "the program that wrote the old feed",
    "docs": "the description of RSS",
    "cloud": "a service that told of changes of the old feed",
    "sy:updatePeriod": "how often the old feed was written",
    "sy:updateFrequency": "how often the old feed was written",
    "wp:site": "the number of the old website",
    "xhtml:div": "words of the old feed for people who open it in a browser",
}
