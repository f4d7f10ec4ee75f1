"""Which nodes cannot take a Pod, and why, in upstream's words.

Upstream: the filter plugins of ``pkg/scheduler/framework/plugins``. They are asked in order, and the first that refuses
a node says why. A refusal is *resolvable* when the going of other Pods could lift it (preemption may then help).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest

    Obj = dict[str, Any]

UNSCHEDULABLE_TAINT = "node.kubernetes.io/unschedulable"


def refusal(request: PodRequest, node: NodeInfo) -> tuple[list[str], bool]:
    """Why ``node`` cannot take the Pod ([]: it can), and whether preemption could help."""
    for check in FILTERS:
        reasons, resolvable = check(request, node)
        if reasons:
            return reasons, resolvable
    return [], False


def node_unschedulable(request: PodRequest, node: NodeInfo) -> tuple[list[str], bool]:
    """Cordoned nodes take only Pods that tolerate it."""
    taint = {"key": UNSCHEDULABLE_TAINT, "effect": "NoSchedule"}
    if node.unschedulable and not tolerates(request.spec.get("tolerations") or (), taint):
        return ["node(s) were unschedulable"], False
    return [], False


def taint_toleration(request: PodRequest, node: NodeInfo) -> tuple[list[str], bool]:
    """Taints with NoSchedule or NoExecute refuse Pods that do not tolerate them."""
    tolerations = request.spec.get("tolerations") or ()
    for taint in node.taints:
        if taint.get("effect") in ("NoSchedule", "NoExecute") and not tolerates(tolerations, taint):
            return ["node(s) had untolerated taint(s)"], False
    return [], False


def node_affinity(request: PodRequest, node: NodeInfo) -> tuple[list[str], bool]:
    """spec.nodeSelector and the required terms of spec.affinity.nodeAffinity."""
    selector = request.spec.get("nodeSelector") or {}
    fits = all(node.labels.get(key) == value for key, value in selector.items())
    required = ((request.spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
        "requiredDuringSchedulingIgnoredDuringExecution"
    )
    if fits and required is not None:
        fits = any(term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())
    return ([], False) if fits else (["node(s) didn't match Pod's node affinity/selector"], False)


def node_ports(request: PodRequest, node: NodeInfo) -> tuple[list[str], bool]:
    """Host ports that another Pod of the node has."""
    for address, protocol, port in request.ports:
        for taken_address, taken_protocol, taken_port in node.ports:
            if (protocol, port) == (taken_protocol, taken_port) and (
                address == taken_address or "0.0.0.0" in (address, taken_address)  # noqa: S104 - as in the API
            ):
                return ["node(s) didn't have free ports for the requested pod ports"], True
    return [], False


def node_resources_fit(request: PodRequest, node: NodeInfo) -> tuple[list[str], bool]:
    """What the node's Pods have left of its resources, and of its number of Pods."""
    reasons = []
    resolvable = True
    if node.pods + 1 > node.allocatable.get("pods", 0):
        reasons.append("Too many pods")
    for name, amount in request.requests.items():
        have = node.allocatable.get(name, 0)
        if amount and amount > have - node.requested.get(name, 0):
            reasons.append(f"Insufficient {name}")
            if amount > have:
                resolvable = False
    return reasons, resolvable


FILTERS: tuple[Callable[[PodRequest, NodeInfo], tuple[list[str], bool]], ...] = (
    node_unschedulable, taint_toleration, node_affinity, node_ports, node_resources_fit,
)


def tolerates(tolerations: Any, taint: Obj) -> bool:
    """Whether one of the tolerations allows the taint (upstream: ``Toleration.ToleratesTaint``)."""
    return any(_tolerates(toleration, taint) for toleration in tolerations)


def _tolerates(toleration: Obj, taint: Obj) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    key = toleration.get("key") or ""
    if key and key != taint.get("key"):
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Exists":
        return True
    if operator in ("Lt", "Gt"):
        try:
            have, limit = int(taint.get("value") or ""), int(toleration.get("value") or "")
        except ValueError:
            return False
        return have < limit if operator == "Lt" else have > limit
    return operator == "Equal" and bool(key) and (toleration.get("value") or "") == (taint.get("value") or "")


def term_matches(term: Obj, node: NodeInfo) -> bool:
    """Whether a node selector term holds for a node: all of its expressions and fields; an empty one holds for none."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    return all(_expression(each, node.labels) for each in expressions) and all(
        _expression(each, {"metadata.name": node.name}) for each in fields
    )


def _expression(expression: Obj, labels: dict[str, str]) -> bool:
    key, operator, values = expression["key"], expression["operator"], expression.get("values") or []
    value = labels.get(key)
    if operator == "In":
        return value in values
    if operator == "NotIn":
        return value not in values
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    try:
        have, limit = int(value or ""), int(values[0])
    except (ValueError, IndexError):
        return False
    return have > limit if operator == "Gt" else have < limit
