"""Custom resources held against their schemas: the words of kube-openapi, sets and maps, embedded objects, CEL."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.kinds.customresource import expressions
from minikctl.kinds.customresource.formats import conforms
from minikctl.kinds.customresource.rules import embedded_errors, list_errors, schema_errors
from minikctl.kinds.customresource.structure import default, prune, prune_nulls


def within(schema):
    return {"type": "object", "properties": {"spec": schema}}


def found(value, schema, old=None):
    obj = {"spec": value}
    errors = schema_errors(obj, within(schema)) if old is None else schema_errors(obj, within(schema), {"spec": old})
    return [str(error) for error in errors]


@pytest.mark.parametrize(("schema", "value", "expected"), [
    ({"type": "integer"}, 3, []),
    ({"type": "integer"}, 3.0, []),
    ({"type": "integer"}, 3.5, ['spec: Invalid value: "number": spec in body must be of type integer: "number"']),
    ({"type": "number"}, 3, []),
    ({"type": "string"}, True, ['spec: Invalid value: "boolean": spec in body must be of type string: "boolean"']),
    ({"type": "object"}, None, ['spec: Invalid value: "null": spec in body must be of type object: "null"']),
    ({"type": "object", "nullable": True}, None, []),
    ({"x-kubernetes-int-or-string": True}, "50%", []),
    ({"x-kubernetes-int-or-string": True}, [], ['spec: Invalid value: "array": spec in body must be of type integer,string: "array"']),
    ({"type": "integer", "maximum": 10}, 11, ["spec: Invalid value: 11: spec in body should be less than or equal to 10"]),
    ({"type": "integer", "maximum": 10, "exclusiveMaximum": True}, 10, ["spec: Invalid value: 10: spec in body should be less than 10"]),
    ({"type": "number", "minimum": 0.5}, 0.25, ["spec: Invalid value: 0.25: spec in body should be greater than or equal to 0.5"]),
    ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, ["spec: Invalid value: 1: spec in body should be greater than 1"]),
    ({"type": "integer", "multipleOf": 2}, 3, ["spec: Invalid value: 3: spec in body should be a multiple of 2"]),
    ({"type": "string", "minLength": 2}, "a", ['spec: Invalid value: "a": spec in body should be at least 2 chars long']),
    ({"type": "string", "maxLength": 2}, "abc", ["spec: Too long: may not be more than 2 bytes"]),
    ({"type": "string", "pattern": "^a+$"}, "b", ['spec: Invalid value: "b": spec in body should match \'^a+$\'']),
    ({"type": "string", "pattern": "^a+$"}, "a\n", ['spec: Invalid value: "a\\n": spec in body should match \'^a+$\'']),
    ({"type": "string", "pattern": r"^\p{Lu}[[:digit:]]\z"}, "É7", []),
    ({"type": "string", "pattern": r"^\p{Lu}$"}, "e", ['spec: Invalid value: "e": spec in body should match \'^\\p{Lu}$\'']),
    ({"type": "string", "pattern": "^(a+)+$"}, "a" * 5000 + "b", [f'spec: Invalid value: "{"a" * 5000}b": spec in body should match \'^(a+)+$\'']),
    ({"type": "string", "enum": ["b", "a"]}, "c", ['spec: Unsupported value: "c": supported values: "b", "a"']),
    ({"type": "string", "format": "email"}, "x", ['spec: Invalid value: "x": spec in body must be of type email: "x"']),
    ({"type": "string", "format": "made-up"}, "x", []),
    ({"type": "array", "minItems": 2, "items": {"type": "string"}}, ["a"], ["spec: Invalid value: 1: spec in body should have at least 2 items"]),
    ({"type": "array", "maxItems": 1, "items": {"type": "string"}}, ["a", 2], [
        'spec[1]: Invalid value: "integer": spec[1] in body must be of type string: "integer"', "spec: Too many: 2: must have at most 1 item",
    ]),
    ({"type": "object", "maxProperties": 1, "additionalProperties": {"type": "string"}}, {"a": "", "b": ""}, ["spec: Too many: 2: must have at most 1 item"]),
    ({"type": "object", "minProperties": 1}, {}, ["spec: Invalid value: 0: spec in body should have at least 1 properties"]),
    ({"type": "object", "additionalProperties": {"type": "string"}}, {"a": 1}, ['spec.a: Invalid value: "integer": spec.a in body must be of type string: "integer"']),
    ({"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "string"}}}, {"a": 1}, [
        'spec.a: Invalid value: "integer": spec.a in body must be of type string: "integer"', "spec.b: Required value",
    ]),
    ({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}, [
        '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid', "spec.a: Required value",
    ]),
    ({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1, "b": 1}, [
        '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ]),
    ({"type": "integer", "anyOf": [{"minimum": 5}, {"maximum": 1}]}, 3, [
        '<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)', "spec: Invalid value: 3: spec in body should be greater than or equal to 5",
    ]),
    ({"type": "integer", "allOf": [{"minimum": 5}, {"maximum": 9}]}, 3, [
        "spec: Invalid value: 3: spec in body should be greater than or equal to 5", '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
    ]),
    ({"type": "integer", "not": {"enum": [3]}}, 3, ['<nil>: Invalid value: "": "spec" must not validate the schema (not)']),
])
def test_rules(schema, value, expected):
    assert found(value, schema) == expected


def test_what_has_not_changed_may_stay_wrong():
    schema = {"type": "object", "properties": {"a": {"type": "integer", "maximum": 1}, "b": {"type": "integer"}}}
    assert found({"a": 5, "b": 2}, schema, {"a": 5, "b": 1}) == []
    assert found({"a": 6, "b": 2}, schema, {"a": 5, "b": 1}) == ["spec.a: Invalid value: 6: spec.a in body should be less than or equal to 1"]
    rows = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": schema}
    assert found([{"k": 2}, {"k": 1, "a": 5}], rows, [{"k": 1, "a": 5}]) == []
    assert found([{"k": 1, "a": 6}], rows, [{"k": 1, "a": 5}]) == ["spec[0].a: Invalid value: 6: spec[0].a in body should be less than or equal to 1"]


@pytest.mark.parametrize(("schema", "value", "expected"), [
    ({"x-kubernetes-list-type": "set"}, ["a", "b", "a", "a"], ['spec[2]: Duplicate value: "a"']),
    ({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["n"]}, [{"n": 1}, {"n": 1, "x": 2}], ['spec[1]: Duplicate value: {"n":1}']),
    ({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["n", "p"]}, [{"n": 1, "p": 1}, {"n": 1, "p": 2}], []),
    ({"x-kubernetes-list-type": "atomic"}, ["a", "a"], []),
])
def test_sets_and_maps(schema, value, expected):
    full = within({"type": "array", "items": {"type": "string"}, **schema})
    assert [str(error) for error in list_errors({"spec": value}, full)] == expected


def test_embedded_objects():
    schema = within({"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True})
    assert [str(error) for error in embedded_errors({"spec": {"kind": "a_b", "metadata": {"labels": {"a b": "x"}}}}, schema)][:2] == [
        "spec.apiVersion: Required value",
        "spec.kind: Invalid value: \"a_b\": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ]
    assert embedded_errors({"spec": {"apiVersion": "v1", "kind": "Pod"}}, schema) == []


@pytest.mark.parametrize(("form", "right", "wrong"), [
    ("date-time", "2026-01-02T03:04:05.6Z", "2026-01-02"), ("date", "2024-02-29", "2023-02-29"), ("duration", "3 days", "soon"),
    ("ipv4", "10.0.0.1", "::1"), ("ipv6", "::1", "10.0.0.1"), ("cidr", "10.0.0.0/8", "10.0.0.0/99"), ("byte", "YQ==", "a"),
    ("uuid4", "b4f1b0a4-7a3a-4a52-9b1c-0d0c2f3b1a2e", "b4f1b0a4-7a3a-1a52-9b1c-0d0c2f3b1a2e"), ("hostname", "a.example", "-a"),
    ("mac", "01:23:45:67:89:ab", "01:23"), ("isbn10", "0306406152", "0306406153"), ("isbn13", "9780306406157", "9780306406158"),
    ("creditcard", "4111 1111 1111 1111", "4111 1111 1111 1112"), ("hexcolor", "#fff", "#ff"), ("rgbcolor", "rgb(1,2,3)", "rgb(1,2,300)"),
    ("k8s-short-name", "abc", "A"), ("k8s-long-name", "a.b", "a..b"), ("email", "a@b.c", "a@"),
])
def test_formats(form, right, wrong):
    assert (conforms(right, form), conforms(wrong, form)) == (True, False)


def rules(*rows, **fields):
    return within({"type": "object", "x-kubernetes-validations": list(rows), "properties": fields})


@pytest.mark.parametrize(("schema", "value", "old", "expected"), [
    (rules({"rule": "self.a < self.b"}), {"a": 1, "b": 2}, None, []),
    (rules({"rule": "self.a < self.b"}), {"a": 2, "b": 1}, None, ["spec: Invalid value: failed rule: self.a < self.b"]),
    (rules({"rule": "self.a < 1", "message": "too much"}), {"a": 2}, None, ["spec: Invalid value: too much"]),
    (rules({"rule": "self.a < 1", "messageExpression": "'not ' + string(self.a)"}), {"a": 2}, None, ["spec: Invalid value: not 2"]),
    (rules({"rule": "self.a < 1", "message": "m", "reason": "FieldValueForbidden", "fieldPath": ".a"}), {"a": 2}, None, ["spec.a: Forbidden: m"]),
    (rules({"rule": "self.b == 1"}), {"a": 2}, None, ['spec: Invalid value: "object": no such key: b evaluating rule: self.b == 1']),
    (rules({"rule": "self.a + 1 == 1"}), {"a": "x"}, None, ["spec: Invalid value: \"object\": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self.a + 1 == 1"]),
    (rules({"rule": "self.a == oldSelf.a", "message": "fixed"}), {"a": 2}, None, []),
    (rules({"rule": "self.a == oldSelf.a", "message": "fixed"}), {"a": 2}, {"a": 1}, ["spec: Invalid value: fixed"]),
    (rules({"rule": "oldSelf.hasValue() || self.a == 1", "optionalOldSelf": True, "message": "m"}), {"a": 2}, None, ["spec: Invalid value: m"]),
    (rules(a={"type": "integer", "x-kubernetes-validations": [{"rule": "self > 5", "message": "m"}]}), {"a": 2}, None, ["spec.a: Invalid value: 2: m"]),
    (rules(a={"type": "integer", "x-kubernetes-validations": [{"rule": "self > 5"}]}), {"a": 2}, {"a": 2}, []),
    (rules({"rule": "self.x__dash__y == 1 && self.__namespace__ == 'n'"}, **{"x-y": {"type": "integer"}, "namespace": {"type": "string"}}), {"x-y": 1, "namespace": "n"}, None, []),
    (rules({"rule": "self.t < timestamp('2026-01-01T00:00:00Z')"}, t={"type": "string", "format": "date-time"}), {"t": "2025-01-01T00:00:00Z"}, None, []),
    (rules({"rule": "timestamp(self.t) < timestamp('2024-01-01T00:00:00Z')", "message": "m"}, t={"type": "string", "format": "date-time"}), {"t": "2025-01-01T00:00:00Z"}, None, ["spec: Invalid value: m"]),
    (rules({"rule": "quantity(self.q).isLessThan(quantity('1Gi'))"}), {"q": "2Gi"}, None, ["spec: Invalid value: failed rule: quantity(self.q).isLessThan(quantity('1Gi'))"]),
    (rules({"rule": "self.l.sum() == 6 && self.l.isSorted() && 'a1b2'.findAll('[0-9]') == ['1', '2']"}), {"l": [1, 2, 3]}, None, []),
])
def test_expressions(schema, value, old, expected):
    before = None if old is None else {"spec": old}
    assert [str(error) for error in expressions.rule_errors({"spec": value}, schema, before)] == expected


def test_a_rule_that_needs_what_is_not_there_is_no_error():
    assert expressions.compile_problems({"rule": "self.l.all(i, v, v > i)"}) == []
    assert expressions.compile_problems({"rule": "ip(self.a).family() == 4"}) == []
    [(where, problem)] = expressions.compile_problems({"rule": "1 + 1"})
    assert (where, problem) == ("rule", "cel expression must evaluate to a bool")


# -- pruning and defaults ------------------------------------------------------------------------------------------------

KEEPS = {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"a": {"type": "object"}}}


@pytest.mark.parametrize(("schema", "value", "expected", "unknown"), [
    ({"type": "object", "properties": {"a": {"type": "string"}}}, {"a": "x", "b": 1}, {"a": "x"}, ["b"]),
    ({"type": "object", "additionalProperties": {"type": "object", "properties": {}}}, {"k": {"z": 1}}, {"k": {}}, ["k.z"]),
    ({"type": "array", "items": {"type": "object"}}, [{"z": 1}], [{}], ["[0].z"]),
    (KEEPS, {"z": {"y": 1}, "a": {"x": 1}}, {"z": {"y": 1}, "a": {}}, ["a.x"]),
    ({"type": "object", "x-kubernetes-embedded-resource": True}, {"kind": "A", "metadata": {"x": 1}, "y": 1}, {"kind": "A", "metadata": {"x": 1}}, ["y"]),
])
def test_pruning(schema, value, expected, unknown):
    assert prune(value, schema) == unknown
    assert value == expected


@pytest.mark.parametrize(("schema", "value", "expected"), [
    ({"properties": {"a": {"default": 1}}}, {}, {"a": 1}),
    ({"properties": {"a": {"default": 1}}}, {"a": None}, {"a": 1}),
    ({"properties": {"a": {"default": 1, "nullable": True}}}, {"a": None}, {"a": None}),
    ({"properties": {"a": {"type": "string"}}}, {"a": None}, {}),
    ({"properties": {"a": {"type": "object", "default": {}, "properties": {"b": {"default": 2}}}}}, {}, {"a": {"b": 2}}),
    ({"properties": {"a": {"type": "object", "properties": {"b": {"default": 2}}}}}, {}, {}),
    ({"items": {"properties": {"b": {"default": 2}}}}, [{}, {"b": 1}], [{"b": 2}, {"b": 1}]),
    ({"additionalProperties": {"default": 3}}, {"x": None}, {"x": 3}),
])
def test_defaults(schema, value, expected):
    prune_nulls(value, schema)
    default(value, schema)
    assert value == expected


SCALARS = st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": "string", "default": "d"}, {"type": "integer", "default": 7, "nullable": True}, {"x-kubernetes-int-or-string": True}])
SCHEMAS = st.recursive(SCALARS, lambda inner: st.one_of(
    st.builds(lambda fields, keeps: {"type": "object", "properties": fields, **({"x-kubernetes-preserve-unknown-fields": True} if keeps else {})},
              st.dictionaries(st.sampled_from("abc"), inner, max_size=3), st.booleans()),
    st.builds(lambda values: {"type": "object", "additionalProperties": values}, inner),
    st.builds(lambda items: {"type": "array", "items": items}, inner),
), max_leaves=8)
VALUES = st.recursive(st.one_of(st.none(), st.integers(0, 3), st.sampled_from("xy")), lambda inner: st.one_of(
    st.dictionaries(st.sampled_from("abcd"), inner, max_size=3), st.lists(inner, max_size=3),
), max_leaves=8)


@settings(max_examples=150)
@given(schema=SCHEMAS, value=VALUES)
def test_what_is_pruned_and_defaulted_stays_as_it_is(schema, value):
    obj = {"spec": value}
    full = within(schema)
    prune(obj, full)
    prune_nulls(obj, full)
    default(obj, full)
    assert prune(copy.deepcopy(obj), full) == [], "a pruned object has no unknown fields"
    again = copy.deepcopy(obj)
    prune(again, full)
    prune_nulls(again, full)
    default(again, full)
    assert again == obj
