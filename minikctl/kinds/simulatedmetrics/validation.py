"""The rules of SimulatedMetrics."""

from __future__ import annotations

from minikctl.errors import duplicate, invalid, required
from minikctl.kinds.simulatedmetrics import AMOUNTS, VALUES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]


def validate_spec(spec: Obj, path: str) -> list[FieldError]:
    """Every broken rule of a spec."""
    from minikctl.kinds.meta import validate_label_selector
    from minikctl.lib.duration import parse_duration

    errors: list[FieldError] = []
    for field in ("namespaces", "containers"):
        errors += _validate_patterns(spec.get(field) or (), f"{path}.{field}")
    errors += validate_label_selector(spec.get("podSelector"), f"{path}.podSelector")
    errors += _validate_measures(spec, path)
    seen = set()
    for index, step in enumerate(spec.get("steps") or ()):
        where = f"{path}.steps[{index}]"
        after = step.get("after")
        if after is None:
            errors.append(required(f"{where}.after"))
            continue
        try:
            seconds = parse_duration(after)
        except ValueError as error:
            errors.append(invalid(f"{where}.after", after, str(error)))
            continue
        if seconds <= 0:
            errors.append(invalid(f"{where}.after", after, "must be greater than 0"))
        elif seconds in seen:
            errors.append(duplicate(f"{where}.after", after))
        seen.add(seconds)
        errors += _validate_measures(step, where)
    return errors


def _validate_measures(spec: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for resource in AMOUNTS:
        usage, load = (spec.get("usage") or {}).get(resource), (spec.get("load") or {}).get(resource)
        if usage is not None and load is not None:
            errors.append(invalid(f"{path}.load.{resource}", load, "may not be set together with usage"))
        if usage is not None and not str(usage).endswith("%"):
            errors += _validate_amount(usage, f"{path}.usage.{resource}")
        elif usage is not None and not str(usage)[:-1].isdecimal():
            errors.append(invalid(f"{path}.usage.{resource}", usage, "must be a quantity or a percentage such as '90%'"))
        if load is not None:
            errors += _validate_amount(load, f"{path}.load.{resource}")
    for field in VALUES:
        for index, metric in enumerate(spec.get(field) or ()):
            errors += _validate_value(field, metric, f"{path}.{field}[{index}]")
    return errors


def _validate_value(field: str, metric: Obj, path: str) -> list[FieldError]:
    from minikctl.kinds.horizontalpodautoscaler.validation import validate_reference

    errors = [] if metric.get("name") else [required(f"{path}.name", "must specify a metric name")]
    if field == "objects":
        reference = metric.get("describedObject")
        errors += (
            [required(f"{path}.describedObject")] if not reference
            else validate_reference(reference, f"{path}.describedObject", core_group=True)
        )
    amounts = [name for name in ("value", "load") if metric.get(name) is not None]
    if not amounts:
        errors.append(required(f"{path}.value"))
    if len(amounts) > 1:
        errors.append(invalid(f"{path}.load", metric["load"], "may not be set together with value"))
    for name in amounts:
        errors += _validate_amount(metric[name], f"{path}.{name}")
    return errors


def _validate_amount(value: Any, path: str) -> list[FieldError]:
    from minikctl.lib.quantity import QuantityError, parse_quantity

    try:
        negative = parse_quantity(value).sign() < 0
    except QuantityError as error:
        return [invalid(path, value, str(error))]
    return [invalid(path, value, "must be greater than or equal to 0")] if negative else []


def _validate_patterns(patterns: Sequence[str], path: str) -> list[FieldError]:
    return [
        invalid(f"{path}[{index}]", pattern, "must be a shell pattern without spaces, such as 'shop-*'")
        for index, pattern in enumerate(patterns) if not pattern or pattern.split() != [pattern]
    ]
