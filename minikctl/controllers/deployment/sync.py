"""The ReplicaSets of a Deployment: found, adopted, made, scaled, cleaned up; and what its status says of them.

Upstream: ``pkg/controller/deployment/sync.go``. The functions change the Deployment in memory and ReplicaSets in the
store (the dicts at hand follow); ``store_deployment`` writes the Deployment.
"""

from __future__ import annotations

from minikctl.controllers.deployment import COMPONENT, REPLICA_SETS
from minikctl.controllers.deployment import arithmetic as numbers
from minikctl.controllers.refs import claim, new_controller_ref
from minikctl.errors import AlreadyExists, NotFound, StatusError
from minikctl.kinds import deploymentutil as util

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

#: a ReplicaSet that could not be made is tried again after 1 s, then after as long as it is failing already, at most:
LONGEST_RETRY = 1000.0


class CreationFailed(Exception):  # noqa: N818 - no error of the sync: what there is to say is recorded
    """The new ReplicaSet could not be made; the step ends here."""


# ---------------------------------------------------------------------------------------------------------------------
# Writing the Deployment
# ---------------------------------------------------------------------------------------------------------------------


def remember(deployment: Obj) -> tuple[Any, Any]:
    """Annotations and status as they are now, for ``store_deployment`` to compare with."""
    import json

    metadata, status = deployment["metadata"], deployment.get("status")
    return dict(metadata.get("annotations") or {}), json.loads(json.dumps(status))


def store_deployment(context: Context, deployment: Obj, before: tuple[Any, Any]) -> None:
    """Write what changed of the Deployment's annotations and status since ``before`` was remembered."""
    annotations, status = before
    new_status = deployment.get("status")
    if (deployment["metadata"].get("annotations") or {}) != annotations:
        stored = context.update(deployment)
        deployment["metadata"] = stored["metadata"]
    if new_status != status:
        deployment["status"] = new_status
        # What else it has is as it is stored, and nobody changes it any more.
        stored = context.update_status(deployment, as_read=True)
        deployment["metadata"] = stored["metadata"]


def retry_later(context: Context, deployment: Obj, key: str) -> None:
    """Ask for another try at a ReplicaSet that could not be made, later each time."""
    from minikctl.lib.times import parse_time

    condition = util.get_deployment_condition(deployment.get("status") or {}, util.PROGRESSING)
    failing = 0.0
    if condition is not None and condition.get("reason") == util.FAILED_RS_CREATE_REASON:
        failing = context.now() - parse_time(condition["lastUpdateTime"])
    context.requeue_after(key, min(max(failing, 1.0), LONGEST_RETRY))


# ---------------------------------------------------------------------------------------------------------------------
# Finding ReplicaSets
# ---------------------------------------------------------------------------------------------------------------------


def claim_replica_sets(context: Context, deployment: Obj) -> list[Obj]:
    """The Deployment's ReplicaSets, after adopting orphans that its selector matches and releasing what it does not."""
    from minikctl.lib.labels import from_label_selector

    metadata = deployment["metadata"]
    namespace, uid = metadata["namespace"], metadata["uid"]
    selector = from_label_selector(deployment["spec"]["selector"])
    candidates = context.list(REPLICA_SETS, namespace, owner=uid)
    candidates += context.list(REPLICA_SETS, namespace, selector=selector, not_owner=uid)
    found = claim(context, deployment, candidates, lambda rs: selector.matches(rs["metadata"].get("labels") or {}))
    return util.sort_by_creation(found)


def get_all_replica_sets_and_sync_revision(
    context: Context, deployment: Obj, replica_sets: list[Obj], *, create: bool
) -> tuple[Obj | None, list[Obj]]:
    """(the new ReplicaSet, all old ones), with the revision of the new one and of the Deployment brought up to date.

    ``create``: a new one that does not exist is made. Raises CreationFailed.
    """
    _, old_rss = util.find_old_replica_sets(deployment, replica_sets)
    new_rs = get_new_replica_set(context, deployment, replica_sets, old_rss, create=create)
    return new_rs, old_rss


def get_new_replica_set(
    context: Context, deployment: Obj, replica_sets: list[Obj], old_rss: list[Obj], *, create: bool
) -> Obj | None:
    """The ReplicaSet with the Deployment's present template; None where there is none and ``create`` is false."""
    new_revision = util.max_revision(old_rss) + 1
    existing = util.find_new_replica_set(deployment, replica_sets)
    if existing is not None:
        _update_new_replica_set(context, deployment, existing, new_revision)
        return existing
    if not create:
        return None
    new_rs = _create_new_replica_set(context, deployment, old_rss, new_revision)
    replica_sets.append(new_rs)
    return new_rs


def _update_new_replica_set(context: Context, deployment: Obj, new_rs: Obj, new_revision: int) -> None:
    changed = numbers.set_new_replica_set_annotations(deployment, new_rs, new_revision, exists=True)
    min_ready = deployment["spec"].get("minReadySeconds", 0)
    if new_rs["spec"].get("minReadySeconds", 0) != min_ready:
        _set_or_drop(new_rs["spec"], "minReadySeconds", min_ready)
        changed = True
    if changed:
        store_replica_set(context, new_rs)
    # Its own revision and not new_revision: old ones may have gone since, and revisions do not fall.
    revision = (new_rs["metadata"].get("annotations") or {}).get(util.REVISION_ANNOTATION)
    if revision is not None:
        numbers.set_deployment_revision(deployment, revision)
    status = deployment.setdefault("status", {})
    if numbers.has_progress_deadline(deployment) and util.get_deployment_condition(status, util.PROGRESSING) is None:
        message = f'Found new replica set "{new_rs["metadata"]["name"]}"'
        _progressing(context, deployment, "True", util.FOUND_NEW_RS_REASON, message)


def _create_new_replica_set(context: Context, deployment: Obj, old_rss: list[Obj], new_revision: int) -> Obj:
    status = deployment.setdefault("status", {})
    while True:
        new_rs = new_replica_set(deployment, status.get("collisionCount"))
        name = new_rs["metadata"]["name"]
        new_rs["spec"]["replicas"] = numbers.new_rs_new_replicas(deployment, [*old_rss, new_rs], new_rs)
        numbers.set_new_replica_set_annotations(deployment, new_rs, new_revision, exists=False)
        try:
            created = context.create(new_rs)
        except AlreadyExists:
            # Another template that gives the same letters: count up, so that the next name differs.
            status["collisionCount"] = status.get("collisionCount", 0) + 1
            continue
        except StatusError as error:
            if is_namespace_terminating(error):
                raise CreationFailed from error
            message = f'Failed to create new replica set "{name}": {error}'
            if numbers.has_progress_deadline(deployment):
                _progressing(context, deployment, "False", util.FAILED_RS_CREATE_REASON, message)
            context.event(deployment, "Warning", util.FAILED_RS_CREATE_REASON, message, COMPONENT)
            raise CreationFailed from error
        break
    size = numbers.wanted(created)
    if size > 0:
        _scaling_event(context, deployment, created, 0, size)
    numbers.set_deployment_revision(deployment, str(new_revision))
    if numbers.has_progress_deadline(deployment):
        _progressing(context, deployment, "True", util.NEW_REPLICA_SET_REASON, f'Created new replica set "{name}"')
    return created


def new_replica_set(deployment: Obj, collision_count: int | None) -> Obj:
    """A ReplicaSet for the Deployment's present template, with the template's hash in name, labels and selector."""
    import json

    metadata, spec = deployment["metadata"], deployment["spec"]
    template, selector = json.loads(json.dumps([spec["template"], spec["selector"]]))
    hashed = util.compute_hash(template, collision_count)
    labels = {**(template["metadata"].get("labels") or {}), util.POD_TEMPLATE_HASH: hashed}
    template["metadata"]["labels"] = labels
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), util.POD_TEMPLATE_HASH: hashed}
    new_spec = {"replicas": 0, "selector": selector, "template": template}
    _set_or_drop(new_spec, "minReadySeconds", spec.get("minReadySeconds", 0))
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{metadata['name']}-{hashed}",
            "namespace": metadata["namespace"],
            "labels": dict(labels),
            "ownerReferences": [new_controller_ref(deployment)],
        },
        "spec": new_spec,
    }


def is_namespace_terminating(error: StatusError) -> bool:
    """Whether something could not be made because its namespace is on its way out: nothing to complain about."""
    return "because it is being terminated" in str(error)


# ---------------------------------------------------------------------------------------------------------------------
# Scaling
# ---------------------------------------------------------------------------------------------------------------------


def sync(context: Context, deployment: Obj, replica_sets: list[Obj]) -> None:
    """What a paused Deployment, or one whose size was changed, needs: right sizes, no rollout."""
    new_rs, old_rss = get_all_replica_sets_and_sync_revision(context, deployment, replica_sets, create=False)
    scale(context, deployment, new_rs, old_rss)
    if deployment["spec"].get("paused"):
        cleanup_deployment(context, deployment, old_rss)
    sync_deployment_status(context, deployment, new_rs, [*old_rss, new_rs])


def is_scaling_event(context: Context, deployment: Obj, replica_sets: list[Obj]) -> bool:
    """Whether the Deployment's size was changed since its ReplicaSets last learned it."""
    new_rs, old_rss = get_all_replica_sets_and_sync_revision(context, deployment, replica_sets, create=False)
    return numbers.is_scaling_event(deployment, [*old_rss, new_rs])


def scale(context: Context, deployment: Obj, new_rs: Obj | None, old_rss: Sequence[Obj]) -> None:
    """Bring a change of size to the ReplicaSets: to the only active one, or to all in proportion in mid-rollout."""
    only = numbers.find_active_or_latest(new_rs, old_rss)
    if only is not None:
        # Also where it has that size by chance: it has to learn of it, or this is a change of size for ever and the
        # rollout never goes on (upstream's issue 102551).
        if numbers.wanted(only) != numbers.wanted(deployment) or numbers.is_scaling_event(deployment, [only]):
            scale_replica_set(context, deployment, only, numbers.wanted(deployment))
        return
    active_old = numbers.filter_active_replica_sets(old_rss)
    if numbers.is_saturated(deployment, new_rs):
        for old_rs in active_old:
            scale_replica_set(context, deployment, old_rs, 0)
        return
    if numbers.is_rolling_update(deployment):
        active = numbers.filter_active_replica_sets([*old_rss, new_rs])
        for replica_set, size in numbers.scale_proportionally(deployment, active):
            scale_replica_set(context, deployment, replica_set, size)


def scale_replica_set(context: Context, deployment: Obj, replica_set: Obj, size: int) -> bool:
    """Give a ReplicaSet its new size and note the Deployment's on it; says whether the size is another one.

    ``replica_set`` itself is changed to what is stored.
    """
    old_size = numbers.wanted(replica_set)
    noted = numbers.set_replicas_annotations(
        replica_set, numbers.wanted(deployment), numbers.max_replicas(deployment)
    )
    if size == old_size and not noted:
        return False
    replica_set["spec"]["replicas"] = size
    store_replica_set(context, replica_set)
    if size == old_size:
        return False
    _scaling_event(context, deployment, replica_set, old_size, size)
    return True


def store_replica_set(context: Context, replica_set: Obj) -> None:
    """Store a changed ReplicaSet; the dict at hand becomes what is stored."""
    stored = context.update(replica_set)
    if stored is not replica_set:
        replica_set.clear()
        replica_set.update(stored)


def _scaling_event(context: Context, deployment: Obj, replica_set: Obj, old_size: int, size: int) -> None:
    way = "up" if size > old_size else "down"
    name = replica_set["metadata"]["name"]
    message = f"Scaled {way} replica set {name} from {old_size} to {size}"
    context.event(deployment, "Normal", "ScalingReplicaSet", message, COMPONENT)


def cleanup_deployment(context: Context, deployment: Obj, old_rss: Sequence[Obj]) -> None:
    """Delete old ReplicaSets beyond spec.revisionHistoryLimit."""
    for replica_set in numbers.replica_sets_to_clean_up(deployment, old_rss):
        metadata = replica_set["metadata"]
        try:
            context.delete(REPLICA_SETS, metadata["namespace"], metadata["name"])
        except NotFound:
            continue


# ---------------------------------------------------------------------------------------------------------------------
# Status
# ---------------------------------------------------------------------------------------------------------------------


def sync_status_only(context: Context, deployment: Obj, replica_sets: list[Obj]) -> None:
    """What a Deployment that is being deleted still gets."""
    new_rs, old_rss = get_all_replica_sets_and_sync_revision(context, deployment, replica_sets, create=False)
    sync_deployment_status(context, deployment, new_rs, [*old_rss, new_rs])


def sync_deployment_status(
    context: Context, deployment: Obj, new_rs: Obj | None, all_rss: Sequence[Obj | None]
) -> None:
    """Bring the numbers and the condition Available up to date; progress is not judged."""
    deployment["status"] = calculate_status(deployment, new_rs, all_rss, context.now())


def calculate_status(deployment: Obj, new_rs: Obj | None, all_rss: Sequence[Obj | None], now: float) -> Obj:
    """The status that the ReplicaSets' own statuses add up to; numbers that are 0 are left out, as the API does."""
    available = util.get_available_replica_count_for_replica_sets(all_rss)
    old = deployment.get("status") or {}
    counts = {
        "observedGeneration": deployment["metadata"].get("generation", 0),
        "replicas": util.get_actual_replica_count_for_replica_sets(all_rss),
        "updatedReplicas": util.get_actual_replica_count_for_replica_sets([new_rs]),
        "readyReplicas": util.get_ready_replica_count_for_replica_sets(all_rss),
        "availableReplicas": available,
        # Available ones may be more than wanted, in the midst of scaling down.
        "unavailableReplicas": max(0, util.get_replica_count_for_replica_sets(all_rss) - available),
    }
    status: Obj = {field: count for field, count in counts.items() if count}
    terminating = util.get_terminating_replica_count_for_replica_sets(all_rss)
    if terminating is not None:
        status["terminatingReplicas"] = terminating
    if "collisionCount" in old:
        status["collisionCount"] = old["collisionCount"]
    if old.get("conditions"):
        status["conditions"] = list(old["conditions"])
    if available >= numbers.wanted(deployment) - numbers.max_unavailable(deployment):
        condition = "True", util.MINIMUM_REPLICAS_AVAILABLE, "Deployment has minimum availability."
    else:
        condition = "False", util.MINIMUM_REPLICAS_UNAVAILABLE, "Deployment does not have minimum availability."
    util.set_deployment_condition(status, util.new_deployment_condition(util.AVAILABLE, *condition, now))
    return status


def check_paused_conditions(context: Context, deployment: Obj) -> None:
    """Say in the condition Progressing that a Deployment was paused or resumed, so that its deadline starts anew."""
    if not numbers.has_progress_deadline(deployment):
        return
    condition = util.get_deployment_condition(deployment.get("status") or {}, util.PROGRESSING)
    reason = None if condition is None else condition.get("reason")
    if reason == util.TIMED_OUT_REASON:
        return
    paused = bool(deployment["spec"].get("paused"))
    if paused and reason != util.PAUSED_DEPLOY_REASON:
        _progressing(context, deployment, "Unknown", util.PAUSED_DEPLOY_REASON, "Deployment is paused")
    elif not paused and reason == util.PAUSED_DEPLOY_REASON:
        _progressing(context, deployment, "Unknown", util.RESUMED_DEPLOY_REASON, "Deployment is resumed")


def _progressing(context: Context, deployment: Obj, status: str, reason: str, message: str) -> None:
    condition = util.new_deployment_condition(util.PROGRESSING, status, reason, message, context.now())
    util.set_deployment_condition(deployment.setdefault("status", {}), condition)


def _set_or_drop(obj: Obj, field: str, number: int) -> None:
    """Set a number that the API leaves out when it is 0."""
    if number:
        obj[field] = number
    else:
        obj.pop(field, None)
