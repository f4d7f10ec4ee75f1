"""CronJobs: a Job at each time of a schedule, and no more ended ones than are to be kept.

Upstream: ``pkg/controller/cronjob``. ``timing`` has the arithmetic, ``running`` what is done when it is time.
The next run is a timer; nothing happens in between.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

CRON_JOBS, JOBS = "cronjobs.batch", "jobs.batch"
COMPONENT = "cronjob-controller"
#: stands before the key of a CronJob with another schedule: it runs when that comes next, not for what it has missed
RESCHEDULED = "rescheduled:"


class CronJobController(Controller):
    """CronJobs, by ``namespace/name``."""

    name = "cronjob"
    watches = (CRON_JOBS, JOBS)

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:  # noqa: ARG002 - a hook
        """A CronJob's status is this controller's own work."""
        return resource == JOBS or changed != frozenset(("status",))

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """The CronJob itself; of a Job that came, ended or went too early its CronJob."""
        if change.resource == CRON_JOBS:
            before, after = change.before, change.after
            rescheduled = before is not None and after is not None and _times(before) != _times(after)
            yield f"{RESCHEDULED if rescheduled else ''}{change.namespace}/{change.name}"
            return
        from minikctl.controllers.refs import controller_of

        before, after = change.before, change.after
        job = after if after is not None else before
        assert job is not None
        reference = controller_of(job)
        if reference is None or reference["kind"] != "CronJob":
            return
        # A Job that went after its end has been taken note of.
        ended = before is not None and _is_finished(before)
        if before is None or ended != (after is None or _is_finished(after)):
            key = f"{change.namespace}/{reference['name']}"
            context.scratch[key] = True
            yield key

    def sync(self, context: Context, key: str) -> None:
        """Start a Job when it is time, and delete those that ended long ago."""
        from minikctl.controllers.cronjob import running

        if key.startswith(RESCHEDULED):
            running.wait_for_next(context, key.removeprefix(RESCHEDULED))
        else:
            context.scratch.pop(key, None)
            running.sync_cron_job(context, key)

    def sync_status(self, context: Context, key: str) -> None:
        """Take note of Jobs that ended in this pass, after the step."""
        if context.scratch.pop(key, None):
            from minikctl.controllers.cronjob import running

            running.sync_children(context, key)


def _times(cron_job: Obj) -> tuple[str, str | None]:
    spec = cron_job["spec"]
    return spec["schedule"], spec.get("timeZone")


def _is_finished(job: Obj) -> bool:
    from minikctl.controllers.job.conditions import is_finished

    return is_finished(job)


CONTROLLER = CronJobController
