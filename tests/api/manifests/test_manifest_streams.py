import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.api.manifests import read_text
from minikctl.api.manifests.sources import to_utf8
from minikctl.api.manifests.streams import StreamError, documents
from minikctl.api.manifests.yamltree import Duplicate


def read(text):
    """The values of a stream with their lines, and the error that ends it."""
    found = []
    try:
        found.extend((raw.value, raw.line) for raw in documents(text.encode()))
    except StreamError as error:
        return found, str(error)
    return found, ""


CONVERTING = "error converting YAML to JSON"
YAML = [
    ("a: 1\n", [({"a": 1}, 1)], ""),
    ("a: 1\n---\nb: 2\n", [({"a": 1}, 1), ({"b": 2}, 3)], ""),
    ("---\na: 1\n---\n# c\n---\n---\nb: 2\n---\n", [({"a": 1}, 1), (None, 4), (None, 6), ({"b": 2}, 6)], ""),
    ("--- # comment\na: 1\n", [({"a": 1}, 1)], ""),
    ("a: 1\r\n---\r\nb: |\r\n  x\r\n", [({"a": 1}, 1), ({"b": "x\n"}, 3)], ""),
    ("--- x\n", [], "invalid Yaml document separator: x"),
    ("a: 1\n---x\n", [], "invalid Yaml document separator: x"),
    ("a: 1\n--- {b: 2}\n", [], "invalid Yaml document separator: {b: 2}"),
    ("a: |\n  x\n---\n  z\n", [({"a": "x\n"}, 1), ("z", 4)], ""),
    ("a: 1\n ---\n", [({"a": "1 ---"}, 1)], ""),
    ("%YAML 1.1\n---\na: 1\n", [], f"{CONVERTING}: yaml: line 1: did not find expected <document start>"),
    ("a: 1\n---\nb: [\n---\nc\n", [({"a": 1}, 1)], f"{CONVERTING}: yaml: line 1: did not find expected node content"),
    ("", [], ""),
    ("---\n---\n", [(None, 1), (None, 2)], ""),
    ("[1]\n", [([1], 1)], ""),
]


@pytest.mark.parametrize(("text", "values", "error"), YAML)
def test_yaml_is_cut_at_its_separators(text, values, error):
    found, message = read(text)
    assert ([each for each in found if each[0] is not None], message) == (
        [each for each in values if each[0] is not None], error
    )


JSON = [
    ('{"a":1}', [({"a": 1}, 1)], ""),
    (' \n{"a":1}\n\n{"b":2}{"c":3}', [({"a": 1}, 2), ({"b": 2}, 4), ({"c": 3}, 4)], ""),
    ('{"a":1}\n---\n{"b":2}\n', [({"a": 1}, 1), ({"b": 2}, 2)], ""),
    ('{"a":1}---\n{"b":2}\n', [({"a": 1}, 1), ({"b": 2}, 1)], ""),
    ('{"a":1}\n{"b":2}\n---\n{}', [({"a": 1}, 1), ({"b": 2}, 2)], "invalid character '-' in numeric literal"),
    ('{"a":1}\n# comment\n', [({"a": 1}, 1), (None, 2)], ""),
    ("{a: 1, b: [x]}\n", [({"a": 1, "b": ["x"]}, 1)], ""),
    ('{"a":NaN,"b":01,"c":.5,"d":+1}', [({"a": "NaN", "b": 1, "c": 0.5, "d": 1}, 1)], ""),
    ('{"a":[1,2,],}', [({"a": [1, 2]}, 1)], ""),
    ('{"a":"x\ny"}', [({"a": "x y"}, 1)], ""),
    ('{"a":1.0,"b":1e3,"c":12345678901234567890,"d":0.5,"e":-0.0}',
     [({"a": 1, "b": 1000, "c": 12345678901234567890.0, "d": 0.5, "e": 0}, 1)], ""),
    ('{"a":"\\ud83d","b":"\\ud83d\\ude00","\\ud83d":1}', [({"a": "\ufffd", "b": "😀", "\ufffd": 1}, 1)], ""),
    ('{"a":"\x7f"}', [({"a": "\x7f"}, 1)], ""),
    ("{a: 1", [], "json: offset 2: invalid character 'a' looking for beginning of object key string"),
    ('{"a": b: c}', [], "json: offset 7: invalid character 'b' looking for beginning of value"),
    ('{"a":"\\q"}', [], "json: offset 8: invalid character 'q' in string escape code"),
    ('{"a":1,,}', [], "json: offset 8: invalid character ',' looking for beginning of object key string"),
    ('{"a":1', [], "unexpected EOF"),
    ('{"a":1}}', [({"a": 1}, 1)], "json: offset 8: invalid character '}' looking for beginning of value"),
    ('{"a":1} x', [({"a": 1}, 1)], "json: offset 9: invalid character 'x' looking for beginning of value"),
    ('{"a":1}\n{bad: 1}\n', [({"a": 1}, 1), ({"bad": 1}, 2)], ""),
    ('{"a":1}\n{bad: 1\n', [({"a": 1}, 1)],
     "json: offset 10: invalid character 'b' looking for beginning of object key string"),
    ('{"a":1}\n\n---\n{bad: 1\n', [({"a": 1}, 1)],
     "error converting YAML to JSON: yaml: line 1: did not find expected ',' or '}'"),
    ('{"a":' * 300 + "1" + "}" * 300, [], "json: offset 1001: invalid character '{' exceeded max depth"),
    ('{"é":"\\q"}', [], "json: offset 9: invalid character 'q' in string escape code"),
]


@pytest.mark.parametrize(("text", "values", "error"), JSON)
def test_what_begins_with_a_brace_is_read_as_json_first(text, values, error):
    found, message = read(text)
    assert ([each for each in found if each[0] is not None], message) == (
        [each for each in values if each[0] is not None], error
    )


def test_a_number_that_go_cannot_hold_is_a_problem_of_its_document():
    (raw,) = documents(b'{"a":1e400}')
    assert raw.problem == "json: cannot unmarshal number 1e400 into Go value of type float64"


def test_double_keys_of_json_are_noted():
    (first, second) = documents(b'{"a":1}\n{"a":{\n"b":1,\n"b":2}}')
    assert (first.duplicates, second.value, second.duplicates) == ([], {"a": {"b": 2}}, [Duplicate("a.b", 4)])


def test_errors_of_json_know_their_place():
    with pytest.raises(StreamError) as caught:
        list(documents('{"ä": 1,\n "ö": x: y}'.encode()))
    assert (caught.value.line, caught.value.column) == (2, 7)


ENCODINGS = [
    ("a: é\n".encode(), "a: é\n"),
    ("\ufeffa: é\n".encode(), "a: é\n"),
    ("a: é😀\n".encode("utf-16"), "a: é😀\n"),
    (b"\xfe\xff" + "a: é\n".encode("utf-16-be"), "a: é\n"),
    (b"a: \xff\xfe\n", "a: \ufffd\ufffd\n"),
    (b"a: \xe2\x82\n", "a: \ufffd\ufffd\n"),
    (b"", ""),
]


@pytest.mark.parametrize(("data", "text"), ENCODINGS)
def test_text_comes_in_utf_8_and_utf_16(data, text):
    assert to_utf8(data).decode() == text


_text = st.text(st.characters(exclude_categories=["Cs"]))
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_text, inner),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(_text, _json, max_size=3), max_size=4))
@settings(max_examples=50)
def test_json_reads_back_the_same(values):
    text = "\n".join(json.dumps(value, indent=1) for value in values)
    assert [raw.value for raw in documents(text.encode())] == values


@pytest.mark.parametrize("text", ["\r\r[a:?", "\u2028[b:?]", "a: 1\r\nb: [c:?\r\n", "x\x85{a:?}"])
def test_a_colon_is_found_on_the_line_that_yaml_counts(text):
    for found in read_text(text, "here"):
        assert isinstance(found, Exception)
