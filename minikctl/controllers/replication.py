"""Keeping a number of Pods alive: what ReplicaSets and ReplicationControllers have in common.

Upstream: ``pkg/controller/replicaset`` (which serves both kinds) and the PodControl of ``controller_utils.go``. A sync
adopts and releases Pods, then creates or deletes as many as are wrong; the status follows at the end of the pass, when
the Pods have been scheduled and started. Nothing is remembered: which Pods are missing is counted anew each time.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.refs import claim, controller_of, is_controlled_by, is_deleting, new_controller_ref
from minikctl.errors import NotFound, StatusError
from minikctl.kinds.podspec.status import (
    available_after,
    compare_pods_for_deletion,
    is_pod_active,
    is_pod_available,
    is_pod_ready,
    is_pod_terminating,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]

PODS = "pods"
#: all that counting Pods looks at
POD_FACTS = (
    "metadata.name", "metadata.labels", "metadata.ownerReferences", "metadata.deletionTimestamp", "status.phase",
    "status.conditions",
)
#: what may refuse a Pod, so that a change of it is worth another try (upstream just tries again and again)
OBSTACLES = ("resourcequotas", "limitranges", "serviceaccounts")
REPLICA_FAILURE = "ReplicaFailure"
#: stands for the name in the key that lets every object of a namespace look for Pods without owner, and try again
ANY = "*"
#: Pods that could not be made are tried again after 1 s, then after as long as they are failing already, at most:
LONGEST_RETRY = 1000.0
#: Pods of one owner that one pass makes at the most, so that a number without sense keeps nobody waiting: the next pass makes
#: more of them, as soon as it has seen these (upstream: ``BurstReplicas``, which is 500 and comes again at once)
MOST_PER_PASS = 10_000


class ReplicationManager(Controller):
    """A controller of objects that keep ``spec.replicas`` Pods, by ``namespace/name``."""

    #: the resource, and how its ownerReferences name it
    resource = ""
    kind = ""
    #: who the events are from
    component = ""
    #: the status has terminatingReplicas
    counts_terminating = True

    def selector_of(self, owner: Obj) -> Selector:
        """The selector of the Pods of ``owner``."""
        raise NotImplementedError

    # -- which are due ----------------------------------------------------------------------------------------------

    def keys(self, change: Change, context: Context) -> Iterator[str]:  # noqa: ARG002 - the signature of Controller
        """The object itself; for a Pod its owners, old and new, or whoever wants to adopt it."""
        namespace = change.namespace
        if change.resource == self.resource:
            yield f"{namespace}/{change.name}"
            return
        if change.resource in OBSTACLES:
            yield f"{namespace}/{ANY}"
            return
        before, after = change.before, change.after
        was = None if before is None else controller_of(before)
        now = None if after is None else controller_of(after)
        for reference in (was, now) if was != now else (now,):
            if reference is not None and reference["kind"] == self.kind:
                yield f"{namespace}/{reference['name']}"
        if after is None or now is not None or not is_pod_active(after):
            return
        labels = after["metadata"].get("labels")
        if labels and (before is None or was is not None or before["metadata"].get("labels") != labels):
            yield f"{namespace}/{ANY}"

    # -- one step -----------------------------------------------------------------------------------------------------

    def sync(self, context: Context, key: str) -> None:
        """Adopt, release, create, delete."""
        namespace, _, name = key.partition("/")
        if name == ANY:
            self._sync_hopefuls(context, namespace)
            return
        owner = context.look(self.resource, namespace, name)
        if owner is None:
            return
        count = self._claim_pods(context, owner)
        if is_deleting(owner):
            return
        difference = count - owner["spec"].get("replicas", 1)
        error = None
        if difference < 0:
            error = create_pods(context, owner, min(-difference, MOST_PER_PASS), self.component)
        elif difference > 0:
            error = self._delete_pods(context, owner, difference)
        if (error is not None) != is_failing(owner):
            owner = with_failure(owner, error, difference, context.now())
            context.update_status(owner)
        if error is not None:
            context.requeue_after(key, _retry_delay(owner, context.now()))

    def _claim_pods(self, context: Context, owner: Obj) -> int:
        """Adopt and release; returns how many active Pods ``owner`` then has."""
        namespace, uid = owner["metadata"]["namespace"], owner["metadata"]["uid"]
        selector = self.selector_of(owner)
        others = context.list(PODS, namespace, selector=selector, not_owner=uid)
        claim(context, owner, [pod for pod in others if is_pod_active(pod)], lambda _: True)
        matches = selector.matches
        count, strangers = 0, []
        for facts in context.each(PODS, namespace, owner=uid, fields=POD_FACTS):
            if is_pod_active(facts) and is_controlled_by(facts, owner):
                if matches(facts["metadata"].get("labels") or {}):
                    count += 1
                else:
                    strangers.append(facts["metadata"]["name"])
        for stranger in strangers:
            pod = context.get(PODS, namespace, stranger)
            claim(context, owner, [] if pod is None else [pod], lambda _: False)
        return count

    def _sync_hopefuls(self, context: Context, namespace: str) -> None:
        """Sync each object of a namespace that may adopt a Pod without controller, or that could not make its own.

        One key for all Pods of a namespace: a thousand new Pods are looked at once and not a thousand times.
        """
        for owner in context.list(self.resource, namespace):
            if is_failing(owner) or any(
                controller_of(pod) is None for pod in context.list(
                    PODS, namespace, selector=self.selector_of(owner), not_owner=owner["metadata"]["uid"]
                )
            ):
                self.sync(context, f"{namespace}/{owner['metadata']['name']}")

    def _delete_pods(self, context: Context, owner: Obj, count: int) -> StatusError | None:
        """Delete ``count`` of the active Pods, those first that are missed least; returns the first error."""
        owned = context.list(PODS, owner["metadata"]["namespace"], owner=owner["metadata"]["uid"])
        chosen = active = [pod for pod in owned if is_pod_active(pod) and is_controlled_by(pod, owner)]
        if count < len(active):
            chosen = pods_to_delete(active, self._related_pods(context, owner, active), count, context.now())
        first = None
        for pod in chosen:
            metadata = pod["metadata"]
            try:
                context.delete(PODS, metadata["namespace"], metadata["name"], uid=metadata["uid"])
            except NotFound:
                continue
            except StatusError as error:
                context.event(owner, "Warning", "FailedDelete", f"Error deleting: {error}", self.component)
                first = first or error
                continue
            context.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {metadata['name']}", self.component)
        return first

    def _related_pods(self, context: Context, owner: Obj, active: list[Obj]) -> list[Obj]:
        """The Pods of all that the controller of ``owner`` controls (of a Deployment: its Pods, old and new)."""
        above = controller_of(owner)
        if above is None:
            return active
        namespace = owner["metadata"]["namespace"]
        siblings = [
            obj for obj in context.list(self.resource, namespace, owner=above["uid"])
            if obj["metadata"]["uid"] != owner["metadata"]["uid"]
        ]
        return active + [
            pod for obj in siblings for pod in context.list(PODS, namespace, owner=obj["metadata"]["uid"])
        ]

    # -- status -------------------------------------------------------------------------------------------------------

    def sync_status(self, context: Context, key: str) -> None:
        """Count the Pods as they are at the end of a pass."""
        namespace, _, name = key.partition("/")
        owner = None if name == ANY else context.look(self.resource, namespace, name)
        if owner is None:
            return
        matches, uid = self.selector_of(owner).matches, owner["metadata"]["uid"]

        def pods() -> Iterator[Obj]:
            # There may be very many: they are counted as they come.
            for pod in context.each(PODS, namespace, owner=uid, fields=POD_FACTS):
                if is_controlled_by(pod, owner) and matches(pod["metadata"].get("labels") or {}):
                    yield pod

        status = calculate_status(owner, pods(), context.now(), counts_terminating=self.counts_terminating)
        write_status(context, key, owner, status, pods())


# ---------------------------------------------------------------------------------------------------------------------
# Creating and deleting
# ---------------------------------------------------------------------------------------------------------------------


def pod_from_template(owner: Obj) -> Obj:
    """A Pod as the template of ``owner`` has it, owned by it (upstream: ``GetPodFromTemplate``)."""
    template, meta = owner["spec"]["template"], owner["metadata"]
    theirs = template.get("metadata") or {}
    metadata = {"generateName": f"{meta['name']}-", "namespace": meta["namespace"]}
    metadata.update((field, theirs[field]) for field in ("labels", "annotations", "finalizers") if theirs.get(field))
    metadata["ownerReferences"] = [new_controller_ref(owner)]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template.get("spec") or {}}


def create_pods(context: Context, owner: Obj, count: int, component: str) -> StatusError | None:
    """Create ``count`` Pods from the template of ``owner``, with an event each; returns the first error."""
    event, make = context.event, context.mould(pod_from_template(owner))

    def create_one() -> StatusError | None:
        try:
            pod = make()
        except StatusError as error:
            if "because it is being terminated" in str(error):
                return None  # its namespace goes: nobody has to hear of it
            event(owner, "Warning", "FailedCreate", f"Error creating: {error}", component)
            return error
        event(owner, "Normal", "SuccessfulCreate", f"Created pod: {pod['metadata']['name']}", component)
        return None

    return slow_start_batch(count, create_one)


def slow_start_batch(count: int, do: Callable[[], StatusError | None]) -> StatusError | None:
    """Call ``do`` ``count`` times in batches of 1, 2, 4 ...; one with an error is the last. Returns the first error.

    What fails for all (a quota that is used up) is tried once and not a thousand times. Upstream: ``slowStartBatch``.
    """
    size = 1
    while count > 0:
        size = min(size, count)
        errors = [error for error in [do() for _ in range(size)] if error is not None]
        if errors:
            return errors[0]
        count -= size
        size *= 2
    return None


def pods_to_delete(active: list[Obj], related: Iterable[Obj], count: int, now: float) -> list[Obj]:
    """The ``count`` Pods of ``active`` to delete; those that share a node with many of the ``related`` go early."""
    on_node: dict[str, int] = {}
    for pod in related:
        if is_pod_active(pod):
            node = pod["spec"].get("nodeName", "")
            on_node[node] = on_node.get(node, 0) + 1
    ranks = [on_node.get(pod["spec"].get("nodeName", ""), 0) for pod in active]
    return compare_pods_for_deletion(active, ranks, now)[:count]


# ---------------------------------------------------------------------------------------------------------------------
# Status
# ---------------------------------------------------------------------------------------------------------------------


def calculate_status(owner: Obj, pods: Iterable[Obj], now: float, *, counts_terminating: bool = True) -> Obj:
    """The status of ``owner`` with its Pods counted; conditions stay. Numbers that are 0 go, ``replicas`` stays."""
    spec = owner["spec"]
    template_labels = ((spec["template"].get("metadata") or {}).get("labels") or {}).items()
    min_ready = spec.get("minReadySeconds", 0)
    replicas = labeled = ready = available = terminating = 0
    for pod in pods:
        if is_pod_active(pod):
            replicas += 1
            labeled += template_labels <= (pod["metadata"].get("labels") or {}).items()
            if is_pod_ready(pod):
                ready += 1
                available += not min_ready or is_pod_available(pod, min_ready, now)
        elif is_pod_terminating(pod):
            terminating += 1
    counts = {
        "fullyLabeledReplicas": labeled, "readyReplicas": ready, "availableReplicas": available,
        "observedGeneration": owner["metadata"].get("generation", 0),
    }
    status: Obj = {"replicas": replicas, **{field: count for field, count in counts.items() if count}}
    if counts_terminating:
        status["terminatingReplicas"] = terminating
    conditions = (owner.get("status") or {}).get("conditions")
    if conditions:
        status["conditions"] = conditions
    return status


def is_failing(owner: Obj) -> bool:
    """Whether ``owner`` says that it could not make or delete Pods."""
    conditions = (owner.get("status") or {}).get("conditions") or ()
    return any(condition["type"] == REPLICA_FAILURE for condition in conditions)


def with_failure(owner: Obj, error: StatusError | None, difference: int, now: float) -> Obj:
    """``owner`` with the condition ReplicaFailure that ``error`` makes, or without one.

    ``difference``: the Pods there were more (fewer, below 0) than wanted.
    """
    status = dict(owner.get("status") or {"replicas": 0})
    conditions = [condition for condition in status.pop("conditions", None) or () if condition["type"] != REPLICA_FAILURE]
    if error is not None:
        from minikctl.lib.times import format_time

        reason = "FailedCreate" if difference < 0 else "FailedDelete"
        conditions.append({
            "lastTransitionTime": format_time(now), "message": str(error), "reason": reason, "status": "True",
            "type": REPLICA_FAILURE,
        })
    return {**owner, "status": {**status, "conditions": conditions} if conditions else status}


def _retry_delay(owner: Obj, now: float) -> float:
    from minikctl.lib.times import parse_time

    since = next(c["lastTransitionTime"] for c in owner["status"]["conditions"] if c["type"] == REPLICA_FAILURE)
    return min(max(now - parse_time(since), 1.0), LONGEST_RETRY)


def write_status(context: Context, key: str, owner: Obj, status: Obj, pods: Iterable[Obj]) -> None:
    """Store a status where it changed, and come again when the next of ``pods`` has been ready for long enough.

    ``owner`` is as it was read, and nobody changes it any more.
    """
    if status != owner.get("status"):
        context.update_status({**owner, "status": status}, as_read=True)
    after = next_availability(pods, owner["spec"].get("minReadySeconds", 0), context.now())
    if after is not None:
        context.requeue_after(key, after)


def next_availability(pods: Iterable[Obj], min_ready_seconds: int, now: float) -> float | None:
    """The seconds until the next of ``pods`` has been ready for long enough; None where none is on its way there."""
    if not min_ready_seconds:
        return None
    waits = [available_after(pod, min_ready_seconds, now) for pod in pods if is_pod_active(pod)]
    return min((wait for wait in waits if wait), default=None)
