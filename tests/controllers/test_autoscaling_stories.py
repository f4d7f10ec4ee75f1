"""HorizontalPodAutoscalers in simulated time: loops that come to rest, windows, policies, failures and their words."""

from __future__ import annotations

import json

import pytest
from wholecluster import WholeCluster

from minikctl.lib.times import format_time, parse_time

HPA = "horizontalpodautoscalers.autoscaling"
DEPLOYMENTS = "deployments.apps"
START = parse_time("2026-06-01T12:00:00Z")


@pytest.fixture
def whole(tmp_path):
    cluster = WholeCluster(tmp_path)
    yield cluster
    cluster.store.close()


def deployment(name="web", replicas=2, requests=None):
    container = {"name": "c", "image": "i", "resources": {"requests": {"cpu": "500m", "memory": "100Mi"} if requests is None else requests}}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }


def cpu(percent=80):
    return {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}}}


def autoscaler(*metrics, name="web", kind="Deployment", api_version="apps/v1", target="web", **spec):
    return {
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "scaleTargetRef": {"apiVersion": api_version, "kind": kind, "name": target}, "minReplicas": 1,
            "maxReplicas": 10, "metrics": list(metrics) or [cpu()], **spec,
        },
    }


def metrics(name="m", **spec):
    return {"apiVersion": "minikctl.dev/v1alpha1", "kind": "SimulatedMetrics", "metadata": {"name": name}, "spec": spec}


def status(whole, name="web"):
    return whole.api.get(HPA, "default", name)["status"]


def conditions(whole, name="web"):
    return {each["type"]: (each["status"], each["reason"], each["message"]) for each in status(whole, name)["conditions"]}


def replicas(whole, name="web", resource=DEPLOYMENTS):
    return whole.api.get(resource, "default", name)["spec"]["replicas"]


def events(whole, reason=None):
    found = [each for each in whole.api.list("events", "default") if each["involvedObject"]["kind"] == "HorizontalPodAutoscaler"]
    found.sort(key=lambda each: (each["lastTimestamp"], each["reason"]))
    return [(each["reason"], each["message"]) for each in found if reason in (None, each["reason"])]


def sizes(whole, seconds, step=15, name="web"):
    """The replicas after each step of time."""
    found = []
    for _ in range(int(seconds // step)):
        whole.advance(step)
        found.append(replicas(whole, name))
    return found


def at_rest(whole):
    """No timer is left, and neither another pass nor time writes anything."""
    timers = whole.store._execute("SELECT key FROM timers WHERE controller = 'horizontalpodautoscaler'").fetchall()
    assert timers == []
    revision = whole.store.revision
    assert not whole.run_pass().writes
    whole.advance(1800)
    assert whole.store.revision == revision


NO_API = (
    "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: "
    "the server could not find the requested resource (get pods.metrics.k8s.io)"
)


def test_without_metrics_an_autoscaler_says_so_after_fifteen_seconds_and_then_rests(whole):
    whole.apply(deployment(), autoscaler())
    whole.settle()
    whole.advance(14)
    assert "conditions" not in status(whole)
    whole.advance(1)
    assert conditions(whole) == {
        "AbleToScale": ("True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
        "ScalingActive": (
            "False", "FailedGetResourceMetric", f"the HPA was unable to compute the replica count: {NO_API}",
        ),
    }
    assert status(whole)["currentMetrics"] == [{"type": ""}]
    assert (status(whole)["currentReplicas"], status(whole)["desiredReplicas"]) == (2, 0)
    assert events(whole) == [
        ("FailedComputeMetricsReplicas",
         f"invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: {NO_API}"),
        ("FailedGetResourceMetric", NO_API),
    ]
    at_rest(whole)


def test_a_shared_load_is_met_and_the_cluster_comes_to_rest(whole):
    whole.apply(deployment(), metrics(podSelector={"matchLabels": {"app": "web"}}, load={"cpu": "2"}), autoscaler())
    assert sizes(whole, 60) == [4, 5, 5, 5]
    assert status(whole)["currentMetrics"] == [{
        "type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 80, "averageValue": "400m"}},
    }]
    assert conditions(whole) == {
        "AbleToScale": ("True", "ReadyForNewScale", "recommended size matches current size"),
        "ScalingActive": (
            "True", "ValidMetricFound",
            "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
        ),
        "ScalingLimited": ("False", "DesiredWithinRange", "the desired count is within the acceptable range"),
    }
    assert status(whole)["lastScaleTime"] == format_time(START + 30)
    assert events(whole) == [
        ("SuccessfulRescale", "New size: 4; reason: cpu resource utilization (percentage of request) above target"),
        ("SuccessfulRescale", "New size: 5; reason: cpu resource utilization (percentage of request) above target"),
    ]
    at_rest(whole)


def test_it_goes_down_five_minutes_after_it_last_wanted_more_however_long_it_rested(whole):
    whole.apply(deployment(), metrics(load={"cpu": "2"}, steps=[{"after": "1h", "load": {"cpu": "400m"}}]), autoscaler())
    whole.advance(3600)
    assert replicas(whole) == 5
    # The last look before the step was, as upstream, 15 seconds before: it still wanted five.
    assert conditions(whole)["AbleToScale"][:2] == ("True", "ScaleDownStabilized")
    whole.advance(285)
    assert replicas(whole) == 5
    whole.advance(15)
    assert replicas(whole) == 1
    assert events(whole, "SuccessfulRescale")[-1][1] == "New size: 1; reason: All metrics below target"
    whole.advance(60)
    at_rest(whole)


def test_behavior_says_how_fast_and_how_late(whole):
    whole.apply(
        deployment(replicas=1), metrics(load={"cpu": "4100m"}, steps=[{"after": "10m", "load": {"cpu": "100m"}}]),
        autoscaler(behavior={
            "scaleUp": {"policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}]},
            "scaleDown": {
                "stabilizationWindowSeconds": 30, "policies": [{"type": "Percent", "value": 50, "periodSeconds": 30}],
            },
        }),
    )
    assert sizes(whole, 600, 60) == [3, 5, 7, 9, 10, 10, 10, 10, 10, 10]
    assert conditions(whole)["ScalingLimited"][:2] == ("False", "DesiredWithinRange")
    # The step came at 10:00; the last look with ten was at 9:45. Half of them may go in each 30 seconds.
    assert sizes(whole, 150) == [5, 5, 2, 2, 1, 1, 1, 1, 1, 1]
    at_rest(whole)


def test_a_policy_that_holds_it_back_is_named(whole):
    whole.apply(
        deployment(replicas=1), metrics(load={"cpu": "4"}),
        autoscaler(behavior={"scaleUp": {"policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}]}}),
    )
    whole.advance(30)
    assert replicas(whole) == 3
    assert conditions(whole)["ScalingLimited"] == (
        "True", "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate",
    )


def test_a_direction_that_is_disabled_is_no_reason_to_look_again(whole):
    whole.apply(
        deployment(replicas=2), metrics(load={"cpu": "4"}), autoscaler(behavior={"scaleUp": {"selectPolicy": "Disabled"}}),
    )
    whole.advance(60)
    assert replicas(whole) == 2
    at_rest(whole)


def test_changes_by_bounds_need_no_metrics(whole):
    whole.apply(deployment("many", 12), deployment("few", 1))
    whole.apply(autoscaler(name="many", target="many", maxReplicas=5), autoscaler(name="few", target="few", minReplicas=3))
    whole.advance(15)
    assert (replicas(whole, "many"), replicas(whole, "few")) == (5, 3)
    assert sorted(events(whole)) == [
        ("SuccessfulRescale", "New size: 3; reason: Current number of replicas below Spec.MinReplicas"),
        ("SuccessfulRescale", "New size: 5; reason: Current number of replicas above Spec.MaxReplicas"),
    ]
    assert conditions(whole, "few") == {
        "AbleToScale": ("True", "SucceededRescale", "the HPA controller was able to update the target scale to 3"),
    }
    assert status(whole, "few")["currentMetrics"] is None


def test_a_target_without_replicas_is_left_alone(whole):
    whole.apply(deployment(replicas=0), metrics(usage={"cpu": "90%"}), autoscaler())
    whole.advance(60)
    assert replicas(whole) == 0
    assert conditions(whole)["ScalingActive"] == (
        "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero",
    )
    at_rest(whole)
    whole.change(DEPLOYMENTS, "web", lambda obj: obj["spec"].update(replicas=1))
    whole.advance(60)
    assert conditions(whole)["ScalingActive"][:2] == ("True", "ValidMetricFound")


@pytest.mark.parametrize(("target", "message"), [
    ({"kind": "Deployment"}, 'deployments/scale.apps "gone" not found'),
    ({"kind": "StatefulSet"}, 'statefulsets.apps "gone" not found'),
    ({"kind": "ReplicaSet"}, 'replicasets/scale.apps "gone" not found'),
    ({"kind": "ReplicationController", "api_version": "v1"}, 'replicationcontrollers/scale.autoscaling "gone" not found'),
    ({"kind": "Foo", "api_version": "bar/v1"}, 'no matches for kind "Foo" in group "bar"'),
    ({"kind": "DaemonSet"}, "the server could not find the requested resource"),
])
def test_a_target_that_cannot_be_scaled_is_an_error(whole, target, message):
    whole.apply(autoscaler(target="gone", **target))
    whole.advance(15)
    assert events(whole) == [("FailedGetScale", message)]
    assert conditions(whole) == {
        "AbleToScale": (
            "False", "FailedGetScale", f"the HPA controller was unable to get the target's current scale: {message}",
        ),
    }
    at_rest(whole)


def test_an_autoscaler_hears_of_its_target_when_that_comes(whole):
    whole.apply(autoscaler(), metrics(load={"cpu": "1"}))
    whole.advance(60)
    assert conditions(whole)["AbleToScale"][0] == "False"
    whole.apply(deployment(replicas=1))
    whole.advance(30)
    assert replicas(whole) == 3


def test_two_autoscalers_of_the_same_pods_are_both_stopped(whole):
    whole.apply(deployment(), metrics(load={"cpu": "4"}), autoscaler(name="a"), autoscaler(name="b"))
    whole.advance(60)
    assert replicas(whole) == 2
    for name in ("a", "b"):
        assert conditions(whole, name)["ScalingActive"] == (
            "False", "AmbiguousSelector", "pods by selector app=web are controlled by multiple HPAs: [default/a default/b]",
        )
    whole.api.delete(HPA, "default", "b", client=True)
    whole.advance(30)
    assert replicas(whole) > 2


def test_unready_pods_hold_a_growth_back_until_they_are_ready(whole):
    whole.behave("slow", ready={"after": "40s"})
    whole.apply(deployment(replicas=1), metrics(usage={"cpu": "200%"}), autoscaler(maxReplicas=20))
    whole.advance(45)
    assert replicas(whole) == 1
    assert events(whole, "FailedGetResourceMetric") == [(
        "FailedGetResourceMetric",
        "failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)",
    )]
    # Ready at 0:40, counted from 0:55 on: 200% of 80% are three. These count as idle until they are ready.
    assert sizes(whole, 60) == [3, 3, 3, 3]


def test_a_container_of_several_is_looked_at_alone(whole):
    two = deployment()
    two["spec"]["template"]["spec"]["containers"].append(
        {"name": "proxy", "image": "p", "resources": {"requests": {"cpu": "100m"}}}
    )
    metric = {"type": "ContainerResource", "containerResource": {
        "name": "cpu", "container": "proxy", "target": {"type": "Utilization", "averageUtilization": 50},
    }}
    whole.apply(two, metrics(containers=["proxy"], usage={"cpu": "100%"}), autoscaler(metric))
    whole.advance(15)
    assert replicas(whole) == 4
    assert events(whole)[-1][1] == (
        "New size: 4; reason: cpu container resource utilization (percentage of request) above target"
    )
    assert status(whole)["currentMetrics"] == [{"type": "ContainerResource", "containerResource": {
        "name": "cpu", "container": "proxy", "current": {"averageUtilization": 100, "averageValue": "100m"},
    }}]


def test_a_missing_request_is_an_error(whole):
    whole.apply(deployment(replicas=1, requests={"memory": "1Gi"}), metrics(), autoscaler())
    whole.advance(15)
    (pod,) = whole.api.list("pods", "default")
    words = f"failed to get cpu utilization: missing request for cpu in container c of Pod {pod['metadata']['name']}"
    assert ("FailedGetResourceMetric", words) in events(whole)


QUEUE = {"name": "queue_length", "selector": {"matchLabels": {"queue": "orders"}}}
ROUTE = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"}


@pytest.mark.parametrize(("metric", "spec", "expected", "reason", "current"), [
    ({"type": "External", "external": {"metric": QUEUE, "target": {"type": "AverageValue", "averageValue": "10"}}},
     {"external": [{"name": "queue_length", "labels": {"queue": "orders"}, "value": 30},
                   {"name": "queue_length", "labels": {"queue": "mails"}, "value": 1000}]}, 3,
     "external metric queue_length(&LabelSelector{MatchLabels:map[string]string{queue: orders,},"
     "MatchExpressions:[]LabelSelectorRequirement{},}) above target",
     {"current": {"averageValue": "15"}, "metric": QUEUE}),
    ({"type": "External", "external": {"metric": {"name": "queue_length"}, "target": {"type": "Value", "value": "20"}}},
     {"external": [{"name": "queue_length", "value": 10}, {"name": "queue_length", "value": "20500m"}]}, 4,
     "external metric queue_length(nil) above target",
     {"current": {"value": "30500m"}, "metric": {"name": "queue_length"}}),
    ({"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "100"}}},
     {"pods": [{"name": "rps", "load": 400}]}, 4, "pods metric rps above target",
     {"current": {"averageValue": "200"}, "metric": {"name": "rps"}}),
    ({"type": "Object", "object": {
        "metric": {"name": "rps"}, "describedObject": ROUTE, "target": {"type": "Value", "value": "1k"}}},
     {"objects": [{"describedObject": ROUTE, "name": "rps", "value": "2k"}]}, 4, "Ingress metric rps above target",
     {"current": {"value": "2k"}, "describedObject": ROUTE, "metric": {"name": "rps"}}),
    ({"type": "Object", "object": {
        "metric": {"name": "rps"}, "describedObject": ROUTE, "target": {"type": "AverageValue", "averageValue": "500"}}},
     {"objects": [{"describedObject": ROUTE, "name": "rps", "value": "1500"}]}, 3, "external metric rps(nil) above target",
     {"current": {"averageValue": "750"}, "describedObject": ROUTE, "metric": {"name": "rps"}}),
    ({"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "50Mi"}}},
     {"usage": {"memory": "70Mi"}}, 3, "memory resource above target",
     {"current": {"averageValue": "70Mi"}, "name": "memory"}),
])
def test_every_sort_of_metric_scales(whole, metric, spec, expected, reason, current):
    whole.apply(deployment(), metrics(**spec), autoscaler(metric))
    whole.advance(15)
    assert replicas(whole) == expected
    assert events(whole) == [("SuccessfulRescale", f"New size: {expected}; reason: {reason}")]
    field = next(name for name in metric if name != "type")
    assert status(whole)["currentMetrics"] == [{"type": metric["type"], field: current}]


@pytest.mark.parametrize(("metric", "spec", "reason", "message", "whole_message"), [
    ({"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "AverageValue", "averageValue": "10"}}},
     {}, "FailedGetExternalMetric",
     "unable to get external metric default/q/nil: unable to fetch metrics from external metrics API: the server could not find "
     "the requested resource (get q.external.metrics.k8s.io)", "failed to get q external metric value: failed to get q external metric: "),
    ({"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "10"}}},
     {"external": [{"name": "other", "value": 1}]}, "FailedGetExternalMetric",
     "unable to get external metric default/q/nil: no metrics returned from external metrics API",
     "failed to get q external metric value: failed to get external metric q: "),
    ({"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "100"}}}, {},
     "FailedGetPodsMetric",
     "unable to get metric rps: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
     "failed to get pods metric value: "),
    ({"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "100"}}},
     {"pods": [{"name": "other", "value": 1}]}, "FailedGetPodsMetric",
     "unable to get metric rps: unable to fetch metrics from custom metrics API: the server could not find the metric rps for pods",
     "failed to get pods metric value: "),
    ({"type": "Object", "object": {
        "metric": {"name": "rps"}, "describedObject": ROUTE, "target": {"type": "Value", "value": "1k"}}},
     {"objects": [{"describedObject": {**ROUTE, "name": "other"}, "name": "rps", "value": "2k"}]}, "FailedGetObjectMetric",
     "unable to get metric rps on Ingress default/main: unable to fetch metrics from custom metrics API: the server could not find "
     "the metric rps for ingresses.networking.k8s.io main", "failed to get object metric value: "),
    ({"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "50Mi"}}},
     {"missing": True}, "FailedGetResourceMetric",
     "failed to get memory usage: unable to get metrics for resource memory: no metrics returned from resource metrics API",
     "failed to get memory resource metric value: "),
])
def test_every_sort_of_metric_has_its_errors(whole, metric, spec, reason, message, whole_message):
    whole.apply(deployment(), metrics(**spec), autoscaler(metric))
    whole.advance(15)
    assert sorted(events(whole)) == sorted([
        (reason, message),
        ("FailedComputeMetricsReplicas", f"invalid metrics (1 invalid out of 1), first error is: {whole_message}{message}"),
    ])
    assert conditions(whole)["ScalingActive"] == (
        "False", reason, f"the HPA was unable to compute the replica count: {message}",
    )


def test_of_several_metrics_the_one_that_asks_for_most_counts_and_a_lost_one_stops_only_the_way_down(whole):
    lost = {"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "10"}}}
    whole.apply(
        deployment(), metrics(load={"cpu": "1600m"}, steps=[{"after": "5m", "load": {"cpu": "100m"}}]),
        autoscaler(cpu(80), cpu(40), lost),
    )
    whole.advance(120)
    assert replicas(whole) == 8
    assert [each["type"] for each in status(whole)["currentMetrics"]] == ["Resource", "Resource", ""]
    whole.advance(1800)
    assert replicas(whole) == 8
    assert conditions(whole)["ScalingActive"][:2] == ("False", "FailedGetExternalMetric")


@pytest.mark.parametrize(("resource", "obj", "reference"), [
    ("statefulsets.apps", {**deployment(), "kind": "StatefulSet"}, ("StatefulSet", "apps/v1")),
    ("replicasets.apps", {**deployment(), "kind": "ReplicaSet"}, ("ReplicaSet", "apps/v1")),
    ("replicationcontrollers", {**deployment(), "apiVersion": "v1", "kind": "ReplicationController"},
     ("ReplicationController", "v1")),
])
def test_other_workloads_are_scaled_as_well(whole, resource, obj, reference):
    if resource == "replicationcontrollers":
        obj["spec"]["selector"] = {"app": "web"}
    whole.apply(obj, metrics(load={"cpu": "2"}), autoscaler(kind=reference[0], api_version=reference[1]))
    whole.advance(90)
    assert replicas(whole, resource=resource) == 5
    at_rest(whole)


def definition(**scale):
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "shops.example.com"},
        "spec": {
            "group": "example.com", "names": {"kind": "Shop", "plural": "shops"}, "scope": "Namespaced",
            "versions": [{
                "name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema},
                "subresources": {"status": {}, **({"scale": scale} if scale else {})},
            }],
        },
    }


PATHS = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}


@pytest.mark.parametrize(("scale", "spec", "status_", "expected"), [
    ({**PATHS, "labelSelectorPath": ".status.selector"}, {"replicas": 1}, {"replicas": 1, "selector": "app in (web)"}, None),
    (PATHS, {"replicas": 1}, {"replicas": 1}, ("ScalingActive", "InvalidSelector", "the HPA target's scale is missing a selector")),
    ({**PATHS, "labelSelectorPath": ".status.selector"}, {"replicas": 1}, {"selector": "app in"},
     ("ScalingActive", "InvalidSelector",
      "couldn't convert selector into a corresponding internal selector object: unable to parse requirement: found '' expected: '('")),
    (PATHS, {}, {}, ("AbleToScale", "FailedGetScale",
                     "the HPA controller was unable to get the target's current scale: Internal error occurred: "
                     'the spec replicas field ".spec.replicas" does not exist')),
    ({}, {"replicas": 1}, {}, ("AbleToScale", "FailedGetScale",
                               "the HPA controller was unable to get the target's current scale: the server could not find the "
                               "requested resource")),
])
def test_custom_resources_with_a_scale_are_scaled(whole, scale, spec, status_, expected):
    whole.apply(definition(**scale))
    whole.settle()
    shop = {"apiVersion": "example.com/v1", "kind": "Shop", "metadata": {"name": "web", "namespace": "default"}, "spec": spec}
    stored = whole.apply(shop)
    whole.api.update({**stored, "status": status_}, subresource="status")
    template = deployment()["spec"]["template"]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "by-hand", "namespace": "default", **template["metadata"]},
           "spec": template["spec"]}
    whole.apply(pod, metrics(usage={"cpu": "200%"}), autoscaler(kind="Shop", api_version="example.com/v1"))
    whole.advance(30)
    if expected is None:
        assert replicas(whole, resource="shops.example.com") == 3
        whole.api.update({**whole.again(stored), "status": {**status_, "replicas": 2}}, subresource="status")
        whole.advance(15)
        assert status(whole)["currentReplicas"] == 3
    else:
        kind, reason, message = expected
        assert conditions(whole)[kind] == ("False", reason, message)
        assert replicas(whole, resource="shops.example.com") == 1 if spec else True


def test_a_paused_deployment_is_scaled(whole):
    paused = deployment()
    paused["spec"]["paused"] = True
    whole.apply(paused, metrics(podSelector={"matchLabels": {"app": "web"}}, load={"cpu": "2"}), autoscaler())
    whole.advance(120)
    # Nothing of a Deployment that was never rolled out runs: its Pods are not there to be measured.
    assert replicas(whole) == 2
    whole.change(DEPLOYMENTS, "web", lambda obj: obj["spec"].pop("paused"))
    whole.advance(60)
    whole.change(DEPLOYMENTS, "web", lambda obj: obj["spec"].update(paused=True))
    whole.change("simulatedmetrics.minikctl.dev", "m", lambda obj: obj["spec"].update(load={"cpu": "4"}), namespace="")
    whole.advance(60)
    assert replicas(whole) == 10
    assert len(whole.api.list("pods", "default")) == 10


def test_the_same_commands_lead_to_the_same_cluster(tmp_path):
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        cluster = WholeCluster(tmp_path / name)
        cluster.apply(deployment(), metrics(load={"cpu": "2"}, steps=[{"after": "9m", "load": {"cpu": "1"}}]), autoscaler())
        cluster.advance(1200)
        found.append([cluster.api.list(resource) for resource in (HPA, DEPLOYMENTS, "pods", "events")])
        cluster.store.close()
    assert found[0] == found[1]


def test_many_steps_of_time_and_one_lead_to_the_same(tmp_path):
    found = []
    for step in (1, 7, 1200):
        (tmp_path / str(step)).mkdir()
        cluster = WholeCluster(tmp_path / str(step))
        cluster.apply(deployment(), metrics(load={"cpu": "2"}, steps=[{"after": "9m", "load": {"cpu": "1"}}]), autoscaler())
        while cluster.api.now() < START + 1200:
            cluster.advance(min(step, START + 1200 - cluster.api.now()))
        found.append((status(cluster), replicas(cluster), events(cluster)))
        cluster.store.close()
    assert found[0] == found[1] == found[2]


def test_a_deleted_autoscaler_leaves_nothing_behind(whole):
    whole.apply(deployment(), metrics(load={"cpu": "2"}), autoscaler())
    whole.advance(30)
    whole.api.delete(HPA, "default", "web", client=True)
    whole.settle()
    assert whole.store.memory("horizontalpodautoscaler", "default/web") == ""
    whole.advance(60)
    at_rest(whole)


SHOWN = """\
NAME   REFERENCE        TARGETS                                      MINPODS   MAXPODS   REPLICAS   AGE
web    Deployment/web   cpu: 80%/80%, memory: 60Mi/1Gi + 1 more...   1         10        5          2m
"""

DESCRIBED = """\
Name:                                                  web
Namespace:                                             default
Labels:                                                <none>
Annotations:                                           <none>
CreationTimestamp:                                     Fri, 02 Jan 2026 03:04:05 +0000
Reference:                                             Deployment/web
Metrics:                                               ( current / target )
  resource cpu on pods  (as a percentage of request):  80% (400m) / 80%
  resource memory on pods:                             60Mi / 1Gi
  "queue" (target average value):                      <unknown> / 10
Min replicas:                                          1
Max replicas:                                          10
Deployment pods:                                       5 current / 5 desired
Conditions:
  Type            Status  Reason              Message
  ----            ------  ------              -------
  AbleToScale     True    ReadyForNewScale    recommended size matches current size
  ScalingActive   True    ValidMetricFound    the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)
  ScalingLimited  False   DesiredWithinRange  the desired count is within the acceptable range
Events:
  Type     Reason                   Age                 From                       Message
  ----     ------                   ----                ----                       -------
  Normal   SuccessfulRescale        105s                horizontal-pod-autoscaler  New size: 4; reason: cpu resource utilization (percentage of request) above target
  Normal   SuccessfulRescale        90s                 horizontal-pod-autoscaler  New size: 5; reason: cpu resource utilization (percentage of request) above target
  Warning  FailedGetExternalMetric  75s (x3 over 105s)  horizontal-pod-autoscaler  unable to get external metric default/queue/nil: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)
"""


def test_what_get_and_describe_show(cluster):
    memory = {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}}
    queue = {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"type": "AverageValue", "averageValue": "10"}}}
    objects = [deployment(), metrics(load={"cpu": "2"}, usage={"memory": "60%"}), autoscaler(cpu(), memory, queue)]
    cluster.ok("create", "-f", "-", stdin="\n---\n".join(map(json.dumps, objects)))
    cluster.ok("advance", "2m")
    assert cluster.ok("get", "hpa") == SHOWN
    assert cluster.ok("describe", "hpa", "web") == DESCRIBED
    older = json.loads(cluster.ok("get", "horizontalpodautoscalers.v1.autoscaling", "web", "-o", "json"))
    assert json.loads(older["metadata"]["annotations"]["autoscaling.alpha.kubernetes.io/current-metrics"])[1:] == [
        {"type": "Resource", "resource": {"name": "memory", "currentAverageValue": "60Mi"}}, {"type": ""},
    ]
    assert older["status"]["currentCPUUtilizationPercentage"] == 80


def test_a_change_that_nobody_watched_was_there_all_the_same(whole):
    """Time went on without passes (a wall clock): less was wanted from 9:00 on, and is done as soon as somebody looks."""
    whole.apply(deployment(), metrics(load={"cpu": "2"}, steps=[{"after": "9m", "load": {"cpu": "400m"}}]), autoscaler())
    whole.advance(120)
    assert replicas(whole) == 5
    whole.api.advance_to(START + 1800)
    whole.settle()
    assert replicas(whole) == 1
