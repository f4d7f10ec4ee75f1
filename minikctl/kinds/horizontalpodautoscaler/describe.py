"""``describe`` of HorizontalPodAutoscalers (upstream: ``describeHorizontalPodAutoscalerV2`` in kubectl)."""

from __future__ import annotations

from minikctl.errors import quote
from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.horizontalpodautoscaler import METRIC_FIELDS, current_and_target
from minikctl.lib.times import describe_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Writer

    Obj = dict[str, Any]


def describe_autoscaler(out: Writer, obj: Obj) -> None:
    """Write the autoscaler ``obj`` with its events."""
    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    target = spec.get("scaleTargetRef") or {}
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, f"CreationTimestamp:\t{describe_time(metadata.get('creationTimestamp'))}\n")
    out.write(0, f"Reference:\t{target.get('kind', '')}/{target.get('name', '')}\n")
    out.write(0, "Metrics:\t( current / target )\n")
    measured = status.get("currentMetrics") or ()
    for index, metric in enumerate(spec.get("metrics") or ()):
        _describe_metric(out, metric, measured[index] if index < len(measured) else {})
    out.write(0, f"Min replicas:\t{spec.get('minReplicas', '<unset>')}\n")
    out.write(0, f"Max replicas:\t{spec.get('maxReplicas', 0)}\n")
    behavior = spec.get("behavior")
    if behavior is not None:
        out.write(0, "Behavior:\n")
        _describe_rules(out, "Scale Up", behavior.get("scaleUp"))
        _describe_rules(out, "Scale Down", behavior.get("scaleDown"))
    current, desired = status.get("currentReplicas", 0), status.get("desiredReplicas", 0)
    out.write(0, f"{target.get('kind', '')} pods:\t{current} current / {desired} desired\n")
    if status.get("conditions"):
        out.write(0, "Conditions:\n")
        out.write(1, "Type\tStatus\tReason\tMessage\n")
        out.write(1, "----\t------\t------\t-------\n")
        for condition in status["conditions"]:
            out.write(
                1,
                f"{condition['type']}\t{condition['status']}\t{condition.get('reason', '')}\t"
                f"{condition.get('message', '')}\n",
            )
    out.events(obj)


def _describe_metric(out: Writer, metric: Obj, measured: Obj) -> None:
    field = METRIC_FIELDS.get(metric.get("type", ""))
    if field is None:
        out.write(1, f"<unknown metric type {quote(metric.get('type', ''))}>\n")
        return
    source = metric.get(field) or {}
    target, current = source.get("target") or {}, (measured.get(field) or {}).get("current")
    now, wanted = current_and_target(field, target, current)
    out.write(1, f"{_title(field, source, target)}:\t{_with_amount(now, target, current)} / {wanted}\n")


def _title(field: str, source: Obj, target: Obj) -> str:
    """What a metric measures, and of what."""
    average = "averageValue" in target
    if field in ("resource", "containerResource"):
        container = f' of container "{source.get("container", "")}"' if field == "containerResource" else ""
        # The second blank is upstream's: it writes both parts with an indent.
        part = "" if average else "  (as a percentage of request)"
        return f"resource {source.get('name', '')}{container} on pods{part}"
    name = (source.get("metric") or {}).get("name", "")
    if field == "pods":
        return f"{quote(name)} on pods"
    kind = "target average value" if average else "target value"
    if field == "external":
        return f"{quote(name)} ({kind})"
    described = source.get("describedObject") or {}
    return f'"{name}" on {described.get("kind", "")}/{described.get("name", "")} ({kind})'


def _with_amount(now: str, target: Obj, current: Obj | None) -> str:
    """A measured utilization with the amount behind it: ``50% (100m)``."""
    amount = (current or {}).get("averageValue")
    return f"{now} ({amount})" if now.endswith("%") and "averageValue" not in target and amount is not None else now


def _describe_rules(out: Writer, direction: str, rules: Obj | None) -> None:
    """Write the rules of one direction."""
    if rules is None:
        return
    out.write(1, f"{direction}:\n")
    if rules.get("stabilizationWindowSeconds") is not None:
        out.write(2, f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds\n")
    if rules.get("policies"):
        out.write(2, f"Select Policy: {rules.get('selectPolicy', 'Max')}\n")
        out.write(2, "Policies:\n")
        for policy in rules["policies"]:
            out.write(
                3, f"- Type: {policy['type']}\tValue: {policy['value']}\tPeriod: {policy['periodSeconds']} seconds\n",
            )
