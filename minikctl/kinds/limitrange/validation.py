"""The rules of a LimitRange, in the order of ``ValidateLimitRange`` (``pkg/apis/core/validation``).

Upstream walks over Go maps in places; names are taken in order here.
"""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, forbidden, invalid, required
from minikctl.kinds.podspec.resource_rules import (
    container_resource_name,
    is_overcommit_allowed,
    standard_resource_name,
)
from minikctl.lib.names import is_qualified_name
from minikctl.lib.quantity import Quantity, QuantityError, parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]
    Amounts = dict[str, Quantity]

LIMIT_TYPES = ("Pod", "Container", "PersistentVolumeClaim")
#: (what has to be at most, what, the field that the error is at, the value that it shows, its words), in upstream's order
_COMPARISONS = (
    ("min", "max", "min", "min", "min value {low} is greater than max value {high}"),
    ("min", "defaultRequest", "defaultRequest", "defaultRequest",
     "min value {low} is greater than default request value {high}"),
    ("defaultRequest", "max", "defaultRequest", "defaultRequest",
     "default request value {low} is greater than max value {high}"),
    ("defaultRequest", "default", "defaultRequest", "defaultRequest",
     "default request value {low} is greater than default limit value {high}"),
    ("min", "default", "default", "min", "min value {low} is greater than default value {high}"),
    ("default", "max", "default", "max", "default value {low} is greater than max value {high}"),
)
_FIELDS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def validate_limits(limits: Sequence[Obj], path: str) -> list[FieldError]:
    """Every broken rule of ``spec.limits``."""
    errors: list[FieldError] = []
    types: set[str] = set()
    for index, item in enumerate(limits):
        where, kind = f"{path}[{index}]", item.get("type", "")
        errors += _validate_type(kind, f"{where}.type")
        if kind in types:
            errors.append(duplicate(f"{where}.type", kind))
        types.add(kind)
        errors += _validate_item(item, kind, where)
    return errors


def _validate_type(kind: str, path: str) -> list[FieldError]:
    messages = is_qualified_name(kind)
    if messages:
        return [invalid(path, kind, message) for message in messages]
    if "/" not in kind and kind not in LIMIT_TYPES:
        return [invalid(path, kind, "must be a standard limit type or fully qualified")]
    return []


def _validate_item(item: Obj, kind: str, path: str) -> list[FieldError]:
    rule = container_resource_name if kind in ("Pod", "Container") else standard_resource_name
    amounts: dict[str, Amounts] = {}
    errors: list[FieldError] = []
    for field in _FIELDS:
        given = item.get(field) or {}
        amounts[field] = {}
        if field == "maxLimitRequestRatio" and kind == "PersistentVolumeClaim" and not (
            "storage" in amounts["min"] or "storage" in amounts["max"]
        ):
            errors.append(required(
                f"{path}.limits", "either minimum or maximum storage value is required, but neither was provided"
            ))
        if kind == "Pod" and field.startswith("default"):
            if given:
                errors.append(forbidden(f"{path}.{field}", "may not be specified when `type` is 'Pod'"))
            continue
        for name in sorted(given):
            where = f"{path}.{field}[{name}]"
            errors += rule(name, where)
            try:
                amounts[field][name] = parse_quantity(given[name])
            except QuantityError as error:
                errors.append(invalid(where, given[name], str(error)))
    for name in sorted(set().union(*amounts.values())):
        errors += _validate_amounts(name, {field: given.get(name) for field, given in amounts.items()}, path)
    return errors


def _validate_amounts(name: str, amounts: dict[str, Quantity | None], path: str) -> list[FieldError]:
    """The bounds of one resource have to fit together."""
    errors: list[FieldError] = []
    for low_field, high_field, field, shown_field, words in _COMPARISONS:
        low, high = amounts[low_field], amounts[high_field]
        if low is not None and high is not None and low > high:
            shown = amounts[shown_field]
            errors.append(invalid(f"{path}.{field}[{name}]", str(shown), words.format(low=low, high=high)))
    errors += _validate_ratio(amounts, f"{path}.maxLimitRequestRatio[{name}]")
    default, request = amounts["default"], amounts["defaultRequest"]
    if default is not None and request is not None and default != request and not is_overcommit_allowed(name):
        errors.append(invalid(
            f"{path}.defaultRequest[{name}]", str(request),
            f"default value {default} must equal to defaultRequest value {request} in {name}",
        ))
    return errors


def _validate_ratio(amounts: dict[str, Quantity | None], path: str) -> list[FieldError]:
    ratio, least, most = (amounts[field] for field in ("maxLimitRequestRatio", "min", "max"))
    if ratio is None:
        return []
    errors = []
    if ratio < Quantity.make(1):
        errors.append(invalid(path, str(ratio), f"ratio {ratio} is less than 1"))
    if least is not None and most is not None and not least.is_zero():
        limit = most.milli_value() / least.milli_value()
        if ratio.milli_value() / 1000 > limit:
            errors.append(invalid(path, str(ratio), f"ratio {ratio} is greater than max/min = {limit:f}"))
    return errors
