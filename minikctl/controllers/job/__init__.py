"""Jobs: Pods that run to their end, made anew when they fail, until enough of them ended well or too many did not.

Upstream: ``pkg/controller/job``. The rest is

- ``counting``: what a Job's Pods add up to, and whether that ends it
- ``managing``: making and deleting Pods (the step of a pass)
- ``tracking``: counting Pods that ended for good, and the status (the end of a pass)
- ``indexes``, ``policies``, ``backoff``, ``conditions``: arithmetic (pure functions)

A Pod that ended is counted when its finalizer is taken away; so each is counted once, whoever deletes it. Both are one
transaction here, and ``status.uncountedTerminatedPods`` stays empty.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.podcontrol import OBSTACLES, PODS, is_orphan_news, keys_that_match, owner_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

JOBS = "jobs.batch"
COMPONENT = "job-controller"
TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking"
#: the controllers that spec.managedBy may name; a Job of another one is left alone
CONTROLLER_NAME = "kubernetes.io/job-controller"
#: stands before the key of a Pod whose Job is gone
ORPHAN = "pod:"
#: stands before the key of a Job that makes no new Pods until this key comes: a failed Pod that is gone tells nothing
BACK_OFF = "backoff:"


class JobController(Controller):
    """Jobs, by ``namespace/name``; and Pods that may have lost theirs, by ``pod:namespace/name``."""

    name = "job"
    watches = (JOBS, PODS, *OBSTACLES)
    owns = "Job"
    minds_strangers = True  # some have the finalizer by which Pods of Jobs are counted

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """The Job itself; for a Pod its owners, or those that may adopt it; a Pod that waits for nobody to count it."""
        if change.resource == JOBS:
            yield f"{change.namespace}/{change.name}"
            if change.after is None and change.before is not None:
                yield from _orphans(context, change.before)
        elif change.resource == PODS:
            yield from owner_keys(change, "Job")
            pod = change.after
            if pod is None:
                return
            if "deletionTimestamp" in pod["metadata"] and has_tracking_finalizer(pod):
                yield f"{ORPHAN}{change.namespace}/{change.name}"
            if is_orphan_news(change):
                yield from keys_that_match(context, JOBS, pod)
        else:
            for job in context.list(JOBS, change.namespace):
                yield f"{change.namespace}/{job['metadata']['name']}"

    def sync(self, context: Context, key: str) -> None:
        """Make and delete Pods."""
        if key.startswith(ORPHAN):
            from minikctl.controllers.job.tracking import sync_orphan_pod

            sync_orphan_pod(context, key.removeprefix(ORPHAN))
            return
        key = key.removeprefix(BACK_OFF)
        job = _job_at_work(context, key)
        if job is None:
            context.cancel(key)
            context.cancel(f"{BACK_OFF}{key}")
        else:
            from minikctl.controllers.job.managing import manage_job

            manage_job(context, key, job)

    def sync_status(self, context: Context, key: str) -> None:
        """Count Pods that ended, and say how the Job stands."""
        key = key.removeprefix(BACK_OFF)
        job = None if key.startswith(ORPHAN) else _job_at_work(context, key)
        if job is not None:
            from minikctl.controllers.job.tracking import track_job

            track_job(context, key, job)


def has_tracking_finalizer(pod: Obj) -> bool:
    """Tell whether a Pod has not been counted yet."""
    return TRACKING_FINALIZER in (pod["metadata"].get("finalizers") or ())


def _job_at_work(context: Context, key: str) -> Obj | None:
    """The Job of this key, for looking only; None where it is gone, has ended or is somebody else's."""
    from minikctl.controllers.job.conditions import is_finished

    namespace, _, name = key.partition("/")
    job = context.look(JOBS, namespace, name)
    if job is None or is_finished(job) or not job["spec"].get("selector"):
        return None
    return job if job["spec"].get("managedBy") in (None, CONTROLLER_NAME) else None


def _orphans(context: Context, job: Obj) -> Iterator[str]:
    """The Pods of a Job that is gone, which wait to be counted."""
    metadata = job["metadata"]
    for pod in context.owned(PODS, metadata["namespace"], metadata["uid"]):
        if has_tracking_finalizer(pod):
            yield f"{ORPHAN}{metadata['namespace']}/{pod['metadata']['name']}"


CONTROLLER = JobController
