"""The support of a show or an episode: payments by podcast apps (``podcast:value``), and sponsors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A sponsor of an episode. ``text`` is a plain text about the sponsor; both ``text`` and ``url`` may be empty."""

    name: str
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient of payments, as ``podcast:valueRecipient`` describes it.

    ``split`` is the recipient's number of shares; of a ``fee`` it is a percentage, taken off before the others share
    the rest. The custom key and value are a record that is sent along with a payment to a shared wallet.
    """

    address: str
    split: int
    name: str = ""
    type: str = "node"
    custom_key: str = ""
    custom_value: str = ""
    fee: bool = False


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """A stretch of an episode whose payments go to others: to ``recipients``, or to those of an item of another feed.

    ``start``, ``duration`` and ``remote_start`` (the place within the other item) are seconds. ``feed_guid`` and
    ``item_guid`` identify the other feed and its item, which get ``percentage`` of the payments.
    """

    start: float
    duration: float
    recipients: tuple[Recipient, ...] = ()
    feed_guid: str = ""
    feed_url: str = ""
    item_guid: str = ""
    medium: str = ""
    remote_start: float = 0
    percentage: int = 100


@dataclass(frozen=True, slots=True)
class ValueBlock:
    """A way in which podcast apps may pay, as ``podcast:value`` describes it. Longwave only carries these data.

    ``suggested`` is an amount for each minute as a decimal number, in the currency that ``type`` implies.
    """

    recipients: tuple[Recipient, ...]
    type: str = "lightning"
    method: str = "keysend"
    suggested: str = ""
    time_splits: tuple[TimeSplit, ...] = ()
