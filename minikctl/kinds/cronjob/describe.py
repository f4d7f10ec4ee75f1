"""``describe`` of CronJobs (upstream: ``describeCronJob`` in ``kubectl/pkg/describe``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.podspec.describe import describe_pod_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Writer

    Obj = dict[str, Any]

UNSET = "<unset>"


def describe_cron_job(out: Writer, obj: Obj) -> None:
    """Write the CronJob ``obj`` with its events."""
    from minikctl.lib.times import describe_time

    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, f"Schedule:\t{spec.get('schedule', '')}\n")
    out.write(0, f"Concurrency Policy:\t{spec.get('concurrencyPolicy', '')}\n")
    suspend = spec.get("suspend")
    out.write(0, f"Suspend:\t{UNSET if suspend is None else bool(suspend)}\n")
    zone = spec.get("timeZone")
    out.write(0, f"Time Zone:\t{UNSET if zone is None else zone}\n")
    _write_number(out, "Successful Job History Limit", spec.get("successfulJobsHistoryLimit"))
    _write_number(out, "Failed Job History Limit", spec.get("failedJobsHistoryLimit"))
    _write_number(out, "Starting Deadline Seconds", spec.get("startingDeadlineSeconds"), "s")
    _describe_job_template(out, spec["jobTemplate"]["spec"])
    last = status.get("lastScheduleTime")
    out.write(0, f"Last Schedule Time:\t{describe_time(last) if last else UNSET}\n")
    active = ", ".join([reference.get("name", "") for reference in status.get("active") or ()])
    out.write(0, f"Active Jobs:\t{active or '<none>'}\n")
    out.events(obj)


def _write_number(out: Writer, title: str, number: int | None, unit: str = "") -> None:
    out.write(0, f"{title}:\t{UNSET if number is None else f'{number}{unit}'}\n")


def _describe_job_template(out: Writer, spec: Obj) -> None:
    from minikctl.lib.labels import from_label_selector

    selector = spec.get("selector")
    out.write(0, f"Selector:\t{UNSET if selector is None else from_label_selector(selector)}\n")
    _write_number(out, "Parallelism", spec.get("parallelism"))
    _write_number(out, "Completions", spec.get("completions"))
    if spec.get("activeDeadlineSeconds") is not None:
        _write_number(out, "Active Deadline Seconds", spec["activeDeadlineSeconds"], "s")
    describe_pod_template(out, spec["template"])
