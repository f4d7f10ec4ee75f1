"""The roles and bindings that a new cluster comes with."""

from __future__ import annotations

import json

import pytest

from minikctl import kinds
from minikctl.api.rbac import policy
from minikctl.api.validation import field_errors


def all_objects():
    return list(policy.objects())


def test_counts():
    counts = {}
    for resource, _ in all_objects():
        counts[resource.partition(".")[0]] = counts.get(resource.partition(".")[0], 0) + 1
    assert counts == {"clusterroles": 69, "clusterrolebindings": 50, "roles": 7, "rolebindings": 7}


@pytest.mark.parametrize(("resource", "obj"), all_objects(), ids=lambda each: each["metadata"]["name"] if isinstance(each, dict) else "")
def test_object_keeps_the_rules_of_its_kind_and_has_nothing_to_be_defaulted(resource, obj):
    kind = kinds.load(kinds.info_for(resource))
    before = json.dumps(obj, sort_keys=True)
    kind.default(obj)
    assert json.dumps(obj, sort_keys=True) == before
    assert field_errors(kind, obj, None) == []


def test_admin_has_what_edit_has_and_edit_what_view_has():
    roles = {obj["metadata"]["name"]: obj["rules"] for resource, obj in all_objects() if resource.startswith("clusterroles")}
    for smaller, greater in (("view", "edit"), ("edit", "admin")):
        assert all(rule in roles[greater] for rule in roles[smaller])
        assert len(roles[greater]) > len(roles[smaller]) > 0


def test_rules_are_sorted_as_upstream_does():
    (rule,) = [
        rule for _, obj in all_objects() if obj["metadata"]["name"] == "system:aggregate-to-edit"
        for rule in obj["rules"] if rule["apiGroups"] == ["batch"]
    ]
    assert rule["resources"] == ["cronjobs", "jobs"]
    assert rule["verbs"] == ["create", "delete", "deletecollection", "patch", "update"]


def test_a_new_state_shows_them_and_no_controller_is_shown_them(cluster):
    assert "cluster-admin" in cluster.ok("get", "clusterroles")
    assert cluster.ok("get", "clusterrolebinding", "cluster-admin", "-o", "jsonpath={.subjects[0].name}") == "system:masters"
    assert "kube-system" in cluster.ok("get", "roles", "-A")
    assert cluster.ok("get", "clusterroles", "-l", "kubernetes.io/bootstrapping=rbac-defaults", "-o", "name").count("\n") == 69
    assert cluster("state", "check").err == ""


