"""Deployments: which ReplicaSets there are, and how Pods move from the old ones to the new.

Upstream: ``pkg/controller/deployment``. ``sync`` is the table of contents; the rest is

- ``arithmetic``: how many Pods where, and what that says about progress (pure functions)
- ``sync``: finding, making, scaling and cleaning up ReplicaSets; the status
- ``rolling`` and ``recreate``: one step of either strategy
- ``progress``: the condition Progressing and its deadline

A sync does at most one step of a rollout. It changes the Deployment in memory; one place, ``sync.store_deployment``,
writes its annotations and its status, and only where they changed.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.refs import controller_of, is_deleting
from minikctl.kinds.deploymentutil import (
    FAILED_RS_CREATE_REASON,
    NEW_RS_AVAILABLE_REASON,
    PROGRESSING,
    find_new_replica_set,
    get_deployment_condition,
    list_replica_sets,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

DEPLOYMENTS = "deployments.apps"
REPLICA_SETS = "replicasets.apps"
COMPONENT = "deployment-controller"


class DeploymentController(Controller):
    """Deployments, by ``namespace/name``."""

    name = "deployment"
    watches = (DEPLOYMENTS, REPLICA_SETS)

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """The Deployment itself; for a ReplicaSet its Deployments, old and new, or those that may adopt it."""
        if change.resource == DEPLOYMENTS:
            yield f"{change.namespace}/{change.name}"
            return
        owned = False
        for replica_set in (change.before, change.after):
            reference = None if replica_set is None else controller_of(replica_set)
            owned = reference is not None
            if reference is not None and reference["kind"] == "Deployment":
                yield f"{change.namespace}/{reference['name']}"
        if change.after is not None and not owned and _may_find_a_home(change):
            yield from _deployments_that_match(context, change.after)

    def sync(self, context: Context, key: str) -> None:
        """Do one step; see the module's docstring."""
        from minikctl.controllers.deployment.sync import CreationFailed, remember, retry_later, store_deployment

        deployment = _deployment(context, key)
        if deployment is None:
            return
        before = remember(deployment)
        try:
            _step(context, deployment)
        except CreationFailed:
            # What is said about it in conditions and events has to stay: so this is no error of the sync.
            store_deployment(context, deployment, before)
            retry_later(context, deployment, key)
            return
        store_deployment(context, deployment, before)
        _watch_deadline(context, deployment, key)

    def sync_status(self, context: Context, key: str) -> None:
        """Sum up the ReplicaSets' statuses as they are at the end of a pass; nothing is scaled."""
        from minikctl.controllers.deployment.arithmetic import is_scaling_event
        from minikctl.controllers.deployment.progress import sync_rollout_status
        from minikctl.controllers.deployment.sync import remember, store_deployment, sync_deployment_status

        deployment = _deployment(context, key)
        if deployment is None or _selects_everything(deployment):
            return
        before = remember(deployment)
        replica_sets = list_replica_sets(deployment, context)
        new_rs = find_new_replica_set(deployment, replica_sets)
        if _is_rolling_out(deployment, new_rs) and not is_scaling_event(deployment, replica_sets):
            sync_rollout_status(context, deployment, new_rs, replica_sets)
        else:
            sync_deployment_status(context, deployment, new_rs, replica_sets)
        store_deployment(context, deployment, before)
        _watch_deadline(context, deployment, key)


def _step(context: Context, deployment: Obj) -> None:
    """Upstream: ``syncDeployment``."""
    from minikctl.controllers.deployment import sync
    from minikctl.controllers.deployment.arithmetic import is_rolling_update

    if _selects_everything(deployment):
        context.event(
            deployment, "Warning", "SelectingAll",
            "This deployment is selecting all pods. A non-empty selector is required.", COMPONENT,
        )
        deployment.setdefault("status", {})["observedGeneration"] = deployment["metadata"]["generation"]
        return
    replica_sets = sync.claim_replica_sets(context, deployment)
    if is_deleting(deployment):
        sync.sync_status_only(context, deployment, replica_sets)
        return
    sync.check_paused_conditions(context, deployment)
    if deployment["spec"].get("paused"):
        sync.sync(context, deployment, replica_sets)
        return
    if sync.is_scaling_event(context, deployment, replica_sets):
        sync.sync(context, deployment, replica_sets)
        return
    if is_rolling_update(deployment):
        from minikctl.controllers.deployment.rolling import rollout_rolling

        rollout_rolling(context, deployment, replica_sets)
    else:
        from minikctl.controllers.deployment.recreate import rollout_recreate

        rollout_recreate(context, deployment, replica_sets)


def _deployment(context: Context, key: str) -> Obj | None:
    namespace, _, name = key.partition("/")
    return context.get(DEPLOYMENTS, namespace, name)


def _selects_everything(deployment: Obj) -> bool:
    return not deployment["spec"].get("selector")


def _is_rolling_out(deployment: Obj, new_rs: Obj | None) -> bool:
    """Whether progress is to be judged: not of what is paused, going, or without a ReplicaSet that could be made."""
    if deployment["spec"].get("paused") or is_deleting(deployment):
        return False
    return new_rs is not None or _progressing_reason(deployment) != FAILED_RS_CREATE_REASON


def _progressing_reason(deployment: Obj) -> str | None:
    condition = get_deployment_condition(deployment.get("status") or {}, PROGRESSING)
    return None if condition is None else condition.get("reason")


def _watch_deadline(context: Context, deployment: Obj, key: str) -> None:
    """Come again when the deadline for progress is over, where a rollout can still miss it."""
    from minikctl.controllers.deployment.progress import requeue_stuck_deployment

    # Upstream looks again and again at one that was complete and has lost Pods since; it cannot time out any more.
    if not _is_rolling_out(deployment, None) or _progressing_reason(deployment) == NEW_RS_AVAILABLE_REASON:
        return
    after = requeue_stuck_deployment(deployment, deployment.get("status") or {}, context.now())
    if after is not None:
        # The deadline itself is not yet over time; upstream adds the same second.
        context.requeue_after(key, after + 1)


def _may_find_a_home(change: Change) -> bool:
    """Whether a ReplicaSet without controller is new, or changed in what adoption looks at."""
    before, after = change.before, change.after
    if before is None or after is None:
        return True
    return controller_of(before) is not None or before["metadata"].get("labels") != after["metadata"].get("labels")


def _deployments_that_match(context: Context, replica_set: Obj) -> Iterator[str]:
    from minikctl.lib.labels import from_label_selector

    metadata = replica_set["metadata"]
    labels = metadata.get("labels") or {}
    for deployment in context.list(DEPLOYMENTS, metadata["namespace"]) if labels else ():
        selector = deployment["spec"].get("selector")
        if selector and from_label_selector(selector).matches(labels):
            yield f"{metadata['namespace']}/{deployment['metadata']['name']}"


CONTROLLER = DeploymentController
