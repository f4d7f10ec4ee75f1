"""What is said of a wrong object: a kind whose own rules are whole is not asked for its schema's besides."""

import pytest

from minikctl import kinds
from minikctl.api.validation import field_errors

TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}}


def daemon_set(**spec):
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "spec": {"template": TEMPLATE, **spec}}


def node(**spec):
    return {"apiVersion": "v1", "kind": "Node", "spec": spec}


def quota(**selector):
    return {"apiVersion": "v1", "kind": "ResourceQuota", "spec": {
        "hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [selector]},
    }}


@pytest.mark.parametrize(("obj", "expected"), [
    (daemon_set(), [
        'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ]),
    (node(taints=[{"key": "a", "effect": "Sometimes"}]), [
        'metadata.taints[0].effect: Unsupported value: "Sometimes": supported values: "NoSchedule", "PreferNoSchedule", '
        '"NoExecute"',
    ]),
    (quota(scopeName="PriorityClass", operator="Near"), [
        'spec.scopeSelector.matchExpressions.operator: Invalid value: "Near": not a valid selector operator',
    ]),
])
def test_places_of_upstream_are_the_only_ones(obj, expected):
    info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
    kind = kinds.load(info)
    obj["metadata"] = {"name": "x", "uid": "u", **({"namespace": "default"} if info.namespaced else {})}
    kind.default(obj)
    assert [str(error) for error in field_errors(kind, obj, None)] == expected
