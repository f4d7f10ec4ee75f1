"""What others ask about a Pod: is it ready, available, active; which one goes first when there are too many.

Pure functions over plain objects; time is handed in, in seconds since the epoch. Upstream: ``pkg/api/v1/pod/util.go``
and ``pkg/controller/controller_utils.go``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

#: what a Pod's deletion costs its controller; Pods with less go first
POD_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

_PHASE_RANKS = {"Pending": 0, "Unknown": 1, "Running": 2}
_INT32_MIN, _INT32_MAX = -(2**31), 2**31 - 1

# ---------------------------------------------------------------------------------------------------------------------
# Conditions
# ---------------------------------------------------------------------------------------------------------------------


def pod_condition(pod: Obj, condition_type: str) -> Obj | None:
    """The condition of this type, or None (upstream: ``GetPodCondition``)."""
    for condition in (pod.get("status") or {}).get("conditions") or ():
        if condition.get("type") == condition_type:
            found: Obj = condition
            return found
    return None


def set_pod_condition(status: Obj, condition: Obj, now: float) -> bool:
    """Put ``condition`` (type, status, and what else it has) into ``status``, in the place of one of its type.

    lastTransitionTime is ``now`` where the condition's status changed and what it was where it did not; a condition
    that brings its own keeps it. Returns whether anything is different now. Upstream: ``UpdatePodCondition``.
    """
    from minikctl.lib.times import format_time

    conditions = status.setdefault("conditions", [])
    for index, old in enumerate(conditions):
        if old.get("type") == condition["type"]:
            new = dict(condition)
            if old.get("status") == new.get("status") and "lastTransitionTime" in old:
                new["lastTransitionTime"] = old["lastTransitionTime"]
            else:
                new.setdefault("lastTransitionTime", format_time(now))
            new.setdefault("lastProbeTime", old.get("lastProbeTime"))
            conditions[index] = new
            return bool(new != old)
    new = {"lastProbeTime": None, "lastTransitionTime": format_time(now), **condition}
    conditions.append(new)
    return True


# ---------------------------------------------------------------------------------------------------------------------
# Ready, available, active
# ---------------------------------------------------------------------------------------------------------------------


def is_pod_ready(pod: Obj) -> bool:
    """Whether the Pod's condition Ready is True (upstream: ``IsPodReady``)."""
    condition = pod_condition(pod, "Ready")
    return condition is not None and condition.get("status") == "True"


def is_pod_available(pod: Obj, min_ready_seconds: int, now: float) -> bool:
    """Whether the Pod has been ready for ``min_ready_seconds`` (upstream: ``IsPodAvailable``)."""
    condition = pod_condition(pod, "Ready")
    if condition is None or condition.get("status") != "True":
        return False
    if not min_ready_seconds:
        return True
    since = condition.get("lastTransitionTime")
    if not since:
        return False
    from minikctl.lib.times import parse_time

    ready_since: float = parse_time(since)
    return ready_since + min_ready_seconds <= now


def available_after(pod: Obj, min_ready_seconds: int, now: float) -> float | None:
    """The seconds until a Pod that is ready becomes available; 0 when it is, None when it is not even ready."""
    if not is_pod_ready(pod):
        return None
    if is_pod_available(pod, min_ready_seconds, now):
        return 0.0
    since = (pod_condition(pod, "Ready") or {}).get("lastTransitionTime")
    if not since:
        return None
    from minikctl.lib.times import parse_time

    ready_since: float = parse_time(since)
    return ready_since + min_ready_seconds - now


def is_pod_terminal(pod: Obj) -> bool:
    """Whether the Pod has ended for good, well or not (upstream: ``IsPodTerminal``)."""
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def is_pod_terminating(pod: Obj) -> bool:
    """Whether the Pod is being deleted and has not ended (upstream: ``IsPodTerminating``)."""
    return not is_pod_terminal(pod) and pod["metadata"].get("deletionTimestamp") is not None


def is_pod_active(pod: Obj) -> bool:
    """Whether the Pod counts as one of its controller's: it has not ended and is not going (``IsPodActive``)."""
    return (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed") and not pod["metadata"].get(
        "deletionTimestamp"
    )


def is_restartable_init_container(container: Obj) -> bool:
    """Whether an init container is a sidecar: it starts before the others and stays (``restartPolicy: Always``)."""
    return container.get("restartPolicy") == "Always"


# ---------------------------------------------------------------------------------------------------------------------
# Which Pods go first
# ---------------------------------------------------------------------------------------------------------------------


def deletion_cost(pod: Obj) -> int:
    """What the annotation pod-deletion-cost says; 0 without it or where it is no 32-bit number."""
    value = (pod["metadata"].get("annotations") or {}).get(POD_DELETION_COST)
    if value is None:
        return 0
    cost = parse_deletion_cost(value)
    return 0 if cost is None else cost


def parse_deletion_cost(value: str) -> int | None:
    """The number in a pod-deletion-cost, or None where it is none (``+5`` and ``010`` are refused, as upstream)."""
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or (digits[0] == "0" and value != "0"):
        return None
    cost = int(value)
    return cost if _INT32_MIN <= cost <= _INT32_MAX else None


def max_container_restarts(pod: Obj) -> tuple[int, int]:
    """The most restarts of a regular container, and of a sidecar (upstream: ``maxContainerRestarts``)."""
    status = pod.get("status") or {}
    init_containers = pod["spec"].get("initContainers") or ()
    sidecars = {container["name"] for container in init_containers if is_restartable_init_container(container)}
    statuses = status.get("containerStatuses") or ()
    init_statuses = [s for s in status.get("initContainerStatuses") or () if s.get("name") in sidecars]
    return (
        max((s.get("restartCount", 0) for s in statuses), default=0),
        max((s.get("restartCount", 0) for s in init_statuses), default=0),
    )


def compare_pods_for_deletion(pods: Sequence[Obj], ranks: Sequence[int] | None = None, now: float = 0.0) -> list[Obj]:
    """Return ``pods`` in the order in which a controller that has too many deletes them, the first to go first.

    ``ranks`` (one a Pod) says how many active Pods of the same owner stand on the Pod's node: those that are doubled
    up go first. ``now`` (0: exact times) makes ages comparable on a logarithmic scale, so that among Pods of about the
    same age chance, which is the UID, decides. Upstream: ``ActivePodsWithRanks``: unassigned < assigned, Pending <
    Unknown < Running, not ready < ready, cheap < dear, doubled up < alone, ready for a short time < for long, more
    restarts < fewer, young < old.
    """
    from functools import cmp_to_key

    facts = [_DeletionFacts(pod, ranks[i] if ranks else 0) for i, pod in enumerate(pods)]

    def compare(one: _DeletionFacts, other: _DeletionFacts) -> int:
        if one.before != other.before:
            return -1 if one.before < other.before else 1
        if one.ready and one.ready_since != other.ready_since:
            return _compare_ages(one, other, one.ready_since, other.ready_since, now)
        if one.restarts != other.restarts:
            return -1 if one.restarts > other.restarts else 1
        if one.created != other.created:
            return _compare_ages(one, other, one.created, other.created, now)
        return 0

    facts.sort(key=cmp_to_key(compare))
    return [fact.pod for fact in facts]


class _DeletionFacts:
    """What the order of deletion looks at, read out of a Pod once."""

    __slots__ = ("before", "created", "pod", "ready", "ready_since", "restarts", "uid")

    def __init__(self, pod: Obj, rank: int) -> None:
        from minikctl.lib.times import parse_time

        condition = pod_condition(pod, "Ready")
        metadata = pod["metadata"]
        created = metadata.get("creationTimestamp")
        since = (condition or {}).get("lastTransitionTime")
        self.pod = pod
        self.uid: str = metadata.get("uid", "")
        self.ready = condition is not None and condition.get("status") == "True"
        self.before = (
            1 if pod["spec"].get("nodeName") else 0,
            _PHASE_RANKS.get((pod.get("status") or {}).get("phase", ""), 0),
            1 if self.ready else 0,
            deletion_cost(pod),
            -rank,
        )
        self.ready_since = parse_time(since) if since else None
        self.restarts = max_container_restarts(pod)
        self.created = parse_time(created) if created else None


def _compare_ages(
    one: _DeletionFacts, other: _DeletionFacts, since: float | None, other_since: float | None, now: float
) -> int:
    """Compare two different points in time: no time at all comes first, then the younger, by powers of two."""
    if since is None or other_since is None:
        return -1 if since is None else 1
    if not now:
        return -1 if since > other_since else 1
    difference = _logarithm(now - since) - _logarithm(now - other_since)
    if difference:
        return -1 if difference < 0 else 1
    return -1 if one.uid < other.uid else 1


def _logarithm(seconds: float) -> int:
    """The power of two that an age in nanoseconds reaches; -1 for none (upstream: ``logarithmicRankDiff``)."""
    nanoseconds = round(seconds * 1_000_000_000)
    return nanoseconds.bit_length() - 1 if nanoseconds > 0 else -1
