"""HorizontalPodAutoscaler (autoscaling/v2): how many replicas a workload has, by what is measured of it.

Upstream: ``pkg/apis/autoscaling/v2/defaults.go``, ``pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go`` and
``printHorizontalPodAutoscaler`` in ``pkg/printers/internalversion/printers.go``. Rules and ``describe`` stand in the
modules beside this one.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]

DEFAULT_CPU_UTILIZATION = 80  # percent
#: how many metrics TARGETS shows
SHOWN_METRICS = 2
#: the field of a metric that belongs to its type
METRIC_FIELDS = {
    "ContainerResource": "containerResource", "External": "external", "Object": "object", "Pods": "pods",
    "Resource": "resource",
}


class HorizontalPodAutoscalerKind(Kind):
    """The hooks of HorizontalPodAutoscalers."""

    columns = (
        Column("NAME"), Column("REFERENCE"), Column("TARGETS"), Column("MINPODS"), Column("MAXPODS"),
        Column("REPLICAS"), Column("AGE"),
    )
    has_status = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``. Upstream: ``SetDefaults_HorizontalPodAutoscaler`` and its behavior's."""
        spec = obj.setdefault("spec", {})
        spec.setdefault("scaleTargetRef", {"kind": "", "name": ""})
        spec.setdefault("maxReplicas", 0)
        spec.setdefault("minReplicas", 1)
        if not spec.get("metrics"):
            target = {"type": "Utilization", "averageUtilization": DEFAULT_CPU_UTILIZATION}
            spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
        for metric in spec["metrics"]:
            _canonical_target(metric)
        behavior = spec.get("behavior")
        if behavior is not None:
            behavior["scaleUp"] = _scaling_rules(behavior.get("scaleUp"), (("Pods", 4), ("Percent", 100)), 0)
            behavior["scaleDown"] = _scaling_rules(behavior.get("scaleDown"), (("Percent", 100),), None)

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``; these fields of the status are written even when they are empty."""
        obj["status"] = {"currentMetrics": None, "desiredReplicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.horizontalpodautoscaler.validation import validate_spec

        return validate_spec(obj["spec"], "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again; nothing is immutable."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
        target = spec.get("scaleTargetRef") or {}
        return (
            metadata["name"], f"{target.get('kind', '')}/{target.get('name', '')}",
            format_metrics(spec.get("metrics") or (), status.get("currentMetrics") or ()),
            str(spec.get("minReplicas", "<unset>")), str(spec.get("maxReplicas", 0)),
            str(status.get("currentReplicas", 0)), age(metadata.get("creationTimestamp"), now),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.horizontalpodautoscaler.describe import describe_autoscaler

        describe_autoscaler(out, obj)


def format_metrics(metrics: Sequence[Obj], current: Sequence[Obj]) -> str:
    """Return the cell TARGETS: ``cpu: 50%/80%, 3/10 + 1 more...`` (upstream: ``formatHPAMetrics``)."""
    if not metrics:
        return "<none>"
    texts = [_format_metric(metric, current[i] if i < len(current) else {}) for i, metric in enumerate(metrics)]
    shown = ", ".join(texts[:SHOWN_METRICS])
    more = len(texts) - SHOWN_METRICS
    return f"{shown} + {more} more..." if more > 0 else shown


def _format_metric(metric: Obj, measured: Obj) -> str:
    field = METRIC_FIELDS.get(metric.get("type", ""))
    if field is None:
        return "<unknown type>"
    source = metric.get(field) or {}
    target = source.get("target") or {}
    now, wanted = current_and_target(field, target, (measured.get(field) or {}).get("current"))
    if field in ("resource", "containerResource"):
        return f"{source.get('name', '')}: {now}/{wanted}"
    return f"{now}/{wanted}" + (" (avg)" if field != "pods" and "averageValue" in target else "")


def current_and_target(field: str, target: Obj, current: Obj | None) -> tuple[str, str]:
    """Return what was measured (``<unknown>`` without a measurement) and what is wanted, as texts.

    ``field`` is one of ``METRIC_FIELDS``; ``target`` and ``current`` are the metric's target and its current value.
    """
    measured = current or {}
    if "averageValue" in target or field == "pods":
        wanted, now = str(target.get("averageValue", "0")), measured.get("averageValue")
    elif field in ("resource", "containerResource"):
        utilization, current_utilization = target.get("averageUtilization"), measured.get("averageUtilization")
        wanted = "<auto>" if utilization is None else f"{utilization}%"
        now = None if current_utilization is None else f"{current_utilization}%"
    else:
        wanted, now = str(target.get("value", "0")), measured.get("value")
    return "<unknown>" if now is None else str(now), wanted


def _scaling_rules(rules: Obj | None, policies: Sequence[tuple[str, int]], window: int | None) -> Obj:
    """The rules of one direction, complete (upstream: ``GenerateHPAScaleUpRules`` and its twin)."""
    filled: Obj = {
        "policies": [{"type": kind, "value": value, "periodSeconds": 15} for kind, value in policies],
        "selectPolicy": "Max",
    }
    if window is not None:
        filled["stabilizationWindowSeconds"] = window
    filled.update((key, value) for key, value in (rules or {}).items() if value is not None)
    return filled


def _canonical_target(metric: Obj) -> None:
    """Write the amounts of a metric's target as the API server does."""
    from minikctl.lib.quantity import QuantityError, canonical

    field = METRIC_FIELDS.get(metric.get("type", ""))
    target = ((metric.get(field) if field else None) or {}).get("target") or {}
    for amount in ("value", "averageValue"):
        if amount in target:
            try:
                target[amount] = canonical(target[amount])
            except QuantityError:
                continue


KIND = HorizontalPodAutoscalerKind
