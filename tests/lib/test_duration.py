import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.duration import (
    DurationError,
    format_duration,
    human_duration,
    parse_duration,
    parse_nanoseconds,
)

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 365 * 86400

HUMAN = [
    (-2, "<invalid>"), (-1.5, "0s"), (-1, "0s"), (-0.5, "0s"), (0, "0s"), (0.9, "0s"), (1, "1s"), (3.7, "3s"),
    (59, "59s"), (60, "60s"), (119.9, "119s"), (120, "2m"), (121, "2m1s"), (292, "4m52s"), (599, "9m59s"), (600, "10m"),
    (601, "10m"), (59 * MINUTE, "59m"), (HOUR, "60m"), (3 * HOUR - 1, "179m"), (3 * HOUR, "3h"),
    (3 * HOUR + 5 * MINUTE, "3h5m"), (8 * HOUR - 1, "7h59m"), (8 * HOUR, "8h"), (8 * HOUR + 59 * MINUTE, "8h"),
    (2 * DAY - 1, "47h"), (2 * DAY, "2d"), (2 * DAY + 3 * HOUR, "2d3h"), (8 * DAY - 1, "7d23h"), (8 * DAY, "8d"),
    (8 * DAY + 23 * HOUR, "8d"), (YEAR, "365d"), (2 * YEAR - 1, "729d"), (2 * YEAR, "2y"), (2 * YEAR + DAY, "2y1d"),
    (5 * YEAR + 20 * DAY, "5y20d"), (8 * YEAR - 1, "7y364d"), (8 * YEAR, "8y"), (30 * YEAR + DAY, "30y"),
]


@pytest.mark.parametrize(("seconds", "text"), HUMAN)
def test_an_age_has_two_or_three_digits(seconds, text):
    assert human_duration(seconds) == text


@given(st.floats(min_value=0, max_value=1e9))
def test_ages_are_short(seconds):
    assert re.fullmatch(r"\d+[smhdy](\d+[smhd])?", human_duration(seconds))


PARSED = [
    ("0", 0), ("+0", 0), ("-0", 0), ("0s", 0), ("1h30m", 5400), ("300ms", 0.3), ("1.5s", 1.5), ("-1.5s", -1.5),
    ("+5s", 5), (".5s", 0.5), ("1.s", 1), ("1h1m1s1ms1us1ns", 3661.001001001), ("1µs", 1e-6), ("1μs", 1e-6),
    ("10m10m", 1200), ("2562047h47m16.854775807s", 9223372036.854775807), ("0.3333333333333333333h", 1200),
    ("1m0.000000001s", 60.000000001),
]


@pytest.mark.parametrize(("text", "seconds"), PARSED)
def test_go_durations_are_read(text, seconds):
    assert parse_duration(text) == seconds


REFUSED = [
    ("", 'time: invalid duration ""'), ("3", 'time: missing unit in duration "3"'), ("-", 'time: invalid duration "-"'),
    ("s", 'time: invalid duration "s"'), (".", 'time: invalid duration "."'), (".s", 'time: invalid duration ".s"'),
    ("1x", 'time: unknown unit "x" in duration "1x"'), ("1h1", 'time: missing unit in duration "1h1"'),
    ("1h-1m", 'time: unknown unit "h-" in duration "1h-1m"'), ("1d", 'time: unknown unit "d" in duration "1d"'),
    (" 1s", 'time: invalid duration " 1s"'), ("1 s", 'time: unknown unit " s" in duration "1 s"'),
    ("ten", 'time: invalid duration "ten"'), ('1"', r'time: unknown unit "\"" in duration "1\""'),
    ("1é", r'time: unknown unit "\xc3\xa9" in duration "1\xc3\xa9"'),
    ("9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'),
    ("3000000h", 'time: invalid duration "3000000h"'), ("1e3s", 'time: unknown unit "e" in duration "1e3s"'),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_duration_is_refused_in_go_s_words(text, message):
    with pytest.raises(DurationError) as caught:
        parse_duration(text)
    assert str(caught.value) == message


def test_the_least_duration_has_no_positive_twin():
    assert parse_nanoseconds("-9223372036854775808ns") == -(2**63)


WRITTEN = [
    (0, "0s"), (1e-9, "1ns"), (1.1e-6, "1.1µs"), (2.2e-3, "2.2ms"), (0.3, "300ms"), (1, "1s"), (3.3, "3.3s"),
    (60, "1m0s"), (5400, "1h30m0s"), (245.001, "4m5.001s"), (18367.001, "5h6m7.001s"), (-1.5, "-1.5s"),
    (480.000000001, "8m0.000000001s"), (360000, "100h0m0s"),
]


@pytest.mark.parametrize(("seconds", "text"), WRITTEN)
def test_durations_are_written_as_go_writes_them(seconds, text):
    assert format_duration(seconds) == text


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_what_is_written_reads_back_the_same(nanoseconds):
    # a float holds 15 digits for sure, so a million seconds down to the nanosecond
    assert parse_nanoseconds(format_duration(nanoseconds / 1e9)) == nanoseconds


@given(st.text(alphabet="0123456789.hmsµn+- x", max_size=12))
def test_every_text_is_a_duration_or_refused(text):
    try:
        seconds = parse_duration(text)
    except DurationError:
        return
    assert abs(seconds) <= 2**63 / 1e9
