"""The rules of a CronJob, in the order of ``validateCronJobSpec`` (``pkg/apis/batch/validation``), and its warnings."""

from __future__ import annotations

from minikctl.errors import FieldError, invalid, required
from minikctl.kinds.job.validation import job_spec_warnings, validate_job_spec
from minikctl.kinds.podspec.rules import unsupported
from minikctl.kinds.workload_validation import ordered_selector, validate_nonnegative
from minikctl.lib.cron import CronError, offset_of, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

CONCURRENCY_POLICIES = ("Allow", "Forbid", "Replace")
#: names of CronJobs have room left for what the names of Jobs add: ``-29662200``
LONGEST_NAME = 52
_PART_OF_ZONE = r"(?!-)[A-Za-z.\-_0-9+]{1,14}"


def validate_cron_job(obj: Obj) -> list[FieldError]:
    """Every broken rule of a new CronJob, which has its defaults."""
    errors = _validate_spec(obj["spec"], None)
    name = obj["metadata"].get("name", "")
    if len(name) > LONGEST_NAME:
        errors.append(invalid("metadata.name", name, f"must be no more than {LONGEST_NAME} characters"))
    return errors


def validate_cron_job_update(obj: Obj, old: Obj) -> list[FieldError]:
    """Every broken rule of the change from ``old`` to ``obj``; everything may change."""
    return _validate_spec(obj["spec"], old["spec"])


def _validate_spec(spec: Obj, old: Obj | None) -> list[FieldError]:
    errors: list[FieldError] = []
    zone = spec.get("timeZone")
    if spec.get("schedule"):
        errors += _validate_schedule(spec["schedule"], zone, may_have_zone=old is not None and "TZ" in old["schedule"])
    else:
        errors.append(required("spec.schedule"))
    errors += validate_nonnegative(spec.get("startingDeadlineSeconds"), "spec.startingDeadlineSeconds")
    if zone is not None and (old is None or old.get("timeZone") != zone):
        errors += _validate_zone(zone, "spec.timeZone")
    if spec["concurrencyPolicy"] not in CONCURRENCY_POLICIES:
        errors.append(unsupported("spec.concurrencyPolicy", spec["concurrencyPolicy"], CONCURRENCY_POLICIES))
    errors += _validate_job_template(spec["jobTemplate"]["spec"], "spec.jobTemplate.spec")
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        errors += validate_nonnegative(spec.get(field), f"spec.{field}")
    return errors


def _validate_schedule(schedule: str, zone: str | None, *, may_have_zone: bool) -> list[FieldError]:
    """``may_have_zone``: the schedule has named a zone before, which was allowed once (``validateScheduleFormat``)."""
    errors = []
    try:
        parse(schedule)
    except CronError as error:
        errors.append(invalid("spec.schedule", schedule, str(error)))
    if "TZ" not in schedule:
        return errors
    if not may_have_zone:
        wrong = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        errors.append(invalid("spec.schedule", schedule, wrong))
    elif zone is not None:
        wrong = "cannot use both timeZone field and TZ or CRON_TZ in schedule"
        errors.append(invalid("spec.schedule", schedule, wrong))
    return errors


def _validate_zone(zone: str, path: str) -> list[FieldError]:
    import re

    if not zone:
        return [invalid(path, zone, "timeZone must be nil or non-empty string")]
    if any(part in (".", "..") or not re.fullmatch(_PART_OF_ZONE, part) for part in zone.split("/")):
        return [invalid(path, zone, f"unknown time zone {zone}")]
    errors = []
    if zone.casefold() == "local":
        errors.append(invalid(
            path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
        ))
    try:
        if zone != "Local":  # which Go knows: it is that of the machine
            offset_of(zone)
    except CronError as error:
        errors.append(invalid(path, zone, str(error)))
    return errors


def _validate_job_template(spec: Obj, path: str) -> list[FieldError]:
    """The spec of the Jobs, whose selector is made for each (upstream: ``ValidateJobTemplateSpec``)."""
    errors = validate_job_spec(spec, path)
    if spec.get("selector") is not None:
        errors.append(invalid(
            f"{path}.selector", ordered_selector(spec["selector"]), "`selector` will be auto-generated",
        ))
    if spec.get("manualSelector"):
        errors.append(unsupported(f"{path}.manualSelector", True, ("nil", "false")))
    return errors


def cron_job_warnings(obj: Obj) -> list[str]:
    """What is allowed but unwise."""
    from minikctl.kinds.workloads import name_warnings

    warnings = name_warnings(obj) + job_spec_warnings(obj["spec"]["jobTemplate"]["spec"], "spec.jobTemplate.spec")
    if "TZ" in obj["spec"]["schedule"]:
        more = "see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
        warnings.append(f"cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, {more}")
    return warnings
