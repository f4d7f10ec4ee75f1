import pytest
from workload_fakes import BORN, NOW, described, load

HPA = "horizontalpodautoscalers.autoscaling"
CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}


def autoscaler(**spec):
    obj = {
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "a", "namespace": "default", "creationTimestamp": BORN},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"}, "minReplicas": 2,
            "maxReplicas": 6, **spec,
        },
    }
    load(HPA).default(obj)
    load(HPA).prepare_for_create(obj)
    return obj


def errors(**spec):
    return [str(error) for error in load(HPA).validate(autoscaler(**spec))]


def metric(kind, target, **source):
    field = kind[0].lower() + kind[1:]
    return {"type": kind, field: {"target": target, **source}}


def test_without_metrics_cpu_decides():
    assert autoscaler()["spec"]["metrics"] == [CPU]


def test_a_new_autoscaler_has_one_replica_at_least_and_an_empty_status():
    obj = autoscaler(minReplicas=1)
    assert obj["spec"]["minReplicas"] == 1
    assert obj["status"] == {"currentMetrics": None, "desiredReplicas": 0}


def test_a_behavior_is_completed_in_both_directions():
    behavior = autoscaler(behavior={"scaleDown": {"stabilizationWindowSeconds": 60}})["spec"]["behavior"]
    assert behavior == {
        "scaleUp": {
            "policies": [
                {"type": "Pods", "value": 4, "periodSeconds": 15},
                {"type": "Percent", "value": 100, "periodSeconds": 15},
            ],
            "selectPolicy": "Max", "stabilizationWindowSeconds": 0,
        },
        "scaleDown": {
            "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}], "selectPolicy": "Max",
            "stabilizationWindowSeconds": 60,
        },
    }


AVERAGE = {"type": "AverageValue", "averageValue": "10"}
TOTAL = {"type": "Value", "value": "100"}


@pytest.mark.parametrize(("metrics", "current", "text"), [
    ([CPU], [], "cpu: <unknown>/80%"),
    ([CPU], [{"resource": {"current": {"averageUtilization": 35, "averageValue": "70m"}}}], "cpu: 35%/80%"),
    ([metric("Resource", AVERAGE, name="memory")], [{"resource": {"current": {"averageValue": "5"}}}], "memory: 5/10"),
    ([metric("Pods", AVERAGE, metric={"name": "rps"})], [], "<unknown>/10"),
    ([metric("External", AVERAGE)], [], "<unknown>/10 (avg)"),
    ([metric("External", TOTAL)], [{"external": {"current": {"value": "7"}}}], "7/100"),
    ([metric("Object", TOTAL)], [], "<unknown>/100"),
    ([metric("Object", AVERAGE)], [], "<unknown>/10 (avg)"),
    ([metric("ContainerResource", AVERAGE, name="cpu", container="c")], [], "cpu: <unknown>/10"),
    ([{"type": "Moon"}], [], "<unknown type>"),
    ([CPU, CPU], [], "cpu: <unknown>/80%, cpu: <unknown>/80%"),
    ([CPU, CPU, CPU, CPU], [], "cpu: <unknown>/80%, cpu: <unknown>/80% + 2 more..."),
])
def test_targets(metrics, current, text):
    obj = autoscaler(metrics=metrics)
    obj["status"] = {"currentMetrics": current, "currentReplicas": 3}
    assert load(HPA).row(obj, NOW + 3) == ("a", "Deployment/a", text, "2", "6", "3", "3s")


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, []),
    ({"minReplicas": 0}, [
        "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
        ("spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero "
        "replicas"),
    ]),
    ({"minReplicas": 7}, ["spec.maxReplicas: Invalid value: 6: must be greater than or equal to `minReplicas`"]),
    ({"maxReplicas": 0}, [
        "spec.maxReplicas: Required value: must be set and greater than 0",
        "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
    ]),
    ({"scaleTargetRef": {}}, [
        "spec.scaleTargetRef.kind: Required value", "spec.scaleTargetRef.name: Required value",
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
    ]),
    ({"scaleTargetRef": {"apiVersion": "v1", "kind": "ReplicationController", "name": "a/b"}},
     ['spec.scaleTargetRef.name: Invalid value: "a/b": may not contain \'/\'']),
    ({"metrics": [{"type": "Resource"}]},
     ["spec.metrics[0].resource: Required value: must populate information for the given metric source"]),
    ({"metrics": [{**CPU, "pods": {"metric": {"name": "m"}, "target": AVERAGE}}]},
     ["spec.metrics[0].pods: Forbidden: must populate the given metric source only"]),
    ({"metrics": [metric("Resource", {"type": "Utilization"}, name="cpu")]}, [
        ("spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a "
        "target utilization"),
    ]),
    ({"metrics": [metric("Pods", {"type": "Moon", "averageValue": "0"}, metric={"name": ""})]}, [
        "spec.metrics[0].pods.metric.name: Required value: must specify a metric name",
        'spec.metrics[0].pods.target.type: Invalid value: "Moon": must be either Utilization, Value, or AverageValue',
        'spec.metrics[0].pods.target.averageValue: Invalid value: "0": must be positive',
    ]),
    ({"behavior": {"scaleUp": {
        "policies": [{"type": "Pods", "value": 0, "periodSeconds": 1801}], "selectPolicy": "Some",
    }}}, [
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Some": supported values: "Disabled", "Max", "Min"',
        "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero",
        "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
    ]),
])
def test_rules(spec, expected):
    assert errors(**spec) == expected


def test_describe():
    obj = autoscaler(
        metrics=[
            CPU, metric("Object", TOTAL, metric={"name": "rps"}, describedObject={"kind": "Ingress", "name": "i"}),
        ],
        behavior={"scaleDown": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}},
    )
    obj["status"] = {
        "currentReplicas": 2, "desiredReplicas": 3,
        "currentMetrics": [
            {"type": "Resource", "resource": {"current": {"averageUtilization": 50, "averageValue": "5m"}}},
        ],
        "conditions": [{"type": "AbleToScale", "status": "True", "reason": "R", "message": "M"}],
    }
    assert described(obj) == (
        "Name:\ta\nNamespace:\tdefault\nLabels:\t<none>\nAnnotations:\t<none>\n"
        "CreationTimestamp:\tSat, 21 Nov 2026 14:45:17 +0000\nReference:\tDeployment/a\n"
        "Metrics:\t( current / target )\n"
        "  resource cpu on pods  (as a percentage of request):\t50% (5m) / 80%\n"
        '  "rps" on Ingress/i (target value):\t<unknown> / 100\n'
        "Min replicas:\t2\nMax replicas:\t6\nBehavior:\n"
        "  Scale Up:\n    Stabilization Window: 0 seconds\n    Select Policy: Max\n    Policies:\n"
        "      - Type: Pods\tValue: 4\tPeriod: 15 seconds\n      - Type: Percent\tValue: 100\tPeriod: 15 seconds\n"
        "  Scale Down:\n    Select Policy: Max\n    Policies:\n      - Type: Pods\tValue: 1\tPeriod: 60 seconds\n"
        "Deployment pods:\t2 current / 3 desired\n"
        "Conditions:\n  Type\tStatus\tReason\tMessage\n  ----\t------\t------\t-------\n  AbleToScale\tTrue\tR\tM\n"
        "Events of a\n"
    )
