"""The rules of a ResourceQuota, in the order of ``ValidateResourceQuotaSpec`` (``pkg/apis/core/validation``)."""

from __future__ import annotations

from minikctl.errors import FieldError, invalid, required
from minikctl.kinds.podspec.resource_rules import standard_resource_name, validate_resource_quantity
from minikctl.lib.quantity import QuantityError, parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]

POD_COMPUTE_RESOURCES = frozenset({
    "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory",
})
#: names without a slash that a quota may limit
QUOTA_RESOURCES = POD_COMPUTE_RESOURCES | {
    "ephemeral-storage", "requests.ephemeral-storage", "limits.ephemeral-storage", "requests.storage", "pods",
    "resourcequotas", "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps",
    "services.nodeports", "services.loadbalancers",
}
HUGE_PAGES = ("hugepages-", "requests.hugepages-")
_POD_SCOPES = ("Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity")
_CLAIM_RESOURCES = frozenset({"persistentvolumeclaims", "requests.storage"})
SCOPES = (*_POD_SCOPES, "BestEffort", "VolumeAttributesClass")
#: scopes that one can only ask for the existence of
_EXISTS_ONLY = ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
_CONTRADICTIONS = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_MUST_EXIST = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def validate_spec(spec: Obj, path: str) -> list[FieldError]:
    """Every broken rule of the spec at ``path``."""
    hard = spec.get("hard") or {}
    errors: list[FieldError] = []
    for name in sorted(hard):
        where = f"{path}.hard[{name}]"
        errors += _validate_name(name, where)
        try:
            errors += validate_resource_quantity(name, parse_quantity(hard[name]), where)
        except QuantityError as error:
            errors.append(invalid(where, hard[name], str(error)))
    errors += _validate_scopes(spec.get("scopes") or [], hard, f"{path}.scopes")
    selector = spec.get("scopeSelector")
    return errors + (_validate_selector(selector, spec, f"{path}.scopeSelector") if selector is not None else [])


def _validate_name(name: str, path: str) -> list[FieldError]:
    """What a quota may limit (upstream: ``ValidateResourceQuotaResourceName``)."""
    errors = standard_resource_name(name, path)
    if "/" not in name and name not in QUOTA_RESOURCES and not name.startswith(HUGE_PAGES):
        errors.append(invalid(path, name, "must be a standard resource for quota"))
    return errors


def is_standard_resource(name: str) -> bool:
    """Whether a name is one of the core's own (upstream: ``IsStandardQuotaResourceName``)."""
    return name in QUOTA_RESOURCES or name.startswith(HUGE_PAGES)


def _is_scope_valid(scope: str, name: str) -> bool:
    """Whether a scope makes sense for a resource (upstream: ``IsResourceQuotaScopeValidForResource``)."""
    if scope == "BestEffort":
        return name == "pods"
    if scope in _POD_SCOPES:
        return name == "pods" or name in POD_COMPUTE_RESOURCES
    return scope != "VolumeAttributesClass" or name in _CLAIM_RESOURCES


def _misfits(scope: str, hard: Iterable[str]) -> int:
    return sum(1 for name in sorted(hard) if is_standard_resource(name) and not _is_scope_valid(scope, name))


def _validate_scopes(scopes: list[str], hard: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for scope in scopes:
        if scope not in SCOPES:
            errors.append(invalid(path, scopes, "unsupported scope"))
        errors += _misfits(scope, hard) * [invalid(path, scopes, "unsupported scope applied to resource")]
    return errors + _contradictions(scopes, scopes, path)


def _contradictions(scopes: Iterable[str], shown: list[str], path: str) -> list[FieldError]:
    given = set(scopes)
    return [invalid(path, shown or None, "conflicting scopes") for pair in _CONTRADICTIONS if given.issuperset(pair)]


def _validate_selector(selector: Obj, spec: Obj, path: str) -> list[FieldError]:
    """Upstream: ``validateScopedResourceSelectorRequirement``."""
    where = f"{path}.matchExpressions"
    requirements = selector.get("matchExpressions") or []
    shown = {"MatchExpressions": [
        {"ScopeName": each.get("scopeName", ""), "Operator": each.get("operator", ""), "Values": each.get("values")}
        for each in requirements
    ] or None}
    errors: list[FieldError] = []
    for requirement in requirements:
        scope, operator = requirement.get("scopeName", ""), requirement.get("operator", "")
        values = requirement.get("values") or []
        if scope not in SCOPES:
            errors.append(invalid(f"{where}.scopeName", scope, "unsupported scope"))
        misfits = _misfits(scope, spec.get("hard") or {})
        errors += misfits * [invalid(where, shown, "unsupported scope applied to resource")]
        if scope in _EXISTS_ONLY and operator != "Exists":
            errors.append(invalid(f"{where}.operator", operator, _MUST_EXIST))
        if operator in ("In", "NotIn"):
            if not values:
                errors.append(required(
                    f"{where}.values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                ))
        elif operator not in ("Exists", "DoesNotExist"):
            errors.append(invalid(f"{where}.operator", operator, "not a valid selector operator"))
        elif values:
            errors.append(invalid(
                f"{where}.values", values,
                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
            ))
    named = [requirement.get("scopeName", "") for requirement in requirements]
    return errors + _contradictions(named, spec.get("scopes") or [], where)
