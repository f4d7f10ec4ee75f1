"""Pods that are to be spread evenly over the values of a node label.

Upstream: ``plugins/podtopologyspread``. Constraints that say DoNotSchedule refuse nodes, those that say ScheduleAnyway
score them. Pods without any that belong to a Service or a set are spread by the system's defaults.
"""

from __future__ import annotations

from math import log

from minikctl.controllers.scheduler.filters import is_selected_node, untolerated_taint
from minikctl.lib.labels import NOTHING, Selector, from_label_selector, from_map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest, Snapshot

    Obj = dict[str, Any]

SKEWED = "node(s) didn't match pod topology spread constraints"
UNLABELED = "node(s) didn't match pod topology spread constraints (missing required label)"
HOSTNAME = "kubernetes.io/hostname"
#: (topologyKey, maxSkew) of Pods that say nothing themselves
DEFAULTS = ((HOSTNAME, 3), ("topology.kubernetes.io/zone", 5))
_SETS = {
    "ReplicaSet": "replicasets.apps", "StatefulSet": "statefulsets.apps", "ReplicationController": "replicationcontrollers",
}


class Constraint:
    """One constraint with the number of Pods that it counts in each topology."""

    __slots__ = (
        "counts", "honors_affinity", "honors_taints", "hosts", "key", "max_skew", "min_domains", "own", "selector",
    )

    def __init__(self, constraint: Obj, selector: Selector) -> None:
        self.key: str = constraint["topologyKey"]
        self.max_skew: int = constraint["maxSkew"]
        self.min_domains: int = constraint.get("minDomains") or 1
        self.honors_affinity = constraint.get("nodeAffinityPolicy", "Honor") == "Honor"
        self.honors_taints = constraint.get("nodeTaintsPolicy", "Ignore") == "Honor"
        self.selector = selector
        #: Pods by the value of the label, over the nodes that count
        self.counts: dict[str, int] = {}
        #: Pods by node
        self.hosts: dict[str, int] = {}
        #: what the Pod itself adds to the topology that it comes to
        self.own = 0

    def takes(self, request: PodRequest, node: NodeInfo) -> bool:
        """Whether the node's Pods count (upstream: ``matchNodeInclusionPolicies``)."""
        if self.honors_affinity and not is_selected_node(request, node):
            return False
        return not (self.honors_taints and untolerated_taint(request, node))


class Spreading:
    """The constraints of one sort (hard or soft) of a Pod, with their counts; brought up to date with ``add``."""

    def __init__(self, snapshot: Snapshot, request: PodRequest, constraints: list[Constraint], *, all_keys: bool) -> None:
        """``all_keys``: only nodes that have all of the constraints' labels count."""
        self.request = request
        self.constraints = constraints
        for constraint in constraints:
            constraint.own = 1 if constraint.selector.matches(request.labels) else 0
        self._all_keys = all_keys
        self._topologies: _Topologies | None = None
        #: for each node, which constraints count its Pods
        self._counting: dict[str, list[Constraint]] = {}
        for node in snapshot.nodes:
            if not self.ignores(node):
                self._counting[node.name] = counting = [each for each in constraints if each.takes(request, node)]
                for constraint in counting:
                    constraint.counts.setdefault(node.labels.get(constraint.key, ""), 0)
        groups, position = snapshot.groups(request.namespace)
        for group in groups:
            if not group.going:
                self._count(group.node, group.labels, group.count)
        for node, bound in snapshot.log[position:]:
            self.add(node, bound)

    def add(self, node: NodeInfo, request: PodRequest, sign: int = 1) -> None:
        """Count a Pod that was put onto a node; with ``sign`` -1 one that is taken away."""
        if request.namespace == self.request.namespace and not request.going:
            self._count(node, request.labels, sign)

    def _count(self, node: NodeInfo, labels: dict[str, str], count: int) -> None:
        if self._topologies is not None:
            self._topologies.changed.append(node)
        for constraint in self._counting.get(node.name, ()):
            if constraint.selector.matches(labels):
                value = node.labels.get(constraint.key, "")
                constraint.counts[value] = constraint.counts.get(value, 0) + count
        for constraint in self.constraints:
            if constraint.key == HOSTNAME and constraint.selector.matches(labels):
                constraint.hosts[node.name] = constraint.hosts.get(node.name, 0) + count

    def ignores(self, node: NodeInfo) -> bool:
        """Whether the node is left out because it lacks a label."""
        return self._all_keys and any(each.key not in node.labels for each in self.constraints)

    # -- hard ---------------------------------------------------------------------------------------------------------

    def fewest(self) -> list[int]:
        """For each constraint the Pods in the emptiest topology; 0 where there are too few topologies."""
        return [
            min(each.counts.values(), default=0) if len(each.counts) >= each.min_domains else 0 for each in self.constraints
        ]

    def refusal(self, node: NodeInfo, fewest: list[int]) -> tuple[str, bool]:
        """Why the node cannot take the Pod ("": it can), and whether the going of others could help."""
        labels = node.labels
        for constraint, least in zip(self.constraints, fewest, strict=True):
            if constraint.key not in labels:
                return UNLABELED, False
            here = constraint.counts.get(labels[constraint.key], 0)
            if here + constraint.own - least > constraint.max_skew:
                return SKEWED, True
        return "", False

    # -- soft ---------------------------------------------------------------------------------------------------------

    def scores(self, nodes: list[NodeInfo], places: list[int]) -> list[int]:
        """0 to 100 for those of ``nodes`` (always the same) at ``places``: the fewer Pods in its topologies the better."""
        if self._topologies is None:
            self._topologies = _Topologies(self, nodes)
        topologies = self._topologies
        counted = [place for place in places if not topologies.ignored[place]] if any(topologies.ignored) else places
        weights = tuple([
            log((len(counted) if constraint.key == HOSTNAME else len({values[place] for place in counted})) + 2)
            for constraint, values in zip(self.constraints, topologies.values, strict=True)
        ])
        raw = topologies.raw_scores(self.constraints, weights)
        rounded = raw if counted is places and len(places) == len(raw) else [raw[place] for place in counted]
        most, least = max(rounded, default=0), min(rounded, default=0)
        scaled = [100 * (most + least - score) // most for score in rounded] if most else [100] * len(rounded)
        if counted is places:
            return scaled
        by_place = dict(zip(counted, scaled, strict=True))
        return [by_place.get(place, 0) for place in places]


class _Topologies:
    """What the labels of nodes say to the constraints, and how many Pods that makes: of a node that changed anew."""

    __slots__ = ("_raw", "_weights", "changed", "ignored", "names", "values")

    def __init__(self, spread: Spreading, nodes: list[NodeInfo]) -> None:
        self.ignored = [spread.ignores(node) for node in nodes]
        self.names = [node.name for node in nodes]
        self.values = [[node.labels.get(each.key) for node in nodes] for each in spread.constraints]
        self._raw: list[int] = []
        self._weights: tuple[float, ...] = ()
        #: nodes that have got a Pod since; the topologies that they are in have changed
        self.changed: list[NodeInfo] = []

    def raw_scores(self, constraints: list[Constraint], weights: tuple[float, ...]) -> list[int]:
        """The weighted numbers of Pods in each node's topologies; not to be changed."""
        if self._weights != weights:
            self._weights, self._raw = weights, [0] * len(self.names)
            stale: Iterable[int] = range(len(self.names))
        elif self.changed:
            stale = self._stale(constraints)
        else:
            return self._raw
        self.changed = []
        for place in stale:
            score = 0.0
            for constraint, values, weight in zip(constraints, self.values, weights, strict=True):
                value = values[place]
                if value is not None:
                    is_host = constraint.key == HOSTNAME
                    counts, known = (constraint.hosts, self.names[place]) if is_host else (constraint.counts, value)
                    score += counts.get(known, 0) * weight + constraint.max_skew - 1
            self._raw[place] = int(score + 0.5)
        return self._raw

    def _stale(self, constraints: list[Constraint]) -> Iterable[int]:
        """The places of nodes that share a topology with one that has changed."""
        if len(self.changed) > len(self.names):
            return range(len(self.names))
        stale: set[int] = set()
        for constraint, values in zip(constraints, self.values, strict=True):
            if constraint.key == HOSTNAME:
                names = {node.name for node in self.changed}
                stale.update([place for place, name in enumerate(self.names) if name in names])
            else:
                changed = {node.labels[constraint.key] for node in self.changed if constraint.key in node.labels}
                if changed:
                    stale.update([place for place, value in enumerate(values) if value in changed])
        return stale


def hard(snapshot: Snapshot, request: PodRequest) -> Spreading | None:
    """The constraints that refuse nodes; None without any."""
    constraints = _own(request, "DoNotSchedule")
    return Spreading(snapshot, request, constraints, all_keys=True) if constraints else None


def soft(snapshot: Snapshot, request: PodRequest) -> Spreading | None:
    """The constraints that score nodes, or the system's; None without any."""
    if request.spec.get("topologySpreadConstraints"):
        constraints = _own(request, "ScheduleAnyway")
        return Spreading(snapshot, request, constraints, all_keys=True) if constraints else None
    selector = default_selector(snapshot, request)
    if selector.empty:
        return None
    constraints = [Constraint({"topologyKey": key, "maxSkew": skew}, selector) for key, skew in DEFAULTS]
    return Spreading(snapshot, request, constraints, all_keys=False)


def _own(request: PodRequest, action: str) -> list[Constraint]:
    return [
        Constraint(each, NOTHING if each.get("labelSelector") is None else from_label_selector(each["labelSelector"]))
        for each in request.spec.get("topologySpreadConstraints") or () if each["whenUnsatisfiable"] == action
    ]


def default_selector(snapshot: Snapshot, request: PodRequest) -> Selector:
    """What the Services and the set of a Pod select, all of it together (upstream: ``helper.DefaultSelector``)."""
    context, namespace = snapshot.context, request.namespace
    wanted: dict[str, str] = {}
    for service in context.list("services", namespace, fields=("metadata.name", "spec.selector")):
        selector = (service.get("spec") or {}).get("selector")
        if selector and from_map(selector).matches(request.labels):
            wanted.update(selector)
    requirements = list(from_map(wanted).requirements)
    owners = request.pod["metadata"].get("ownerReferences") or ()
    owner = next((each for each in owners if each.get("controller")), None)
    if owner is not None and owner["kind"] in _SETS:
        found = context.get(_SETS[owner["kind"]], namespace, owner["name"])
        if found is not None:
            selector = found["spec"].get("selector") or {}
            plain = owner["kind"] == "ReplicationController"
            requirements += (from_map(selector) if plain else from_label_selector(selector)).requirements
    return Selector(requirements)
