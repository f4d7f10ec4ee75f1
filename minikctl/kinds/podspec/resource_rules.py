"""The rules of requests and limits.

Upstream: ``ValidateContainerResourceRequirements``, ``validatePodResources`` and ``pkg/apis/core/helper``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, forbidden, invalid, required
from minikctl.kinds.podspec.resources import HUGE_PAGES, aggregate_containers, is_supported_at_pod_level
from minikctl.kinds.podspec.rules import NOT_NEGATIVE, dns_label, messages, unsupported
from minikctl.lib.names import is_qualified_name
from minikctl.lib.quantity import Quantity, QuantityError, parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    Obj = dict[str, Any]
    NameRule = Callable[[str, str], list[FieldError]]

_CONTAINER_RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})
#: names without a domain that mean something anywhere in Kubernetes
_STANDARD_RESOURCES = _CONTAINER_RESOURCES | {
    "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory",
    "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
    "persistentvolumeclaims", "storage", "requests.storage", "services.nodeports", "services.loadbalancers",
}
#: those of them that are counted in whole numbers
_WHOLE_RESOURCES = frozenset({
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
    "services.nodeports", "services.loadbalancers",
})


# ---------------------------------------------------------------------------------------------------------------------
# Names of resources
# ---------------------------------------------------------------------------------------------------------------------


def is_native_resource(name: str) -> bool:
    """Whether the resource is Kubernetes' own (upstream: ``IsNativeResource``)."""
    return "/" not in name or "kubernetes.io/" in name


def is_extended_resource(name: str) -> bool:
    """Whether the resource is some device's (upstream: ``IsExtendedResourceName``)."""
    return (
        not is_native_resource(name) and not name.startswith("requests.") and not is_qualified_name(f"requests.{name}")
    )


def is_overcommit_allowed(name: str) -> bool:
    """Whether limits may be higher than requests (upstream: ``IsOvercommitAllowed``)."""
    return is_native_resource(name) and not name.startswith(HUGE_PAGES)


def standard_resource_name(name: str, path: str) -> list[FieldError]:
    """The name of any resource (upstream: ``validateResourceName``)."""
    wrong = is_qualified_name(name)
    if wrong:
        return messages(path, name, wrong)
    if "/" not in name and name not in _STANDARD_RESOURCES and not name.startswith((HUGE_PAGES, "requests.hugepages-")):
        return [invalid(path, name, "must be a standard resource type or fully qualified")]
    return []


def container_resource_name(name: str, path: str) -> list[FieldError]:
    """The name of a resource that containers use (upstream: ``validateContainerResourceName``)."""
    errors = standard_resource_name(name, path)
    if "/" not in name:
        if name not in _CONTAINER_RESOURCES and not name.startswith(HUGE_PAGES):
            errors.append(invalid(path, name, "must be a standard resource for containers"))
    elif not is_native_resource(name) and not is_extended_resource(name):
        errors.append(invalid(path, name, "doesn't follow extended resource name standard"))
    return errors


def _pod_name(name: str, path: str) -> list[FieldError]:
    """Upstream: ``validatePodResourceName``."""
    return [] if is_supported_at_pod_level(name) else [unsupported(path, name, ("cpu", "hugepages-", "memory"))]


# ---------------------------------------------------------------------------------------------------------------------
# Requirements
# ---------------------------------------------------------------------------------------------------------------------


def validate_container_resources(resources: Obj, claims: Collection[str], path: str) -> list[FieldError]:
    """``resources`` of a container; ``claims`` are the names in ``spec.resourceClaims``."""
    return _validate_requirements(resources, container_resource_name, claims, path)


def validate_overhead(overhead: Obj, path: str) -> list[FieldError]:
    """``spec.overhead`` (upstream: ``validateOverhead``, which speaks of limits below it)."""
    return _validate_requirements({"limits": overhead}, container_resource_name, (), path)


def _validate_requirements(
    resources: Obj, name_rule: NameRule, claims: Collection[str], path: str
) -> list[FieldError]:
    limits, errors = _parse(resources.get("limits"), f"{path}.limits")
    requests, more = _parse(resources.get("requests"), f"{path}.requests")
    errors += more
    for name, quantity in limits.items():
        errors += _validate_amount(name, quantity, name_rule, f"{path}.limits[{name}]")
    for name, quantity in requests.items():
        # Upstream judges huge pages after the comparison with the limit.
        errors += name_rule(name, f"{path}.requests[{name}]")
        errors += validate_resource_quantity(name, quantity, f"{path}.requests[{name}]")
        errors += _compare_with_limit(name, quantity, limits.get(name), path)
        errors += _validate_huge_pages(name, quantity, f"{path}.requests[{name}]")
    named = {*limits, *requests}
    if any(name.startswith(HUGE_PAGES) for name in named) and not named & {"cpu", "memory"}:
        errors.append(forbidden(path, "HugePages require cpu or memory"))
    return errors + _validate_claims(resources.get("claims") or (), claims, f"{path}.claims")


def _parse(amounts: Obj | None, path: str) -> tuple[dict[str, Quantity], list[FieldError]]:
    """Quantities by name, in order; what is none becomes an error (the decoder has refused it by then)."""
    parsed: dict[str, Quantity] = {}
    errors: list[FieldError] = []
    for name in sorted(amounts or ()):
        value = (amounts or {})[name]
        try:
            parsed[name] = parse_quantity(value)
        except QuantityError as error:
            errors.append(invalid(f"{path}[{name}]", value, str(error)))
    return parsed, errors


def _validate_amount(name: str, quantity: Quantity, name_rule: NameRule, path: str) -> list[FieldError]:
    errors = name_rule(name, path)
    errors += validate_resource_quantity(name, quantity, path)
    return errors + _validate_huge_pages(name, quantity, path)


def validate_resource_quantity(name: str, quantity: Quantity, path: str) -> list[FieldError]:
    """Not negative, and whole where it counts things (upstream: ``ValidateResourceQuantityValue``)."""
    errors = []
    if quantity.sign() < 0:
        errors.append(invalid(path, str(quantity), NOT_NEGATIVE))
    if (name in _WHOLE_RESOURCES or is_extended_resource(name)) and quantity.milli_value() % 1000:
        errors.append(invalid(path, str(quantity), "must be an integer"))
    return errors


def _compare_with_limit(name: str, quantity: Quantity, limit: Quantity | None, path: str) -> list[FieldError]:
    if limit is None:
        if is_overcommit_allowed(name):
            return []
        return [required(f"{path}.limits", "Limit must be set for non overcommitable resources")]
    if quantity != limit and not is_overcommit_allowed(name):
        return [invalid(f"{path}.requests", str(quantity), f"must be equal to {name} limit of {limit}")]
    if quantity > limit:
        return [invalid(f"{path}.requests", str(quantity), f"must be less than or equal to {name} limit of {limit}")]
    return []


def _validate_huge_pages(name: str, quantity: Quantity, path: str) -> list[FieldError]:
    """An amount of huge pages is so many pages (upstream: ``validateResourceQuantityHugePageValue``)."""
    if not name.startswith(HUGE_PAGES) or _is_multiple_of_page(name, quantity):
        return []
    return [invalid(path, str(quantity), f"{quantity} is not positive integer multiple of {name}")]


def _is_multiple_of_page(name: str, quantity: Quantity) -> bool:
    try:
        size = parse_quantity(name.removeprefix(HUGE_PAGES))
    except QuantityError:
        return False
    return size.sign() > 0 and size.milli_value() % 1000 == 0 and quantity.value() % size.value() == 0


def _validate_claims(references: Collection[Obj], claims: Collection[str], path: str) -> list[FieldError]:
    """Claims that a container uses (upstream: ``validateResourceClaimNames``)."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, reference in enumerate(references):
        name, request = reference.get("name", ""), reference.get("request", "")
        where = f"{path}[{index}]"
        if not name:
            errors.append(required(where))
            continue
        key = f"{name}/{request}" if request else name
        if name in seen:
            errors.append(duplicate(where, name))
        else:
            if request:
                errors += dns_label(request, f"{where}.request")
            if key in seen:
                errors.append(duplicate(where, key))
            elif not request:
                errors += [duplicate(where, name) for other in sorted(seen) if other.startswith(f"{name}/")]
            seen.add(key)
        if name not in claims:
            known = f": {', '.join(sorted(claims))}" if claims else " which is empty"
            errors.append(FieldError(
                "Not found", where, name, f"must be one of the names in pod.spec.resourceClaims{known}"
            ))
    return errors


# ---------------------------------------------------------------------------------------------------------------------
# The level of the Pod
# ---------------------------------------------------------------------------------------------------------------------


def validate_pod_resources(spec: Obj, path: str) -> list[FieldError]:
    """``spec.resources`` and what it says beside those of the containers (upstream: ``validatePodResources``)."""
    resources = spec.get("resources")
    if resources is None:
        return []
    path = f"{path}.resources"
    if (spec.get("os") or {}).get("name") == "windows":
        return [forbidden(path, "may not be set for a windows pod")]
    errors: list[FieldError] = []
    if resources.get("claims"):
        errors.append(forbidden(f"{path}.claims", "claims may not be set for Resources at pod-level"))
    errors += _validate_requirements(resources, _pod_name, (), path)
    return errors + _validate_consistency(spec, resources, path)


def _validate_consistency(spec: Obj, resources: Obj, path: str) -> list[FieldError]:
    """Upstream: ``validatePodResourceConsistency``."""
    errors: list[FieldError] = []
    try:
        own = {field: _parse(resources.get(field), path)[0] for field in ("requests", "limits")}
        wanted = aggregate_containers(spec, "requests")
        allowed = aggregate_containers(spec, "limits")
    except QuantityError:
        return errors  # said at the container
    for name, amount in sorted(wanted.items()):
        if name in own["requests"] and amount > own["requests"][name]:
            errors.append(invalid(
                f"{path}.requests[{name}]", str(own["requests"][name]),
                f"must be greater than or equal to aggregate container requests of {amount}",
            ))
    for name, amount in sorted(allowed.items()):
        if name.startswith(HUGE_PAGES) and name in own["limits"] and amount > own["limits"][name]:
            errors.append(invalid(
                f"{path}.limits[{name}]", str(own["limits"][name]),
                f"must be greater than or equal to aggregate container limits of {amount}",
            ))
    for index, container in enumerate(spec.get("containers") or ()):
        limits, _ = _parse((container.get("resources") or {}).get("limits"), path)
        for name, amount in limits.items():
            if name in own["limits"] and amount > own["limits"][name]:
                errors.append(invalid(
                    f"{path}.containers[{index}][{name}].limits", str(amount),
                    f"must be less than or equal to pod limits of {own['limits'][name]}",
                ))
    return errors
