"""The scheduler: binds each Pod to a node that can take it, or says in upstream's words why there is none.

Upstream: ``pkg/scheduler``. The rules that refuse a node are in ``filters``, those that prefer one in ``scores``; what
is known of the nodes in a pass (their taints, what their Pods have asked for) is in ``nodes``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.scheduler.filters import refusal
from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest, known_nodes
from minikctl.controllers.scheduler.scores import best_nodes
from minikctl.kinds.podspec.status import set_pod_condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

COMPONENT = "default-scheduler"


class Scheduler(Controller):
    """Keys are ``namespace/name`` of Pods that are on no node."""

    name = "scheduler"
    watches = ("pods", "nodes")

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """A Pod without a node; and all of those when a node changes or a Pod leaves room."""
        if change.resource == "pods":
            pod = change.after
            if pod is not None and not pod["spec"].get("nodeName"):
                return (f"{change.namespace}/{change.name}",) if _to_be_scheduled(pod) and _intent_changed(change) else ()
            if not _leaves_room(change):
                return ()
        elif change.before is not None and change.after is not None and not _node_changed(change.before, change.after):
            return ()
        return [
            f"{pod['metadata']['namespace']}/{pod['metadata']['name']}" for pod in _waiting(context) if _to_be_scheduled(pod)
        ]

    def sync(self, context: Context, key: str) -> None:
        """Bind the Pod, or note why it cannot be bound."""
        namespace, _, name = key.partition("/")
        pod = context.get("pods", namespace, name)
        if pod is None or pod["spec"].get("nodeName") or not _to_be_scheduled(pod):
            return
        nodes = known_nodes(context)
        request = PodRequest(pod)
        fitting: list[NodeInfo] = []
        refusals: list[tuple[list[str], bool]] = []
        for node in nodes:
            reasons, resolvable = refusal(request, node)
            if reasons:
                refusals.append((reasons, resolvable))
            else:
                fitting.append(node)
        if not fitting:
            self._refuse(context, pod, len(nodes), refusals)
            return
        # Of equals upstream draws one by lot; the first by name makes stories that can be followed.
        self._bind(context, pod, request, best_nodes(request, fitting)[0])

    @staticmethod
    def _bind(context: Context, pod: Obj, request: PodRequest, node: NodeInfo) -> None:
        meta = pod["metadata"]
        pod["spec"]["nodeName"] = node.name
        set_pod_condition(pod.setdefault("status", {}), _scheduled(pod, "True"), context.now())
        context.bind(pod)
        node.add(request)
        context.event(
            pod, "Normal", "Scheduled", f"Successfully assigned {meta['namespace']}/{meta['name']} to {node.name}", COMPONENT,
        )

    @staticmethod
    def _refuse(context: Context, pod: Obj, total: int, refusals: list[tuple[list[str], bool]]) -> None:
        message = fit_error(total, refusals)
        condition = {**_scheduled(pod, "False"), "reason": "Unschedulable", "message": message}
        if set_pod_condition(pod.setdefault("status", {}), condition, context.now()):
            context.update_status(pod)
            context.event(pod, "Warning", "FailedScheduling", message, COMPONENT)


def _scheduled(pod: Obj, status: str) -> Obj:
    condition: Obj = {"type": "PodScheduled", "status": status, "lastProbeTime": None}
    if pod["metadata"].get("generation"):
        condition["observedGeneration"] = pod["metadata"]["generation"]
    return condition


def fit_error(total: int, refusals: list[tuple[list[str], bool]]) -> str:
    """Why no node can take a Pod (upstream: ``FitError.Error``): each reason with its number of nodes, sorted as text."""
    if not total:
        return "no nodes available to schedule pods"
    counts: dict[str, int] = {}
    for reasons, _ in refusals:
        for reason in reasons:
            counts[reason] = counts.get(reason, 0) + 1
    listed = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    resolvable = sum(1 for _, can in refusals if can)
    preemption: dict[str, int] = {}
    if total - resolvable:
        preemption["Preemption is not helpful for scheduling"] = total - resolvable
    if resolvable:
        preemption["No preemption victims found for incoming pod"] = resolvable
    helpful = ", ".join(sorted(f"{count} {reason}" for reason, count in preemption.items()))
    return (
        f"0/{total} nodes are available: {listed}. no new claims to deallocate, "
        f"preemption: 0/{total} nodes are available: {helpful}."
    )


def _waiting(context: Context) -> list[Obj]:
    """The Pods that are on no node (read once a pass)."""
    found: list[Obj] | None = context.scratch.get("waiting")
    if found is None:
        found = context.scratch["waiting"] = context.list("pods", node="")
    return found


def _to_be_scheduled(pod: Obj) -> bool:
    return (
        "deletionTimestamp" not in pod["metadata"] and not pod["spec"].get("schedulingGates")
        and pod["spec"].get("schedulerName", COMPONENT) == COMPONENT
    )


def _intent_changed(change: Change) -> bool:
    """Whether a Pod is new or wants something else than before (its status alone is the scheduler's own doing)."""
    before, after = change.before, change.after
    return before is None or after is None or before["spec"] != after["spec"] or (
        before["metadata"].get("labels") != after["metadata"].get("labels")
    )


def _leaves_room(change: Change) -> bool:
    """Whether a bound Pod went or ended, or its labels changed (which affinities look at)."""
    before, after = change.before, change.after
    if before is None or not before["spec"].get("nodeName"):
        return False
    if after is None:
        return True
    ended = ("Succeeded", "Failed")
    return (
        (after.get("status") or {}).get("phase") in ended and (before.get("status") or {}).get("phase") not in ended
    ) or before["metadata"].get("labels") != after["metadata"].get("labels")


def _node_changed(before: Obj, after: Obj) -> bool:
    """Whether a node changed in what the scheduler looks at (heartbeats do not count)."""
    if before["spec"] != after["spec"] or before["metadata"].get("labels") != after["metadata"].get("labels"):
        return True
    old, new = before.get("status") or {}, after.get("status") or {}
    return bool(
        old.get("allocatable") != new.get("allocatable")
        or [(c["type"], c["status"]) for c in old.get("conditions") or ()]
        != [(c["type"], c["status"]) for c in new.get("conditions") or ()]
    )


CONTROLLER = Scheduler
