"""What of a Job may change (upstream: ``ValidateJobSpecUpdate`` and the strategy's ``validationOptionsForJob``)."""

from __future__ import annotations

from minikctl.errors import FieldError, invalid
from minikctl.kinds.job import has_condition
from minikctl.kinds.job.policies import failure_policy_struct, success_policy_struct
from minikctl.kinds.job.validation import validate_job_spec_and_selector
from minikctl.kinds.meta import FIELD_IS_IMMUTABLE, validate_immutable_field
from minikctl.kinds.workload_validation import validate_immutable_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

#: fields of a template's spec that may change before its Pods are made
_SCHEDULING = ("nodeSelector", "tolerations", "schedulingGates")


def validate_job_update(obj: Obj, old: Obj) -> list[FieldError]:
    """Every broken rule of the change from ``old`` to ``obj``."""
    spec, was = obj["spec"], old["spec"]
    errors = validate_job_spec_and_selector(spec, "spec")
    errors += _validate_completions(spec, was)
    errors += validate_immutable_selector(spec.get("selector"), was.get("selector"), "spec.selector")
    errors += _validate_template(spec["template"], was["template"], may_be_changed=_is_idle(old))
    errors += validate_immutable_field(spec.get("completionMode"), was.get("completionMode"), "spec.completionMode")
    if spec.get("podFailurePolicy") != was.get("podFailurePolicy"):
        policy = spec.get("podFailurePolicy")
        shown = None if policy is None else failure_policy_struct(policy)
        errors.append(invalid("spec.podFailurePolicy", shown, FIELD_IS_IMMUTABLE))
    for field in ("backoffLimitPerIndex", "managedBy"):
        errors += validate_immutable_field(spec.get(field), was.get(field), f"spec.{field}")
    if spec.get("successPolicy") != was.get("successPolicy"):
        policy = spec.get("successPolicy")
        shown = None if policy is None else success_policy_struct(policy)
        errors.append(invalid("spec.successPolicy", shown, FIELD_IS_IMMUTABLE))
    return errors


def _validate_completions(spec: Obj, was: Obj) -> list[FieldError]:
    """Indexed Jobs may grow and shrink, with as many Pods at once as completions (``validateCompletions``)."""
    now = spec.get("completions")
    if spec.get("completionMode") != "Indexed":
        return validate_immutable_field(now, was.get("completions"), "spec.completions")
    if now is None or now in (was.get("completions"), spec.get("parallelism")):
        return []
    return [invalid("spec.completions", now, "can only be modified in tandem with spec.parallelism")]


def _is_idle(old: Obj) -> bool:
    """Whether a Job is suspended, with no Pod of the template at work."""
    status = old.get("status") or {}
    stopped = not status.get("startTime") or has_condition(old, "Suspended")
    return bool(old["spec"].get("suspend")) and stopped and not status.get("active")


def _validate_template(template: Obj, was: Obj, *, may_be_changed: bool) -> list[FieldError]:
    """A template stays; while the Job is suspended, where its Pods go and what they ask for may change."""
    from minikctl.kinds.deploymentutil import equal_ignore_hash

    if may_be_changed:
        was = _with_directives_of(template, was)
    if equal_ignore_hash(template, was):
        return []
    from minikctl.kinds.podspec.gostruct import pod_template_struct

    return [invalid("spec.template", pod_template_struct(template), FIELD_IS_IMMUTABLE)]


def _with_directives_of(template: Obj, was: Obj) -> Obj:
    """``was`` with everything of ``template`` that may change."""
    metadata, spec = template.get("metadata") or {}, template["spec"]
    changed = {key: value for key, value in was["spec"].items() if key not in (*_SCHEDULING, "affinity")}
    changed.update((key, spec[key]) for key in _SCHEDULING if key in spec)
    affinity = {**(was["spec"].get("affinity") or {}), "nodeAffinity": (spec.get("affinity") or {}).get("nodeAffinity")}
    affinity = {key: value for key, value in affinity.items() if value is not None}
    if affinity or "affinity" in spec:
        changed["affinity"] = affinity
    for field in ("containers", "initContainers"):
        if changed.get(field) and len(changed[field]) == len(spec.get(field) or ()):
            changed[field] = [
                {**old, "resources": new.get("resources") or {}}
                for old, new in zip(changed[field], spec[field], strict=True)
            ]
    kept = {key: value for key, value in (was.get("metadata") or {}).items() if key not in ("labels", "annotations")}
    kept.update((key, metadata[key]) for key in ("labels", "annotations") if key in metadata)
    return {**was, "metadata": kept, "spec": changed}
