"""Counting the Pods of a Job that ended, and saying how it stands.

Upstream: ``trackJobStatusAndRemoveFinalizers``, ``enactJobFinished`` and ``syncOrphanPod`` in ``job_controller.go``.
"""

from __future__ import annotations

from minikctl.controllers.job import BACK_OFF, COMPONENT, JOBS, has_tracking_finalizer, indexes
from minikctl.controllers.job.backoff import remaining_time
from minikctl.controllers.job.conditions import (
    COMPLETE,
    FAILED,
    FAILURE_TARGET,
    SUCCESS_CRITERIA_MET,
    SUSPENDED,
    ensure_condition,
    is_finished,
    new_condition,
)
from minikctl.controllers.job.counting import JobFacts
from minikctl.controllers.job.managing import remove_finalizer
from minikctl.controllers.podcontrol import PODS
from minikctl.controllers.refs import controller_of, is_controlled_by, is_deleting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]


def track_job(context: Context, key: str, job: Obj) -> None:
    """Count what ended, and write the status where it changed."""
    metadata = job["metadata"]
    pods = context.owned(PODS, metadata["namespace"], metadata["uid"])
    facts = JobFacts(job, [pod for pod in pods if is_controlled_by(pod, job)], context.now())
    finishing = facts.finishing()
    if finishing is not None and facts.active:
        # They are deleted in the next pass; the Job does not end before.
        finishing = None
    elif finishing is None and facts.is_complete():
        finishing = new_condition(
            SUCCESS_CRITERIA_MET, "CompletionsReached", "Reached expected number of succeeded pods", facts.now,
        )
    if finishing is None and not is_deleting(job):
        _track_suspension(context, facts)
    _count(context, facts, finishing)
    if finishing is None:
        _remember_back_off(context, key, facts)
    ended = None if finishing is None else _finish(facts, finishing)
    if facts.status != job.get("status"):
        context.update_status({**job, "status": facts.status}, as_read=True)
    if ended is not None:
        _tell(context, facts, ended)
    elif finishing is None and (left := facts.deadline_left()) is not None and left > 0:
        context.requeue_after(key, left)


def _track_suspension(context: Context, facts: JobFacts) -> None:
    """Say that the Job is suspended, or that it goes on. A suspended Job has no start: it starts when it goes on."""
    from minikctl.lib.times import format_time

    if facts.suspended:
        condition = new_condition(SUSPENDED, "JobSuspended", "Job suspended", facts.now)
        if ensure_condition(facts.status, condition):
            facts.status.pop("startTime", None)
            context.event(facts.job, "Normal", "Suspended", "Job suspended", COMPONENT)
        return
    condition = new_condition(SUSPENDED, "JobResumed", "Job resumed", facts.now, "False")
    if ensure_condition(facts.status, condition):
        facts.status["startTime"] = format_time(facts.now)
        context.event(facts.job, "Normal", "Resumed", "Job resumed", COMPONENT)


def _count(context: Context, facts: JobFacts, finishing: Obj | None) -> None:
    """Take the finalizers of Pods that ended, and bring the numbers of the status up to date."""
    status = facts.status
    fails = finishing is not None and finishing["type"] != SUCCESS_CRITERIA_MET
    awaiting = {pod["metadata"]["uid"] for pod in facts.awaiting_replacement().values()}
    succeeded, failed = status.get("succeeded", 0), status.get("failed", 0)
    for pod in facts.pods:
        if not has_tracking_finalizer(pod):
            continue
        well, badly = pod["status"].get("phase") == "Succeeded", facts.is_failed(pod)
        ends = is_deleting(facts.job) or finishing is not None
        if not (ends or well or (badly and pod["metadata"]["uid"] not in awaiting)):
            continue
        wanted = not facts.indexed or indexes.valid_index(pod, facts.completions or 0) is not None
        if well:
            succeeded += 1
        elif (badly or fails) and wanted and facts.failure_counts(pod):
            failed += 1
        own = context.get(PODS, pod["metadata"]["namespace"], pod["metadata"]["name"])
        if own is not None:
            remove_finalizer(own)
            context.update(own)
    if facts.indexed:
        succeeded = indexes.total(facts.succeeded_indexes)
        _set(status, "completedIndexes", indexes.show(facts.succeeded_indexes))
        if facts.limit_per_index is not None:
            status["failedIndexes"] = indexes.show(facts.failed_indexes)
    for field, count in (("active", len(facts.active)), ("succeeded", succeeded), ("failed", failed)):
        _set(status, field, count)
    status.update(ready=facts.ready(), terminating=len(facts.terminating), uncountedTerminatedPods={})


def _remember_back_off(context: Context, key: str, facts: JobFacts) -> None:
    """Let the next Pod wait for one that failed and goes away now, which will not be there to tell."""
    if facts.limit_per_index is not None or not any(is_deleting(pod) for pod in facts.new_failed):
        return
    ended = [pod for pod in facts.pods if (pod.get("status") or {}).get("phase") == "Succeeded"]
    wait = remaining_time(ended, [pod for pod in facts.pods if facts.is_failed(pod)], facts.now)
    if wait > 0:
        context.requeue_after(f"{BACK_OFF}{key}", wait)


def _set(status: Obj, field: str, value: Any) -> None:
    """Set a field of the status; empty ones are not written."""
    if value:
        status[field] = value
    else:
        status.pop(field, None)


def _finish(facts: JobFacts, finishing: Obj) -> Obj | None:
    """Say by what the Job ends, and that it has ended as soon as its last Pod is gone. Returns the last condition."""
    if finishing["type"] in (FAILURE_TARGET, SUCCESS_CRITERIA_MET):
        ensure_condition(facts.status, finishing)
    if facts.terminating:
        return None
    kind = COMPLETE if finishing["type"] == SUCCESS_CRITERIA_MET else FAILED
    ended = new_condition(kind, finishing["reason"], finishing["message"], facts.now)
    ensure_condition(facts.status, ended)
    if kind == COMPLETE:
        facts.status["completionTime"] = ended["lastTransitionTime"]
    return ended


def _tell(context: Context, facts: JobFacts, ended: Obj) -> None:
    """Record how the Job ended (upstream: ``recordJobFinished``)."""
    if ended["type"] == FAILED:
        context.event(facts.job, "Warning", ended["reason"], ended["message"], COMPONENT)
        return
    if facts.completions is not None and facts.status.get("succeeded", 0) > facts.completions:
        context.event(
            facts.job, "Warning", "TooManySucceededPods",
            "Too many succeeded pods running after completion count reached", COMPONENT,
        )
    context.event(facts.job, "Normal", "Completed", "Job completed", COMPONENT)


def sync_orphan_pod(context: Context, key: str) -> None:
    """Let a Pod go that nobody will count: its Job is gone, has ended, or is no longer its owner."""
    namespace, _, name = key.partition("/")
    pod = context.get(PODS, namespace, name)
    if pod is None or not has_tracking_finalizer(pod):
        return
    reference = controller_of(pod)
    if reference is not None:
        if (reference["apiVersion"], reference["kind"]) != ("batch/v1", "Job"):
            return
        job = context.get(JOBS, namespace, reference["name"])
        if job is not None and job["metadata"]["uid"] == reference["uid"] and not is_finished(job):
            return
    remove_finalizer(pod)
    context.update(pod)
