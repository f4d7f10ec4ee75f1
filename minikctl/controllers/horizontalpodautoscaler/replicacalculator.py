"""How many replicas a metric asks for (upstream: ``pkg/controller/podautoscaler/replica_calculator.go``).

Pure functions. Amounts are thousandths of a unit (millicores; bytes are multiplied as well); ``metrics`` are by the
names of Pods.
"""

from __future__ import annotations

import math

from minikctl.controllers.horizontalpodautoscaler.metricsclient import MetricsError
from minikctl.kinds.podspec.status import is_pod_ready, is_pod_terminal, is_restartable_init_container, pod_condition
from minikctl.lib.quantity import parse_quantity
from minikctl.lib.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.horizontalpodautoscaler.metricsclient import PodMetrics

    Obj = dict[str, Any]

#: seconds after its start in which the CPU that an unready Pod uses does not count
CPU_INITIALIZATION_PERIOD = 300.0
#: seconds after its start within which a Pod that becomes unready is taken to have never been ready
DELAY_OF_INITIAL_READINESS = 30.0
INT32_MAX = 2**31 - 1
_NO_PODS = "no pods returned by selector while calculating replica count"
_NO_METRICS = "did not receive metrics for targeted pods (pods might be unready)"


class Tolerances:
    """How far usage may be from its target, as parts of it, before anything is done about it."""

    __slots__ = ("scale_down", "scale_up")

    def __init__(self, scale_down: float = 0.1, scale_up: float = 0.1) -> None:
        self.scale_down = scale_down
        self.scale_up = scale_up

    def is_within(self, ratio: float) -> bool:
        """Whether usage at ``ratio`` of its target is near enough."""
        return (1.0 - self.scale_down) <= ratio <= (1.0 + self.scale_up)


class Moment:
    """What the calculation depends on besides Pods and metrics: the present, and two settings, in seconds."""

    __slots__ = ("cpu_initialization", "initial_readiness", "now")

    def __init__(
        self, now: float, cpu_initialization: float = CPU_INITIALIZATION_PERIOD,
        initial_readiness: float = DELAY_OF_INITIAL_READINESS,
    ) -> None:
        self.now = now
        self.cpu_initialization = cpu_initialization
        self.initial_readiness = initial_readiness


class Groups:
    """The Pods by what they count for: how many are ready, and the names of the others."""

    __slots__ = ("ignored", "missing", "ready", "unready")

    def __init__(self) -> None:
        self.ready = 0
        self.unready: list[str] = []
        self.missing: list[str] = []
        self.ignored: list[str] = []


def resource_replicas(
    current: int, target_utilization: int, resource: str, metrics: PodMetrics, pods: list[Obj], tolerances: Tolerances,
    moment: Moment, container: str = "",
) -> tuple[int, int, int]:
    """(replicas, utilization in percent, usage of a Pod) by the usage of a resource in percent of what is requested.

    Raises MetricsError. Upstream: ``GetResourceReplicas``.
    """
    groups, metrics = _sift(pods, metrics, resource, moment)
    requests = calculate_requests(pods, container, resource)
    ratio, utilization, usage = _utilization_ratio(metrics, requests, target_utilization)
    settled = _settled(current, ratio, groups, tolerances)
    if settled is not None:
        return settled, utilization, usage
    fallback = max(100, target_utilization)
    filled = _filled(metrics, ratio, groups, {name: requests[name] * fallback // 100 for name in groups.missing})
    new_ratio, _, _ = _utilization_ratio(filled, requests, target_utilization)
    return _second_thought(current, ratio, new_ratio, len(filled), tolerances), utilization, usage


def plain_metric_replicas(
    current: int, target_usage: int, resource: str, metrics: PodMetrics, pods: list[Obj], tolerances: Tolerances,
    moment: Moment,
) -> tuple[int, int]:
    """(replicas, usage of a Pod) by what each Pod uses or counts; ``resource`` is "" for other metrics.

    Raises MetricsError. Upstream: ``calcPlainMetricReplicas``.
    """
    groups, metrics = _sift(pods, metrics, resource, moment)
    ratio, usage = _usage_ratio(metrics, target_usage)
    settled = _settled(current, ratio, groups, tolerances)
    if settled is not None:
        return settled, usage
    filled = _filled(metrics, ratio, groups, dict.fromkeys(groups.missing, target_usage))
    new_ratio, _ = _usage_ratio(filled, target_usage)
    return _second_thought(current, ratio, new_ratio, len(filled), tolerances), usage


def usage_ratio_replicas(current: int, ratio: float, pods: list[Obj], tolerances: Tolerances) -> int:
    """The replicas by how much of its target one value for all Pods is. Raises MetricsError.

    Upstream: ``getUsageRatioReplicaCount``.
    """
    if current == 0:
        return math.ceil(ratio)
    if tolerances.is_within(ratio):
        return current
    if not pods:
        raise MetricsError(f"unable to calculate ready pods: {_NO_PODS}")
    ready = sum(1 for pod in pods if (pod.get("status") or {}).get("phase") == "Running" and is_pod_ready(pod))
    return min(math.ceil(ratio * float(ready)), INT32_MAX)


def per_pod_replicas(status_replicas: int, target_average: int, usage: int, tolerances: Tolerances) -> tuple[int, int]:
    """(replicas, usage of a Pod) by a value that all Pods share.

    Upstream: ``GetExternalPerPodMetricReplicas``, ``GetObjectPerPodMetricReplicas``.
    """
    replicas = status_replicas
    whole = float(target_average) * float(status_replicas)
    # Go's division gives infinity or not a number for no replicas at all; neither is within any tolerance.
    if not whole or not tolerances.is_within(float(usage) / whole):
        replicas = min(math.ceil(float(usage) / float(target_average)), INT32_MAX)
    return replicas, math.ceil(float(usage) / float(status_replicas)) if status_replicas else 0


def group_pods(pods: list[Obj], metrics: PodMetrics, resource: str, moment: Moment) -> Groups:
    """The Pods by what they count for (upstream: ``groupPods``)."""
    groups = Groups()
    for pod in pods:
        name, status = pod["metadata"]["name"], pod.get("status") or {}
        if pod["metadata"].get("deletionTimestamp") or is_pod_terminal(pod):
            groups.ignored.append(name)
        elif status.get("phase", "Pending") == "Pending":
            groups.unready.append(name)
        elif name not in metrics:
            groups.missing.append(name)
        elif resource == "cpu" and _is_unready(pod, metrics[name], moment):
            groups.unready.append(name)
        else:
            groups.ready += 1
    return groups


def _is_unready(pod: Obj, metric: tuple[int, float, float], moment: Moment) -> bool:
    """Whether the CPU that a Pod uses says nothing yet: it starts up, or was never ready."""
    condition, started = pod_condition(pod, "Ready"), (pod.get("status") or {}).get("startTime")
    if condition is None or not started:
        return True
    start, since = parse_time(started), parse_time(condition.get("lastTransitionTime") or started)
    if start + moment.cpu_initialization > moment.now:
        _, measured, window = metric
        return condition["status"] == "False" or measured < since + window
    return condition["status"] == "False" and start + moment.initial_readiness > since


def readiness_changes(pods: Iterable[Obj], metrics: PodMetrics, moment: Moment) -> list[float]:
    """When the CPU that Pods use will count that does not count now, without anything happening to them."""
    times = []
    for pod in pods:
        metric = metrics.get(pod["metadata"]["name"])
        condition, started = pod_condition(pod, "Ready"), (pod.get("status") or {}).get("startTime")
        if metric is None or condition is None or not started:
            continue
        end = parse_time(started) + moment.cpu_initialization
        if condition["status"] != "False":
            end = min(end, parse_time(condition.get("lastTransitionTime") or started) + metric[2])
        if end > moment.now:
            times.append(end)
    return times


def calculate_requests(pods: list[Obj], container: str, resource: str) -> dict[str, int]:
    """What each Pod requests of a resource. Raises MetricsError where that is not said.

    Upstream: ``calculateRequests``.
    """
    found = {}
    for pod in pods:
        name, spec = pod["metadata"]["name"], pod["spec"]
        whole = (spec.get("resources") or {}).get("requests") or {}
        if not container and resource in whole:
            overhead = (spec.get("overhead") or {}).get(resource)
            found[name] = _milli(whole[resource]) + (_milli(overhead) if overhead else 0)
        else:
            found[name] = _container_requests(name, spec, container, resource)
    return found


def _container_requests(pod: str, spec: Obj, container: str, resource: str) -> int:
    sidecars = [each for each in spec.get("initContainers") or () if is_restartable_init_container(each)]
    total = 0
    for each in [*spec["containers"], *sidecars]:
        if container in ("", each["name"]):
            requests = (each.get("resources") or {}).get("requests") or {}
            if resource not in requests:
                raise MetricsError(f"missing request for {resource} in container {each['name']} of Pod {pod}")
            total += _milli(requests[resource])
        if container == each["name"]:
            return total
    if container:
        raise MetricsError(f"container {container} not found in Pod {pod}")
    return total


def _milli(amount: Any) -> int:
    return parse_quantity(amount).milli_value()


def _sift(pods: list[Obj], metrics: PodMetrics, resource: str, moment: Moment) -> tuple[Groups, PodMetrics]:
    """The Pods by what they count for, and the metrics of those that do."""
    if not pods:
        raise MetricsError(_NO_PODS)
    groups = group_pods(pods, metrics, resource, moment)
    out = {*groups.ignored, *groups.unready}
    kept = {name: metric for name, metric in metrics.items() if name not in out}
    if not kept:
        raise MetricsError(_NO_METRICS)
    return groups, kept


def _utilization_ratio(metrics: PodMetrics, requests: dict[str, int], target: int) -> tuple[float, int, int]:
    """(ratio to the target, utilization in percent, usage of a Pod); upstream: ``GetResourceUtilizationRatio``."""
    known = [name for name in metrics if name in requests]
    requested = sum(requests[name] for name in known)
    if not requested:
        raise MetricsError("no metrics returned matched known pods")
    used = sum(metrics[name][0] for name in known)
    utilization = used * 100 // requested
    return float(utilization) / float(target), utilization, used // len(known)


def _usage_ratio(metrics: PodMetrics, target: int) -> tuple[float, int]:
    """(ratio to the target, usage of a Pod); upstream: ``GetMetricUsageRatio``."""
    usage = sum(value for value, _, _ in metrics.values()) // len(metrics)
    return float(usage) / float(target), usage


def _settled(current: int, ratio: float, groups: Groups, tolerances: Tolerances) -> int | None:
    """The replicas where the ratio alone decides; None where Pods without metrics or not ready have to be thought of."""
    if groups.missing or (groups.unready and ratio > 1.0):
        return None
    return current if tolerances.is_within(ratio) else math.ceil(ratio * float(groups.ready))


def _filled(metrics: PodMetrics, ratio: float, groups: Groups, most: dict[str, int]) -> PodMetrics:
    """The metrics with guesses that are against a change: ``most`` of missing ones on the way down, nothing on the way up."""
    filled = dict(metrics)
    if ratio != 1.0:
        filled.update((name, (most[name] if ratio < 1.0 else 0, 0.0, 0.0)) for name in groups.missing)
    if ratio > 1.0:
        filled.update((name, (0, 0.0, 0.0)) for name in groups.unready)
    return filled


def _second_thought(current: int, ratio: float, new_ratio: float, counted: int, tolerances: Tolerances) -> int:
    """The replicas by the filled metrics, unless these would turn the direction round."""
    if tolerances.is_within(new_ratio) or (ratio < 1.0 < new_ratio) or (new_ratio < 1.0 < ratio):
        return current
    replicas = math.ceil(new_ratio * float(counted))
    if (new_ratio < 1.0 and replicas > current) or (new_ratio > 1.0 and replicas < current):
        return current
    return replicas
