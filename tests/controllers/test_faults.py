"""Faults: what they do to nodes, Pods, images and requests, how they end, and where they are shown."""

from __future__ import annotations

import json

import pytest


def pod(cluster, *containers, name="p", image="a:1", policy="Always"):
    spec = {"restartPolicy": policy, "containers": [{"name": c, "image": image} for c in containers or ("a",)]}
    obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
    cluster.ok("apply", "-f", "-", stdin=json.dumps(obj))
    cluster.settle()


def status_of(cluster, name="p"):
    return json.loads(cluster.ok("get", "pod", name, "-o", "json"))["status"]


def line(cluster, name="p"):
    return cluster.ok("get", "pod", name, "--no-headers").split()[1:4]


def faults(cluster):
    return cluster.ok("get", "faults", "-o", "name").split()


def events(cluster, reason):
    return [row for row in cluster.ok("get", "events", "--no-headers").splitlines() if f" {reason} " in row]


# Pods -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "phase", "restarts"), [("Always", "Running", 1), ("OnFailure", "Running", 1), ("Never", "Failed", 0)]
)
def test_a_crash_ends_the_containers_once(cluster, policy, phase, restarts):
    behavior = {"apiVersion": "minikctl.dev/v1alpha1", "kind": "ContainerBehavior", "metadata": {"name": "runs"}, "spec": {}}
    cluster.ok("apply", "-f", "-", stdin=json.dumps(behavior))
    pod(cluster, policy=policy)
    cluster.ok("fault", "pod", "p", "crash", "--code", "3")
    cluster.settle()
    status = status_of(cluster)
    container = status["containerStatuses"][0]
    ended = container["state"].get("terminated") or container["lastState"]["terminated"]
    assert (status["phase"], container["restartCount"], ended["exitCode"], ended["reason"]) == (phase, restarts, 3, "Error")
    assert faults(cluster) == [], "it has struck and is over"
    assert events(cluster, "Fault")


def test_out_of_memory(cluster):
    pod(cluster)
    cluster.ok("fault", "pod", "p", "oom")
    cluster.settle()
    last = status_of(cluster)["containerStatuses"][0]["lastState"]["terminated"]
    assert (last["reason"], last["exitCode"]) == ("OOMKilled", 137)


def test_one_container_of_two(cluster):
    pod(cluster, "a", "b")
    cluster.ok("fault", "pod", "p", "crash", "-c", "b")
    cluster.settle()
    assert [each["restartCount"] for each in status_of(cluster)["containerStatuses"]] == [0, 1]


def test_a_crash_may_come_several_times(cluster):
    pod(cluster)
    cluster.ok("fault", "pod", "p", "crash", "--times", "3")
    cluster.ok("advance", "1h")
    assert line(cluster)[:3] == ["1/1", "Running", "3"]
    assert faults(cluster) == []


def test_unready_until_ready(cluster):
    pod(cluster)
    cluster.ok("fault", "pod", "p", "unready")
    cluster.settle()
    assert line(cluster)[:2] == ["0/1", "Running"]
    assert "Faults:\n  pod-default-p-unready:  Unready, its readiness probes fail\n" in cluster.ok("describe", "pod", "p")
    assert cluster.ok("fault", "pod", "p", "ready") == "fault.minikctl.dev/pod-default-p-unready deleted\n"
    cluster.settle()
    assert line(cluster)[:2] == ["1/1", "Running"]
    assert "Faults:" not in cluster.ok("describe", "pod", "p")


def test_an_evicted_pod_of_a_replicaset_is_replaced(cluster):
    cluster.ok("create", "deployment", "d", "--image=x")
    cluster.settle()
    old = cluster.ok("get", "pods", "-o", "jsonpath={.items[0].metadata.name}")
    cluster.ok("fault", "pod", "deployment/d", "evict")
    cluster.settle()
    status = status_of(cluster, old)
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert cluster.ok("get", "deployment", "d", "-o", "jsonpath={.status.readyReplicas}") == "1"


# Images -----------------------------------------------------------------------------------------------------------------


def test_an_image_that_cannot_be_pulled_for_a_while(cluster):
    cluster.ok("fault", "image", "a:*", "pull-error", "--for", "5m")
    pod(cluster)
    assert line(cluster)[:2] == ["0/1", "ErrImagePull"]
    cluster.ok("advance", "4m")
    assert line(cluster)[:2] == ["0/1", "ImagePullBackOff"]
    cluster.ok("advance", "2m")
    assert (line(cluster)[:2], faults(cluster)) == (["1/1", "Running"], [])


def test_so_many_pulls_fail(cluster):
    cluster.ok("fault", "image", "a:*", "pull-error", "--times", "2")
    pod(cluster)
    assert "1/2" in cluster.ok("fault", "list")
    cluster.ok("advance", "15s")
    assert "2/2" in cluster.ok("fault", "list")
    assert line(cluster)[1] in ("ErrImagePull", "ImagePullBackOff")
    cluster.ok("advance", "10s")
    assert (line(cluster)[:2], faults(cluster)) == (["1/1", "Running"], [])


def test_an_image_that_crashes(cluster):
    pod(cluster)
    cluster.ok("advance", "1m")
    cluster.ok("fault", "image", "a:*", "crash", "--code", "9")
    cluster.settle()
    assert line(cluster)[:2] == ["0/1", "CrashLoopBackOff"]
    last = status_of(cluster)["containerStatuses"][0]["lastState"]["terminated"]
    assert (last["exitCode"], last["finishedAt"]) == (9, "2026-01-02T03:05:05Z"), "not before the fault began"
    cluster.ok("fault", "clear")
    cluster.ok("advance", "10m")
    assert line(cluster)[:2] == ["1/1", "Running"]


def test_so_many_crashes(cluster):
    cluster.ok("fault", "image", "a:*", "crash", "--times", "2")
    pod(cluster)
    cluster.ok("advance", "1h")
    assert line(cluster)[:3] == ["1/1", "Running", "2"]
    assert faults(cluster) == []


def test_a_rollout_to_an_image_that_crashes_stalls(cluster):
    cluster.ok("create", "deployment", "d", "--image=d:1", "--replicas=2")
    cluster.settle()
    cluster.ok("fault", "image", "d:2", "crash")
    cluster.ok("set", "image", "deployment/d", "d=d:2")
    assert cluster("rollout", "status", "deployment/d").err == 'error: deployment "d" exceeded its progress deadline\n'


def test_a_slow_image(cluster):
    cluster.ok("fault", "image", "a:*", "slow", "--delay", "1m")
    pod(cluster)
    cluster.ok("advance", "59s")
    assert line(cluster)[:2] == ["0/1", "ContainerCreating"]
    cluster.ok("advance", "1s")
    assert line(cluster)[:2] == ["1/1", "Running"]


# Nodes ------------------------------------------------------------------------------------------------------------------


def ready(cluster, node="node-1"):
    return cluster.ok("get", "node", node, "--no-headers").split()[1]


def test_a_node_that_is_lost_and_found(cluster):
    cluster.ok("fault", "node", "node-1", "down")
    cluster.ok("advance", "49s")
    assert ready(cluster) == "Ready", "within the grace period"
    cluster.ok("advance", "1s")
    assert ready(cluster) == "NotReady"
    described = cluster.ok("describe", "node", "node-1")
    assert "Kubelet stopped posting node status." in described
    assert "node-node-1-down:  Down, its kubelet does not answer" in described
    assert "node.kubernetes.io/unreachable:NoSchedule" in described
    cluster.ok("fault", "node", "node-1", "up")
    cluster.settle()
    assert ready(cluster) == "Ready"
    assert "unreachable" not in cluster.ok("get", "node", "node-1", "-o", "json")


def test_a_lost_node_does_nothing(cluster):
    cluster.ok("create", "deployment", "d", "--image=x", "--replicas=3")
    cluster.settle()
    name = cluster.ok("get", "pods", "--field-selector", "spec.nodeName=node-2", "-o", "jsonpath={.items[0].metadata.name}")
    cluster.ok("fault", "node", "node-2", "down", "--for", "10m")
    cluster.ok("advance", "1m")  # until then the node counts as good and might be chosen again
    cluster.ok("delete", "pod", name, "--wait=false")
    cluster.ok("advance", "1m")
    assert line(cluster, name)[1] == "Terminating"
    assert len(cluster.ok("get", "pods", "-o", "name").split()) == 4, "another one takes its place"
    assert cluster.ok("get", "deployment", "d", "-o", "jsonpath={.status.readyReplicas}") == "3"
    cluster.ok("advance", "9m")
    assert cluster("get", "pod", name).code == 1, "the node is back and ends what it was asked to"


def test_the_pods_of_a_lost_node_are_replaced_after_five_minutes(cluster):
    cluster.ok("create", "deployment", "d", "--image=x", "--replicas=3")
    cluster.ok("expose", "deployment", "d", "--port=80")
    cluster.settle()
    name = cluster.ok("get", "pods", "--field-selector", "spec.nodeName=node-2", "-o", "jsonpath={.items[0].metadata.name}")
    cluster.ok("fault", "node", "node-2", "down")
    cluster.ok("advance", "50s")
    assert line(cluster, name)[:2] == ["1/1", "Running"], "its containers are as they were last"
    addresses = "jsonpath={.subsets[*].addresses[*].targetRef.name}"
    assert name not in cluster.ok("get", "endpoints", "d", "-o", addresses), "it gets no traffic"
    assert cluster.ok("get", "deployment", "d", "-o", "jsonpath={.status.readyReplicas}") == "2"
    cluster.ok("advance", "299s")
    assert line(cluster, name)[1] == "Running"
    cluster.ok("advance", "2s")
    assert line(cluster, name)[1] == "Terminating"
    assert cluster.ok("get", "deployment", "d", "-o", "jsonpath={.status.readyReplicas}") == "3"
    nodes = cluster.ok("get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}").split()
    assert sorted(nodes).count("node-2") == 1
    cluster.ok("fault", "node", "node-2", "up")
    cluster.settle()
    assert cluster("get", "pod", name).code == 1


def test_a_pod_survives_a_short_loss_of_its_node(cluster):
    pod(cluster)
    node = cluster.ok("get", "pod", "p", "-o", "jsonpath={.spec.nodeName}")
    cluster.ok("fault", "node", node, "down", "--for", "2m")
    cluster.ok("advance", "1m")
    assert status_of(cluster)["conditions"][2]["status"] == "False"
    cluster.ok("advance", "2m")
    assert (line(cluster)[:2], status_of(cluster)["conditions"][2]["status"]) == (["1/1", "Running"], "True")


def test_disk_pressure_moves_the_pods(cluster):
    cluster.ok("create", "deployment", "d", "--image=x", "--replicas=3")
    cluster.settle()
    cluster.ok("fault", "node", "node-2", "disk-pressure")
    cluster.settle()
    running = cluster.ok("get", "pods", "--field-selector", "status.phase=Running", "-o", "jsonpath={.items[*].spec.nodeName}")
    assert len(running.split()) == 3
    assert "node-2" not in running
    conditions = cluster.ok("get", "node", "node-2", "-o", 'jsonpath={.status.conditions[?(@.type=="DiskPressure")].status}')
    assert conditions == "True"
    cluster.ok("fault", "clear")
    cluster.settle()
    assert "disk-pressure" not in cluster.ok("get", "node", "node-2", "-o", "json")


# Requests ---------------------------------------------------------------------------------------------------------------

ERRORS = [
    ("conflict", 'Error from server (Conflict): Operation cannot be fulfilled on deployments.apps "d": the object has been modified; please apply your changes to the latest version and try again\n'),
    ("timeout", "Error from server (Timeout): Timeout: request did not complete within requested timeout - context deadline exceeded\n"),
    ("too-many-requests", "Error from server (TooManyRequests): the server has received too many requests and has asked us to try again later (patch deployments.apps d)\n"),
    ("internal", "Error from server (InternalError): Internal error occurred: a fault was asked for\n"),
]


@pytest.mark.parametrize(("word", "message"), ERRORS)
def test_requests_fail_so_many_times(cluster, word, message):
    cluster.ok("create", "deployment", "d", "--image=x")
    cluster.ok("fault", "api", "--verb", "patch", "--kind", "deploy", "--error", word, "--times", "2")
    patch = ("patch", "deployment", "d", "-p", '{"spec":{"replicas":2}}')
    for struck in (1, 2):
        result = cluster(*patch)
        assert (result.code, result.out, result.err) == (1, "", message)
        assert cluster.ok("get", "deployment", "d", "-o", "jsonpath={.spec.replicas}") == "1"
        if struck == 1:
            assert "1/2" in cluster.ok("fault", "list")
    assert cluster.ok(*patch) == "deployment.apps/d patched\n"
    assert faults(cluster) == []


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("create", ("create", "configmap", "x")), ("patch", ("label", "configmap", "c", "a=b")),
        ("delete", ("delete", "configmap", "c")), ("patch", ("annotate", "configmap", "c", "a=b")),
    ],
)
def test_the_verbs_of_commands(cluster, verb, words):
    cluster.ok("create", "configmap", "c")
    cluster.ok("fault", "api", "--verb", verb, "--kind", "cm", "--error", "internal")
    assert cluster(*words).code == 1
    assert cluster(*words).code == 0, "only the next request fails"


def test_other_requests_do_not_fail(cluster):
    cluster.ok("fault", "api", "--verb", "patch", "--kind", "secrets", "--error", "internal")
    cluster.ok("create", "deployment", "d", "--image=x")
    cluster.ok("scale", "deployment/d", "--replicas=2")
    cluster.settle()
    assert faults(cluster) == ["fault.minikctl.dev/api-patch-secrets-internal"]


# Faults themselves ------------------------------------------------------------------------------------------------------


def test_list_clear_and_the_end(cluster):
    assert cluster.ok("fault", "list") == "There are no faults.\n"
    cluster.ok("fault", "node", "node-1", "down", "--for", "1h")
    cluster.ok("fault", "image", "x/*", "slow")
    assert cluster.ok("fault", "list") == (
        "NAME               TARGET        FAULT   STRUCK   ENDS IN   AGE\n"
        "image-x-slow       image/x/*     Slow    0        <never>   0s\n"
        "node-node-1-down   node/node-1   Down    0        60m       0s\n"
    )
    cluster.ok("advance", "1h")
    assert faults(cluster) == ["fault.minikctl.dev/image-x-slow"], "a fault that has run out goes by itself"
    assert cluster.ok("fault", "clear", "image-x-slow") == "fault.minikctl.dev/image-x-slow deleted\n"
    assert cluster.ok("fault", "clear") == "There are no faults.\n"
    assert cluster("fault", "clear", "x").code == 1


def test_a_second_pass_writes_nothing(cluster):
    pod(cluster)
    for words in (("pod", "p", "unready"), ("node", "node-1", "memory-pressure"), ("image", "a:*", "slow")):
        cluster.ok("fault", *words)
    cluster.settle()
    before = cluster.revision()
    cluster.ok("reconcile", "--until-stable")
    assert cluster.revision() == before


WRONG = [
    ({}, "spec: Required value: exactly one of node, pod, image and api must be given"),
    ({"node": {"name": "n", "fault": "Down"}, "times": 2}, "spec.times: Forbidden: this fault lasts: it has a duration and no count"),
    ({"pod": {"name": "n", "fault": "Crash"}, "duration": "0"}, 'spec.duration: Invalid value: "0": must be greater than 0'),
]


@pytest.mark.parametrize(("spec", "message"), WRONG)
def test_wrong_faults(cluster, spec, message):
    fault = {"apiVersion": "minikctl.dev/v1alpha1", "kind": "Fault", "metadata": {"name": "f"}, "spec": spec}
    result = cluster("apply", "-f", "-", stdin=json.dumps(fault))
    assert (result.code, result.err) == (1, f'The Fault "f" is invalid: {message}\n')


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["node", "node-1"], "error: fault node takes a node and down, up, disk-pressure or memory-pressure"),
        (["node", "node-1", "x"], "error: a node can be down, up, disk-pressure, memory-pressure, not 'x'"),
        (["node", "n", "down"], 'Error from server (NotFound): nodes "n" not found'),
        (["image", "x", "slow", "--code", "1"], "error: --code is not for slow"),
        (["image", "x", "crash", "--times", "0"], "error: --times must be 1 or more, not 0"),
        (["image", "x", "crash", "--for", "x"], 'error: --for: time: invalid duration "x"'),
        (["api"], 'error: required flag(s) "error" not set'),
    ],
)
def test_wrong_words(cluster, words, message):
    result = cluster("fault", *words)
    assert (result.code, result.out, result.err) == (1, "", message + "\n")
