"""What a Pod asks for and may use: requests and limits over all its containers, and its QoS class.

Amounts are ``Quantity``. Upstream: ``component-helpers/resource/helpers.go`` and ``pkg/apis/core/helper/qos``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.lib.quantity import Quantity

    Obj = dict[str, Any]
    Resources = dict[str, Quantity]

HUGE_PAGES = "hugepages-"
_QOS_RESOURCES = ("cpu", "memory")


def pod_requests(pod: Obj) -> Resources:
    """What the Pod asks for: the larger of its containers together and of what its start takes, plus its overhead.

    Amounts at the level of the Pod replace those of the containers. Upstream: ``PodRequests``.
    """
    return _pod_resources(pod["spec"], "requests")


def pod_limits(pod: Obj) -> Resources:
    """What the Pod may use at most; a resource that no container limits is absent. Upstream: ``PodLimits``."""
    return _pod_resources(pod["spec"], "limits")


def aggregate_containers(spec: Obj, field: str) -> Resources:
    """Sum up ``requests`` or ``limits`` of the containers alone.

    Regular containers and sidecars run together; an init container runs while the sidecars before it do. The larger of
    the two counts. Upstream: ``AggregateContainerRequests`` and ``AggregateContainerLimits``.
    """
    total: Resources = {}
    for container in spec.get("containers") or ():
        _add(total, _amounts(container, field))
    sidecars: Resources = {}
    starting: Resources = {}
    for container in spec.get("initContainers") or ():
        amounts = _amounts(container, field)
        if container.get("restartPolicy") == "Always":
            _add(total, amounts)
            _add(sidecars, amounts)
            at_this_time = sidecars
        else:
            at_this_time = dict(amounts)
            _add(at_this_time, sidecars)
        _raise_to(starting, at_this_time)
    _raise_to(total, starting)
    return total


def qos_class(pod: Obj) -> str:
    """Guaranteed, Burstable or BestEffort: as recorded in the status, else computed (upstream: ``GetPodQOS``)."""
    recorded = (pod.get("status") or {}).get("qosClass")
    return recorded or compute_qos_class(pod["spec"])


def compute_qos_class(spec: Obj) -> str:
    """The QoS class that a pod spec leads to (upstream: ``ComputePodQOS``).

    BestEffort: nothing about cpu and memory is said; Guaranteed: every container limits both, and asks for as much.
    """
    if spec.get("resources"):
        containers: Iterable[Obj] = (spec,)
    else:
        containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    requests: Resources = {}
    limits: Resources = {}
    guaranteed = True
    for container in containers:
        _add(requests, _positive(_amounts(container, "requests")))
        own_limits = _positive(_amounts(container, "limits"))
        _add(limits, own_limits)
        if any(name not in own_limits for name in _QOS_RESOURCES):
            guaranteed = False
    if not requests and not limits:
        return "BestEffort"
    if guaranteed and len(requests) == len(limits) and all(requests.get(name) == limits[name] for name in limits):
        return "Guaranteed"
    return "Burstable"


def is_supported_at_pod_level(name: str) -> bool:
    """Whether ``spec.resources`` may name the resource (upstream: ``IsSupportedPodLevelResource``)."""
    return name in _QOS_RESOURCES or name.startswith(HUGE_PAGES)


def default_pod_level_resources(spec: Obj) -> None:
    """Fill in requests and limits at the level of the Pod, where some are given (upstream: ``defaultPodRequests``).

    Huge pages are limited to what the containers are; requests come from the containers, else from the Pod's limits.
    """
    resources = spec["resources"]
    if not resources.get("limits") and not resources.get("requests"):
        return
    limits = dict(resources.get("limits") or {})
    requests = dict(resources.get("requests") or {})
    for name, amount in aggregate_containers(spec, "limits").items():
        if name.startswith(HUGE_PAGES) and name not in requests:
            limits.setdefault(name, str(amount))
    if limits:
        resources["limits"] = limits
        for name, amount in aggregate_containers(spec, "requests").items():
            if name in _QOS_RESOURCES:
                requests.setdefault(name, str(amount))
        for name, limit in limits.items():
            if is_supported_at_pod_level(name):
                requests.setdefault(name, limit)
    if requests:
        resources["requests"] = requests


def _pod_resources(spec: Obj, field: str) -> Resources:
    total = aggregate_containers(spec, field)
    for name, amount in _amounts(spec, field).items():
        if is_supported_at_pod_level(name):
            total[name] = amount
    for name, amount in _parse(spec.get("overhead")).items():
        # An overhead without a limit beside it would turn "as much as there is" into a limit.
        if name in total:
            total[name] = total[name] + amount
        elif field == "requests":
            total[name] = amount
    return total


def _amounts(container: Obj, field: str) -> Resources:
    return _parse((container.get("resources") or {}).get(field))


def _parse(amounts: Obj | None) -> Resources:
    if not amounts:
        return {}
    from minikctl.lib.quantity import parse_quantity

    return {name: parse_quantity(value) for name, value in amounts.items()}


def _positive(amounts: Resources) -> Resources:
    """Only cpu and memory, and only where more than nothing is meant."""
    return {name: amount for name, amount in amounts.items() if name in _QOS_RESOURCES and amount.sign() > 0}


def _add(total: Resources, amounts: Resources) -> None:
    for name, amount in amounts.items():
        total[name] = total[name] + amount if name in total else amount


def _raise_to(total: Resources, amounts: Resources) -> None:
    for name, amount in amounts.items():
        if name not in total or total[name] < amount:
            total[name] = amount
