"""One step of a rolling update (upstream: ``pkg/controller/deployment/rolling.go``).

New Pods come first as far as the surge allows; old ones go as far as availability allows. What a step does becomes
Pods, these become ready, and that makes the next step possible.
"""

from __future__ import annotations

from minikctl.controllers.deployment import arithmetic as numbers
from minikctl.controllers.deployment.progress import sync_rollout_status
from minikctl.controllers.deployment.sync import (
    cleanup_deployment,
    get_all_replica_sets_and_sync_revision,
    scale_replica_set,
)
from minikctl.kinds import deploymentutil as util

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]


def rollout_rolling(context: Context, deployment: Obj, replica_sets: list[Obj]) -> None:
    """Scale up, or else scale down, or else tidy up."""
    new_rs, old_rss = get_all_replica_sets_and_sync_revision(context, deployment, replica_sets, create=True)
    assert new_rs is not None
    all_rss = [*old_rss, new_rs]
    if reconcile_new_replica_set(context, deployment, new_rs, all_rss):
        sync_rollout_status(context, deployment, new_rs, all_rss)
        return
    if reconcile_old_replica_sets(context, deployment, new_rs, old_rss):
        sync_rollout_status(context, deployment, new_rs, all_rss)
        return
    if util.deployment_complete(deployment, deployment.get("status") or {}):
        cleanup_deployment(context, deployment, old_rss)
    sync_rollout_status(context, deployment, new_rs, all_rss)


def reconcile_new_replica_set(
    context: Context, deployment: Obj, new_rs: Obj, all_rss: Sequence[Obj]
) -> bool:
    """Give the new ReplicaSet the size that it may have now; says whether that is another one."""
    size, target = numbers.wanted(new_rs), numbers.wanted(deployment)
    if size == target:
        return False
    if size < target:
        target = numbers.new_rs_new_replicas(deployment, all_rss, new_rs)
    return target != size and scale_replica_set(context, deployment, new_rs, target)


def reconcile_old_replica_sets(
    context: Context, deployment: Obj, new_rs: Obj, old_rss: Sequence[Obj]
) -> bool:
    """Take Pods from old ReplicaSets, sick ones first, as far as availability allows; says whether any were taken."""
    active = numbers.filter_active_replica_sets(old_rss)
    most = max_scaled_down(deployment, new_rs, active)
    if most <= 0:
        return False
    # Sick Pods go first: they add nothing to availability and would hold the rollout up for ever.
    taken = cleanup_unhealthy_replicas(context, deployment, active, most)
    taken += scale_down_old_replica_sets_for_rolling_update(context, deployment, new_rs, active)
    return taken > 0


def max_scaled_down(deployment: Obj, new_rs: Obj, active_old: Sequence[Obj]) -> int:
    """How many old Pods may go at most, were all of them sick.

    New Pods that are not available yet are not to be counted on: 10 wanted, 2 may be missing, surge 3, 8 old and 5 new
    ones that crash: 13 - 8 - 5 = 0, so that an old one that dies does not let others go.
    """
    if not active_old:
        return 0
    available: int = (new_rs.get("status") or {}).get("availableReplicas", 0)
    unavailable_new = numbers.wanted(new_rs) - available
    pods: int = util.get_replica_count_for_replica_sets([*active_old, new_rs])
    return pods - _least(deployment) - unavailable_new


def _least(deployment: Obj) -> int:
    return numbers.wanted(deployment) - numbers.max_unavailable(deployment)


def cleanup_unhealthy_replicas(context: Context, deployment: Obj, old_rss: Sequence[Obj], most: int) -> int:
    """Scale old ReplicaSets down by their Pods that are not available, by ``most`` in all; returns by how many."""
    taken = 0
    for old_rs in sorted(old_rss, key=numbers.age_key):
        size = numbers.wanted(old_rs)
        available = (old_rs.get("status") or {}).get("availableReplicas", 0)
        sick = min(most - taken, size - available)
        if taken >= most:
            break
        if size == 0 or sick <= 0:
            continue
        scale_replica_set(context, deployment, old_rs, size - sick)
        taken += sick
    return taken


def scale_down_old_replica_sets_for_rolling_update(
    context: Context, deployment: Obj, new_rs: Obj, old_rss: Sequence[Obj]
) -> int:
    """Scale old ReplicaSets down, oldest first, by the available Pods that can be spared; returns by how many."""
    available = util.get_available_replica_count_for_replica_sets([*old_rss, new_rs])
    spare = available - _least(deployment)
    taken = 0
    for old_rs in sorted(old_rss, key=numbers.age_key):
        if taken >= spare:
            break
        size = numbers.wanted(old_rs)
        if size == 0:
            continue
        fewer = min(size, spare - taken)
        scale_replica_set(context, deployment, old_rs, size - fewer)
        taken += fewer
    return taken
