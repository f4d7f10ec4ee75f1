"""The rules of a Job's policies: which failures count, and which successes are enough.

Upstream: ``validatePodFailurePolicy`` and ``validateSuccessPolicy`` in ``pkg/apis/batch/validation``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, invalid, quote, required, too_long, too_many
from minikctl.kinds.podspec.rules import unsupported
from minikctl.kinds.workload_validation import validate_nonnegative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
OPERATORS = ("In", "NotIn")
STATUSES = ("False", "True", "Unknown")
MOST_RULES = 20
MOST_VALUES = 255
LONGEST_INDEXES = 64 * 1024


def failure_policy_struct(policy: Obj) -> Obj:
    """Return a podFailurePolicy as errors show it: the internal struct, which has no JSON names."""
    from minikctl.kinds.podspec.gostruct import as_struct

    struct: Obj = as_struct(policy, "PodFailurePolicy")
    return struct


def success_policy_struct(policy: Obj) -> Obj:
    """Return a successPolicy as errors show it: the internal struct, which has no JSON names."""
    from minikctl.kinds.podspec.gostruct import as_struct

    struct: Obj = as_struct(policy, "SuccessPolicy")
    return struct


def _valid_values(values: Sequence[str]) -> str:
    """``valid values: ["Count" "FailJob"]``, as Go prints a list with ``%q``."""
    return f"valid values: [{' '.join(quote(value) for value in values)}]"


# ---------------------------------------------------------------------------------------------------------------------
# Which failures count
# ---------------------------------------------------------------------------------------------------------------------


def validate_failure_policy(spec: Obj, path: str) -> list[FieldError]:
    """The rules of ``spec.podFailurePolicy``."""
    rules = spec["podFailurePolicy"].get("rules") or ()
    template = spec["template"]["spec"]
    containers = {
        container.get("name") for field in ("containers", "initContainers") for container in template.get(field) or ()
    }
    errors = [too_many(f"{path}.rules", len(rules), MOST_RULES)] if len(rules) > MOST_RULES else []
    for index, rule in enumerate(rules):
        errors += _validate_failure_rule(spec, rule, f"{path}.rules[{index}]", containers)
    return errors


def _validate_failure_rule(spec: Obj, rule: Obj, path: str, containers: set[Any]) -> list[FieldError]:
    action, action_path = rule.get("action", ""), f"{path}.action"
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions")
    errors: list[FieldError] = []
    if not action:
        errors.append(required(action_path, _valid_values(ACTIONS)))
    elif action == "FailIndex":
        if spec.get("backoffLimitPerIndex") is None:
            errors.append(invalid(action_path, action, "requires the backoffLimitPerIndex to be set"))
    elif action not in ACTIONS:
        errors.append(unsupported(action_path, action, ACTIONS))
    if codes is not None:
        errors += _validate_exit_codes(codes, f"{path}.onExitCodes", containers)
    if conditions:
        errors += _validate_conditions(conditions, f"{path}.onPodConditions")
    if codes is not None and conditions:
        errors.append(_without_value(path, "specifying both OnExitCodes and OnPodConditions is not supported"))
    if codes is None and not conditions:
        errors.append(_without_value(path, "specifying one of OnExitCodes and OnPodConditions is required"))
    return errors


def _without_value(path: str, detail: str) -> FieldError:
    """``path: Invalid value: detail``: upstream leaves the value out."""
    from minikctl.errors import NO_VALUE

    return FieldError("Invalid value", path, NO_VALUE, detail)


def _validate_exit_codes(codes: Obj, path: str, containers: set[Any]) -> list[FieldError]:
    operator, name, values = codes.get("operator", ""), codes.get("containerName"), codes.get("values") or []
    errors: list[FieldError] = []
    if not operator:
        errors.append(required(f"{path}.operator", _valid_values(OPERATORS)))
    elif operator not in OPERATORS:
        errors.append(unsupported(f"{path}.operator", operator, OPERATORS))
    if name is not None and name not in containers:
        errors.append(invalid(
            f"{path}.containerName", name,
            "must be one of the container or initContainer names in the pod template",
        ))
    if not values:
        errors.append(invalid(f"{path}.values", codes.get("values"), "at least one value is required"))
    elif len(values) > MOST_VALUES:
        errors.append(too_many(f"{path}.values", len(values), MOST_VALUES))
    seen: set[int] = set()
    for index, value in enumerate(values):
        where = f"{path}.values[{index}]"
        if operator == "In" and value == 0:
            errors.append(invalid(where, value, "must not be 0 for the In operator"))
        if value in seen:
            errors.append(duplicate(where, value))
        seen.add(value)
    if list(values) != sorted(values):
        errors.append(invalid(f"{path}.values", list(values), "must be ordered"))
    return errors


def _validate_conditions(patterns: Sequence[Obj], path: str) -> list[FieldError]:
    from minikctl.lib.names import is_qualified_name

    errors = [too_many(path, len(patterns), MOST_RULES)] if len(patterns) > MOST_RULES else []
    for index, pattern in enumerate(patterns):
        kind, status = pattern.get("type", ""), pattern.get("status", "")
        where = f"{path}[{index}]"
        errors += [invalid(f"{where}.type", kind, message) for message in is_qualified_name(kind)]
        if not status:
            errors.append(required(f"{where}.status", _valid_values(STATUSES)))
        elif status not in STATUSES:
            errors.append(unsupported(f"{where}.status", status, STATUSES))
    return errors


# ---------------------------------------------------------------------------------------------------------------------
# Which successes are enough
# ---------------------------------------------------------------------------------------------------------------------


def validate_success_policy(spec: Obj, path: str) -> list[FieldError]:
    """The rules of ``spec.successPolicy``."""
    rules = spec["successPolicy"].get("rules") or ()
    errors: list[FieldError] = []
    if not rules:
        errors.append(required(
            f"{path}.rules", "at least one rules must be specified when the successPolicy is specified",
        ))
    if len(rules) > MOST_RULES:
        errors.append(too_many(f"{path}.rules", len(rules), MOST_RULES))
    for index, rule in enumerate(rules):
        errors += _validate_success_rule(spec, rule, f"{path}.rules[{index}]")
    return errors


def _validate_success_rule(spec: Obj, rule: Obj, path: str) -> list[FieldError]:
    completions = spec.get("completions") or 0
    indexes, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    errors: list[FieldError] = []
    if indexes is None and count is None:
        errors.append(required(path, "at least one of succeededCount or succeededIndexes must be specified"))
    total = 0
    if indexes is not None:
        where = f"{path}.succeededIndexes"
        if len(indexes) > LONGEST_INDEXES:
            errors.append(too_long(where, LONGEST_INDEXES))
        try:
            total = count_indexes(indexes, completions)
        except ValueError as error:
            errors.append(invalid(where, indexes, f"error parsing succeededIndexes: {error}"))
    if count is not None:
        where = f"{path}.succeededCount"
        errors += validate_nonnegative(count, where)
        if count > completions:
            errors.append(invalid(
                where, count, f"must be less than or equal to {completions} (the number of specified completions)",
            ))
        if indexes is not None and count > total:
            errors.append(invalid(
                where, count,
                f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)",
            ))
    return errors


def count_indexes(text: str, completions: int) -> int:
    """Return how many indexes ``1,3-5`` has. Raises ValueError in upstream's words (``validateIndexesFormat``)."""
    total, last = 0, -1
    for interval in text.split(",") if text else ():
        first, end = _interval(interval, completions)
        if last >= first:
            raise ValueError(f"non-increasing order, previous: {last}, current: {first}")
        total += end - first + 1
        last = end
    return total


def _interval(text: str, completions: int) -> tuple[int, int]:
    parts = text.split("-")
    if len(parts) > 2:
        raise ValueError(
            f"the fragment {quote(text)} violates the requirement that an index interval can have at most two parts "
            "separated by '-'"
        )
    numbers = [_index(part, completions) for part in parts]
    if len(numbers) == 2 and numbers[0] >= numbers[1]:
        raise ValueError(f"non-increasing order, previous: {numbers[0]}, current: {numbers[1]}")
    return numbers[0], numbers[-1]


def _index(text: str, completions: int) -> int:
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"cannot convert string to integer for index: {quote(text)}")
    if int(digits) >= completions:
        raise ValueError(f"too large index: {quote(text)}")
    return int(digits)
