"""Which of the nodes that can take a Pod it had best be on.

Upstream: the score plugins of ``pkg/scheduler/framework/plugins``, with their weights in the default profile. What a node
gets for its room changes with every Pod; what it gets for itself (taints, labels, images) stays as it is in a pass.
"""

from __future__ import annotations

from minikctl.controllers.scheduler.filters import term_matches, tolerates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest, Snapshot

    Obj = dict[str, Any]

#: the best that a plugin gives a node
MOST = 100
TAINTS_WEIGHT, AFFINITY_WEIGHT, SPREADING_WEIGHT, POD_AFFINITY_WEIGHT = 3, 2, 2, 2
_MEGABYTE = 1024 * 1024
#: images of less do not count; each container can make this much of a difference
LEAST_IMAGE, MOST_IMAGE = 23 * _MEGABYTE, 1000 * _MEGABYTE


def room(request: PodRequest, node: NodeInfo) -> int:
    """How much the node would have left, and how evenly (upstream: NodeResourcesFit, NodeResourcesBalancedAllocation)."""
    left = (_left(request, node, "cpu") + _left(request, node, "memory")) // 2
    requests = request.requests
    if not requests.get("cpu") and not requests.get("memory"):
        return left
    cpu, memory = _share(request, node, "cpu"), _share(request, node, "memory")
    deviation = 0.0 if cpu is None or memory is None else abs(cpu - memory) / 2
    return left + int((1 - deviation) * MOST)


def _share(request: PodRequest, node: NodeInfo, resource: str) -> float | None:
    """The part of what the node has that would be asked for; None where it has none."""
    have = node.allocatable.get(resource)
    return min(1.0, (node.requested.get(resource, 0) + request.requests.get(resource, 0)) / have) if have else None


def _left(request: PodRequest, node: NodeInfo, resource: str) -> int:
    have = node.allocatable.get(resource, 0)
    wanted = node.scored[resource] + request.scored[resource]
    return (have - wanted) * MOST // have if have and wanted <= have else 0


def preferred_node_affinity(request: PodRequest, node: NodeInfo) -> int:
    """The weights of the preferred node affinity terms that hold (upstream: NodeAffinity)."""
    terms = ((request.spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
        "preferredDuringSchedulingIgnoredDuringExecution"
    ) or ()
    return sum(each["weight"] for each in terms if term_matches(each["preference"], node))


def bad_taints(request: PodRequest, node: NodeInfo) -> int:
    """The PreferNoSchedule taints that the Pod does not tolerate (upstream: TaintToleration)."""
    tolerations = request.spec.get("tolerations") or ()
    return sum(1 for each in node.taints if each.get("effect") == "PreferNoSchedule" and not tolerates(tolerations, each))


def images(request: PodRequest, node: NodeInfo, snapshot: Snapshot) -> int:
    """How much of the Pod's images the node has; images that few nodes have count less (upstream: ImageLocality)."""
    if not node.images:
        return 0
    containers = [*(request.spec.get("initContainers") or ()), *request.spec["containers"]]
    total = 0
    for container in containers:
        name = with_tag(container.get("image", ""))
        size = node.images.get(name)
        if size:
            having = sum(1 for each in snapshot.nodes if name in each.images)
            total += size * having // len(snapshot.nodes)
    most = MOST_IMAGE * len(containers)
    total = min(max(total, LEAST_IMAGE), most)
    return MOST * (total - LEAST_IMAGE) // (most - LEAST_IMAGE)


def with_tag(image: str) -> str:
    """An image's name with its tag (upstream: ``normalizedImageName``)."""
    return image if image.rfind(":") > image.rfind("/") else image + ":latest"


def normalized(raw: list[int], *, reverse: bool = False) -> list[int]:
    """Scores brought to 0..100 by the highest (upstream: DefaultNormalizeScore)."""
    highest = max(raw)
    if not highest:
        return [MOST if reverse else 0] * len(raw)
    scaled = [value * MOST // highest for value in raw]
    return [MOST - value for value in scaled] if reverse else scaled


def between(raw: list[int]) -> list[int]:
    """Scores brought to 0..100 between the lowest and the highest (upstream: InterPodAffinity's NormalizeScore)."""
    least, most = min(raw), max(raw)
    return [int(MOST * ((value - least) / (most - least))) if most > least else 0 for value in raw]
