"""What others ask about Pods: conditions, readiness, resources, and which go first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.kinds.podspec import status
from minikctl.kinds.podspec.resources import compute_qos_class, pod_limits, pod_requests, qos_class
from minikctl.lib.times import format_time

Obj = dict[str, Any]

NOW = 1_700_000_000.0


def ago(seconds: float) -> str:
    return format_time(NOW - seconds)


def pod(name: str = "p", *, ready: float | None = None, created: float = 1000, **changes: Any) -> Obj:
    """A Pod that runs on a node; ``ready``: seconds since when, ``changes``: of metadata, spec and status."""
    conditions = [] if ready is None else [{"type": "Ready", "status": "True", "lastTransitionTime": ago(ready)}]
    return {
        "metadata": {"name": name, "uid": name, "creationTimestamp": ago(created), **changes.get("metadata", {})},
        "spec": {"nodeName": "n", **changes.get("spec", {})},
        "status": {"phase": "Running", "conditions": conditions, **changes.get("status", {})},
    }


# -- conditions -------------------------------------------------------------------------------------------------------


def test_a_new_condition() -> None:
    found: Obj = {}
    assert status.set_pod_condition(found, {"type": "Ready", "status": "True"}, NOW)
    assert found["conditions"] == [
        {"type": "Ready", "status": "True", "lastProbeTime": None, "lastTransitionTime": ago(0)}
    ]


def test_a_condition_keeps_its_time_until_its_status_changes() -> None:
    found: Obj = {}
    status.set_pod_condition(found, {"type": "Ready", "status": "True"}, NOW - 60)
    assert not status.set_pod_condition(found, {"type": "Ready", "status": "True"}, NOW)
    assert status.set_pod_condition(found, {"type": "Ready", "status": "True", "reason": "r"}, NOW)
    assert found["conditions"][0]["lastTransitionTime"] == ago(60)
    assert status.set_pod_condition(found, {"type": "Ready", "status": "False"}, NOW)
    assert found["conditions"] == [
        {"type": "Ready", "status": "False", "lastProbeTime": None, "lastTransitionTime": ago(0)}
    ]


@pytest.mark.parametrize(("since", "least", "available", "after"), [
    (None, 0, False, None), (5, 0, True, 0.0), (5, 10, False, 5.0), (10, 10, True, 0.0),
])
def test_available(since: float | None, least: int, *, available: bool, after: float | None) -> None:
    one = pod(ready=since)
    assert status.is_pod_available(one, least, NOW) is available
    assert status.available_after(one, least, NOW) == after


def test_ready_without_a_time_is_not_available_when_it_has_to_last() -> None:
    one = pod(status={"conditions": [{"type": "Ready", "status": "True"}]})
    assert status.is_pod_available(one, 0, NOW)
    assert not status.is_pod_available(one, 1, NOW)
    assert status.available_after(one, 1, NOW) is None


@pytest.mark.parametrize(("phase", "deleted", "active", "terminal", "terminating"), [
    ("Running", None, True, False, False), ("Pending", None, True, False, False), ("Failed", None, False, True, False),
    ("Succeeded", "t", False, True, False), ("Running", "t", False, False, True),
])
def test_active(phase: str, deleted: str | None, *, active: bool, terminal: bool, terminating: bool) -> None:
    one = pod(status={"phase": phase}, metadata={"deletionTimestamp": deleted} if deleted else {})
    assert status.is_pod_active(one) is active
    assert status.is_pod_terminal(one) is terminal
    assert status.is_pod_terminating(one) is terminating


# -- which go first ---------------------------------------------------------------------------------------------------

COST = "controller.kubernetes.io/pod-deletion-cost"


@pytest.mark.parametrize(("first", "second"), [
    (pod(spec={"nodeName": ""}), pod()),
    (pod(status={"phase": "Pending"}), pod(status={"phase": "Unknown"})),
    (pod(status={"phase": "Unknown"}), pod()),
    (pod(), pod(ready=5)),
    (pod(metadata={"annotations": {COST: "-1"}}), pod()),
    (pod(), pod(metadata={"annotations": {COST: "5"}})),
    (pod(ready=5), pod(ready=500)),
    (pod(status={"containerStatuses": [{"restartCount": 3}]}), pod()),
    (pod(created=10), pod(created=1000)),
    (pod(metadata={"creationTimestamp": None}), pod()),
])
def test_the_order_of_deletion(first: Obj, second: Obj) -> None:
    assert status.compare_pods_for_deletion([second, first], now=NOW) == [first, second]
    assert status.compare_pods_for_deletion([first, second], now=NOW) == [first, second]


def test_pods_that_share_a_node_go_before_those_alone() -> None:
    crowded, alone = pod("a", ready=100), pod("b", ready=100)
    assert status.compare_pods_for_deletion([alone, crowded], [1, 2], NOW) == [crowded, alone]


def test_ages_of_one_power_of_two_are_alike_and_the_uid_decides() -> None:
    older, younger = pod("a", ready=1000), pod("b", ready=900)
    assert status.compare_pods_for_deletion([younger, older], now=NOW) == [older, younger]
    assert status.compare_pods_for_deletion([older, younger]) == [younger, older]


@pytest.mark.parametrize(("text", "cost"), [
    ("0", 0), ("-5", -5), ("2147483647", 2147483647), ("2147483648", None), ("+5", None), ("010", None), ("x", None),
    ("", None), ("-", None), ("1.5", None),
])
def test_costs(text: str, cost: int | None) -> None:
    assert status.parse_deletion_cost(text) == cost
    assert status.deletion_cost({"metadata": {"annotations": {COST: text}}}) == (cost or 0)


@settings(max_examples=50)
@given(st.lists(st.builds(
    lambda phase, ready, created, restarts: pod(
        ready=ready, created=created, status={"phase": phase, "containerStatuses": [{"restartCount": restarts}]},
    ),
    st.sampled_from(["Running", "Pending"]), st.sampled_from([None, 1, 50, 60]), st.integers(1, 3), st.integers(0, 2),
), max_size=6))
def test_the_order_is_one_whatever_came_first(pods: list[Obj]) -> None:
    for number, one in enumerate(pods):
        one["metadata"]["uid"] = str(number)

    def facts(ordered: list[Obj]) -> list[tuple[Any, ...]]:
        return [(p["status"]["phase"], p["metadata"]["creationTimestamp"]) for p in ordered]

    ordered = status.compare_pods_for_deletion(pods)
    assert facts(status.compare_pods_for_deletion(ordered[::-1])) == facts(ordered)


# -- resources --------------------------------------------------------------------------------------------------------


def asks(cpu: str | None = None, limit: str | None = None, **more: Any) -> Obj:
    resources: Obj = {}
    if cpu:
        resources["requests"] = {"cpu": cpu}
    if limit:
        resources["limits"] = {"cpu": limit}
    return {"name": "c", "resources": resources, **more}


@pytest.mark.parametrize(("spec", "requests", "limits"), [
    ({"containers": [asks("1", "2"), asks("500m")]}, {"cpu": "1500m"}, {"cpu": "2"}),
    ({"containers": [asks("1")], "initContainers": [asks("3"), asks("2")]}, {"cpu": "3"}, {}),
    # Sidecars run beside the containers, and beside the init containers after them.
    ({"containers": [asks("1")], "initContainers": [asks("1", restartPolicy="Always"), asks("3")]}, {"cpu": "4"}, {}),
    ({"containers": [asks("1")], "initContainers": [asks("3"), asks("1", restartPolicy="Always")]}, {"cpu": "3"}, {}),
    ({"containers": [asks("1")], "initContainers": [asks("5", restartPolicy="Always"), asks("2")]}, {"cpu": "7"}, {}),
    ({"containers": [asks("1", "2")], "overhead": {"cpu": "100m", "memory": "1Mi"}},
     {"cpu": "1100m", "memory": "1Mi"}, {"cpu": "2100m"}),
    ({"containers": [asks("1", "2")], "resources": {"requests": {"cpu": "3", "x/y": "1"}, "limits": {"cpu": "4"}}},
     {"cpu": "3"}, {"cpu": "4"}),
    ({"containers": []}, {}, {}),
])
def test_what_a_pod_asks_for(spec: Obj, requests: Obj, limits: Obj) -> None:
    one = {"spec": spec}
    assert {name: str(amount) for name, amount in pod_requests(one).items()} == requests
    assert {name: str(amount) for name, amount in pod_limits(one).items()} == limits


BOTH = {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize(("spec", "expected"), [
    ({"containers": [{}]}, "BestEffort"),
    ({"containers": [{"resources": {"limits": {"nvidia.com/gpu": "1"}}}]}, "BestEffort"),
    ({"containers": [{"resources": {"requests": {"cpu": "0"}}}]}, "BestEffort"),
    ({"containers": [{"resources": {"requests": {"cpu": "1"}}}]}, "Burstable"),
    ({"containers": [{"resources": {"requests": BOTH, "limits": BOTH}}]}, "Guaranteed"),
    ({"containers": [{"resources": {"requests": BOTH, "limits": {**BOTH, "cpu": "1000m"}}}]}, "Guaranteed"),
    ({"containers": [{"resources": {"requests": BOTH, "limits": BOTH}}, {}]}, "Burstable"),
    ({"containers": [{"resources": {"requests": {"cpu": "1"}, "limits": BOTH}}]}, "Burstable"),
    ({"containers": [{"resources": {"requests": BOTH, "limits": BOTH}}], "initContainers": [{}]}, "Burstable"),
    ({"containers": [{}], "resources": {"requests": BOTH, "limits": BOTH}}, "Guaranteed"),
])
def test_qos(spec: Obj, expected: str) -> None:
    assert compute_qos_class(spec) == expected
    assert qos_class({"spec": spec}) == expected
    assert qos_class({"spec": spec, "status": {"qosClass": "Recorded"}}) == "Recorded"
