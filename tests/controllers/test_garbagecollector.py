"""What becomes of dependents: background, foreground, orphan; owners of the same name, several owners, namespaces."""

from builders import config_map, deployment, pod, reference, replica_set
from fakes import FakeContext, run

from minikctl.controllers.garbagecollector import GarbageCollector, owner_key

DEPLOYMENTS, RS = "deployments.apps", "replicasets.apps"


def a_family(pods=2):
    """A context with a Deployment, its ReplicaSet and its Pods, as it has come to rest."""
    context = FakeContext(deployment())
    rs = replica_set("web-1")
    rs["metadata"]["ownerReferences"] = [reference(context.one(DEPLOYMENTS))]
    owner = context.create(rs)
    for number in range(pods):
        context.create(pod(f"web-1-{number}", owner=owner))
    return context


def collect(context, since=0):
    return run(context, GarbageCollector(), since=since)


def test_dependents_of_dependents_go_in_one_sync():
    context = a_family()
    context.delete(DEPLOYMENTS, "default", "web")
    collector = GarbageCollector()
    for key in list(collector.keys(context.changes[-1], context)):
        collector.sync(context, key)
    assert context.names(RS) == []
    assert all("deletionTimestamp" in obj["metadata"] for obj in context.list("pods"))


def test_nothing_happens_to_a_family_that_is_well():
    context = a_family()
    writes = len(context.changes)
    collect(context)
    assert len(context.changes) == writes


def test_foreground_deletion_waits_for_the_last_dependent():
    context = a_family()
    context.delete(DEPLOYMENTS, "default", "web", propagation="Foreground")
    collect(context)
    assert context.one(DEPLOYMENTS)["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert context.one(RS)["metadata"]["finalizers"] == ["foregroundDeletion"]
    first, second = context.list("pods")
    assert "deletionTimestamp" in first["metadata"]
    context.remove(first)
    collect(context)
    assert context.names(DEPLOYMENTS) == ["web"]
    context.remove(second)
    collect(context)
    assert context.objects == {}


def test_foreground_deletion_does_not_wait_for_dependents_that_do_not_block():
    context = FakeContext(deployment())
    owner = context.one(DEPLOYMENTS)
    held = config_map("held", reference(owner, blockOwnerDeletion=False), finalizers=["x/y"])
    context.create(held)
    context.delete(DEPLOYMENTS, "default", "web", propagation="Foreground")
    collect(context)
    assert context.names(DEPLOYMENTS) == []
    assert "deletionTimestamp" in context.one("configmaps")["metadata"]


def test_orphans_stay_and_lose_their_owner():
    context = a_family()
    context.delete(DEPLOYMENTS, "default", "web", propagation="Orphan")
    collect(context)
    assert context.names(DEPLOYMENTS) == []
    assert "ownerReferences" not in context.one(RS)["metadata"]
    assert len(context.list("pods")) == 2
    assert all("deletionTimestamp" not in obj["metadata"] for obj in context.list("pods"))


def test_an_owner_of_the_same_name_is_not_the_same_owner():
    context = FakeContext(deployment())
    owner = context.one(DEPLOYMENTS)
    context.create(config_map("theirs", reference(owner, uid="of-one-that-is-gone")))
    context.create(config_map("ours", reference(owner)))
    collect(context)
    assert context.names("configmaps") == ["ours"]


def test_an_object_that_names_an_absent_owner_is_collected():
    gone = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "gone", "uid": "gone"}}
    context = FakeContext(config_map("left", reference(gone)))
    collect(context)
    assert context.names("configmaps") == []


def test_one_of_several_owners_is_enough():
    context = FakeContext(deployment("a"), deployment("b"))
    a, b = context.list(DEPLOYMENTS)
    context.create(config_map("shared", reference(a, controller=False), reference(b, controller=False)))
    context.delete(DEPLOYMENTS, "default", "a")
    collect(context)
    (left,) = context.one("configmaps")["metadata"]["ownerReferences"]
    assert left["name"] == "b"
    context.delete(DEPLOYMENTS, "default", "b")
    collect(context)
    assert context.names("configmaps") == []


def test_an_owner_that_waits_for_its_dependents_does_not_hold_what_another_holds():
    context = FakeContext(deployment("a"), deployment("b"))
    a, b = context.list(DEPLOYMENTS)
    context.create(config_map("shared", reference(a, controller=False), reference(b, controller=False)))
    context.delete(DEPLOYMENTS, "default", "a", propagation="Foreground")
    collect(context)
    assert context.names(DEPLOYMENTS) == ["b"]
    assert [r["name"] for r in context.one("configmaps")["metadata"]["ownerReferences"]] == ["b"]


def test_an_owner_in_another_namespace_is_absent():
    context = FakeContext(deployment())
    context.create(config_map("elsewhere", reference(context.one(DEPLOYMENTS)), namespace="dev"))
    collect(context)
    assert context.names("configmaps") == []


def test_a_cluster_scoped_owner_is_found_from_every_namespace():
    context = FakeContext({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}, "spec": {}})
    node = context.one("nodes")
    context.create(config_map("lease", reference(node), namespace="kube-node-lease"))
    collect(context)
    assert context.names("configmaps") == ["lease"]
    context.delete("nodes", "", "node-1")
    collect(context)
    assert context.names("configmaps") == []


def test_owners_that_cannot_be_looked_up_are_left_alone():
    strange = {"apiVersion": "example.com/v1", "kind": "Widget", "name": "w", "uid": "w"}
    context = FakeContext(config_map("of-a-widget", strange))
    collect(context)
    assert context.names("configmaps") == ["of-a-widget"]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}
    assert owner_key(node, {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "p"}) is None


def test_a_circle_that_waits_for_itself_ends():
    context = FakeContext(config_map("a"), config_map("b"))
    a, b = context.list("configmaps")
    a["metadata"]["ownerReferences"], b["metadata"]["ownerReferences"] = [reference(b)], [reference(a)]
    context.update(a)
    context.update(b)
    context.delete("configmaps", "default", "a")
    collect(context)
    assert context.names("configmaps") == []


def test_dependents_that_are_held_stay_until_they_are_let_go():
    context = FakeContext(deployment())
    context.create(config_map("held", reference(context.one(DEPLOYMENTS)), finalizers=["x/y"]))
    context.delete(DEPLOYMENTS, "default", "web")
    collect(context)
    held = context.one("configmaps")
    assert "deletionTimestamp" in held["metadata"]
    del held["metadata"]["finalizers"]
    context.update(held)
    assert context.names("configmaps") == []


def test_a_finalizer_of_somebody_else_holds_an_owner_that_was_deleted_in_the_foreground():
    of = deployment()
    of["metadata"]["finalizers"] = ["x/y"]
    context = FakeContext(of)
    context.create(config_map("of-web", reference(context.one(DEPLOYMENTS))))
    context.delete(DEPLOYMENTS, "default", "web", propagation="Foreground")
    collect(context)
    assert context.names("configmaps") == []
    assert context.one(DEPLOYMENTS)["metadata"]["finalizers"] == ["x/y"]


def test_all_dependents_of_an_owner_make_one_key():
    context = a_family(pods=50)
    collector = GarbageCollector()
    keys = {key for change in context.changes for key in collector.keys(change, context)}
    uids = [context.one(resource)["metadata"]["uid"] for resource in (DEPLOYMENTS, RS)]
    assert keys == {f"deployments.apps/default/web/{uids[0]}", f"replicasets.apps/default/web-1/{uids[1]}"}
