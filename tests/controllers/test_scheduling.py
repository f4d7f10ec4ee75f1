"""The scheduler: which nodes refuse a Pod, in upstream's words, and which one is taken."""

from __future__ import annotations

import json

import pytest

from minikctl.controllers.scheduler.diagnosis import Diagnosis, without_room
from minikctl.controllers.scheduler.filters import tolerates


def node(name, cpu="4", memory="8Gi", pods="110", *, labels=None, taints=None, unschedulable=False):
    amounts = {"cpu": cpu, "memory": memory, "pods": pods}
    spec = {"taints": taints} if taints else {}
    if unschedulable:
        spec["unschedulable"] = True
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}},
        "spec": spec,
        "status": {
            "allocatable": amounts, "capacity": amounts, "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def pod(name="p", **spec):
    requests = spec.pop("requests", None)
    container = {"name": "c", "image": "x"}
    if requests:
        container["resources"] = {"requests": requests}
    if "ports" in spec:
        container["ports"] = spec.pop("ports")
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [container], **spec}}


@pytest.fixture
def place(cluster):
    """Put nodes and Pods into an empty cluster; gives the node and the scheduler's message of the last Pod."""

    def run(nodes, *pods):
        cluster.ok("init", "--nodes", "0")
        cluster.ok("create", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": nodes}))
        for each in pods:
            cluster.ok("create", "-f", "-", stdin=json.dumps(each))
            cluster.settle()
        found = json.loads(cluster.ok("get", "pod", pods[-1]["metadata"]["name"], "-o", "json"))
        scheduled = next((c for c in found.get("status", {}).get("conditions", []) if c["type"] == "PodScheduled"), {})
        return found["spec"].get("nodeName"), scheduled.get("message", "")

    return run


HELPLESS = "no new claims to deallocate, preemption: 0/{n} nodes are available: {n} Preemption is not helpful for scheduling."
VICTIMLESS = "no new claims to deallocate, preemption: 0/{n} nodes are available: {n} No preemption victims found for incoming pod."

REFUSALS = [
    ([node("a"), node("b")], pod(requests={"cpu": "8"}), "0/2 nodes are available: 2 Insufficient cpu. " + HELPLESS.format(n=2)),
    (
        [node("a")], pod(requests={"cpu": "8", "memory": "32Gi"}),
        "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. " + HELPLESS.format(n=1),
    ),
    (
        [node("a")], pod(nodeSelector={"disk": "ssd"}),
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. " + HELPLESS.format(n=1),
    ),
    (
        [node("a", unschedulable=True)], pod(), "0/1 nodes are available: 1 node(s) were unschedulable. " + HELPLESS.format(n=1),
    ),
    (
        [node("a", taints=[{"key": "k", "value": "v", "effect": "NoSchedule"}]), node("b", labels={"x": "y"})],
        pod(nodeSelector={"disk": "ssd"}),
        "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s). "
        + HELPLESS.format(n=2),
    ),
]


@pytest.mark.parametrize(("nodes", "wanted", "message"), REFUSALS)
def test_refusals(place, nodes, wanted, message):
    assert place(nodes, wanted) == (None, message)


def test_no_nodes(place, cluster):
    cluster.ok("init", "--nodes", "0")
    cluster.ok("create", "-f", "-", stdin=json.dumps(pod()))
    cluster.settle()
    found = json.loads(cluster.ok("get", "pod", "p", "-o", "json"))
    assert found["status"]["conditions"][0]["message"] == "no nodes available to schedule pods"


def test_what_others_have_taken_counts(place):
    taken = pod("first", requests={"cpu": "3"})
    assert place([node("a")], taken, pod(requests={"cpu": "2"})) == (
        None, "0/1 nodes are available: 1 Insufficient cpu. " + VICTIMLESS.format(n=1),
    )


def test_too_many_pods(place):
    assert place([node("a", pods="1")], pod("first"), pod()) == (
        None, "0/1 nodes are available: 1 Too many pods. " + VICTIMLESS.format(n=1),
    )


def test_a_host_port_is_taken_once_a_node(place):
    port = [{"containerPort": 80, "hostPort": 80}]
    assert place([node("a")], pod("first", ports=port), pod(ports=port)) == (
        None, "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. " + VICTIMLESS.format(n=1),
    )


def test_the_emptier_node_is_taken(place):
    assert place([node("a"), node("b")], pod("first", requests={"cpu": "2"}), pod(requests={"cpu": "1"}))[0] == "b"


def test_pods_spread(place):
    assert place([node("a"), node("b"), node("c")], pod("1"), pod("2"), pod("3"))[0] == "c"


def test_a_pod_that_waits_is_placed_when_a_node_comes(place, cluster):
    assert place([node("a")], pod(nodeSelector={"disk": "ssd"}))[0] is None
    cluster.ok("label", "node", "a", "disk=ssd")
    cluster.settle()
    assert cluster.ok("get", "pod", "p", "-o", "jsonpath={.spec.nodeName}") == "a"


def test_a_pod_that_waits_is_placed_when_another_leaves_room(place, cluster):
    assert place([node("a")], pod("first", requests={"cpu": "3"}), pod(requests={"cpu": "2"}))[0] is None
    cluster.ok("delete", "pod", "first")
    cluster.settle()
    assert cluster.ok("get", "pod", "p", "-o", "jsonpath={.spec.nodeName}") == "a"


def test_scheduling_gates_hold_a_pod(cluster):
    cluster.ok("create", "-f", "-", stdin=json.dumps(pod(schedulingGates=[{"name": "example.com/wait"}])))
    cluster.settle()
    assert cluster.ok("get", "pod", "p", "--no-headers").split()[2] == "SchedulingGated"


TOLERATIONS = [
    ([], False),
    ([{"operator": "Exists"}], True),
    ([{"key": "k", "operator": "Exists"}], True),
    ([{"key": "k", "operator": "Exists", "effect": "NoExecute"}], False),
    ([{"key": "k", "operator": "Exists", "effect": "NoSchedule"}], True),
    ([{"key": "k", "value": "v"}], True),
    ([{"key": "k", "value": "w"}], False),
    ([{"key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"}], True),
    ([{"key": "other", "operator": "Exists"}], False),
    ([{"key": "k"}], False),
    ([{"key": "other", "operator": "Exists"}, {"key": "k", "value": "v"}], True),
]


@pytest.mark.parametrize(("tolerations", "expected"), TOLERATIONS)
def test_tolerations(tolerations, expected):
    assert tolerates(tolerations, {"key": "k", "value": "v", "effect": "NoSchedule"}) is expected


def test_reasons_are_sorted_as_texts_with_their_numbers():
    diagnosis = Diagnosis(20)
    refusals = [(["b"], False)] * 10 + [(["a"], False)] * 9 + [(["c", "a"], True)]
    diagnosis.nodes = {f"node-{number}": refusal for number, refusal in enumerate(refusals)}
    assert diagnosis.resolvable == ["node-19"]
    assert diagnosis.message(without_room(diagnosis, {"node-19": ["No preemption victims found for incoming pod"]})) == (
        "0/20 nodes are available: 1 c, 10 a, 10 b. no new claims to deallocate, preemption: 0/20 nodes are available: "
        "1 No preemption victims found for incoming pod, 19 Preemption is not helpful for scheduling."
    )
