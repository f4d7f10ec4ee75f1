"""The scheduler: binds each Pod to a node that can take it, or says in upstream's words why there is none.

Upstream: ``pkg/scheduler``. What is known of the nodes in a pass is in ``nodes``, what follows from it for Pods of one
sort in ``plan``. The rules that refuse a node are in ``filters``, ``volumes``, ``spreading`` and ``affinity``, those that
prefer one in ``scores`` and the latter two; ``preemption`` makes room where there is none.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.scheduler.diagnosis import NO_NODES
from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest, Snapshot
from minikctl.controllers.scheduler.plan import Plan, plan_of
from minikctl.kinds.pod.sums import ENDED, WAITING, waits_for_others
from minikctl.kinds.podspec.status import set_pod_condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

COMPONENT = "default-scheduler"
CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
#: what has to be known of Pods that wait, to tell which of them are to be tried, and in which order
_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.creationTimestamp", "metadata.deletionTimestamp",
    "spec.schedulingGates", "spec.schedulerName", "spec.priority",
)


class Scheduler(Controller):
    """Keys are ``namespace/name`` of Pods that are on no node."""

    name = "scheduler"
    field_manager = "kube-scheduler"
    watches = ("pods", "nodes", CLAIMS, VOLUMES, CLASSES)

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """A Pod without a node; all of those when a node changes or a Pod leaves room; some when Pods or claims change."""
        if change.resource == "pods":
            return self._keys_of_pod(change, context)
        if change.resource == "nodes":
            if change.before is None or change.after is None or _node_changed(change.before, change.after):
                return _waiting(context)
            return ()
        if change.after is None or (change.before is not None and _same_intent(change.before, change.after)):
            return ()
        return _wake(context)

    def _keys_of_pod(self, change: Change, context: Context) -> Iterable[str]:
        pod = change.after
        if pod is not None and not pod["spec"].get("nodeName"):
            return (f"{change.namespace}/{change.name}",) if _to_be_scheduled(pod) and _intent_changed(change) else ()
        if _leaves_room(change):
            return _waiting(context)
        before = change.before
        if pod is not None and (
            before is None or not before["spec"].get("nodeName")
            or before["metadata"].get("labels") != pod["metadata"].get("labels")
        ):
            return _wake(context)
        return ()

    def sync(self, context: Context, key: str) -> None:
        """Bind the Pod, or note why it cannot be bound."""
        namespace, _, name = key.partition("/")
        pod = context.look("pods", namespace, name)
        if pod is None or pod["spec"].get("nodeName") or not _to_be_scheduled(pod):
            return
        pod = _own(pod)
        snapshot = Snapshot.of_pass(context)
        if not snapshot.nodes:
            self._refuse(context, pod, NO_NODES)
            return
        plan, request = plan_of(snapshot, pod)
        node = plan.choose(request)
        if node is None:
            self._make_room(context, plan, request)
        elif not plan.volumes.bind(node):
            self._bind(context, pod, snapshot, request, node)

    @staticmethod
    def _bind(context: Context, pod: Obj, snapshot: Snapshot, request: PodRequest, node: NodeInfo) -> None:
        meta = pod["metadata"]
        pod["spec"]["nodeName"] = node.name
        status = pod.setdefault("status", {})
        nominated = status.pop("nominatedNodeName", "")
        set_pod_condition(status, _scheduled(pod, "True"), context.now())
        context.bind(pod)
        snapshot.add(node, request, nominated)
        context.event(
            pod, "Normal", "Scheduled", f"Successfully assigned {meta['namespace']}/{meta['name']} to {node.name}", COMPONENT,
        )

    def _make_room(self, context: Context, plan: Plan, request: PodRequest) -> None:
        """No node can take the Pod: see whether less important ones are to go, and say how it stands."""
        from minikctl.controllers.scheduler.preemption import make_room

        diagnosis = plan.diagnose(request)
        node, words = make_room(plan, request, diagnosis, COMPONENT)
        pod = request.pod
        nominated = (pod.get("status") or {}).get("nominatedNodeName", "")
        if node and not words:
            self._put_off(context, plan.snapshot.nominated.get(node, ()), request)
        self._refuse(context, pod, diagnosis.message(words), node)
        if node != nominated:
            # Who has to go and who is to come has changed: what is known of the nodes is not true any more.
            context.scratch.pop("snapshot", None)

    @staticmethod
    def _put_off(context: Context, nominated: Iterable[PodRequest], request: PodRequest) -> None:
        """Less important Pods that were to have the node have to look for another."""
        for each in nominated:
            if each.priority < request.priority:
                pod = context.get("pods", each.namespace, each.pod["metadata"]["name"])
                if pod is not None and pod["status"].pop("nominatedNodeName", ""):
                    context.update_status(pod)

    @staticmethod
    def _refuse(context: Context, pod: Obj, message: str, node: str = "") -> None:
        """Write down why, and which node it will have when others are gone (``node``)."""
        condition = {**_scheduled(pod, "False"), "reason": "Unschedulable", "message": message}
        status = pod.setdefault("status", {})
        nominated = status.get("nominatedNodeName", "")
        if node:
            status["nominatedNodeName"] = node
        else:
            status.pop("nominatedNodeName", None)
        changed = set_pod_condition(status, condition, context.now())
        if changed or node != nominated:
            context.update_status(pod)
        if changed:
            context.event(pod, "Warning", "FailedScheduling", message, COMPONENT)
        if waits_for_others(pod):
            _waiting_for_others(context)[f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"] = None


def _own(pod: Obj) -> Obj:
    """A Pod whose spec and status can be added to, out of one that is for looking only."""
    status = dict(pod.get("status") or {})
    if "conditions" in status:
        status["conditions"] = list(status["conditions"])
    return {**pod, "spec": dict(pod["spec"]), "status": status}


def _scheduled(pod: Obj, status: str) -> Obj:
    condition: Obj = {"type": "PodScheduled", "status": status, "lastProbeTime": None}
    if pod["metadata"].get("generation"):
        condition["observedGeneration"] = pod["metadata"]["generation"]
    return condition


def _waiting(context: Context) -> list[str]:
    """The Pods that are on no node, the most important and then the oldest first (read once a pass)."""
    found: list[str] | None = context.scratch.get("waiting")
    if found is None:
        pods = [pod for pod in context.list("pods", node="", fields=_FIELDS) if _to_be_scheduled(pod)]
        pods.sort(key=lambda pod: (-(pod["spec"].get("priority") or 0), pod["metadata"].get("creationTimestamp") or ""))
        found = [f"{pod['metadata']['namespace']}/{pod['metadata']['name']}" for pod in pods]
        context.scratch["waiting"] = found
    return found


def _wake(context: Context) -> list[str]:
    """Those of them that other Pods and claims can help. Once: until one is refused again it is not called again."""
    waiting = _waiting_for_others(context)
    keys = list(waiting)
    waiting.clear()
    return keys


def _waiting_for_others(context: Context) -> dict[str, None]:
    """Those that ``_wake`` is to wake (read once a pass; what is refused in the pass is added)."""
    found: dict[str, None] | None = context.scratch.get("waiting for others")
    if found is None:
        found = context.scratch["waiting for others"] = dict.fromkeys(context.sums(WAITING, "").get("", {}))
    return found


def _to_be_scheduled(pod: Obj) -> bool:
    spec = pod.get("spec") or {}
    return (
        "deletionTimestamp" not in pod["metadata"] and not spec.get("schedulingGates")
        and spec.get("schedulerName", COMPONENT) == COMPONENT
    )


def _intent_changed(change: Change) -> bool:
    """Whether a Pod is new or wants something else than before (its status alone is the scheduler's own doing)."""
    before, after = change.before, change.after
    return before is None or after is None or before["spec"] != after["spec"] or (
        before["metadata"].get("labels") != after["metadata"].get("labels")
    )


def _same_intent(before: Obj, after: Obj) -> bool:
    """Whether a claim, volume or class is what it was but for its status."""
    return all(before.get(field) == after.get(field) for field in ("spec", "provisioner", "volumeBindingMode")) and (
        before["metadata"].get("annotations") == after["metadata"].get("annotations")
    )


def _leaves_room(change: Change) -> bool:
    """Whether a bound Pod went or ended."""
    before, after = change.before, change.after
    if before is None or not before["spec"].get("nodeName"):
        return False
    if after is None:
        return True
    return (after.get("status") or {}).get("phase") in ENDED and (before.get("status") or {}).get("phase") not in ENDED


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
