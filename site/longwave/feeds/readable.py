"""What a person reads who opens the feed in a browser.

Elements of XHTML in the channel: every browser shows them as HTML, links included, and every app passes over what it
doesn't know. ``static/feed.css`` styles them and the rest. (XSLT, the older way, is being removed from browsers.)
"""

from __future__ import annotations

from longwave.feeds.feed_data import Channel
from longwave.feeds.xml import Node, node


def readable(channel: Channel) -> Node:
    """The top of the page: what this is, its address, and how to subscribe."""
    address = f"{channel.address}.xml"
    return node(
        "xhtml:div",
        node("xhtml:p", "This is a podcast feed."),
        node("xhtml:h1", channel.title),
        node(
            "xhtml:p",
            "Podcast apps and feed readers look at this address to learn of new episodes. To subscribe, copy it and"
            " paste it where your app says “Add by URL”. Nobody needs an account for that.",
        ),
        node("xhtml:p", node("xhtml:a", address, href=address)),
        node(
            "xhtml:ul",
            node("xhtml:li", node("xhtml:a", "Read and listen on the website", href=channel.link)),
            *(
                node("xhtml:li", node("xhtml:a", link.label, href=link.url))
                for link in channel.links
                if link.url.startswith(("https://", "http://"))
            ),
        ),
    )
