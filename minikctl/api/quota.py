"""What objects use of a ResourceQuota: which quotas an object counts for, as how much, and what is used in all.

Upstream: ``pkg/quota/v1/evaluator/core`` (pods, services, claims), ``apiserver/pkg/quota/v1`` and its ``generic``
evaluators. Amounts are ``Quantity``; a list of them is a dict by the names that quotas use (``requests.cpu``,
``count/deployments.apps``).
"""

from __future__ import annotations

from minikctl.kinds.podspec.resource_rules import is_extended_resource
from minikctl.kinds.podspec.resources import HUGE_PAGES, pod_limits, pod_requests, qos_class
from minikctl.lib.quantity import Quantity, parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, Protocol

    Obj = dict[str, Any]
    Objects = list[Obj]
    Usage = dict[str, Quantity]

    class Reader(Protocol):
        """What counting needs of the cluster: the API, or the cluster as a controller sees it."""

        def now(self) -> float:
            """The present, in seconds since the epoch."""

        def count(self, resource: str, namespace: str | None = None) -> int:
            """How many objects there are."""

        def list(self, resource: str, namespace: str | None = None, *, fields: tuple[str, ...] = ()) -> Objects:
            """Objects with nothing but ``fields``."""

QUOTAS = "resourcequotas"
#: resources that quotas know by a short name besides ``count/RESOURCE``
SHORT_NAMES = frozenset({
    "pods", "services", "persistentvolumeclaims", "configmaps", "secrets", "replicationcontrollers", "resourcequotas",
})
#: what each container has to ask for where a quota limits it
VALIDATED = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_CLASS_SUFFIX = ".storageclass.storage.k8s.io/"
_ONE, _ZERO = Quantity.make(1), Quantity.make(0)


# ---------------------------------------------------------------------------------------------------------------------
# What one object uses
# ---------------------------------------------------------------------------------------------------------------------


def usage(resource: str, obj: Obj, now: float) -> Usage:
    """What ``obj`` counts as, by every name that a quota may limit; ``now`` in seconds since the epoch."""
    used: Usage = {f"count/{resource}": _ONE}
    special = _USAGES.get(resource)
    if special is not None:
        used.update(special(obj, now))
    elif resource in SHORT_NAMES:
        used[resource] = _ONE
    return used


def names_of(resource: str, hard: Iterable[str]) -> set[str]:
    """Those of the names in ``hard`` that objects of ``resource`` can count for (upstream: ``MatchingResources``)."""
    found = {name for name in hard if name in (resource, f"count/{resource}")}
    if resource == "pods":
        found |= {
            name for name in hard if name in VALIDATED or name.endswith("ephemeral-storage")
            or name.removeprefix("requests.").startswith(HUGE_PAGES)
            or (name.startswith("requests.") and is_extended_resource(name.removeprefix("requests.")))
        }
    elif resource == "services":
        found |= {name for name in hard if name in ("services.nodeports", "services.loadbalancers")}
    elif resource == "persistentvolumeclaims":
        found |= {name for name in hard if name == "requests.storage" or _CLASS_SUFFIX in name}
    elif resource not in SHORT_NAMES:
        found.discard(resource)
    return found


def is_counted_pod(pod: Obj, now: float) -> bool:
    """Whether a Pod still takes room: it has not ended, and is not overdue in going (upstream: ``QuotaV1Pod``)."""
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return False
    meta = pod["metadata"]
    if not meta.get("deletionTimestamp") or meta.get("deletionGracePeriodSeconds") is None:
        return True
    from minikctl.lib.times import parse_time

    return bool(now <= parse_time(meta["deletionTimestamp"]) + meta["deletionGracePeriodSeconds"])


def _pod_usage(pod: Obj, now: float) -> Usage:
    return _compute_usage(pod_requests(pod), pod_limits(pod)) if is_counted_pod(pod, now) else {}


def _compute_usage(requests: Mapping[str, Quantity], limits: Mapping[str, Quantity]) -> Usage:
    """Upstream: ``podComputeUsageHelper``."""
    used: Usage = {"pods": _ONE}
    for name, amount in requests.items():
        if name in _COMPUTE or name.startswith(HUGE_PAGES):
            used[name] = used[f"requests.{name}"] = amount
        elif is_extended_resource(name):
            used[f"requests.{name}"] = amount
    for name, amount in limits.items():
        if name in _COMPUTE:
            used[f"limits.{name}"] = amount
    return used


def _service_usage(service: Obj, now: float) -> Usage:  # noqa: ARG001 - one shape for all
    spec = service.get("spec") or {}
    ports = spec.get("ports") or ()
    used = {"services": _ONE, "services.nodeports": _ZERO, "services.loadbalancers": _ZERO}
    if spec.get("type") == "NodePort":
        used["services.nodeports"] = Quantity.make(len(ports))
    elif spec.get("type") == "LoadBalancer":
        if spec.get("allocateLoadBalancerNodePorts") is False:
            ports = [port for port in ports if port.get("nodePort")]
        used.update({"services.nodeports": Quantity.make(len(ports)), "services.loadbalancers": _ONE})
    return used


def _claim_usage(claim: Obj, now: float) -> Usage:  # noqa: ARG001 - one shape for all
    from minikctl.kinds.volumes import CLAIMS, class_of, storage_of

    used = {CLAIMS: _ONE}
    requests = ((claim.get("spec") or {}).get("resources") or {}).get("requests") or {}
    class_name = class_of(claim)
    if class_name:
        used[f"{class_name}{_CLASS_SUFFIX}{CLAIMS}"] = _ONE
    if "storage" in requests:
        used["requests.storage"] = parse_quantity(storage_of(requests))
        if class_name:
            used[f"{class_name}{_CLASS_SUFFIX}requests.storage"] = used["requests.storage"]
    return used


_USAGES: dict[str, Callable[[Obj, float], Usage]] = {
    "pods": _pod_usage, "services": _service_usage, "persistentvolumeclaims": _claim_usage,
}


def missing_requests(pod: Obj, names: Iterable[str]) -> str:
    """What containers of a Pod have to ask for and do not (upstream: ``podEvaluator.Constraints``); "" for nothing.

    ``must specify limits.cpu for: a,b; limits.memory for: a``
    """
    required = sorted(set(names) & VALIDATED)
    spec = pod["spec"]
    own = _asked(spec)
    lacking: dict[str, set[str]] = {}
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        asked = _asked(container) | own
        for name in required:
            if name not in asked:
                lacking.setdefault(name, set()).add(container["name"])
    if not lacking:
        return ""
    return "must specify " + "; ".join(f"{name} for: {','.join(sorted(lacking[name]))}" for name in sorted(lacking))


def _asked(container: Obj) -> set[str]:
    resources = container.get("resources") or {}
    requests, limits = (resources.get(field) or {} for field in ("requests", "limits"))
    return {*requests, *(f"requests.{name}" for name in requests), *(f"limits.{name}" for name in limits)}


# ---------------------------------------------------------------------------------------------------------------------
# Which quotas an object counts for
# ---------------------------------------------------------------------------------------------------------------------


def matches_scopes(quota: Obj, resource: str, obj: Obj) -> bool:
    """Whether all scopes of the quota hold for the object (upstream: ``generic.Matches``)."""
    spec = quota.get("spec") or {}
    requirements = [{"scopeName": scope, "operator": "Exists"} for scope in spec.get("scopes") or ()]
    requirements += (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    return all(_matches_scope(requirement, resource, obj) for requirement in requirements)


def _matches_scope(requirement: Obj, resource: str, obj: Obj) -> bool:
    scope = requirement.get("scopeName")
    if resource == "persistentvolumeclaims" and scope == "VolumeAttributesClass":
        return _matches_value(requirement, (obj.get("spec") or {}).get("volumeAttributesClassName") or "")
    if resource != "pods":
        return False
    spec = obj["spec"]
    if scope in ("Terminating", "NotTerminating"):
        return bool((spec.get("activeDeadlineSeconds") is not None) == (scope == "Terminating"))
    if scope in ("BestEffort", "NotBestEffort"):
        return bool((qos_class(obj) == "BestEffort") == (scope == "BestEffort"))
    if scope == "CrossNamespacePodAffinity":
        return _crosses_namespaces(spec.get("affinity") or {})
    return scope == "PriorityClass" and _matches_value(requirement, spec.get("priorityClassName") or "")


def _matches_value(requirement: Obj, value: str) -> bool:
    operator, values = requirement.get("operator"), requirement.get("values") or ()
    if operator in ("Exists", "DoesNotExist"):
        return bool(value) == bool(operator == "Exists")
    return bool((value in values) == (operator == "In"))


def _crosses_namespaces(affinity: Obj) -> bool:
    for field in ("podAffinity", "podAntiAffinity"):
        part = affinity.get(field) or {}
        terms = [*(part.get("requiredDuringSchedulingIgnoredDuringExecution") or ())]
        terms += [
            weighted.get("podAffinityTerm") or {}
            for weighted in part.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        ]
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False


# ---------------------------------------------------------------------------------------------------------------------
# Sums
# ---------------------------------------------------------------------------------------------------------------------


def add(left: Usage, right: Usage) -> Usage:
    """The sum of two lists of amounts."""
    total = dict(left)
    for name, amount in right.items():
        total[name] = total[name].add(amount) if name in total else amount
    return total


def resources_of(names: Iterable[str]) -> set[str]:
    """The resources whose objects have to be counted for a quota of ``names``."""
    found: set[str] = set()
    for name in names:
        if name.startswith("count/"):
            found.add(name.removeprefix("count/"))
        elif name in SHORT_NAMES:
            found.add(name)
        elif name.startswith("services."):
            found.add("services")
        elif name == "requests.storage" or _CLASS_SUFFIX in name:
            found.add("persistentvolumeclaims")
        else:
            found.add("pods")
    return found


#: what is read of the objects that are not simply counted
_FIELDS: dict[str, tuple[str, ...]] = {
    "pods": (
        "metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds", "spec.containers", "spec.initContainers",
        "spec.overhead", "spec.resources", "spec.activeDeadlineSeconds", "spec.priorityClassName", "spec.affinity",
        "status.phase", "status.qosClass",
    ),
    "services": ("spec.type", "spec.ports", "spec.allocateLoadBalancerNodePorts"),
    "persistentvolumeclaims": ("metadata.annotations", "spec"),
}


def total_usage(api: Reader, quota: Obj) -> Usage:
    """What is used of a quota at present, by the names in its spec, each at least zero."""
    namespace, hard = quota["metadata"]["namespace"], (quota.get("spec") or {}).get("hard") or {}
    scoped = (quota.get("spec") or {}).get("scopes") or (quota.get("spec") or {}).get("scopeSelector")
    total: Usage = dict.fromkeys(hard, _ZERO)
    for resource in sorted(resources_of(hard)):
        names = names_of(resource, hard)
        if not scoped and names <= {resource, f"count/{resource}"} and resource != "pods":
            count = Quantity.make(api.count(resource, namespace))
            total.update(dict.fromkeys(names, count))
            continue
        for obj in api.list(resource, namespace, fields=_FIELDS.get(resource, ("metadata.name",))):
            if matches_scopes(quota, resource, obj):
                used = usage(resource, obj, api.now())
                total = add(total, {name: used[name] for name in names if name in used})
    return total


def usage_status(api: Reader, quota: Obj) -> Obj:
    """The status that a quota has to have at present."""
    hard = (quota.get("spec") or {}).get("hard") or {}
    return {"hard": dict(hard), "used": written(total_usage(api, quota))} if hard else {}


def written(amounts: Usage) -> dict[str, str]:
    """Amounts as they stand in objects."""
    return {name: str(amount) for name, amount in sorted(amounts.items())}
