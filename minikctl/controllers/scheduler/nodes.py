"""What the scheduler knows of nodes and Pods in a pass (upstream: ``framework.NodeInfo`` and ``PodInfo``)."""

from __future__ import annotations

from minikctl.kinds.podspec.resources import pod_requests
from minikctl.lib import quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.lib.quantity import Quantity

    Obj = dict[str, Any]

#: what a container without requests counts as when nodes are compared (upstream: DefaultMilliCPURequest and
#: -MemoryRequest)
DEFAULT_CPU, DEFAULT_MEMORY = 100, 200 * 1024 * 1024


def count(resource: str, amount: Quantity) -> int:
    """A quantity as the scheduler counts it: CPU in thousandths, everything else in whole units."""
    return amount.milli_value() if resource == "cpu" else amount.value()


class PodRequest:
    """What a Pod asks of a node."""

    __slots__ = ("pod", "ports", "requests", "scored", "spec")

    def __init__(self, pod: Obj) -> None:
        self.pod = pod
        self.spec: Obj = pod["spec"]
        self.requests = {name: count(name, amount) for name, amount in pod_requests(pod).items()}
        containers = self.spec.get("containers") or ()
        #: requests with the defaults that scoring uses for containers that ask for nothing
        self.scored = {
            "cpu": self._scored(containers, "cpu", DEFAULT_CPU), "memory": self._scored(containers, "memory", DEFAULT_MEMORY),
        }
        self.ports = {
            (port.get("hostIP") or "0.0.0.0", port.get("protocol", "TCP"), port["hostPort"])  # noqa: S104 - as in the API
            for container in containers for port in container.get("ports") or () if port.get("hostPort")
        }

    @staticmethod
    def _scored(containers: Any, resource: str, default: int) -> int:
        total = 0
        for container in containers:
            asked = ((container.get("resources") or {}).get("requests") or {}).get(resource)
            total += default if asked is None else count(resource, quantity.parse_quantity(asked))
        return total


class NodeInfo:
    """A node with what its Pods have taken of it."""

    __slots__ = ("allocatable", "labels", "name", "node", "pods", "ports", "requested", "scored", "taints", "unschedulable")

    def __init__(self, node: Obj) -> None:
        self.node = node
        self.name: str = node["metadata"]["name"]
        self.labels: dict[str, str] = node["metadata"].get("labels") or {}
        self.taints: list[Obj] = node["spec"].get("taints") or []
        self.unschedulable = bool(node["spec"].get("unschedulable"))
        amounts = (node.get("status") or {}).get("allocatable") or {}
        self.allocatable = {name: count(name, quantity.parse_quantity(amount)) for name, amount in amounts.items()}
        self.requested: dict[str, int] = {}
        self.scored = {"cpu": 0, "memory": 0}
        self.pods = 0
        self.ports: set[tuple[str, str, int]] = set()

    def add(self, request: PodRequest) -> None:
        """Count a Pod that is on this node."""
        self.pods += 1
        for name, amount in request.requests.items():
            self.requested[name] = self.requested.get(name, 0) + amount
        for name, amount in request.scored.items():
            self.scored[name] += amount
        self.ports |= request.ports


def known_nodes(context: Context) -> list[NodeInfo]:
    """All nodes with their Pods counted (once a pass; Pods bound in the pass are added by the scheduler)."""
    found: list[NodeInfo] | None = context.scratch.get("infos")
    if found is None:
        found = []
        for node in context.list("nodes"):
            info = NodeInfo(node)
            for pod in context.list("pods", node=info.name):
                if (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed"):
                    info.add(PodRequest(pod))
            found.append(info)
        context.scratch["infos"] = found
    return found
