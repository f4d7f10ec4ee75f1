"""Jobs that are deleted a while after they ended (``spec.ttlSecondsAfterFinished``).

Upstream: ``pkg/controller/ttlafterfinished``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.refs import is_deleting
from minikctl.errors import Conflict, NotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

JOBS = "jobs.batch"


class TTLAfterFinishedController(Controller):
    """Jobs, by ``namespace/name``."""

    name = "ttlafterfinished"
    watches = (JOBS,)

    def keys(self, change: Change, context: Context) -> Iterable[str]:  # noqa: ARG002 - the signature of Controller
        """A Job that will not stay, or is gone already."""
        job = change.after if change.after is not None else change.before
        return (f"{change.namespace}/{change.name}",) if job is not None and needs_cleanup(job) else ()

    def sync(self, context: Context, key: str) -> None:
        """Delete the Job, or come again when its time is up."""
        namespace, _, name = key.partition("/")
        job = context.get(JOBS, namespace, name)
        if job is None or not needs_cleanup(job):
            context.cancel(key)
            return
        left = finish_time(job) + job["spec"]["ttlSecondsAfterFinished"] - context.now()
        if left > 0:
            context.requeue_after(key, left)
            return
        try:
            context.delete(JOBS, namespace, name, uid=job["metadata"]["uid"], propagation="Foreground")
        except (NotFound, Conflict):
            return


def needs_cleanup(job: Obj) -> bool:
    """Tell whether a Job has ended and is to be deleted some time (upstream: ``needsCleanup``)."""
    if job["spec"].get("ttlSecondsAfterFinished") is None or is_deleting(job):
        return False
    from minikctl.controllers.job.conditions import is_finished

    return is_finished(job)


def finish_time(job: Obj) -> float:
    """Return when a Job that has ended did so (upstream: ``getFinishAndExpireTime``)."""
    from minikctl.controllers.job.conditions import COMPLETE, FAILED, find_condition
    from minikctl.lib.times import parse_time

    status = job["status"]
    condition = find_condition(status, COMPLETE) or find_condition(status, FAILED)
    assert condition is not None
    return parse_time(condition["lastTransitionTime"])


CONTROLLER = TTLAfterFinishedController
