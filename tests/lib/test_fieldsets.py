"""Sets of fields as managedFields write them: there and back, in upstream's order and spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.fieldsets import from_fields, in_order, key_element, shown, to_fields, value_element, without

ELEMENTS = ["f:a", "f:b", "f:metadata", 'k:{"name":"x"}', 'k:{"containerPort":80,"protocol":"TCP"}', 'v:"x"', "i:2"]
paths = st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=4).map(tuple)
sets = st.sets(paths, max_size=12)


@pytest.mark.parametrize(("members", "fields"), [
    (set(), {}),
    ({("f:a",)}, {"f:a": {}}),
    ({("f:a", "f:b")}, {"f:a": {"f:b": {}}}),
    ({("f:a",), ("f:a", "f:b")}, {"f:a": {".": {}, "f:b": {}}}),
    (
        {("f:c", 'k:{"name":"x"}'), ("f:c", 'k:{"name":"x"}', "f:name")},
        {"f:c": {'k:{"name":"x"}': {".": {}, "f:name": {}}}},
    ),
])
def test_fields_v1(members, fields):
    assert to_fields(members) == fields
    assert from_fields(fields) == members


@given(sets)
def test_there_and_back(members):
    assert from_fields(to_fields(members)) == members


@pytest.mark.parametrize("fields", [{"a": {}}, {"f:a": 1}, {"x:a": {}}])
def test_what_is_no_path(fields):
    with pytest.raises(ValueError, match="is no element of a path"):
        from_fields(fields)


@pytest.mark.parametrize(("path", "text"), [
    (("f:data", "f:a.b"), ".data.a.b"),
    (("f:spec", "f:containers", 'k:{"name":"web"}', "f:image"), '.spec.containers[name="web"].image'),
    (("f:ports", 'k:{"containerPort":80,"protocol":"TCP"}'), '.ports[containerPort=80,protocol="TCP"]'),
    (("f:metadata", "f:finalizers", 'v:"a/b"'), '.metadata.finalizers[="a/b"]'),
    (("f:list", "i:3"), ".list[3]"),
])
def test_paths_in_messages(path, text):
    assert shown(path) == text


def test_members_come_before_what_is_in_others():
    members = {("f:b",), ("f:a", "f:z"), ("f:a", "f:c", "f:d"), ("f:c",)}
    assert in_order(members) == [("f:b",), ("f:c",), ("f:a", "f:z"), ("f:a", "f:c", "f:d")]


@given(sets)
def test_the_order_has_each_member_once(members):
    assert sorted(in_order(members)) == sorted(members)


def test_elements_are_canonical():
    assert key_element({"protocol": "TCP", "containerPort": 80}) == 'k:{"containerPort":80,"protocol":"TCP"}'
    assert value_element("é") == 'v:"é"'


def test_without_takes_what_is_inside_too():
    members = {("f:a",), ("f:a", "f:b"), ("f:ab",), ("f:c", "f:a")}
    assert without(members, [("f:a",)]) == {("f:ab",), ("f:c", "f:a")}
