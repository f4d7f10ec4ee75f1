"""The metrics APIs as an autoscaler asks them, with what they answer where they are not there or have nothing.

Upstream: ``pkg/controller/podautoscaler/metrics/client.go`` and the clients of ``k8s.io/metrics``.
"""

from __future__ import annotations

from minikctl.kinds.simulatedmetrics.measuring import Measured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]
    #: (value in thousandths, when it was measured, over how many seconds)
    PodMetric = tuple[int, float, float]
    PodMetrics = dict[str, PodMetric]

#: seconds that a metrics server looks back
WINDOW = 15.0
_RESOURCE_API = "unable to fetch metrics from resource metrics API: "
_CUSTOM_API = "unable to fetch metrics from custom metrics API: "
_EXTERNAL_API = "unable to fetch metrics from external metrics API: "
_NOT_THERE = "the server could not find the requested resource"


class MetricsError(Exception):
    """A metric cannot be had, or nothing follows from it; the message is upstream's."""


class MetricsClient:
    """Asks for metrics at one moment. Every method raises MetricsError."""

    def __init__(self, context: Context) -> None:
        self.measured = Measured(context)
        self._now = context.now()

    def resource_metric(self, resource: str, pods: list[Obj], container: str) -> PodMetrics:
        """What each of the Pods uses of a resource, in thousandths; of one container where named."""
        if not self.measured.serves():
            raise MetricsError(f"{_RESOURCE_API}{_NOT_THERE} (get pods.metrics.k8s.io)")
        found: PodMetrics = {}
        known = False
        index = {"cpu": 0, "memory": 1}.get(resource)
        for pod in pods:
            usage = self.measured.usage_of(pod)
            known = known or bool(usage)
            if index is None or not usage or (container and container not in usage):
                continue
            names = (container,) if container else tuple(usage)
            used = sum(usage[name][index] for name in names)
            found[pod["metadata"]["name"]] = (used if resource == "cpu" else used * 1000, self._now, WINDOW)
        if not known:
            raise MetricsError("no metrics returned from resource metrics API")
        return found

    def raw_metric(self, name: str, pods: list[Obj], selector: Selector) -> PodMetrics:
        """A custom metric of each of the Pods."""
        self._check_custom()
        values = self.measured.pods_metric(name, pods, selector)
        if not values:
            raise MetricsError(f"{_CUSTOM_API}the server could not find the metric {name} for pods")
        return {pod: (value, self._now, WINDOW) for pod, value in values.items()}

    def object_metric(self, name: str, namespace: str, reference: Obj, selector: Selector) -> int:
        """A custom metric of an object."""
        self._check_custom()
        value = self.measured.object_metric(name, namespace, reference, selector)
        if value is None:
            where = f"{_resource_name(reference)} {reference['name']}"
            raise MetricsError(f"{_CUSTOM_API}the server could not find the metric {name} for {where}")
        return value

    def external_metric(self, name: str, namespace: str, selector: Selector) -> list[int]:
        """The values of an external metric."""
        if not self.measured.serves("external"):
            raise MetricsError(f"{_EXTERNAL_API}{_NOT_THERE} (get {name}.external.metrics.k8s.io)")
        values = self.measured.external_metric(name, namespace, selector)
        if not values:
            raise MetricsError("no metrics returned from external metrics API")
        return values

    def _check_custom(self) -> None:
        if not self.measured.serves("pods", "objects"):
            raise MetricsError(f"{_CUSTOM_API}no custom metrics API (custom.metrics.k8s.io) registered")


def _resource_name(reference: Obj) -> str:
    """``ingresses.networking.k8s.io`` of a reference to an Ingress."""
    from minikctl import kinds

    info = kinds.info_for_object(reference.get("apiVersion") or "v1", reference["kind"])
    return info.resource if info is not None else str(reference["kind"]).lower() + "s"
