"""StatefulSets over the real API, scheduler and kubelet."""

import pytest
from wholecluster import WholeCluster, set_field, set_image

STS, PODS, REVISIONS, CLAIMS = "statefulsets.apps", "pods", "controllerrevisions.apps", "persistentvolumeclaims"


def db(replicas=3, name="db", image="postgres:15", **spec):
    return {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name},
        "spec": {
            "replicas": replicas, "serviceName": name, "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "pg", "image": image}]},
            },
            **spec,
        },
    }


CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


@pytest.fixture
def cluster(tmp_path):
    return WholeCluster(tmp_path)


def images(cluster):
    return {p["metadata"]["name"]: p["spec"]["containers"][0]["image"] for p in cluster.api.list(PODS, "default")}


def test_pods_come_one_after_the_other(cluster):
    cluster.apply(db())
    assert cluster.names(PODS) == ["db-0"]
    cluster.run_pass()
    assert cluster.names(PODS) == ["db-0", "db-1"]
    cluster.settle()
    of = cluster.get(STS, "db")
    revision = of["status"]["updateRevision"]
    assert of["status"] == {
        "availableReplicas": 3, "collisionCount": 0, "currentReplicas": 3, "currentRevision": revision,
        "observedGeneration": 1, "readyReplicas": 3, "replicas": 3, "updateRevision": revision, "updatedReplicas": 3,
    }
    assert cluster.messages("db")[0] == ("SuccessfulCreate", "Create Pod db-0 in StatefulSet db successful")
    assert cluster.run_pass().writes == 0


def test_pods_come_at_once_where_the_set_is_parallel(cluster):
    cluster.apply(db(podManagementPolicy="Parallel"))
    assert cluster.names(PODS) == ["db-0", "db-1", "db-2"]


def test_the_next_pod_waits_until_the_one_before_is_ready_for_long_enough(cluster):
    cluster.behave("slow", ready={"after": "7s"})
    cluster.apply(db(minReadySeconds=10))
    cluster.settle()
    assert cluster.names(PODS) == ["db-0"]
    cluster.advance(16)
    assert cluster.names(PODS) == ["db-0"]
    cluster.advance(1)
    assert cluster.names(PODS) == ["db-0", "db-1"]


def test_numbers_start_where_the_set_says_and_can_move(cluster):
    cluster.apply(db(2, ordinals={"start": 3}))
    cluster.settle()
    assert cluster.names(PODS) == ["db-3", "db-4"]
    cluster.change(STS, "db", set_field(ordinals={"start": 4}))
    cluster.settle()
    assert cluster.names(PODS) == ["db-4", "db-5"]


def test_an_update_goes_down_the_numbers_and_takes_its_revision_along(cluster):
    cluster.apply(db())
    cluster.settle()
    old = cluster.get(STS, "db")["status"]["currentRevision"]
    cluster.change(STS, "db", set_image("postgres:16"))
    cluster.run_pass()
    status = cluster.get(STS, "db")["status"]
    assert (status["currentRevision"], status["updateRevision"] != old) == (old, True)
    assert images(cluster) == {"db-0": "postgres:15", "db-1": "postgres:15"}
    cluster.settle()
    assert set(images(cluster).values()) == {"postgres:16"}
    status = cluster.get(STS, "db")["status"]
    assert status["currentRevision"] == status["updateRevision"] != old
    assert [r["revision"] for r in cluster.api.list(REVISIONS)] in ([1, 2], [2, 1])


def test_a_partition_keeps_the_lower_numbers_even_when_their_pods_are_deleted(cluster):
    cluster.apply(db())
    cluster.settle()
    cluster.change(STS, "db", set_field(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}))
    cluster.change(STS, "db", set_image("postgres:16"))
    cluster.settle()
    cluster.api.delete(PODS, "default", "db-0")
    cluster.settle()
    assert images(cluster) == {"db-0": "postgres:15", "db-1": "postgres:15", "db-2": "postgres:16"}
    assert cluster.get(STS, "db")["status"]["updatedReplicas"] == 1


def test_on_delete_updates_what_is_deleted(cluster):
    cluster.apply(db(2, updateStrategy={"type": "OnDelete"}))
    cluster.settle()
    cluster.change(STS, "db", set_image("postgres:16"))
    cluster.settle()
    assert set(images(cluster).values()) == {"postgres:15"}
    cluster.api.delete(PODS, "default", "db-0")
    cluster.settle()
    assert images(cluster) == {"db-0": "postgres:16", "db-1": "postgres:15"}


def test_a_template_that_comes_back_takes_its_revision_along(cluster):
    cluster.apply(db(1))
    cluster.settle()
    first = cluster.names(REVISIONS)
    for image in ("postgres:16", "postgres:15"):
        cluster.change(STS, "db", set_image(image))
        cluster.settle()
    revisions = {r["metadata"]["name"]: r["revision"] for r in cluster.api.list(REVISIONS)}
    assert revisions[first[0]] == 3
    assert sorted(revisions.values()) == [2, 3]


def test_old_revisions_go(cluster):
    cluster.apply(db(1, revisionHistoryLimit=1))
    cluster.settle()
    for number in range(4):
        cluster.change(STS, "db", set_image(f"postgres:{number}"))
        cluster.settle()
    assert sorted(r["revision"] for r in cluster.api.list(REVISIONS)) == [4, 5]


def test_scaling_down_takes_the_highest_numbers_and_waits_for_one_that_is_not_well(cluster):
    cluster.apply(db(4))
    cluster.settle()
    cluster.change(STS, "db", set_field(replicas=1))
    cluster.run_pass()
    assert cluster.names(PODS) == ["db-0", "db-1", "db-2"]
    cluster.settle()
    assert cluster.names(PODS) == ["db-0"]
    assert ("SuccessfulDelete", "Delete Pod db-3 in StatefulSet db successful") in cluster.messages("db")


def test_a_pod_that_ended_comes_back_under_its_name(cluster):
    cluster.apply(db(1))
    cluster.settle()
    before = cluster.get(PODS, "db-0")
    before["status"]["phase"] = "Failed"
    cluster.api.update_status(before)
    cluster.settle()
    after = cluster.get(PODS, "db-0")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert after["status"]["phase"] == "Running"


def test_a_pod_of_its_name_is_adopted_and_one_of_another_is_not(cluster):
    for name in ("db-0", "odd"):
        cluster.apply({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "db"}},
            "spec": {"containers": [{"name": "pg", "image": "postgres:15"}]},
        })
    cluster.apply(db(1, updateStrategy={"type": "OnDelete"}))
    cluster.settle()
    adopted, odd = cluster.get(PODS, "db-0"), cluster.get(PODS, "odd")
    assert adopted["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] == "db-0"
    assert "ownerReferences" not in odd["metadata"]


def storage():
    return {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": "minikctl.dev/simulated",
    }


def test_each_pod_has_its_claims_and_they_stay(cluster):
    cluster.apply(storage())
    cluster.apply(db(2, volumeClaimTemplates=[CLAIM]))
    cluster.settle()
    assert cluster.names(CLAIMS) == ["data-db-0", "data-db-1"]
    volume = cluster.get(PODS, "db-1")["spec"]["volumes"][0]
    assert volume == {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-1"}}
    assert ("SuccessfulCreate", "Create Claim data-db-0 Pod db-0 in StatefulSet db success") in cluster.messages("db")
    cluster.api.delete(STS, "default", "db")
    cluster.settle()
    assert (cluster.names(PODS), cluster.names(CLAIMS)) == ([], ["data-db-0", "data-db-1"])


@pytest.mark.parametrize(("scaled", "deleted", "after_scaling", "after_deletion"), [
    ("Retain", "Retain", 3, 3), ("Delete", "Retain", 1, 1), ("Retain", "Delete", 3, 0), ("Delete", "Delete", 1, 0),
])
def test_claims_go_with_pods_or_set_where_it_says_so(cluster, scaled, deleted, after_scaling, after_deletion):
    cluster.apply(storage())
    policy = {"whenScaled": scaled, "whenDeleted": deleted}
    cluster.apply(db(3, volumeClaimTemplates=[CLAIM], persistentVolumeClaimRetentionPolicy=policy))
    cluster.settle()
    cluster.change(STS, "db", set_field(replicas=1))
    cluster.settle()
    there = [name for name in cluster.names(CLAIMS) if not going(cluster, name)]
    assert len(there) == after_scaling
    cluster.api.delete(STS, "default", "db")
    cluster.settle()
    assert len([name for name in cluster.names(CLAIMS) if not going(cluster, name)]) == after_deletion


def going(cluster, name):
    return "deletionTimestamp" in cluster.get(CLAIMS, name)["metadata"]


def test_a_set_that_may_not_make_pods_says_so_and_goes_on_when_it_may(cluster):
    broken = db(1)
    broken["spec"]["template"]["spec"]["priorityClassName"] = "nobody-made-it"
    cluster.apply(broken)
    reason, message = cluster.messages("db")[0]
    assert reason == "FailedCreate"
    assert message.startswith('Create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: ')
    cluster.change(STS, "db", lambda obj: obj["spec"]["template"]["spec"].pop("priorityClassName"))
    cluster.settle()
    assert cluster.names(PODS) == ["db-0"]


@pytest.mark.parametrize(("policy", "first", "second"), [("Parallel", 20, 40), ("OrderedReady", 1, 2)])
def test_a_number_without_sense_fills_no_memory(cluster, monkeypatch, policy, first, second):
    monkeypatch.setattr("minikctl.controllers.statefulset.control.MOST_MISSING", 20)
    cluster.apply(db(replicas=2_000_000_000, podManagementPolicy=policy))
    assert len(cluster.names(PODS)) == first
    cluster.run_pass()
    assert len(cluster.names(PODS)) >= second


def test_of_very_many_the_highest_are_seen(cluster, monkeypatch):
    """Those that are there count, however many are missing in front of them."""
    monkeypatch.setattr("minikctl.controllers.statefulset.control.MOST_MISSING", 5)
    cluster.apply(db(replicas=8, podManagementPolicy="Parallel"))
    cluster.settle()
    assert sorted(cluster.names(PODS)) == [f"db-{n}" for n in range(8)]
    cluster.change(STS, "db", set_image("postgres:16"))
    cluster.settle()
    assert set(images(cluster).values()) == {"postgres:16"}
    cluster.change(STS, "db", set_field(replicas=2))
    cluster.settle()
    assert sorted(cluster.names(PODS)) == ["db-0", "db-1"]
