"""Where Pods of one sort can go: worked out once in a pass, and then kept up to date Pod by Pod.

Pods of one set are alike in everything that the scheduler looks at, and binding one changes one node. So what is known
of the nodes for one sort of Pods is kept in a plan, and only what was bound since (the snapshot's log) is looked at
again: the ten thousandth Pod of a Deployment costs what there are nodes, not what there are Pods.
"""

from __future__ import annotations

from minikctl.controllers.scheduler import scores, spreading
from minikctl.controllers.scheduler.affinity import PodAffinity
from minikctl.controllers.scheduler.diagnosis import Diagnosis
from minikctl.controllers.scheduler.filters import changing_refusal, named_nodes, static_refusal
from minikctl.controllers.scheduler.nodes import PodRequest
from minikctl.controllers.scheduler.ranking import Ranking
from minikctl.controllers.scheduler.volumes import PodVolumes
from minikctl.kinds.pod.sums import affinity_terms, claim_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.scheduler.filters import Refusal
    from minikctl.controllers.scheduler.nodes import NodeInfo, Snapshot

    Obj = dict[str, Any]

#: what the scheduler looks at in a Pod's spec, besides its containers
_SPEC = (
    "nodeSelector", "affinity", "tolerations", "topologySpreadConstraints", "overhead", "resources", "priority",
)
CONFLICT = "pod affinity terms conflict"
NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]"


def plan_of(snapshot: Snapshot, pod: Obj) -> tuple[Plan, PodRequest]:
    """The plan for a Pod, brought up to date, and what the Pod asks for. A Pod with claims is like no other."""
    if claim_names(pod):
        plan = Plan(snapshot, PodRequest(pod))
        plan.catch_up()
        return plan, PodRequest(pod)
    parts = sort_of(pod)
    if snapshot.last is not None and snapshot.last[0] == parts:  # Pods of one set come one after the other
        plan = snapshot.last[1]
    else:
        sort = repr(parts)
        known = snapshot.plans.get(sort)
        if known is None:
            known = snapshot.plans[sort] = Plan(snapshot, PodRequest(pod))
        plan = known
        snapshot.last = parts, plan
    plan.catch_up()
    return plan, plan.request.like(pod)


def sort_of(pod: Obj) -> tuple[Any, ...]:
    """What the scheduler looks at in a Pod without claims: those that are equal in it are of one sort."""
    meta = pod["metadata"]
    owner = next((each["uid"] for each in meta.get("ownerReferences") or () if each.get("controller")), "")
    return meta["namespace"], meta.get("labels"), owner, _spec_of(pod["spec"])


def _spec_of(spec: Obj) -> tuple[Any, ...]:
    """What the scheduler looks at in a spec."""
    containers = [
        (each.get("image"), each.get("resources"), each.get("ports"), each.get("restartPolicy"))
        for field in ("initContainers", "containers") for each in spec.get(field) or ()
    ]
    return (*[spec.get(field) for field in _SPEC], containers)


def _places_of(snapshot: Snapshot, request: PodRequest, names: set[str] | None) -> Places:
    """The places for a Pod, which Pods with other labels share; of only the nodes called ``names``."""
    key = repr(_spec_of(request.spec))
    found = snapshot.places.get(key)
    if found is None:
        nodes = snapshot.nodes
        if names is not None:
            by_name = snapshot.by_name
            nodes = sorted((by_name[name] for name in names if name in by_name), key=lambda node: node.index)
        found = snapshot.places[key] = Places(snapshot, request, nodes)
    return found


class Places:
    """What nodes say to a Pod by themselves: which may take it, which have room, and what they are worth."""

    def __init__(self, snapshot: Snapshot, request: PodRequest, nodes: list[NodeInfo]) -> None:
        self._snapshot = snapshot
        self._request = request
        self._seen = len(snapshot.log)
        #: why not, of the nodes that will not whatever happens
        self.refused: dict[str, Refusal] = {}
        self.candidates: list[NodeInfo] = []
        for node in nodes:
            refused = static_refusal(request, node)
            if refused is None:
                self.candidates.append(node)
            else:
                self.refused[node.name] = refused
        self.place_of = {node.index: place for place, node in enumerate(self.candidates)}
        self.full = [changing_refusal(request, node) for node in self.candidates]
        self.room = [scores.room(request, node) for node in self.candidates]
        self.taints = [scores.bad_taints(request, node) for node in self.candidates]
        self.preferred = [scores.preferred_node_affinity(request, node) for node in self.candidates]
        self.images = [scores.images(request, node, snapshot) for node in self.candidates]
        #: nothing that is compared among the nodes makes a difference but topologies
        self.plain = not any(self.taints) and not any(self.preferred)
        #: the places of those that have room; another list whenever it changes
        self.with_room = self._with_room()

    def _with_room(self) -> list[int]:
        return [place for place, refused in enumerate(self.full) if refused is None]

    def catch_up(self) -> None:
        """Look again at the nodes onto which something was put."""
        log = self._snapshot.log
        if self._seen == len(log):
            return
        changed = False
        for index in {node.index for node, _ in log[self._seen:]}:
            place = self.place_of.get(index)
            if place is not None:
                node = self.candidates[place]
                refused = changing_refusal(self._request, node)
                changed = changed or (refused is None) is not (self.full[place] is None)
                self.full[place] = refused
                self.room[place] = scores.room(self._request, node)
        if changed:
            self.with_room = self._with_room()
        self._seen = len(log)


class Plan:
    """What is known of the nodes for one sort of Pods."""

    def __init__(self, snapshot: Snapshot, request: PodRequest) -> None:
        self.snapshot = snapshot
        self.request = request
        self.volumes = PodVolumes(snapshot, request)
        self._seen = len(snapshot.log)
        names = named_nodes(request.spec)
        self._whole = CONFLICT if names is not None and not names else self.volumes.problem
        self._absent = "" if names is None else NAMED
        self._places = _places_of(snapshot, request, names)
        self.candidates = self._places.candidates
        self.spreading = spreading.hard(snapshot, request)
        self._soft = spreading.soft(snapshot, request) if len(self.candidates) > 1 else None
        self._ranking: Ranking | None = None
        self._diagnosed: Diagnosis | None = None
        self._diagnosed_at = 0
        has_terms = any(True for _ in affinity_terms(request.spec)) or bool(snapshot.terms()[0])
        self.affinity = PodAffinity(snapshot, request) if has_terms or snapshot.log_of_terms else None

    def catch_up(self) -> None:
        """Count what was put onto nodes since the last time."""
        self._places.catch_up()
        log = self.snapshot.log
        if self._seen == len(log):
            return
        if self.affinity is not None:
            self.affinity.catch_up()
        elif self.snapshot.log_of_terms:
            self.affinity = PodAffinity(self.snapshot, self.request)
        for spread in (self._soft, self.spreading):
            if spread is not None:
                spread.catch_up()
        self._seen = len(log)

    # -- who refuses ------------------------------------------------------------------------------------------------

    def feasible(self, request: PodRequest) -> list[int]:
        """The places of the candidates that can take the Pod, which is of the plan's sort."""
        found = self._places.with_room
        if self.snapshot.nominated:
            found = [place for place in found if self._beside_nominated(request, self.candidates[place]) is None]
        if self.volumes.matters or self.spreading is not None or self._affinity_refuses:
            fewest = [] if self.spreading is None else self.spreading.fewest()
            found = [place for place in found if self._others_refuse(self.candidates[place], fewest) is None]
        return found

    @property
    def _affinity_refuses(self) -> bool:
        return self.affinity is not None and self.affinity.is_bound_to_others

    def _beside_nominated(self, request: PodRequest, node: NodeInfo) -> Refusal | None:
        """Whether there is room beside the Pods that are to come onto the node, of those that are as important."""
        others = [
            each for each in self.snapshot.nominated.get(node.name, ())
            if each.priority >= request.priority and each.key != request.key
        ]
        return changing_refusal(request, node, others) if others else None

    def _others_refuse(self, node: NodeInfo, fewest: list[int]) -> Refusal | None:
        """What volumes and other Pods say."""
        if self.volumes.matters:
            refused = self.volumes.refusal(node)
            if refused is not None:
                return refused
        if self.spreading is not None:
            reason, resolvable = self.spreading.refusal(node, fewest)
            if reason:
                return [reason], resolvable
        if self.affinity is not None:
            reason, resolvable = self.affinity.refusal(node)
            if reason:
                return [reason], resolvable
        return None

    def refusal(self, request: PodRequest, node: NodeInfo) -> Refusal | None:
        """Why the node cannot take the Pod as things are now; for a candidate."""
        refused = changing_refusal(request, node) or self._beside_nominated(request, node)
        if refused is not None:
            return refused
        return self._others_refuse(node, [] if self.spreading is None else self.spreading.fewest())

    def diagnose(self, request: PodRequest) -> Diagnosis:
        """Why no node can take the Pod; the same one again while nothing has changed."""
        if self._diagnosed is not None and self._diagnosed_at == self._seen and not self.snapshot.nominated:
            return self._diagnosed
        found = Diagnosis(len(self.snapshot.nodes), whole=self._whole, absent=self._absent)
        if not found.whole:
            found.nodes.update(self._places.refused)
            for node in self.candidates:
                refused = self.refusal(request, node)
                if refused is not None:
                    found.nodes[node.name] = refused
        self._diagnosed, self._diagnosed_at = found, self._seen
        return found

    # -- who is best --------------------------------------------------------------------------------------------------

    def choose(self, request: PodRequest) -> NodeInfo | None:
        """The node for a Pod of this sort; None where none can take it.

        Of equals upstream draws one by lot; the one with the fewest Pods, then the first by name, makes stories that can
        be followed.
        """
        if self._whole:
            return None
        if self._is_plain(request):
            if self._ranking is None:
                self._ranking = Ranking(self.snapshot, self._places, self._soft)
            return self._ranking.best()
        places = self.feasible(request)
        if not places:
            return None
        candidates = self.candidates
        if len(places) == 1:
            return candidates[places[0]]
        wanted = (request.pod.get("status") or {}).get("nominatedNodeName")
        if wanted:
            for place in places:
                if candidates[place].name == wanted:
                    return candidates[place]
        totals = self._totals(places)
        highest = max(totals)
        best = [candidates[place] for place, total in zip(places, totals, strict=True) if total == highest]
        fewest = min([node.pods for node in best])
        return next(node for node in best if node.pods == fewest)

    def _is_plain(self, request: PodRequest) -> bool:
        """Whether only room and topologies decide: so it is for most Pods, and what was worked out before can stay."""
        return (
            self._places.plain and self.affinity is None and self.spreading is None and not self.volumes.matters
            and not self.snapshot.nominated and not (request.pod.get("status") or {}).get("nominatedNodeName")
        )

    def _totals(self, places: list[int]) -> list[int]:
        known = self._places
        totals = [known.room[place] + known.images[place] for place in places]
        taints, preferred = [known.taints[place] for place in places], [known.preferred[place] for place in places]
        if any(taints):
            _weigh(totals, scores.normalized(taints, reverse=True), scores.TAINTS_WEIGHT)
        if any(preferred):
            _weigh(totals, scores.normalized(preferred), scores.AFFINITY_WEIGHT)
        if self._soft is not None:
            _weigh(totals, self._soft.scores(self.candidates, places), scores.SPREADING_WEIGHT)
        if self.affinity is not None and self.affinity.has_scores:
            raw = [self.affinity.score(self.candidates[place]) for place in places]
            _weigh(totals, scores.between(raw), scores.POD_AFFINITY_WEIGHT)
        return totals


def _weigh(totals: list[int], points: list[int], weight: int) -> None:
    for position, value in enumerate(points):
        totals[position] += weight * value
