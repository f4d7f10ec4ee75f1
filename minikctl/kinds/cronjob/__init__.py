"""CronJob (batch/v1): Jobs made by a schedule.

Upstream: ``SetDefaults_CronJob`` in ``pkg/apis/batch/v1/defaults.go``, ``pkg/registry/batch/cronjob/strategy.go`` and
``printCronJob`` in ``pkg/printers/internalversion/printers.go``. Rules and ``describe`` stand in the modules beside this
one and are imported when they are asked for.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]


class CronJobKind(Kind):
    """The hooks of CronJobs."""

    columns = (
        Column("NAME"), Column("SCHEDULE"), Column("TIMEZONE"), Column("SUSPEND"), Column("ACTIVE"),
        Column("LAST SCHEDULE"), Column("AGE"),
        Column("CONTAINERS", wide=True), Column("IMAGES", wide=True), Column("SELECTOR", wide=True),
    )
    has_generation = True
    has_status = True
    rules_are_whole = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``. The template of Jobs gets no defaults of Jobs, but its Pods theirs."""
        from minikctl.kinds.job import default_failure_policy
        from minikctl.kinds.podspec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        spec.setdefault("concurrencyPolicy", "Allow")
        spec.setdefault("suspend", False)
        spec.setdefault("successfulJobsHistoryLimit", 3)
        spec.setdefault("failedJobsHistoryLimit", 1)
        template = spec.setdefault("jobTemplate", {})
        template.setdefault("metadata", {})
        job = template.setdefault("spec", {})
        default_failure_policy(job.get("podFailurePolicy"))
        default_pod_template(job.setdefault("template", {}))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.cronjob.validation import validate_cron_job

        return validate_cron_job(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``."""
        from minikctl.kinds.cronjob.validation import validate_cron_job_update

        return validate_cron_job_update(obj, old)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        from minikctl.kinds.cronjob.validation import cron_job_warnings

        return cron_job_warnings(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.workloads import layout_container_cells
        from minikctl.lib.labels import format_label_selector
        from minikctl.lib.times import age

        metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
        last, job = status.get("lastScheduleTime"), spec["jobTemplate"]["spec"]
        return (
            metadata["name"], spec.get("schedule", ""), spec.get("timeZone") or "<none>",
            "True" if spec.get("suspend") else "False", str(len(status.get("active") or ())),
            age(last, now) if last else "<none>", age(metadata.get("creationTimestamp"), now),
            *layout_container_cells(job["template"]), format_label_selector(job.get("selector")),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.cronjob.describe import describe_cron_job

        describe_cron_job(out, obj)

    def pod_template(self, obj: Obj) -> Obj | None:
        """See ``Kind.pod_template``."""
        template: Obj | None = obj["spec"]["jobTemplate"]["spec"].get("template")
        return template


KIND = CronJobKind
