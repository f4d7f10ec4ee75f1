"""A Pod's row in ``get pods``: upstream's printPod."""

from __future__ import annotations

from typing import Any

import pytest

from minikctl.kinds.pod.table import row
from minikctl.lib.times import format_time

Obj = dict[str, Any]

NOW = 1_700_000_000.0
RUNNING: Obj = {"ready": True, "state": {"running": {}}}
WAITING: Obj = {"ready": False, "state": {"waiting": {"reason": "ContainerCreating"}}}


def ended(code: int = 0, reason: str = "", **more: Any) -> Obj:
    given = {"reason": reason} if reason else {}
    return {"ready": False, "state": {"terminated": {"exitCode": code, **given, **more}}}


def ago(seconds: float) -> str:
    return format_time(NOW - seconds)


def restarted(count: int, seconds: float | None, base: Obj = RUNNING) -> Obj:
    last = {} if seconds is None else {"lastState": {"terminated": {"finishedAt": ago(seconds)}}}
    return {**base, "restartCount": count, **last}


def pod(
    containers: list[Obj], phase: str = "Running", *, inits: list[Obj] | None = None, sidecars: tuple[int, ...] = (),
    meta: Obj | None = None, **status: Any,
) -> Obj:
    """A Pod with a status a container; ``inits`` those of its init containers, ``sidecars`` which of them stay."""
    inits = inits or []
    init_containers = [
        {"name": f"i{number}", **({"restartPolicy": "Always"} if number in sidecars else {})}
        for number in range(len(inits))
    ]
    spec: Obj = {"containers": [{"name": f"c{number}"} for number in range(len(containers))]}
    if inits:
        spec["initContainers"] = init_containers
    return {
        "metadata": {"name": "p", "creationTimestamp": ago(120), **(meta or {})},
        "spec": spec,
        "status": {
            "phase": phase,
            "containerStatuses": [{"name": f"c{n}", "restartCount": 0, **s} for n, s in enumerate(containers)],
            "initContainerStatuses": [{"name": f"i{n}", "restartCount": 0, **s} for n, s in enumerate(inits)],
            **status,
        },
    }


@pytest.mark.parametrize(("obj", "ready", "status", "restarts"), [
    # -- no init containers
    (pod([RUNNING]), "1/1", "Running", "0"),
    (pod([RUNNING, {**RUNNING, "ready": False}]), "1/2", "Running", "0"),
    (pod([{}], "Pending"), "0/1", "Pending", "0"),
    (pod([WAITING], "Pending"), "0/1", "ContainerCreating", "0"),
    (pod([ended(0, "Completed")], "Succeeded"), "0/1", "Completed", "0"),
    (pod([ended(1, "Error")], "Failed"), "0/1", "Error", "0"),
    (pod([ended(3)], "Failed"), "0/1", "ExitCode:3", "0"),
    (pod([ended(137, signal=9)], "Failed"), "0/1", "Signal:9", "0"),
    (pod([{"state": {"waiting": {}}}]), "0/1", "Running", "0"),
    # The first container that does not run decides.
    (pod([ended(1, "Error"), WAITING]), "0/2", "Error", "0"),
    (pod([RUNNING, WAITING]), "1/2", "ContainerCreating", "0"),
    # One has ended well, another one runs.
    (pod([ended(0, "Completed"), RUNNING]), "1/2", "NotReady", "0"),
    (pod([ended(0, "Completed"), RUNNING], conditions=[{"type": "Ready", "status": "True"}]), "1/2", "Running", "0"),
    # -- restarts
    (pod([restarted(3, 300)]), "1/1", "Running", "3 (5m ago)"),
    (pod([restarted(3, None)]), "1/1", "Running", "3"),
    (pod([restarted(3, 300), restarted(2, 60)]), "2/2", "Running", "5 (60s ago)"),
    (pod([restarted(4, 10, {"state": {"waiting": {"reason": "CrashLoopBackOff"}}})]), "0/1", "CrashLoopBackOff",
     "4 (10s ago)"),
    # -- the status has something to say itself
    (pod([], "Failed", reason="Evicted"), "0/0", "Evicted", "0"),
    (pod([{}], "Pending", conditions=[{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]), "0/1",
     "SchedulingGated", "0"),
    (pod([{}], "Pending", conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]), "0/1",
     "Pending", "0"),
    # -- deletion
    (pod([RUNNING], meta={"deletionTimestamp": ago(0)}), "1/1", "Terminating", "0"),
    (pod([ended(0, "Completed")], "Succeeded", meta={"deletionTimestamp": ago(0)}), "0/1", "Completed", "0"),
    (pod([RUNNING], meta={"deletionTimestamp": ago(0)}, reason="NodeLost"), "1/1", "Unknown", "0"),
    # -- init containers
    (pod([WAITING], "Pending", inits=[{"state": {"running": {}}}]), "0/1", "Init:0/1", "0"),
    (pod([WAITING], "Pending", inits=[ended(), {"state": {"running": {}}}]), "0/1", "Init:1/2", "0"),
    (pod([WAITING], "Pending", inits=[{"state": {"waiting": {"reason": "PodInitializing"}}}]), "0/1", "Init:0/1", "0"),
    (pod([WAITING], "Pending", inits=[{"state": {"waiting": {"reason": "ImagePullBackOff"}}}]), "0/1",
     "Init:ImagePullBackOff", "0"),
    (pod([WAITING], "Pending", inits=[ended(2, "Error")]), "0/1", "Init:Error", "0"),
    (pod([WAITING], "Pending", inits=[ended(2)]), "0/1", "Init:ExitCode:2", "0"),
    (pod([WAITING], "Pending", inits=[ended(2, signal=9)]), "0/1", "Init:Signal:9", "0"),
    (pod([{"state": {"waiting": {"reason": "PodInitializing"}}}], "Pending", inits=[ended()]), "0/1",
     "PodInitializing", "0"),
    (pod([RUNNING], inits=[ended()]), "1/1", "Running", "0"),
    (pod([{**RUNNING, "restartCount": 7}], inits=[restarted(2, 60, ended(1, "Error"))]), "0/1", "Init:Error",
     "2 (60s ago)"),
    # Restarts of init containers are forgotten once they are done.
    (pod([RUNNING], inits=[restarted(2, 60, ended())]), "1/1", "Running", "0"),
    # -- sidecars count
    (pod([RUNNING], inits=[{**RUNNING, "started": True}], sidecars=(0,)), "2/2", "Running", "0"),
    (pod([RUNNING], inits=[{**RUNNING, "started": True, "ready": False}], sidecars=(0,)), "1/2", "Running", "0"),
    (pod([RUNNING], inits=[restarted(2, 60, {**RUNNING, "started": True})], sidecars=(0,)), "2/2", "Running",
     "2 (60s ago)"),
    (pod([WAITING], "Pending", inits=[{**RUNNING, "started": True}, {"state": {"running": {}}}], sidecars=(0,)), "1/2",
     "Init:1/2", "0"),
    (pod([WAITING], "Pending", inits=[{"started": False, "state": {"running": {}}}], sidecars=(0,)), "0/2", "Init:0/1",
     "0"),
    # A sidecar of a Pod that was initialized restarts: the containers run on.
    (pod([RUNNING], inits=[{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}], sidecars=(0,),
         conditions=[{"type": "Initialized", "status": "True"}]), "1/2", "Init:CrashLoopBackOff", "0"),
])
def test_status(obj: Obj, ready: str, status: str, restarts: str) -> None:
    assert row(obj, NOW)[:5] == ("p", ready, status, restarts, "2m")


@pytest.mark.parametrize(("change", "cells"), [
    ({}, ("<none>",) * 4),
    ({"status": {"podIPs": [{"ip": "10.0.0.1"}, {"ip": "::1"}], "podIP": "10.0.0.1"}},
     ("10.0.0.1", "<none>", "<none>", "<none>")),
    ({"spec": {"nodeName": "n1"}, "status": {"nominatedNodeName": "n2"}}, ("<none>", "n1", "n2", "<none>")),
    ({"spec": {"readinessGates": [{"conditionType": "a"}, {"conditionType": "b"}]},
      "status": {"conditions": [{"type": "a", "status": "True"}, {"type": "b", "status": "False"}]}},
     ("<none>", "<none>", "<none>", "1/2")),
])
def test_wide(change: Obj, cells: tuple[str, ...]) -> None:
    obj = pod([])
    obj["spec"].update(change.get("spec", {}))
    obj["status"].update(change.get("status", {}))
    assert row(obj, NOW)[5:] == cells


def test_a_pod_that_nobody_has_looked_at() -> None:
    obj = {"metadata": {"name": "p"}, "spec": {"containers": [{}]}}
    assert row(obj, NOW) == ("p", "0/1", "", "0", "<unknown>", "<none>", "<none>", "<none>", "<none>")
