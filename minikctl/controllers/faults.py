"""The controller of Faults: tells of each what it hits, gives nodes the conditions of theirs, removes those that are over.

A node that is down is not heard of: after the grace period its conditions become Unknown, as the node lifecycle
controller does (upstream: ``pkg/controller/nodelifecycle``); pressure is what its kubelet would report.
"""

from __future__ import annotations

from minikctl.api.bootstrap import LEASE_NAMESPACE
from minikctl.controllers.base import Controller
from minikctl.kinds.fault import RESOURCE
from minikctl.kinds.fault.matching import began_at, is_active, over_at, sentence, sort_of, what
from minikctl.lib.times import format_micro_time, format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

#: seconds without a heartbeat after which a node's conditions become Unknown (upstream: --node-monitor-grace-period)
GRACE = 50.0
UNKNOWN_REASON, UNKNOWN_MESSAGE = "NodeStatusUnknown", "Kubelet stopped posting node status."
#: of each condition: (status, reason, message) while all is well, and under pressure
CONDITIONS = {
    "MemoryPressure": (
        ("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
    ),
    "DiskPressure": (
        ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("True", "KubeletHasDiskPressure", "kubelet has disk pressure"),
    ),
    "PIDPressure": (("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),) * 2,
    "Ready": (("True", "KubeletReady", "kubelet is posting ready status"),) * 2,
}


class Faults(Controller):
    """Keys are ``fault/NAME`` and ``node/NAME``."""

    name = "faults"
    field_manager = "minikctl"
    watches = (RESOURCE,)

    def keys(self, change: Change, context: Context) -> Iterable[str]:  # noqa: ARG002 - the hook's signature
        """The fault, and the node that it hits or hit."""
        yield f"fault/{change.name}"
        yield from _node_keys(change)

    def sync(self, context: Context, key: str) -> None:
        """Bring a fault or a node to where time has taken it."""
        sort, _, name = key.partition("/")
        if sort == "node":
            _sync_node(context, key, name)
            return
        fault = context.get(RESOURCE, "", name)
        if fault is None:
            return
        if not (fault.get("status") or {}).get("lastStruckTime") and "status" not in fault:
            _announce(context, fault)
        end = over_at(fault)
        if end is None:
            return
        if end > context.now():
            context.requeue_after(key, end - context.now())
            return
        target = _target(context, fault)
        if target is not None:
            context.event(target, "Normal", "FaultOver", f"{what(fault)} is over", "minikctl")
        context.delete(RESOURCE, "", name, uid=fault["metadata"]["uid"])
        if "node" in fault["spec"]:  # at once, so that the kubelet finds the node well when it hears of the end
            node = fault["spec"]["node"]["name"]
            _sync_node(context, f"node/{node}", node)


def _node_keys(change: Change) -> Iterator[str]:
    for fault in (change.before, change.after):
        node = fault["spec"].get("node") if fault is not None else None
        if node:
            yield f"node/{node['name']}"


def _announce(context: Context, fault: Obj) -> None:
    """Say to what is hit that it is, once."""
    context.update_status({**fault, "status": {"struck": 0}})
    target = _target(context, fault)
    if target is not None:
        context.event(target, "Warning", "Fault", f"{what(fault)}: {sentence(fault)}", "minikctl")


def _target(context: Context, fault: Obj) -> Obj | None:
    """The object that is hit; the fault itself where it hits none by name."""
    sort, part = sort_of(fault)
    if sort == "node":
        return context.get("nodes", "", part["name"])
    if sort == "pod":
        return context.get("pods", part.get("namespace") or "default", part["name"])
    return fault


# ---------------------------------------------------------------------------------------------------------------------
# Nodes
# ---------------------------------------------------------------------------------------------------------------------


def _sync_node(context: Context, key: str, name: str) -> None:
    node = context.get("nodes", "", name)
    if node is None:
        return
    now = context.now()
    faults = [
        fault for fault in context.list(RESOURCE)
        if (fault["spec"].get("node") or {}).get("name") == name and is_active(fault, now)
    ]
    since = min((began_at(fault) for fault in faults if what(fault) == "Down"), default=None)
    if since is not None and now < since + GRACE:
        context.requeue_after(key, since + GRACE - now)
    if since is not None:
        _note_heartbeat(context, name, since)
    if since is None:
        conditions = reported_conditions(node, {what(fault) for fault in faults}, now)
    elif now >= since + GRACE:
        conditions = lost_conditions(node, now)
    else:
        return
    status = node.get("status") or {}
    if conditions != (status.get("conditions") or []):
        node["status"] = {**status, "conditions": conditions}
        context.update_status(node)
        if since is None:
            _note_heartbeat(context, name, now)


def _note_heartbeat(context: Context, name: str, time: float) -> None:
    """Write into the node's Lease when its kubelet was last heard of (it is no news while all is well)."""
    lease = context.get("leases.coordination.k8s.io", LEASE_NAMESPACE, name)
    if lease is not None and (lease.get("spec") or {}).get("renewTime") != format_micro_time(time):
        context.update({**lease, "spec": {**(lease.get("spec") or {}), "renewTime": format_micro_time(time)}})


def reported_conditions(node: Obj, pressures: set[str], now: float) -> list[Obj]:
    """The conditions of a node whose kubelet answers: pressures as they are, and what was lost known again."""
    def reported(condition: Obj) -> Obj:
        kind = condition["type"]
        if kind not in CONDITIONS or (kind == "Ready" and condition.get("reason") != UNKNOWN_REASON):
            return condition
        wanted = CONDITIONS[kind][1 if kind in pressures else 0]
        return condition if condition["status"] == wanted[0] else _changed(condition, wanted, now)

    return [reported(condition) for condition in (node.get("status") or {}).get("conditions") or ()]


def lost_conditions(node: Obj, now: float) -> list[Obj]:
    """The conditions of a node that is not heard of any more."""
    return [
        condition if condition["status"] == "Unknown" or condition["type"] not in CONDITIONS
        else {**_changed(condition, ("Unknown", UNKNOWN_REASON, UNKNOWN_MESSAGE), now),
              "lastHeartbeatTime": condition.get("lastHeartbeatTime")}
        for condition in (node.get("status") or {}).get("conditions") or ()
    ]


def _changed(condition: Obj, wanted: tuple[str, str, str], now: float) -> Obj:
    status, reason, message = wanted
    time = format_time(now)
    return {
        **condition, "status": status, "reason": reason, "message": message, "lastHeartbeatTime": time,
        "lastTransitionTime": time,
    }


CONTROLLER = Faults
