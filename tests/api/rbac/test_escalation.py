"""What covers what: upstream's table (``policy_comparator_test.go``), and the words."""

from __future__ import annotations

import pytest

from minikctl.api.rbac.escalation import compact_string, uncovered


def rule(verbs="", groups="", resources="", names=(), urls=()):
    found = {"verbs": verbs.split(",")}
    if urls:
        return {**found, "nonResourceURLs": list(urls)}
    found |= {"apiGroups": groups.split(","), "resources": resources.split(",")}
    return {**found, "resourceNames": list(names)} if names else found


@pytest.mark.parametrize(
    ("owned", "wanted", "missing"),
    [
        ([rule("get", "v1", "foo/bar")], [rule("get", "v1", "foo/bar")], []),
        ([rule("get,list", "v1", "foo")], [rule("get", "v1", "foo")], []),
        ([rule("get", "v1", "foo")], [rule("get,list", "v1", "foo")], [rule("list", "v1", "foo")]),
        ([rule("*", "v1", "foo")], [rule("delete", "v1", "foo")], []),
        ([rule("get", "v1", "foo")], [rule("*", "v1", "foo")], [rule("*", "v1", "foo")]),
        ([rule("get", "v1", "foo")], [rule("get", "v2", "foo")], [rule("get", "v2", "foo")]),
        ([rule("get", "v1", "*")], [rule("get", "v1", "foo/bar")], []),
        ([rule("get", "v1", "*/scale")], [rule("get", "v1", "foo/scale")], []),
        ([rule("get", "v1", "*/scale")], [rule("get", "v1", "foo")], [rule("get", "v1", "foo")]),
        ([rule("get", "v1", "foo", ["a"])], [rule("get", "v1", "foo", ["a"])], []),
        ([rule("get", "v1", "foo", ["a"])], [rule("get", "v1", "foo")], [rule("get", "v1", "foo")]),
        ([rule("get", "v1", "foo")], [rule("get", "v1", "foo", ["a"])], []),
        ([rule("get", urls=["/apis/*"])], [rule("get", urls=["/apis/x"])], []),
        ([rule("get", urls=["/apis"])], [rule("get", urls=["/apis/x"])], [rule("get", urls=["/apis/x"])]),
        ([rule("get", "v1", "a"), rule("list", "v1", "a")], [rule("get,list", "v1", "a")], []),
    ],
)
def test_uncovered(owned, wanted, missing):
    assert uncovered(owned, wanted) == missing


def test_compact_string():
    assert compact_string(rule("get,list", "", "pods", ["a"])) == (
        '{APIGroups:[""], Resources:["pods"], ResourceNames:["a"], Verbs:["get" "list"]}'
    )
    assert compact_string(rule("get", urls=["/x"])) == '{NonResourceURLs:["/x"], Verbs:["get"]}'


GROUPS = '(groups=["system:authenticated"])'


def test_nobody_hands_on_what_he_has_not_got(cluster):
    cluster.ok("create", "rolebinding", "jane", "--clusterrole=admin", "--user=jane")
    cluster.ok("create", "role", "own", "--verb=get,delete", "--resource=pods", "--as=jane")
    refused = cluster("create", "role", "more", "--verb=get", "--resource=pods,nodes", "--as=jane")
    assert refused.code == 1
    assert refused.err == (
        f'Error from server (Forbidden): roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" {GROUPS} is '
        'attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}\n'
    )
    refused = cluster("create", "rolebinding", "all", "--clusterrole=cluster-admin", "--user=x", "--as=jane")
    assert refused.err.splitlines()[1:] == [
        '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}', '{NonResourceURLs:["*"], Verbs:["*"]}',
    ]
    missing = cluster("create", "rolebinding", "none", "--role=missing", "--user=x", "--as=jane")
    assert 'role.rbac.authorization.k8s.io "missing" not found' in missing.err


@pytest.mark.parametrize(
    ("allowance", "action"),
    [
        (["--verb=escalate,create", "--resource=roles.rbac.authorization.k8s.io"],
         ["create", "role", "more", "--verb=get", "--resource=nodes"]),
        (["--verb=bind", "--resource=clusterroles.rbac.authorization.k8s.io", "--resource-name=cluster-admin"],
         ["create", "rolebinding", "more", "--clusterrole=cluster-admin", "--user=x"]),
    ],
    ids=["escalate", "bind"],
)
def test_unless_it_is_allowed_by_a_verb_of_its_own(cluster, allowance, action):
    cluster.ok("create", "rolebinding", "jane", "--clusterrole=admin", "--user=jane")
    assert cluster(*action, "--as=jane").code == 1
    cluster.ok("create", "clusterrole", "special", *allowance)
    cluster.ok("create", "rolebinding", "special", "--clusterrole=special", "--user=jane")
    cluster.ok(*action, "--as=jane")
