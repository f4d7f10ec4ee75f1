"""JSON in the order of Go's structs: what is in an object stays, only the order of its fields changes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.api.schemas import default_registry
from minikctl.printing.structorder import by_name, in_struct_order

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["spec", "containers", "name", "image", "z"]), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("given_object", "keys"),
    [
        ({"spec": {"image": 1}, "apiVersion": "v1", "kind": "Pod", "metadata": {}}, ["kind", "apiVersion", "metadata", "spec"]),
        ({"spec": {}, "kind": "Foo", "apiVersion": "example.com/v1", "a": 1}, ["a", "apiVersion", "kind", "spec"]),
        ({"zzz": 1, "status": {}, "apiVersion": "apps/v1", "kind": "Deployment"}, ["kind", "apiVersion", "status", "zzz"]),
    ],
)
def test_the_fields_of_an_object(given_object, keys):
    assert list(in_struct_order(given_object)) == keys


def test_structs_in_structs_and_maps():
    volume = {"emptyDir": {"sizeLimit": "1", "medium": "Memory"}, "name": "v"}
    containers = [{"image": "i", "env": [{"value": "1", "name": "A"}], "name": "c"}]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"b": "1", "a": "2"}, "name": "p"},
           "spec": {"restartPolicy": "Always", "containers": containers, "volumes": [volume]}}
    assert json.dumps(in_struct_order(pod)) == (
        '{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p", "labels": {"a": "2", "b": "1"}}, "spec": {"volumes": '
        '[{"name": "v", "emptyDir": {"medium": "Memory", "sizeLimit": "1"}}], "containers": [{"name": "c", "image": "i", "env": '
        '[{"name": "A", "value": "1"}]}], "restartPolicy": "Always"}}'
    )


def test_a_list_of_what_kubectl_did_not_decode():
    found = by_name({"items": [{"kind": "Pod", "apiVersion": "v1"}], "metadata": {}, "kind": "List", "apiVersion": "v1"})
    assert json.dumps(found) == '{"kind": "List", "apiVersion": "v1", "metadata": {}, "items": [{"apiVersion": "v1", "kind": "Pod"}]}'


@given(VALUES)
def test_nothing_else_changes(value):
    obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": value}
    assert in_struct_order(obj) == obj
    assert by_name(obj) == obj


def test_the_file_speaks_of_fields_that_there_are():
    from pathlib import Path

    from minikctl.printing import structorder

    registry = default_registry()
    order = json.loads(Path(structorder.__file__).with_name("field_order.json").read_text(encoding="utf-8"))
    assert len(order) > 300
    for path, names in order.items():
        assert set(names) <= set(registry.load(f"{registry.folder}/{path}.json").own["properties"]), path
