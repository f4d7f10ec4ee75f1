import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.intstr import IntOrStringError, int_or_percent, parse, scaled_value_from_int_or_percent

SCALED = [
    (3, 10, True, 3), (-1, 10, True, -1), ("25%", 10, True, 3), ("25%", 10, False, 2), ("0%", 10, True, 0),
    ("100%", 7, False, 7), ("1%", 1, True, 1), ("1%", 1, False, 0), ("150%", 4, True, 6), ("25%", 0, True, 0),
    ("+5%", 100, False, 5), ("-5%", 100, False, -5),
]


@pytest.mark.parametrize(("value", "total", "up", "expected"), SCALED)
def test_percentages_are_taken_of_the_total(value, total, up, expected):
    assert scaled_value_from_int_or_percent(value, total, up) == expected


REFUSED = [
    (None, "nil value for IntOrString"),
    ("5", "invalid value for IntOrString: invalid type: string is not a percentage"),
    ("", "invalid value for IntOrString: invalid type: string is not a percentage"),
    ("x%", 'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax'),
    ("%", 'invalid value for IntOrString: invalid value "%": strconv.Atoi: parsing "": invalid syntax'),
    ("5.5%", 'invalid value for IntOrString: invalid value "5.5%": strconv.Atoi: parsing "5.5": invalid syntax'),
]


@pytest.mark.parametrize(("value", "message"), REFUSED)
def test_other_texts_are_refused_in_upstream_s_words(value, message):
    with pytest.raises(IntOrStringError) as caught:
        int_or_percent(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "value"), [("80", 80), ("-1", -1), ("http", "http"), ("25%", "25%"), ("", ""), ("8 0", "8 0"), ("٣", "٣")]
)
def test_a_text_is_a_number_where_it_can_be(text, value):
    assert parse(text) == value


@given(st.integers(0, 200), st.integers(0, 10**6), st.booleans())
def test_rounding_is_upstream_s(percent, total, up):
    exact = percent * total / 100
    expected = math.ceil(exact) if up else math.floor(exact)
    assert scaled_value_from_int_or_percent(f"{percent}%", total, up) == expected
