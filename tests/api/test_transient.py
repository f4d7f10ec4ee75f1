"""Objects that are answered and not stored."""

from __future__ import annotations

import json

import pytest


def make(kind, version, spec, **metadata):
    return json.dumps({"apiVersion": version, "kind": kind, **({"metadata": metadata} if metadata else {}), "spec": spec})


AUTHORIZATION, AUTHENTICATION = "authorization.k8s.io/v1", "authentication.k8s.io/v1"
LIST_PODS = {"resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "default"}}


def status(cluster, text, *argv):
    return json.loads(cluster.ok("create", "-f", "-", "-o", "json", *argv, stdin=text))["status"]


@pytest.fixture
def bound(cluster):
    cluster.ok("create", "rolebinding", "rb", "--clusterrole=view", "--user=jane", "--group=dev")
    return cluster


def test_the_printed_line_has_no_name(cluster):
    text = make("SelfSubjectAccessReview", AUTHORIZATION, LIST_PODS)
    said = cluster.ok("create", "-f", "-", stdin=text)
    assert said == "selfsubjectaccessreview.authorization.k8s.io/<unknown> created\n"


@pytest.mark.parametrize(
    ("kind", "spec", "argv", "expected"),
    [
        ("SelfSubjectAccessReview", LIST_PODS, [], {"allowed": True}),
        ("SelfSubjectAccessReview", LIST_PODS, ["--as=bob"], {"allowed": False}),
        (
            "SelfSubjectAccessReview", LIST_PODS, ["--as=jane"],
            {"allowed": True, "reason": 'RBAC: allowed by RoleBinding "rb/default" of ClusterRole "view" to User "jane"'},
        ),
        (
            "SubjectAccessReview", {**LIST_PODS, "user": "x", "groups": ["dev"]}, [],
            {"allowed": True, "reason": 'RBAC: allowed by RoleBinding "rb/default" of ClusterRole "view" to Group "dev"'},
        ),
        ("SubjectAccessReview", {"nonResourceAttributes": {"verb": "get", "path": "/x"}, "user": "x"}, [], {"allowed": False}),
    ],
)
def test_access_reviews(bound, kind, spec, argv, expected):
    assert status(bound, make(kind, AUTHORIZATION, spec), *argv) == expected


def test_local_access_review(bound):
    text = make("LocalSubjectAccessReview", AUTHORIZATION, {**LIST_PODS, "user": "jane"}, namespace="default")
    assert status(bound, text)["allowed"] is True


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("SubjectAccessReview", LIST_PODS, "at least one of user or group must be specified"),
        ("SelfSubjectAccessReview", {}, "exactly one of nonResourceAttributes or resourceAttributes must be specified"),
    ],
)
def test_wrong_reviews(cluster, kind, spec, expected):
    assert expected in cluster("create", "-f", "-", stdin=make(kind, AUTHORIZATION, spec)).err


def test_rules_review(bound):
    found = status(bound, make("SelfSubjectRulesReview", AUTHORIZATION, {"namespace": "default"}), "--as=jane")
    assert found["incomplete"] is False
    assert {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get", "list", "watch"]} in found["resourceRules"]
    assert any("/version" in rule["nonResourceURLs"] for rule in found["nonResourceRules"])


def test_who_am_i(cluster):
    text = json.dumps({"apiVersion": AUTHENTICATION, "kind": "SelfSubjectReview"})
    assert status(cluster, text, "--as=jane")["userInfo"] == {"username": "jane", "groups": ["system:authenticated"]}


def test_token_review(cluster):
    token = cluster.ok("create", "token", "default")
    found = status(cluster, make("TokenReview", AUTHENTICATION, {"token": token}))
    assert found["authenticated"] is True
    assert found["user"]["username"] == "system:serviceaccount:default:default"
    assert "authenticated" not in status(cluster, make("TokenReview", AUTHENTICATION, {"token": token + "x"}))
    later = {"MINIKCTL_NOW": "2026-01-02T05:04:05Z"}
    text = make("TokenReview", AUTHENTICATION, {"token": token})
    expired = json.loads(cluster.ok("create", "-f", "-", "-o", "json", stdin=text, **later))["status"]
    assert "expired" in expired["error"]


@pytest.mark.parametrize("words", [["tokenreviews"], ["bindings", "x"]])
def test_they_cannot_be_read(cluster, words):
    assert cluster("get", *words).err == (
        "Error from server (MethodNotAllowed): the server does not allow this method on the requested resource\n"
    )


def binding(name, target):
    return json.dumps({"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target})


def test_binding_puts_a_pod_on_a_node(cluster):
    cluster.ok("run", "x", "--image=nginx", '--overrides={"spec":{"schedulerName":"mine"}}')
    assert cluster.ok("get", "pod", "x", "-o", "jsonpath={.spec.nodeName}") == ""
    node = {"apiVersion": "v1", "kind": "Node", "name": "node-2"}
    assert cluster.ok("create", "-f", "-", stdin=binding("x", node)) == "status/<unknown> created\n"
    assert cluster.ok("get", "pod", "x", "-o", "jsonpath={.spec.nodeName} {.status.phase}") == "node-2 Running"
    again = cluster("create", "-f", "-", stdin=binding("x", node))
    assert 'Operation cannot be fulfilled on pods/binding "x": pod x is already assigned to node "node-2"' in again.err


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("none", {"kind": "Node", "name": "node-1"}, 'pods "none" not found'),
        ("x", {"kind": "Pod", "name": "y"}, 'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"'),
        ("x", {"kind": "Node"}, "target.name: Required value"),
    ],
)
def test_wrong_bindings(cluster, name, target, expected):
    assert expected in cluster("create", "-f", "-", stdin=binding(name, target)).err
