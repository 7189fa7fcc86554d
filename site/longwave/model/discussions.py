"""The posts and pages on which listeners discuss a show or an episode, and the list of what AI has made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from longwave.model.key import Key
from longwave.model.people import Link

#: The ``protocol`` of ``podcast:socialInteract`` by which a feed asks apps to show no discussion.
DISABLED = "disabled"
AiPart = Literal["script", "voice", "transcript", "cover"]


@dataclass(frozen=True, slots=True)
class SocialPost:
    """A post of a social network below which listeners discuss a show or an episode.

    ``uri`` is the post's address and ``protocol`` a name of the Podcasting 2.0 namespace, such as ``activitypub``; the
    protocol ``disabled``, without an address, forbids a discussion. The post with the lowest ``priority`` from 1 is the
    preferred one; 0 means none.
    """

    uri: str = ""
    protocol: str = ""
    account_id: str = ""
    account_url: str = ""
    priority: int = 0


Social = Annotated[
    tuple[SocialPost, ...],
    Key(
        "posts below which listeners discuss it: addresses, or `{uri, protocol, account_id, account_url, priority}`; "
        "`disabled`: nowhere",
        appears_in="page, `podcast:socialInteract`",
    ),
]
CommentsAddress = Annotated[str, Key("the address of a page of comments", appears_in="page, `comments`")]
Discussions = Annotated[
    tuple[Link, ...],
    Key(
        'other places to discuss it, such as a forum: addresses, or `{"Forum": "https://…"}`',
        appears_in='page, `atom:link rel="replies"`',
    ),
]
Ai = Annotated[
    tuple[AiPart, ...],
    Key(
        "the parts that AI made or changed: `script`, `voice`, `transcript`, `cover`",
        appears_in='page, `podcast:txt purpose="ai-content"`',
    ),
]
