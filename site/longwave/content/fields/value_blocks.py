"""The type of the key ``value``: the blocks of ``podcast:value``, by which podcast apps pay."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from longwave.content.fields.salvage import expected
from longwave.content.fields.times import parse_seconds
from longwave.content.fields.value_checks import listed, or_empty
from longwave.content.text.plain_text import one_line
from longwave.model import Recipient, TimeSplit, ValueBlock
from longwave.urls import web_address

#: The most blocks, recipients of a block, and stretches of time in a block.
MAX_PARTS = 100
_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,18})?")
#: The names of our keys, by those that the podcast namespace and the Podcast Index have for the same values.
_NAMES = {
    "customKey": "custom_key", "customValue": "custom_value", "valueRecipients": "recipients",
    "valueRecipient": "recipients", "destinations": "recipients", "timeSplits": "time_splits",
    "valueTimeSplits": "time_splits", "valueTimeSplit": "time_splits", "startTime": "start",
    "remoteStartTime": "remote_start", "remotePercentage": "percentage", "feedGuid": "feed_guid",
    "feedUrl": "feed_url", "itemGuid": "item_guid",
}  # fmt: skip
#: The values that messages ask for if a required key is missing, by key.
_MISSING = {"recipients": "a list", "address": "an address", "split": "a whole number from 0"} | dict.fromkeys(
    ("start", "duration"), "a number of seconds"
)
#: The keys of nested maps, of which the keys are read as if they stood in the outer map.
_NESTED = ("model", "remoteItem", "remote_item")


def _renamed(value: Any) -> Any:
    """Return a map with our names for its keys, and the keys of its ``_NESTED`` maps among them; others unchanged."""
    if not isinstance(value, dict):
        return value
    parts = {key: part for key, part in value.items() if key not in _NESTED}
    for key in _NESTED:
        parts |= value[key] if isinstance(value.get(key), dict) else {}
    return {_NAMES.get(key, key): part for key, part in parts.items()}


def _text(value: Any) -> Any:
    """Return a number as text, without an exponent; other values unchanged."""
    if isinstance(value, float):
        return format(Decimal(str(value)), "f")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _seconds(value: Any) -> Any:
    """Return a text such as ``1:21`` or ``81.5`` in seconds; other values unchanged."""
    if not isinstance(value, str):
        return value
    seconds = parse_seconds(value) if ":" in value else None
    try:
        return float(value) if seconds is None else seconds
    except ValueError:
        raise ValueError("a time such as 58:05, or a number of seconds") from None


def _share(value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("a whole number from 0")
    return int(text)


def _suggestion(text: str) -> str:
    if not _DECIMAL.fullmatch(text):
        raise ValueError("an amount such as 0.00000015")
    return text


_Text = Annotated[str, Field(max_length=1000), BeforeValidator(_text), AfterValidator(one_line)]
_Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0, lt=10**7)]


class RecipientKeys(BaseModel):
    """A recipient of payments."""

    address: Annotated[_Text, Field(min_length=1)]
    split: Annotated[int, BeforeValidator(_share)]
    name: _Text = ""
    type: Annotated[_Text, Field(min_length=1)] = "node"
    custom_key: _Text = ""
    custom_value: _Text = ""
    fee: bool = False


def _shared(recipients: tuple[RecipientKeys, ...]) -> tuple[RecipientKeys, ...]:
    if not any(recipient.split for recipient in recipients if not recipient.fee):
        raise ValueError("somebody with a split of more than 0")
    return recipients


_Recipients = Annotated[
    tuple[Annotated[RecipientKeys, BeforeValidator(_renamed)], ...],
    Field(max_length=MAX_PARTS),
    AfterValidator(_shared),
    BeforeValidator(listed),
]


class TimeSplitKeys(BaseModel):
    """A stretch of an episode during which payments go to other recipients, such as those of a song that is played."""

    start: _Seconds
    duration: _Seconds
    recipients: _Recipients = ()
    feed_guid: _Text = ""
    feed_url: Annotated[_Text, or_empty(web_address)] = ""
    item_guid: _Text = ""
    medium: _Text = ""
    remote_start: _Seconds = 0
    percentage: Annotated[int, Field(ge=0, le=100)] = 100


def _with_payee(stretch: TimeSplitKeys) -> TimeSplitKeys:
    if bool(stretch.recipients) == bool(stretch.feed_guid):
        raise ValueError("either recipients or a feed_guid")
    return stretch


class ValueKeys(BaseModel):
    """A block of ``podcast:value``."""

    recipients: _Recipients
    type: Annotated[_Text, Field(min_length=1)] = "lightning"
    method: Annotated[_Text, Field(min_length=1)] = "keysend"
    suggested: Annotated[_Text, or_empty(_suggestion)] = ""
    time_splits: Annotated[
        tuple[Annotated[TimeSplitKeys, AfterValidator(_with_payee), BeforeValidator(_renamed)], ...],
        Field(max_length=MAX_PARTS),
        BeforeValidator(listed),
    ] = ()


def _block(keys: ValueKeys) -> ValueBlock:
    stretches = tuple(
        TimeSplit(**dict(stretch) | {"recipients": _recipients(stretch.recipients)}) for stretch in keys.time_splits
    )
    return ValueBlock(**dict(keys) | {"recipients": _recipients(keys.recipients), "time_splits": stretches})


def _recipients(recipients: tuple[RecipientKeys, ...]) -> tuple[Recipient, ...]:
    return tuple(Recipient(**dict(recipient)) for recipient in recipients)


def _complete(value: Any, read: ValidatorFunctionWrapHandler) -> ValueBlock:
    """Return a block of which every part is valid. Raises an error that describes the first invalid part.

    If only one of the recipients were left out, the others would be paid a share that was never meant for them.
    """
    try:
        block: ValueBlock = read(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"] if not str(part).startswith("function-"))
        words = _MISSING.get(str(first["loc"][-1]), "a map") if first["type"] == "missing" else expected(first)
        found = "none" if first["type"] == "missing" else first["input"]
        context = {"expected": f"{words} as {place}" if place else words, "found": found}
        raise PydanticCustomError("value", "{expected}", context) from None
    return block


ValueBlocks = Annotated[
    tuple[
        Annotated[ValueKeys, BeforeValidator(_renamed), AfterValidator(_block), WrapValidator(_complete)],
        ...,
    ],
    Field(max_length=MAX_PARTS),
    BeforeValidator(listed),
]
