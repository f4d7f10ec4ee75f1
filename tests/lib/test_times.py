import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.times import age, describe_time, format_time, parse_time

NOON = 1795262400.0  # 2026-11-21T12:00:00Z


@pytest.fixture
def zone(monkeypatch):
    """Sets the zone of the user."""
    def set_zone(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


PARSED = [
    ("2026-11-21T12:00:00Z", NOON), ("2026-11-21T13:00:00+01:00", NOON), ("2026-11-21T06:30:00-05:30", NOON),
    ("2026-11-21T12:00:00.25Z", NOON + 0.25), ("2026-11-21T12:00:00.000001Z", NOON + 1e-6),
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1), ("2024-02-29T00:00:00Z", 1709164800),
    ("2000-02-29T00:00:00Z", 951782400), ("0001-01-01T00:00:00Z", -62135596800), ("9999-12-31T23:59:59Z", 253402300799),
]


@pytest.mark.parametrize(("text", "seconds"), PARSED)
def test_rfc_3339_times_are_read(text, seconds):
    assert parse_time(text) == seconds
    assert parse_time(text) == seconds  # the quick way, with the date known


_AS = 'as "2006-01-02T15:04:05Z07:00": cannot parse'
REFUSED = [
    ("", f'parsing time "" {_AS} "" as "2006"'), ("abc", f'parsing time "abc" {_AS} "abc" as "2006"'),
    ("2026-11-21", f'parsing time "2026-11-21" {_AS} "" as "T"'),
    ("2026-1-2T00:00:00Z", f'parsing time "2026-1-2T00:00:00Z" {_AS} "1-2T00:00:00Z" as "01"'),
    ("2026-11-21 12:00:00Z", f'parsing time "2026-11-21 12:00:00Z" {_AS} " 12:00:00Z" as "T"'),
    ("2026-11-21T12:00:00", f'parsing time "2026-11-21T12:00:00" {_AS} "" as "Z07:00"'),
    ("2026-11-21T12:00:00Zx", 'parsing time "2026-11-21T12:00:00Zx": extra text: "x"'),
    ("2026-13-01T00:00:00Z", 'parsing time "2026-13-01T00:00:00Z": month out of range'),
    ("2026-02-29T00:00:00Z", 'parsing time "2026-02-29T00:00:00Z": day out of range'),
    ("1900-02-29T00:00:00Z", 'parsing time "1900-02-29T00:00:00Z": day out of range'),
    ("2026-11-21T24:00:00Z", 'parsing time "2026-11-21T24:00:00Z": hour out of range'),
    ("2026-11-21T12:60:00Z", 'parsing time "2026-11-21T12:60:00Z": minute out of range'),
    ("2026-11-21T12:00:60Z", 'parsing time "2026-11-21T12:00:60Z": second out of range'),
    ("2026-11-21T12:00:00+25:00", 'parsing time "2026-11-21T12:00:00+25:00": time zone offset hour out of range'),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_time_is_refused_in_go_s_words(text, message):
    parse_time("2026-11-21T00:00:00Z")  # the date is known: the quick way must refuse as well
    with pytest.raises(ValueError, match="parsing time") as caught:
        parse_time(text)
    assert str(caught.value) == message


def test_times_are_written_with_seconds():
    assert format_time(NOON + 0.999) == "2026-11-21T12:00:00Z"
    assert format_time(-0.5) == "1969-12-31T23:59:59Z"


def test_times_for_people_are_in_their_zone(zone):
    zone("UTC")
    assert describe_time("2026-11-21T14:45:17Z") == "Sat, 21 Nov 2026 14:45:17 +0000"
    zone("America/St_Johns")
    assert describe_time("2026-07-01T00:00:00Z") == "Tue, 30 Jun 2026 21:30:00 -0230"
    zone("Asia/Kolkata")
    assert describe_time("2026-11-21T14:45:17Z") == "Sat, 21 Nov 2026 20:15:17 +0530"
    assert describe_time("") == describe_time(None) == "Mon, 01 Jan 0001 00:00:00 +0000"


@pytest.mark.parametrize(
    ("timestamp", "shown"),
    [("2026-11-21T11:59:57Z", "3s"), ("2026-11-21T11:55:08Z", "4m52s"), (None, "<unknown>"), ("", "<unknown>"),
     ("2026-11-21T12:00:01Z", "0s"), ("2026-11-21T12:00:05Z", "<invalid>")],
)
def test_ages(timestamp, shown):
    assert age(timestamp, NOON) == shown


@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 28)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 - the zone follows
def test_every_time_is_read_as_the_calendar_has_it(moment, offset):
    there = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    seconds = (there - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    text = there.isoformat()
    assert parse_time(text) == seconds
    assert parse_time(format_time(seconds)) == seconds
