"""``auth reconcile``."""

from __future__ import annotations

import json

import pytest

ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: team, labels: {a: b}}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: rb, namespace: team}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects:
- {kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: passed-over}
"""
CREATED = (
    "role.rbac.authorization.k8s.io/r reconciled\nrolebinding.rbac.authorization.k8s.io/rb reconciled\n",
    "\treconciliation required create\n\tmissing rules added:\n"
    "\t\t{Verbs:[get list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n"
    "\treconciliation required create\n\tmissing subjects added:\n"
    "\t\t{Kind:User APIGroup:rbac.authorization.k8s.io Name:jane Namespace:}\n",
)


def reconcile(cluster, text, *argv):
    said = cluster("auth", "reconcile", "-f", "-", *argv, stdin=text)
    return said.out, said.err


def stored(cluster, kind, name):
    return json.loads(cluster.ok("get", kind, name, "-n", "team", "-o", "json"))


def test_what_is_missing_is_made_with_its_namespace(cluster):
    assert reconcile(cluster, ROLE, "--dry-run=client") == (CREATED[0].replace("reconciled", "reconciled (dry run)"), CREATED[1])
    assert cluster("get", "ns", "team").code == 1
    assert reconcile(cluster, ROLE) == CREATED
    assert reconcile(cluster, ROLE) == (CREATED[0], "")
    assert cluster("get", "configmap", "passed-over").code == 1


@pytest.mark.parametrize(
    ("flags", "verbs", "said"),
    [
        ([], [["get", "list"], ["delete"]], ["missing rules added", "{Verbs:[delete] APIGroups:[] "]),
        (
            ["--remove-extra-permissions"], [["get", "delete"]],
            ["missing rules added", "{Verbs:[delete] ", "extra rules removed", "{Verbs:[list] APIGroups:[] Resources:[pods] "],
        ),
    ],
    ids=["union", "stomped"],
)
def test_rules(cluster, flags, verbs, said):
    reconcile(cluster, ROLE)
    _, err = reconcile(cluster, ROLE.replace("[get, list]", "[get, delete]"), *flags)
    assert [rule["verbs"] for rule in stored(cluster, "role", "r")["rules"]] == verbs
    assert err.startswith("\treconciliation required update\n")
    assert all(each in err for each in said)


@pytest.mark.parametrize(("flags", "names"), [([], ["jane", "joe"]), (["--remove-extra-subjects"], ["joe"])])
def test_subjects(cluster, flags, names):
    reconcile(cluster, ROLE)
    reconcile(cluster, ROLE.replace("jane", "joe"), *flags)
    assert [subject["name"] for subject in stored(cluster, "rolebinding", "rb")["subjects"]] == names


def test_a_binding_to_another_role_is_made_anew(cluster):
    reconcile(cluster, ROLE)
    uid = stored(cluster, "rolebinding", "rb")["metadata"]["uid"]
    _, err = reconcile(cluster, ROLE.replace("kind: Role, name: r", "kind: ClusterRole, name: view"))
    assert err == "\treconciliation required recreate\n"
    binding = stored(cluster, "rolebinding", "rb")
    assert binding["roleRef"]["name"] == "view"
    assert binding["metadata"]["uid"] != uid


def test_one_that_opted_out_stays(cluster):
    reconcile(cluster, ROLE)
    cluster.ok("annotate", "role", "r", "-n", "team", "rbac.authorization.kubernetes.io/autoupdate=false")
    _, err = reconcile(cluster, ROLE.replace("[get, list]", "[delete]"))
    assert err.startswith(
        "\treconciliation required update, but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)\n"
    )
    assert stored(cluster, "role", "r")["rules"][0]["verbs"] == ["get", "list"]


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        ([], "error: must specify one of -f and -k\n"),
        (["-f", "-", "--dry-run=server"], "error: --dry-run=server for command reconcile is not supported yet\n"),
        (["-f", "-", "word"], "error: no arguments are allowed\n"),
    ],
)
def test_refused(cluster, argv, err):
    assert cluster("auth", "reconcile", *argv, stdin=ROLE).err == err
