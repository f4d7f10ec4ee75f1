"""A Node that somebody has made gets a kubelet: it reports what a node of a new state has, and becomes ready.

A Node whose conditions were given stays as it was given. Upstream: ``pkg/kubelet/kubelet_node_status.go``, and the range
of addresses that ``nodeipam`` gives.
"""

from __future__ import annotations

from minikctl.api.bootstrap import LEASE_NAMESPACE, lease
from minikctl.api.bootstrap import node as new_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]


def register(context: Context, node: Obj, component: str) -> Obj:
    """Fill in what the kubelet of a new Node says; returns the node as it then is."""
    name = node["metadata"]["name"]
    others = context.list("nodes", fields=("spec.podCIDR",))
    taken = {(each.get("spec") or {}).get("podCIDR") for each in others}
    number = next(each for each in range(1, len(taken) + 2) if _range(name, each) not in taken)
    model = new_node(name, number, context.now())
    meta, spec = node["metadata"], node["spec"]
    meta["labels"] = {**model["metadata"]["labels"], **(meta.get("labels") or {})}
    if not spec.get("podCIDR"):
        spec["podCIDR"], spec["podCIDRs"] = model["spec"]["podCIDR"], model["spec"]["podCIDRs"]
    node = context.update(node)
    given = node.get("status") or {}
    node["status"] = {**model["status"], **given}
    for field, other in (("capacity", "allocatable"), ("allocatable", "capacity")):
        if field not in given and other in given:
            node["status"][field] = dict(given[other])
    node = context.update_status(node)
    _take_lease(context, node)
    words = f"Node {name} event: Registered Node {name} in Controller"
    context.event(node, "Normal", "RegisteredNode", words, component)
    return node


def _take_lease(context: Context, node: Obj) -> None:
    """Give the node its Lease, or the one that a node of its name has left."""
    wanted = lease(node["metadata"]["name"], node["metadata"]["uid"], context.now())
    old = context.get("leases.coordination.k8s.io", LEASE_NAMESPACE, node["metadata"]["name"])
    if old is None:
        context.create(wanted)
        return
    old["metadata"]["ownerReferences"] = wanted["metadata"]["ownerReferences"]
    context.update({**old, "spec": {**(old.get("spec") or {}), **wanted["spec"]}})


def _range(name: str, number: int) -> Any:
    return new_node(name, number, 0.0)["spec"]["podCIDR"]
