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


# One container ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("policy", "expected"), [("Always", "Running"), ("OnFailure", "Succeeded"), ("Never", "Succeeded")])
def test_one_container_exits_0(cluster, policy, expected):
    apply(cluster, behavior("b", ["a"], exit={"after": "5s", "code": 0}), pod(policy, "a"))
    assert phase(cluster) == "Running"
    cluster.ok("advance", "6s")
    assert phase(cluster) == expected
    restarts = pod_now(cluster)["status"]["containerStatuses"][0]["restartCount"]
    assert restarts == (1 if policy == "Always" else 0)
    if policy != "Always":
        assert status_line(cluster) == ["0/1", "Completed"]


@pytest.mark.parametrize(("policy", "expected"), [("Always", "Running"), ("OnFailure", "Running"), ("Never", "Failed")])
def test_one_container_exits_badly(cluster, policy, expected):
    apply(cluster, behavior("b", ["a"], exit={"after": "5s", "code": 3}), pod(policy, "a"))
    cluster.ok("advance", "6s")
    assert phase(cluster) == expected
    cluster.ok("advance", "6s")
    if policy == "Never":
        assert status_line(cluster) == ["0/1", "Error"]
        assert pod_now(cluster)["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
    else:
        assert status_line(cluster) == ["0/1", "CrashLoopBackOff"]
        assert "BackOff Back-off restarting failed container a in pod p_default" in " ".join(events(cluster).split())


@pytest.mark.parametrize(("policy", "expected"), [("Always", "Running"), ("OnFailure", "Running"), ("Never", "Failed")])
def test_one_container_runs_out_of_memory(cluster, policy, expected):
    apply(cluster, behavior("b", ["a"], exit={"after": "5s", "code": 137, "reason": "OOMKilled", "times": 1}), pod(policy, "a"))
    cluster.ok("advance", "6s")
    assert phase(cluster) == expected
    status = pod_now(cluster)["status"]["containerStatuses"][0]
    ended = status["state"].get("terminated") or status["lastState"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)
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
    apply(
        cluster, behavior("a", ["a"], exit={"after": "5s", "code": first}), behavior("b", ["b"], exit={"after": "20s", "code": second}),
        pod(policy, "a", "b"),
    )
    cluster.ok("advance", "6s")
    assert phase(cluster) == between, "one has ended, the other runs"
    cluster.ok("advance", "15s")
    assert phase(cluster) == after, "and then the other ends too"


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
