"""What a Deployment's controller, ``describe`` and ``rollout`` have to agree on.

Revisions, which ReplicaSet is the new one, conditions, the hash in names: pure functions over plain objects, with the
names of upstream's ``pkg/controller/deployment/util/deployment_util.go``. Nothing here writes, asks the clock or knows
the store; times are handed in as seconds since the epoch. How many replicas a rolling update may take or add is the
controller's own matter and stands there.
"""

from __future__ import annotations

import json

from minikctl.kinds.base import LAST_APPLIED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.kinds.base import Reader

    Obj = dict[str, Any]

REVISION_ANNOTATION = "deployment.kubernetes.io/revision"
REVISION_HISTORY_ANNOTATION = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS_ANNOTATION = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS_ANNOTATION = "deployment.kubernetes.io/max-replicas"
DEPRECATED_ROLLBACK_TO = "deprecated.deployment.rollback.to"
CHANGE_CAUSE_ANNOTATION = "kubernetes.io/change-cause"
POD_TEMPLATE_HASH = "pod-template-hash"

#: annotations that belong to one object alone: never copied between a Deployment and its ReplicaSets
ANNOTATIONS_TO_SKIP = frozenset({
    LAST_APPLIED, REVISION_ANNOTATION, REVISION_HISTORY_ANNOTATION, DESIRED_REPLICAS_ANNOTATION,
    MAX_REPLICAS_ANNOTATION, DEPRECATED_ROLLBACK_TO,
})

# types of conditions
AVAILABLE = "Available"
PROGRESSING = "Progressing"
REPLICA_FAILURE = "ReplicaFailure"

# reasons of Progressing
REPLICA_SET_UPDATED_REASON = "ReplicaSetUpdated"
FAILED_RS_CREATE_REASON = "ReplicaSetCreateError"
NEW_REPLICA_SET_REASON = "NewReplicaSetCreated"
FOUND_NEW_RS_REASON = "FoundNewReplicaSet"
NEW_RS_AVAILABLE_REASON = "NewReplicaSetAvailable"
TIMED_OUT_REASON = "ProgressDeadlineExceeded"
PAUSED_DEPLOY_REASON = "DeploymentPaused"
RESUMED_DEPLOY_REASON = "DeploymentResumed"

# reasons of Available
MINIMUM_REPLICAS_AVAILABLE = "MinimumReplicasAvailable"
MINIMUM_REPLICAS_UNAVAILABLE = "MinimumReplicasUnavailable"

#: the letters of generated names: no vowels and no 0, 1, 3, so that no word comes out (upstream: ``util/rand``)
SAFE_LETTERS = "bcdfghjklmnpqrstvwxz2456789"

# ---------------------------------------------------------------------------------------------------------------------
# Revisions
# ---------------------------------------------------------------------------------------------------------------------


def revision(obj: Obj) -> int:
    """Return the revision that the annotation of a Deployment or ReplicaSet says; 0 where there is none.

    Raises ValueError where the annotation is not a whole number.
    """
    value = (obj["metadata"].get("annotations") or {}).get(REVISION_ANNOTATION)
    return 0 if value is None else int(value)


def _revisions(replica_sets: Iterable[Obj]) -> list[int]:
    """The readable revisions of ``replica_sets``; one that cannot be read is passed over, as upstream does."""
    found = []
    for replica_set in replica_sets:
        try:
            found.append(revision(replica_set))
        except ValueError:
            continue
    return found


def max_revision(replica_sets: Iterable[Obj]) -> int:
    """Return the highest revision of ``replica_sets``; 0 without any."""
    return max([0, *_revisions(replica_sets)])


def last_revision(replica_sets: Iterable[Obj]) -> int:
    """Return the second highest revision, the one before the present; 0 where there is none."""
    return sorted([0, 0, *_revisions(replica_sets)])[-2]


# ---------------------------------------------------------------------------------------------------------------------
# Replica sets of a Deployment
# ---------------------------------------------------------------------------------------------------------------------


def list_replica_sets(deployment: Obj, reader: Reader) -> list[Obj]:
    """Return the ReplicaSets that the Deployment's selector matches and that it controls, oldest first.

    ``reader`` is anything with the ``list`` of ``kinds.base.Reader`` (a controller's Context too).
    """
    from minikctl.lib.labels import from_label_selector

    metadata = deployment["metadata"]
    uid = metadata.get("uid")
    owned = reader.list(
        "replicasets.apps", metadata.get("namespace", ""), owner=uid,
        selector=from_label_selector(deployment["spec"].get("selector")),
    )
    return sort_by_creation([rs for rs in owned if controller_uid(rs) == uid])


def controller_uid(obj: Obj) -> str | None:
    """Return the UID of the owner that controls ``obj``, or None (upstream: ``metav1.GetControllerOf``)."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            uid: str = reference["uid"]
            return uid
    return None


def sort_by_creation(objs: Iterable[Obj]) -> list[Obj]:
    """Return ``objs`` by creation, revision and name (upstream: ``ReplicaSetsByCreationTimestamp``).

    The revision stands for the order of what was made within one second, which here is frequent.
    """
    return sorted(objs, key=_age_key)


def _age_key(obj: Obj) -> tuple[str, int, str]:
    metadata = obj["metadata"]
    return metadata.get("creationTimestamp") or "", max_revision([obj]), metadata["name"]


def find_new_replica_set(deployment: Obj, replica_sets: Sequence[Obj]) -> Obj | None:
    """Return the ReplicaSet with the Deployment's present template (the oldest, were there several), or None."""
    template = deployment["spec"]["template"]
    for replica_set in sort_by_creation(replica_sets):
        if equal_ignore_hash(replica_set["spec"]["template"], template):
            return replica_set
    return None


def find_old_replica_sets(deployment: Obj, replica_sets: Sequence[Obj]) -> tuple[list[Obj], list[Obj]]:
    """Return the old ReplicaSets, oldest first: those that want Pods, and all."""
    new = find_new_replica_set(deployment, replica_sets)
    everything = [rs for rs in sort_by_creation(replica_sets) if rs is not new]
    return [rs for rs in everything if rs["spec"].get("replicas", 1)], everything


def equal_ignore_hash(template1: Obj, template2: Obj) -> bool:
    """Tell whether two Pod templates mean the same, the label ``pod-template-hash`` aside.

    As upstream's ``Semantic.DeepEqual``: an absent and an empty list or map are equal, and so are ``1`` and ``1000m``.
    """
    first, second = _without_hash(template1), _without_hash(template2)
    return first == second or _meaning(first) == _meaning(second)


def _without_hash(template: Obj) -> Obj:
    metadata = template.get("metadata") or {}
    labels = metadata.get("labels") or {}
    if POD_TEMPLATE_HASH not in labels:
        return template
    labels = {key: value for key, value in labels.items() if key != POD_TEMPLATE_HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}


def _meaning(value: Any, *, quantities: bool = False) -> Any:
    """``value`` without what is empty or null, amounts of resources as numbers; None where nothing is left.

    A present but empty object (``emptyDir: {}``, ``securityContext: {}``) is a pointer upstream and does mean
    something, except for the maps of metadata and of resources, where an empty map is none.
    """
    if isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            amounts = key in {"limits", "requests"}
            meaning = _meaning(item, quantities=quantities or amounts)
            if meaning is None or meaning == [] or (meaning == {} and (amounts or key in _MAPS)):
                continue
            kept[key] = meaning
        return kept
    if isinstance(value, list):
        return [_meaning(item) for item in value]
    if quantities and isinstance(value, (str, int, float)):
        from minikctl.lib.quantity import QuantityError, parse_quantity

        try:
            return parse_quantity(value)
        except QuantityError:
            return value
    return value


#: fields of templates that are maps (or structs by value), where empty and absent are the same
_MAPS = frozenset({"metadata", "labels", "annotations", "nodeSelector", "matchLabels", "resources", "overhead"})


def get_replica_count_for_replica_sets(replica_sets: Iterable[Obj | None]) -> int:
    """Return how many Pods ``replica_sets`` want together (None counts nothing)."""
    return sum(rs["spec"].get("replicas", 1) for rs in replica_sets if rs is not None)


def get_actual_replica_count_for_replica_sets(replica_sets: Iterable[Obj | None]) -> int:
    """Return how many Pods ``replica_sets`` have together, by their status."""
    return _sum_of_status(replica_sets, "replicas")


def get_ready_replica_count_for_replica_sets(replica_sets: Iterable[Obj | None]) -> int:
    """Return how many ready Pods ``replica_sets`` have together, by their status."""
    return _sum_of_status(replica_sets, "readyReplicas")


def get_available_replica_count_for_replica_sets(replica_sets: Iterable[Obj | None]) -> int:
    """Return how many available Pods ``replica_sets`` have together, by their status."""
    return _sum_of_status(replica_sets, "availableReplicas")


def get_terminating_replica_count_for_replica_sets(replica_sets: Iterable[Obj | None]) -> int | None:
    """Return how many Pods of ``replica_sets`` are on their way out, by their status; None where one does not say.

    One that its controller has not seen yet has none.
    """
    count = 0
    for replica_set in replica_sets:
        status = (replica_set or {}).get("status") or {}
        if "terminatingReplicas" in status:
            count += status["terminatingReplicas"]
        elif status.get("observedGeneration", 0) > 0:
            return None
    return count


def _sum_of_status(replica_sets: Iterable[Obj | None], field: str) -> int:
    return sum((rs.get("status") or {}).get(field, 0) for rs in replica_sets if rs is not None)


def set_from_replica_set_template(deployment: Obj, template: Obj) -> None:
    """Make ``template`` (of a ReplicaSet) the Deployment's, without its hash label. ``deployment`` is changed."""
    deployment["spec"]["template"] = _without_hash(template)


def set_deployment_annotations_to(deployment: Obj, replica_set: Obj) -> None:
    """Give the Deployment the annotations of the ReplicaSet it goes back to; each keeps what is its own alone.

    ``deployment`` is changed. Upstream: ``SetDeploymentAnnotationsTo``; so a change-cause comes back with its template.
    """
    metadata = deployment["metadata"]
    own = {key: value for key, value in (metadata.get("annotations") or {}).items() if key in ANNOTATIONS_TO_SKIP}
    theirs = replica_set["metadata"].get("annotations") or {}
    own.update((key, value) for key, value in theirs.items() if key not in ANNOTATIONS_TO_SKIP)
    metadata["annotations"] = own


# ---------------------------------------------------------------------------------------------------------------------
# Status
# ---------------------------------------------------------------------------------------------------------------------


def new_deployment_condition(kind: str, status: str, reason: str, message: str, now: float) -> Obj:
    """Return a condition of the type ``kind`` ("Progressing") as it starts at ``now`` (seconds since the epoch)."""
    from minikctl.lib.times import format_time

    time = format_time(now)
    return {
        "lastTransitionTime": time, "lastUpdateTime": time, "message": message, "reason": reason, "status": status,
        "type": kind,
    }


def get_deployment_condition(status: Obj, kind: str) -> Obj | None:
    """Return the condition of the type ``kind`` in a Deployment's or ReplicaSet's ``status``, or None."""
    for condition in status.get("conditions") or ():
        if condition["type"] == kind:
            found: Obj = condition
            return found
    return None


def set_deployment_condition(status: Obj, condition: Obj) -> None:
    """Put ``condition`` into ``status`` unless it says there already the same status and reason.

    The transition time stays where the status stays. The condition moves to the end, as upstream's does.
    """
    current = get_deployment_condition(status, condition["type"])
    if current is not None and current["status"] == condition["status"]:
        if current.get("reason") == condition.get("reason"):
            return
        condition = {**condition, "lastTransitionTime": current.get("lastTransitionTime")}
    remove_deployment_condition(status, condition["type"])
    status.setdefault("conditions", []).append(condition)


def remove_deployment_condition(status: Obj, kind: str) -> None:
    """Take the condition of the type ``kind`` out of ``status``; an empty list goes too."""
    left = [condition for condition in status.get("conditions") or () if condition["type"] != kind]
    if left:
        status["conditions"] = left
    else:
        status.pop("conditions", None)


def deployment_complete(deployment: Obj, status: Obj) -> bool:
    """Tell whether all replicas are the new ones and available, no old one is left, and ``status`` is of this spec."""
    wanted = deployment["spec"].get("replicas", 1)
    return bool(
        status.get("updatedReplicas", 0) == wanted
        and status.get("replicas", 0) == wanted
        and status.get("availableReplicas", 0) == wanted
        and status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 0)
    )


# ---------------------------------------------------------------------------------------------------------------------
# The hash in names
# ---------------------------------------------------------------------------------------------------------------------


#: JSON with sorted keys and no blanks
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def compute_hash(template: Obj, collision_count: int | None = None) -> str:
    """Return the letters that name the ReplicaSet of ``template``: 8 to 10 of ``SAFE_LETTERS``.

    FNV-1a over the template's canonical JSON and the count of collisions so far, then upstream's ``SafeEncodeString``
    of the decimal number. (Upstream hashes a dump of Go structs, which has no counterpart here: the letters differ,
    their form does not.) The same template always gives the same letters.
    """
    data = _canonical(template).encode()
    if collision_count is not None:
        data += (collision_count & 0xFFFFFFFF).to_bytes(8, "little")
    number = fnv1a_32(data)
    while number < 10_000_000:  # one in 430; patterns for such names expect eight letters at least
        number = fnv1a_32(data, number)
        data += b"\0"
    return safe_encode_string(str(number))


def fnv1a_32(data: bytes, start: int = 0x811C9DC5) -> int:
    """Return the 32-bit FNV-1a hash of ``data``."""
    value = start
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def safe_encode_string(text: str) -> str:
    """Return ``text`` with each character replaced by one of ``SAFE_LETTERS`` (upstream: ``rand.SafeEncodeString``)."""
    return "".join(SAFE_LETTERS[ord(char) % 27] for char in text)
