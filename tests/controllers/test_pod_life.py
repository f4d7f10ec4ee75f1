"""The life of a Pod: what comes out of each container's exit, by restart policy and number of containers."""

from __future__ import annotations

import json

import pytest

POLICIES = ("Always", "OnFailure", "Never")


def behavior(name, containers, **spec):
    return {
        "apiVersion": "minikctl.dev/v1alpha1", "kind": "ContainerBehavior", "metadata": {"name": name},
        "spec": {"containers": containers, **spec},
    }


def pod(policy, *containers, **spec):
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
        "spec": {"restartPolicy": policy, "containers": [{"name": c, "image": f"{c}:1"} for c in containers], **spec},
    }


def apply(cluster, *objects):
    cluster.ok("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
    cluster.settle()


def pod_now(cluster, name="p"):
    return json.loads(cluster.ok("get", "pod", name, "-o", "json"))


def status_line(cluster):
    return cluster.ok("get", "pod", "p", "--no-headers").split()[1:3]


def phase(cluster):
    return pod_now(cluster)["status"]["phase"]


def events(cluster):
    return cluster.ok("get", "events", "-o", "custom-columns=R:.reason,M:.message", "--no-headers")


def told(cluster, *reasons):
    """(type, message) of each event of the Pods with one of these reasons, as often as it was counted."""
    items = json.loads(cluster.ok("get", "events", "-o", "json"))["items"]
    return [
        (each["type"], each["message"]) for each in items for _ in range(each.get("count", 1))
        if each["reason"] in reasons and each["involvedObject"]["kind"] == "Pod"
    ]


# One container ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("policy", "expected"), [("Always", "Running"), ("OnFailure", "Succeeded"), ("Never", "Succeeded")])
def test_one_container_exits_0(cluster, policy, expected):
    """1 container, exits 0: restarts and Running (Always), else Succeeded; an event of completion."""
    apply(cluster, behavior("b", ["a"], exit={"after": "5s", "code": 0}), pod(policy, "a"))
    assert phase(cluster) == "Running"
    cluster.ok("advance", "6s")
    assert phase(cluster) == expected
    restarts = pod_now(cluster)["status"]["containerStatuses"][0]["restartCount"]
    assert restarts == (1 if policy == "Always" else 0)
    assert told(cluster, "Completed", "Failed") == [("Normal", "Container a completed with exit code 0")]
    if policy != "Always":
        assert status_line(cluster) == ["0/1", "Completed"]


@pytest.mark.parametrize(("policy", "expected"), [("Always", "Running"), ("OnFailure", "Running"), ("Never", "Failed")])
def test_one_container_exits_badly(cluster, policy, expected):
    """1 container, exits not 0: restarts and Running, but Failed under Never; an event of failure."""
    apply(cluster, behavior("b", ["a"], exit={"after": "5s", "code": 3}), pod(policy, "a"))
    cluster.ok("advance", "6s")
    assert phase(cluster) == expected
    assert told(cluster, "Completed", "Failed") == [("Warning", "Container a failed with exit code 3")]
    cluster.ok("advance", "6s")
    if policy == "Never":
        assert status_line(cluster) == ["0/1", "Error"]
        assert pod_now(cluster)["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
    else:
        assert status_line(cluster) == ["0/1", "CrashLoopBackOff"]
        assert "BackOff Back-off restarting failed container a in pod p_default" in " ".join(events(cluster).split())


@pytest.mark.parametrize(("policy", "expected"), [("Always", "Running"), ("OnFailure", "Running"), ("Never", "Failed")])
def test_one_container_runs_out_of_memory(cluster, policy, expected):
    """1 container, out of memory: restarts and Running, but Failed under Never; OOMKilled, code 137 and an event."""
    apply(cluster, behavior("b", ["a"], exit={"after": "5s", "code": 137, "reason": "OOMKilled", "times": 1}), pod(policy, "a"))
    cluster.ok("advance", "6s")
    assert phase(cluster) == expected
    status = pod_now(cluster)["status"]["containerStatuses"][0]
    ended = status["state"].get("terminated") or status["lastState"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)
    assert told(cluster, "OOMKilled", "Failed") == [("Warning", "Container a was killed with exit code 137: out of memory")]
    if policy == "Never":
        assert status_line(cluster) == ["0/1", "OOMKilled"]


# Two containers ---------------------------------------------------------------------------------------------------------

TWO = [
    # policy, code of a (ends first), code of b (ends later), phase between, phase after
    ("Always", 1, 1, "Running", "Running"),
    ("Always", 0, 0, "Running", "Running"),
    ("OnFailure", 1, 1, "Running", "Running"),
    ("OnFailure", 0, 0, "Running", "Succeeded"),
    ("Never", 1, 1, "Running", "Failed"),
    ("Never", 1, 0, "Running", "Failed"),
    ("Never", 0, 1, "Running", "Failed"),
    ("Never", 0, 0, "Running", "Succeeded"),
]


@pytest.mark.parametrize(("policy", "first", "second", "between", "after"), TWO)
def test_two_containers(cluster, policy, first, second, between, after):
    """2 containers, one ends, and then the other: Running between, then by what both ended with; an event for each end."""
    apply(
        cluster, behavior("a", ["a"], exit={"after": "5s", "code": first}), behavior("b", ["b"], exit={"after": "20s", "code": second}),
        pod(policy, "a", "b"),
    )
    cluster.ok("advance", "6s")
    assert phase(cluster) == between, "one has ended, the other runs"
    cluster.ok("advance", "15s")
    assert phase(cluster) == after, "and then the other ends too"
    said = told(cluster, "Completed", "Failed")
    for name, code in (("a", first), ("b", second)):
        event = ("Warning", f"Container {name} failed with exit code 1")
        if code == 0:
            event = ("Normal", f"Container {name} completed with exit code 0")
        assert event in said
    if policy == "Never":
        assert len(said) == 2, "one event for each end"


# Back-off ---------------------------------------------------------------------------------------------------------------


def test_back_off_doubles_up_to_five_minutes(cluster):
    apply(cluster, behavior("b", ["a"], exit={"code": 1}), pod("Always", "a"))
    seen = []
    for _ in range(8):
        message = pod_now(cluster)["status"]["containerStatuses"][0]["state"]["waiting"]["message"]
        delay = message.split()[1]
        seen.append(delay)
        cluster.ok("advance", delay)
    assert seen == ["10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s", "5m0s"]


def test_ten_minutes_of_good_running_make_the_next_crash_the_first(cluster):
    apply(cluster, behavior("b", ["a"], exit={"after": "11m", "code": 1}), pod("Always", "a"))
    for restarts in (1, 2, 3):
        cluster.ok("advance", "11m1s")
        status = pod_now(cluster)["status"]["containerStatuses"][0]
        assert ("running" in status["state"], status["restartCount"]) == (True, restarts), "it is started again at once"


def test_it_ends_so_many_times_and_then_runs(cluster):
    apply(cluster, behavior("b", ["a"], exit={"after": "1s", "code": 1, "times": 2}), pod("Always", "a"))
    cluster.ok("advance", "1h")
    status = pod_now(cluster)["status"]["containerStatuses"][0]
    assert ("running" in status["state"], status["restartCount"]) == (True, 2)


# Starting ---------------------------------------------------------------------------------------------------------------


def test_pull_start_and_ready_take_their_time(cluster):
    apply(cluster, behavior("b", ["a"], pull={"after": "5s"}, start={"after": "1s"}, ready={"after": "3s"}), pod("Always", "a"))
    seen = []
    for step in ("0s", "4s", "2s", "2s", "1s"):
        cluster.ok("advance", step)
        seen.append((phase(cluster), *status_line(cluster)))
    assert seen == [
        ("Pending", "0/1", "ContainerCreating"), ("Pending", "0/1", "ContainerCreating"), ("Running", "0/1", "Running"),
        ("Running", "0/1", "Running"), ("Running", "1/1", "Running"),
    ]


def test_never_ready(cluster):
    apply(cluster, behavior("b", ["a"], ready={"never": True}), pod("Always", "a"))
    cluster.ok("advance", "1h")
    assert status_line(cluster) == ["0/1", "Running"]


@pytest.mark.parametrize("reason", ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"])
def test_an_image_that_cannot_be_had_and_then_can(cluster, reason):
    apply(cluster, behavior("b", ["a"], pull={"fail": reason}), pod("Always", "a"))
    assert (phase(cluster), *status_line(cluster)) == ("Pending", "0/1", reason)
    cluster.ok("advance", "30s")
    later = {"ErrImagePull": "ImagePullBackOff"}.get(reason, reason)
    assert status_line(cluster) == ["0/1", later]
    cluster.ok("delete", "containerbehavior", "b")
    cluster.settle()
    assert (phase(cluster), *status_line(cluster)) == ("Running", "1/1", "Running")


def test_another_image_is_pulled_anew(cluster):
    behaviors = {**behavior("b", [], pull={"fail": "ImagePullBackOff"})}
    behaviors["spec"] = {"images": ["a:1"], "pull": {"fail": "ImagePullBackOff"}}
    apply(cluster, behaviors, pod("Always", "a"))
    cluster.ok("set", "image", "pod/p", "a=a:2")
    cluster.settle()
    assert status_line(cluster) == ["1/1", "Running"]


def test_the_first_behavior_by_name_wins(cluster):
    apply(
        cluster, behavior("b-second", ["a"], ready={"never": True}), behavior("a-first", ["a"]), pod("Always", "a"),
    )
    assert status_line(cluster) == ["1/1", "Running"]


@pytest.mark.parametrize(
    ("spec", "matches"),
    [
        ({}, True), ({"images": ["a:*"]}, True), ({"images": ["b:*"]}, False), ({"images": ["x", "a:1"]}, True),
        ({"containers": ["a"]}, True), ({"containers": ["b"]}, False), ({"namespaces": ["default"]}, True),
        ({"namespaces": ["other"]}, False), ({"podSelector": {"matchLabels": {"x": "y"}}}, False),
    ],
)
def test_what_a_behavior_matches(cluster, spec, matches):
    rule = behavior("b", [])
    rule["spec"] = {**spec, "ready": {"never": True}}
    apply(cluster, rule, pod("Always", "a"))
    assert (status_line(cluster) == ["0/1", "Running"]) is matches


# Init containers and sidecars ---------------------------------------------------------------------------------------------


def test_init_containers_run_one_after_the_other(cluster):
    apply(
        cluster, behavior("i", ["i1", "i2"], exit={"after": "10s"}),
        pod("Always", "a", initContainers=[{"name": "i1", "image": "i"}, {"name": "i2", "image": "i"}]),
    )
    seen = [status_line(cluster)]
    for _ in range(2):
        cluster.ok("advance", "10s")
        seen.append(status_line(cluster))
    assert seen == [["0/1", "Init:0/2"], ["0/1", "Init:1/2"], ["1/1", "Running"]]


def test_a_failing_init_container_holds_the_pod(cluster):
    initial = [{"name": "i", "image": "i"}]
    apply(cluster, behavior("i", ["i"], exit={"after": "1s", "code": 1}), pod("Always", "a", initContainers=initial))
    cluster.ok("advance", "5s")
    assert (phase(cluster), status_line(cluster)[1]) == ("Pending", "Init:CrashLoopBackOff")


def test_a_failing_init_container_fails_a_pod_that_never_restarts(cluster):
    initial = [{"name": "i", "image": "i"}]
    apply(cluster, behavior("i", ["i"], exit={"after": "1s", "code": 1}), pod("Never", "a", initContainers=initial))
    cluster.ok("advance", "5s")
    assert (phase(cluster), status_line(cluster)[1]) == ("Failed", "Init:Error")


def test_a_sidecar_starts_first_and_keeps_running(cluster):
    apply(cluster, pod("Always", "a", initContainers=[{"name": "s", "image": "s", "restartPolicy": "Always"}]))
    assert status_line(cluster) == ["2/2", "Running"]


# Ending -----------------------------------------------------------------------------------------------------------------


def test_stopping_takes_its_time(cluster):
    apply(cluster, behavior("b", ["a"], stop={"after": "5s"}), pod("Always", "a"))
    cluster.ok("delete", "pod", "p", "--wait=false")
    assert status_line(cluster) == ["1/1", "Terminating"]
    cluster.ok("advance", "6s")
    assert cluster("get", "pod", "p").code == 1


def test_the_grace_period_ends_the_wait(cluster):
    apply(cluster, behavior("b", ["a"], stop={"after": "1h"}), pod("Always", "a", terminationGracePeriodSeconds=7))
    cluster.ok("delete", "pod", "p", "--wait=false")
    cluster.ok("advance", "6s")
    assert status_line(cluster)[1] == "Terminating"
    cluster.ok("advance", "2s")
    assert cluster("get", "pod", "p").code == 1


def test_a_pod_of_ones_own_does_not_heal_but_one_of_a_replicaset_is_replaced(cluster):
    apply(cluster, pod("Always", "a"))
    cluster.ok("create", "deployment", "d", "--image=x")
    cluster.settle()
    before = cluster.ok("get", "pods", "-l", "app=d", "-o", "name")
    cluster.ok("delete", "pods", "--all")
    cluster.settle()
    after = cluster.ok("get", "pods", "-o", "name")
    assert len(after.split()) == 1
    assert after != before, "a new Pod: another name"


def test_a_fault_that_ends_a_container_says_so_alone(cluster):
    """1 container, out of memory by a fault: the fault's event is the one of its end."""
    apply(cluster, behavior("b", ["a"], exit={"after": "1h"}), pod("Never", "a"))
    cluster.ok("fault", "pod", "p", "oom")
    cluster.settle()
    assert (phase(cluster), status_line(cluster)) == ("Failed", ["0/1", "OOMKilled"])
    assert told(cluster, "OOMKilled", "Failed") == []
    assert told(cluster, "Fault")[-1:] == [("Warning", "Container a ended with exit code 137 (OOMKilled)")]


def test_init_containers_that_end_well_make_no_event(cluster):
    apply(cluster, pod("Always", "a", initContainers=[{"name": "i", "image": "i"}]))
    assert told(cluster, "Completed", "Failed") == []


# Nodes ------------------------------------------------------------------------------------------------------------------


def node_of(cluster, name="p"):
    return pod_now(cluster, name)["spec"]["nodeName"]


def only_pod(cluster, selector):
    items = json.loads(cluster.ok("get", "pods", "-l", selector, "-o", "json"))["items"]
    living = [each for each in items if each["status"]["phase"] not in ("Failed", "Succeeded")]
    assert len(living) == 1, living
    return living[0]


def deploy(cluster):
    cluster.ok("create", "deployment", "d", "--image=x")
    cluster.settle()
    return only_pod(cluster, "app=d")


@pytest.mark.parametrize("policy", POLICIES)
def test_the_disk_dies(cluster, policy):
    """any, its disk dies: Failed whatever the policy; all containers are killed, an event."""
    apply(cluster, behavior("b", ["a", "b"], exit={"after": "24h"}), pod(policy, "a", "b"))
    cluster.ok("fault", "node", node_of(cluster), "disk-pressure")
    cluster.settle()
    found = pod_now(cluster)["status"]
    assert (found["phase"], found["reason"]) == ("Failed", "Evicted")
    assert all("terminated" in each["state"] for each in found["containerStatuses"])
    assert told(cluster, "Evicted") == [("Warning", "The node was low on resource: ephemeral-storage. ")]
    assert sorted(told(cluster, "Killing")) == [("Normal", "Stopping container a"), ("Normal", "Stopping container b")]
    cluster.ok("advance", "1h")
    assert phase(cluster) == "Failed", "deployed by hand, it does not heal"


def test_the_disk_dies_under_a_controller(cluster):
    """any, its disk dies: a controller makes a new Pod elsewhere."""
    before = deploy(cluster)
    cluster.ok("fault", "node", before["spec"]["nodeName"], "disk-pressure")
    cluster.ok("advance", "1m")
    after = only_pod(cluster, "app=d")
    assert after["metadata"]["name"] != before["metadata"]["name"]
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert after["spec"]["nodeName"] != before["spec"]["nodeName"]
    assert after["status"]["phase"] == "Running"


@pytest.mark.parametrize("policy", POLICIES)
def test_the_node_is_lost(cluster, policy):
    """any, its node is lost: not ready after the grace period, Terminating after the tolerations, whatever the policy."""
    apply(cluster, behavior("b", ["a"], exit={"after": "24h"}), pod(policy, "a"))
    cluster.ok("fault", "node", node_of(cluster), "down")
    cluster.ok("advance", "40s")
    assert status_line(cluster) == ["1/1", "Running"], "nobody has noticed yet"
    cluster.ok("advance", "20s")
    ready = next(each for each in pod_now(cluster)["status"]["conditions"] if each["type"] == "Ready")
    assert (ready["status"], status_line(cluster)[1]) == ("False", "Running")
    cluster.ok("advance", "310s")
    assert status_line(cluster)[1] == "Terminating", "its kubelet does not answer, so nobody ends it"


def test_the_node_is_lost_under_a_controller(cluster):
    """any, its node is lost: a controller makes a new Pod elsewhere."""
    before = deploy(cluster)
    cluster.ok("fault", "node", before["spec"]["nodeName"], "down")
    cluster.ok("advance", "10m")
    items = json.loads(cluster.ok("get", "pods", "-l", "app=d", "-o", "json"))["items"]
    (after,) = (each for each in items if "deletionTimestamp" not in each["metadata"])
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert after["spec"]["nodeName"] != before["spec"]["nodeName"]
    assert after["status"]["podIP"] != before["status"]["podIP"]
    assert after["status"]["phase"] == "Running"


def test_a_pod_of_ones_own_goes_with_its_node(cluster):
    """Deployed by hand, a Pod does not heal: when its node goes, it is gone."""
    apply(cluster, pod("Always", "a"))
    cluster.ok("delete", "node", node_of(cluster))
    cluster.ok("advance", "5m")
    assert cluster("get", "pod", "p").code == 1


NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-9"}}


def node_status(cluster, name):
    return cluster.ok("get", "node", name, "--no-headers").split()[1]


def test_the_life_of_a_node(cluster):
    """A node's life: added, Ready, cordoned, NotReady, gone; its Pods are evicted after their tolerations end."""
    cluster.ok("create", "--no-reconcile", "-f", "-", stdin=json.dumps(NODE))
    assert node_status(cluster, "node-9") in ("NotReady", "Unknown"), "added, its kubelet has not spoken yet"
    cluster.settle()
    assert node_status(cluster, "node-9") == "Ready"
    apply(cluster, pod("Always", "a", nodeName="node-9"))
    cluster.ok("cordon", "node-9")
    assert node_status(cluster, "node-9") == "Ready,SchedulingDisabled"
    assert status_line(cluster) == ["1/1", "Running"], "what is there stays"
    cluster.ok("uncordon", "node-9")
    cluster.ok("fault", "node", "node-9", "down")
    cluster.ok("advance", "60s")
    assert node_status(cluster, "node-9") == "NotReady"
    cluster.ok("advance", "200s")
    assert status_line(cluster)[1] == "Running", "it is tolerated for five minutes"
    cluster.ok("advance", "110s")
    assert status_line(cluster)[1] == "Terminating"
    cluster.ok("delete", "node", "node-9")
    cluster.ok("advance", "2m")
    assert cluster("get", "node", "node-9").code == 1
    assert cluster("get", "pod", "p").code == 1


def test_a_daemonset_follows_its_nodes(cluster):
    """When a node joins, DaemonSets put their Pod there; when it leaves, that Pod is collected."""
    apply(cluster, {
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "ds"},
        "spec": {
            "selector": {"matchLabels": {"app": "ds"}},
            "template": {"metadata": {"labels": {"app": "ds"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}},
        },
    })

    def nodes():
        return sorted(cluster.ok("get", "pods", "-l", "app=ds", "-o", "jsonpath={.items[*].spec.nodeName}").split())

    assert nodes() == ["node-1", "node-2", "node-3"]
    apply(cluster, NODE)
    assert nodes() == ["node-1", "node-2", "node-3", "node-9"]
    cluster.ok("delete", "node", "node-9")
    cluster.ok("advance", "2m")
    assert nodes() == ["node-1", "node-2", "node-3"]
