import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.fieldselectors import FieldSelector, FieldSelectorError, escape, parse, unescape

PARSED = [
    ("", ()), (",", ()), ("a.b=c", (("a.b", "=", "c"),)), ("a.b==c", (("a.b", "=", "c"),)),
    ("a!=b", (("a", "!=", "b"),)),
    ("b=1,a!=2", (("a", "!=", "2"), ("b", "=", "1"))), ("a=", (("a", "=", ""),)), ("=b", (("", "=", "b"),)),
    (r"a=b\,c\=d\\e", (("a", "=", r"b,c=d\e"),)), ("a=b!", (("a", "=", "b!"),)), ("a = b", (("a ", "=", " b"),)),
    ("a=b,,c=d", (("a", "=", "b"), ("c", "=", "d"))), ("a=b,", (("a", "=", "b"),)), ("a!=", (("a", "!=", ""),)),
    ("a==", (("a", "=", ""),)), ("spec.nodeName=node-1", (("spec.nodeName", "=", "node-1"),)),
    ("a=b,a=b", (("a", "=", "b"), ("a", "=", "b"))), (r"a=\=", (("a", "=", "="),)), ("a=b c", (("a", "=", "b c"),)),
    ("status.phase!=Running,metadata.name=web", (("metadata.name", "=", "web"), ("status.phase", "!=", "Running"))),
]


@pytest.mark.parametrize(("text", "requirements"), PARSED)
def test_field_selectors_are_read_sorted(text, requirements):
    assert parse(text).requirements == requirements


REFUSED = [
    ("a", "invalid selector: 'a'; can't understand 'a'"), ("a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'"),
    ("a=b=c", "invalid field selector: unescaped character in value: 61"),
    (r"a=\b", r"invalid field selector: invalid escape sequence: \b"),
    ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_field_selector_is_refused_in_upstream_s_words(text, message):
    with pytest.raises(FieldSelectorError) as caught:
        parse(text)
    assert str(caught.value) == message


MATCHES = [
    ("a=1", {"a": "1"}, True), ("a=1", {"a": "2"}, False), ("a!=1", {"a": "2"}, True), ("a!=1", {}, True),
    ("a=", {}, True), ("a=1,b!=2", {"a": "1", "b": "2"}, False), ("", {}, True),
]


@pytest.mark.parametrize(("text", "fields", "expected"), MATCHES)
def test_a_field_selector_matches_when_every_requirement_holds(text, fields, expected):
    assert parse(text).matches(lambda field: fields.get(field, "")) is expected


def test_what_a_field_must_be():
    selector = parse("a=1,b!=2")
    assert [selector.exact(field) for field in "abc"] == ["1", None, None]
    assert not selector.empty
    assert parse("").empty


@given(st.text())
def test_escapes_are_undone(value):
    assert unescape(escape(value)) == value


_requirements = st.tuples(st.sampled_from(["a", "b.c"]), st.sampled_from(["=", "!="]), st.text(max_size=5))


@given(st.lists(_requirements, max_size=4))
def test_what_is_written_reads_back_the_same(requirements):
    assert set(parse(str(FieldSelector(requirements))).requirements) == set(requirements)
