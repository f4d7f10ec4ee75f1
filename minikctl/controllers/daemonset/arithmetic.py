"""What a DaemonSet lacks and has too much of, what an update may do next, and what its Pods add up to.

Pure functions over plain objects; time is handed in, in seconds since the epoch. Where upstream goes over a map, in any
order, nodes are taken by name here. Upstream: ``daemon_controller.go`` and ``update.go``.
"""

from __future__ import annotations

from minikctl.controllers.daemonset.placement import GENERATION_LABEL, node_should_run, target_node
from minikctl.kinds.daemonset import template_generation
from minikctl.kinds.podspec.status import is_pod_available, is_pod_ready, is_pod_terminal
from minikctl.kinds.revisions import POD_REVISION_LABEL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from minikctl.controllers.daemonset.placement import DaemonNode

    Obj = dict[str, Any]


class NodePlan:
    """What is to be done on one node: make a Pod, delete Pods, replace Pods that have ended."""

    __slots__ = ("create", "delete", "ended")

    def __init__(self) -> None:
        self.create = False
        self.delete: list[Obj] = []
        self.ended: list[Obj] = []


# ---------------------------------------------------------------------------------------------------------------------
# Pods and nodes
# ---------------------------------------------------------------------------------------------------------------------


def pods_by_node(pods: Iterable[Obj]) -> dict[str, list[Obj]]:
    """Return Pods by the node they are on or want to be on; those that have ended and are going do not count."""
    found: dict[str, list[Obj]] = {}
    for pod in pods:
        node = target_node(pod)
        if node is not None and not (is_pod_terminal(pod) and _is_deleting(pod)):
            found.setdefault(node, []).append(pod)
    return dict(sorted(found.items()))


def _is_deleting(pod: Obj) -> bool:
    return pod["metadata"].get("deletionTimestamp") is not None


def is_pod_updated(daemon_set: Obj, pod: Obj, letters: str) -> bool:
    """Tell whether a Pod is of the present template, by its hash or its number (upstream: ``IsPodUpdated``)."""
    labels = pod["metadata"].get("labels") or {}
    generation = template_generation(daemon_set)
    return bool(
        (generation is not None and labels.get(GENERATION_LABEL) == str(generation))
        or (letters and labels.get(POD_REVISION_LABEL) == letters)
    )


def by_creation_and_phase(pods: Iterable[Obj]) -> list[Obj]:
    """Return Pods: those on a node first, then the oldest (upstream: ``podByCreationTimestampAndPhase``)."""
    return sorted(pods, key=lambda pod: (
        not pod["spec"].get("nodeName"), pod["metadata"].get("creationTimestamp") or "", pod["metadata"]["name"],
    ))


def pods_should_be_on_node(
    daemon_set: Obj, node: DaemonNode, pods: Sequence[Obj] | None, letters: str, now: float,
) -> NodePlan:
    """Return what is to be done on a node with these Pods of the set (None: it has none)."""
    plan = NodePlan()
    should_run, should_continue = node_should_run(daemon_set, node)
    if should_run and pods is None:
        plan.create = True
    elif should_continue:
        running: list[Obj] = []
        for pod in pods or ():
            if _is_deleting(pod):
                continue
            (plan.ended if is_pod_terminal(pod) else running).append(pod)
        _prune(daemon_set, plan, running, letters, now, should_run=should_run)
    else:
        plan.delete = [pod for pod in pods or () if not _is_deleting(pod)]
    return plan


def _prune(
    daemon_set: Obj, plan: NodePlan, running: Sequence[Obj], letters: str, now: float, *, should_run: bool,
) -> None:
    """Delete all but the oldest Pod of a node; while surging, leave one old and one new side by side for a while."""
    surging = allows_surge(daemon_set)
    if len(running) <= 1:
        plan.create = surging and should_run and not running
        return
    ordered = by_creation_and_phase(running)
    if not surging:
        plan.delete = ordered[1:]
        return
    new = old = None
    for pod in ordered:
        is_new = (pod["metadata"].get("labels") or {}).get(POD_REVISION_LABEL) == letters
        if is_new and new is None:
            new = pod
        elif not is_new and old is None:
            old = pod
        else:
            plan.delete.append(pod)
    if new is not None and old is not None and (
        not is_pod_ready(old) or is_pod_available(new, daemon_set["spec"].get("minReadySeconds", 0), now)
    ):
        plan.delete.append(old)


def unscheduled_without_node(nodes: Iterable[DaemonNode], on_node: Mapping[str, Sequence[Obj]]) -> list[Obj]:
    """Return the Pods that wait for nodes which are gone (upstream: ``getUnscheduledPodsWithoutNode``)."""
    there = {node.name for node in nodes}
    return [
        pod for name, pods in on_node.items() if name not in there
        for pod in pods if not pod["spec"].get("nodeName")
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Rolling updates
# ---------------------------------------------------------------------------------------------------------------------


def surge_count(daemon_set: Obj, desired: int) -> int:
    """Return how many new Pods may stand beside old ones (upstream: ``SurgeCount``)."""
    return _scaled(daemon_set, "maxSurge", desired)


def unavailable_count(daemon_set: Obj, desired: int) -> int:
    """Return how many Pods may be unavailable (upstream: ``UnavailableCount``)."""
    return _scaled(daemon_set, "maxUnavailable", desired)


def allows_surge(daemon_set: Obj) -> bool:
    """Tell whether ``maxSurge`` is above 0."""
    return surge_count(daemon_set, 1) > 0


def _scaled(daemon_set: Obj, field: str, desired: int) -> int:
    from minikctl.lib.intstr import scaled_value_from_int_or_percent

    strategy = daemon_set["spec"]["updateStrategy"]
    rolling_update = strategy.get("rollingUpdate") or {}
    if strategy["type"] != "RollingUpdate" or rolling_update.get(field) is None:
        return 0
    return scaled_value_from_int_or_percent(rolling_update[field], desired, round_up=True)


def find_updated_pods(daemon_set: Obj, pods: Iterable[Obj], letters: str) -> tuple[Obj | None, Obj | None] | None:
    """Return the new and the old Pod of a node; None where there are several of one sort.

    Upstream: ``findUpdatedPodsOnNode``.
    """
    new = old = None
    for pod in pods:
        if _is_deleting(pod):
            continue
        if is_pod_updated(daemon_set, pod, letters):
            if new is not None:
                return None
            new = pod
        else:
            if old is not None:
                return None
            old = pod
    return new, old


def rolling_update(
    daemon_set: Obj, nodes: Sequence[DaemonNode], on_node: Mapping[str, Sequence[Obj]], letters: str, now: float,
) -> tuple[list[Obj], list[str]]:
    """Return the Pods to delete and the nodes to make Pods on, for one step of an update."""
    wanted = [node.name for node in nodes if node_should_run(daemon_set, node)[0]]
    everywhere = {name: on_node.get(name, ()) for name in sorted({*on_node, *wanted})}
    surge, unavailable = surge_count(daemon_set, len(wanted)), unavailable_count(daemon_set, len(wanted))
    if not surge:
        # Where neither is allowed, upstream takes one Pod away nevertheless.
        limit = unavailable or (1 if wanted else 0)
        return _replace(daemon_set, everywhere, letters, now, limit), []
    return _surge(daemon_set, everywhere, letters, now, surge, set(wanted))


def _replace(
    daemon_set: Obj, on_node: Mapping[str, Sequence[Obj]], letters: str, now: float, limit: int,
) -> list[Obj]:
    """Without surge: delete old Pods that are of no use anyway, then as many others as ``limit`` leaves."""
    min_ready = daemon_set["spec"].get("minReadySeconds", 0)
    unavailable = 0
    replaceable: list[Obj] = []
    candidates: list[Obj] = []
    for pods in on_node.values():
        found = find_updated_pods(daemon_set, pods, letters)
        new, old = found or (None, None)
        if (new is None) == (old is None):
            unavailable += 1  # none or several: that is the matter of the next sync
        elif new is not None:
            unavailable += not is_pod_available(new, min_ready, now)
        elif old is not None and not is_pod_available(old, min_ready, now):
            replaceable.append(old)
            unavailable += 1
        elif old is not None and unavailable < limit:
            candidates.append(old)
    return replaceable + candidates[:max(limit - unavailable, 0)]


def _surge(
    daemon_set: Obj, on_node: Mapping[str, Sequence[Obj]], letters: str, now: float, limit: int, wanted: set[str],
) -> tuple[list[Obj], list[str]]:
    """With surge: make new Pods beside old ones, and delete an old one when its new one is available."""
    min_ready = daemon_set["spec"].get("minReadySeconds", 0)
    delete: list[Obj] = []
    leaving: list[Obj] = []
    create: list[str] = []
    candidates: list[str] = []
    surging = available = 0
    for name, pods in on_node.items():
        found = find_updated_pods(daemon_set, pods, letters)
        if found is None:
            surging += 1
            continue
        new, old = found
        serving = old or new
        serves = serving is not None and is_pod_available(serving, min_ready, now)
        available += serves
        if old is None:
            continue
        if new is not None:
            if is_pod_available(new, min_ready, now):
                delete.append(old)
            else:
                surging += 1
        elif name not in wanted:
            (leaving if serves else delete).append(old)
        elif not serves:
            create.append(name)
        elif surging < limit:
            candidates.append(name)
    # A node that is no longer wanted keeps its Pod until enough others are available.
    delete += leaving[:max(available - len(wanted), 0)]
    return delete, create + candidates[:max(limit - surging, 0)]


# ---------------------------------------------------------------------------------------------------------------------
# Status
# ---------------------------------------------------------------------------------------------------------------------


def calculate_status(
    daemon_set: Obj, nodes: Iterable[DaemonNode], on_node: Mapping[str, Sequence[Obj]], letters: str, now: float,
) -> Obj:
    """Return the status; four of its numbers are written even when they are 0 (``updateDaemonSetStatus``)."""
    min_ready = daemon_set["spec"].get("minReadySeconds", 0)
    desired = current = misscheduled = ready = updated = available = 0
    for node in nodes:
        pods = on_node.get(node.name)
        if not node_should_run(daemon_set, node)[0]:
            misscheduled += bool(pods)
            continue
        desired += 1
        if not pods:
            continue
        current += 1
        oldest = by_creation_and_phase(pods)[0]
        if is_pod_ready(oldest):
            ready += 1
            available += is_pod_available(oldest, min_ready, now)
        updated += is_pod_updated(daemon_set, oldest, letters)
    counts = {
        "numberAvailable": available, "numberUnavailable": desired - available, "updatedNumberScheduled": updated,
        "observedGeneration": daemon_set["metadata"].get("generation", 0),
    }
    old = daemon_set.get("status") or {}
    return {
        "currentNumberScheduled": current,
        "desiredNumberScheduled": desired,
        "numberMisscheduled": misscheduled,
        "numberReady": ready,
        **{field: count for field, count in counts.items() if count},
        **{field: old[field] for field in ("collisionCount", "conditions") if field in old},
    }
