"""One step of the strategy Recreate: all old Pods go, and only when they are gone the new ones come.

Upstream: ``pkg/controller/deployment/recreate.go``.
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
from minikctl.kinds.podspec.status import is_pod_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]


def rollout_recreate(context: Context, deployment: Obj, replica_sets: list[Obj]) -> None:
    """Scale down, or else wait, or else make the new ReplicaSet and scale it up."""
    new_rs, old_rss = get_all_replica_sets_and_sync_revision(context, deployment, replica_sets, create=False)
    all_rss = [*old_rss, new_rs]
    if scale_down_old_replica_sets_for_recreate(context, deployment, old_rss):
        sync_rollout_status(context, deployment, new_rs, all_rss)
        return
    if old_pods_running(old_rss, _pods_of(context, old_rss)):
        sync_rollout_status(context, deployment, new_rs, all_rss)
        return
    if new_rs is None:
        new_rs, old_rss = get_all_replica_sets_and_sync_revision(context, deployment, replica_sets, create=True)
        assert new_rs is not None
        all_rss = [*old_rss, new_rs]
    if numbers.wanted(new_rs) != numbers.wanted(deployment):
        scale_replica_set(context, deployment, new_rs, numbers.wanted(deployment))
    if util.deployment_complete(deployment, deployment.get("status") or {}):
        cleanup_deployment(context, deployment, old_rss)
    sync_rollout_status(context, deployment, new_rs, all_rss)


def scale_down_old_replica_sets_for_recreate(
    context: Context, deployment: Obj, old_rss: Sequence[Obj]
) -> bool:
    """Scale every old ReplicaSet down to nothing; says whether there was anything to do."""
    active = numbers.filter_active_replica_sets(old_rss)
    for old_rs in active:
        scale_replica_set(context, deployment, old_rs, 0)
    return bool(active)


def old_pods_running(old_rss: Sequence[Obj], old_pods: Iterable[Obj]) -> bool:
    """Whether a Pod of an old ReplicaSet is not yet done for; one that is being deleted still is not."""
    if util.get_actual_replica_count_for_replica_sets(old_rss) > 0:
        return True
    return any(not is_pod_terminal(pod) for pod in old_pods)


def _pods_of(context: Context, replica_sets: Sequence[Obj]) -> list[Obj]:
    return [
        pod for rs in replica_sets
        for pod in context.list("pods", rs["metadata"]["namespace"], owner=rs["metadata"]["uid"])
    ]
