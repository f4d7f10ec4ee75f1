import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.printing.jsonout import compact, dump, indented, numeral

#: objects, and what kubectl 1.36 prints of them (label --local -o json)
DOCUMENTS = json.loads((Path(__file__).parent / "data" / "documents.json").read_text())


@pytest.mark.parametrize("document", DOCUMENTS, ids=[document["title"] for document in DOCUMENTS])
def test_objects_are_written_as_kubectl_writes_them(document):
    assert dump(document["object"]) + "\n" == document["json"]


CASES = [
    ({}, "{}"), ([], "[]"), ({"a": {}}, '{\n    "a": {}\n}'), ({"a": []}, '{\n    "a": []\n}'),
    ([1, [2]], "[\n    1,\n    [\n        2\n    ]\n]"), ({"b": 1, "a": 2}, '{\n    "a": 2,\n    "b": 1\n}'),
    ("<a & b>", '"\\u003ca \\u0026 b\\u003e"'), ("\u2028é😀\x7f", '"\\u2028é😀\x7f"'), ("\b\f\x01", '"\\b\\f\\u0001"'),
    (None, "null"), (True, "true"), (1.0, "1"), (1e21, "1e+21"), (0.1, "0.1"),
]


@pytest.mark.parametrize(("value", "text"), CASES)
def test_values_are_written_as_go_writes_them(value, text):
    assert dump(value) == indented(value) == text


def test_what_a_client_makes_keeps_its_order():
    service = {"kind": "Service", "apiVersion": "v1", "metadata": {"name": "s", "labels": {"b": "1", "a": "2"}}}
    assert dump(service, keep_order=True) == """\
{
    "kind": "Service",
    "apiVersion": "v1",
    "metadata": {
        "name": "s",
        "labels": {
            "b": "1",
            "a": "2"
        }
    }
}"""


@pytest.mark.parametrize(
    ("value", "text"),
    [(9223372036854775807, "9223372036854775807"), (9223372036854775808, "9223372036854776000"),
     (-9223372036854775809, "-9223372036854776000"), (10**21, "1e+21"), (3, "3"), (2.5, "2.5")],
)
def test_numbers_that_are_no_int64_are_floats(value, text):
    assert numeral(value) == text


def test_what_json_cannot_say_is_refused():
    with pytest.raises(ValueError, match="json: unsupported value: NaN"):
        dump({"a": float("nan")})


_floats = st.floats(allow_nan=False, allow_infinity=False)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _floats | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_json)
def test_indented_and_compact_say_the_same(value):
    assert json.loads(dump(value)) == json.loads(compact(value))
    assert json.loads(dump(value), parse_int=float) == json.loads(json.dumps(value), parse_int=float)
