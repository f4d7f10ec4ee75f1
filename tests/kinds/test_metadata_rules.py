"""The rules of metadata, of any kind."""

from __future__ import annotations

from typing import Any

import pytest

from minikctl.kinds.meta import (
    TOTAL_ANNOTATION_SIZE,
    validate_immutable_field,
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)

Obj = dict[str, Any]

SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
QUALIFIED = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def errors_of(meta: Obj, name_format: str = "subdomain", *, namespaced: bool = True) -> list[str]:
    found = validate_object_meta(meta, namespaced=namespaced, name_format=name_format)
    return [str(error).removeprefix("metadata.") for error in found]


@pytest.mark.parametrize(("name_format", "meta", "errors"), [
    ("subdomain", {"name": "a.b-c"}, []),
    ("subdomain", {}, ["name: Required value: name or generateName is required"]),
    ("subdomain", {"name": "Bad_Name"}, [f'name: Invalid value: "Bad_Name": {SUBDOMAIN}']),
    ("label", {"name": "a.b"}, ['name: Invalid value: "a.b": must not contain dots']),
    ("label", {"name": "A.b"}, [f'name: Invalid value: "A.b": {LABEL}']),
    ("service", {"name": "1a"}, []),  # RelaxedServiceNameValidation
    ("path-segment", {"name": "system:node_X"}, []),
    ("path-segment", {"name": "a/b%"}, [
        "name: Invalid value: \"a/b%\": may not contain '/'", "name: Invalid value: \"a/b%\": may not contain '%'",
    ]),
    ("path-segment", {"name": ".."}, ["name: Invalid value: \"..\": may not be '..'"]),
    ("subdomain", {"name": "a", "generateName": "a-"}, []),
    ("subdomain", {"name": "AB-x", "generateName": "AB-"}, [
        f'generateName: Invalid value: "AB-": {SUBDOMAIN}', f'name: Invalid value: "AB-x": {SUBDOMAIN}',
    ]),
    ("subdomain", {"name": "a", "generation": -1}, [
        "generation: Invalid value: -1: must be greater than or equal to 0",
    ]),
])
def test_names(name_format: str, meta: Obj, errors: list[str]) -> None:
    assert errors_of({"namespace": "default", **meta}, name_format) == errors


@pytest.mark.parametrize(("namespaced", "namespace", "errors"), [
    (True, None, ["namespace: Required value"]),
    (True, "a.b", ['namespace: Invalid value: "a.b": must not contain dots']),
    (False, None, []),
    (False, "x", ["namespace: Forbidden: not allowed on this type"]),
])
def test_namespaces(*, namespaced: bool, namespace: str | None, errors: list[str]) -> None:
    assert errors_of({"name": "a", "namespace": namespace}, namespaced=namespaced) == errors


@pytest.mark.parametrize(("meta", "errors"), [
    ({"labels": {"a": "", "b.c/d": "e"}}, []),
    ({"labels": {"a b": "c d"}}, [
        f'labels: Invalid value: "a b": {QUALIFIED}', f'labels: Invalid value: "c d": {VALUE}',
    ]),
    ({"labels": {"a": "x" * 64}}, [f'labels: Invalid value: "{"x" * 64}": must be no more than 63 bytes']),
    ({"annotations": {"A.com/B": "any thing"}}, []),
    ({"annotations": {"a b": ""}}, [f'annotations: Invalid value: "a b": {QUALIFIED}']),
    ({"annotations": {"a": "x" * (TOTAL_ANNOTATION_SIZE - 1)}}, []),
    ({"annotations": {"a": "x" * TOTAL_ANNOTATION_SIZE}}, [
        "annotations: Too long: may not be more than 262144 bytes",
    ]),
    ({"annotations": {"a": "é" * (TOTAL_ANNOTATION_SIZE // 2)}}, [
        "annotations: Too long: may not be more than 262144 bytes",
    ]),
    ({"finalizers": ["a/b", "kubernetes"]}, []),
    ({"finalizers": ["b"]}, [
        ('finalizers[0]: Invalid value: "b": name is neither a standard finalizer name nor is it fully qualified'),
    ]),
    ({"finalizers": ["orphan", "foregroundDeletion"]}, [
        ('finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot '
         "be both set"),
    ]),
])
def test_labels_annotations_finalizers(meta: Obj, errors: list[str]) -> None:
    assert errors_of({"name": "a", "namespace": "b", **meta}) == errors


OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "u"}


@pytest.mark.parametrize(("owners", "errors"), [
    ([OWNER], []),
    ([{}], [
        'ownerReferences.apiVersion: Invalid value: "": version must not be empty',
        *(f'ownerReferences.{field}: Invalid value: "": must not be empty' for field in ("kind", "name", "uid")),
    ]),
    ([{**OWNER, "apiVersion": "v1", "kind": "Event"}], [
        ('ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"r","uid":"u"}: /v1, Kind=Event is '
         "disallowed from being an owner"),
    ]),
    ([{**OWNER, "controller": True}, {**OWNER, "controller": True, "name": "s"}], [
        ('ownerReferences: Invalid value: [{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r","uid":"u",'
         '"controller":true},{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"s","uid":"u","controller":true}]: '
         'Only one reference can have Controller set to true. Found "true" in references for ReplicaSet/r and '
         "ReplicaSet/s"),
    ]),
])
def test_owners(owners: list[Obj], errors: list[str]) -> None:
    assert errors_of({"name": "a", "namespace": "b", "ownerReferences": owners}) == errors


@pytest.mark.parametrize(("new", "old", "errors"), [
    ({"name": "a"}, {"name": "a"}, []),
    ({"name": "b"}, {"name": "a"}, ['name: Invalid value: "b": field is immutable']),
    ({"uid": "2"}, {"uid": "1"}, ['uid: Invalid value: "2": field is immutable']),
    ({"generation": 1}, {"generation": 2}, ["generation: Invalid value: 1: must not be decremented"]),
    ({"finalizers": ["a/b"]}, {}, []),
    ({"finalizers": ["a/b", "c/d"], "deletionTimestamp": "t"}, {"finalizers": ["c/d"], "deletionTimestamp": "t"}, [
        ("finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
         '[]string{"a/b"}'),
    ]),
    ({"finalizers": [], "deletionTimestamp": "t"}, {"finalizers": ["c/d"], "deletionTimestamp": "t"}, []),
    ({"labels": {"a": "b c"}}, {}, [f'labels: Invalid value: "b c": {VALUE}']),
])
def test_changes(new: Obj, old: Obj, errors: list[str]) -> None:
    found = validate_object_meta_update({"name": "a", **new}, {"name": "a", **old})
    assert [str(error).removeprefix("metadata.") for error in found] == errors


@pytest.mark.parametrize(("new", "old", "same"), [
    ("", None, True), ([], None, True), ({}, "", True), (0, None, False), (False, None, False), ("a", "b", False),
])
def test_what_is_absent_equals_what_is_empty(new: Any, old: Any, *, same: bool) -> None:
    assert (validate_immutable_field(new, old, "x") == []) is same


@pytest.mark.parametrize(("selector", "errors"), [
    (None, []),
    ({"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "c", "operator": "Exists"}]}, []),
    ({"matchLabels": {"a": "b c"}}, [f'matchLabels: Invalid value: "b c": {VALUE}']),
    ({"matchExpressions": [
        {"key": "a", "operator": "In"}, {"key": "a", "operator": "Exists", "values": ["x"]},
        {"key": "a", "operator": "Near"}, {"key": "a", "operator": "NotIn", "values": ["b c"]},
        {"key": "", "operator": "DoesNotExist"},
    ]}, [
        "matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        ("matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or "
         "'DoesNotExist'"),
        'matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
        f'matchExpressions[3].values[0]: Invalid value: "b c": {VALUE}',
        'matchExpressions[4].key: Invalid value: "": name part must be non-empty',
        f'matchExpressions[4].key: Invalid value: "": {QUALIFIED}',
    ]),
])
def test_selectors(selector: Obj | None, errors: list[str]) -> None:
    assert [str(error) for error in validate_label_selector(selector, "")] == [f".{error}" for error in errors]
