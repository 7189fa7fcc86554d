"""The type of the key ``live``, an episode's live broadcast, with validators for the different ways of writing it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from longwave.content.fields.social_types import LinkList
from longwave.content.fields.times import parse_date
from longwave.content.fields.value_checks import or_empty, part_checked, require_match, respelled, text_as
from longwave.model import Chat, Key, LiveStatus
from longwave.urls import web_address

#: The declaration of the key ``live``.
LIVE = Key(
    'a live broadcast: `{start: "2026-12-05 20:00", end: "22:00", url, type, chat, status, links}`, see '
    "[Live episodes](#live-episodes)",
    appears_in="page, `podcast:liveItem`",
)
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_STATUSES: dict[str, LiveStatus] = {
    "pending": "pending", "planned": "pending", "scheduled": "pending", "upcoming": "pending", "live": "live",
    "on air": "live", "on-air": "live", "ended": "ended", "over": "ended", "finished": "ended", "done": "ended",
    "cancelled": "ended", "canceled": "ended",
}  # fmt: skip
_KEYS = {
    "starttime": "start", "begin": "start", "date": "start", "endtime": "end", "stream": "url", "address": "url",
    "link": "links", "contentlink": "links", "contentlinks": "links",
}  # fmt: skip
_CHAT_KEYS = {
    "accountid": "account_id",
    "account": "account_id",
    "room": "space",
    "channel": "space",
    "embedurl": "url",
}
_SERVER = re.compile(r"[\w-]+(\.[\w-]+)*(:\d{1,5})?")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


def _instant(text: str) -> str:
    """Return ``text`` unchanged if it is a date in ISO 8601 or as Jekyll writes it; else raise ValueError."""
    try:
        parse_date(text, UTC)
    except (ValueError, OverflowError):
        raise ValueError("a time such as 2026-12-05 20:00") from None
    return text


def _end(text: str) -> str:
    return text if _CLOCK.fullmatch(text.strip()) else _instant(text)


def _status(value: Any) -> Any:
    status = _STATUSES.get(value.strip().lower()) if isinstance(value, str) else None
    if status is None and value != "":
        raise ValueError("pending, live or ended")
    return status or ""


def _media(text: str) -> str:
    if not _MEDIA_TYPE.fullmatch(text):
        raise ValueError("a media type such as audio/mpeg")
    return text.lower()


def chat_at(url: str) -> Chat:
    """Return the chat room at an address, with the server and the room that the address names."""
    parts = urlsplit(url)
    room = unquote(parts.fragment or parts.path).strip("/")
    if parts.scheme in ("irc", "ircs"):
        return Chat(server=parts.netloc, protocol="irc", space=f"#{room.lstrip('#')}" if room else "")
    if parts.scheme == "xmpp":
        room = parts.path.partition("?")[0]
        return Chat(server=room.rpartition("@")[2], protocol="xmpp", space=room)
    if parts.hostname == "matrix.to" and ":" in room:
        return Chat(server=room.partition(":")[2].partition("/")[0], protocol="matrix", space=room.partition("/")[0])
    return Chat(url=url)


def _chat_table(value: Any) -> Any:
    """Return a chat's address, or a table with only ``url``, as a table of the fields of a Chat; others unchanged."""
    if isinstance(value, dict) and value.keys() == {"url"}:
        value = value["url"]
    if not isinstance(value, str):
        return value
    chat = chat_at(value.strip())
    return {"url": chat.url, "server": chat.server, "protocol": chat.protocol, "space": chat.space}


def _chat(chat: Chat) -> Chat:
    require_match(_SERVER, "server", chat.server, "a server such as irc.example.com")
    part_checked("url", chat.url, web_address)
    if not chat.url and not (chat.server and chat.protocol):
        raise ValueError("the address of a chat, or its server and protocol")
    return replace(chat, protocol=chat.protocol.strip().lower())


class LiveKeys(BaseModel):
    """The value of the key ``live``; times are texts until the site's time zone is known."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    start: str = ""
    end: Annotated[str, or_empty(_end)] = ""
    url: Annotated[str, or_empty(web_address)] = ""
    type: Annotated[str, or_empty(_media)] = ""
    chat: Annotated[Chat, AfterValidator(_chat), respelled(_CHAT_KEYS), BeforeValidator(_chat_table)] | None = None
    status: Annotated[LiveStatus | Literal[""], BeforeValidator(_status)] = ""
    links: Annotated[LinkList, Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _begins(self) -> Self:
        # With an unusable start the whole broadcast is left out, lest pages and feeds announce it for a wrong time.
        try:
            _ = self.start and _instant(self.start)
        except ValueError as error:
            context = {"expected": f"{error} as start", "found": self.start}
            raise PydanticCustomError("start", "{expected}", context) from None
        return self


#: A live broadcast, or only the time of its start.
Broadcast = Annotated[LiveKeys, respelled(_KEYS), text_as("start")]
