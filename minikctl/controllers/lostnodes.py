"""What becomes of the Pods of a node that is not heard of: not ready at once, deleted after their tolerations.

Upstream: ``MarkPodsNotReady`` in ``pkg/controller/util/node`` and ``pkg/controller/tainteviction``. Deleted Pods stay until
the node is back or is deleted itself, because only its kubelet can end them.
"""

from __future__ import annotations

from minikctl.kinds.podspec.status import is_pod_terminal
from minikctl.lib.times import format_time, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

UNREACHABLE = "node.kubernetes.io/unreachable"


def look_after_pods(context: Context, node: Obj) -> float | None:
    """Do what is due for the Pods of a lost node; returns when the next is, in seconds since the epoch, or None."""
    taint = next(
        (each for each in node["spec"].get("taints") or () if (each["key"], each["effect"]) == (UNREACHABLE, "NoExecute")),
        None,
    )
    waits: list[float] = []
    for pod in context.list("pods", node=node["metadata"]["name"]):
        if is_pod_terminal(pod):
            continue
        _mark_not_ready(context, pod)
        seconds = toleration_seconds(pod["spec"].get("tolerations") or [])
        if taint is None or seconds is None or "deletionTimestamp" in pod["metadata"]:
            continue
        due = parse_time(taint["timeAdded"]) + seconds
        if due > context.now():
            waits.append(due)
            continue
        meta = pod["metadata"]
        words = f"Marking for deletion Pod {meta['namespace']}/{meta['name']}"
        context.event(pod, "Normal", "TaintManagerEviction", words, "taint-eviction-controller")
        context.delete("pods", meta["namespace"], meta["name"], uid=meta["uid"])
    return min(waits, default=None)


def toleration_seconds(tolerations: list[Obj]) -> float | None:
    """How long a Pod stays on a node that is not heard of; None: for ever (upstream: ``getMinTolerationTime``)."""
    matching = [
        each for each in tolerations
        if each.get("key", UNREACHABLE) in (UNREACHABLE, "")
        and each.get("effect", "NoExecute") in ("NoExecute", "")
        and (each.get("operator") == "Exists" or each.get("value", "") == "")
    ]
    if not matching:
        return 0.0
    seconds = [float(max(0, each["tolerationSeconds"])) for each in matching if each.get("tolerationSeconds") is not None]
    return min(seconds, default=None)


def _mark_not_ready(context: Context, pod: Obj) -> None:
    status = pod.get("status") or {}
    conditions = status.get("conditions") or []
    if not any(each["type"] == "Ready" and each["status"] == "True" for each in conditions):
        return
    time = format_time(context.now())
    pod["status"] = {**status, "conditions": [
        {**each, "status": "False", "lastTransitionTime": time} if each["type"] == "Ready" else each for each in conditions
    ]}
    context.update_status(pod)
    context.event(pod, "Warning", "NodeNotReady", "Node is not ready", "node-controller")
