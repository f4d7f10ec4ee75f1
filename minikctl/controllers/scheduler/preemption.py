"""Making room: which Pods have to go so that a more important one can come.

Upstream: ``plugins/defaultpreemption`` and ``framework/preemption``. On each node where it could help, all less important
Pods are taken away in thought, and given back from the most important on as long as the new one still fits. Of the nodes
the one with the least harm is taken: fewest broken disruption budgets, then the least important victims, then the fewest.
"""

from __future__ import annotations

from minikctl.api.disruption import BUDGETS, budgets_of
from minikctl.controllers.scheduler.diagnosis import NO_VICTIMS, after_all, without_room
from minikctl.controllers.scheduler.nodes import PodRequest
from minikctl.errors import NotFound
from minikctl.kinds.pod.sums import ENDED, PRIORITIES
from minikctl.kinds.podspec.status import set_pod_condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.controllers.scheduler.diagnosis import Diagnosis
    from minikctl.controllers.scheduler.nodes import NodeInfo
    from minikctl.controllers.scheduler.plan import Plan

    Obj = dict[str, Any]

NEVER = "not eligible due to preemptionPolicy=Never."
UNDER_WAY = "not eligible due to a terminating pod on the nominated node."
#: as many nodes are tried, at the least
CANDIDATES = 100
#: makes priorities positive before they are added up
SHIFT = 2**31


class Candidate:
    """A node, the Pods that would have to go, and how many disruption budgets that would break."""

    __slots__ = ("broken", "node", "victims")

    def __init__(self, node: NodeInfo, victims: list[PodRequest], broken: int) -> None:
        self.node = node
        self.victims = victims
        self.broken = broken


def make_room(plan: Plan, request: PodRequest, diagnosis: Diagnosis, component: str) -> tuple[str, str]:
    """Let Pods go for ``request``, if that helps. Returns the node that it is to have ("": none), and what was said."""
    context = plan.snapshot.context
    if request.spec.get("preemptionPolicy") == "Never":
        return "", after_all(NEVER)
    nominated = (request.pod.get("status") or {}).get("nominatedNodeName", "")
    if nominated and _is_under_way(context, plan, request, nominated, diagnosis):
        return nominated, after_all(UNDER_WAY)
    if diagnosis.helpless:
        return "", diagnosis.helpless
    candidates, tried = _candidates(plan, request, diagnosis)
    if not candidates:
        diagnosis.helpless = without_room(diagnosis, tried)
        return "", diagnosis.helpless
    chosen = best(candidates)
    _evict(context, request, chosen, component)
    return chosen.node.name, ""


def _is_under_way(context: Context, plan: Plan, request: PodRequest, name: str, diagnosis: Diagnosis) -> bool:
    """Whether Pods that were to make room on the nominated node are still on their way out."""
    if name not in plan.snapshot.by_name or (name in diagnosis.nodes and not diagnosis.nodes[name][1]):
        return False
    return any(
        "deletionTimestamp" in pod["metadata"] and (pod["spec"].get("priority") or 0) < request.priority and any(
            each["type"] == "DisruptionTarget" and each.get("reason") == "PreemptionByScheduler"
            for each in (pod.get("status") or {}).get("conditions") or ()
        )
        for pod in context.list("pods", node=name)
    )


def _candidates(plan: Plan, request: PodRequest, diagnosis: Diagnosis) -> tuple[list[Candidate], dict[str, list[str]]]:
    """The nodes on which Pods could go, and why others could not help."""
    context = plan.snapshot.context
    found: list[Candidate] = []
    tried: dict[str, list[str]] = {}
    most = max(CANDIDATES, diagnosis.total // 10)
    priorities = context.sums(PRIORITIES) if diagnosis.resolvable else {}
    for name in diagnosis.resolvable:
        if len(found) >= most:
            break
        node = plan.snapshot.by_name[name]
        if not any(int(text) < request.priority for text in priorities.get(name, {})):
            tried[name] = [NO_VICTIMS]
            continue
        victims = [
            PodRequest(pod) for pod in context.list("pods", node=name)
            if (pod["spec"].get("priority") or 0) < request.priority
            and (pod.get("status") or {}).get("phase") not in ENDED
        ]
        result = _victims(plan, request, node, victims)
        if isinstance(result, Candidate):
            found.append(result)
        else:
            tried[name] = result
    return found, tried


def _victims(plan: Plan, request: PodRequest, node: NodeInfo, possible: list[PodRequest]) -> Candidate | list[str]:
    """The Pods of a node that would have to go; or why it would be no use (upstream: ``SelectVictimsOnNode``)."""
    for each in possible:
        _put(plan, node, each, -1)
    gone = list(possible)
    try:
        refused = plan.refusal(request, node)
        if refused is not None:
            return refused[0]
        possible.sort(key=_importance)
        breaking, others = _by_budgets(plan.snapshot.context, possible)
        victims: list[PodRequest] = []
        broken = 0
        for each in (*breaking, *others):
            _put(plan, node, each, 1)
            gone.remove(each)
            if plan.refusal(request, node) is not None:
                _put(plan, node, each, -1)
                gone.append(each)
                victims.append(each)
                broken += 1 if each in breaking else 0
        victims.sort(key=_importance)
        return Candidate(node, victims, broken)
    finally:
        for each in gone:
            _put(plan, node, each, 1)


def _put(plan: Plan, node: NodeInfo, request: PodRequest, sign: int) -> None:
    """Put a Pod onto a node in thought, or take it away."""
    node.add(request, sign)
    if plan.spreading is not None:
        plan.spreading.add(node, request, sign)
    if plan.affinity is not None:
        plan.affinity.add(node, request, sign)


def _started(request: PodRequest) -> str:
    """When a Pod began, as a text that sorts by time; one that did not is the youngest."""
    return (request.pod.get("status") or {}).get("startTime") or "9999"


def _importance(request: PodRequest) -> tuple[int, str]:
    """The most important first: by priority, then the longest running (upstream: ``MoreImportantPod``)."""
    return -request.priority, _started(request)


def _by_budgets(context: Context, victims: list[PodRequest]) -> tuple[list[PodRequest], list[PodRequest]]:
    """The victims that would break a disruption budget, and the others (upstream: ``filterPodsWithPDBViolation``)."""
    left: dict[str, int] = {}
    breaking: list[PodRequest] = []
    others: list[PodRequest] = []
    for each in victims:
        broken = False
        for budget in budgets_of(each.labels, context.list(BUDGETS, each.namespace)) if each.labels else ():
            status = budget.get("status") or {}
            if each.pod["metadata"]["name"] in (status.get("disruptedPods") or {}):
                continue
            uid = budget["metadata"]["uid"]
            left[uid] = left.get(uid, status.get("disruptionsAllowed", 0)) - 1
            broken = broken or left[uid] < 0
        (breaking if broken else others).append(each)
    return breaking, others


def best(candidates: Iterable[Candidate]) -> Candidate:
    """The candidate with the least harm (upstream: ``pickOneNodeForPreemption``)."""

    def harm(candidate: Candidate) -> tuple[int, int, int, int]:
        priorities = [each.priority for each in candidate.victims]
        return candidate.broken, priorities[0], sum(each + SHIFT for each in priorities), len(priorities)

    ranked = sorted(candidates, key=harm)
    equal = [each for each in ranked if harm(each) == harm(ranked[0])]
    # Of what is left, those Pods go that began last.
    return max(equal, key=lambda each: min(_started(one) for one in each.victims if one.priority == each.victims[0].priority))


def _evict(context: Context, request: PodRequest, chosen: Candidate, component: str) -> None:
    """Let the victims go: gracefully, and not those that are going anyway."""
    uid = request.pod["metadata"]["uid"]
    for victim in chosen.victims:
        pod, meta = victim.pod, victim.pod["metadata"]
        if victim.going:
            continue
        condition = {
            "type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler",
            "message": f"{component}: preempting to accommodate a higher priority pod",
        }
        if meta.get("generation"):
            condition["observedGeneration"] = meta["generation"]
        if set_pod_condition(pod.setdefault("status", {}), condition, context.now()):
            pod = context.update_status(pod)
        try:
            context.delete("pods", meta["namespace"], meta["name"], uid=meta["uid"])
        except NotFound:
            continue
        words = f"Preempted by pod {uid} on node {chosen.node.name}"
        context.event(pod, "Normal", "Preempted", words, component)

