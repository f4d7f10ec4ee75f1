"""SimulatedMetrics: their rules, their table, and what they say of containers and metrics together with others."""

from __future__ import annotations

import pytest
from workload_fakes import load

from minikctl.kinds.simulatedmetrics.measuring import Measured
from minikctl.lib.labels import Selector, parse
from minikctl.lib.times import format_time, parse_time

RESOURCE = "simulatedmetrics.minikctl.dev"
BORN = "2026-06-01T12:00:00Z"
MIB = 1 << 20


def simulated(name="m", **spec):
    return {"metadata": {"name": name, "creationTimestamp": BORN}, "spec": spec}


def pod(name="p", namespace="default", *, ready="True", containers=("c",), requests=None, running=True, **labels):
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": each, "resources": {"requests": requests or {}}} for each in containers]},
        "status": {
            "phase": "Running", "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"name": each, "state": {"running": {}} if running else {}} for each in containers],
        },
    }


class State:
    """A state of some objects, some seconds after their creation."""

    def __init__(self, *objects, pods=(), after=0):
        self.objects = {RESOURCE: list(objects), "pods": list(pods)}
        self.after = after

    def now(self):
        return parse_time(BORN) + self.after

    def list(self, resource, namespace=None, *, selector=None):
        return [
            each for each in self.objects[resource]
            if namespace in (None, each["metadata"].get("namespace"))
            and (selector is None or selector.matches(each["metadata"].get("labels") or {}))
        ]


REQUESTS = {"cpu": "200m", "memory": "100Mi"}


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, (100, 50 * MIB)), ({"usage": {"cpu": "1500m"}}, (1500, 50 * MIB)), ({"usage": {"cpu": "90%", "memory": "10%"}}, (180, 10 * MIB)),
    ({"usage": {"cpu": 2}}, (2000, 50 * MIB)), ({"usage": {"cpu": "90%"}, "namespaces": ["shop-*"]}, (100, 50 * MIB)),
    ({"usage": {"cpu": "90%"}, "namespaces": ["def*"]}, (180, 50 * MIB)), ({"usage": {"cpu": "90%"}, "containers": ["x"]}, (100, 50 * MIB)),
    ({"usage": {"cpu": "90%"}, "podSelector": {"matchLabels": {"app": "b"}}}, (100, 50 * MIB)),
    ({"usage": {"cpu": "90%"}, "podSelector": {"matchLabels": {"app": "a"}}}, (180, 50 * MIB)),
    ({"load": {"cpu": "1", "memory": "9Mi"}}, (1000, 9 * MIB)),
])
def test_what_a_container_uses(spec, expected):
    given = pod(requests=REQUESTS, app="a")
    assert Measured(State(simulated(**spec), pods=[given])).usage_of(given) == {"c": expected}


def test_a_percentage_of_nothing_says_nothing():
    assert Measured(State(simulated(usage={"cpu": "90%"}))).usage_of(pod()) == {"c": (1, 16 * MIB)}


def test_of_several_the_first_by_name_that_says_something_of_a_resource_counts():
    objects = [simulated("b", usage={"cpu": "3", "memory": "3Mi"}), simulated("a", usage={"cpu": "1"})]
    assert Measured(State(*objects)).usage_of(pod()) == {"c": (1000, 3 * MIB)}


def test_nothing_is_known_of_pods_that_are_missing_or_do_not_run():
    assert Measured(State(simulated("b", missing=True), simulated("a", usage={"cpu": "1"}))).usage_of(pod()) == {}
    assert Measured(State(simulated(usage={"cpu": "1"}))).usage_of(pod(running=False)) == {}


def test_ready_pods_share_a_load_and_containers_their_pods_part():
    pods = [pod("a", containers=("c", "d")), pod("b"), pod("c", ready="False"), pod("d", other="yes"), pod("e", "kube-system")]
    said = simulated(namespaces=["default"], podSelector={"matchExpressions": [{"key": "other", "operator": "DoesNotExist"}]},
                     load={"cpu": "1"})
    measured = Measured(State(said, pods=pods))
    assert [[cpu for cpu, _ in measured.usage_of(each).values()] for each in pods] == [[250, 250], [500], [0], [1], [1]]


@pytest.mark.parametrize(("after", "cpu", "next_step"), [
    (0, 1000, 60), (59.9, 1000, 60), (60, 20, 120), (120, 700, None), (10_000, 700, None),
])
def test_steps_replace_what_they_name_at_their_times(after, cpu, next_step):
    said = simulated(load={"cpu": "1"}, steps=[
        {"after": "2m", "load": {"cpu": "700m"}}, {"after": "1m", "usage": {"cpu": "10%"}},
    ])
    given = pod(requests=REQUESTS)
    measured = Measured(State(said, pods=[given], after=after))
    assert measured.usage_of(given)["c"] == (cpu, 50 * MIB)
    assert measured.next_step() == (None if next_step is None else parse_time(BORN) + next_step)


def test_metrics_of_pods():
    pods = [pod("a", app="x"), pod("b", app="x"), pod("c")]
    said = simulated(podSelector={"matchLabels": {"app": "x"}}, pods=[
        {"name": "rps", "labels": {"verb": "GET"}, "value": "1500m"}, {"name": "rps", "labels": {"verb": "PUT"}, "load": 7},
    ])
    measured = Measured(State(said, pods=pods))
    assert measured.pods_metric("rps", pods, Selector()) == {"a": 1500, "b": 1500}
    assert measured.pods_metric("rps", pods, parse("verb=PUT")) == {"a": 3500, "b": 3500}
    assert measured.pods_metric("rps", pods, parse("verb=X")) == measured.pods_metric("other", pods, Selector()) == {}


def test_metrics_of_objects_and_of_the_outside():
    route = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"}
    said = simulated(
        namespaces=["default"], objects=[{"describedObject": route, "name": "rps", "value": "2k"}],
        external=[{"name": "q", "labels": {"of": "a"}, "value": 3}, {"name": "q", "labels": {"of": "b"}, "value": 4}],
    )
    measured = Measured(State(said))
    older = {**route, "apiVersion": "networking.k8s.io/v1beta1"}
    assert measured.object_metric("rps", "default", older, Selector()) == 2_000_000
    assert measured.object_metric("rps", "other", route, Selector()) is None
    assert measured.object_metric("rps", "default", {**route, "name": "x"}, Selector()) is None
    assert measured.external_metric("q", "default", Selector()) == [3000, 4000]
    assert measured.external_metric("q", "default", parse("of=b")) == [4000]
    assert measured.external_metric("q", "other", Selector()) == []


@pytest.mark.parametrize(("specs", "fields", "serves"), [
    ((), (), False), (({},), (), True), (({},), ("external",), False), (({"external": []},), ("external",), True),
    (({"steps": [{"after": "1h", "pods": []}]},), ("pods", "objects"), True),
])
def test_which_apis_there_are(specs, fields, serves):
    assert Measured(State(*(simulated(**spec) for spec in specs))).serves(*fields) is serves


@pytest.mark.parametrize(("spec", "messages"), [
    ({}, []),
    ({"usage": {"cpu": "90%"}, "load": {"memory": "1Gi"}, "steps": [{"after": "1m", "load": {"cpu": 1}}]}, []),
    ({"usage": {"cpu": "1"}, "load": {"cpu": "1"}},
     ['spec.load.cpu: Invalid value: "1": may not be set together with usage']),
    ({"usage": {"cpu": "x%"}}, ['spec.usage.cpu: Invalid value: "x%": must be a quantity or a percentage such as \'90%\'']),
    ({"usage": {"memory": "-1"}}, ['spec.usage.memory: Invalid value: "-1": must be greater than or equal to 0']),
    ({"namespaces": ["a b"]}, ['spec.namespaces[0]: Invalid value: "a b": must be a shell pattern without spaces, such as \'shop-*\'']),
    ({"steps": [{"after": "1m"}, {"after": "60s"}, {"after": "0s"}]},
     ['spec.steps[1].after: Duplicate value: "60s"', 'spec.steps[2].after: Invalid value: "0s": must be greater than 0']),
    ({"pods": [{"name": "", "value": 1}, {"name": "a"}, {"name": "a", "value": 1, "load": 2}]},
     ["spec.pods[0].name: Required value: must specify a metric name", "spec.pods[1].value: Required value",
      "spec.pods[2].load: Invalid value: 2: may not be set together with value"]),
    ({"objects": [{"name": "a", "value": 1, "describedObject": {"kind": "Service", "name": ""}}]},
     ["spec.objects[0].describedObject.name: Required value"]),
])
def test_rules(spec, messages):
    assert [str(error) for error in load(RESOURCE).validate(simulated(**spec))] == messages


def test_a_row_shows_what_holds_now():
    said = simulated(
        "rush", namespaces=["shop"], load={"cpu": "2"}, usage={"memory": "60%"}, external=[{"name": "q", "value": 1}],
        steps=[{"after": "1m", "usage": {"cpu": "5%"}}, {"after": "2m", "missing": True}],
    )
    kind = load(RESOURCE)
    now = parse_time(BORN)
    assert kind.row(said, now) == ("rush", "2 shared", "60%", "q", "0/2", "0s", "shop", "*", "<none>")
    assert kind.row(said, now + 60)[1:5] == ("5%", "60%", "q", "1/2")
    assert kind.row(said, now + 120)[1:5] == ("missing", "missing", "q", "2/2")
    assert format_time(now) == BORN


def test_top_shows_what_is_said(cluster):
    cluster.ok("create", "deployment", "web", "--image=x", "--replicas=2")
    cluster.ok("create", "-f", "-", stdin=(
        "{apiVersion: minikctl.dev/v1alpha1, kind: SimulatedMetrics, metadata: {name: m}, spec: {load: {cpu: 3}, "
        "namespaces: [default], usage: {memory: 1Gi}}}"
    ))
    assert [line.split()[1:] for line in cluster.ok("top", "pod", "--no-headers").splitlines()] == [["1500m", "1024Mi"]] * 2
    assert "1600m" in cluster.ok("top", "node")
