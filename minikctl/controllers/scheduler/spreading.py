"""Pods that are to be spread evenly over the values of a node label.

Upstream: ``plugins/podtopologyspread``. Constraints that say DoNotSchedule refuse nodes, those that say ScheduleAnyway
score them. Pods without any that belong to a Service or a set are spread by the system's defaults.
"""

from __future__ import annotations

from math import log

from minikctl.controllers.scheduler.filters import is_selected_node, required_node_affinity, untolerated_taint
from minikctl.controllers.scheduler.tally import Follower
from minikctl.controllers.servicepods import selecting_services
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
        "counts", "follower", "honors_affinity", "honors_taints", "hosts", "key", "max_skew", "min_domains", "nodes", "own",
        "selector",
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
        #: the nodes whose Pods count
        self.nodes: frozenset[str] = frozenset()
        #: what gives the Pods that count
        self.follower: Follower | None = None
        #: what the Pod itself adds to the topology that it comes to
        self.own = 0

    def takes(self, request: PodRequest, node: NodeInfo) -> bool:
        """Whether the node's Pods count (upstream: ``matchNodeInclusionPolicies``)."""
        if self.honors_affinity and not is_selected_node(request, node):
            return False
        return not (self.honors_taints and untolerated_taint(request, node))


class Spreading:
    """The constraints of one sort (hard or soft) of a Pod, with their counts; brought up to date with ``catch_up``."""

    def __init__(self, snapshot: Snapshot, request: PodRequest, constraints: list[Constraint], *, all_keys: bool) -> None:
        """``all_keys``: only nodes that have all of the constraints' labels count."""
        self._snapshot = snapshot
        self.request = request
        self.constraints = constraints
        for constraint in constraints:
            constraint.own = 1 if constraint.selector.matches(request.labels) else 0
        self._all_keys = all_keys
        self._topologies: _Topologies | None = None
        tally = snapshot.tally(request.namespace)
        for constraint in constraints:
            constraint.nodes, values = self._counting(snapshot, constraint)
            constraint.counts = dict.fromkeys(values, 0)
            constraint.follower = Follower(tally, constraint.selector)
        self.catch_up()

    def _counting(self, snapshot: Snapshot, constraint: Constraint) -> tuple[frozenset[str], frozenset[str]]:
        """The nodes that count for a constraint, and the values of its label there: alike for most sorts of Pods."""
        spec = self.request.spec
        sort = repr((
            constraint.key, [each.key for each in self.constraints] if self._all_keys else "",
            (spec.get("nodeSelector"), required_node_affinity(spec)) if constraint.honors_affinity else "",
            spec.get("tolerations") if constraint.honors_taints else "",
            constraint.honors_affinity, constraint.honors_taints,
        ))
        found = snapshot.counting.get(sort)
        if found is None:
            nodes = [node for node in snapshot.nodes if not self.ignores(node) and constraint.takes(self.request, node)]
            found = snapshot.counting[sort] = (
                frozenset([node.name for node in nodes]), frozenset([node.labels.get(constraint.key, "") for node in nodes]),
            )
        return found

    def catch_up(self) -> None:
        """Count what was put onto nodes since the last time."""
        for constraint in self.constraints:
            if constraint.follower is not None:
                for node, count in constraint.follower.news():
                    self._count(constraint, node, count)

    def add(self, node: NodeInfo, request: PodRequest, sign: int = 1) -> None:
        """Count a Pod that is put onto a node in thought; with ``sign`` -1 one that is taken away."""
        if request.namespace == self.request.namespace and not request.going:
            for constraint in self.constraints:
                if constraint.selector.matches(request.labels):
                    self._count(constraint, node, sign)

    def _count(self, constraint: Constraint, node: NodeInfo, count: int) -> None:
        if self._topologies is not None:
            self._topologies.changed.append(node)
        if node.name in constraint.nodes:
            value = node.labels.get(constraint.key, "")
            constraint.counts[value] = constraint.counts.get(value, 0) + count
        if constraint.key == HOSTNAME:
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
        raw, counted = self.raw_scores(nodes, places)
        rounded = [raw[place] for place in counted]
        most, least = max(rounded, default=0), min(rounded, default=0)
        scaled = [100 * (most + least - score) // most for score in rounded] if most else [100] * len(rounded)
        by_place = dict(zip(counted, scaled, strict=True))
        return [by_place.get(place, 0) for place in places]

    def raw_scores(self, nodes: list[NodeInfo], places: list[int]) -> tuple[list[int], list[int]]:
        """The weighted numbers of Pods in the topologies of each of ``nodes``, and those of ``places`` that count.

        They are not to be changed.
        """
        if self._topologies is None:
            self._topologies = _Topologies(self._landscape(nodes))
        landscape = self._topologies.landscape
        return self._topologies.raw_scores(self.constraints, landscape.weights(places)), landscape.counted

    def _landscape(self, nodes: list[NodeInfo]) -> _Landscape:
        # The key has the list's identity: the landscape holds on to the list.
        key = (id(nodes), self._all_keys, *[each.key for each in self.constraints])
        found: _Landscape | None = self._snapshot.landscapes.get(key)
        if found is None:
            found = self._snapshot.landscapes[key] = _Landscape(self, nodes)
        return found

    def take_touched(self) -> set[int] | None:
        """The places whose raw scores have changed since this was last asked; None: all."""
        assert self._topologies is not None
        touched, self._topologies.touched = self._topologies.touched, set()
        return touched

    @property
    def ignored(self) -> list[bool]:
        """Which places get no points because their node lacks a label."""
        assert self._topologies is not None
        return self._topologies.landscape.ignored


class _Landscape:
    """What the labels of nodes say to constraints with certain keys: alike for all sorts of Pods that can be on them."""

    __slots__ = ("_keys", "_places", "_weights", "counted", "ignored", "names", "nodes", "place_of", "values")

    def __init__(self, spread: Spreading, nodes: list[NodeInfo]) -> None:
        self.nodes = nodes
        self.ignored = [spread.ignores(node) for node in nodes]
        self.names = [node.name for node in nodes]
        self.place_of = {name: place for place, name in enumerate(self.names)}
        self._keys = [each.key for each in spread.constraints]
        self.values = [[node.labels.get(key) for node in nodes] for key in self._keys]
        #: the places that were asked for last, those of them that are not ignored, and the weights that this makes
        self._places: list[int] | None = None
        self.counted: list[int] = []
        self._weights: tuple[float, ...] = ()

    def weights(self, places: list[int]) -> tuple[float, ...]:
        """What a Pod counts for each constraint: the more, the more topologies there are (upstream: one weight each)."""
        if self._places is not places:
            self._places = places
            self.counted = [place for place in places if not self.ignored[place]]
            self._weights = tuple([
                log((len(self.counted) if key == HOSTNAME else len({values[place] for place in self.counted})) + 2)
                for key, values in zip(self._keys, self.values, strict=True)
            ])
        return self._weights


class _Topologies:
    """How many Pods there are in the topologies of each node, and what that makes: of a node that changed anew."""

    __slots__ = ("_raw", "_weights", "changed", "landscape", "touched")

    def __init__(self, landscape: _Landscape) -> None:
        self.landscape = landscape
        self._raw: list[int] = []
        self._weights: tuple[float, ...] = ()
        #: the places whose raw scores have changed; None: all
        self.touched: set[int] | None = None
        #: nodes that have got a Pod since; the topologies that they are in have changed
        self.changed: list[NodeInfo] = []

    def raw_scores(self, constraints: list[Constraint], weights: tuple[float, ...]) -> list[int]:
        """The weighted numbers of Pods in each node's topologies; not to be changed."""
        if self._weights != weights:
            self._weights, self._raw = weights, self._all_raw_scores(constraints, weights)
            self.touched = None
            self.changed = []
            return self._raw
        if self.changed:
            stale = self._stale(constraints)
            if self.touched is not None:
                self.touched.update(stale)
        else:
            return self._raw
        self.changed = []
        for place in stale:
            score = 0.0
            for constraint, values, weight in zip(constraints, self.landscape.values, weights, strict=True):
                value = values[place]
                if value is not None:
                    is_host = constraint.key == HOSTNAME
                    counts, known = (constraint.hosts, self.landscape.names[place]) if is_host else (constraint.counts, value)
                    score += counts.get(known, 0) * weight + constraint.max_skew - 1
            self._raw[place] = int(score + 0.5)
        return self._raw

    def _all_raw_scores(self, constraints: list[Constraint], weights: tuple[float, ...]) -> list[int]:
        names = self.landscape.names
        totals = [0.0] * len(names)
        for constraint, values, weight in zip(constraints, self.landscape.values, weights, strict=True):
            is_host, skew = constraint.key == HOSTNAME, constraint.max_skew
            count = (constraint.hosts if is_host else constraint.counts).get
            topologies: list[Any] = names if is_host else values
            totals = [
                total if value is None else total + (count(known, 0) * weight + skew - 1)
                for total, value, known in zip(totals, values, topologies, strict=True)
            ]
        return [int(total + 0.5) for total in totals]

    def _stale(self, constraints: list[Constraint]) -> Iterable[int]:
        """The places of nodes that share a topology with one that has changed."""
        if len(self.changed) > len(self.landscape.names):
            return range(len(self.landscape.names))
        stale: set[int] = set()
        for constraint, values in zip(constraints, self.landscape.values, strict=True):
            if constraint.key == HOSTNAME:
                places = self.landscape.place_of
                stale.update([places[node.name] for node in self.changed if node.name in places])
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
    for service in selecting_services(context, namespace, request.labels):
        wanted.update(service["spec"]["selector"])
    requirements = list(from_map(wanted).requirements)
    owners = request.pod["metadata"].get("ownerReferences") or ()
    owner = next((each for each in owners if each.get("controller")), None)
    if owner is not None and owner["kind"] in _SETS:
        found = context.look(_SETS[owner["kind"]], namespace, owner["name"])
        if found is not None:
            selector = found["spec"].get("selector") or {}
            plain = owner["kind"] == "ReplicationController"
            requirements += (from_map(selector) if plain else from_label_selector(selector)).requirements
    return Selector(requirements)
