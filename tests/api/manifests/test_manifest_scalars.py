import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.api.manifests import scalars

PLAIN = [
    ("y", True), ("Y", True), ("yes", True), ("on", True), ("On", True), ("true", True), ("TRUE", True),
    ("n", False), ("N", False), ("no", False), ("off", False), ("tRue", "tRue"), ("oN", "oN"),
    ("", None), ("~", None), ("null", None), ("Null", None), ("nUll", "nUll"),
    ("0", 0), ("12", 12), ("-1", -1), ("+1", 1), ("0777", 511), ("0o777", 511), ("0O17", 15), ("-0777", -511),
    ("0x1F", 31), ("0X1f", 31), ("+0x1F", 31), ("0x1_F", 31), ("0x_1", 1), ("0b101", 5), ("0B1", 1), ("-0b11", -3),
    ("1_000", 1000), ("1__0", 10), ("-_1", -1), ("_1", "_1"), ("08", 8), ("0_", 0), ("1_e3", 1000), ("0777_", 511),
    ("1.0", 1), ("1.", 1), ("5.", 5), ("1e3", 1000), ("1E3", 1000), ("1e+3", 1000), ("12e03", 12000), ("0.1e1", 1),
    (".5", 0.5), ("+.5", 0.5), ("1.50", 1.5), ("1_0.5", 10.5), ("09.5", 9.5), ("1e-7", 1e-7), (".1e3", 100),
    ("-0.0", 0), ("0.0", 0), ("123456789.123456789", 123456789.123456789), ("1e21", 1e21),
    ("100000000000000000000000.0", 1e23), ("18446744073709551615", 18446744073709551615.0),
    ("18446744073709551616", 18446744073709551616.0), ("9223372036854775807", 9223372036854775807),
    ("9223372036854775808", 9223372036854775808.0), ("-9223372036854775808", -9223372036854775808),
    ("-9223372036854775809", -9223372036854775809.0), ("+18446744073709551615", 18446744073709551615.0),
    ("1234567890123456789.0", 1234567890123456800),
    ("1e400", "1e400"), ("0x1FFFFFFFFFFFFFFFF", "0x1FFFFFFFFFFFFFFFF"), ("9" * 400, "9" * 400), ("9" * 50, 1e50),
    ("2001-01-01", "2001-01-01"), ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"), ("1:30", "1:30"),
    ("190:20:30", "190:20:30"), ("0x", "0x"), ("0xg", "0xg"), ("0o8", "0o8"), ("0b2", "0b2"), ("-", "-"), ("+", "+"),
    (".", "."), ("-.", "-."), ("1e", "1e"), ("1.2.3", "1.2.3"), ("1p3", "1p3"), ("٣", "٣"), ("=", "="), ("<<", "<<"),
    ("infinity", "infinity"), ("nan", "nan"), ("Inf", "Inf"), ("text", "text"), ("a b", "a b"), ("@x", "@x"),
]


@pytest.mark.parametrize(("text", "value"), PLAIN)
def test_plain_scalars_mean_what_they_mean_to_kubectl(text, value):
    found = scalars.resolve(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("text", "word"), [(".inf", "+Inf"), ("+.Inf", "+Inf"), ("-.INF", "-Inf"), (".NaN", "NaN")])
def test_what_json_cannot_say_is_refused(text, word):
    with pytest.raises(scalars.ScalarError) as caught:
        scalars.resolve(text)
    assert str(caught.value) == f"json: unsupported value: {word}"


TAGGED = [
    ("str", "1", "1"), ("str", "~", "~"), ("int", "1", 1), ("float", "1", 1.0), ("float", "0x10", 16.0),
    ("bool", "y", True), ("null", "~", None), ("null", "", None), ("binary", "aGk=", "hi"), ("binary", "aG\nk=", "hi"),
    ("binary", "//8=", "\ufffd\ufffd"), ("timestamp", "2001-01-01", "2001-01-01"),
    ("timestamp", "2001-1-1 1:2:3.5", "2001-1-1 1:2:3.5"), ("foo", "1", "1"), ("merge", "x", "x"), ("set", "x", "x"),
]


@pytest.mark.parametrize(("tag", "text", "value"), TAGGED)
def test_tags_say_what_a_scalar_is(tag, text, value):
    found = scalars.resolve_tagged("tag:yaml.org,2002:" + tag, text)
    assert (found, type(found)) == (value, type(value))


def test_a_tag_that_nobody_knows_makes_a_string():
    assert scalars.resolve_tagged("!foo", "12") == "12"


MISTAGGED = [
    ("int", "abc", "cannot decode !!str `abc` as a !!int"), ("int", "y", "cannot decode !!bool `y` as a !!int"),
    ("int", "1.0", "cannot decode !!float `1.0` as a !!int"), ("bool", "1", "cannot decode !!int `1` as a !!bool"),
    ("int", "2001-01-01", "cannot decode !!str `2001-01-01` as a !!int"),
    ("float", "1e400", "cannot decode !!str `1e400` as a !!float"),
    ("null", "x", "cannot decode !!str `x` as a !!null"),
    ("timestamp", "12", "cannot decode !!int `12` as a !!timestamp"),
    ("timestamp", "2001-02-30", "cannot decode !!str `2001-02-30` as a !!timestamp"),
    ("binary", "a", "!!binary value contains invalid base64 data"),
]


@pytest.mark.parametrize(("tag", "text", "message"), MISTAGGED)
def test_a_tag_that_does_not_fit_is_an_error(tag, text, message):
    with pytest.raises(scalars.ScalarError) as caught:
        scalars.resolve_tagged("tag:yaml.org,2002:" + tag, text)
    assert str(caught.value) == f"yaml: {message}"


KEYS = [
    ("a", "a"), ("1", "1"), ("0x10", "16"), ("1.5", "1.5"), ("1.10", "1.1"), ("1.0", "1"), ("true", "true"),
    ("y", "true"), ("off", "false"), ("1e30", "1e+30"), ("123456789.5", "1.2345679e+08"), ("1e-7", "1e-07"),
    (".inf", ".inf"),
    ("-.inf", "-.inf"), (".nan", ".nan"), ("3.4e39", ".inf"), ("-0.0", "-0"), ("2001-01-01", "2001-01-01"), ("~", None),
    ("", None), ("null", None),
]


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_keys_become_strings(text, key):
    assert scalars.resolve_key(text) == key


@given(st.text(alphabet="0123456789+-._eExXoObBnNyYfFtTaA~:", max_size=12))
def test_no_text_surprises_the_resolver(text):
    try:
        value = scalars.resolve(text)
    except scalars.ScalarError:
        return
    assert value is None or isinstance(value, (str, int, float, bool))
    assert not isinstance(value, float) or math.isfinite(value)
    assert not isinstance(value, str) or value == text


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_stay_themselves(number):
    assert scalars.resolve(str(number)) == number
