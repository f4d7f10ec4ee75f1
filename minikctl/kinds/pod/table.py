"""A Pod's row in the table of ``get pods``.

Upstream: ``printPod`` in ``pkg/printers/internalversion/printers.go``. Only this module, and what prints times, is
loaded for ``get pods``.
"""

from __future__ import annotations

from minikctl.lib.times import age

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj

#: why a Pod is Unknown when its node is lost
NODE_UNREACHABLE = "NodeLost"


def row(pod: Obj, now: float) -> Sequence[str]:
    """The cells NAME to READINESS GATES."""
    metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
    ready, total, reason, restarts, last_restart = summarize(pod)
    shown = str(restarts)
    if restarts and last_restart:
        shown = f"{restarts} ({age(last_restart, now)} ago)"
    addresses = status.get("podIPs")
    return (
        metadata["name"],
        f"{ready}/{total}",
        reason,
        shown,
        age(metadata.get("creationTimestamp"), now),
        (addresses[0].get("ip") if addresses else None) or "<none>",
        spec.get("nodeName") or "<none>",
        status.get("nominatedNodeName") or "<none>",
        _readiness_gates(spec, status) if spec.get("readinessGates") else "<none>",
    )


def summarize(pod: Obj) -> tuple[int, int, str, int, str]:
    """Containers that are ready, containers that count, STATUS, restarts, and when the last of them was ("" for never).

    Sidecars count as containers; other init containers only show in STATUS while they have not ended.
    """
    spec, status = pod["spec"], pod.get("status") or {}
    phase = status.get("phase", "")
    reason = status.get("reason") or phase
    conditions = status.get("conditions") or ()
    for condition in conditions:
        if condition.get("reason") == "SchedulingGated" and condition.get("type") == "PodScheduled":
            reason = "SchedulingGated"
    total, ready, restarts, last_restart = len(spec.get("containers") or ()), 0, 0, ""
    initializing = False
    if spec.get("initContainers"):
        start = _Start(spec["initContainers"], status.get("initContainerStatuses") or ())
        total += len(start.sidecars)
        ready = start.ready
        reason = start.reason or reason
        initializing = bool(start.reason) and not _is_true("Initialized", conditions)
        restarts, last_restart = start.all_restarts if initializing else start.sidecar_restarts
    if not initializing:
        reason, running, more, last = _containers(status.get("containerStatuses") or (), reason)
        ready += running
        restarts += more
        last_restart = max(last_restart, last)
        # One container has ended well, another one runs.
        if reason == "Completed" and running:
            reason = "Running" if _is_true("Ready", conditions) else "NotReady"
    if pod["metadata"].get("deletionTimestamp"):
        reason = _reason_while_deleted(status, reason)
    return ready, total, reason, restarts, last_restart


def _reason_while_deleted(status: Obj, reason: str) -> str:
    if status.get("reason") == NODE_UNREACHABLE:
        return "Unknown"
    return reason if status.get("phase") in ("Succeeded", "Failed") else "Terminating"


def _containers(statuses: Sequence[Obj], reason: str) -> tuple[str, int, int, str]:
    """STATUS as the containers have it (the first that does not run decides), running ones, restarts, the last one."""
    running = restarts = 0
    last_restart = ""
    for status in reversed(statuses):
        restarts += status.get("restartCount", 0)
        last_restart = max(last_restart, _last_end(status))
        state = status.get("state") or {}
        waiting, terminated = state.get("waiting"), state.get("terminated")
        if waiting and waiting.get("reason"):
            reason = waiting["reason"]
        elif terminated is not None:
            reason = terminated.get("reason") or _exit_text(terminated)
        elif status.get("ready") and state.get("running") is not None:
            running += 1
    return reason, running, restarts, last_restart


class _Start:
    """What the init containers say: the first that has not done its work decides about STATUS.

    ``reason`` is "" when all have; restarts are (how many, when the last), of all that were looked at and of sidecars.
    """

    __slots__ = ("all_restarts", "ready", "reason", "sidecar_restarts", "sidecars")

    def __init__(self, containers: Sequence[Obj], statuses: Sequence[Obj]) -> None:
        self.sidecars = {c.get("name") for c in containers if c.get("restartPolicy") == "Always"}
        self.ready = 0
        self.reason = ""
        self.all_restarts = self.sidecar_restarts = (0, "")
        for index, status in enumerate(statuses):
            is_sidecar = status.get("name") in self.sidecars
            self.all_restarts = _with_restarts(self.all_restarts, status)
            if is_sidecar:
                self.sidecar_restarts = _with_restarts(self.sidecar_restarts, status)
            terminated = (status.get("state") or {}).get("terminated")
            if terminated is not None and not terminated.get("exitCode"):
                continue
            if is_sidecar and status.get("started"):
                self.ready += bool(status.get("ready"))
                continue
            self.reason = "Init:" + _init_text(status, index, len(containers))
            break


def _with_restarts(restarts: tuple[int, str], status: Obj) -> tuple[int, str]:
    return restarts[0] + status.get("restartCount", 0), max(restarts[1], _last_end(status))


def _init_text(status: Obj, index: int, count: int) -> str:
    """Why an init container has not done its work, or which one it is of how many."""
    state = status.get("state") or {}
    terminated = state.get("terminated")
    if terminated is not None:
        return str(terminated.get("reason") or _exit_text(terminated))
    reason = (state.get("waiting") or {}).get("reason")
    return str(reason) if reason and reason != "PodInitializing" else f"{index}/{count}"


def _exit_text(terminated: Obj) -> str:
    """How a container ended that gives no reason."""
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _last_end(status: Obj) -> str:
    """When the run before this one ended. Times of one form: their texts are in their order."""
    terminated = (status.get("lastState") or {}).get("terminated")
    return str(terminated.get("finishedAt") or "") if terminated else ""


def _is_true(condition_type: str, conditions: Sequence[Obj]) -> bool:
    return any(c.get("type") == condition_type and c.get("status") == "True" for c in conditions)


def _readiness_gates(spec: Obj, status: Obj) -> str:
    """``1/2``: how many of the conditions that the Pod waits for are True."""
    states = {c.get("type"): c.get("status") for c in reversed(status.get("conditions") or ())}
    gates = spec["readinessGates"]
    passed = sum(states.get(gate.get("conditionType")) == "True" for gate in gates)
    return f"{passed}/{len(gates)}"
