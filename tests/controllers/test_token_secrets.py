"""Secrets with tokens of ServiceAccounts, and roles that collect rules."""

from __future__ import annotations

import base64
import json

SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: %s, annotations: {kubernetes.io/service-account.name: %s}}
type: kubernetes.io/service-account-token
"""


def test_a_secret_is_filled_and_goes_with_its_account(cluster):
    cluster.ok("create", "sa", "robot")
    cluster.ok("apply", "-f", "-", stdin=SECRET % ("token", "robot"))
    secret = json.loads(cluster.ok("get", "secret", "token", "-o", "json"))
    assert set(secret["data"]) == {"ca.crt", "namespace", "token"}
    assert base64.b64decode(secret["data"]["namespace"]) == b"default"
    account = json.loads(cluster.ok("get", "sa", "robot", "-o", "json"))
    assert secret["metadata"]["annotations"]["kubernetes.io/service-account.uid"] == account["metadata"]["uid"]
    revision = cluster.revision()
    cluster.settle()
    assert cluster.revision() == revision
    cluster.ok("delete", "sa", "robot")
    assert cluster.ok("get", "secrets", "-o", "name") == ""


def test_a_secret_of_nobody_goes(cluster):
    cluster.ok("apply", "-f", "-", stdin=SECRET % ("token", "nobody"))
    assert cluster.ok("get", "secrets", "-o", "name") == ""


def rules_of(cluster, role):
    found = json.loads(cluster.ok("get", "clusterrole", role, "-o", "json"))["rules"] or []
    return [(rule["resources"], rule["verbs"]) for rule in found]


def test_roles_collect_through_others(cluster):
    cluster.ok("create", "clusterrole", "x", "--verb=get", "--resource=leases")
    own = (["leases"], ["get"])
    assert own not in rules_of(cluster, "admin")
    cluster.ok("label", "clusterrole", "x", "rbac.authorization.k8s.io/aggregate-to-view=true")
    for role in ("view", "edit", "admin"):
        assert own in rules_of(cluster, role)
    cluster.ok("delete", "clusterrole", "x")
    for role in ("view", "edit", "admin"):
        assert own not in rules_of(cluster, role)


def test_a_role_of_ones_own_collects(cluster):
    cluster.ok("create", "clusterrole", "all", "--aggregation-rule=team=a")
    assert rules_of(cluster, "all") == []
    cluster.ok("create", "clusterrole", "x", "--verb=get", "--resource=pods")
    cluster.ok("label", "clusterrole", "x", "team=a")
    assert rules_of(cluster, "all") == [(["pods"], ["get"])]
    revision = cluster.revision()
    cluster.settle()
    assert cluster.revision() == revision
