"""Nodes as time goes by: new ones become ready, sick ones get taints, and Pods leave what cannot keep them.

Upstream: ``pkg/controller/nodelifecycle`` (taints), ``pkg/controller/tainteviction`` (``eviction``), ``pkg/controller/podgc``
(Pods of nodes that are gone), and of the kubelet how it registers itself (``registration``).
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.nodelifecycle import eviction
from minikctl.controllers.nodelifecycle.taints import with_taints
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

COMPONENT = "node-controller"


class NodeLifecycle(Controller):
    """Looks at nodes, and at the Pods that come to a node which is gone or drives them away.

    Keys are ``node/NAME``, ``pod/NAMESPACE/NAME`` (it came to a node), ``evict/NAMESPACE/NAME`` (its time is up), and
    ``gone/NAME/TIME`` (so long a node may be gone).
    """

    name = "nodelifecycle"
    watches = ("nodes", "pods")

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:
        """Of Pods those that come to a node, or change what they tolerate."""
        return resource == "nodes" or (verb != "delete" and (changed is None or "spec" in changed))

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """The node; a Pod that came to a node which is gone or which does not let every Pod stay."""
        if change.resource == "nodes":
            return (f"node/{change.name}",)
        pod = change.after
        node = (pod or {}).get("spec", {}).get("nodeName")
        return (f"pod/{change.namespace}/{change.name}",) if node and _evicts(context, node) else ()

    def sync(self, context: Context, key: str) -> None:
        """Bring a node to what its conditions ask for, and its Pods to what its taints do."""
        sort, name, *rest = key.split("/")
        if sort in ("pod", "evict"):
            self._sync_pod(context, context.get("pods", name, *rest), is_due=sort == "evict")
            return
        if sort == "gone":
            _remove_orphans(context, name, *rest)
            return
        node = context.get("nodes", "", name)
        if node is None:
            _expect_orphans(context, name)
            return
        if not (node.get("status") or {}).get("conditions"):
            from minikctl.controllers.nodelifecycle.registration import register

            node = register(context, node, COMPONENT)
        taints = with_taints(node, format_time(context.now()))
        if taints != (node["spec"].get("taints") or []):
            node["spec"] = {**node["spec"], "taints": taints}
            node = context.update(node)
        pods = context.list("pods", node=name) if not _is_ready(node) or eviction.evicting(node) else []
        if not _is_ready(node):
            _mark_not_ready(context, node, pods)
        for pod in pods:
            eviction.evict(context, node, pod)

    @staticmethod
    def _sync_pod(context: Context, pod: Obj | None, *, is_due: bool) -> None:
        name = (pod or {}).get("spec", {}).get("nodeName")
        if pod is None or not name:
            return
        node = context.get("nodes", "", name)
        if node is None:
            _expect_orphans(context, name)
        else:
            eviction.evict(context, node, pod, is_due=is_due)


def _evicts(context: Context, name: str) -> bool:
    """Whether the node is gone, or has a taint with NoExecute (looked up once a pass)."""
    known: dict[str, bool] = context.scratch.setdefault("evicting", {})
    if name not in known:
        node = context.look("nodes", "", name)
        known[name] = node is None or bool(eviction.evicting(node))
    return known[name]


def _is_ready(node: Obj) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or ()
    return all(each["status"] == "True" for each in conditions if each["type"] == "Ready")


def _mark_not_ready(context: Context, node: Obj, pods: list[Obj]) -> None:
    """Take the Pods of a node that is not ready out of traffic, and tell of the node (upstream: ``MarkPodsNotReady``)."""
    time = format_time(context.now())
    told = False
    for pod in pods:
        status = pod.get("status") or {}
        conditions = status.get("conditions") or []
        if not any(each["type"] == "Ready" and each["status"] == "True" for each in conditions):
            continue
        pod["status"] = {**status, "conditions": [
            {**each, "status": "False", "lastTransitionTime": time} if each["type"] == "Ready" else each
            for each in conditions
        ]}
        pod.update(context.update_status(pod))
        context.event(pod, "Warning", "NodeNotReady", "Node is not ready", COMPONENT)
        told = True
    if told:
        words = f"Node {node['metadata']['name']} status is now: NodeNotReady"
        context.event(node, "Normal", "NodeNotReady", words, COMPONENT)


def _expect_orphans(context: Context, name: str) -> None:
    """Look at the Pods of a node that is gone after a while in which it may come back."""
    if context.list("pods", node=name, fields=("metadata.name",)):
        due = context.now() + eviction.QUARANTINE
        context.requeue_after(f"gone/{name}/{due}", eviction.QUARANTINE)


def _remove_orphans(context: Context, name: str, due: str) -> None:
    """Let the Pods of a node go that did not come back (upstream: ``gcOrphaned``)."""
    if context.now() >= float(due) and context.get("nodes", "", name) is None:
        for pod in context.list("pods", node=name):
            eviction.remove_orphan(context, pod)


CONTROLLER = NodeLifecycle
