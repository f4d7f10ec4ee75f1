"""Whether rules allow what is asked for: upstream's tables (``rbac_test.go``, ``evaluation_helpers_test.go``)."""

from __future__ import annotations

import pytest

from minikctl.api.rbac.rules import Attributes, resource_matches, rule_allows, url_matches
from minikctl.api.rbac.user import User, account_of, impersonated

JANE = User("jane")


def rule(verbs, groups, resources, names=()):
    found = {"verbs": verbs.split(","), "apiGroups": groups.split(","), "resources": resources.split(",")}
    return {**found, "resourceNames": list(names)} if names else found


@pytest.mark.parametrize(
    ("resources", "combined", "subresource", "expected"),
    [
        (["*"], "foo", "", True),
        (["*"], "foo/bar", "bar", True),
        (["foo", "foo/*"], "foo/bar", "bar", False),
        (["foo", "foo/bar"], "foo/bar", "bar", True),
        (["*/scale"], "deployments/scale", "scale", True),
        (["*/scale"], "deployments/status", "status", False),
        (["*/scale"], "deployments", "", False),
        (["foo"], "foo/bar", "bar", False),
        (["foo/*"], "foo", "", False),
    ],
)
def test_resource_matches(resources, combined, subresource, expected):
    assert resource_matches({"resources": resources}, combined, subresource) is expected


@pytest.mark.parametrize(
    ("urls", "path", "expected"),
    [
        (["*"], "/foo", True), (["/foo"], "/foo", True), (["/foo/*"], "/foo/bar", True), (["/foo/*"], "/foo", False),
        (["/foo*"], "/foobar", True), (["/apis"], "/api", False), ([], "/foo", False),
    ],
)
def test_url_matches(urls, path, expected):
    assert url_matches({"nonResourceURLs": urls}, path) is expected


@pytest.mark.parametrize(
    ("given", "asked", "expected"),
    [
        (rule("*", "*", "*"), {"verb": "get", "resource": "pods", "namespace": "ns"}, True),
        (rule("get", "", "pods"), {"verb": "get", "resource": "pods"}, True),
        (rule("get", "", "pods"), {"verb": "list", "resource": "pods"}, False),
        (rule("get", "apps", "pods"), {"verb": "get", "resource": "pods"}, False),
        (rule("get", "", "pods"), {"verb": "get", "resource": "pods", "subresource": "log"}, False),
        (rule("get", "", "pods/log"), {"verb": "get", "resource": "pods", "subresource": "log"}, True),
        (rule("get", "", "pods", ["a"]), {"verb": "get", "resource": "pods", "name": "a"}, True),
        (rule("get", "", "pods", ["a"]), {"verb": "get", "resource": "pods", "name": "b"}, False),
        (rule("list", "", "pods", ["a"]), {"verb": "list", "resource": "pods"}, False),
        (rule("*", "*", "*"), {"verb": "get", "path": "/healthz"}, False),
        ({"verbs": ["get"], "nonResourceURLs": ["/healthz"]}, {"verb": "get", "path": "/healthz"}, True),
        ({"verbs": ["get"], "nonResourceURLs": ["/healthz"]}, {"verb": "get", "resource": "pods"}, False),
    ],
)
def test_rule_allows(given, asked, expected):
    assert rule_allows(Attributes(JANE, asked.pop("verb"), **asked), given) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("system:serviceaccount:default:robot", ("default", "robot")), ("system:serviceaccount:default", None),
        ("system:serviceaccount:a:b:c", None), ("jane", None), ("system:serviceaccount:A:b", None),
    ],
)
def test_account_of(name, expected):
    assert account_of(name) == expected


@pytest.mark.parametrize(
    ("name", "groups", "expected"),
    [
        ("jane", [], ["system:authenticated"]),
        ("jane", ["dev"], ["dev", "system:authenticated"]),
        ("jane", ["system:authenticated"], ["system:authenticated"]),
        ("system:anonymous", [], ["system:unauthenticated"]),
        (
            "system:serviceaccount:ns:robot", [],
            ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"],
        ),
        ("system:serviceaccount:ns:robot", ["dev"], ["dev", "system:authenticated"]),
    ],
)
def test_groups_of_the_impersonated(name, groups, expected):
    assert impersonated(name, groups).groups == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            {"verb": "list", "resource": "pods", "namespace": "default"},
            'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
        ),
        (
            {"verb": "get", "group": "apps", "resource": "deployments", "subresource": "scale", "namespace": "a", "name": "x"},
            'deployments.apps "x" is forbidden: User "jane" cannot get resource "deployments/scale" in API group "apps" in the '
            'namespace "a"',
        ),
        (
            {"verb": "list", "resource": "nodes"},
            'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
        ),
        ({"verb": "get", "path": "/metrics"}, 'forbidden: User "jane" cannot get path "/metrics"'),
    ],
)
def test_words(asked, expected):
    assert Attributes(JANE, asked.pop("verb"), **asked).refusal("").message == expected
