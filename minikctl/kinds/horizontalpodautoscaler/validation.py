"""The rules of a HorizontalPodAutoscaler, in upstream's order (``pkg/apis/autoscaling/validation``)."""

from __future__ import annotations

from minikctl.errors import forbidden, invalid, not_supported, required
from minikctl.kinds.horizontalpodautoscaler import METRIC_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]

MAX_PERIOD_SECONDS = 1800
MAX_STABILIZATION_WINDOW_SECONDS = 3600
_SOURCE_ORDER = ("object", "external", "pods", "resource", "containerResource")


def validate_spec(spec: Obj, path: str) -> list[FieldError]:
    """Every broken rule of ``spec``, which has its defaults."""
    least, most = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    errors: list[FieldError] = []
    if least is not None and least < 1:
        errors.append(invalid(f"{path}.minReplicas", least, "must be greater than or equal to 1"))
    if most == 0:
        errors.append(required(f"{path}.maxReplicas", "must be set and greater than 0"))
    elif most < 1:
        errors.append(invalid(f"{path}.maxReplicas", most, "must be greater than 0"))
    if least is not None and most < least:
        errors.append(invalid(f"{path}.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
    target = spec["scaleTargetRef"]
    errors += validate_reference(
        target, f"{path}.scaleTargetRef", core_group=target.get("kind") == "ReplicationController",
    )
    metrics = spec.get("metrics") or ()
    for index, metric in enumerate(metrics):
        errors += _validate_metric(metric, f"{path}.metrics[{index}]")
    if least == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        errors.append(forbidden(
            f"{path}.metrics",
            "must specify at least one Object or External metric to support scaling to zero replicas",
        ))
    for direction in ("scaleUp", "scaleDown"):
        rules = (spec.get("behavior") or {}).get(direction)
        if rules is not None:
            errors += _validate_rules(rules, f"{path}.behavior.{direction}")
    return errors


def validate_reference(reference: Obj, path: str, *, core_group: bool) -> list[FieldError]:
    """A reference by kind and name; ``core_group``: an apiVersion without group will do."""
    from minikctl.kinds.meta import validate_kind_and_name

    errors = validate_kind_and_name(reference, path)
    version = reference.get("apiVersion", "")
    if version.count("/") > 1:
        errors.append(invalid(f"{path}.apiVersion", version, f"unexpected GroupVersion string: {version}"))
    elif not core_group and not version.rpartition("/")[0]:
        errors.append(invalid(f"{path}.apiVersion", version, "apiVersion must specify API group"))
    return errors


def _validate_metric(metric: Obj, path: str) -> list[FieldError]:
    """A metric has one source, the one that its type names; the first source there is, is looked at."""
    kind = metric.get("type", "")
    unknown = not_supported(f"{path}.type", kind, METRIC_FIELDS)
    expected = METRIC_FIELDS.get(kind)
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(f"{path}.type", "must specify a metric source type"))
    if expected is None:
        errors.append(unknown)
    present = [field for field in _SOURCE_ORDER if metric.get(field) is not None]
    if present:
        errors += _validate_source(present[0], metric[present[0]], f"{path}.{present[0]}")
    if expected is None:
        errors.append(unknown)
    elif expected not in present:
        errors.append(required(f"{path}.{expected}", "must populate information for the given metric source"))
    if len(present) != 1:
        errors += [
            forbidden(f"{path}.{field}", "must populate the given metric source only")
            for field in present if field != expected
        ]
    return errors


def _validate_source(field: str, source: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if field == "object":
        errors += validate_reference(source.get("describedObject") or {}, f"{path}.describedObject", core_group=True)
    if field in ("resource", "containerResource"):
        errors += _validate_resource(field, source, path)
    else:
        errors += _validate_identifier(source.get("metric") or {}, f"{path}.metric")
    target = source.get("target") or {}
    errors += _validate_target(target, f"{path}.target")
    return errors + _validate_choice(field, target, f"{path}.target")


def _validate_resource(field: str, source: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if not source.get("name"):
        errors.append(required(f"{path}.name", "must specify a resource name"))
    if field == "containerResource":
        from minikctl.lib.names import is_dns1123_label

        container = source.get("container", "")
        if not container:
            errors.append(required(f"{path}.container", "must specify a container"))
        else:
            errors += [invalid(f"{path}.container", container, message) for message in is_dns1123_label(container)]
    return errors


def _validate_identifier(metric: Obj, path: str) -> list[FieldError]:
    from minikctl.kinds.meta import is_path_segment

    name = metric.get("name", "")
    if not name:
        return [required(f"{path}.name", "must specify a metric name")]
    return [invalid(f"{path}.name", name, message) for message in is_path_segment(name)]


def _validate_target(target: Obj, path: str) -> list[FieldError]:
    from minikctl.lib.quantity import QuantityError, parse_quantity

    kind = target.get("type", "")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(f"{path}.type", "must specify a metric target type"))
    if kind not in ("Utilization", "Value", "AverageValue"):
        errors.append(invalid(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue"))
    for field in ("value", "averageValue"):
        if target.get(field) is not None:
            try:
                positive = parse_quantity(target[field]).sign() > 0
            except QuantityError:
                continue  # what is no quantity does not decode
            if not positive:
                errors.append(invalid(f"{path}.{field}", target[field], "must be positive"))
    utilization = target.get("averageUtilization")
    if utilization is not None and utilization < 1:
        errors.append(invalid(f"{path}.averageUtilization", utilization, "must be greater than 0"))
    return errors


def _validate_choice(field: str, target: Obj, path: str) -> list[FieldError]:
    """Which of the values a target may and must have."""
    value, average, utilization = (
        target.get(name) is not None for name in ("value", "averageValue", "averageUtilization")
    )
    if field in ("resource", "containerResource"):
        if not utilization and not average:
            missing = "must set either a target raw value or a target utilization"
            return [required(f"{path}.averageUtilization", missing)]
        if utilization and average:
            return [forbidden(f"{path}.averageValue", "may not set both a target raw value and a target utilization")]
    elif field == "pods":
        if not average:
            return [required(f"{path}.averageValue", "must specify a positive target averageValue")]
    elif not value and not average:
        missing = (
            "must set either a target value or averageValue" if field == "object"
            else "must set either a target value for metric or a per-pod target"
        )
        return [required(f"{path}.averageValue", missing)]
    elif value and average and field == "external":
        return [forbidden(f"{path}.value", "may not set both a target value for metric and a per-pod target")]
    return []


def _validate_rules(rules: Obj, path: str) -> list[FieldError]:
    """The rules of one direction (upstream: ``validateScalingRules``)."""
    errors: list[FieldError] = []
    window = rules.get("stabilizationWindowSeconds")
    if window is not None and window < 0:
        errors.append(invalid(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero"))
    if window is not None and window > MAX_STABILIZATION_WINDOW_SECONDS:
        errors.append(invalid(
            f"{path}.stabilizationWindowSeconds", window,
            f"must be less than or equal to {MAX_STABILIZATION_WINDOW_SECONDS}",
        ))
    select = rules.get("selectPolicy")
    if select is not None and select not in ("Max", "Min", "Disabled"):
        errors.append(not_supported(f"{path}.selectPolicy", select, ("Max", "Min", "Disabled")))
    policies: Sequence[Obj] = rules.get("policies") or ()
    if not policies:
        errors.append(required(f"{path}.policies", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        errors += _validate_policy(policy, f"{path}.policies[{index}]")
    return errors


def _validate_policy(policy: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    kind, value, period = policy.get("type", ""), policy.get("value", 0), policy.get("periodSeconds", 0)
    if kind not in ("Pods", "Percent"):
        errors.append(not_supported(f"{path}.type", kind, ("Pods", "Percent")))
    if value <= 0:
        errors.append(invalid(f"{path}.value", value, "must be greater than zero"))
    if period <= 0:
        errors.append(invalid(f"{path}.periodSeconds", period, "must be greater than zero"))
    if period > MAX_PERIOD_SECONDS:
        errors.append(invalid(f"{path}.periodSeconds", period, f"must be less than or equal to {MAX_PERIOD_SECONDS}"))
    return errors
