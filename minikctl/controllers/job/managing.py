"""Making and deleting the Pods of a Job. Upstream: ``manageJob`` and ``deleteActivePods`` in ``job_controller.go``."""

from __future__ import annotations

from minikctl.controllers.job import BACK_OFF, COMPONENT, TRACKING_FINALIZER, has_tracking_finalizer, indexes
from minikctl.controllers.job.backoff import remaining_time, remaining_time_per_index
from minikctl.controllers.job.conditions import FAILURE_TARGET, ensure_condition
from minikctl.controllers.job.counting import JobFacts
from minikctl.controllers.job.policies import match_pod_failure_policy
from minikctl.controllers.podcontrol import claim_pods, create_pod, delete_pod, pod_from_template, retry_delay
from minikctl.controllers.refs import is_deleting
from minikctl.kinds.podspec.status import compare_pods_for_deletion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.errors import StatusError

    Obj = dict[str, Any]

#: Pods that one sync makes or deletes at the most
MOST_PER_SYNC = 500
INDEX_VARIABLE = "JOB_COMPLETION_INDEX"
#: the longest that a generated name may begin with
LONGEST_GENERATE_NAME = 58


def manage_job(context: Context, key: str, job: Obj) -> None:
    """Bring the number of active Pods one step nearer to what the Job wants."""
    from minikctl.lib.labels import from_label_selector

    selector = from_label_selector(job["spec"]["selector"])
    pods = claim_pods(context, job, selector, finalizer=TRACKING_FINALIZER)
    facts = JobFacts(job, pods, context.now())
    finishing = facts.finishing()
    if finishing is not None:
        if facts.active and finishing["type"] == FAILURE_TARGET and ensure_condition(facts.status, finishing):
            # the restarts that the Job fails by are counted in the Pods that go now
            context.update_status({**job, "status": facts.status})
        for pod in facts.active:
            delete_pod(context, job, pod, COMPONENT)
        return
    left = facts.deadline_left()
    if left is not None:
        context.requeue_after(key, left)
    if not is_deleting(job):
        _Manager(context, key, facts).run()


class _Manager:
    """One step for a Job that goes on."""

    def __init__(self, context: Context, key: str, facts: JobFacts) -> None:
        self.context = context
        self.key = key
        self.facts = facts
        self.job = facts.job

    def run(self) -> None:
        """Delete what is too much; only where nothing is, make what is missing."""
        facts = self.facts
        if facts.suspended:
            self._delete(facts.active)
            return
        wanted = wanted_active(facts)
        too_many = pods_for_removal(facts, max(len(facts.active) - wanted, 0))
        if too_many:
            self._delete(too_many[:MOST_PER_SYNC])
            return
        missing = wanted - len(facts.active) - (len(facts.terminating) if facts.only_replaces_failed else 0)
        if missing > 0:
            self._create(min(missing, MOST_PER_SYNC))

    def _delete(self, pods: Sequence[Obj]) -> None:
        """Delete Pods without counting them."""
        for pod in pods:
            if has_tracking_finalizer(pod):
                remove_finalizer(pod)
                pod = self.context.update(pod)  # noqa: PLW2901 - as stored
            delete_pod(self.context, self.job, pod, COMPONENT)

    def _create(self, count: int) -> None:
        """Make Pods, unless the last failure is too recent."""
        from minikctl.controllers.replication import slow_start_batch

        facts = self.facts
        replaced = facts.awaiting_replacement()
        numbers: list[int | None] = [None] * count
        if facts.limit_per_index is None:
            ended = [pod for pod in facts.pods if (pod.get("status") or {}).get("phase") == "Succeeded"]
            wait = remaining_time(ended, [pod for pod in facts.pods if facts.is_failed(pod)], facts.now)
            wait = max(wait, (self.context.due_at(f"{BACK_OFF}{self.key}") or 0.0) - facts.now)
            if wait > 0:
                self.context.requeue_after(self.key, wait)
                return
        if facts.indexed:
            pending = pending_indexes(facts, count)
            waits = {index: remaining_time_per_index(replaced.get(index), facts.now) for index in pending}
            numbers = [index for index in pending if waits[index] <= 0]
            later = [wait for wait in waits.values() if wait > 0]
            if later:
                self.context.requeue_after(self.key, min(later))
        following = iter(numbers)

        def create_one() -> StatusError | None:
            index = next(following)
            pod = new_pod(facts, index, None if index is None else replaced.get(index))
            return create_pod(self.context, self.job, pod, COMPONENT)

        if slow_start_batch(len(numbers), create_one) is not None:
            self.context.requeue_after(self.key, retry_delay(self.context, self.job, "FailedCreate"))


def wanted_active(facts: JobFacts) -> int:
    """Return how many Pods shall be at work now."""
    parallelism: int = facts.spec["parallelism"]
    if facts.completions is None:
        # The first success ends the making of Pods; what is at work may end its work.
        return len(facts.active) if facts.succeeded else parallelism
    return max(min(facts.completions - facts.succeeded, parallelism), 0)


def pods_for_removal(facts: JobFacts, at_least: int) -> list[Obj]:
    """Return the active Pods to delete: those with an index too many or none, then those that are missed least.

    Upstream: ``activePodsForRemoval``.
    """
    left = list(facts.active)
    remove: list[Obj] = []
    if facts.indexed:
        by_index: dict[int | None, list[Obj]] = {}
        for pod in facts.active:
            by_index.setdefault(indexes.valid_index(pod, facts.completions or 0), []).append(pod)
        remove = by_index.pop(None, [])
        left = []
        for pods in by_index.values():
            ordered = compare_pods_for_deletion(pods)
            remove += ordered[:-1]
            left.append(ordered[-1])
    if len(remove) < at_least:
        remove += compare_pods_for_deletion(left)[:at_least - len(remove)]
    return remove


def pending_indexes(facts: JobFacts, count: int) -> list[int]:
    """Return the lowest indexes that have not ended and that no Pod is at work on."""
    busy = list(facts.active)
    if facts.only_replaces_failed:
        busy += facts.terminating
    numbers = [index for pod in busy if (index := indexes.completion_index(pod)) is not None]
    taken = indexes.merge(indexes.merge(facts.succeeded_indexes, facts.failed_indexes), indexes.of_indexes(numbers))
    return indexes.first_pending(taken, count, facts.completions or 0)


def new_pod(facts: JobFacts, index: int | None, replaced: Obj | None) -> Obj:
    """Return a new Pod of a Job, of completion index ``index``, in the place of the failed Pod ``replaced``."""
    job = facts.job
    pod = pod_from_template(job, job["spec"]["template"])
    metadata, spec = pod["metadata"], pod["spec"]
    metadata["finalizers"] = [*(metadata.get("finalizers") or ()), TRACKING_FINALIZER]
    if index is None:
        return pod
    name = job["metadata"]["name"]
    suffix = f"-{index}-"
    metadata["generateName"] = name[:LONGEST_GENERATE_NAME - len(suffix)] + suffix
    metadata["labels"] = {**(metadata.get("labels") or {}), indexes.INDEX_ANNOTATION: str(index)}
    metadata["annotations"] = {**(metadata.get("annotations") or {}), indexes.INDEX_ANNOTATION: str(index)}
    if facts.limit_per_index is not None:
        metadata["annotations"].update(_failure_counts(facts, replaced))
    spec = {**spec, "hostname": f"{name}-{index}"}
    for field in ("initContainers", "containers"):
        if spec.get(field):
            spec[field] = [_with_index_variable(container) for container in spec[field]]
    return {**pod, "spec": spec}


def _failure_counts(facts: JobFacts, replaced: Obj | None) -> dict[str, str]:
    """The annotations that say how often an index has failed (upstream: ``getNewIndexFailureCounts``)."""
    if replaced is None:
        return {indexes.FAILURES_ANNOTATION: "0"}
    failures = indexes.failure_count(replaced)
    ignored = indexes.absolute_failure_count(replaced) - failures
    if match_pod_failure_policy(facts.spec.get("podFailurePolicy"), replaced).counts:
        failures += 1
    else:
        ignored += 1
    counts = {indexes.FAILURES_ANNOTATION: str(failures)}
    if ignored:
        counts[indexes.IGNORED_FAILURES_ANNOTATION] = str(ignored)
    return counts


def _with_index_variable(container: Obj) -> Obj:
    variables = container.get("env") or []
    if any(variable["name"] == INDEX_VARIABLE for variable in variables):
        return container
    source = {"fieldRef": {"fieldPath": f"metadata.labels['{indexes.INDEX_ANNOTATION}']"}}
    return {**container, "env": [*variables, {"name": INDEX_VARIABLE, "valueFrom": source}]}


def remove_finalizer(pod: Obj) -> None:
    """Take the tracking finalizer out of a Pod, which is changed."""
    metadata = pod["metadata"]
    left = [finalizer for finalizer in metadata["finalizers"] if finalizer != TRACKING_FINALIZER]
    if left:
        metadata["finalizers"] = left
    else:
        del metadata["finalizers"]
