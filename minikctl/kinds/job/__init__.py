"""Job (batch/v1): Pods that run to their end, until enough of them ended well.

Upstream: ``SetDefaults_Job`` in ``pkg/apis/batch/v1/defaults.go``, ``pkg/registry/batch/job/strategy.go`` and
``printJob`` in ``pkg/printers/internalversion/printers.go``. Rules and ``describe`` stand in the modules beside this one
and are imported when they are asked for.
"""

from __future__ import annotations

from minikctl.kinds.base import Column
from minikctl.kinds.workload_kind import WorkloadKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]

DEFAULT_BACKOFF_LIMIT = 6
MOST_INT32 = 2**31 - 1
JOB_NAME_LABEL = "batch.kubernetes.io/job-name"
CONTROLLER_UID_LABEL = "batch.kubernetes.io/controller-uid"
#: the same without a prefix, as they were called once
LEGACY_JOB_NAME_LABEL = "job-name"
LEGACY_CONTROLLER_UID_LABEL = "controller-uid"
#: the conditions that STATUS tells of, the first that holds; a deletion comes in between
_ENDED = ("Complete", "Failed")
_UNDER_WAY = ("Suspended", "FailureTarget", "SuccessCriteriaMet")


class JobKind(WorkloadKind):
    """The hooks of Jobs."""

    columns = (
        Column("NAME"), Column("STATUS"), Column("COMPLETIONS"), Column("DURATION"), Column("AGE"),
        Column("CONTAINERS", wide=True), Column("IMAGES", wide=True), Column("SELECTOR", wide=True),
    )
    rules_are_whole = True
    field_labels = ("status.successful",)

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``. Upstream: ``SetDefaults_Job``; labels are the matter of ``prepare_for_create``."""
        from minikctl.kinds.podspec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        if spec.get("parallelism") is None:
            if spec.get("completions") is None:
                spec["completions"] = 1
            spec["parallelism"] = 1
        spec.setdefault("backoffLimit", DEFAULT_BACKOFF_LIMIT if spec.get("backoffLimitPerIndex") is None else MOST_INT32)
        spec.setdefault("completionMode", "NonIndexed")
        spec.setdefault("suspend", False)
        spec.setdefault("manualSelector", False)
        policy = spec.get("podFailurePolicy")
        spec.setdefault("podReplacementPolicy", "TerminatingOrFailed" if policy is None else "Failed")
        default_failure_policy(policy)
        default_pod_template(spec.setdefault("template", {}))

    def prepare_for_create(self, obj: Obj) -> None:
        """Make a selector that no other Job has, unless the user makes one. Upstream: ``generateSelector``.

        A Job without labels has those of its template, the generated ones too.
        """
        obj["status"] = {}
        metadata, spec = obj["metadata"], obj["spec"]
        template = spec["template"]["metadata"]
        if not spec.get("manualSelector"):
            labels = template.setdefault("labels", {})
            for key in (LEGACY_JOB_NAME_LABEL, JOB_NAME_LABEL):
                labels.setdefault(key, metadata.get("name", ""))
            for key in (LEGACY_CONTROLLER_UID_LABEL, CONTROLLER_UID_LABEL):
                labels.setdefault(key, metadata["uid"])
            selector = spec.setdefault("selector", {})
            selector.setdefault("matchLabels", {}).setdefault(CONTROLLER_UID_LABEL, metadata["uid"])
        _inherit_labels(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:  # noqa: ARG002 - the hook's signature
        """A Job without labels has those of its template."""
        _inherit_labels(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.job.validation import validate_job

        return validate_job(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``."""
        from minikctl.kinds.job.updates import validate_job_update

        return validate_job_update(obj, old)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        from minikctl.kinds.job.validation import job_spec_warnings
        from minikctl.kinds.workloads import name_warnings

        return name_warnings(obj) + job_spec_warnings(obj["spec"], "spec")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.workloads import layout_container_cells
        from minikctl.lib.labels import format_label_selector
        from minikctl.lib.times import age

        metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
        return (
            metadata["name"], job_status(obj), _completions(spec, status), _duration(status, now),
            age(metadata.get("creationTimestamp"), now), *layout_container_cells(spec["template"]),
            format_label_selector(spec.get("selector")),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.job.describe import describe_job

        describe_job(out, obj)

    def field_value(self, obj: Obj, label: str) -> str:
        """See ``Kind.field_value``."""
        if label == "status.successful":
            return str((obj.get("status") or {}).get("succeeded", 0))
        return super().field_value(obj, label)


def default_failure_policy(policy: Obj | None) -> None:
    """A pattern of conditions that names no status means True."""
    for rule in (policy or {}).get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            pattern.setdefault("status", "True")


def has_condition(obj: Obj, kind: str) -> bool:
    """Tell whether the condition of this type is True of a Job."""
    return any(
        condition["type"] == kind and condition["status"] == "True"
        for condition in (obj.get("status") or {}).get("conditions") or ()
    )


def job_status(obj: Obj) -> str:
    """Return the word in STATUS."""
    for kind in _ENDED:
        if has_condition(obj, kind):
            return kind
    if obj["metadata"].get("deletionTimestamp"):
        return "Terminating"
    return next((kind for kind in _UNDER_WAY if has_condition(obj, kind)), "Running")


def _completions(spec: Obj, status: Obj) -> str:
    succeeded, parallelism = status.get("succeeded", 0), spec.get("parallelism") or 0
    if spec.get("completions") is not None:
        return f"{succeeded}/{spec['completions']}"
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(status: Obj, now: float) -> str:
    from minikctl.lib.duration import human_duration
    from minikctl.lib.times import parse_time

    if not status.get("startTime"):
        return ""
    end = status.get("completionTime")
    return human_duration((parse_time(end) if end else now) - parse_time(status["startTime"]))


def _inherit_labels(obj: Obj) -> None:
    labels = (obj["spec"]["template"].get("metadata") or {}).get("labels")
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)


KIND = JobKind
