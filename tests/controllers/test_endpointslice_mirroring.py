import pytest
from fakes import FakeContext, run
from servicebuilders import service

from minikctl.controllers.endpointslice import SLICES
from minikctl.controllers.endpointslicemirroring import EndpointSliceMirroringController


def endpoints(*subsets, labels=None, annotations=None):
    metadata = {"name": "web", "namespace": "default", "uid": "uid-endpoints"}
    if labels:
        metadata["labels"] = labels
    if annotations:
        metadata["annotations"] = annotations
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": list(subsets)}


HTTP = {"name": "http", "port": 80, "protocol": "TCP"}
BARE = service(selector={})
OUTSIDE = {
    "addresses": [{"ip": "192.0.2.7", "hostname": "db"}], "notReadyAddresses": [{"ip": "192.0.2.8"}], "ports": [HTTP],
}


def settle(context, since=0):
    return run(context, EndpointSliceMirroringController(), since=since)


def test_endpoints_by_hand_are_copied_into_a_slice():
    context = FakeContext(BARE, endpoints(
        OUTSIDE, labels={"by": "hand"},
        annotations={"note": "x", "kubectl.kubernetes.io/last-applied-configuration": "{}"},
    ))
    assert settle(context) == 1
    one = context.one(SLICES)
    assert one["metadata"]["labels"] == {
        "by": "hand", "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    }
    assert one["metadata"]["annotations"] == {"note": "x"}
    assert one["metadata"]["ownerReferences"][0] == {
        "apiVersion": "v1", "kind": "Endpoints", "name": "web", "uid": "uid-endpoints", "controller": True,
        "blockOwnerDeletion": True,
    }
    assert one["addressType"] == "IPv4"
    assert one["endpoints"] == [
        {"addresses": ["192.0.2.7"], "hostname": "db", "conditions": {"ready": True}},
        {"addresses": ["192.0.2.8"], "conditions": {"ready": False}},
    ]
    assert one["ports"] == [HTTP]


def test_each_family_has_its_slice():
    context = FakeContext(BARE, endpoints({"addresses": [{"ip": "192.0.2.7"}, {"ip": "fd00::7"}], "ports": [HTTP]}))
    settle(context)
    assert sorted(one["addressType"] for one in context.list(SLICES)) == ["IPv4", "IPv6"]


@pytest.mark.parametrize(("of", "obj"), [
    (service(), endpoints(OUTSIDE)),
    (BARE, endpoints(OUTSIDE, labels={"endpointslice.kubernetes.io/skip-mirror": "true"})),
    (BARE, endpoints(OUTSIDE, annotations={"control-plane.alpha.kubernetes.io/leader": "{}"})),
    (service("other", {}), endpoints(OUTSIDE)),
    (BARE, endpoints()),
])
def test_what_has_a_controller_or_no_wish_is_not_copied(of, obj):
    context = FakeContext(of, obj)
    settle(context)
    assert context.names(SLICES) == []


def test_a_second_sync_writes_nothing():
    context = FakeContext(BARE, endpoints(OUTSIDE, {"addresses": [{"ip": "192.0.2.9"}]}))
    settle(context)
    before = len(context.changes)
    EndpointSliceMirroringController().sync(context, "default/web")
    assert len(context.changes) == before


def test_the_slice_follows_its_endpoints_in_place():
    context = FakeContext(BARE, endpoints(OUTSIDE))
    settle(context)
    name = context.one(SLICES)["metadata"]["name"]
    changed = context.get("endpoints", "default", "web")
    changed["subsets"] = [{"addresses": [{"ip": "192.0.2.9"}], "ports": [{"port": 81, "protocol": "TCP"}]}]
    context.update(changed)
    settle(context, since=len(context.changes) - 1)
    one = context.one(SLICES)
    assert one["metadata"]["name"] == name
    assert [endpoint["addresses"] for endpoint in one["endpoints"]] == [["192.0.2.9"]]


@pytest.mark.parametrize("end", [
    lambda context: context.delete("endpoints", "default", "web"),
    lambda context: context.delete("services", "default", "web"),
    lambda context: context.update({**context.get("services", "default", "web"), "spec": service()["spec"]}),
])
def test_the_slice_goes_when_there_is_nothing_to_copy(end):
    context = FakeContext(BARE, endpoints(OUTSIDE))
    settle(context)
    end(context)
    settle(context, since=len(context.changes) - 1)
    assert context.names(SLICES) == []
