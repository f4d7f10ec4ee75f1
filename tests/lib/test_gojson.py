import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib import gojson

VALUES = [
    (None, "null"),
    (True, "true"),
    ({}, "{}"),
    ([], "[]"),
    ({"b": 1, "a": [1, "x", None, False]}, '{"a":[1,"x",null,false],"b":1}'),
    ('<a href="x">&</a>', '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u003c/a\\u003e"'),
    ("line\u2028par\u2029", '"line\\u2028par\\u2029"'),
    ("tab\tnew\nret\rback\bfeed\fbell\x07del\x7f", '"tab\\tnew\\nret\\rback\\bfeed\\fbell\\u0007del\x7f"'),
    ("back\\slash", '"back\\\\slash"'),
    ("äöü €😀", '"äöü €😀"'),
    ("half \ud83d", '"half \\ufffd"'),
    ({"<k>": 1.5}, '{"\\u003ck\\u003e":1.5}'),
    ({"z": 1, "Z": 2, "é": 3, "😀": 4, "\uffee": 5}, '{"Z":2,"z":1,"é":3,"\uffee":5,"😀":4}'),
    (9223372036854775807, "9223372036854775807"),
    ([1.0, {"a": 0.5, "B": "x"}], '[1,{"B":"x","a":0.5}]'),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_compact_is_what_json_marshal_writes(value, text):
    assert gojson.compact(value) == text


NUMBERS = [
    (0.0, "0"), (-0.0, "-0"), (1.0, "1"), (-1.0, "-1"), (0.1, "0.1"), (1.5, "1.5"), (100.0, "100"),
    (123456.789, "123456.789"), (1e20, "100000000000000000000"), (1e21, "1e+21"), (1.5e21, "1.5e+21"),
    (-2.5e300, "-2.5e+300"), (1e16, "10000000000000000"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.25e-9, "1.25e-9"),
    (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
    (0.30000000000000004, "0.30000000000000004"), (18446744073709552000.0, "18446744073709552000"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_floats_have_go_s_notation(value, text):
    assert gojson.number(value) == text


@pytest.mark.parametrize(("value", "word"), [(float("nan"), "NaN"), (float("inf"), "+Inf"), (float("-inf"), "-Inf")])
def test_what_json_cannot_say_is_refused_in_go_s_words(value, word):
    with pytest.raises(ValueError, match=f"^json: unsupported value: {word.replace('+', '.')}$"):
        gojson.compact({"a": [value]})


def test_html_may_stay_as_it_is():
    assert gojson.compact("<\u2028>", escape_html=False) == '"<\\u2028>"'


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_reads_back_the_same(value):
    assert float(gojson.number(value)) == value


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_json)
def test_compact_reads_back_the_same(value):
    # 1.0 is written 1: the numbers are the same, their Python types are not
    assert json.loads(gojson.compact(value), parse_int=float) == json.loads(json.dumps(value), parse_int=float)
