"""What a StatefulSet's Pods add up to, and which of them a rolling update may take next.

Pure functions over plain objects; time is handed in, in seconds since the epoch. Upstream:
``computeReplicaStatus``, ``completeRollingUpdate`` and the end of ``updateStatefulSet`` in ``stateful_set_control.go``.
"""

from __future__ import annotations

from minikctl.controllers.statefulset.identity import pod_revision, start_ordinal
from minikctl.kinds.podspec.status import is_pod_available, is_pod_ready

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Obj = dict[str, Any]


def is_created(pod: Obj) -> bool:
    """Tell whether the Pod is stored, and not only what will be."""
    return bool((pod.get("status") or {}).get("phase"))


def is_terminating(pod: Obj) -> bool:
    """Tell whether the Pod is being deleted."""
    return pod["metadata"].get("deletionTimestamp") is not None


def is_running_and_ready(pod: Obj) -> bool:
    """Tell whether the Pod runs and is ready."""
    return (pod.get("status") or {}).get("phase") == "Running" and is_pod_ready(pod)


def is_unavailable(pod: Obj, min_ready_seconds: int, now: float) -> bool:
    """Tell whether the Pod is going, or has not been ready for long enough (upstream: ``isUnavailable``)."""
    return is_terminating(pod) or not is_pod_available(pod, min_ready_seconds, now)


def is_current_revision_needed(stateful_set: Obj, ordinal: int) -> bool:
    """Tell whether a new Pod of number ``ordinal`` is to be of the revision before the update.

    Those below the partition of a rolling update are. Upstream: ``isCurrentRevisionNeeded``.
    """
    strategy = stateful_set["spec"].get("updateStrategy") or {}
    if strategy.get("type") != "RollingUpdate":
        return False
    rolling_update = strategy.get("rollingUpdate")
    if rolling_update is None:
        kept: int = (stateful_set.get("status") or {}).get("currentReplicas", 0)
    else:
        kept = rolling_update.get("partition") or 0
    return ordinal < start_ordinal(stateful_set) + kept


def calculate_status(stateful_set: Obj, pods: Iterable[Obj], current: str, update: str, now: float) -> Obj:
    """Return the status of a set with these Pods; ``current`` and ``update`` are the names of its revisions.

    When all Pods are of the revision to come and ready, that is the current one. Numbers that are 0 go, but for two.
    """
    wanted, min_ready = stateful_set["spec"].get("replicas", 1), stateful_set["spec"].get("minReadySeconds", 0)
    replicas = ready = available = on_current = on_update = 0
    for pod in pods:
        if not is_created(pod):
            continue
        replicas += 1
        if is_running_and_ready(pod):
            ready += 1
            available += is_pod_available(pod, min_ready, now)
        if not is_terminating(pod):
            revision = pod_revision(pod)
            on_current += revision == current
            on_update += revision == update
    rolling = (stateful_set["spec"].get("updateStrategy") or {}).get("type") == "RollingUpdate"
    if rolling and on_update == ready == replicas == wanted:
        on_current, current = on_update, update
    counts = {
        "currentReplicas": on_current, "observedGeneration": stateful_set["metadata"].get("generation", 0),
        "readyReplicas": ready, "updatedReplicas": on_update,
    }
    return {
        "availableReplicas": available,
        "collisionCount": (stateful_set.get("status") or {}).get("collisionCount", 0),
        "currentRevision": current,
        "replicas": replicas,
        "updateRevision": update,
        **{field: count for field, count in counts.items() if count},
    }


def pods_to_update(stateful_set: Obj, replicas: Sequence[Obj], update: str, now: float) -> list[Obj]:
    """Return the Pods to delete now, so that they come back as revision ``update``; the highest number first.

    ``replicas``: all Pods of the set by their numbers. One at a time, each after the one before is available again;
    or, where ``maxUnavailable`` is said, as many as that leaves.
    """
    spec = stateful_set["spec"]
    min_ready = spec.get("minReadySeconds", 0)
    rolling_update = (spec.get("updateStrategy") or {}).get("rollingUpdate") or {}
    # Upstream counts the partition from the first Pod of the set, whatever its number.
    candidates = list(reversed(replicas[rolling_update.get("partition") or 0:]))
    limit = rolling_update.get("maxUnavailable")
    if limit is None:
        for pod in candidates:
            if pod_revision(pod) != update and not is_terminating(pod):
                return [pod]
            if is_unavailable(pod, min_ready, now):
                return []
        return []
    unavailable = sum(is_unavailable(pod, min_ready, now) for pod in replicas)
    left = max_unavailable(limit, len(replicas)) - unavailable
    old = [pod for pod in candidates if pod_revision(pod) != update and not is_terminating(pod)]
    return old[:max(left, 0)]


def max_unavailable(limit: int | str, replicas: int) -> int:
    """Return how many Pods may be unavailable, at least 1. Upstream: ``getStatefulSetMaxUnavailable``."""
    from minikctl.lib.intstr import scaled_value_from_int_or_percent

    return max(scaled_value_from_int_or_percent(limit, replicas, round_up=False), 1)
