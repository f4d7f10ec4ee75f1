"""Schedules by the rules of robfig/cron v3."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.lib import cron


def instant(text):
    return datetime.fromisoformat(text).timestamp()


def following(schedule, after, times=1):
    """The next times after ``after`` in UTC, to the minute."""
    found = []
    now = instant(after)
    for _ in range(times):
        now = cron.parse(schedule).next(now)
        found.append(datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(("schedule", "after", "expected"), [
    ("* * * * *", "2026-06-01T12:00:00Z", "2026-06-01 12:01"),
    ("* * * * *", "2026-06-01T12:00:59Z", "2026-06-01 12:01"),
    ("0 3 * * *", "2026-06-01T03:00:00Z", "2026-06-02 03:00"),
    ("0 3 * * *", "2026-06-01T02:59:59Z", "2026-06-01 03:00"),
    ("*/20 * * * *", "2026-06-01T12:45:00Z", "2026-06-01 13:00"),
    ("20-35/15 * * * *", "2026-06-01T12:20:00Z", "2026-06-01 12:35"),
    ("5/20 * * * *", "2026-06-01T12:25:00Z", "2026-06-01 12:45"),
    ("0 0 1 jan ?", "2026-06-01T00:00:00Z", "2027-01-01 00:00"),
    ("0 0 * Feb Mon", "2026-06-01T00:00:00Z", "2027-02-01 00:00"),
    ("0 0 29 2 *", "2026-06-01T00:00:00Z", "2028-02-29 00:00"),
    ("0 0 * * 0", "2026-06-01T00:00:00Z", "2026-06-07 00:00"),
    ("0 12 * * MON-FRI", "2026-06-05T12:00:00Z", "2026-06-08 12:00"),
    ("0 0 31 * *", "2026-06-01T00:00:00Z", "2026-07-31 00:00"),
    ("0 0 13 * 5", "2026-06-01T00:00:00Z", "2026-06-05 00:00"),  # the 13th or a Friday
    ("0 0 */2 * 1", "2026-06-01T00:00:00Z", "2026-06-03 00:00"),  # a step is no star
    ("0 0 */1 * 1", "2026-06-01T00:00:00Z", "2026-06-08 00:00"),
    ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31 23:59"),
    ("@yearly", "2026-06-01T00:00:00Z", "2027-01-01 00:00"),
    ("@annually", "2026-06-01T00:00:00Z", "2027-01-01 00:00"),
    ("@monthly", "2026-06-01T00:00:00Z", "2026-07-01 00:00"),
    ("@weekly", "2026-06-01T00:00:00Z", "2026-06-07 00:00"),
    ("@daily", "2026-06-01T00:00:00Z", "2026-06-02 00:00"),
    ("@midnight", "2026-06-01T00:00:00Z", "2026-06-02 00:00"),
    ("@hourly", "2026-06-01T00:00:00Z", "2026-06-01 01:00"),
    ("@every 90m", "2026-06-01T00:10:00Z", "2026-06-01 01:40"),
])
def test_the_next_time(schedule, after, expected):
    assert following(schedule, after) == [expected]


NEW_YORK = "TZ=America/New_York "


@pytest.mark.parametrize(("schedule", "after", "expected"), [
    ("30 2 11 Mar ?", "2012-03-11T00:00:00-05:00", ["2013-03-11T02:30:00-04:00"]),
    ("0 * * * ?", "2012-03-11T00:00:00-05:00",
     ["2012-03-11T01:00:00-05:00", "2012-03-11T03:00:00-04:00", "2012-03-11T04:00:00-04:00"]),
    ("0 1 * * ?", "2012-03-11T00:00:00-05:00", ["2012-03-11T01:00:00-05:00", "2012-03-12T01:00:00-04:00"]),
    ("0 2 * * ?", "2012-03-11T00:00:00-05:00", ["2012-03-12T02:00:00-04:00"]),
    ("30 2 04 Nov ?", "2012-11-04T00:00:00-04:00", ["2012-11-04T02:30:00-05:00"]),
    ("30 1 04 Nov ?", "2012-11-04T01:45:00-04:00", ["2012-11-04T01:30:00-05:00"]),
    ("0 * * * ?", "2012-11-04T00:00:00-04:00",
     ["2012-11-04T01:00:00-04:00", "2012-11-04T01:00:00-05:00", "2012-11-04T02:00:00-05:00"]),
    ("0 1 * * ?", "2012-11-04T00:00:00-04:00",
     ["2012-11-04T01:00:00-04:00", "2012-11-04T01:00:00-05:00", "2012-11-05T01:00:00-05:00"]),
    ("0 0 * * ?", "2012-11-04T00:00:00-04:00", ["2012-11-05T00:00:00-05:00", "2012-11-06T00:00:00-05:00"]),
])
def test_clocks_that_change(schedule, after, expected):
    now = instant(after)
    for each in expected:
        now = cron.parse(NEW_YORK + schedule).next(now)
        assert now == instant(each)


@pytest.mark.parametrize(("schedule", "after", "expected"), [
    ("TZ=America/Sao_Paulo 0 9 10 * ?", "2018-10-17T05:00:00-04:00", "2018-11-10T06:00:00-05:00"),
    ("TZ=America/Sao_Paulo 0 9 22 * ?", "2018-02-14T05:00:00-05:00", "2018-02-22T07:00:00-05:00"),
    ("CRON_TZ=Asia/Tokyo 0 9 * * *", "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"),
    ("TZ=UTC 0 9 * * *", "2026-06-01T00:00:00Z", "2026-06-01T09:00:00Z"),
])
def test_zones(schedule, after, expected):
    assert cron.parse(schedule).next(instant(after)) == instant(expected)


@pytest.mark.parametrize("schedule", ["0 0 30 Feb ?", "0 0 31 Apr ?", ", * * * *"])
def test_what_never_comes(schedule):
    assert cron.parse(schedule).next(instant("2026-06-01T00:00:00Z")) == cron.NEVER


@pytest.mark.parametrize(("schedule", "words"), [
    ("", "empty spec string"),
    ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
    ("xyz", "expected exactly 5 fields, found 1: [xyz]"),
    ("* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"),
    ("61 * * * *", "end of range (61) above maximum (59): 61"),
    ("* 24 * * *", "end of range (24) above maximum (23): 24"),
    ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
    ("* * * 13 *", "end of range (13) above maximum (12): 13"),
    ("* * * * 7", "end of range (7) above maximum (6): 7"),
    ("9-5 * * * *", "beginning of range (9) beyond end of range (5): 9-5"),
    ("*/0 * * * *", "step of range should be a positive number: */0"),
    ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
    ("1/2/3 * * * *", "too many slashes: 1/2/3"),
    ("a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'),
    ("-5 * * * *", 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'),
    ("* * * foo *", 'failed to parse int from foo: strconv.Atoi: parsing "foo": invalid syntax'),
    ("*/x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
    ("@often", "unrecognized descriptor: @often"),
    ("@every day", 'failed to parse duration @every day: time: invalid duration "day"'),
    ("TZ=Nowhere/Land * * * * *", "provided bad location Nowhere/Land: unknown time zone Nowhere/Land"),
])
def test_what_makes_no_sense_is_said_in_upstreams_words(schedule, words):
    with pytest.raises(cron.CronError) as failure:
        cron.parse(schedule)
    assert str(failure.value) == words


def matches(when, minutes, hours, days, months, weekdays):
    in_day = not days or when.day in days
    in_week = not weekdays or when.isoweekday() % 7 in weekdays
    right_day = in_day and in_week if not days or not weekdays else in_day or in_week
    return when.minute in minutes and when.hour in hours and right_day and (not months or when.month in months)


def field(values):
    return ",".join(map(str, sorted(values))) or "*"


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.integers(0, 59), min_size=1, max_size=4), st.sets(st.integers(0, 23), min_size=1, max_size=3),
    st.sets(st.integers(1, 28), max_size=3), st.sets(st.integers(1, 12), max_size=5), st.sets(st.integers(0, 6), max_size=3),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - bounds without a zone, as asked for
)
def test_no_time_that_matches_is_passed_over(minutes, hours, days, months, weekdays, start):
    start = start.replace(tzinfo=UTC, microsecond=0)
    sets = (minutes, hours, days, months, weekdays)
    found = datetime.fromtimestamp(cron.parse(" ".join(map(field, sets))).next(start.timestamp()), UTC)
    assert found > start
    assert matches(found, *sets)
    # Nothing between matches: looking at the right minutes alone is quick, and misses nothing.
    hour = start.replace(minute=0, second=0)
    while hour < found:
        for minute in minutes:
            when = hour + timedelta(minutes=minute)
            assert not (start < when < found and matches(when, *sets))
        hour += timedelta(hours=1)
