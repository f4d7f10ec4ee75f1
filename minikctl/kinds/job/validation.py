"""The rules of a Job, in the order of ``ValidateJob`` (``pkg/apis/batch/validation``).

``validate_job_spec`` serves the templates of CronJobs too, which have no selector of their own.
"""

from __future__ import annotations

from minikctl.errors import FieldError, invalid, required, too_long
from minikctl.kinds.job import (
    CONTROLLER_UID_LABEL,
    JOB_NAME_LABEL,
    LEGACY_CONTROLLER_UID_LABEL,
    LEGACY_JOB_NAME_LABEL,
)
from minikctl.kinds.podspec.rules import unsupported
from minikctl.kinds.workload_validation import ordered_selector, validate_labels_by_selector, validate_nonnegative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

COMPLETION_MODES = ("NonIndexed", "Indexed")
REPLACEMENT_POLICIES = ("Failed", "TerminatingOrFailed")
#: Indexed Jobs: how many Pods at once, how many failed indexes, and less of both above so many completions
MOST_PARALLELISM = 100_000
MOST_FAILED_INDEXES = 100_000
MANY_COMPLETIONS = 100_000
MOST_OF_MANY = 10_000
LONGEST_MANAGED_BY = 63


def validate_job(obj: Obj) -> list[FieldError]:
    """Every broken rule of a new Job, which has its defaults and its selector."""
    metadata, spec = obj["metadata"], obj["spec"]
    errors = [] if spec.get("manualSelector") else _validate_generated_selector(obj)
    errors += validate_job_spec_and_selector(spec, "spec")
    completions = spec.get("completions")
    if spec["completionMode"] == "Indexed" and completions is not None and completions > 0:
        from minikctl.lib.names import is_dns1123_label

        # The longest host name that the Pods will have.
        longest = f"{metadata.get('name', '')}-{completions - 1}"
        if is_dns1123_label(longest):
            errors.append(invalid(
                "metadata.name", metadata.get("name", ""),
                f"will not able to create pod with invalid DNS label: {longest}",
            ))
    return errors


def validate_job_spec_and_selector(spec: Obj, path: str) -> list[FieldError]:
    """The rules of a spec, then of its selector, which has to match the template (upstream: ``ValidateJobSpec``)."""
    from minikctl.kinds.meta import validate_label_selector

    errors = validate_job_spec(spec, path)
    selector = spec.get("selector")
    if selector is None:
        errors.append(required(f"{path}.selector"))
    else:
        errors += validate_label_selector(selector, f"{path}.selector")
    return errors + validate_labels_by_selector(spec, path)


def _validate_generated_selector(obj: Obj) -> list[FieldError]:
    """A user's labels and selector may stand beside the generated ones, not against them."""
    from minikctl.lib.labels import SelectorError, from_label_selector

    metadata, spec = obj["metadata"], obj["spec"]
    name, uid = metadata.get("name", ""), metadata["uid"]
    expected = {
        LEGACY_CONTROLLER_UID_LABEL: uid, LEGACY_JOB_NAME_LABEL: name, CONTROLLER_UID_LABEL: uid, JOB_NAME_LABEL: name,
    }
    labels = spec["template"]["metadata"].get("labels") or {}
    path = "spec.template.metadata.labels"
    errors = []
    for key, value in expected.items():
        if key not in labels:
            errors.append(required(f"{path}[{key}]", f"must be '{value}'"))
        elif labels[key] != value:
            errors.append(invalid(f"{path}[{key}]", dict(sorted(labels.items())), f"must be '{value}'"))
    try:
        fits = from_label_selector(spec.get("selector")).matches(expected)
    except SelectorError:
        fits = True
    if not fits:
        errors.append(invalid("spec.selector", ordered_selector(spec.get("selector")), "`selector` not auto-generated"))
    return errors


def validate_job_spec(spec: Obj, path: str) -> list[FieldError]:
    """The rules of a spec without its selector (upstream: ``validateJobSpec``)."""
    errors: list[FieldError] = []
    for field in (
        "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
        "backoffLimitPerIndex", "maxFailedIndexes",
    ):
        errors += validate_nonnegative(spec.get(field), f"{path}.{field}")
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        errors.append(required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    if spec.get("managedBy") is not None:
        errors += _validate_managed_by(spec["managedBy"], f"{path}.managedBy")
    errors += _validate_completion_mode(spec, path)
    errors += _validate_policies(spec, path)
    return errors + _validate_template(spec, path)


def _validate_managed_by(name: str, path: str) -> list[FieldError]:
    from minikctl.kinds.meta import validate_domain_prefixed_path

    errors = validate_domain_prefixed_path(name, path)
    return errors + ([too_long(path, LONGEST_MANAGED_BY)] if len(name) > LONGEST_MANAGED_BY else [])


def _validate_completion_mode(spec: Obj, path: str) -> list[FieldError]:
    mode = spec.get("completionMode")
    if mode == "Indexed":
        return _validate_indexed(spec, path)
    errors = []
    if mode is not None and mode != "NonIndexed":
        errors.append(unsupported(f"{path}.completionMode", mode, COMPLETION_MODES))
    else:
        errors += [
            invalid(f"{path}.{field}", spec[field], "requires indexed completion mode")
            for field in ("backoffLimitPerIndex", "maxFailedIndexes") if spec.get(field) is not None
        ]
    return errors


def _validate_indexed(spec: Obj, path: str) -> list[FieldError]:
    completions, parallelism = spec.get("completions"), spec.get("parallelism")
    failed, failed_path = spec.get("maxFailedIndexes"), f"{path}.maxFailedIndexes"
    errors = []
    if completions is None:
        errors.append(required(f"{path}.completions", "when completion mode is Indexed"))
    if parallelism is not None and parallelism > MOST_PARALLELISM:
        errors.append(invalid(
            f"{path}.parallelism", parallelism,
            f"must be less than or equal to {MOST_PARALLELISM} when completion mode is Indexed",
        ))
    if completions is not None and failed is not None and failed > completions:
        errors.append(invalid(failed_path, failed, "must be less than or equal to completions"))
    if failed is not None and failed > MOST_FAILED_INDEXES:
        errors.append(invalid(failed_path, failed, f"must be less than or equal to {MOST_FAILED_INDEXES}"))
    if completions is None or completions <= MANY_COMPLETIONS or spec.get("backoffLimitPerIndex") is None:
        return errors
    many = (
        f"must be less than or equal to {MOST_OF_MANY} when completions are above {MANY_COMPLETIONS} and used with "
        "backoff limit per index"
    )
    if failed is None:
        errors.append(required(failed_path, f"must be specified when completions is above {MANY_COMPLETIONS}"))
    if parallelism is not None and parallelism > MOST_OF_MANY:
        errors.append(invalid(f"{path}.parallelism", parallelism, many))
    if failed is not None and failed > MOST_OF_MANY:
        errors.append(invalid(failed_path, failed, many))
    return errors


def _validate_policies(spec: Obj, path: str) -> list[FieldError]:
    """podFailurePolicy, successPolicy and podReplacementPolicy."""
    from minikctl.kinds.job import policies

    errors: list[FieldError] = []
    failure, success = spec.get("podFailurePolicy"), spec.get("successPolicy")
    if failure is not None:
        errors += policies.validate_failure_policy(spec, f"{path}.podFailurePolicy")
    if success is not None:
        if spec.get("completionMode") == "Indexed":
            errors += policies.validate_success_policy(spec, f"{path}.successPolicy")
        else:
            errors.append(invalid(
                f"{path}.successPolicy", policies.success_policy_struct(success), "requires indexed completion mode",
            ))
    replacement = spec.get("podReplacementPolicy")
    supported = REPLACEMENT_POLICIES if failure is None else ("Failed",)
    if replacement is not None and replacement not in supported:
        errors.append(unsupported(f"{path}.podReplacementPolicy", replacement, supported))
    return errors


def _validate_template(spec: Obj, path: str) -> list[FieldError]:
    from minikctl.kinds.podspec.validation import validate_pod_template

    errors = validate_pod_template(spec["template"], f"{path}.template")
    policy, where = spec["template"]["spec"].get("restartPolicy"), f"{path}.template.spec.restartPolicy"
    if policy == "Always" or not policy:
        errors.append(required(where, 'valid values: "OnFailure", "Never"'))
    elif policy not in ("OnFailure", "Never"):
        errors.append(unsupported(where, policy, ("OnFailure", "Never")))
    elif spec.get("podFailurePolicy") is not None and policy != "Never":
        errors.append(invalid(where, policy, 'only "Never" is supported when podFailurePolicy is specified'))
    return errors


def job_spec_warnings(spec: Obj, path: str) -> list[str]:
    """What is allowed in the spec of a Job but unwise (upstream: ``WarningsForJobSpec``)."""
    from minikctl.kinds.podspec.warnings import pod_template_warnings

    warnings = []
    if (
        spec.get("completionMode") == "Indexed"
        and (spec.get("completions") or 0) > MANY_COMPLETIONS and (spec.get("parallelism") or 0) > MOST_OF_MANY
    ):
        warnings.append(
            "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, "
            "Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        )
    return warnings + pod_template_warnings(spec["template"], f"{path}.template")
