"""What Faults make of Pods and their containers: the kubelet's side of ``kinds.fault``."""

from __future__ import annotations

from minikctl.kinds.fault import RESOURCE
from minikctl.kinds.fault.matching import (
    PULL_RETRY,
    SLOW,
    began_at,
    is_active,
    is_image_hit,
    is_pod_hit,
    last_struck,
    strikes_left,
    what,
    with_strikes,
)
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.controllers.kubelet.behavior import Behavior

    Obj = dict[str, Any]

PULL_ERRORS = ("ErrImagePull", "ImagePullBackOff")
#: Pods of this priority and more stay on a node under pressure (upstream: ``SystemCriticalPriority``)
CRITICAL = 2_000_000_000


class FaultSet:
    """The faults of a pass."""

    def __init__(self, context: Context, faults: list[Obj]) -> None:
        self.context = context
        now = context.now()
        self.active = [fault for fault in faults if is_active(fault, now)]

    @classmethod
    def of_pass(cls, context: Context) -> FaultSet:
        """The faults as they are in this pass (read once a pass)."""
        found: FaultSet | None = context.scratch.get("faults")
        if found is None:
            found = context.scratch["faults"] = cls(context, context.list(RESOURCE))
        return found

    def strike(self, fault: Obj, count: int = 1) -> None:
        """Count what a fault has done."""
        changed = self.context.update_status(with_strikes(fault, count, format_time(self.context.now())))
        self.active[self.active.index(fault)] = changed

    def is_down(self, node: str) -> bool:
        """Whether the node's kubelet does not answer."""
        return any(
            fault["spec"]["node"]["name"] == node and what(fault) == "Down"
            for fault in self.active if "node" in fault["spec"]
        )

    # -- Pods -------------------------------------------------------------------------------------------------------

    def eviction(self, pod: Obj) -> str:
        """Why the Pod is evicted now, in the kubelet's words; "" where it is not. Counts the strike."""
        for fault in self.active:
            if is_pod_hit(fault, pod) and what(fault) == "Evict" and strikes_left(fault) != 0:
                self.strike(fault)
                return "The node was low on resource: memory. "
        pressures = [
            what(fault) for fault in self.active
            if (fault["spec"].get("node") or {}).get("name") == pod["spec"]["nodeName"] and what(fault) != "Down"
        ]
        return next((_low(pressure) for pressure in pressures if _yields(pod, pressure)), "")

    def end_containers(self, pod: Obj) -> list[tuple[str, str, str]]:
        """End the running containers that a crash hits, in the Pod's status. Returns the events."""
        events = []
        for fault in list(self.active):
            if not is_pod_hit(fault, pod) or what(fault) not in ("Crash", "OOMKill") or strikes_left(fault) == 0:
                continue
            part = fault["spec"]["pod"]
            code, reason = (137, "OOMKilled") if what(fault) == "OOMKill" else (part.get("exitCode", 1), "Error")
            hit = _end_running(pod, part.get("container", ""), code, "Completed" if code == 0 else reason, self.context.now())
            if hit:
                self.strike(fault)
                events += [("Warning", "Fault", f"Container {name} ended with exit code {code} ({reason})") for name in hit]
        return events

    def next_crash(self, pod: Obj, status: Obj) -> float | None:
        """Now, where a container that a crash may hit again runs already; None where none is waited for."""
        running = {each["name"] for each in status.get("containerStatuses") or () if "running" in each["state"]}
        for fault in self.active:
            if is_pod_hit(fault, pod) and what(fault) in ("Crash", "OOMKill") and strikes_left(fault) != 0:
                container = fault["spec"]["pod"].get("container")
                if container in running or (container is None and running):
                    return self.context.now()
        return None

    def count_pulls(self, old: Obj, new: Obj) -> float | None:
        """Count pulls and crashes that faults of images made fail between two statuses of a Pod.

        Returns when a pull is to be tried again, None where none is waited for.
        """
        due = None
        for fault in list(self.active):
            if "image" not in fault["spec"] or strikes_left(fault) is None:
                continue
            if what(fault) == "Crash":
                count = sum(
                    _ends(after) - _ends(before) for before, after in _pairs(old, new) if is_image_hit(fault, after["image"])
                )
                if count > 0:
                    self.strike(fault, min(count, strikes_left(fault) or 0))
                continue
            failing = [
                (before, after) for before, after in _pairs(old, new)
                if is_image_hit(fault, after["image"]) and _waits_for(after) in PULL_ERRORS
            ]
            if not failing:
                continue
            retried = self.context.now() >= last_struck(fault) + PULL_RETRY
            count = sum(1 for before, _ in failing if retried or _waits_for(before) not in PULL_ERRORS)
            left = strikes_left(fault) or 0
            if count and left:
                self.strike(fault, min(count, left))
            due = self.context.now() + PULL_RETRY if count else last_struck(fault) + PULL_RETRY
        return due

    # -- containers -------------------------------------------------------------------------------------------------

    def behavior(self, pod: Obj, container: Obj, normal: Behavior) -> Behavior:
        """How the container behaves under the faults that hold; ``normal`` where none hits it."""
        found = normal
        for fault in self.active:
            kind = what(fault)
            if is_pod_hit(fault, pod):
                if kind == "Unready" and fault["spec"]["pod"].get("container") in (None, container["name"]):
                    found = found.copy()
                    found.ready_never = True
            elif is_image_hit(fault, container.get("image", "")):
                found = found.copy()
                self._image(fault, kind, pod, container, found)
        return found

    @staticmethod
    def _image(fault: Obj, kind: str, pod: Obj, container: Obj, found: Behavior) -> None:
        part, left = fault["spec"]["image"], strikes_left(fault)
        if kind == "PullError":
            found.pull_fail = "ErrImagePull"
        elif kind == "Slow":
            from minikctl.lib.duration import parse_duration

            found.pull_after += parse_duration(part["delay"]) if part.get("delay") else SLOW
        elif left != 0:
            found.exit_after, found.exit_from = 0.0, began_at(fault)
            found.exit_code = part.get("exitCode", 1)
            found.exit_reason = "Completed" if found.exit_code == 0 else "Error"
            found.exit_times = None
            if left is not None:
                found.exit_times = _ends(_status_of(pod, container["name"])) + left


def _low(pressure: str) -> str:
    resource = "ephemeral-storage" if pressure == "DiskPressure" else "memory"
    return f"The node was low on resource: {resource}. "


def _yields(pod: Obj, pressure: str) -> bool:
    """Whether a Pod has to leave a node under pressure.

    Under disk pressure all do but critical ones and those that tolerate its taint, as those of DaemonSets; under memory
    pressure those without any requests.
    """
    spec = pod["spec"]
    if (spec.get("priority") or 0) >= CRITICAL:
        return False
    key = "node.kubernetes.io/disk-pressure" if pressure == "DiskPressure" else "node.kubernetes.io/memory-pressure"
    tolerated = [each for each in spec.get("tolerations") or () if each.get("effect", "NoSchedule") == "NoSchedule"]
    if any(each.get("key", key) == key for each in tolerated):
        return False
    if pressure == "DiskPressure":
        return True
    from minikctl.kinds.podspec.resources import qos_class

    return qos_class(pod) == "BestEffort"


def evicted_status(pod: Obj, message: str, now: float) -> Obj:
    """The status of a Pod that its node has evicted (upstream: ``eviction_manager.go``)."""
    copy = {**pod, "status": dict(pod.get("status") or {})}
    _end_running(copy, "", 137, "Error", now)
    status: Obj = copy["status"]
    time = format_time(now)
    conditions = [each for each in status.get("conditions") or () if each["type"] != "DisruptionTarget"]
    for index, each in enumerate(conditions):
        if each["type"] in ("Ready", "ContainersReady") and each["status"] == "True":
            conditions[index] = {**each, "status": "False", "reason": "PodFailed", "lastTransitionTime": time}
    conditions.append({
        "type": "DisruptionTarget", "status": "True", "reason": "TerminationByKubelet", "message": message,
        "lastProbeTime": None, "lastTransitionTime": time,
    })
    status.update(phase="Failed", reason="Evicted", message=message, conditions=conditions)
    return status


def _end_running(pod: Obj, only: str, code: int, reason: str, now: float) -> list[str]:
    """Let running containers (``only`` one, or all) end now, in the Pod's status. Returns their names."""
    status, hit = pod.get("status") or {}, []
    ended = []
    for each in status.get("containerStatuses") or ():
        running = each["state"].get("running")
        if running is None or only not in ("", each["name"]):
            ended.append(each)
            continue
        hit.append(each["name"])
        terminated = {
            "exitCode": code, "reason": reason, "startedAt": running["startedAt"], "finishedAt": format_time(now),
            "containerID": each.get("containerID", ""),
        }
        ended.append({**each, "state": {"terminated": terminated}, "ready": False, "started": False})
    if hit:
        pod["status"] = {**status, "containerStatuses": ended}
    return hit


def _status_of(pod: Obj, name: str) -> Obj | None:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return next((each for each in statuses if each["name"] == name), None)


def _pairs(old: Obj, new: Obj) -> list[tuple[Obj | None, Obj]]:
    """The statuses of each container before and after."""
    before = {each["name"]: each for each in old.get("containerStatuses") or ()}
    return [(before.get(each["name"]), each) for each in new.get("containerStatuses") or ()]


def _ends(status: Obj | None) -> int:
    """How often a container has ended."""
    if status is None:
        return 0
    stopped = "running" not in status["state"] and ("terminated" in status["state"] or status.get("lastState"))
    return int(status.get("restartCount", 0)) + (1 if stopped else 0)


def _waits_for(status: Obj | None) -> str:
    return str(((status or {}).get("state") or {}).get("waiting", {}).get("reason", ""))
