"""HorizontalPodAutoscalers of ``autoscaling/v1``: the same objects, with one target and all else in annotations.

The version knows a target for CPU alone. Other metrics, the conditions, what was measured and the behavior of a newer one stand
as JSON in annotations, and are read from them again. Upstream: ``pkg/apis/autoscaling/v1/conversion.go``.
"""

from __future__ import annotations

import json

from minikctl.kinds.base import Kind
from minikctl.kinds.horizontalpodautoscaler import KIND as NEWER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds import KindInfo
    from minikctl.kinds.base import Obj, Reader, Writer

_PREFIX = "autoscaling.alpha.kubernetes.io/"
METRICS, CURRENT, CONDITIONS, BEHAVIOR = (f"{_PREFIX}{name}" for name in ("metrics", "current-metrics", "conditions", "behavior"))
ANNOTATIONS = (METRICS, CURRENT, CONDITIONS, BEHAVIOR)
#: sources of metrics, by their type
_SOURCES = {
    "Resource": "resource", "ContainerResource": "containerResource", "Pods": "pods", "Object": "object", "External": "external",
}
#: what a target or a value is called in the flat form of v1, for each type of source: of resources, Pods, Objects, others
_TARGETS = {
    "Resource": {"averageUtilization": "targetAverageUtilization", "averageValue": "targetAverageValue"},
    "ContainerResource": {"averageUtilization": "targetAverageUtilization", "averageValue": "targetAverageValue"},
    "Pods": {"averageValue": "targetAverageValue"},
    "Object": {"value": "targetValue", "averageValue": "averageValue"},
    "External": {"value": "targetValue", "averageValue": "targetAverageValue"},
}
_VALUES = {
    "Resource": {"averageUtilization": "currentAverageUtilization", "averageValue": "currentAverageValue"},
    "ContainerResource": {"averageUtilization": "currentAverageUtilization", "averageValue": "currentAverageValue"},
    "Pods": {"averageValue": "currentAverageValue"},
    "Object": {"value": "currentValue", "averageValue": "averageValue"},
    "External": {"value": "currentValue", "averageValue": "currentAverageValue"},
}
_TARGET_TYPES = {"averageUtilization": "Utilization", "averageValue": "AverageValue", "value": "Value"}


class Older(Kind):
    """The hooks of HorizontalPodAutoscalers as ``autoscaling/v1`` has them."""

    columns = NEWER.columns
    has_status = True

    def __init__(self, info: KindInfo) -> None:
        super().__init__(info)
        self._newer = NEWER(info)

    def to_hub(self, obj: Obj) -> Obj:
        """As ``autoscaling/v2`` has it."""
        meta, spec = dict(obj["metadata"]), dict(obj.get("spec") or {})
        notes = dict(meta.get("annotations") or {})
        told = {name: _read(notes.pop(name)) for name in ANNOTATIONS if name in notes}
        if "annotations" in meta:
            meta["annotations"] = notes
            if not notes:
                del meta["annotations"]
        utilization = spec.pop("targetCPUUtilizationPercentage", None)
        metrics = [_nested(metric, "target") for metric in told.get(METRICS) or ()]
        if utilization is not None:
            target = {"type": "Utilization", "averageUtilization": utilization}
            metrics.insert(0, {"type": "Resource", "resource": {"name": "cpu", "target": target}})
        if metrics:
            spec["metrics"] = metrics
        if told.get(BEHAVIOR):
            spec["behavior"] = told[BEHAVIOR]
        hub: Obj = {**obj, "apiVersion": "autoscaling/v2", "metadata": meta, "spec": spec}
        if obj.get("status"):
            hub["status"] = _newer_status(obj["status"], told)
        return hub

    def from_hub(self, obj: Obj) -> Obj:
        """As ``autoscaling/v1`` has it."""
        meta, spec, status = dict(obj["metadata"]), dict(obj["spec"]), dict(obj.get("status") or {})
        notes = dict(meta.get("annotations") or {})
        others = []
        for metric in spec.pop("metrics", None) or ():
            utilization = _cpu(metric, "target")
            if utilization is not None and "targetCPUUtilizationPercentage" not in spec:
                spec["targetCPUUtilizationPercentage"] = utilization
            else:
                others.append(_flat(metric, "target"))
        measured = []
        for metric in status.pop("currentMetrics", None) or ():
            utilization = _cpu(metric, "current")
            if utilization is not None:
                status["currentCPUUtilizationPercentage"] = utilization
            measured.append(_flat(metric, "current"))
        told = {
            METRICS: others, CURRENT: measured, CONDITIONS: status.pop("conditions", None), BEHAVIOR: spec.pop("behavior", None),
        }
        notes.update({name: json.dumps(value, separators=(",", ":")) for name, value in told.items() if value})
        if notes:
            meta["annotations"] = notes
        shown = {**obj, "apiVersion": self.info.api_version, "metadata": meta, "spec": spec}
        if "status" in obj:
            shown["status"] = {"currentReplicas": 0, "desiredReplicas": 0, **status}
        return shown

    def _defaulted(self, obj: Obj) -> Obj:
        hub: Obj = json.loads(json.dumps(self.to_hub(obj)))
        self._newer.default(hub)
        return hub

    def validate(self, obj: Obj) -> list[FieldError]:
        """The rules of the newer version, under the names of its fields, as upstream."""
        return self._newer.validate(self._defaulted(obj))

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """As ``validate``."""
        return self._newer.validate_update(self._defaulted(obj), self._defaulted(old))

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """As in the newer version."""
        return self._newer.row(self.to_hub(obj), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """As in the newer version."""
        self._newer.describe(out, self.to_hub(obj), read)


def _newer_status(status: Obj, told: dict[str, Any]) -> Obj:
    """The status with the measurements and conditions that annotations have."""
    status = dict(status)
    utilization = status.pop("currentCPUUtilizationPercentage", None)
    measured = [_nested(metric, "current") for metric in told.get(CURRENT) or ()]
    if utilization is not None and not any(_cpu(metric, "current") is not None for metric in measured):
        current = {"averageUtilization": utilization}
        measured.insert(0, {"type": "Resource", "resource": {"name": "cpu", "current": current}})
    if measured:
        status["currentMetrics"] = measured
    if told.get(CONDITIONS):
        status["conditions"] = told[CONDITIONS]
    return status


def _read(text: str) -> Any:
    """What an annotation has; None where it is no JSON (it is then passed over)."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _cpu(metric: Obj, field: str) -> int | None:
    """The utilization of CPU that a metric of the newer version has as its target or current value."""
    source = metric.get("resource") or {}
    if metric.get("type") != "Resource" or source.get("name") != "cpu":
        return None
    found: int | None = (source.get(field) or {}).get("averageUtilization")
    return found


def _flat(metric: Obj, field: str) -> Obj:
    """A metric as the annotations have it: names and values beside each other."""
    kind = metric.get("type", "")
    if not kind:  # the place of a metric that could not be had
        return {"type": ""}
    source = dict(metric.get(_SOURCES.get(kind, "")) or {})
    values, named = source.pop(field, None) or {}, source.pop("metric", None) or {}
    names = (_TARGETS if field == "target" else _VALUES).get(kind, {})
    if kind == "Object":
        source["target"] = source.pop("describedObject", {})
    if named:
        source["metricName"] = named.get("name", "")
        if named.get("selector"):
            source["metricSelector" if kind == "External" else "selector"] = named["selector"]
    source.update({names[name]: value for name, value in values.items() if name in names})
    return {"type": kind, _SOURCES.get(kind, "resource"): source}


def _nested(metric: Obj, field: str) -> Obj:
    """A metric of the annotations as the newer version has it."""
    kind = metric.get("type", "")
    if not kind:
        return {"type": ""}
    source = dict(metric.get(_SOURCES.get(kind, "")) or {})
    names = (_TARGETS if field == "target" else _VALUES).get(kind, {})
    if kind == "Object":
        source["describedObject"] = source.pop("target", {})
    if "metricName" in source:
        source["metric"] = {"name": source.pop("metricName")}
        selector = source.pop("metricSelector", None) or source.pop("selector", None)
        if selector:
            source["metric"]["selector"] = selector
    values = {name: source.pop(flat) for name, flat in names.items() if flat in source}
    if field == "target":
        source["target"] = {"type": next((_TARGET_TYPES[name] for name in values), ""), **values}
    else:
        source["current"] = values
    return {"type": kind, _SOURCES.get(kind, "resource"): source}


KIND = Older
