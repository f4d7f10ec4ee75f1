"""Whether a rollout gets on: the conditions Progressing and ReplicaFailure, and the deadline.

Upstream: ``pkg/controller/deployment/progress.go``.
"""

from __future__ import annotations

from minikctl.controllers.deployment.arithmetic import (
    deployment_progressing,
    deployment_timed_out,
    has_progress_deadline,
    seconds_to_deadline,
)
from minikctl.controllers.deployment.sync import calculate_status
from minikctl.kinds import deploymentutil as util

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]


def sync_rollout_status(
    context: Context, deployment: Obj, new_rs: Obj | None, all_rss: Sequence[Obj | None]
) -> None:
    """Bring the Deployment's status up to date in the midst of a rollout."""
    deployment["status"] = rollout_status(deployment, new_rs, all_rss, context.now())


def rollout_status(deployment: Obj, new_rs: Obj | None, all_rss: Sequence[Obj | None], now: float) -> Obj:
    """``calculate_status`` with the condition Progressing judged and failures of ReplicaSets reported."""
    status = calculate_status(deployment, new_rs, all_rss, now)
    current = util.get_deployment_condition(deployment.get("status") or {}, util.PROGRESSING)
    if not has_progress_deadline(deployment):
        util.remove_deployment_condition(status, util.PROGRESSING)
    elif not _was_complete(status, current):
        condition = _progress(deployment, status, new_rs, now)
        if condition is not None:
            if condition["reason"] == util.REPLICA_SET_UPDATED_REASON and current is not None:
                # Progress renews lastUpdateTime, which the deadline counts from, even where status and reason stay.
                if current["status"] == "True":
                    condition["lastTransitionTime"] = current["lastTransitionTime"]
                util.remove_deployment_condition(status, util.PROGRESSING)
            util.set_deployment_condition(status, condition)
    failure = replica_failure(new_rs, all_rss)
    if failure is not None:
        util.set_deployment_condition(status, failure)
    else:
        util.remove_deployment_condition(status, util.REPLICA_FAILURE)
    return status


def _was_complete(status: Obj, current: Obj | None) -> bool:
    """Whether the last rollout had ended and no new one has begun: then there is no progress to judge."""
    return (
        status.get("replicas", 0) == status.get("updatedReplicas", 0)
        and current is not None
        and current.get("reason") == util.NEW_RS_AVAILABLE_REASON
    )


def _progress(deployment: Obj, status: Obj, new_rs: Obj | None, now: float) -> Obj | None:
    """What can be said now of the rollout's progress; None: nothing new."""
    word, about = ("Deployment", deployment) if new_rs is None else ("ReplicaSet", new_rs)
    subject = f'{word} "{about["metadata"]["name"]}"'
    if util.deployment_complete(deployment, status):
        judged = "True", util.NEW_RS_AVAILABLE_REASON, f"{subject} has successfully progressed."
    elif deployment_progressing(deployment, status):
        judged = "True", util.REPLICA_SET_UPDATED_REASON, f"{subject} is progressing."
    elif deployment_timed_out(deployment, status, now):
        judged = "False", util.TIMED_OUT_REASON, f"{subject} has timed out progressing."
    else:
        return None
    return util.new_deployment_condition(util.PROGRESSING, *judged, now)


def replica_failure(new_rs: Obj | None, all_rss: Sequence[Obj | None]) -> Obj | None:
    """The failure that a ReplicaSet reports, the new one before others, as a condition of the Deployment."""
    for replica_set in (new_rs, *all_rss):
        if replica_set is not None:
            condition = util.get_deployment_condition(replica_set.get("status") or {}, util.REPLICA_FAILURE)
            if condition is not None:
                return {**condition, "lastUpdateTime": condition["lastTransitionTime"]}
    return None


def requeue_stuck_deployment(deployment: Obj, new_status: Obj, now: float) -> float | None:
    """The seconds until the rollout's progress has to be looked at again; 0: now, None: no need.

    There is no need without a deadline, when the rollout is complete or when it has timed out already.
    """
    current = util.get_deployment_condition(deployment.get("status") or {}, util.PROGRESSING)
    if not has_progress_deadline(deployment) or current is None:
        return None
    if util.deployment_complete(deployment, new_status) or current.get("reason") == util.TIMED_OUT_REASON:
        return None
    after = seconds_to_deadline(deployment, current, now)
    return after if after >= 1 else 0.0
