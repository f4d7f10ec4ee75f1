"""What the scheduler knows in a pass: nodes with what their Pods add up to, Pods by their labels, terms of affinity.

It is read from the sums that are kept with every write (``kinds.pod.sums``), so that it costs as much as there are nodes
and sorts of Pods, however many Pods there are. What the scheduler binds in the pass is noted in a log: whoever has drawn
conclusions (``plan.Plan``) brings them up to date by what came since. Upstream: ``framework.NodeInfo``, ``PodInfo`` and
the cache's snapshot.
"""

from __future__ import annotations

from itertools import islice

from minikctl.controllers.scheduler.tally import Tally
from minikctl.kinds.pod import sums
from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.controllers.scheduler.plan import Places, Plan

    Obj = dict[str, Any]
    Port = tuple[str, str, int]


class PodRequest:
    """What a Pod asks of a node, and what others see of it."""

    __slots__ = ("going", "key", "labels", "namespace", "pod", "ports", "priority", "requests", "scored", "spec")

    def __init__(self, pod: Obj) -> None:
        self.pod = pod
        meta = pod["metadata"]
        self.spec: Obj = pod["spec"]
        self.namespace: str = meta.get("namespace", "")
        self.key = f"{self.namespace}/{meta['name']}"
        self.labels: dict[str, str] = meta.get("labels") or {}
        #: it is being deleted
        self.going = "deletionTimestamp" in meta
        self.priority: int = self.spec.get("priority") or 0
        #: ``requests``: what is asked for; ``scored``: with defaults for containers that ask for nothing
        self.requests, self.scored = sums.requests_of(pod)
        self.ports = sums.host_ports(self.spec)

    def like(self, pod: Obj) -> PodRequest:
        """That of another Pod of the same sort (see ``plan.sort_of``), which asks for the same."""
        other = PodRequest.__new__(PodRequest)
        meta = pod["metadata"]
        other.pod, other.spec = pod, pod["spec"]
        other.namespace, other.key = self.namespace, f"{self.namespace}/{meta['name']}"
        other.labels, other.going, other.priority = self.labels, "deletionTimestamp" in meta, self.priority
        other.requests, other.scored, other.ports = self.requests, self.scored, self.ports
        return other

    def forget_rest(self) -> None:
        """Keep only what others see of the Pod: those that are bound in a pass are remembered, and they may be many."""
        self.pod = {}
        self.spec = {"affinity": self.spec["affinity"]} if "affinity" in self.spec else {}


class NodeInfo:
    """A node with what its Pods have taken of it."""

    __slots__ = (
        "allocatable", "images", "index", "labels", "name", "node", "pods", "ports", "requested", "scored", "taints",
        "unschedulable",
    )

    def __init__(self, node: Obj, index: int) -> None:
        self.node = node
        #: its place among the nodes of the snapshot
        self.index = index
        self.name: str = node["metadata"]["name"]
        self.labels: dict[str, str] = node["metadata"].get("labels") or {}
        self.taints: list[Obj] = node["spec"].get("taints") or []
        self.unschedulable = bool(node["spec"].get("unschedulable"))
        status = node.get("status") or {}
        self.allocatable = {
            name: sums.count(name, parse_quantity(amount)) for name, amount in (status.get("allocatable") or {}).items()
        }
        self.requested: dict[str, int] = {}
        self.scored = {"cpu": 0, "memory": 0}
        self.pods = 0
        self.ports: dict[Port, int] = {}
        #: bytes of each image that the node has, by each of its names
        self.images: dict[str, int] = {
            name: image.get("sizeBytes", 0) for image in status.get("images") or () for name in image.get("names") or ()
        }

    def add(self, request: PodRequest, sign: int = 1) -> None:
        """Count a Pod that is on this node; with ``sign`` -1 take it out again."""
        self.pods += sign
        for name, amount in request.requests.items():
            self.requested[name] = self.requested.get(name, 0) + sign * amount
        for name, amount in request.scored.items():
            self.scored[name] += sign * amount
        for port in request.ports:
            self.ports[port] = self.ports.get(port, 0) + sign


class Snapshot:
    """The nodes by name, and what else filters and scores ask for."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.nodes = [NodeInfo(node, index) for index, node in enumerate(context.settings("nodes"))]
        self.by_name = {node.name: node for node in self.nodes}
        for name, requested in context.sums(sums.REQUESTED).items():
            if name in self.by_name:
                node = self.by_name[name]
                node.pods = requested.pop("pods", 0)
                node.requested = requested
        for name, scored in context.sums(sums.SCORED).items():
            if name in self.by_name:
                self.by_name[name].scored.update(scored)
        for name, ports in context.sums(sums.PORTS).items():
            if name in self.by_name:
                for text, count in ports.items():
                    address, protocol, port = text.split(" ")
                    self.by_name[name].ports[address, protocol, int(port)] = count
        #: what was put onto nodes since: Pods that were bound
        self.log: list[tuple[NodeInfo, PodRequest]] = []
        #: and those of them that have terms of pod affinity
        self.log_of_terms: list[tuple[NodeInfo, PodRequest]] = []
        #: what is known for Pods of each sort, and what nodes say by themselves to each sort of spec
        self.plans: dict[str, Plan] = {}
        #: the sort of the Pod that came last, and its plan
        self.last: tuple[tuple[Any, ...], Plan] | None = None
        self.places: dict[str, Places] = {}
        #: Pods that will be on a node when those that they preempt are gone, by its name
        self.nominated: dict[str, list[PodRequest]] = {}
        for text in context.sums(sums.NOMINATED, "").get("", {}):
            node_name, _, key = text.partition(" ")
            namespace, _, pod_name = key.partition("/")
            pod = context.get("pods", namespace, pod_name)
            if pod is not None:
                self.nominated.setdefault(node_name, []).append(PodRequest(pod))
        #: the nodes that count for a constraint of spreading, by what decides that, and the values of its label there
        self.counting: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        #: what labels of nodes say to constraints of spreading (see ``spreading``), by the nodes and the keys
        self.landscapes: dict[tuple[Any, ...], Any] = {}
        self._tallies: dict[str, Tally] = {}
        self._terms: tuple[list[tuple[NodeInfo, str, str, int, Obj, int]], int] | None = None
        self._namespaces: dict[str, dict[str, str]] | None = None

    @classmethod
    def of_pass(cls, context: Context) -> Snapshot:
        """The one of this pass."""
        found: Snapshot | None = context.scratch.get("snapshot")
        if found is None:
            found = context.scratch["snapshot"] = cls(context)
        return found

    def add(self, node: NodeInfo, request: PodRequest, nominated: str = "") -> None:
        """Note that a Pod was bound to a node; ``nominated`` is the one that it was to have."""
        node.add(request)
        request.forget_rest()
        self.log.append((node, request))
        if "affinity" in request.spec:
            self.log_of_terms += ((node, request) for _ in islice(sums.affinity_terms(request.spec), 1))
        tally = self._tallies.get(request.namespace)
        if tally is not None:
            tally.add(node, request.labels)
        if nominated in self.nominated:
            left = [each for each in self.nominated[nominated] if each.key != request.key]
            self.nominated[nominated] = left

    def tally(self, namespace: str) -> Tally:
        """The bound Pods of a namespace by their labels, kept up to date."""
        found = self._tallies.get(namespace)
        if found is None:
            from json import loads

            found = self._tallies[namespace] = Tally()
            for name, sets in self.context.sums(sums.labels_of(namespace)).items():
                node = self.by_name.get(name)
                if node is not None:
                    for text, count in sets.items():
                        labels, going = loads(text)
                        found.add(node, labels, going=going, count=count)
        return found

    def terms(self) -> tuple[list[tuple[NodeInfo, str, str, int, Obj, int]], int]:
        """(node, sort, namespace, weight, term, number of Pods) of bound Pods with terms of affinity.

        And the place in the log of those up to which they are counted.
        """
        if self._terms is None:
            from json import loads

            found = []
            for name, texts in self.context.sums(sums.TERMS).items():
                node = self.by_name.get(name)
                if node is not None:
                    for text, count in texts.items():
                        sort, namespace, weight, term = loads(text)
                        found.append((node, sort, namespace, weight, term, count))
            self._terms = (found, len(self.log_of_terms))
        return self._terms

    def namespaces(self) -> dict[str, dict[str, str]]:
        """The labels of each namespace."""
        if self._namespaces is None:
            self._namespaces = {
                obj["metadata"]["name"]: obj["metadata"].get("labels") or {} for obj in self.context.list("namespaces")
            }
        return self._namespaces
