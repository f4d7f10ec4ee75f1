"""Namespaces: what they have from the start, and how they go."""

from builders import config_map, deployment, pod
from fakes import START, FakeContext, run

from minikctl.controllers.namespace import NamespaceController
from minikctl.controllers.serviceaccounts import ServiceAccountsController
from minikctl.errors import Forbidden
from minikctl.lib.times import format_time


def a_namespace(name="dev", **metadata):
    return {
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, **metadata},
        "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
    }


def conditions(context, name="dev"):
    status = context.get("namespaces", "", name)["status"]
    assert status["phase"] == "Terminating"
    return {c["type"].removeprefix("Namespace"): (c["status"], c["reason"], c["message"]) for c in status["conditions"]}


def test_an_empty_namespace_goes_at_once():
    context = FakeContext(a_namespace())
    context.delete("namespaces", "", "dev")
    run(context, NamespaceController())
    assert context.objects == {}


def test_everything_in_a_namespace_goes_and_nothing_else():
    context = FakeContext(
        a_namespace(), a_namespace("other"), config_map("a", namespace="dev"), config_map("a", namespace="other")
    )
    web = deployment()
    web["metadata"]["namespace"] = "dev"
    context.create(web)
    context.delete("namespaces", "", "dev")
    run(context, NamespaceController())
    assert sorted(context.objects) == [("configmaps", "other", "a"), ("namespaces", "", "other")]


def test_pods_go_first_and_the_rest_waits_for_them():
    stopping = pod("p")
    stopping["metadata"]["namespace"] = "dev"
    context = FakeContext(a_namespace(), config_map("a", namespace="dev"), stopping)
    context.delete("namespaces", "", "dev")
    controller = NamespaceController()
    run(context, controller)
    assert context.names("configmaps") == ["a"]
    assert "deletionTimestamp" in context.one("pods")["metadata"]
    assert conditions(context) == {
        "DeletionDiscoveryFailure": ("False", "ResourcesDiscovered", "All resources successfully discovered"),
        "DeletionGroupVersionParsingFailure": (
            "False", "ParsedGroupVersions", "All legacy kube types successfully parsed",
        ),
        "DeletionContentFailure": (
            "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization",
        ),
        "ContentRemaining": (
            "True", "SomeResourcesRemain",
            "Some resources are remaining: configmaps. has 1 resource instances, pods. has 1 resource instances",
        ),
        "FinalizersRemaining": ("False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
    }
    context.remove(context.one("pods"))
    run(context, controller)
    assert context.objects == {}


def test_pods_that_go_at_once_let_the_rest_go_in_the_same_pass():
    waiting = pod("p", node="")
    waiting["metadata"]["namespace"] = "dev"
    context = FakeContext(a_namespace(), config_map("a", namespace="dev"), waiting)
    context.delete("namespaces", "", "dev")
    NamespaceController().sync(context, "dev")
    assert context.objects == {}


def test_finalizers_hold_a_namespace_and_are_named():
    context = FakeContext(a_namespace(), config_map("held", namespace="dev", finalizers=["example.com/hold"]))
    context.delete("namespaces", "", "dev")
    controller = NamespaceController()
    run(context, controller)
    context.clock += 60
    run(context, controller)
    assert conditions(context)["FinalizersRemaining"] == (
        "True", "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    )
    status = context.get("namespaces", "", "dev")["status"]
    assert {c["lastTransitionTime"] for c in status["conditions"]} == {format_time(START)}
    held = context.one("configmaps")
    del held["metadata"]["finalizers"]
    context.update(held)
    run(context, controller)
    assert context.objects == {}


def test_what_cannot_be_deleted_is_said_and_tried_again():
    context = FakeContext(a_namespace(), config_map("a", namespace="dev"))

    def refuse(resource, namespace, name, **_):
        raise Forbidden(resource, name, f"not in {namespace}")

    context.delete("namespaces", "", "dev")
    context.delete = refuse
    run(context, NamespaceController())
    assert conditions(context)["DeletionContentFailure"] == (
        "True", "ContentDeletionFailed",
        'Failed to delete all resource types, 1 remaining: configmaps "a" is forbidden: not in dev',
    )
    assert ("dev", 15) in context.requeued


def test_a_new_namespace_gets_an_account_and_a_certificate():
    context = FakeContext(a_namespace())
    run(context, ServiceAccountsController())
    assert context.names("serviceaccounts") == ["default"]
    published = context.one("configmaps")
    assert published["metadata"]["name"] == "kube-root-ca.crt"
    assert published["metadata"]["annotations"]["kubernetes.io/description"].startswith("Contains a CA bundle")
    assert published["data"]["ca.crt"].startswith("-----BEGIN CERTIFICATE-----\n")


def test_account_and_certificate_come_back():
    context = FakeContext(a_namespace())
    controller = ServiceAccountsController()
    run(context, controller)
    context.delete("serviceaccounts", "dev", "default")
    published = context.one("configmaps")
    data, published["data"] = published["data"], {"ca.crt": "mine"}
    context.update(published)
    run(context, controller)
    assert context.names("serviceaccounts") == ["default"]
    assert context.one("configmaps")["data"] == data
    context.delete("configmaps", "dev", "kube-root-ca.crt")
    run(context, controller)
    assert context.one("configmaps")["data"] == data


def test_a_namespace_that_is_going_gets_nothing_new():
    context = FakeContext(a_namespace(deletionTimestamp="2026-01-01T00:00:00Z"))
    run(context, ServiceAccountsController())
    assert context.names("serviceaccounts") == []


def test_other_accounts_and_config_maps_are_nobodys_business():
    context = FakeContext(config_map("mine"))
    change = context.changes[-1]
    assert list(ServiceAccountsController().keys(change, context)) == []
    context.delete("configmaps", "default", "mine")
    assert list(ServiceAccountsController().keys(context.changes[-1], context)) == []
