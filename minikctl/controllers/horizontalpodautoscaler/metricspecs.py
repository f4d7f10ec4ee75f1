"""The metrics of an autoscaler's spec: what each asks for, what is shown of it, and what is said where it fails.

Upstream: ``computeReplicasForMetrics`` and its ``computeStatusFor...`` in ``pkg/controller/podautoscaler/horizontal.go``.
"""

from __future__ import annotations

from minikctl.controllers.horizontalpodautoscaler.metricsclient import MetricsClient, MetricsError
from minikctl.controllers.horizontalpodautoscaler.replicacalculator import (
    Moment,
    Tolerances,
    per_pod_replicas,
    plain_metric_replicas,
    readiness_changes,
    resource_replicas,
    usage_ratio_replicas,
)
from minikctl.kinds.horizontalpodautoscaler import METRIC_FIELDS
from minikctl.lib.labels import SelectorError, from_label_selector
from minikctl.lib.quantity import BINARY_SI, DECIMAL_SI, MILLI, Quantity, parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.controllers.horizontalpodautoscaler.targets import Scale
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]
    #: (replicas, what the metric is called in messages, its status)
    Proposal = tuple[int, str, Obj]


class MetricFailure(Exception):  # noqa: N818 - it is what the event says, and need not be the whole's failure
    """A metric asks for nothing: ``reason`` and ``message`` of the event, and ``whole``, what the last event says then."""

    def __init__(self, reason: str, message: str, whole: str) -> None:
        super().__init__(whole)
        self.reason = reason
        self.message = message
        self.whole = whole


class MetricComputer:
    """Computes the metrics of one autoscaler at one moment."""

    def __init__(self, context: Context, hpa: Obj, scale: Scale, pods: list[Obj]) -> None:
        self.client = MetricsClient(context)
        self._namespace: str = hpa["metadata"]["namespace"]
        self._scale = scale
        self._pods = pods
        self._moment = Moment(context.now())
        self._tolerances = tolerances_of(hpa["spec"].get("behavior") or {})
        #: when time alone may change what metrics ask for
        self.again: list[float] = []

    def compute(self, spec: Obj) -> Proposal:
        """What one metric of the spec asks for. Raises MetricFailure."""
        kind = spec["type"]
        field = METRIC_FIELDS[kind]
        compute: Callable[[str, Obj], Proposal] = {
            "Object": self._object, "Pods": self._pods_metric, "External": self._external,
        }.get(kind, self._resource)
        replicas, name, status = compute(field, spec[field])
        return replicas, name, {"type": kind, field: status}

    def _resource(self, field: str, source: Obj) -> Proposal:
        """Resource and ContainerResource metrics."""
        resource, container, target = source["name"], source.get("container", ""), source["target"]
        title = "container resource" if field == "containerResource" else "resource"
        average = target.get("averageValue")
        try:
            try:
                metrics = self.client.resource_metric(resource, self._pods, container)
            except MetricsError as error:
                raise MetricsError(f"unable to get metrics for resource {resource}: {error}") from error
            if resource == "cpu":
                self.again += readiness_changes(self._pods, metrics, self._moment)
            given = (metrics, self._pods, self._tolerances, self._moment)
            if average is not None:
                replicas, usage = plain_metric_replicas(self._scale.spec_replicas, _milli(average), resource, *given)
                current: Obj = {"averageValue": _amount(resource, usage)}
                name = f"{resource} resource"
            else:
                replicas, percent, usage = resource_replicas(
                    self._scale.spec_replicas, target["averageUtilization"], resource, *given, container
                )
                current = {"averageUtilization": percent, "averageValue": _amount(resource, usage)}
                name = f"{resource} {title} utilization (percentage of request)"
        except MetricsError as error:
            words = f"failed to get {resource} {'utilization' if average is None else 'usage'}: {error}"
            if field == "containerResource":
                whole = f"failed to get {container} container metric value: {words}"
                raise MetricFailure("FailedGetContainerResourceMetric", words, whole) from error
            whole = f"failed to get {resource} resource metric value: {words}"
            raise MetricFailure("FailedGetResourceMetric", words, whole) from error
        identity = {"container": container, "name": resource} if field == "containerResource" else {"name": resource}
        return replicas, name, {**identity, "current": current}

    def _pods_metric(self, field: str, source: Obj) -> Proposal:  # noqa: ARG002 - as the others
        metric, target = source["metric"], source["target"]
        try:
            selector = _selector(metric)
            try:
                metrics = self.client.raw_metric(metric["name"], self._pods, selector)
            except MetricsError as error:
                raise MetricsError(f"unable to get metric {metric['name']}: {error}") from error
            replicas, usage = plain_metric_replicas(
                self._scale.spec_replicas, _milli(target["averageValue"]), "", metrics, self._pods, self._tolerances,
                self._moment,
            )
        except MetricsError as error:
            whole = f"failed to get pods metric value: {error}"
            raise MetricFailure("FailedGetPodsMetric", str(error), whole) from error
        status = {"current": {"averageValue": _decimal(usage)}, "metric": _identity(metric)}
        return replicas, f"pods metric {metric['name']}", status

    def _object(self, field: str, source: Obj) -> Proposal:  # noqa: ARG002 - as the others
        metric, target, reference = source["metric"], source["target"], source["describedObject"]
        average = target["type"] == "AverageValue" and target.get("averageValue") is not None
        try:
            selector = _selector(metric)
            _check_target(target, average=average)
            try:
                usage = self.client.object_metric(metric["name"], self._namespace, reference, selector)
            except MetricsError as error:
                where = f"{reference['kind']} {self._namespace}/{reference['name']}"
                raise MetricsError(f"unable to get metric {metric['name']} on {where}: {error}") from error
            replicas, current = self._by_one_value(usage, target, average=average)
        except MetricsError as error:
            words = f"failed to get {metric['name']} object metric: {error}" if average else str(error)
            whole = f"failed to get object metric value: {words}"
            raise MetricFailure("FailedGetObjectMetric", str(error), whole) from error
        name = f"{reference['kind']} metric {metric['name']}"
        if average:
            name = f"external metric {metric['name']}({format_selector(metric.get('selector'))})"  # upstream's words
        return replicas, name, {"current": current, "describedObject": reference, "metric": _identity(metric)}

    def _external(self, field: str, source: Obj) -> Proposal:  # noqa: ARG002 - as the others
        metric, target = source["metric"], source["target"]
        average = target.get("averageValue") is not None
        shown = format_selector(metric.get("selector"))
        try:
            selector = _selector(metric)
            try:
                usage = sum(self.client.external_metric(metric["name"], self._namespace, selector))
            except MetricsError as error:
                where = f"{self._namespace}/{metric['name']}/{shown}"
                raise MetricsError(f"unable to get external metric {where}: {error}") from error
            replicas, current = self._by_one_value(usage, target, average=average)
        except MetricsError as error:
            inner = f"failed to get {metric['name']} external metric" if average else (
                f"failed to get external metric {metric['name']}"
            )
            whole = f"failed to get {metric['name']} external metric value: {inner}: {error}"
            raise MetricFailure("FailedGetExternalMetric", str(error), whole) from error
        status = {"current": current, "metric": _identity(metric)}
        return replicas, f"external metric {metric['name']}({shown})", status

    def _by_one_value(self, usage: int, target: Obj, *, average: bool) -> tuple[int, Obj]:
        """(replicas, current value) by one value for all Pods; ``average``: of which each should have its part."""
        if average:
            replicas, usage = per_pod_replicas(
                self._scale.status_replicas, _milli(target["averageValue"]), usage, self._tolerances
            )
            return replicas, {"averageValue": _decimal(usage)}
        ratio = float(usage) / float(_milli(target["value"]))
        replicas = usage_ratio_replicas(self._scale.spec_replicas, ratio, self._pods, self._tolerances)
        return replicas, {"value": _decimal(usage)}


def tolerances_of(behavior: Obj) -> Tolerances:
    """What is near enough to the target (upstream: ``tolerancesForHpa``)."""
    found = Tolerances()
    up, down = ((behavior.get(direction) or {}).get("tolerance") for direction in ("scaleUp", "scaleDown"))
    if up is not None:
        found.scale_up = parse_quantity(up).as_float()
    if down is not None:
        found.scale_down = parse_quantity(down).as_float()
    return found


def format_selector(selector: Obj | None) -> str:
    """A metric's selector as Go prints it in messages (the generated ``String`` of metav1.LabelSelector)."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{each.get('key', '')},Operator:{each.get('operator', '')},"
        f"Values:[{' '.join(each.get('values') or ())}],}},"
        for each in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )


def _check_target(target: Obj, *, average: bool) -> None:
    """The type and the value of an object metric's target have to fit together."""
    if not average and (target["type"] != "Value" or target.get("value") is None):
        raise MetricsError("invalid object metric source: neither a value target nor an average value target was set")


def _selector(metric: Obj) -> Selector:
    """The selector of a metric's labels; without one every metric of the name is meant."""
    try:
        return from_label_selector(metric.get("selector") or {})
    except SelectorError as error:
        raise MetricsError(str(error)) from error


def _identity(metric: Obj) -> Obj:
    selector = metric.get("selector")
    return {"name": metric["name"]} if selector is None else {"name": metric["name"], "selector": selector}


def _milli(amount: Any) -> int:
    return parse_quantity(amount).milli_value()


def _decimal(milli: int) -> str:
    return str(Quantity.make(milli, MILLI, DECIMAL_SI))


def _amount(resource: str, milli: int) -> str:
    """What is used of a resource, written as a metrics server does (upstream: ``buildQuantity``)."""
    return str(Quantity.make(milli, MILLI, BINARY_SI if resource == "memory" else DECIMAL_SI))
