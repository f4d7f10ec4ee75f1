"""Which of the nodes that can take a Pod it had best be on.

Upstream: the score plugins of ``pkg/scheduler/framework/plugins``, with their weights in the default profile.
"""

from __future__ import annotations

from minikctl.controllers.scheduler.filters import term_matches, tolerates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest

    Obj = dict[str, Any]

#: the best that a plugin gives a node
MOST = 100


def best_nodes(request: PodRequest, nodes: list[NodeInfo]) -> list[NodeInfo]:
    """The nodes with the highest sum of weighted scores; among those the ones with the fewest Pods."""
    totals = [0.0] * len(nodes)
    for score, weight in SCORES:
        for position, value in enumerate(score(request, nodes)):
            totals[position] += weight * value
    highest = max(totals)
    best = [node for node, total in zip(nodes, totals, strict=True) if total == highest]
    fewest = min(node.pods for node in best)
    return [node for node in best if node.pods == fewest]


def least_allocated(request: PodRequest, nodes: list[NodeInfo]) -> list[float]:
    """The share of CPU and memory that would be left (upstream: NodeResourcesFit with LeastAllocated)."""
    return [
        sum(_left(request, node, resource) for resource in ("cpu", "memory")) / 2 for node in nodes
    ]


def _left(request: PodRequest, node: NodeInfo, resource: str) -> int:
    have = node.allocatable.get(resource, 0)
    wanted = node.scored[resource] + request.scored[resource]
    return (have - wanted) * MOST // have if have and wanted <= have else 0


def balanced_allocation(request: PodRequest, nodes: list[NodeInfo]) -> list[float]:
    """How alike the shares of CPU and memory in use would be (upstream: NodeResourcesBalancedAllocation)."""
    scores: list[float] = []
    for node in nodes:
        shares = [
            min(1.0, (node.scored[name] + request.scored[name]) / node.allocatable[name])
            for name in ("cpu", "memory") if node.allocatable.get(name)
        ]
        spread = abs(shares[0] - shares[1]) / 2 if len(shares) == 2 else 0.0
        scores.append(float(int((1 - spread) * MOST)))
    return scores


def preferred_node_affinity(request: PodRequest, nodes: list[NodeInfo]) -> list[float]:
    """The weights of the preferred node affinity terms that hold (upstream: NodeAffinity)."""
    terms = ((request.spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
        "preferredDuringSchedulingIgnoredDuringExecution"
    ) or ()
    raw = [float(sum(t["weight"] for t in terms if term_matches(t["preference"], node))) for node in nodes]
    return _normalized(raw)


def untainted(request: PodRequest, nodes: list[NodeInfo]) -> list[float]:
    """Fewer intolerable PreferNoSchedule taints are better (upstream: TaintToleration)."""
    tolerations = request.spec.get("tolerations") or ()
    raw = [
        float(sum(1 for t in node.taints if t.get("effect") == "PreferNoSchedule" and not tolerates(tolerations, t)))
        for node in nodes
    ]
    return _normalized(raw, reverse=True)


def _normalized(raw: list[float], *, reverse: bool = False) -> list[float]:
    """Scores brought to 0..100 by the highest (upstream: DefaultNormalizeScore)."""
    highest = max(raw)
    if not highest:
        return [float(MOST) if reverse else 0.0] * len(raw)
    scaled = [value * MOST // highest for value in raw]
    return [MOST - value for value in scaled] if reverse else scaled


#: (plugin, weight in the default profile)
SCORES: tuple[tuple[Callable[[PodRequest, list[NodeInfo]], list[float]], int], ...] = (
    (untainted, 3), (preferred_node_affinity, 2), (least_allocated, 1), (balanced_allocation, 1),
)
