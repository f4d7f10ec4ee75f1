import gc
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.api.manifests.streams import StreamError, load_yaml
from minikctl.api.manifests.yamltree import MAX_DEPTH, Duplicate, depth


def value(text):
    return load_yaml(text.encode(), 1).value


def failure(text):
    with pytest.raises(StreamError) as caught:
        load_yaml(text.encode(), 1)
    return str(caught.value).removeprefix("error converting YAML to JSON: ")


VALUES = [
    ("a: 1\nb: [x, 'y', \"z\\n\"]\nc: {d: ~}\n", {"a": 1, "b": ["x", "y", "z\n"], "c": {"d": None}}),
    ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", {"a": "x\ny\n", "b": "x y"}),
    ("- a\n- - b\n  - c\n- d: e\n  f: g\n", ["a", ["b", "c"], {"d": "e", "f": "g"}]),
    ('a: "1"\nb: !!str 1\nc: !!int "1"\nd: ! x\n', {"a": "1", "b": "1", "c": 1, "d": "x"}),
    ("1: x\n0x10: u\nyes: z\n1.5: w\n", {"1": "x", "16": "u", "true": "z", "1.5": "w"}),
    ("a: &x {b: 1}\nc: *x\nd: &y 5\n*y : e\n", {"a": {"b": 1}, "c": {"b": 1}, "d": 5, "5": "e"}),
    ("x: &x {a: 1, b: 2}\nd: {a: 9, <<: *x}\n", {"x": {"a": 1, "b": 2}, "d": {"a": 1, "b": 2}}),
    ("x: &x {a: 1, b: 2}\nd: {<<: *x, a: 9}\n", {"x": {"a": 1, "b": 2}, "d": {"a": 9, "b": 2}}),
    ("d: {<<: [{a: 1}, {a: 2, b: 3}], '<<': 4}\n", {"d": {"a": 1, "b": 3, "<<": 4}}),
    ("d: {!!merge <<: {a: 1}, !!str <<: b}\n", {"d": {"a": 1, "<<": "b"}}),
    ("a: {b, c: }\n", {"a": {"b": None, "c": None}}),
    ("a: [b: c]\n", {"a": [{"b": "c"}]}),
    ("a: 1,2\nb: {c: 1,2}\n", {"a": "1,2", "b": {"c": 1, "2": None}}),
    ("a: {b:}\nc: [d:, e::]\n", {"a": {"b:": None}, "c": ["d:", "e::"]}),
    ("a: b?c\nd: ['e?f']\n", {"a": "b?c", "d": ["e?f"]}),
    ("? a\n: b\n", {"a": "b"}),
    ("", None), ("# only\n", None), ("a: 1\n...\nno: [yaml\n", {"a": 1}), ("  a: 1\n b: 2\n", {"a": 1}),
    ("a: &a b\nc: &a d\ne: *a\n", {"a": "b", "c": "d", "e": "d"}),
    ("a: &e []\nb: *e\nc: &f {}\nd: *f\n", {"a": [], "b": [], "c": {}, "d": {}}),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_yaml_means_what_it_means_to_kubectl(text, expected):
    assert value(text) == expected


def test_aliases_are_copies():
    found = value("a: &x {b: [1]}\nc: *x\nd:\n  <<: *x\n")
    found["c"]["b"].append(2)
    found["d"]["b"].append(3)
    assert found == {"a": {"b": [1]}, "c": {"b": [1, 2]}, "d": {"b": [1, 3]}}


# What kubectl 1.36 prints, after "error converting YAML to JSON: ".
FAILURES = [
    ("a: b: c\n", "yaml: mapping values are not allowed in this context"),
    ("a: b\nc: d\n  e: f\n", "yaml: line 3: mapping values are not allowed in this context"),
    ("a:\n  b: c\n d: e\n", "yaml: line 2: did not find expected key"),
    ("a:\n\tb: c\n", "yaml: line 2: found character that cannot start any token"),
    ("x: 1\na: [\n", "yaml: line 2: did not find expected node content"),
    ("x: 1\na: [b\n", "yaml: line 2: did not find expected ',' or ']'"),
    ("x: 1\na: {b: c}}\n", "yaml: line 1: did not find expected key"),
    ("x: 1\na: [b, c}\n", "yaml: line 1: did not find expected ',' or ']'"),
    ('x: 1\na: "b\n', "yaml: line 3: found unexpected end of stream"),
    ('x: 1\na: "\\q"\n', "yaml: line 2: found unknown escape character"),
    ("x: 1\na: *\n", "yaml: line 2: did not find expected alphabetic or numeric character"),
    ("x: 1\na: |x\n  b\n", "yaml: line 2: did not find expected comment or line break"),
    ("x: 1\na: |0\n  b\n", "yaml: line 2: found an indentation indicator equal to 0"),
    ("x: 1\nkey\n", "yaml: line 3: could not find expected ':'"),
    ("x: 1\na: @b\n", "yaml: line 2: found character that cannot start any token"),
    ("x: 1\na: !e!x b\n", "yaml: line 1: found undefined tag handle"),
    ("x: 1\na:\n  b: - c\n", "yaml: line 3: block sequence entries are not allowed in this context"),
    ("x: 1\na: {b?c: d}\n", "yaml: line 1: did not find expected ',' or '}'"),
    ("a: [b ? c]\n", "yaml: did not find expected ',' or ']'"),
    ("a: \x01\n", "yaml: control characters are not allowed"),
    ("%YAML 1.2\n", "yaml: found incompatible YAML document"),
    ("%FOO bar\n", "yaml: found unknown directive name"),
    ("a: *x\n", "yaml: unknown anchor 'x' referenced"),
    ("a: *x\nb: [\n", "yaml: unknown anchor 'x' referenced"),
    ("a: &a {b: *a}\n", "yaml: anchor 'a' value contains itself"),
    ("a: {<<: 1}\n", "yaml: map merge requires map or sequence of maps as the value"),
    ("a: {<<: [1]}\n", "yaml: map merge requires map or sequence of maps as the value"),
    ("x: &x [{a: 1}]\na: {<<: *x}\n", "yaml: map merge requires map or sequence of maps as the value"),
    ("a: {[b]: c}\n", 'yaml: invalid map key: []interface {}{"b"}'),
    ("? {b: c}\n: d\n", 'yaml: invalid map key: map[interface {}]interface {}{"b":"c"}'),
    ("x: &x [k]\n*x : y\n", 'yaml: invalid map key: []interface {}{"k"}'),
    ("~: x\n", 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "x"'),
    ("~: ~\n", "unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>"),
    ("a: .inf\n", "json: unsupported value: +Inf"),
    ("a: !!int b\n", "yaml: cannot decode !!str `b` as a !!int"),
    ("a: !!int b\nc: [\n", "yaml: line 2: did not find expected node content"),
    ("a: !!int b\nc: *d\n", "yaml: unknown anchor 'd' referenced"),
]


@pytest.mark.parametrize(("text", "message"), FAILURES)
def test_errors_have_go_yaml_s_words_and_lines(text, message):
    assert failure(text) == message


def test_errors_know_where_they_are():
    with pytest.raises(StreamError) as caught:
        load_yaml(b"a: b\nc: d: e\n", 11)
    assert (caught.value.line, caught.value.column) == (12, 5)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_nesting_bombs_are_refused_early(opening):
    assert failure(opening * 100_000) == f"yaml: line 1: exceeded max depth of {MAX_DEPTH}"


def test_as_many_levels_as_there_may_be():
    assert depth(value("[" * MAX_DEPTH + "]" * MAX_DEPTH)) == MAX_DEPTH


def test_alias_bombs_are_refused_before_they_grow():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert failure("\n".join(lines)) == "yaml: document contains excessive aliasing"


def test_merge_bombs_are_refused_before_they_grow():
    lines = ["a0: &a0 {x0: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], x{n}: 1}}" for n in range(1, 60)]
    assert failure("\n".join(lines)) == "yaml: document contains excessive aliasing"


def test_aliases_cannot_dig_deeper_than_brackets():
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 300)]
    assert failure("\n".join(lines)) == f"yaml: exceeded max depth of {MAX_DEPTH}"


def test_honest_aliases_are_fine():
    text = "base: &base {a: 1, b: [1, 2, 3]}\n" + "".join(f"c{n}: *base\n" for n in range(200))
    assert len(value(text)) == 201


def test_too_many_values_are_refused(monkeypatch):
    monkeypatch.setattr("minikctl.api.manifests.yamltree.MAX_NODES", 1000)
    assert failure("a: [" + "[]," * 2000 + "]") == "yaml: line 1: exceeded max number of 1000 values"


def test_the_garbage_collector_runs_again_afterwards():
    value("a: 1")
    with pytest.raises(StreamError):
        value("a: [")
    assert gc.isenabled()


DUPLICATES = [
    ("a: 1\nb: 2\na: 3\n", {"a": 3, "b": 2}, [("a", 3)]),
    ("a:\n  b:\n  - c: 1\n  - c: 1\n    c: 3\n", {"a": {"b": [{"c": 1}, {"c": 3}]}}, [("a.b[1].c", 5)]),
    ("1: a\n'1': b\n", {"1": "b"}, [("1", 2)]),
    ("a: {b: 1, b: 2, b: 3}\n", {"a": {"b": 3}}, [("a.b", 1), ("a.b", 1)]),
    ("a: {<<: {b: 1}, <<: {b: 2}}\n", {"a": {"b": 2}}, []),
    ("!!str a: 1\na: 2\n", {"a": 2}, [("a", 2)]),
]


@pytest.mark.parametrize(("text", "expected", "duplicates"), DUPLICATES)
def test_the_last_of_equal_keys_wins_and_all_are_noted(text, expected, duplicates):
    raw = load_yaml(text.encode(), 1)
    assert (raw.value, raw.duplicates) == (expected, [Duplicate(*each) for each in duplicates])


_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_text, inner, max_size=4),
    max_leaves=12,
)


@given(_json, st.sampled_from([None, True, False]))
@settings(max_examples=60)
def test_what_is_written_as_yaml_reads_back_the_same(data, style):
    text = yaml.safe_dump(data, default_flow_style=style, allow_unicode=True)
    # PyYAML writes y and n plain, which are booleans to go-yaml; and it knows no + in front of octal numbers.
    if any(word in text for word in ("y", "Y", "n", "N", "0o", "0O", "_")):
        return
    assert value(text) == data


@given(st.text(alphabet="ab:{}[],-?|>&*!'\"# \n%@~<01", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        value(text)
    except StreamError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


def test_pyyaml_s_own_parser_gives_the_same(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml.cyaml", None)
    for text, expected in VALUES:
        if ":}" not in text and "?c" not in text:  # these need libyaml's error to be seen
            assert value(text) == expected
    words = [
        "yaml: mapping values are not allowed in this context", "yaml: line 2: did not find expected key",
        "yaml: line 2: found character that cannot start any token", "yaml: unknown anchor 'x' referenced",
        "yaml: control characters are not allowed", "yaml: line 1: did not find expected ',' or ']'",
    ]
    for text, message in FAILURES:
        if message in words:
            assert failure(text) == message
