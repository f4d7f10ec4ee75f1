"""The rules of a DaemonSet's spec, in the order of ``ValidateDaemonSetSpec`` (``pkg/apis/apps/validation``)."""

from __future__ import annotations

from minikctl.errors import forbidden, invalid, not_supported, required
from minikctl.kinds.deployment.validation import (
    int_or_percent_value,
    validate_not_more_than_100_percent,
    validate_positive_int_or_percent,
)
from minikctl.kinds.podspec.rules import unsupported
from minikctl.kinds.workload_validation import ordered_selector, validate_labels_by_selector, validate_nonnegative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]


def validate_daemon_set_spec(spec: Obj, path: str) -> list[FieldError]:
    """Every broken rule of ``spec``, which has its defaults; ``path`` is where it stands."""
    from minikctl.kinds.podspec.validation import validate_pod_template

    errors = _validate_selector(spec, path)
    template = spec["template"]
    errors += validate_pod_template(template, f"{path}.template")
    policy = template["spec"].get("restartPolicy")
    if policy != "Always":
        errors.append(not_supported(f"{path}.template.spec.restartPolicy", policy, ("Always",)))
    if template["spec"].get("activeDeadlineSeconds") is not None:
        errors.append(forbidden(
            f"{path}.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in DaemonSet is not Supported",
        ))
    errors += validate_nonnegative(spec.get("minReadySeconds"), f"{path}.minReadySeconds")
    errors += _validate_update_strategy(spec["updateStrategy"], f"{path}.updateStrategy")
    return errors + validate_nonnegative(spec.get("revisionHistoryLimit"), f"{path}.revisionHistoryLimit")


def _validate_selector(spec: Obj, path: str) -> list[FieldError]:
    """Upstream does not ask for a selector here; without one, no template's labels match."""
    from minikctl.kinds.meta import validate_label_selector

    selector = spec.get("selector")
    errors = validate_label_selector(selector, f"{path}.selector") + validate_labels_by_selector(spec, path)
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(invalid(
            f"{path}.selector", ordered_selector(selector), "empty selector is invalid for daemonset",
        ))
    return errors


def _validate_update_strategy(strategy: Obj, path: str) -> list[FieldError]:
    kind, rolling_update = strategy["type"], strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return []
    if kind == "RollingUpdate":
        return _validate_rolling_update(rolling_update or {}, f"{path}.rollingUpdate")
    # Upstream shows its internal struct, which has no JSON names.
    shown: Obj = {"Type": kind, "RollingUpdate": None}
    if rolling_update is not None:
        shown["RollingUpdate"] = {
            "MaxUnavailable": rolling_update.get("maxUnavailable", 0), "MaxSurge": rolling_update.get("maxSurge", 0),
        }
    return [unsupported(path, shown, ("RollingUpdate", "OnDelete"))]


def _validate_rolling_update(rolling_update: Obj, path: str) -> list[FieldError]:
    """One of the two numbers is above 0 (upstream: ``ValidateRollingUpdateDaemonSet``)."""
    unavailable, surge = rolling_update.get("maxUnavailable", 0), rolling_update.get("maxSurge", 0)
    unavailable_path, surge_path = f"{path}.maxUnavailable", f"{path}.maxSurge"
    errors = validate_positive_int_or_percent(unavailable, unavailable_path)
    errors += validate_positive_int_or_percent(surge, surge_path)
    errors += validate_not_more_than_100_percent(unavailable, unavailable_path)
    errors += validate_not_more_than_100_percent(surge, surge_path)
    has_unavailable, has_surge = int_or_percent_value(unavailable) != 0, int_or_percent_value(surge) != 0
    if has_unavailable and has_surge:
        errors.append(invalid(surge_path, surge, "may not be set when maxUnavailable is non-zero"))
    elif not has_unavailable and not has_surge:
        errors.append(required(unavailable_path, "cannot be 0 when maxSurge is 0"))
    return errors
