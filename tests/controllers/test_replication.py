"""ReplicaSets and ReplicationControllers: adoption, creation, deletion, status (upstream: replica_set_test.go)."""

import pytest
from builders import pod, reference, replica_set, template
from fakes import START, FakeContext, run

from minikctl.controllers.replicaset import ReplicaSetController
from minikctl.controllers.replication import calculate_status, pods_to_delete, slow_start_batch
from minikctl.controllers.replicationcontroller import ReplicationControllerController
from minikctl.errors import Forbidden
from minikctl.lib.times import format_time

KEY = "default/solo"
RS = "replicasets.apps"


def synced(context):
    """Sync the ReplicaSet once, status included."""
    controller = ReplicaSetController()
    controller.sync(context, KEY)
    controller.sync_status(context, KEY)
    return context.get(RS, "default", "solo")


def test_pods_are_made_from_the_template():
    labels = {"app": "solo"}
    of = replica_set(replicas=2, labels=labels)
    of["spec"]["template"]["metadata"].update(annotations={"a": "b"}, finalizers=["x/y"])
    context = FakeContext(of)
    owner = synced(context)
    pods = context.list("pods")
    assert len(pods) == 2
    made = pods[0]
    assert made["metadata"]["name"].startswith("solo-")
    assert made["metadata"]["generateName"] == "solo-"
    assert (made["metadata"]["labels"], made["metadata"]["annotations"], made["metadata"]["finalizers"]) == (
        labels, {"a": "b"}, ["x/y"],
    )
    assert made["metadata"]["ownerReferences"] == [reference(owner)]
    assert made["spec"] == of["spec"]["template"]["spec"]
    assert owner["status"] == {
        "replicas": 2, "fullyLabeledReplicas": 2, "observedGeneration": 1, "terminatingReplicas": 0,
    }
    assert context.events == [
        ("Normal", "SuccessfulCreate", f"Created pod: {name}", "replicaset-controller")
        for name in context.names("pods")
    ]


def test_a_replication_controller_does_the_same_in_its_own_name():
    context = FakeContext({
        "apiVersion": "v1", "kind": "ReplicationController",
        "metadata": {"name": "solo", "namespace": "default"},
        "spec": {"replicas": 1, "selector": {"app": "solo"}, "template": template(labels={"app": "solo"})},
    })
    run(context, ReplicationControllerController())
    owner = context.one("replicationcontrollers")
    made = context.one("pods")
    assert made["metadata"]["ownerReferences"] == [reference(owner)]
    assert owner["status"] == {"replicas": 1, "fullyLabeledReplicas": 1, "observedGeneration": 1}
    assert [component for *_, component in context.events] == ["replication-controller"]


def test_a_second_pass_writes_nothing():
    context = FakeContext(replica_set())
    run(context, ReplicaSetController())
    writes = len(context.changes)
    synced(context)
    assert len(context.changes) == writes


def test_pods_that_have_ended_or_are_going_are_replaced():
    context = FakeContext(replica_set(replicas=4))
    owner = context.one(RS)
    labels = {"app": "solo"}
    for obj in (
        pod("failed", labels, owner=owner, phase="Failed"),
        pod("succeeded", labels, owner=owner, phase="Succeeded"),
        pod("going", labels, owner=owner, deletionTimestamp="2026-01-01T00:00:00Z"),
        pod("fine", labels, owner=owner),
    ):
        context.create(obj)
    owner = synced(context)
    assert len(context.messages("SuccessfulCreate")) == 3
    status = owner["status"]
    assert (status["replicas"], status["readyReplicas"], status["terminatingReplicas"]) == (4, 1, 1)


def test_orphans_that_match_are_adopted_and_pods_that_no_longer_do_are_released():
    context = FakeContext(replica_set(replicas=1))
    owner = context.one(RS)
    context.create(pod("orphan", {"app": "solo"}))
    context.create(pod("stray", {"app": "stray"}, owner=owner))
    context.create(pod("other", {"app": "solo"}, owner={**owner, "metadata": {"name": "x", "uid": "x"}}))
    context.create(pod("ended", {"app": "solo"}, phase="Failed"))
    synced(context)
    owners = {obj["metadata"]["name"]: obj["metadata"].get("ownerReferences") for obj in context.list("pods")}
    assert owners["orphan"] == [reference(owner)]
    assert owners["stray"] is None
    assert owners["ended"] is None
    assert owners["other"][0]["uid"] == "x"
    assert len(owners) == 4


def test_adoption_keeps_owners_that_are_no_controllers():
    context = FakeContext(replica_set(replicas=1))
    owner = context.one(RS)
    another = {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"}
    context.create(pod("orphan", {"app": "solo"}, ownerReferences=[another]))
    synced(context)
    assert context.one("pods")["metadata"]["ownerReferences"] == [another, reference(owner)]


def test_a_replica_set_that_is_being_deleted_neither_adopts_nor_creates():
    of = replica_set()
    of["metadata"].update(deletionTimestamp="2026-01-01T00:00:00Z", finalizers=["x/y"])
    context = FakeContext(of, pod("orphan", {"app": "solo"}))
    synced(context)
    assert "ownerReferences" not in context.one("pods")["metadata"]


def test_surplus_pods_go_those_first_that_are_missed_least():
    context = FakeContext(replica_set(replicas=1))
    owner = context.one(RS)
    labels = {"app": "solo"}
    context.create(pod("ready", labels, owner=owner))
    context.create(pod("unready", labels, owner=owner, ready=False))
    context.create(pod("unscheduled", labels, owner=owner, phase="Pending", ready=False, node=""))
    status = synced(context)["status"]
    assert context.messages("SuccessfulDelete") == ["Deleted pod: unscheduled", "Deleted pod: unready"]
    assert (status["replicas"], status["terminatingReplicas"]) == (1, 1)


def test_pods_that_cannot_be_deleted_are_reported():
    context = FakeContext(replica_set(replicas=0))
    owner = context.one(RS)
    context.create(pod("a", {"app": "solo"}, owner=owner))

    def refuse(resource, namespace, name, **_):
        raise Forbidden(resource, name, f"not in {namespace}")

    context.delete = refuse
    (condition,) = synced(context)["status"]["conditions"]
    assert (condition["reason"], condition["message"]) == ("FailedDelete", 'pods "a" is forbidden: not in default')
    assert context.messages("FailedDelete") == ['Error deleting: pods "a" is forbidden: not in default']


def test_pods_that_share_a_node_with_others_of_the_same_owner_go_first():
    pods = [
        {**pod("alone", node="node-1"), "metadata": {"name": "alone", "uid": "1"}},
        {**pod("crowded", node="node-2"), "metadata": {"name": "crowded", "uid": "2"}},
    ]
    related = [*pods, pod("of-another-replica-set", node="node-2")]
    assert [p["metadata"]["name"] for p in pods_to_delete(pods, related, 1, START)] == ["crowded"]


def test_related_pods_are_those_of_all_replica_sets_of_a_deployment():
    web = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "uid": "web"}}
    old, new = replica_set("old", 1), replica_set("solo", 1)
    for of in (old, new):
        of["metadata"]["ownerReferences"] = [reference(web)]
    context = FakeContext(old, new)
    owner, other = context.get(RS, "default", "solo"), context.get(RS, "default", "old")
    context.create(pod("a", {"app": "solo"}, owner=owner, node="node-1"))
    context.create(pod("b", {"app": "solo"}, owner=owner, node="node-2"))
    context.create(pod("c", {"app": "old"}, owner=other, node="node-2"))
    synced(context)
    assert context.messages("SuccessfulDelete") == ["Deleted pod: b"]


def test_pods_that_are_refused_are_reported_once_and_tried_again_later_and_later():
    context = FakeContext(replica_set(replicas=5))

    def refuse(obj):
        if obj["kind"] == "Pod":
            raise Forbidden("pods", obj["metadata"]["name"], "exceeded quota: q")

    context.admit = refuse
    owner = synced(context)
    (message,) = context.messages("FailedCreate")
    assert message.startswith('Error creating: pods "solo-')
    assert owner["status"] == {
        "replicas": 0, "observedGeneration": 1, "terminatingReplicas": 0,
        "conditions": [{
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
            "message": message.removeprefix("Error creating: "), "lastTransitionTime": format_time(START),
        }],
    }
    assert context.requeued == [(KEY, 1.0)]
    context.clock += 7
    again = synced(context)
    assert again["status"] == owner["status"]
    assert context.requeued[-1] == (KEY, 7.0)
    context.admit = None
    assert "conditions" not in synced(context)["status"]
    assert len(context.names("pods")) == 5


def test_a_change_of_what_may_refuse_pods_is_worth_another_try():
    context = FakeContext(replica_set(replicas=1))

    def refuse(obj):
        if obj["kind"] == "Pod":
            raise Forbidden("pods", obj["metadata"]["name"], "exceeded quota: q")

    context.admit = refuse
    controller = ReplicaSetController()
    run(context, controller)
    context.admit = None
    seen = len(context.changes)
    context.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "sa", "namespace": "default"}})
    run(context, controller, since=seen)
    assert len(context.names("pods")) == 1


def test_a_namespace_that_is_going_is_no_failure():
    context = FakeContext(replica_set())
    context.objects["namespaces", "", "default"] = {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}
    assert "conditions" not in synced(context)["status"]
    assert context.events == []


@pytest.mark.parametrize(
    ("count", "failing_from", "attempts"), [(0, 0, 0), (1, 9, 1), (10, 99, 10), (10, 0, 1), (10, 1, 3), (100, 20, 31)],
)
def test_slow_start(count, failing_from, attempts):
    calls = []

    def do():
        calls.append(len(calls))
        return Forbidden("pods", "x", "no") if calls[-1] >= failing_from else None

    error = slow_start_batch(count, do)
    assert len(calls) == attempts
    assert (error is not None) == (failing_from < count)


def test_the_status_counts_pods():
    of = replica_set(replicas=5)
    of["metadata"]["generation"] = 3
    of["spec"].update(minReadySeconds=10, template=template(labels={"app": "solo", "extra": "x"}))
    pods = [
        pod("full", {"app": "solo", "extra": "x", "more": "y"}), pod("half", {"app": "solo"}),
        pod("unready", {"app": "solo"}, ready=False), pod("going", deletionTimestamp="x"),
        pod("failed", phase="Failed"),
    ]
    for number, obj in enumerate(pods):
        obj["status"]["conditions"][0]["lastTransitionTime"] = format_time(START - 10 + number)
    assert calculate_status(of, pods, START) == {
        "replicas": 3, "fullyLabeledReplicas": 1, "readyReplicas": 2, "availableReplicas": 1, "observedGeneration": 3,
        "terminatingReplicas": 1,
    }


def test_pods_become_available_when_min_ready_seconds_are_over():
    context = FakeContext(replica_set(replicas=1, minReadySeconds=10))
    owner = context.one(RS)
    obj = pod("p", {"app": "solo"}, owner=owner)
    obj["status"]["conditions"][0]["lastTransitionTime"] = format_time(START)
    context.create(obj)
    context.clock += 4
    assert synced(context)["status"].get("availableReplicas") is None
    assert context.requeued == [(KEY, 6.0)]
    context.clock += 6
    assert synced(context)["status"]["availableReplicas"] == 1
    assert len(context.requeued) == 1


def test_which_keys_a_pod_makes_due():
    context = FakeContext(replica_set())
    owner = context.one(RS)
    controller = ReplicaSetController()

    def keys_after(write):
        seen = len(context.changes)
        write()
        return [key for change in context.changes[seen:] for key in controller.keys(change, context)]

    owned, orphan = pod("owned", {"app": "solo"}, owner=owner), pod("orphan", {"app": "solo"})
    assert keys_after(lambda: context.create(owned)) == [KEY]
    assert keys_after(lambda: context.create(orphan)) == ["default/*"]
    assert keys_after(lambda: context.create(pod("plain"))) == []
    stored = context.get("pods", "default", "owned")
    del stored["metadata"]["ownerReferences"]
    assert keys_after(lambda: context.update(stored)) == [KEY, "default/*"]
    other = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "solo", "uid": "job"}}
    assert keys_after(lambda: context.create(pod("of-a-job", {"app": "solo"}, owner=other))) == []
    stored = context.get("pods", "default", "orphan")
    stored["metadata"]["labels"] = {"app": "x"}
    assert keys_after(lambda: context.update(stored)) == ["default/*"]
    stored = context.get("pods", "default", "orphan")
    stored["status"]["phase"] = "Failed"
    assert keys_after(lambda: context.update_status(stored)) == []


def test_a_number_without_sense_keeps_nobody_waiting(monkeypatch):
    """The next pass, which has seen the Pods of this one, makes more of them."""
    monkeypatch.setattr("minikctl.controllers.replication.MOST_PER_PASS", 20)
    context = FakeContext(replica_set(replicas=2_000_000_000))
    synced(context)
    assert len(context.list("pods")) == 20
    owner = synced(context)
    assert len(context.list("pods")) == owner["status"]["replicas"] == 40
