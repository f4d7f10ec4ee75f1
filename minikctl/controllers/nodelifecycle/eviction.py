"""Pods that have to leave: those that do not tolerate a node's taints with NoExecute, and those whose node is gone.

Upstream: ``pkg/controller/tainteviction`` and ``pkg/controller/podgc``.
"""

from __future__ import annotations

from minikctl.controllers.scheduler.filters import tolerates
from minikctl.kinds.podspec.status import is_pod_terminal, set_pod_condition
from minikctl.lib.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

COMPONENT = "taint-eviction-controller"
#: seconds after which Pods of a node that is gone go (upstream: ``quarantineTime``)
QUARANTINE = 40.0


def evicting(node: Obj) -> list[Obj]:
    """The node's taints with NoExecute."""
    return [each for each in node["spec"].get("taints") or () if each.get("effect") == "NoExecute"]


def evict(context: Context, node: Obj, pod: Obj, *, is_due: bool = False) -> None:
    """Delete the Pod if its time is up, else ask to be called then; ``is_due``: that call."""
    taints = evicting(node)
    if not taints or "deletionTimestamp" in pod["metadata"] or is_pod_terminal(pod):
        return
    tolerations = pod["spec"].get("tolerations") or []
    used = [[each for each in tolerations if tolerates([each], taint)] for taint in taints]
    if not all(used):
        _delete(context, pod)
        return
    seconds = minimum_seconds([each for group in used for each in group])
    if seconds is None:
        return
    key = f"evict/{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    added = [parse_time(each["timeAdded"]) for each in taints if each.get("timeAdded")]
    if len(added) == len(taints):
        due = max(added) + seconds
    elif is_due:
        due = context.now()
    else:
        # A taint that a user added does not say when it came: time runs from when it was seen.
        known = context.due_at(key)
        due = context.now() + seconds if known is None else known
    if due > context.now():
        context.requeue_after(key, due - context.now())
    else:
        _delete(context, pod)


def minimum_seconds(tolerations: list[Obj]) -> float | None:
    """How long a Pod stays with the tolerations that it needs; None: for ever (upstream: ``getMinTolerationTime``)."""
    limits = [float(max(0, each["tolerationSeconds"])) for each in tolerations if each.get("tolerationSeconds") is not None]
    return min(limits, default=None)


def _delete(context: Context, pod: Obj) -> None:
    meta = pod["metadata"]
    pod = _disrupt(context, pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint")
    words = f"Marking for deletion Pod {meta['namespace']}/{meta['name']}"
    context.event(pod, "Normal", "TaintManagerEviction", words, COMPONENT)
    context.delete("pods", meta["namespace"], meta["name"], uid=meta["uid"])


def remove_orphan(context: Context, pod: Obj) -> None:
    """Let a Pod go whose node is gone: nobody else can end it."""
    meta, status = pod["metadata"], dict(pod.get("status") or {})
    if not is_pod_terminal(pod):
        status["phase"] = "Failed"
    pod["status"] = status
    pod = _disrupt(context, pod, "DeletionByPodGC", "PodGC: node no longer exists")
    context.delete("pods", meta["namespace"], meta["name"], uid=meta["uid"], grace_period=0)


def _disrupt(context: Context, pod: Obj, reason: str, message: str) -> Obj:
    condition = {"type": "DisruptionTarget", "status": "True", "reason": reason, "message": message}
    if pod["metadata"].get("generation"):
        condition["observedGeneration"] = pod["metadata"]["generation"]
    status = pod.setdefault("status", {})
    status["conditions"] = list(status.get("conditions") or ())
    set_pod_condition(status, condition, context.now())
    return context.update_status(pod)
