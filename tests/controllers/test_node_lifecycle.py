"""Nodes as time goes by: taints that follow from conditions, Pods that leave, Pods of nodes that are gone, new nodes."""

from __future__ import annotations

import pytest
from scheduling import Nodes, node, pod

from minikctl.controllers.nodelifecycle.eviction import minimum_seconds
from minikctl.controllers.nodelifecycle.taints import with_taints

NOW = "2026-06-01T12:00:00Z"


def tainted(key, effect="NoSchedule", **fields):
    return {"key": key, "effect": effect, **fields}


def of(*conditions, taints=(), unschedulable=False):
    spec = {"taints": list(taints)} if taints else {}
    if unschedulable:
        spec["unschedulable"] = True
    return {"spec": spec, "status": {"conditions": [{"type": kind, "status": status} for kind, status in conditions]}}


KEPT = tainted("mine", "NoExecute", value="x")
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
TAINTS = [
    (of(("Ready", "True")), []),
    (of(("Ready", "True"), taints=[KEPT]), [("mine", "NoExecute")]),
    (of(("Ready", "True"), taints=[tainted(NOT_READY), tainted(NOT_READY, "NoExecute")]), []),
    (of(("Ready", "False")), [(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]),
    (of(("Ready", "Unknown"), taints=[tainted(NOT_READY)]), [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]),
    (of(("Ready", "True"), ("DiskPressure", "True")), [("node.kubernetes.io/disk-pressure", "NoSchedule")]),
    (of(("Ready", "True"), ("PIDPressure", "Unknown")), []),
    (of(("Ready", "True"), unschedulable=True, taints=[KEPT]),
     [("mine", "NoExecute"), ("node.kubernetes.io/unschedulable", "NoSchedule")]),
    (of(("Ready", "True"), taints=[tainted("node.kubernetes.io/unschedulable")]), []),
]


@pytest.mark.parametrize(("obj", "expected"), TAINTS)
def test_taints_follow_from_conditions(obj, expected):
    assert [(each["key"], each["effect"]) for each in with_taints(obj, NOW)] == expected


def test_a_taint_that_is_there_keeps_its_time():
    old = tainted(NOT_READY, timeAdded="2026-01-01T00:00:00Z")
    first, second = with_taints(of(("Ready", "False"), taints=[old]), NOW)
    assert (first, second["timeAdded"]) == (old, NOW)


@pytest.mark.parametrize(("seconds", "expected"), [([], None), ([None], None), ([300, 60, None], 60.0), ([-5], 0.0), ([0], 0.0)])
def test_the_shortest_toleration_counts(seconds, expected):
    assert minimum_seconds([{} if each is None else {"tolerationSeconds": each} for each in seconds]) == expected


@pytest.fixture
def cluster(tmp_path):
    return Nodes(tmp_path, [node("a"), node("b")])


def taint(cluster, name, *taints):
    found = cluster.api.get("nodes", "", name)
    found["spec"]["taints"] = list(taints)
    cluster.api.update(found, client=True)
    cluster.settle()


def ready(cluster, name, status):
    found = cluster.api.get("nodes", "", name)
    found["status"]["conditions"] = [{"type": "Ready", "status": status}]
    cluster.api.update_status(found)
    cluster.settle()


def advance(cluster, seconds):
    cluster.reconciler.advance_to(cluster.api.now() + seconds)


def tolerating(name, **fields):
    return pod(name, on="a", tolerations=[{"key": "k", "operator": "Exists", "effect": "NoExecute", **fields}])


def test_pods_leave_a_node_that_they_do_not_tolerate(cluster):
    cluster.add(pod("stays-out", on="a"), tolerating("stays"), tolerating("a-while", tolerationSeconds=60), pod("other", on="b"))
    taint(cluster, "a", tainted("k", "NoExecute"))
    there = [name for name in ("stays-out", "stays", "a-while", "other") if cluster.pod(name)]
    assert there == ["stays", "a-while", "other"]
    advance(cluster, 59)
    taint(cluster, "a", tainted("k", "NoExecute"), tainted("more"))
    assert cluster.pod("a-while")
    advance(cluster, 1)
    assert (cluster.pod("a-while"), cluster.pod("stays") is None) == (None, False)
    events = [each["message"] for each in cluster.api.list("events", "default") if each["reason"] == "TaintManagerEviction"]
    assert events == [f"Marking for deletion Pod default/{name}" for name in ("stays-out", "a-while")] or len(events) == 2


def test_a_taint_that_is_taken_back_in_time_does_nothing(cluster):
    cluster.add(tolerating("p", tolerationSeconds=60))
    taint(cluster, "a", tainted("k", "NoExecute"))
    advance(cluster, 30)
    taint(cluster, "a")
    advance(cluster, 300)
    assert cluster.where("p") == "a"


def test_a_pod_that_comes_to_a_tainted_node_leaves_it(cluster):
    taint(cluster, "a", tainted("k", "NoExecute"))
    cluster.add(tolerating("p", tolerationSeconds=10))
    assert cluster.where("p") == "a"
    advance(cluster, 10)
    assert cluster.pod("p") is None


def test_pods_of_a_node_that_is_not_ready_get_no_traffic_and_leave_after_five_minutes(cluster):
    cluster.add(pod(on="a"))
    ready(cluster, "a", "False")
    conditions = {each["type"]: each["status"] for each in cluster.pod("p")["status"]["conditions"]}
    assert conditions["Ready"] == "False"
    advance(cluster, 299)
    assert "deletionTimestamp" not in cluster.pod("p")["metadata"]
    advance(cluster, 1)
    gone = cluster.pod("p")
    assert "deletionTimestamp" in gone["metadata"], "it stays until its kubelet has ended it"
    reasons = [each.get("reason") for each in gone["status"]["conditions"] if each["type"] == "DisruptionTarget"]
    assert reasons == ["DeletionByTaintManager"]
    ready(cluster, "a", "True")
    advance(cluster, 60)
    assert (cluster.pod("p"), cluster.api.get("nodes", "", "a")["spec"].get("taints") or []) == (None, [])


def test_pods_of_a_node_that_is_gone_go_after_a_while(cluster):
    cluster.add(pod(on="a"), pod("other", on="b"))
    cluster.api.delete("nodes", "", "a")
    cluster.settle()
    advance(cluster, 39)
    assert cluster.where("p") == "a"
    advance(cluster, 1)
    assert (cluster.pod("p"), cluster.where("other")) == (None, "b")


def test_a_node_that_comes_back_keeps_its_pods(cluster):
    cluster.add(pod(on="a"))
    cluster.api.delete("nodes", "", "a")
    cluster.settle()
    advance(cluster, 20)
    cluster.add(node("a"))
    advance(cluster, 60)
    assert cluster.where("p") == "a"


def test_a_pod_for_a_node_that_never_was_goes_too(cluster):
    cluster.add(pod(on="nowhere"))
    advance(cluster, 40)
    assert cluster.pod("p") is None


def test_a_new_node_becomes_ready_and_takes_pods(cluster):
    for name in ("a", "b"):
        cluster.api.delete("nodes", "", name)
    cluster.add(pod())
    created = cluster.add({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "new", "labels": {"disk": "ssd"}}})
    conditions = {each["type"]: each["status"] for each in created["status"]["conditions"]}
    assert (conditions["Ready"], created["spec"].get("taints") or []) == ("True", [])
    assert created["metadata"]["labels"]["disk"] == "ssd"
    assert created["metadata"]["labels"]["kubernetes.io/hostname"] == "new"
    assert created["status"]["capacity"] == {"cpu": "8", "memory": "32Gi", "pods": "110"}
    assert cluster.where("p") == "new"


def test_new_nodes_have_ranges_of_their_own(cluster):
    for name in ("x", "y"):
        cluster.add({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": {"capacity": {"cpu": "2", "pods": "5"}}})
    nodes = [cluster.api.get("nodes", "", name) for name in ("x", "y")]
    assert len({each["spec"]["podCIDR"] for each in nodes}) == 2
    assert [each["status"]["allocatable"] for each in nodes] == [{"cpu": "2", "pods": "5"}] * 2
