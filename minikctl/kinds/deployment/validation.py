"""The rules of a Deployment's spec, in the order of ``ValidateDeploymentSpec`` (``pkg/apis/apps/validation``)."""

from __future__ import annotations

from minikctl.errors import forbidden, invalid, not_supported
from minikctl.kinds.workload_validation import validate_nonnegative, validate_selector_and_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]


def validate_deployment_spec(spec: Obj, path: str) -> list[FieldError]:
    """Every broken rule of ``spec``, which has its defaults; ``path`` is where it stands."""
    errors = validate_nonnegative(spec.get("replicas"), f"{path}.replicas")
    errors += validate_selector_and_template(spec, path, "ReplicaSet")
    errors += validate_deployment_strategy(spec["strategy"], f"{path}.strategy")
    min_ready = spec.get("minReadySeconds", 0)
    errors += validate_nonnegative(min_ready, f"{path}.minReadySeconds")
    errors += validate_nonnegative(spec.get("revisionHistoryLimit"), f"{path}.revisionHistoryLimit")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        errors += validate_nonnegative(deadline, f"{path}.progressDeadlineSeconds")
        if deadline <= min_ready:
            errors.append(invalid(f"{path}.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"))
    return errors


def validate_deployment_strategy(strategy: Obj, path: str) -> list[FieldError]:
    """The rules of ``spec.strategy``."""
    kind, rolling_update = strategy["type"], strategy.get("rollingUpdate")
    if kind == "Recreate":
        if rolling_update is None:
            return []
        return [forbidden(f"{path}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")]
    if kind == "RollingUpdate":
        return validate_rolling_update(rolling_update or {}, f"{path}.rollingUpdate")
    # Upstream shows its internal struct, which has no JSON names.
    shown: Obj = {"Type": kind, "RollingUpdate": None}
    if rolling_update is not None:
        shown["RollingUpdate"] = {
            "MaxUnavailable": rolling_update.get("maxUnavailable", 0), "MaxSurge": rolling_update.get("maxSurge", 0),
        }
    return [not_supported(path, shown, ("Recreate", "RollingUpdate"))]


def validate_rolling_update(rolling_update: Obj, path: str) -> list[FieldError]:
    """The rules of ``maxUnavailable`` and ``maxSurge`` (upstream: ``ValidateRollingUpdateDeployment``)."""
    unavailable, surge = rolling_update.get("maxUnavailable", 0), rolling_update.get("maxSurge", 0)
    unavailable_path = f"{path}.maxUnavailable"
    errors = validate_positive_int_or_percent(unavailable, unavailable_path)
    errors += validate_positive_int_or_percent(surge, f"{path}.maxSurge")
    if int_or_percent_value(unavailable) == 0 and int_or_percent_value(surge) == 0:
        errors.append(invalid(unavailable_path, unavailable, "may not be 0 when `maxSurge` is 0"))
    return errors + validate_not_more_than_100_percent(unavailable, unavailable_path)


def validate_positive_int_or_percent(value: Any, path: str) -> list[FieldError]:
    """A number that is not negative, or a percentage (``25%``)."""
    if isinstance(value, str):
        from minikctl.lib.names import is_percent

        return [invalid(path, value, message) for message in is_percent(value)]
    return validate_nonnegative(value, path)


def validate_not_more_than_100_percent(value: Any, path: str) -> list[FieldError]:
    """A percentage is 100 at the most (upstream: ``IsNotMoreThan100Percent``)."""
    if _is_percent(value) and int_or_percent_value(value) > 100:
        return [invalid(path, value, "must not be greater than 100%")]
    return []


def int_or_percent_value(value: Any) -> int:
    """The number in ``5``, ``"5"`` or ``"5%"``; 0 where there is none (upstream: ``getIntOrPercentValue``)."""
    if isinstance(value, int):
        return value
    text = str(value).removesuffix("%") if _is_percent(value) else str(value)
    try:
        return int(text)
    except ValueError:
        return 0


def _is_percent(value: Any) -> bool:
    from minikctl.lib.names import is_percent

    return isinstance(value, str) and not is_percent(value)
