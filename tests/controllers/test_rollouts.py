"""Whole rollouts, pass by pass, over the real API: the invariants of every pass, and where they come to rest."""

import pytest
from builders import deployment, replica_set
from realcluster import Cluster

from minikctl.kinds.deploymentutil import get_deployment_condition, revision

DEPLOYMENTS, RS = "deployments.apps", "replicasets.apps"


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    return Cluster(tmp_path, monkeypatch)


def set_image(image):
    def change(obj):
        obj["spec"]["template"]["spec"]["containers"][0]["image"] = image

    return change


def pods(cluster):
    """(all Pods that are not going, those of them that are ready)."""
    there = [pod for pod in cluster.api.list("pods") if "deletionTimestamp" not in pod["metadata"]]
    ready = [
        pod for pod in there
        if any(c["type"] == "Ready" and c["status"] == "True" for c in pod.get("status", {}).get("conditions", ()))
    ]
    return there, ready


def sizes(cluster):
    """{image: replicas wanted} over the ReplicaSets."""
    return {
        rs["spec"]["template"]["spec"]["containers"][0]["image"]: rs["spec"]["replicas"] for rs in cluster.api.list(RS)
    }


def web(cluster):
    return cluster.api.must_get(DEPLOYMENTS, "default", "web")


def reason(cluster, kind="Progressing"):
    return (get_deployment_condition(web(cluster)["status"], kind) or {}).get("reason")


def roll_out(cluster, of):
    cluster.api.create(of)
    cluster.settle()


def test_one_pass_takes_a_new_deployment_to_running_pods_and_says_so(cluster):
    cluster.api.create(deployment(replicas=3))
    cluster.run_pass()
    status = web(cluster)["status"]
    conditions = [(c["type"], c["status"], c["reason"]) for c in status.pop("conditions")]
    assert status == {
        "observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3,
        "terminatingReplicas": 0,
    }
    assert conditions == [
        ("Available", "True", "MinimumReplicasAvailable"), ("Progressing", "True", "NewReplicaSetAvailable"),
    ]
    assert cluster.api.list(RS)[0]["status"] == {
        "replicas": 3, "fullyLabeledReplicas": 3, "readyReplicas": 3, "availableReplicas": 3, "observedGeneration": 1,
        "terminatingReplicas": 0,
    }


def test_what_has_come_to_rest_stays_at_rest(cluster):
    roll_out(cluster, deployment())
    revision_before = cluster.store.revision
    assert cluster.run_pass().writes == 0
    assert cluster.store.revision == revision_before


@pytest.mark.parametrize(
    ("surge", "unavailable", "most", "least", "passes"),
    [
        (1, 0, 5, 4, 8), (0, 1, 4, 3, 8), (1, 1, 5, 3, 5), ("25%", "25%", 5, 3, 5), (4, 0, 8, 4, 2), (0, 4, 4, 0, 2),
        ("50%", 0, 6, 4, 4), (2, 2, 6, 2, 3),
    ],
)
def test_a_rolling_update_keeps_its_limits_in_every_pass(cluster, surge, unavailable, most, least, passes):
    roll_out(cluster, deployment(replicas=4, surge=surge, unavailable=unavailable))
    cluster.change(DEPLOYMENTS, "web", set_image("app:2"))
    done = 0
    while done < 20:
        cluster.run_pass()
        done += 1
        there, ready = pods(cluster)
        assert len(there) <= most
        assert len(ready) >= least
        if sizes(cluster) == {"app:1": 0, "app:2": 4} and reason(cluster) == "NewReplicaSetAvailable":
            break
    assert done == passes
    assert {pod["spec"]["containers"][0]["image"] for pod in there} == {"app:2"}
    assert web(cluster)["status"]["updatedReplicas"] == 4
    cluster.settle()
    assert sizes(cluster) == {"app:1": 0, "app:2": 4}


def test_a_rollout_of_one_step_a_pass_tells_its_story(cluster):
    roll_out(cluster, deployment(replicas=2))
    cluster.change(DEPLOYMENTS, "web", set_image("app:2"))
    steps = []
    for _ in range(4):
        cluster.run_pass()
        steps.append((tuple(sizes(cluster).items()), reason(cluster)))
    names = {
        rs["spec"]["template"]["spec"]["containers"][0]["image"]: rs["metadata"]["name"] for rs in cluster.api.list(RS)
    }
    assert [(dict(size), why) for size, why in steps] == [
        ({"app:1": 2, "app:2": 1}, "ReplicaSetUpdated"),
        ({"app:1": 1, "app:2": 1}, "ReplicaSetUpdated"),
        ({"app:1": 1, "app:2": 2}, "ReplicaSetUpdated"),
        ({"app:1": 0, "app:2": 2}, "NewReplicaSetAvailable"),
    ]
    assert cluster.messages("web") == [
        f"Scaled up replica set {names['app:1']} from 0 to 2",
        f"Scaled up replica set {names['app:2']} from 0 to 1",
        f"Scaled down replica set {names['app:1']} from 2 to 1",
        f"Scaled up replica set {names['app:2']} from 1 to 2",
        f"Scaled down replica set {names['app:1']} from 1 to 0",
    ]


def test_going_back_to_an_old_template_uses_its_replica_set_and_counts_revisions_up(cluster):
    roll_out(cluster, deployment(replicas=2))
    for image in ("app:2", "app:1"):
        cluster.change(DEPLOYMENTS, "web", set_image(image))
        cluster.settle()
    assert sizes(cluster) == {"app:1": 2, "app:2": 0}
    revisions = {
        rs["spec"]["template"]["spec"]["containers"][0]["image"]: (
            revision(rs), rs["metadata"]["annotations"].get("deployment.kubernetes.io/revision-history"),
        )
        for rs in cluster.api.list(RS)
    }
    assert revisions == {"app:1": (3, "1"), "app:2": (2, None)}
    assert revision(web(cluster)) == 3


def test_the_revision_is_there_after_one_pass(cluster):
    roll_out(cluster, deployment(replicas=2))
    cluster.change(DEPLOYMENTS, "web", set_image("app:2"))
    cluster.settle()
    cluster.change(DEPLOYMENTS, "web", set_image("app:1"))
    cluster.run_pass()
    assert revision(web(cluster)) == 3


def test_a_change_cause_goes_to_the_present_replica_set(cluster):
    roll_out(cluster, deployment(replicas=1))

    def annotate(obj):
        obj["metadata"]["annotations"]["kubernetes.io/change-cause"] = "because"

    cluster.change(DEPLOYMENTS, "web", annotate)
    cluster.settle()
    (rs,) = cluster.api.list(RS)
    assert rs["metadata"]["annotations"]["kubernetes.io/change-cause"] == "because"
    assert revision(rs) == 1


def test_a_paused_deployment_waits_and_a_resumed_one_goes_on(cluster):
    roll_out(cluster, deployment(replicas=2))
    cluster.change(DEPLOYMENTS, "web", lambda obj: obj["spec"].update(paused=True))
    cluster.change(DEPLOYMENTS, "web", set_image("app:2"))
    cluster.settle()
    assert sizes(cluster) == {"app:1": 2}
    assert web(cluster)["status"].get("updatedReplicas", 0) == 0
    assert reason(cluster) == "DeploymentPaused"
    cluster.change(DEPLOYMENTS, "web", lambda obj: obj["spec"].pop("paused"))
    cluster.settle()
    assert sizes(cluster) == {"app:1": 0, "app:2": 2}
    assert reason(cluster) == "NewReplicaSetAvailable"


def test_recreate_never_mixes_old_and_new(cluster):
    roll_out(cluster, deployment(replicas=3, strategy="Recreate"))
    cluster.change(DEPLOYMENTS, "web", set_image("app:2"))
    for _ in range(6):
        cluster.run_pass()
        images = {pod["spec"]["containers"][0]["image"] for pod in cluster.api.list("pods")}
        assert len(images) <= 1
    assert images == {"app:2"}
    assert sizes(cluster) == {"app:1": 0, "app:2": 3}
    downwards = [message for message in cluster.messages("web") if "down" in message]
    assert downwards[0].endswith("from 3 to 0")


def test_recreate_waits_for_pods_that_take_their_time_to_stop(cluster):
    of = deployment(replicas=2, strategy="Recreate", image="slow:1")
    roll_out(cluster, of)
    cluster.change(DEPLOYMENTS, "web", set_image("app:2"))
    cluster.settle()
    assert sizes(cluster) == {"slow:1": 0}
    assert web(cluster)["status"]["terminatingReplicas"] == 2
    for pod in cluster.api.list("pods"):
        cluster.api.remove(pod)
    cluster.settle()
    assert sizes(cluster) == {"slow:1": 0, "app:2": 2}
    cluster.change(DEPLOYMENTS, "web", set_image("slow:1"))
    cluster.settle()
    assert sizes(cluster) == {"slow:1": 2, "app:2": 0}


def test_old_replica_sets_go_beyond_the_history_limit(cluster):
    roll_out(cluster, deployment(replicas=1, revisionHistoryLimit=1))
    for number in range(2, 6):
        cluster.change(DEPLOYMENTS, "web", set_image(f"app:{number}"))
        cluster.settle()
    assert sizes(cluster) == {"app:4": 0, "app:5": 1}


def test_a_rollout_that_cannot_progress_fails_when_its_deadline_is_over(cluster):
    roll_out(cluster, deployment(replicas=2, progressDeadlineSeconds=4))
    cluster.change(DEPLOYMENTS, "web", set_image("slow:2"))
    cluster.settle()
    assert reason(cluster) == "ReplicaSetUpdated"
    cluster.advance(4)
    assert reason(cluster) == "ReplicaSetUpdated"
    cluster.advance(1)
    condition = get_deployment_condition(web(cluster)["status"], "Progressing")
    (name,) = [rs["metadata"]["name"] for rs in cluster.api.list(RS) if revision(rs) == 2]
    assert (condition["status"], condition["reason"], condition["message"]) == (
        "False", "ProgressDeadlineExceeded", f'ReplicaSet "{name}" has timed out progressing.',
    )
    status = web(cluster)["status"]
    assert (status["readyReplicas"], status["updatedReplicas"], status["unavailableReplicas"]) == (2, 1, 1)
    assert reason(cluster, "Available") == "MinimumReplicasAvailable"
    cluster.change(DEPLOYMENTS, "web", set_image("app:1"))
    cluster.settle()
    assert reason(cluster) == "NewReplicaSetAvailable"
    assert sizes(cluster) == {"app:1": 2, "slow:2": 0}


@pytest.mark.parametrize("paused", [True, False])
def test_a_deployment_that_cannot_time_out_wakes_nobody(cluster, paused):
    roll_out(cluster, deployment(replicas=2, progressDeadlineSeconds=4, paused=paused))
    if not paused:
        pod = cluster.api.list("pods")[0]
        pod["spec"]["containers"][0]["image"] = "slow:1"
        cluster.api.update(pod)
        cluster.settle()
        assert web(cluster)["status"]["readyReplicas"] == 1
    passes = cluster.advance(600)
    assert passes <= 5
    assert reason(cluster) == ("DeploymentPaused" if paused else "NewReplicaSetAvailable")


def test_a_new_rollout_in_mid_rollout_ends_the_one_that_is_stuck(cluster):
    roll_out(cluster, deployment(replicas=4, surge=1, unavailable=1))
    cluster.change(DEPLOYMENTS, "web", set_image("slow:2"))
    cluster.settle()
    assert sizes(cluster) == {"app:1": 3, "slow:2": 2}
    cluster.change(DEPLOYMENTS, "web", set_image("app:3"))
    cluster.settle()
    assert sizes(cluster) == {"app:1": 0, "slow:2": 0, "app:3": 4}


def test_scaling_in_mid_rollout_is_shared_in_proportion(cluster):
    roll_out(cluster, deployment(replicas=10, surge=3, unavailable=2))
    cluster.change(DEPLOYMENTS, "web", set_image("slow:2"))
    cluster.settle()
    assert sizes(cluster) == {"app:1": 8, "slow:2": 5}
    cluster.change(DEPLOYMENTS, "web", lambda obj: obj["spec"].update(replicas=15))
    cluster.run_pass()
    assert sizes(cluster) == {"app:1": 11, "slow:2": 7}  # the documentation's example


def test_a_rollout_goes_on_when_it_is_scaled_to_the_size_that_the_old_replica_set_just_has(cluster):
    roll_out(cluster, deployment(replicas=5, surge=0, unavailable=1))
    cluster.change(DEPLOYMENTS, "web", set_image("app:2"))
    cluster.run_pass()
    assert sizes(cluster) == {"app:1": 4, "app:2": 0}
    cluster.change(DEPLOYMENTS, "web", lambda obj: obj["spec"].update(replicas=4))
    cluster.settle()
    assert sizes(cluster) == {"app:1": 0, "app:2": 4}


def test_scaling_tells_the_events_and_keeps_the_rollout_complete(cluster):
    roll_out(cluster, deployment(replicas=2))
    (rs,) = cluster.api.list(RS)
    for size in (5, 0):
        cluster.change(DEPLOYMENTS, "web", lambda obj, size=size: obj["spec"].update(replicas=size))
        cluster.settle()
        assert web(cluster)["status"].get("readyReplicas", 0) == size
        assert reason(cluster) == "NewReplicaSetAvailable"
    assert cluster.messages("web") == [
        f"Scaled up replica set {rs['metadata']['name']} from 0 to 2",
        f"Scaled up replica set {rs['metadata']['name']} from 2 to 5",
        f"Scaled down replica set {rs['metadata']['name']} from 5 to 0",
    ]


def test_a_replica_set_that_is_deleted_comes_back(cluster):
    roll_out(cluster, deployment(replicas=2))
    (rs,) = cluster.api.list(RS)
    cluster.api.delete(RS, "default", rs["metadata"]["name"])
    cluster.settle()
    (again,) = cluster.api.list(RS)
    assert again["metadata"]["uid"] != rs["metadata"]["uid"]
    assert len(pods(cluster)[1]) == 2


def test_min_ready_seconds_hold_a_rollout_up(cluster):
    roll_out(cluster, deployment(replicas=2, surge=1, unavailable=0, minReadySeconds=30))
    assert web(cluster)["status"].get("availableReplicas", 0) == 0
    assert reason(cluster) == "ReplicaSetUpdated"
    cluster.advance(30)
    assert web(cluster)["status"]["availableReplicas"] == 2
    cluster.change(DEPLOYMENTS, "web", set_image("app:2"))
    cluster.settle()
    assert sizes(cluster) == {"app:1": 2, "app:2": 1}
    cluster.advance(29)
    assert sizes(cluster) == {"app:1": 2, "app:2": 1}
    cluster.advance(1)
    assert sizes(cluster) == {"app:1": 1, "app:2": 2}
    cluster.advance(30)
    assert sizes(cluster) == {"app:1": 0, "app:2": 2}
    assert reason(cluster) == "NewReplicaSetAvailable"


# -- deletion -------------------------------------------------------------------------------------------------------


def left(cluster):
    return {resource for resource in (DEPLOYMENTS, RS, "pods") if cluster.api.list(resource)}


def test_a_deleted_deployment_takes_everything_along_in_one_pass(cluster):
    roll_out(cluster, deployment())
    cluster.api.delete(DEPLOYMENTS, "default", "web")
    cluster.run_pass()
    assert left(cluster) == set()


def test_foreground_deletion_keeps_the_deployment_until_its_pods_are_gone(cluster):
    roll_out(cluster, deployment())
    cluster.api.delete(DEPLOYMENTS, "default", "web", propagation="Foreground")
    cluster.run_pass()
    assert left(cluster) == {DEPLOYMENTS, RS}
    cluster.settle()
    assert left(cluster) == set()


def test_orphaned_pods_go_on_and_are_adopted_again(cluster):
    roll_out(cluster, deployment(replicas=2))
    cluster.api.delete(DEPLOYMENTS, "default", "web", propagation="Orphan")
    cluster.settle()
    (rs,) = cluster.api.list(RS)
    assert "ownerReferences" not in rs["metadata"]
    assert len(pods(cluster)[1]) == 2
    uids = {pod["metadata"]["uid"] for pod in cluster.api.list("pods")}
    roll_out(cluster, deployment(replicas=2))
    (rs,) = cluster.api.list(RS)
    assert rs["metadata"]["ownerReferences"][0]["uid"] == web(cluster)["metadata"]["uid"]
    assert {pod["metadata"]["uid"] for pod in cluster.api.list("pods")} == uids


def test_a_namespace_takes_what_is_in_it(cluster):
    cluster.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "dev"}})
    cluster.settle()
    assert cluster.api.get("serviceaccounts", "dev", "default") is not None
    of = deployment()
    of["metadata"]["namespace"] = "dev"
    roll_out(cluster, of)
    cluster.api.delete("namespaces", "", "dev")
    cluster.settle()
    assert cluster.api.get("namespaces", "", "dev") is None
    assert cluster.api.namespaced_objects("dev") == []


def test_a_relabelled_pod_is_released_and_replaced(cluster):
    roll_out(cluster, replica_set(replicas=4))
    stray = cluster.api.list("pods")[0]["metadata"]["name"]
    cluster.change("pods", stray, lambda obj: obj["metadata"]["labels"].update(app="stray"))
    cluster.settle()
    labels = sorted(pod["metadata"]["labels"]["app"] for pod in cluster.api.list("pods"))
    assert labels == ["solo", "solo", "solo", "solo", "stray"]
    assert "ownerReferences" not in cluster.api.must_get("pods", "default", stray)["metadata"]


def test_deleted_pods_are_replaced(cluster):
    roll_out(cluster, replica_set(replicas=3))
    before = {pod["metadata"]["name"] for pod in cluster.api.list("pods")}
    for name in before:
        cluster.api.delete("pods", "default", name)
    cluster.settle()
    after = {pod["metadata"]["name"] for pod in cluster.api.list("pods")}
    assert len(after) == 3
    assert not before & after
