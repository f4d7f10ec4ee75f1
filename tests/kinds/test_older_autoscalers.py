"""HorizontalPodAutoscalers of autoscaling/v1: the same objects as those of v2, whichever of the two was written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl import kinds

Obj = dict[str, Any]

OLDER = """\
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 5
  targetCPUUtilizationPercentage: 60
"""


def older() -> Any:
    info = kinds.find_kind("horizontalpodautoscalers.v1.autoscaling")
    assert info is not None
    return kinds.load(info)


def newer(metrics: list[Obj], **more: Any) -> Obj:
    return {
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web", "namespace": "default"},
        "spec": {"maxReplicas": 5, "metrics": metrics, **more},
    }


CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}}
METRIC = {"name": "requests", "selector": {"matchLabels": {"a": "b"}}}


@pytest.mark.parametrize(("metric", "flat"), [
    ({"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}},
     {"type": "Resource", "resource": {"name": "memory", "targetAverageValue": "1Gi"}}),
    ({"type": "ContainerResource", "containerResource": {
        "name": "cpu", "container": "c", "target": {"type": "Utilization", "averageUtilization": 5}}},
     {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "c", "targetAverageUtilization": 5}}),
    ({"type": "Pods", "pods": {"metric": METRIC, "target": {"type": "AverageValue", "averageValue": "1"}}},
     {"type": "Pods", "pods": {
         "metricName": "requests", "selector": {"matchLabels": {"a": "b"}}, "targetAverageValue": "1"}}),
    ({"type": "Object", "object": {
        "describedObject": {"kind": "Service", "name": "s"}, "metric": METRIC, "target": {"type": "Value", "value": "1"}}},
     {"type": "Object", "object": {
         "target": {"kind": "Service", "name": "s"}, "metricName": "requests", "selector": {"matchLabels": {"a": "b"}},
         "targetValue": "1"}}),
    ({"type": "External", "external": {"metric": METRIC, "target": {"type": "AverageValue", "averageValue": "1"}}},
     {"type": "External", "external": {
         "metricName": "requests", "metricSelector": {"matchLabels": {"a": "b"}}, "targetAverageValue": "1"}}),
])
def test_other_metrics_stand_in_an_annotation(metric: Obj, flat: Obj) -> None:
    hub = newer([CPU, metric])
    shown = older().from_hub(hub)
    assert shown["spec"] == {"maxReplicas": 5, "targetCPUUtilizationPercentage": 60}
    assert json.loads(shown["metadata"]["annotations"]["autoscaling.alpha.kubernetes.io/metrics"]) == [flat]
    assert older().to_hub(shown) == hub


@settings(max_examples=30)
@given(
    st.integers(1, 100), st.integers(0, 9), st.sampled_from(["", "True", "False"]), st.integers(0, 300),
)
def test_there_and_back(cpu: int, replicas: int, ready: str, window: int) -> None:
    hub = newer([{**CPU, "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": cpu}}}])
    if window:
        hub["spec"]["behavior"] = {"scaleDown": {"stabilizationWindowSeconds": window}}
    hub["status"] = {"currentReplicas": replicas, "desiredReplicas": replicas}
    hub["status"]["currentMetrics"] = [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": cpu}}}]
    if ready:
        hub["status"]["conditions"] = [{"type": "AbleToScale", "status": ready}]
    shown = older().from_hub(hub)
    assert shown["status"]["currentCPUUtilizationPercentage"] == cpu
    assert older().to_hub(shown) == hub


def test_an_annotation_that_is_no_json_is_passed_over() -> None:
    shown = {**newer([]), "spec": {"maxReplicas": 1}}
    shown["metadata"] = {"name": "web", "annotations": {"autoscaling.alpha.kubernetes.io/metrics": "{"}}
    assert older().to_hub(shown)["spec"] == {"maxReplicas": 1}


def test_on_the_command_line(cluster):
    cluster.ok("apply", "-f", "-", stdin=OLDER)
    assert cluster.ok("apply", "-f", "-", stdin=OLDER) == "horizontalpodautoscaler.autoscaling/web unchanged\n"
    assert cluster.ok("get", "hpa", "web", "-o", "jsonpath={.apiVersion} {..averageUtilization}") == "autoscaling/v2 60"
    words = ("get", "horizontalpodautoscalers.v1.autoscaling", "web", "-o", "jsonpath={.apiVersion} {.spec.targetCPUUtilizationPercentage}")
    assert cluster.ok(*words) == "autoscaling/v1 60"
    assert cluster.ok("get", "horizontalpodautoscalers.v1.autoscaling") == cluster.ok("get", "hpa")
    assert cluster.ok("describe", "horizontalpodautoscalers.v1.autoscaling", "web") == cluster.ok("describe", "hpa", "web")
    cluster.ok("patch", "hpa", "web", "-p", '{"spec":{"metrics":[{"type":"Resource","resource":{"name":"memory","target":'
               '{"type":"AverageValue","averageValue":"1Gi"}}}]}}')
    assert "targetAverageValue" in cluster.ok("get", "horizontalpodautoscalers.v1.autoscaling", "web", "-o", "jsonpath={.metadata.annotations}")
    assert cluster("apply", "-f", "-", stdin=OLDER.replace("5", "0")).err == (
        'The HorizontalPodAutoscaler "web" is invalid: \n* spec.maxReplicas: Required value: must be set and greater than 0\n'
        "* spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`\n"
    )
    assert cluster("get", "horizontalpodautoscalers.v1.autoscaling", "x").err == (
        'Error from server (NotFound): horizontalpodautoscalers.autoscaling "x" not found\n'
    )
    assert cluster.ok("get", "all", "-o", "name").count("horizontalpodautoscaler.autoscaling/web") == 1
    assert cluster.ok("api-resources", "-o", "name").count("horizontalpodautoscalers.autoscaling") == 1
    assert "autoscaling/v1\n" in cluster.ok("api-versions")
    assert cluster.ok("replace", "-f", "-", stdin=OLDER) == "horizontalpodautoscaler.autoscaling/web replaced\n"
    assert cluster.ok("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=OLDER.replace("60", "50")) == (
        "horizontalpodautoscaler.autoscaling/web serverside-applied\n"
    )
    assert cluster.ok("get", "hpa", "web", "-o", "jsonpath={..averageUtilization}") == "50"
    assert cluster.ok("delete", "-f", "-", stdin=OLDER) == 'horizontalpodautoscaler.autoscaling "web" deleted from default namespace\n'
