"""Parsing of feeds as real hosts write them, with limits and without unreported losses."""

from __future__ import annotations

import contextlib
import gzip
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.errors import LongwaveError
from longwave.moving.rss.date_forms import parse_feed_date, read_feed_date
from longwave.moving.rss.feed_items import read_items
from longwave.moving.rss.feed_parser import read_document
from longwave.moving.rss.feed_values import (
    front_matter_date,
    parse_duration,
    parse_number,
    parse_play_time,
    parse_yes_no,
)

ITEM = "<item><title>{0}</title><guid>{0}</guid><enclosure url='https://x.example/{0}.mp3'/></item>"


def rss(inner: str, head: str = "", attributes: str = "") -> bytes:
    """Return the bytes of a feed whose channel has ``inner``, after ``head``, with these attributes on <rss>."""
    return f"{head}<rss version='2.0' {attributes}><channel><title>T</title>{inner}</channel></rss>".encode()


def test_names_are_known_whatever_the_prefix() -> None:
    """A feed's elements are recognized by namespace, in old spellings, too, and not by prefix."""
    raw = rss(
        "<i:author>A</i:author><p:guid>G</p:guid>",
        attributes="xmlns:i='http://www.itunes.com/DTDs/Podcast-1.0.dtd' "
        "xmlns:p='https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md'",
    )
    channel = read_document(raw, "x").channel
    assert (channel.first_text("itunes:author"), channel.first_text("podcast:guid")) == ("A", "G")


def test_undeclared_prefixes_are_understood() -> None:
    """A feed with undeclared namespace prefixes is read, and the fault is reported."""
    document = read_document(rss("<itunes:author>A</itunes:author>" + ITEM.format("a")), "x")
    assert document.channel.first_text("itunes:author") == "A"
    assert len(document.items) == 1
    assert document.omissions


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"<?xml version='1.0' encoding='utf-8'?>" + rss("<description>é</description>").replace("é".encode(), b"\xe9"), True),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + rss("<description>é</description>"), True),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + rss("<description>é</description>").decode().encode("latin-1"), False),
        (b"\xef\xbb\xbf" + rss("<description>é</description>"), False),
        (("<?xml version='1.0' encoding='utf-16'?>" + rss("<description>é</description>").decode()).encode("utf-16"), False),
        (gzip.compress(rss("<description>é</description>"), mtime=0), False),
        (b"\n \n<?xml version='1.0' encoding='klingon'?>" + rss("<description>é</description>"), True),
    ],
)  # fmt: skip
def test_encodings_are_what_they_are(raw: bytes, told: bool) -> None:
    """A feed is decoded by its true encoding; a wrong declaration is reported."""
    document = read_document(raw, "x")
    assert document.channel.first_text("description") == "é"
    assert bool(document.omissions) == told


def test_html_that_nobody_wrapped_is_text() -> None:
    """Notes whose HTML isn't escaped or wrapped in CDATA, but elements of the feed, are read as HTML."""
    document = read_document(rss("<description>a <b>b</b> &amp; c<br/></description>"), "x")
    assert document.channel.first_text("description") == "a <b>b</b> &amp; c<br/>"


@pytest.mark.parametrize(
    "raw",
    [
        b"<rss><channel>" + b"<![CDATA[" * 200_000,
        b"<rss><channel>" + b"<!--" * 200_000,
        b"<!-- --><!-- -->" * 50_000,
        b"<rss><channel>" + b"&" * 500_000,
        b"<rss>" + b"<a>" * 100_000,
        b"<rss><channel><item>" + b"<" * 300_000,
    ],
)
def test_no_bytes_take_long(raw: bytes) -> None:
    """A hostile feed is refused or read within a few seconds."""
    began = time.thread_time()
    with contextlib.suppress(LongwaveError):
        read_document(raw, "x")
    assert time.thread_time() - began < 10


def test_entities_hide_behind_no_comment() -> None:
    """A feed that declares its own entities is refused, even behind a comment; one with a bare DOCTYPE isn't."""
    for inner in ("<!-- <rss > --><!ENTITY a 'b'>", "<!ENTITY % a 'b'>"):
        with pytest.raises(LongwaveError, match="entities of its own"):
            read_document(rss("", f"<!DOCTYPE rss [{inner}]>"), "x")
    assert read_document(rss("", "<!DOCTYPE rss>"), "x").channel.first_text("title") == "T"


def test_more_than_anybody_sends_is_refused() -> None:
    """A feed of more than fifty megabytes, compressed or not, or of more than 20,000 episodes is refused."""
    for raw in (rss(" " * 50_000_001), gzip.compress(rss(" " * 50_000_001), 1)):
        with pytest.raises(LongwaveError, match="more than 50 MB"):
            read_document(raw, "x")
    with pytest.raises(LongwaveError, match="at most 20,000 episodes"):
        read_document(rss("<item/>" * 20_001), "x")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_feed_or_a_line(raw: bytes) -> None:
    """Any bytes are read as a feed or raise LongwaveError."""
    for whole in (raw, rss("") + raw, rss("<item>").replace(b"T", raw)):
        with contextlib.suppress(LongwaveError):
            read_document(whole, "x")


def test_items_without_a_date_stand_where_they_stood() -> None:
    """An item without a date gets one a second later than the item below it, so that it keeps its place in the feed."""
    dated = "<item><guid>{0}</guid><pubDate>{1}</pubDate><enclosure url='https://x.example/{0}'/></item>"
    feed = rss(
        dated.format(4, "")
        + dated.format(3, "Mon, 01 Jan 2024 00:00:00 GMT")
        + dated.format(2, "?")
        + dated.format(1, "")
    )
    items, _ = read_items(read_document(feed, "x").items, datetime(2020, 1, 1, tzinfo=UTC))
    dates = [item.date for item in items]
    assert dates == sorted(dates, reverse=True)
    assert len(set(dates)) == 4


def test_the_same_item_twice_is_one() -> None:
    """An item on two pages of a feed is imported once, and reported."""
    items, omissions = read_items(read_document(rss(ITEM.format("a") * 2), "x").items, datetime(2020, 1, 1, tzinfo=UTC))
    assert len(items) == 1
    assert "twice" in str(omissions)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Mon, 05 Jan 2026 06:00:00 -0500", datetime(2026, 1, 5, 6, tzinfo=timezone(timedelta(hours=-5)))),
        ("Monday, 5 January 2026 06:00:00 GMT", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("Fri, 5 Sept 2025 06:00 EST", datetime(2025, 9, 5, 11, tzinfo=UTC)),
        ("2026-01-05T06:00:00Z", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("5 Jan 2026 06:00:00 Europe/Berlin", datetime(2026, 1, 5, 5, tzinfo=UTC)),
        ("5 Jan 2026 06:00:00 Middle/Earth", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 06:00:00 -05:00", datetime(2026, 1, 5, 11, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 06:00:00 +02", datetime(2026, 1, 5, 4, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 06:00:00 GMT+2", datetime(2026, 1, 5, 4, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 06:00:00 +0100 (CET)", datetime(2026, 1, 5, 5, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 06:00:00 PM GMT", datetime(2026, 1, 5, 18, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 12:30 am PST", datetime(2026, 1, 5, 8, 30, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 06:00:00 CET", datetime(2026, 1, 5, 5, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 24:00:00 GMT", datetime(2026, 1, 6, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 23:59:60 GMT", datetime(2026, 1, 6, tzinfo=UTC)),
        ("Mon,05 Jan 2026 06:00:00 GMT", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("Lun, 05 Ene 2026 06:00:00 +0000", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("Mo, 05. März 2026 06:00:00 MEZ", datetime(2026, 3, 5, 5, tzinfo=UTC)),
        ("mié., 05 août 2026 06:00:00 +0000", datetime(2026, 8, 5, 6, tzinfo=UTC)),
        ("5 Jan 98 06:00 GMT", datetime(1998, 1, 5, 6, tzinfo=UTC)),
        ("05-Jan-2026 06:00:00 GMT", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("January 5, 2026", datetime(2026, 1, 5, tzinfo=UTC)),
        ("Monday, January 5th, 2026 at 6:00 PM EST", datetime(2026, 1, 5, 23, tzinfo=UTC)),
        ("Mon Jan  5 06:00:00 UTC 2026", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("2026-01-05 06:00:00.123 +02:00", datetime(2026, 1, 5, 4, tzinfo=UTC)),
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026/01/05 06:00", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("20260105T060000Z", None),
        ("05.01.2026 06:00 Uhr", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("13/01/2026", datetime(2026, 1, 13, tzinfo=UTC)),
        ("1767592800", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("Mon, 35 Jan 2026 06:00:00 GMT", None),
        ("Mon, 05 Xyz 2026 06:00:00 GMT", None),
        ("Mon, 05 Jan 2026 26:00:00 +9999", None),
        ("Mon, 05 Jan 1850 06:00:00 +0000", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_dates_in_the_wild(text: str, date: datetime | None) -> None:
    """Dates are read in the formats that podcast hosts write; an unreadable one is None."""
    assert parse_feed_date(text) == date


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("Mon, 05 Jan 2026 06:00:00 +0000", ""),
        ("Mon, 05 Jan 2026 06:00:00 EST", ""),
        ("2026-01-05", ""),
        ("Mon, 05 Jan 2026 06:00:00", "UTC, as it has no zone"),
        ("Mon, 05 Jan 2026 06:00:00 XYZ", "UTC, as XYZ is no known zone"),
        ("Mon, 05 Jan 2026 06:00:00 IST", "IST as UTC+5.5"),
        ("01/05/2026", "the month before the day"),
        ("1767592800", "seconds since 1970"),
    ],
)
def test_a_guessed_date_says_so(text: str, guess: str) -> None:
    """An ambiguous date in a feed (without a known zone, or with unclear order) is read with a note of the guess."""
    found = read_feed_date(text)
    assert found is not None
    assert found.guess == guess


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    """No text makes the reader of dates raise an error, and each date that it returns is an instant."""
    found = read_feed_date(text)
    assert found is None or found.date.astimezone(UTC)


def test_items_of_one_date_keep_their_order() -> None:
    """Items of one date are ordered in time as in the feed, whether its newest item or its oldest is first."""
    item = "<item><guid>{}</guid><title>x</title><pubDate>{}</pubDate><enclosure url='https://x.example/{}'/></item>"
    day = "Mon, 0{} Jan 2024 09:00:00 GMT"
    names = ["d", "b", "c", "a"]
    for last, newest_first in ((day.format(1), True), (day.format(9), False)):
        feed = rss("".join(item.format(n, day.format(5), n) for n in names) + item.format("z", last, "z"))
        items, _ = read_items(read_document(feed, "x").items, datetime(2020, 1, 1, tzinfo=UTC))
        ordered = sorted(items, key=lambda each: each.date, reverse=newest_first)
        assert [each.guid for each in ordered] == [*names, "z"]
        assert {each.date.replace(microsecond=0) for each in items[:4]} == {datetime(2024, 1, 5, 9, tzinfo=UTC)}


def test_entities_of_html_are_letters() -> None:
    """A document type such as RSS 0.91's makes HTML's entities valid, and each becomes its letter."""
    start = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.example/rss-0.91.dtd">'
    document = read_document(
        start + rss("<description>Caf&eacute; &amp; &ldquo;tea&rdquo;&nbsp;x &lt;b&gt;</description>"), "x"
    )
    assert document.channel.first_text("description") == "Café & “tea”\u00a0x <b>"
    assert not document.omissions
    subset = b"<!DOCTYPE rss [<!ELEMENT rss ANY>]>" + rss("<description>Caf&eacute;</description>")
    assert read_document(subset, "x").channel.first_text("description") == "Café"


def test_one_bad_byte_costs_one_letter() -> None:
    """A byte that is no UTF-8 in a feed of UTF-8 is read as Windows-1252; all other letters stay, and it is reported."""
    feed = rss("<description>é ü “x” ?</description>").replace(b"?", b"\x92 \x81")
    document = read_document(feed, "x")
    assert document.channel.first_text("description") == "é ü “x” ’ \ufffd"
    assert "2 bytes" in str(document.omissions)


def test_values_in_the_wild() -> None:
    """Durations, numbers and booleans are read in the formats that podcast hosts write."""
    assert [parse_duration(text) for text in ("3753", "62:33", "1:02:33", "00:01:02.5", "", "x", "-5")] == [
        3753,
        3753,
        3753,
        62,
        0,
        0,
        0,
    ]
    spoken = {"PT1H": 3600, "PT1H2M3S": 3723, "P1DT1S": 86401, "45 min": 2700, "1h 2m 3s": 3723, "1 hour 5 minutes": 3900,
              "90 Minuten": 5400, "P": 0, "PT": 0, "min": 0}  # fmt: skip
    assert {text: parse_duration(text) for text in spoken} == spoken
    assert [parse_number(text) for text in ("1", "007", "1.0", "1.5", "-1", "", "²")] == [
        1,
        7,
        1,
        None,
        None,
        None,
        None,
    ]
    assert [parse_yes_no(text) for text in ("yes", "Explicit", "clean", "false", "")] == [
        True,
        True,
        False,
        False,
        None,
    ]
    assert [parse_play_time(text) for text in ("73.5", "00:01:13.500", "1:13", "x")] == [73.5, 73.5, 73.0, None]
    assert (
        front_matter_date(datetime(2026, 1, 5, 6, tzinfo=timezone(timedelta(hours=5, minutes=30))))
        == "2026-01-05 06:00:00 +0530"
    )


def test_a_torn_gzip_is_refused() -> None:
    """A feed in truncated gzip is refused."""
    raw = gzip.compress(rss(ITEM.format("a") * 300))
    assert len(read_document(raw, "x").items) == 300
    with pytest.raises(LongwaveError, match="found a gzip file that breaks off"):
        read_document(raw[:-20], "x")


def test_an_unreadable_duration_is_told() -> None:
    """A duration that can't be read is an omission by episode; a readable one, and none at all, are not."""
    item = "<item><guid>{0}</guid><enclosure url='https://x.example/{0}.mp3' type='audio/mpeg'/><itunes:duration>{0}</itunes:duration></item>"
    durations = ("abc", "-5", "1:02:03 PM", "45 min", "0", "00:00:00", "", "3723.5")
    _, omissions = read_items(
        read_document(rss("".join(map(item.format, durations))), "x").items, datetime(2020, 1, 1, tzinfo=UTC)
    )
    told = [each.subject for each in omissions if "duration" in each.reason]
    assert [subject.partition("(")[2].rstrip(")") for subject in told] == ["abc", "-5", "1:02:03 PM"]
