"""Which nodes cannot take a Pod, and why, in upstream's words: what a node says by itself and by what it has left.

Upstream: the filter plugins of ``pkg/scheduler/framework/plugins``. They are asked in order, and the first that refuses
a node says why. A refusal is *resolvable* when the going of other Pods could lift it (preemption may then help). The
filters that look at other Pods are in ``affinity`` and ``spreading``, those that look at volumes in ``volumes``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest

    Obj = dict[str, Any]
    #: the reasons, and whether the going of Pods could help
    Refusal = tuple[list[str], bool]

UNSCHEDULABLE_TAINT = "node.kubernetes.io/unschedulable"


def static_refusal(request: PodRequest, node: NodeInfo) -> Refusal | None:
    """Why the node does not take the Pod, whatever else is on it; None where it may."""
    if node.unschedulable and not tolerates(
        request.spec.get("tolerations") or (), {"key": UNSCHEDULABLE_TAINT, "effect": "NoSchedule"}
    ):
        return ["node(s) were unschedulable"], False
    if untolerated_taint(request, node):
        return ["node(s) had untolerated taint(s)"], False
    if not is_selected_node(request, node):
        return ["node(s) didn't match Pod's node affinity/selector"], False
    return None


def untolerated_taint(request: PodRequest, node: NodeInfo) -> bool:
    """Whether the node has a taint with NoSchedule or NoExecute that the Pod does not tolerate."""
    tolerations = request.spec.get("tolerations") or ()
    return any(
        taint.get("effect") in ("NoSchedule", "NoExecute") and not tolerates(tolerations, taint) for taint in node.taints
    )


def is_selected_node(request: PodRequest, node: NodeInfo) -> bool:
    """Whether the node is as spec.nodeSelector and the required terms of spec.affinity.nodeAffinity want it."""
    selector = request.spec.get("nodeSelector")
    if selector and not all(node.labels.get(key) == value for key, value in selector.items()):
        return False
    required = required_node_affinity(request.spec)
    return required is None or any(term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())


def required_node_affinity(spec: Obj) -> Obj | None:
    """The node selector of a Pod's node affinity."""
    affinity: Obj = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    found: Obj | None = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return found


def named_nodes(spec: Obj) -> set[str] | None:
    """The only nodes that a Pod may be on by their names (those of DaemonSets); None: it may be on any."""
    required = required_node_affinity(spec)
    if required is None:
        return None
    found: set[str] = set()
    for term in required.get("nodeSelectorTerms") or ():
        names: set[str] | None = None
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["operator"] == "In":
                values = set(field.get("values") or ())
                names = values if names is None else names & values
        if names is None:
            return None
        found |= names
    return found


def changing_refusal(request: PodRequest, node: NodeInfo, others: list[PodRequest] | None = None) -> Refusal | None:
    """Why the node has no room for the Pod; None where it has. ``others``: Pods that are to come besides."""
    if request.ports and _port_is_taken(request, node, others or ()):
        return ["node(s) didn't have free ports for the requested pod ports"], True
    more = others or ()
    reasons = []
    resolvable = True
    if node.pods + len(more) + 1 > node.allocatable.get("pods", 0):
        reasons.append("Too many pods")
    for name, amount in request.requests.items():
        if amount:
            have = node.allocatable.get(name, 0)
            taken = node.requested.get(name, 0)
            for other in more:
                taken += other.requests.get(name, 0)
            if amount > have - taken:
                reasons.append(f"Insufficient {name}")
                if amount > have:
                    resolvable = False
    return (reasons, resolvable) if reasons else None


def _port_is_taken(request: PodRequest, node: NodeInfo, others: Any) -> bool:
    taken = [port for port, count in node.ports.items() if count]
    for other in others:
        taken += other.ports
    for address, protocol, port in request.ports:
        for taken_address, taken_protocol, taken_port in taken:
            if (protocol, port) == (taken_protocol, taken_port) and (
                address == taken_address or "0.0.0.0" in (address, taken_address)  # noqa: S104 - as in the API
            ):
                return True
    return False


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
