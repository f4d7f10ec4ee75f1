"""The Leases by which kubelets show that they live."""

from __future__ import annotations

import json

import pytest


def lease_of(cluster, node):
    return json.loads(cluster.ok("get", "lease", node, "-n", "kube-node-lease", "-o", "json"))


def uid_of(cluster, node):
    return cluster.ok("get", "node", node, "-o", "jsonpath={.metadata.uid}")


@pytest.mark.parametrize("node", ["node-1", "node-3"])
def test_the_nodes_of_a_new_state_have_leases(cluster, node):
    found = lease_of(cluster, node)
    assert found["metadata"]["ownerReferences"] == [
        {"apiVersion": "v1", "kind": "Node", "name": node, "uid": uid_of(cluster, node)}
    ]
    assert found["spec"] == {"holderIdentity": node, "leaseDurationSeconds": 40, "renewTime": "2026-01-02T03:04:05.000000Z"}


def test_a_state_with_leases_is_whole_and_at_rest(cluster):
    cluster.settle()
    revision = cluster.revision()
    cluster.settle()
    assert cluster.revision() == revision
    assert "is whole" in cluster.ok("state", "check")


def test_the_uids_of_two_states_differ(cluster, tmp_path):
    one = lease_of(cluster, "node-1")["metadata"]["uid"]
    environ = {"MINIKCTL_STATE": str(tmp_path / "other.db"), "MINIKCTL_SEED": ""}
    other = json.loads(cluster.ok("get", "lease", "node-1", "-n", "kube-node-lease", "-o", "json", **environ))
    assert other["metadata"]["uid"] != one
    assert other["metadata"]["ownerReferences"][0]["uid"] == cluster.ok(
        "get", "node", "node-1", "-o", "jsonpath={.metadata.uid}", **environ
    )


def test_a_lease_goes_with_its_node_and_comes_with_a_new_one(cluster):
    cluster.ok("delete", "node", "node-2")
    cluster.settle()
    assert cluster("get", "lease", "node-2", "-n", "kube-node-lease").code == 1
    cluster.ok("create", "-f", "-", stdin='{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-2"}}')
    cluster.settle()
    assert lease_of(cluster, "node-2")["metadata"]["ownerReferences"][0]["uid"] == uid_of(cluster, "node-2")


def test_a_node_that_comes_back_at_once_keeps_its_lease(cluster):
    cluster.ok("delete", "node", "node-2", "--no-reconcile")
    cluster.ok("create", "--no-reconcile", "-f", "-", stdin='{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-2"}}')
    cluster.settle()
    assert lease_of(cluster, "node-2")["metadata"]["ownerReferences"][0]["uid"] == uid_of(cluster, "node-2")


def test_a_node_that_is_down_was_last_heard_of_when_it_went(cluster):
    cluster.ok("advance", "10m")
    cluster.ok("fault", "node", "node-1", "down")
    cluster.ok("advance", "5m")
    assert lease_of(cluster, "node-1")["spec"]["renewTime"] == "2026-01-02T03:14:05.000000Z"
    assert "  RenewTime:       Fri, 02 Jan 2026 03:14:05" in cluster.ok("describe", "node", "node-1", TZ="UTC")
    cluster.ok("fault", "node", "node-1", "up")
    cluster.settle()
    assert lease_of(cluster, "node-1")["spec"]["renewTime"] == "2026-01-02T03:19:05.000000Z"


SLICE = {
    "apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "s"},
    "spec": {
        "driver": "b.example.com", "nodeName": "node-1", "pool": {"name": "zz", "generation": 1, "resourceSliceCount": 2},
        "devices": [{"name": "a"}, {"name": "b"}],
    },
}


def test_describe_node_tells_of_devices_that_are_on_it_alone(cluster):
    second = {**SLICE, "metadata": {"name": "s2"}, "spec": {**SLICE["spec"], "devices": [{"name": "c"}]}}
    other = {**SLICE, "metadata": {"name": "s3"}, "spec": {**SLICE["spec"], "driver": "a.example.com", "devices": []}}
    elsewhere = {**SLICE, "metadata": {"name": "s4"}, "spec": {**SLICE["spec"], "nodeName": "node-2"}}
    for each in (SLICE, second, other, elsewhere):
        cluster.ok("create", "-f", "-", stdin=json.dumps(each))
    text = cluster.ok("describe", "node", "node-1")
    assert text.partition("Node-Local")[2].partition("System Info")[0] == """ ResourceSlices:
  Driver         Pool  Slices  Devices
  ------         ----  ------  -------
  a.example.com  zz    1       0
  b.example.com  zz    2       3
"""
    assert "Node-Local" not in cluster.ok("describe", "node", "node-3")
