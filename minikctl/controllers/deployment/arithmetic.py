"""How many Pods which ReplicaSet of a Deployment may have, and what that says about its progress: pure functions.

The names are those of upstream's ``pkg/controller/deployment/util/deployment_util.go``. Nothing here reads or writes
the cluster or asks the clock; times come in as seconds since the epoch. What ``describe`` and ``rollout`` need as well
stands in ``kinds.deploymentutil``.
"""

from __future__ import annotations

from minikctl.kinds.deploymentutil import (
    ANNOTATIONS_TO_SKIP,
    DESIRED_REPLICAS_ANNOTATION,
    MAX_REPLICAS_ANNOTATION,
    NEW_RS_AVAILABLE_REASON,
    PROGRESSING,
    REVISION_ANNOTATION,
    REVISION_HISTORY_ANNOTATION,
    TIMED_OUT_REASON,
    get_deployment_condition,
    get_replica_count_for_replica_sets,
    max_revision,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Obj = dict[str, Any]

#: a limit or deadline of this many means: none
MAX_INT32 = 2**31 - 1
#: letters that the annotation with the history of revisions may have; the oldest entries give way
MAX_REVISION_HISTORY_LENGTH = 2000


def wanted(obj: Obj) -> int:
    """The Pods that a Deployment or ReplicaSet asks for (spec.replicas, 1 where it is not said)."""
    replicas: int = obj["spec"].get("replicas", 1)
    return replicas


def is_rolling_update(deployment: Obj) -> bool:
    """Whether the Deployment replaces its Pods bit by bit."""
    return (deployment["spec"].get("strategy") or {}).get("type") == "RollingUpdate"


def resolve_fenceposts(max_surge: Any, max_unavailable: Any, desired: int) -> tuple[int, int]:
    """Both limits of a rolling update as numbers: (surge, unavailable).

    Each is a number, a percentage of ``desired`` (the surge is rounded up, the other down) or None for 0. Where both
    come to nothing, one Pod may be unavailable, or the rollout could never move. Raises ValueError for anything else.

    >>> resolve_fenceposts("25%", "25%", 3)
    (1, 0)
    """
    surge = _scaled(max_surge, desired, round_up=True)
    unavailable = _scaled(max_unavailable, desired, round_up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return surge, unavailable


def _scaled(value: Any, total: int, *, round_up: bool) -> int:
    if value is None:
        return 0
    from minikctl.lib.intstr import scaled_value_from_int_or_percent

    return scaled_value_from_int_or_percent(value, total, round_up)


def _fenceposts(deployment: Obj) -> tuple[int, int]:
    rolling = deployment["spec"]["strategy"].get("rollingUpdate") or {}
    return resolve_fenceposts(rolling.get("maxSurge"), rolling.get("maxUnavailable"), wanted(deployment))


def max_unavailable(deployment: Obj) -> int:
    """How many Pods may be missing during a rolling update; 0 for Recreate, never more than there are to be."""
    replicas = wanted(deployment)
    if not is_rolling_update(deployment) or replicas == 0:
        return 0
    return min(_fenceposts(deployment)[1], replicas)


def min_available(deployment: Obj) -> int:
    """How many Pods have to stay available during a rolling update; 0 for Recreate."""
    return wanted(deployment) - max_unavailable(deployment) if is_rolling_update(deployment) else 0


def max_surge(deployment: Obj) -> int:
    """How many Pods more than wanted there may be during a rolling update; 0 for Recreate."""
    return _fenceposts(deployment)[0] if is_rolling_update(deployment) else 0


def max_replicas(deployment: Obj) -> int:
    """How many Pods there may be in all, the surge included."""
    return wanted(deployment) + max_surge(deployment)


def new_rs_new_replicas(deployment: Obj, all_rss: Iterable[Obj | None], new_rs: Obj) -> int:
    """How many Pods the new ReplicaSet should have now.

    As many as are wanted, but during a rolling update no more than the surge leaves room for; never fewer than it has.
    """
    replicas = wanted(deployment)
    if not is_rolling_update(deployment):
        return replicas
    room = max_replicas(deployment) - get_replica_count_for_replica_sets(all_rss)
    if room <= 0:
        return wanted(new_rs)
    return wanted(new_rs) + min(room, replicas - wanted(new_rs))


# ---------------------------------------------------------------------------------------------------------------------
# Which ReplicaSets
# ---------------------------------------------------------------------------------------------------------------------


def filter_active_replica_sets(replica_sets: Iterable[Obj | None]) -> list[Obj]:
    """Those that want Pods, in the order given; None is left out."""
    return [rs for rs in replica_sets if rs is not None and wanted(rs) > 0]


def age_key(replica_set: Obj) -> tuple[str, int, str]:
    """Sorts older ReplicaSets first: by creation, then revision (many are made within one second here), then name."""
    metadata = replica_set["metadata"]
    return metadata.get("creationTimestamp") or "", max_revision([replica_set]), metadata["name"]


def find_active_or_latest(new_rs: Obj | None, old_rss: Sequence[Obj]) -> Obj | None:
    """The only ReplicaSet that wants Pods; where none does, the new one or the youngest. None where several do."""
    active = filter_active_replica_sets([*old_rss, new_rs])
    if len(active) == 1:
        return active[0]
    if active:
        return None
    return new_rs if new_rs is not None else max(old_rss, key=age_key, default=None)


def is_saturated(deployment: Obj, new_rs: Obj | None) -> bool:
    """Whether the new ReplicaSet owns all Pods that are wanted, by its own word too, and they are available."""
    if new_rs is None:
        return False
    replicas = wanted(deployment)
    available: int = (new_rs.get("status") or {}).get("availableReplicas", 0)
    desired = get_desired_replicas_annotation(new_rs)
    return wanted(new_rs) == replicas and desired == replicas and available == replicas


def is_scaling_event(deployment: Obj, replica_sets: Iterable[Obj | None]) -> bool:
    """Whether the number of Pods wanted has changed since the ReplicaSets were last told."""
    for replica_set in filter_active_replica_sets(replica_sets):
        desired = get_desired_replicas_annotation(replica_set)
        if desired is not None and desired != wanted(deployment):
            return True
    return False


def has_revision_history_limit(deployment: Obj) -> bool:
    """Whether old ReplicaSets are cleaned up at all."""
    limit: int = deployment["spec"].get("revisionHistoryLimit", MAX_INT32)
    return limit != MAX_INT32


def replica_sets_to_clean_up(deployment: Obj, old_rss: Iterable[Obj]) -> list[Obj]:
    """The old ReplicaSets beyond the history's limit that may go: lowest revisions first, and only those without Pods.

    One that still has Pods takes a place in the count: it goes at a later time. Upstream: ``cleanupDeployment``.
    """
    if not has_revision_history_limit(deployment):
        return []
    limit: int = deployment["spec"]["revisionHistoryLimit"]
    alive = [rs for rs in old_rss if rs["metadata"].get("deletionTimestamp") is None]
    excess = len(alive) - limit
    if excess <= 0:
        return []
    return [rs for rs in sorted(alive, key=_revision_key)[:excess] if _is_without_pods(rs)]


def _revision_key(replica_set: Obj) -> tuple[int, tuple[str, int, str]]:
    age = age_key(replica_set)
    return age[1], age


def _is_without_pods(replica_set: Obj) -> bool:
    status = replica_set.get("status") or {}
    observed = status.get("observedGeneration", 0) >= replica_set["metadata"].get("generation", 0)
    return observed and wanted(replica_set) == 0 and status.get("replicas", 0) == 0


# ---------------------------------------------------------------------------------------------------------------------
# Scaling in proportion
# ---------------------------------------------------------------------------------------------------------------------


def scale_proportionally(deployment: Obj, active: Iterable[Obj]) -> list[tuple[Obj, int]]:
    """The sizes that ReplicaSets in the midst of a rollout get when the Deployment is scaled.

    Each grows or shrinks by its share; what rounding leaves goes to the largest. Of equal ones, the newer grow first
    and the older shrink first. Returns (ReplicaSet, size) in the order in which to change them. Upstream: ``scale``.
    """
    replica_sets = list(active)
    allowed = max_replicas(deployment) if wanted(deployment) > 0 else 0
    to_add = allowed - get_replica_count_for_replica_sets(replica_sets)
    if to_add == 0 or not replica_sets:
        return [(rs, wanted(rs)) for rs in replica_sets]
    replica_sets.sort(key=age_key, reverse=to_add > 0)
    replica_sets.sort(key=wanted, reverse=True)
    added = 0
    sizes = []
    for replica_set in replica_sets:
        share = get_replica_set_proportion(replica_set, deployment, to_add, added)
        sizes.append((replica_set, wanted(replica_set) + share))
        added += share
    largest, size = sizes[0]
    sizes[0] = (largest, max(size + to_add - added, 0))
    return sizes


def get_replica_set_proportion(replica_set: Obj, deployment: Obj, to_add: int, added: int) -> int:
    """How many of the ``to_add`` Pods (fewer than 0: to take away) a ReplicaSet gets, ``added`` of them being given."""
    if wanted(replica_set) == 0 or to_add in (0, added):
        return 0
    fraction = get_replica_set_fraction(replica_set, deployment)
    left = to_add - added
    return min(fraction, left) if to_add > 0 else max(fraction, left)


def get_replica_set_fraction(replica_set: Obj, deployment: Obj) -> int:
    """By how much a ReplicaSet changes when the Deployment goes from the size that it has noted to the present one.

    >>> rs = {"metadata": {"annotations": {MAX_REPLICAS_ANNOTATION: "100"}}, "spec": {"replicas": 50}}
    >>> get_replica_set_fraction(rs, {"spec": {"replicas": 120, "strategy": {"type": "Recreate"}}})
    10
    """
    size = wanted(replica_set)
    if wanted(deployment) == 0:
        return -size
    before = _number_annotation(replica_set, MAX_REPLICAS_ANNOTATION)
    if not before:
        # Somebody took the annotation away: the present size is the next best guess.
        before = (deployment.get("status") or {}).get("replicas", 0)
        if before == 0:
            return 0
    return (2 * size * max_replicas(deployment) + before) // (2 * before) - size  # rounded half up


# ---------------------------------------------------------------------------------------------------------------------
# Annotations
# ---------------------------------------------------------------------------------------------------------------------


def _annotations(obj: Obj) -> dict[str, str]:
    annotations: dict[str, str] = obj["metadata"].get("annotations") or {}
    return annotations


def _number_annotation(replica_set: Obj, name: str) -> int | None:
    value = _annotations(replica_set).get(name, "")
    return int(value) if value.isascii() and value.isdigit() and int(value) <= MAX_INT32 else None


def get_desired_replicas_annotation(replica_set: Obj) -> int | None:
    """How many Pods the Deployment wanted when it last scaled the ReplicaSet; None where that cannot be read."""
    return _number_annotation(replica_set, DESIRED_REPLICAS_ANNOTATION)


def set_replicas_annotations(replica_set: Obj, desired: int, most: int) -> bool:
    """Note on a ReplicaSet how many Pods are wanted in all and how many there may be; says whether that is new."""
    return _annotate(replica_set, {DESIRED_REPLICAS_ANNOTATION: str(desired), MAX_REPLICAS_ANNOTATION: str(most)})


def _annotate(obj: Obj, annotations: dict[str, str]) -> bool:
    present = _annotations(obj)
    if all(present.get(key) == value for key, value in annotations.items()):
        return False
    obj["metadata"]["annotations"] = {**present, **annotations}
    return True


def set_deployment_revision(deployment: Obj, number: str) -> bool:
    """Note the revision on the Deployment; says whether it is new."""
    return _annotate(deployment, {REVISION_ANNOTATION: number})


def set_new_replica_set_annotations(
    deployment: Obj, new_rs: Obj, new_revision: int, *, exists: bool,
    history_length: int = MAX_REVISION_HISTORY_LENGTH,
) -> bool:
    """Bring the new ReplicaSet's annotations up to date; says whether they changed.

    The Deployment's own are copied (not those of ``ANNOTATIONS_TO_SKIP``), the revision rises to ``new_revision`` and a
    revision it had before goes to its history: so rolling back leaves a trace. One that is about to be made
    (not ``exists``) learns the sizes as well.
    """
    copied = {key: value for key, value in _annotations(deployment).items() if key not in ANNOTATIONS_TO_SKIP}
    changed = _annotate(new_rs, copied)
    old = _annotations(new_rs).get(REVISION_ANNOTATION)
    try:
        old_revision = int(old or 0)
    except ValueError:
        return False
    if old_revision < new_revision:
        annotations = {REVISION_ANNOTATION: str(new_revision)}
        if old is not None:
            history = _longer_history(_annotations(new_rs).get(REVISION_HISTORY_ANNOTATION, ""), old, history_length)
            if history is not None:
                annotations[REVISION_HISTORY_ANNOTATION] = history
        changed = _annotate(new_rs, annotations) or changed
    if not exists:
        changed = set_replicas_annotations(new_rs, wanted(deployment), max_replicas(deployment)) or changed
    return changed


def _longer_history(history: str, old_revision: str, most: int) -> str | None:
    """``history`` with one more revision, without the oldest where it grows too long; None where it cannot be.

    >>> _longer_history("9,10", "11", 5)
    '10,11'
    """
    if not history:
        return old_revision
    entries = history.split(",")
    while entries and len(",".join([*entries, old_revision])) > most:
        entries.pop(0)
    longer = ",".join([*entries, old_revision])
    return longer if len(longer) <= most else None


# ---------------------------------------------------------------------------------------------------------------------
# Progress
# ---------------------------------------------------------------------------------------------------------------------


def has_progress_deadline(deployment: Obj) -> bool:
    """Whether progress is watched at all (spec.progressDeadlineSeconds)."""
    deadline: int = deployment["spec"].get("progressDeadlineSeconds", MAX_INT32)
    return deadline != MAX_INT32


def deployment_progressing(deployment: Obj, new_status: Obj) -> bool:
    """Whether ``new_status`` shows progress against the Deployment's: more new Pods, more ready, fewer old ones."""
    old_status = deployment.get("status") or {}

    def old_pods(status: Obj) -> int:
        count: int = status.get("replicas", 0) - status.get("updatedReplicas", 0)
        return count

    return old_pods(new_status) < old_pods(old_status) or any(
        new_status.get(field, 0) > old_status.get(field, 0)
        for field in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )


def deployment_timed_out(deployment: Obj, new_status: Obj, now: float) -> bool:
    """Whether the last sign of progress in ``new_status`` is longer ago than the deadline allows.

    A rollout that had been complete cannot time out; one that has, stays so.
    """
    if not has_progress_deadline(deployment):
        return False
    condition = get_deployment_condition(new_status, PROGRESSING)
    if condition is None or condition.get("reason") == NEW_RS_AVAILABLE_REASON:
        return False
    if condition.get("reason") == TIMED_OUT_REASON:
        return True
    return seconds_to_deadline(deployment, condition, now) < 0


def seconds_to_deadline(deployment: Obj, condition: Obj, now: float) -> float:
    """The seconds from ``now`` until the Progressing ``condition`` is too old; below 0: it is."""
    from minikctl.lib.times import parse_time

    since = parse_time(condition["lastUpdateTime"])
    return since + float(deployment["spec"]["progressDeadlineSeconds"]) - now
