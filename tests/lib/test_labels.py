import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib import labels
from minikctl.lib.labels import (
    EVERYTHING,
    NOTHING,
    Selector,
    SelectorError,
    format_label_selector,
    format_labels,
    from_label_selector,
    from_map,
    parse,
    to_label_selector,
)

PARSED = [
    ("", ()), (" \t", ()),
    ("a", (("a", "exists", ()),)), ("!a", (("a", "!", ()),)), ("! a", (("a", "!", ()),)),
    ("a=b", (("a", "=", ("b",)),)), ("a==b", (("a", "==", ("b",)),)), ("a!=b", (("a", "!=", ("b",)),)),
    ("a=", (("a", "=", ("",)),)), ("a=,b", (("a", "=", ("",)), ("b", "exists", ()))),
    (" a = b , c ", (("a", "=", ("b",)), ("c", "exists", ()))),
    ("a in (b)", (("a", "in", ("b",)),)), ("a in (c,b,b)", (("a", "in", ("b", "c")),)),
    ("a notin(b , c)", (("a", "notin", ("b", "c")),)), ("a in ()", (("a", "in", ("",)),)),
    ("a in (,b)", (("a", "in", ("", "b")),)), ("a in (b,,)", (("a", "in", ("", "b")),)),
    ("a in (,,,)", (("a", "in", ("",)),)),
    ("in in (in,notin)", (("in", "in", ("in", "notin")),)), ("a=in", (("a", "=", ("in",)),)),
    ("notin", (("notin", "exists", ()),)),
    ("a>1", (("a", "gt", ("1",)),)), ("a<10", (("a", "lt", ("10",)),)),
    ("b=1,a=2", (("a", "=", ("2",)), ("b", "=", ("1",)))), ("a=c,a=b", (("a", "=", ("c",)), ("a", "=", ("b",)))),
    ("example.com/a=b", (("example.com/a", "=", ("b",)),)),
    ("tier in (front,back),!app", (("app", "!", ()), ("tier", "in", ("back", "front")))),
    ("a\tin\n(b)", (("a", "in", ("b",)),)),
]


@pytest.mark.parametrize(("text", "requirements"), PARSED)
def test_selectors_are_read_sorted_by_key(text, requirements):
    assert parse(text).requirements == requirements


_NAME = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_WRONG = f'values[{{}}][a]: Invalid value: "{{}}": {_VALUE.replace("{", "{{").replace("}", "}}")}'
_INTEGER = "for 'Gt', 'Lt' operators, the value must be an integer"
_OPERATORS = "expected: in, notin, =, ==, !=, gt, lt"

# What kubectl 1.36 says of them (create poddisruptionbudget --selector=...).
REFUSED = [
    ("a=(", "unable to parse requirement: found '(', expected: identifier"),
    ("a,,b", "found ',', expected: identifier after ','"), ("a=b,", "found '', expected: identifier after ','"),
    (",a", "found ',', expected: !, identifier, or 'end of string'"),
    ("=b", "found '=', expected: !, identifier, or 'end of string'"),
    ("!", "unable to parse requirement: found '', expected: identifier"),
    ("!!a", "unable to parse requirement: found '!', expected: identifier"),
    ("!=a", "found '!=', expected: !, identifier, or 'end of string'"),
    ("a!", f"unable to parse requirement: found '!', {_OPERATORS}"),
    ("a b", f"unable to parse requirement: found 'b', {_OPERATORS}"),
    ("a)", f"unable to parse requirement: found ')', {_OPERATORS}"),
    ("a in b", "unable to parse requirement: found 'b' expected: '('"),
    ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
    ("a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"),
    ("a in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
    ("a in (b,=)", "unable to parse requirement: found '=', expected: ',', or identifier"),
    ("a in (b) c", "found 'c', expected: ',' or 'end of string'"),
    ("a=b c", "found 'c', expected: ',' or 'end of string'"), ("a=b=c", "found '=', expected: ',' or 'end of string'"),
    ("a===b", "unable to parse requirement: found '=', expected: identifier"),
    ("a>=1", "unable to parse requirement: found '=', expected: identifier"),
    ("a>x", f'unable to parse requirement: values[0]: Invalid value: "x": {_INTEGER}'),
    ("$a=b", f'unable to parse requirement: <nil>: Invalid value: "$a": {_NAME}'),
    ("/a=b", 'unable to parse requirement: <nil>: Invalid value: "/a": prefix part must be non-empty'),
    ("a/=b", f'unable to parse requirement: <nil>: Invalid value: "a/": name part must be non-empty; {_NAME}'),
    ("a=-b", f'unable to parse requirement: values[0][a]: Invalid value: "-b": {_VALUE}'),
    ("a in ($,%)", f'unable to parse requirement: [{_WRONG.format(0, "$")}, {_WRONG.format(1, "%")}]'),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_selector_is_refused_in_upstream_s_words(text, message):
    with pytest.raises(SelectorError) as caught:
        parse(text)
    assert str(caught.value) == message


MATCHES = [
    ("", {}, True), ("a", {"a": ""}, True), ("a", {}, False), ("!a", {}, True), ("!a", {"a": ""}, False),
    ("a=b", {"a": "b", "c": "d"}, True), ("a=b", {"a": "c"}, False), ("a=", {"a": ""}, True), ("a=", {}, False),
    ("a!=b", {}, True), ("a!=b", {"a": "c"}, True), ("a!=b", {"a": "b"}, False),
    ("a in (b,c)", {"a": "c"}, True), ("a in (b,c)", {}, False), ("a notin (b,c)", {"a": "c"}, False),
    ("a notin (b,c)", {}, True), ("a>5", {"a": "6"}, True), ("a>5", {"a": "5"}, False), ("a<5", {"a": "-1"}, True),
    ("a<5", {"a": "x"}, False), ("a<5", {}, False), ("a>5", {"a": "99999999999999999999"}, False),
    ("a=b,c=d", {"a": "b"}, False), ("a=b,c=d", {"a": "b", "c": "d"}, True), ("a,!b", {"a": "1", "b": "2"}, False),
    ("a=c,a=b", {"a": "b"}, False),
]


@pytest.mark.parametrize(("text", "given_labels", "expected"), MATCHES)
def test_a_selector_matches_when_every_requirement_holds(text, given_labels, expected):
    assert parse(text).matches(given_labels) is expected


WRITTEN = [
    ("b=1,a==2", "a==2,b=1"), ("a notin (d , c)", "a notin (c,d)"), ("!x,y,z!=1", "!x,y,z!=1"), ("a>1,b<2", "a>1,b<2"),
    ("a in ()", "a in ()"), ("", ""),
]


@pytest.mark.parametrize(("text", "written"), WRITTEN)
def test_selectors_are_written_canonically(text, written):
    assert str(parse(text)) == written


FROM_OBJECTS = [
    ({"matchLabels": {"b": "2", "a": "1"}}, "a=1,b=2"),
    ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["c", "b"]}]}, "a in (b,c)"),
    ({"matchLabels": {"z": "1"}, "matchExpressions": [{"key": "a", "operator": "Exists"}]}, "a,z=1"),
    ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["b"]}]}, "a notin (b)"),
    ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, "!a"),
    ({}, "<none>"), (None, "<none>"), ({"matchLabels": None, "matchExpressions": None}, "<none>"),
    ({"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]}, "<error>"),
    ({"matchLabels": {"a!": "1"}}, "<error>"),
]


@pytest.mark.parametrize(("selector", "text"), FROM_OBJECTS)
def test_selectors_of_objects_are_shown(selector, text):
    assert format_label_selector(selector) == text


def test_no_selector_selects_nothing_and_an_empty_one_everything():
    assert from_label_selector(None) is NOTHING
    assert not NOTHING.matches({"a": "b"})
    assert not NOTHING.empty
    assert from_label_selector({}) == EVERYTHING == from_map({}) == from_map(None) == parse("")
    assert EVERYTHING.empty
    assert EVERYTHING.matches({})
    assert EVERYTHING != NOTHING


def test_what_a_selector_of_an_object_may_not_say():
    cases = {
        '"Gt" is not a valid label selector operator': {"key": "a", "operator": "Gt", "values": ["1"]},
        "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty": {
            "key": "a", "operator": "In",
        },
        'values: Invalid value: ["b"]: values set must be empty for exists and does not exist': {
            "key": "a", "operator": "Exists", "values": ["b"],
        },
    }
    for message, expression in cases.items():
        with pytest.raises(SelectorError) as caught:
            from_label_selector({"matchExpressions": [expression]})
        assert str(caught.value) == message


def test_a_map_is_taken_without_validation():
    assert from_map({"not a key": "!"}).requirements == (("not a key", "=", ("!",)),)


def test_the_one_value_that_a_label_must_have():
    selector = parse("a=1,b in (2),c in (3,4),d")
    assert [selector.exact(key) for key in "abcde"] == ["1", "2", None, None, None]


# What kubectl 1.36 makes of them (create poddisruptionbudget --selector=... -o yaml).
TO_OBJECTS = [
    ("a=b,c==d", {"matchLabels": {"a": "b", "c": "d"}}),
    ("a in (c,b),d,!e", {"matchExpressions": [
        {"key": "a", "operator": "In", "values": ["b", "c"]}, {"key": "d", "operator": "Exists"},
        {"key": "e", "operator": "DoesNotExist"},
    ]}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "selector"), TO_OBJECTS)
def test_a_text_becomes_a_selector_of_an_object(text, selector):
    assert to_label_selector(text) == selector


@pytest.mark.parametrize(
    ("text", "message"),
    [("a>1", '"gt" isn\'t supported in label selectors'), ("a!=b", '"!=" is not a valid label selector operator'),
     ("a=b c", "couldn't parse the selector string \"a=b c\": found 'c', expected: ',' or 'end of string'")],
)
def test_a_text_that_has_no_selector_of_an_object(text, message):
    with pytest.raises(SelectorError) as caught:
        to_label_selector(text)
    assert str(caught.value) == message


def test_labels_are_shown_sorted():
    assert format_labels({"tier": "back", "app": "x"}) == "app=x,tier=back"
    assert format_labels({}) == format_labels(None) == "<none>"


_keys = st.sampled_from(["a", "b", "c", "example.com/a", "in", "notin"])
_values = st.sampled_from(["", "1", "x", "in", "y-z"])
_operators = [labels.IN, labels.NOT_IN, labels.EQUALS, labels.DOUBLE_EQUALS, labels.NOT_EQUALS]
_requirements = st.one_of(
    st.tuples(_keys, st.sampled_from([labels.EXISTS, labels.DOES_NOT_EXIST]), st.just(())),
    st.tuples(_keys, st.sampled_from(_operators[2:]), st.tuples(_values)),
    st.tuples(_keys, st.sampled_from(_operators[:2]), st.sets(_values, min_size=1).map(sorted).map(tuple)),
    st.tuples(_keys, st.sampled_from([labels.GREATER_THAN, labels.LESS_THAN]), st.tuples(st.sampled_from(["1", "20"]))),
)
_selectors = st.lists(_requirements, max_size=5).map(Selector)


@given(_selectors)
def test_what_is_written_reads_back_the_same(selector):
    again = parse(str(selector))
    assert again == selector
    assert hash(again) == hash(selector)


@given(_selectors, st.dictionaries(_keys, _values))
def test_an_object_with_exactly_the_required_labels_matches(selector, given_labels):
    each = [Selector([requirement]).matches(given_labels) for requirement in selector.requirements]
    assert selector.matches(given_labels) == all(each)
    assert from_map(given_labels).matches(given_labels)


@given(st.text(alphabet="ab=!(),<> inot1/", max_size=16))
def test_every_text_is_a_selector_or_refused(text):
    try:
        selector = parse(text)
    except SelectorError:
        return
    assert parse(str(selector)) == selector
