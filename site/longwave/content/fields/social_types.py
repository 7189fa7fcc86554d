"""The types of the keys ``social``, ``discuss``, ``comments_url`` and ``ai``, with validators for their spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from longwave.content.fields.value_checks import listed, or_empty, part_checked, require_match, respelled, text_as
from longwave.content.text.plain_text import one_line
from longwave.model import AiPart, Link, SocialPost
from longwave.model.discussions import DISABLED
from longwave.urls import web_address

#: The protocols of social networks by the networks' names, and ``DISABLED`` by the words for no comments at all.
_PROTOCOLS = {
    "mastodon": "activitypub", "fediverse": "activitypub", "peertube": "activitypub", "lemmy": "activitypub",
    "pixelfed": "activitypub", "bluesky": "atproto", "bsky": "atproto", "x": "twitter", "none": DISABLED,
    "false": DISABLED, "off": DISABLED,
}  # fmt: skip
_HOSTS = {
    "bsky.app": "atproto", "twitter.com": "twitter", "x.com": "twitter", "njump.me": "nostr", "primal.net": "nostr",
    "peakd.com": "hive", "hive.blog": "hive", "ecency.com": "hive", "matrix.to": "matrix",
}  # fmt: skip
_SCHEMES = {"at": "atproto", "nostr": "nostr", "matrix": "matrix", "hive": "hive"}
_PROTOCOL = re.compile(r"[a-z][a-z0-9.+-]{0,31}")
_OTHER_URI = re.compile(r"(?:at|nostr|matrix|hive|acct|lightning):[^\s<>\"]{1,2000}")
#: The paths of posts on Mastodon, and those on Pleroma, Misskey, PeerTube, Pixelfed, Lemmy and others.
_MASTODON = re.compile(r"(?:/web|/deck)?/@(?P<name>[\w.-]+)(?:@(?P<host>[\w.-]+))?/\d+/?")
_FEDIVERSE = re.compile(
    r"/(?:users|u|user)/[^/]+/(?:statuses|s|p)/[^/]+/?|/(?:notice|objects|notes|w|videos/watch|display|post|comment)/[\w-]+/?"
    r"|/p/[^/]+/\d+/?|/@[\w.-]+/(?:posts/[\w-]+|[\w-]{6,})/?"
)
_PROFILE = re.compile(r"/profile/(?P<name>[\w.:-]+)/post/\w+/?|/(?P<handle>\w{1,20})/status/\d+/?")
_POST = "a post on Mastodon, Bluesky or the like, else with its protocol (a forum belongs into discuss)"
_AI_WORDS: Mapping[str, AiPart] = {
    "script": "script", "scripts": "script", "text": "script", "writing": "script", "voice": "voice",
    "voices": "voice", "speech": "voice", "transcript": "transcript", "transcripts": "transcript",
    "transcription": "transcript", "cover": "cover", "covers": "cover", "artwork": "cover", "image": "cover",
}  # fmt: skip


class _Guess(NamedTuple):
    """A guess at a post's protocol, its author's account and the account's address; each may be empty."""

    protocol: str = ""
    account_id: str = ""
    account_url: str = ""


def _guess(uri: str) -> _Guess:
    """Return a guess at the protocol and the author of a post, made from the form of its address alone."""
    parts = urlsplit(uri)
    if parts.scheme in _SCHEMES:
        return _Guess(_SCHEMES[parts.scheme])
    root, host = f"{parts.scheme}://{parts.netloc}", (parts.hostname or "").removeprefix("www.")
    if host in _HOSTS:
        author = _PROFILE.fullmatch(parts.path)
        name = (author["name"] or author["handle"]) if author else ""
        if not name or name.startswith("did:"):
            return _Guess(_HOSTS[host])
        path = f"profile/{name}" if host == "bsky.app" else name
        return _Guess(_HOSTS[host], f"@{name}", f"{root}/{path}")
    if author := _MASTODON.fullmatch(parts.path):
        name = f"@{author['name']}" + (f"@{author['host']}" if author["host"] else "")
        return _Guess("activitypub", name, f"{root}/{name}")
    return _Guess("activitypub" if _FEDIVERSE.fullmatch(parts.path) else "")


def plain_post(uri: str) -> SocialPost:
    """Return the post at an address, with the protocol and the author's account if the address shows them."""
    return SocialPost(uri, *_guess(uri))


def _uri(uri: str) -> str:
    if _OTHER_URI.fullmatch(uri):
        return uri
    try:
        return web_address(uri)
    except ValueError:
        raise ValueError("the address of a post") from None


def _post(post: SocialPost) -> SocialPost:
    named = post.protocol.strip().lower()
    protocol = _PROTOCOLS.get(named, named)
    require_match(_PROTOCOL, "protocol", protocol, "a protocol such as activitypub")
    if DISABLED in (protocol, post.uri):
        return SocialPost(protocol=DISABLED)
    uri = part_checked("uri", post.uri.strip(), _uri)
    guess = _guess(uri)
    if not uri or not (protocol or guess.protocol):
        # An address that was left out as unusable was reported then, and a missing one isn't reported again.
        kind = "part" if post.uri else "missing"
        raise PydanticCustomError(kind, "{expected}", {"part": "uri", "expected": _POST, "found": post.uri})
    return replace(
        post,
        uri=uri,
        protocol=protocol or guess.protocol,
        account_id=one_line(post.account_id) or guess.account_id,
        account_url=part_checked("account_url", post.account_url, web_address) or guess.account_url,
    )


_SPELLINGS = {
    "url": "uri", "address": "uri", "accountid": "account_id", "account": "account_id", "accounturl": "account_url",
}  # fmt: skip


def _forbidden(value: Any) -> Any:
    return {"protocol": DISABLED} if value is False else value


def _posts(value: Any) -> Any:
    """Return a single post as a list, and a table of addresses by the names of networks as a list of posts."""
    if value is False:
        return [value]
    named = isinstance(value, dict) and value and all(str(key).lower() in _PROTOCOLS for key in value)
    return [{"protocol": str(key), "uri": uri} for key, uri in value.items()] if named else listed(value)


def _page(url: Any) -> str:
    if not isinstance(url, str):
        raise ValueError("an address that begins with https://")
    return web_address(url)


def _links(value: Any) -> Any:
    """Return addresses, tables of addresses by their labels, and links of any spelling as a list of links."""
    if isinstance(value, dict) and not {"url", "href", "label"} & value.keys():
        return [{"label": str(label), "url": part_checked(str(label), url, _page)} for label, url in value.items()]
    return listed(value)


def _link_table(value: Any) -> Any:
    """Return a link as a table with ``label`` and ``url``, whose label may be empty."""
    if isinstance(value, str):
        return {"label": "", "url": value}
    if not isinstance(value, dict):
        return value
    other = {"href": "url", "text": "label", "title": "label", "name": "label"}
    if len(value) == 1 and not value.keys() & {*other, "label", "url"}:
        label, url = next(iter(value.items()))
        return {"label": label, "url": url}
    return {"label": "", **{other.get(key, key): item for key, item in value.items()}}


def _linked(link: Link) -> Link:
    return Link(one_line(link.label), part_checked("url", link.url, web_address) or web_address(""))


def _words(value: Any) -> Any:
    """Return the parts between commas, or the words, of a text; nothing for ``false`` and ``none``."""
    if value is False or (isinstance(value, str) and value.strip().lower() in ("none", "no", "false")):
        return []
    return [word for word in re.split(r"[\s,;]+", value) if word] if isinstance(value, str) else value


def _ai_part(value: Any) -> Any:
    part = _AI_WORDS.get(value.strip().lower()) if isinstance(value, str) else None
    if part is None:
        raise ValueError("script, voice, transcript or cover")
    return part


def _forbids(posts: tuple[SocialPost, ...]) -> bool:
    return any(post.protocol == DISABLED for post in posts)


#: A list of links to pages, each with a label or without.
LinkList = Annotated[
    tuple[Annotated[Link, AfterValidator(_linked), BeforeValidator(_link_table)], ...], BeforeValidator(_links)
]
SocialPosts = Annotated[
    tuple[
        Annotated[
            SocialPost,
            AfterValidator(_post),
            respelled(_SPELLINGS),
            BeforeValidator(_forbidden),
            text_as("uri"),
        ],
        ...,
    ],
    BeforeValidator(_posts),
    AfterValidator(lambda posts: (SocialPost(protocol=DISABLED),) if _forbids(posts) else posts),
]
CommentsPage = Annotated[str, or_empty(web_address)]
AiParts = Annotated[
    tuple[Annotated[AiPart, BeforeValidator(_ai_part)], ...],
    AfterValidator(lambda parts: tuple(dict.fromkeys(parts))),
    BeforeValidator(_words),
]
