"""What a CronJob does when it is time, and with the Jobs that it has (upstream: ``cronjob_controllerv2.go``)."""

from __future__ import annotations

from minikctl.controllers.cronjob import COMPONENT, CRON_JOBS, JOBS
from minikctl.controllers.cronjob.timing import MANY_MISSED, earliest_run, most_recent_run, seconds_to_next_run
from minikctl.controllers.job.conditions import COMPLETE, FAILED, find_condition
from minikctl.controllers.refs import is_controlled_by, is_deleting, new_controller_ref
from minikctl.errors import AlreadyExists, StatusError
from minikctl.lib.cron import CronError, parse
from minikctl.lib.times import describe_time_utc, format_time, parse_time
from minikctl.store.texts import decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.lib.cron import Every, Schedule

    Obj = dict[str, Any]

SCHEDULED_TIMESTAMP = "batch.kubernetes.io/cronjob-scheduled-timestamp"


def sync_cron_job(context: Context, key: str) -> None:
    """One step: delete old Jobs, take note of those that ended, start one if it is time, and set the timer."""
    context.cancel(key)
    cron_job = _get(context, key)
    if cron_job is None:
        return
    jobs = _children(context, cron_job)
    _clean_up(context, cron_job, jobs)
    _look_at_children(context, cron_job, jobs)
    schedule = None if is_deleting(cron_job) or cron_job["spec"].get("suspend") else _schedule(context, cron_job)
    if schedule is not None:
        _run(context, key, cron_job, schedule)
    context.update_status(cron_job, as_read=True)


def sync_children(context: Context, key: str) -> None:
    """Take note of Jobs that ended, so that the status shows what the pass did."""
    cron_job = _get(context, key)
    if cron_job is not None:
        _look_at_children(context, cron_job, _children(context, cron_job))
        context.update_status(cron_job, as_read=True)


def wait_for_next(context: Context, key: str) -> None:
    """Let the key come at the next time of the schedule, whatever has been missed."""
    context.cancel(key)
    cron_job = _get(context, key)
    schedule = None if cron_job is None else _schedule(context, cron_job)
    if cron_job is not None and schedule is not None:
        _set_timer(context, key, cron_job, schedule)


def _get(context: Context, key: str) -> Obj | None:
    namespace, _, name = key.partition("/")
    cron_job = context.look(CRON_JOBS, namespace, name)
    # What is written anew are fields of the status; what is in them stays as it is.
    return None if cron_job is None else {**cron_job, "status": dict(cron_job.get("status") or {})}


def _children(context: Context, cron_job: Obj) -> list[Obj]:
    """The Jobs that the CronJob controls, for looking only."""
    metadata = cron_job["metadata"]
    jobs = context.owned(JOBS, metadata["namespace"], metadata["uid"])
    return [job for job in jobs if is_controlled_by(job, cron_job)]


# ---------------------------------------------------------------------------------------------------------------------
# The Jobs that are there
# ---------------------------------------------------------------------------------------------------------------------


def _look_at_children(context: Context, cron_job: Obj, jobs: list[Obj]) -> None:
    """Bring status.active and status.lastSuccessfulTime up to date (the first part of ``syncCronJob``)."""
    status = cron_job["status"]
    active = {reference["uid"] for reference in status.get("active") or ()}
    for job in jobs:
        name, uid = job["metadata"]["name"], job["metadata"]["uid"]
        condition = _finished_condition(job)
        if not condition:
            if uid not in active:
                words = f"Saw a job that the controller did not create or forgot: {name}"
                context.event(cron_job, "Warning", "UnexpectedJob", words, COMPONENT)
            continue
        if uid in active:
            _forget(status, uid)
            words = f"Saw completed job: {name}, condition: {condition}"
            context.event(cron_job, "Normal", "SawCompletedJob", words, COMPONENT)
        completed = job["status"].get("completionTime")
        # Times of this form sort as text.
        if condition == COMPLETE and completed and completed > status.get("lastSuccessfulTime", ""):
            status["lastSuccessfulTime"] = completed
    there = {job["metadata"]["uid"] for job in jobs}
    for reference in list(status.get("active") or ()):
        if reference["uid"] not in there and context.get(JOBS, reference["namespace"], reference["name"]) is None:
            context.event(cron_job, "Normal", "MissingJob", f"Active job went missing: {reference['name']}", COMPONENT)
            _forget(status, reference["uid"])


def _finished_condition(job: Obj) -> str:
    """``Complete`` or ``Failed``, "" for a Job that has not ended."""
    return next((kind for kind in (COMPLETE, FAILED) if find_condition(job.get("status") or {}, kind)), "")


def _forget(status: Obj, uid: str) -> None:
    """Take a Job off the list of active ones (upstream: ``deleteFromActiveList``)."""
    left = [reference for reference in status.get("active") or () if reference["uid"] != uid]
    if left:
        status["active"] = left
    else:
        status.pop("active", None)


def _clean_up(context: Context, cron_job: Obj, jobs: list[Obj]) -> None:
    """Delete the oldest of the Jobs that ended, beyond the limits (upstream: ``cleanupFinishedJobs``)."""
    for condition, field in ((COMPLETE, "successfulJobsHistoryLimit"), (FAILED, "failedJobsHistoryLimit")):
        limit = cron_job["spec"].get(field)
        ended = [job for job in jobs if _finished_condition(job) == condition and not is_deleting(job)]
        if limit is None or len(ended) <= limit:
            continue
        ended.sort(key=_age)
        for job in ended[:len(ended) - limit]:
            _delete_job(context, cron_job, job)


def _age(job: Obj) -> tuple[bool, str, str]:
    """What Jobs are sorted by: those with a start time come first (upstream: ``byJobStartTime``)."""
    started = job["status"].get("startTime") or ""
    return (not started, started, job["metadata"]["name"])


def _delete_job(context: Context, cron_job: Obj, job: Obj) -> bool:
    """Delete a Job with what it has; says whether it could be."""
    metadata = job["metadata"]
    try:
        context.delete(JOBS, metadata["namespace"], metadata["name"], propagation="Background")
    except StatusError as error:
        context.event(cron_job, "Warning", "FailedDelete", f"Deleted job: {error}", COMPONENT)
        return False
    _forget(cron_job["status"], metadata["uid"])
    context.event(cron_job, "Normal", "SuccessfulDelete", f"Deleted job {metadata['name']}", COMPONENT)
    return True


# ---------------------------------------------------------------------------------------------------------------------
# The next one
# ---------------------------------------------------------------------------------------------------------------------


def _schedule(context: Context, cron_job: Obj) -> Schedule | Every | None:
    """The schedule in its time zone; None for one that cannot be read, with an event."""
    text, zone = cron_job["spec"]["schedule"], cron_job["spec"].get("timeZone")
    try:
        return parse(text if zone is None or "TZ" in text else f"TZ={zone} {text}")
    except CronError as error:
        words = f'unparseable schedule: "{text}" : {error}'
        context.event(cron_job, "Warning", "UnparseableSchedule", words, COMPONENT)
        return None


def _run(context: Context, key: str, cron_job: Obj, schedule: Schedule | Every) -> None:
    """Start the Job whose time has come last, unless a rule is against it, and set the timer."""
    try:
        time = _due(context, cron_job, schedule)
    except CronError as error:
        words = f"invalid schedule: {cron_job['spec']['schedule']} : {error}"
        context.event(cron_job, "Warning", "InvalidSchedule", words, COMPONENT)
        return
    if time is not None and _may_start(context, cron_job, time) and not _start(context, cron_job, time):
        from minikctl.controllers.podcontrol import retry_delay

        context.requeue_after(key, retry_delay(context, cron_job, "FailedCreate"))
    _set_timer(context, key, cron_job, schedule)


def _due(context: Context, cron_job: Obj, schedule: Schedule | Every) -> float | None:
    """The last time of the schedule that has come and was not served (upstream: ``nextScheduleTime``)."""
    created, last = _beginnings(cron_job)
    now = context.now()
    earliest = earliest_run(created, last, now, cron_job["spec"].get("startingDeadlineSeconds"))
    time, missed = most_recent_run(schedule, earliest, now)
    if time is not None and missed > MANY_MISSED:
        words = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
        context.event(cron_job, "Warning", "TooManyMissedTimes", words, COMPONENT)
    return time


def _beginnings(cron_job: Obj) -> tuple[float, float | None]:
    """When it was created and when it last ran (None: never)."""
    last = cron_job["status"].get("lastScheduleTime")
    return parse_time(cron_job["metadata"]["creationTimestamp"]), parse_time(last) if last else None


def _set_timer(context: Context, key: str, cron_job: Obj, schedule: Schedule | Every) -> None:
    created, last = _beginnings(cron_job)
    now = context.now()
    wait = seconds_to_next_run(schedule, earliest_run(created, last, now, None), now)
    if wait > 0:
        context.requeue_after(key, wait)


def _may_start(context: Context, cron_job: Obj, time: float) -> bool:
    """Whether a Job is to be made for ``time``; with the policy Replace, its predecessors are deleted."""
    spec, status = cron_job["spec"], cron_job["status"]
    active = status.get("active") or ()
    deadline = spec.get("startingDeadlineSeconds")
    if deadline is not None and time + deadline < context.now():
        words = f"Missed scheduled time to start a job: {describe_time_utc(time)}"
        context.event(cron_job, "Warning", "MissSchedule", words, COMPONENT)
        return False
    name = job_name(cron_job, time)
    if status.get("lastScheduleTime") == format_time(time) or any(job["name"] == name for job in active):
        return False
    if spec["concurrencyPolicy"] == "Forbid" and active:
        words = "Not starting job because prior execution is running and concurrency policy is Forbid"
        context.event(cron_job, "Normal", "JobAlreadyActive", words, COMPONENT)
        return False
    return spec["concurrencyPolicy"] != "Replace" or all(
        _replace(context, cron_job, reference) for reference in active
    )


def _replace(context: Context, cron_job: Obj, reference: Obj) -> bool:
    job = context.get(JOBS, reference["namespace"], reference["name"])
    return job is None or _delete_job(context, cron_job, job)


def _start(context: Context, cron_job: Obj, time: float) -> bool:
    """Create the Job for ``time``. Says False where that is worth another try."""
    status = cron_job["status"]
    try:
        job = context.create(new_job(cron_job, time))
        words = f"Created job {job['metadata']['name']}"
        context.event(cron_job, "Normal", "SuccessfulCreate", words, COMPONENT)
    except AlreadyExists:
        known = context.get(JOBS, cron_job["metadata"]["namespace"], job_name(cron_job, time))
        if known is None or not is_controlled_by(known, cron_job):
            return True
        job = known
    except StatusError as error:
        if "because it is being terminated" not in str(error):
            context.event(cron_job, "Warning", "FailedCreate", f"Error creating job: {error}", COMPONENT)
        return False
    metadata = job["metadata"]
    status["active"] = [*(status.get("active") or ()), {
        "apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "namespace": metadata["namespace"],
        "resourceVersion": metadata["resourceVersion"], "uid": metadata["uid"],
    }]
    status["lastScheduleTime"] = format_time(time)
    return True


def job_name(cron_job: Obj, time: float) -> str:
    """Return the name of the Job for ``time``: the minutes since the epoch stand in it."""
    return f"{cron_job['metadata']['name']}-{int(time) // 60}"


def new_job(cron_job: Obj, time: float) -> Obj:
    """Return the Job for ``time`` (upstream: ``getJobFromTemplate2``)."""
    template = decode(encode(cron_job["spec"]["jobTemplate"]))  # a copy
    theirs = template.get("metadata") or {}
    zone = cron_job["spec"].get("timeZone") or "UTC"
    metadata = {
        "name": job_name(cron_job, time), "namespace": cron_job["metadata"]["namespace"],
        "annotations": {**(theirs.get("annotations") or {}), SCHEDULED_TIMESTAMP: in_zone(time, zone)},
        "ownerReferences": [new_controller_ref(cron_job)],
    }
    if theirs.get("labels"):
        metadata["labels"] = theirs["labels"]
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}


def in_zone(time: float, zone: str) -> str:
    """``time`` as the clocks of ``zone`` show it: ``2026-06-01T14:00:00+02:00``."""
    from minikctl.lib.cron import offset_of

    offset = offset_of(zone)(time)
    text = format_time(time + offset)
    if not offset:
        return text
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{text[:-1]}{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"
