import pytest
from fakes import FakeChange, FakeContext, run
from servicebuilders import TIME, node, pod, service

from minikctl.controllers.endpointslice import SLICES, EndpointSliceController
from minikctl.controllers.sliceplan import plan

NAMED = [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}]
BOTH = [*NAMED, {"name": "metrics", "port": 9090, "protocol": "TCP", "targetPort": 9090}]
TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"


def cluster(*objects):
    return FakeContext(node(), *objects)


def settle(context, since=0):
    return run(context, EndpointSliceController(), since=since)


def names(one):
    return [endpoint["targetRef"]["name"] for endpoint in one["endpoints"] or ()]


def ports(one):
    return [port["port"] for port in one["ports"] or ()]


def test_a_slice_says_whose_it_is_and_what_is_in_it():
    context = cluster(service(labels={"tier": "front"}, ports=NAMED), pod("p1", 1))
    assert settle(context) == 1
    one = context.one(SLICES)
    metadata = one["metadata"]
    assert metadata["generateName"] == "web-"
    assert metadata["name"].startswith("web-")
    assert metadata["labels"] == {
        "tier": "front", "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    assert metadata["annotations"] == {TRIGGER: TIME}
    assert metadata["ownerReferences"] == [{
        "apiVersion": "v1", "kind": "Service", "name": "web", "uid": "uid-web", "controller": True,
        "blockOwnerDeletion": True,
    }]
    assert one["addressType"] == "IPv4"
    assert one["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    assert one["endpoints"] == [{
        "addresses": ["10.244.0.1"], "nodeName": "node-1",
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "targetRef": {"kind": "Pod", "name": "p1", "namespace": "default", "uid": "uid-p1"},
    }]


@pytest.mark.parametrize(("ready", "going", "publish", "conditions"), [
    (True, False, False, (True, True, False)),
    (False, False, False, (False, False, False)),
    (True, True, False, (False, True, True)),
    (False, True, False, (False, False, True)),
    (False, False, True, (True, False, False)),
    (True, True, True, (True, True, True)),
])
def test_conditions_tell_ready_serving_and_terminating_apart(ready, going, publish, conditions):
    obj = pod("p1", 1, ready=ready)
    if going:
        obj["metadata"]["deletionTimestamp"] = TIME
    context = cluster(service(publishNotReadyAddresses=publish), obj)
    settle(context)
    (endpoint,) = context.one(SLICES)["endpoints"]
    assert tuple(endpoint["conditions"][key] for key in ("ready", "serving", "terminating")) == conditions


def test_hostname_and_zone_are_said_where_there_are_any():
    context = FakeContext(
        node(zone="eu-1"), service("db", clusterIP="None"), pod("db-0", 1, hostname="db-0", subdomain="db")
    )
    settle(context)
    (endpoint,) = context.one(SLICES)["endpoints"]
    assert (endpoint["hostname"], endpoint["zone"]) == ("db-0", "eu-1")
    assert context.one(SLICES)["metadata"]["labels"]["service.kubernetes.io/headless"] == ""


def test_a_service_without_pods_has_one_slice_without_anything():
    context = cluster(service())
    assert settle(context) == 1
    one = context.one(SLICES)
    assert (one["endpoints"], one["ports"]) == ([], [])
    before = len(context.changes)
    EndpointSliceController().sync(context, "default/web")
    assert len(context.changes) == before


def test_the_empty_slice_becomes_the_first_with_endpoints_and_back():
    context = cluster(service())
    settle(context)
    name = context.one(SLICES)["metadata"]["name"]
    context.create(pod("p1", 1))
    settle(context, since=len(context.changes) - 1)
    assert (context.names(SLICES), names(context.one(SLICES))) == ([name], ["p1"])
    context.remove(context.get("pods", "default", "p1"))
    settle(context, since=len(context.changes) - 1)
    one = context.one(SLICES)
    assert (one["metadata"]["name"], one["endpoints"], one["ports"]) == (name, [], [])


def test_pods_without_a_named_port_stand_in_a_slice_of_their_own():
    context = cluster(service(ports=BOTH), pod("p1", 1), pod("p3", 3, named="", ready=False))
    settle(context)
    assert sorted((ports(one), names(one)) for one in context.list(SLICES)) == [
        ([8080, 9090], ["p1"]), ([9090], ["p3"])
    ]


@pytest.mark.parametrize("of", [service(selector={}), service(type="ExternalName", externalName="x")])
def test_slices_of_others_are_left_alone(of):
    context = cluster(of, pod("p1", 1))
    settle(context)
    assert context.names(SLICES) == []


def test_new_endpoints_come_last_and_the_others_keep_their_place():
    context = cluster(service(), pod("b", 2), pod("c", 3))
    settle(context)
    context.create(pod("a", 1))
    context.remove(context.get("pods", "default", "b"))
    settle(context, since=len(context.changes) - 2)
    assert names(context.one(SLICES)) == ["c", "a"]


def test_a_slice_has_at_most_a_hundred_endpoints():
    pods = [pod(f"p{number:03d}", number + 1) for number in range(230)]
    context = cluster(service(), *pods)
    settle(context)
    sizes = sorted(len(one["endpoints"]) for one in context.list(SLICES))
    assert sizes == [30, 100, 100]
    # a new one goes into the slice with room; no other is written
    context.create(pod("p999", 231))
    since = len(context.changes)
    settle(context, since=since - 1)
    assert sorted(len(one["endpoints"]) for one in context.list(SLICES)) == [31, 100, 100]
    assert len(context.changes) == since + 1


def test_a_second_sync_writes_nothing():
    context = cluster(service(ports=BOTH), pod("p1", 1), pod("p2", 2, ready=False), pod("p3", 3, named=""))
    settle(context)
    before = len(context.changes)
    EndpointSliceController().sync(context, "default/web")
    assert len(context.changes) == before


def test_deleted_and_altered_slices_are_put_right():
    context = cluster(service(), pod("p1", 1))
    settle(context)
    context.remove(context.one(SLICES))
    settle(context, since=len(context.changes) - 1)
    one = context.one(SLICES)
    one["endpoints"][0]["conditions"]["ready"] = False
    context.update(one)
    settle(context, since=len(context.changes) - 1)
    assert context.one(SLICES)["endpoints"][0]["conditions"]["ready"] is True


def test_slices_of_a_namesake_from_before_are_not_reused():
    context = cluster(service(), pod("p1", 1))
    settle(context)
    old = context.one(SLICES)["metadata"]["name"]
    context.delete("services", "default", "web")
    context.create({**service(), "metadata": {**service()["metadata"], "uid": "uid-new"}})
    settle(context, since=len(context.changes) - 2)
    assert old not in context.names(SLICES)
    assert context.one(SLICES)["metadata"]["ownerReferences"][0]["uid"] == "uid-new"


def test_changed_labels_of_the_service_are_copied():
    context = cluster(service(labels={"a": "1"}), pod("p1", 1))
    settle(context)
    changed = context.get("services", "default", "web")
    changed["metadata"]["labels"] = {"b": "2"}
    context.update(changed)
    settle(context, since=len(context.changes) - 1)
    labels = context.one(SLICES)["metadata"]["labels"]
    assert (labels.get("a"), labels.get("b")) == (None, "2")


def test_a_service_that_is_going_gets_no_new_slices():
    of = service()
    of["metadata"].update(deletionTimestamp=TIME, finalizers=["example.com/hold"])
    context = cluster(of, pod("p1", 1))
    settle(context)
    assert context.names(SLICES) == []


def test_a_pod_whose_node_is_gone_is_left_out_unless_all_are_published():
    context = FakeContext(service(), service("all", publishNotReadyAddresses=True), pod("p1", 1, node="lost"))
    settle(context)
    found = {one["metadata"]["labels"]["kubernetes.io/service-name"]: names(one) for one in context.list(SLICES)}
    assert found == {"web": [], "all": ["p1"]}
    context.create(node("lost"))
    settle(context, since=len(context.changes) - 1)
    found = {one["metadata"]["labels"]["kubernetes.io/service-name"]: names(one) for one in context.list(SLICES)}
    assert found == {"web": ["p1"], "all": ["p1"]}


@pytest.mark.parametrize(("before", "after", "expected"), [
    (node(), node(), []),
    (node(), node(zone="eu-1"), ["default/web"]),
    (None, node(), ["default/web"]),
    (node(), None, ["default/web"]),
])
def test_a_node_concerns_the_services_of_its_pods(before, after, expected):
    context = cluster(service(), service("shop", {"app": "shop"}), pod("p1", 1))
    change = FakeChange(9, "nodes", "", "node-1", before, after)
    assert list(EndpointSliceController().keys(change, context)) == expected


# -- hints ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("distribution", "zone", "hints"), [
    (None, "eu-1", None),
    ("PreferClose", "eu-1", {"forZones": [{"name": "eu-1"}]}),
    ("PreferSameZone", "eu-1", {"forZones": [{"name": "eu-1"}]}),
    ("PreferSameZone", "", None),
    ("PreferSameNode", "eu-1", {"forZones": [{"name": "eu-1"}], "forNodes": [{"name": "node-1"}]}),
    ("PreferSameNode", "", {"forNodes": [{"name": "node-1"}]}),
])
def test_ready_endpoints_are_hinted_at_where_traffic_is_to_stay_near(distribution, zone, hints):
    spec = {"trafficDistribution": distribution} if distribution else {}
    context = FakeContext(node(zone=zone), service(**spec), pod("p1", 1), pod("p2", 2, ready=False))
    settle(context)
    first, second = context.one(SLICES)["endpoints"]
    assert first.get("hints") == hints
    assert "hints" not in second


def test_hints_come_and_go_with_the_wish():
    context = FakeContext(node(zone="eu-1"), service(), pod("p1", 1))
    settle(context)
    for distribution, hinted in (("PreferSameZone", True), (None, False)):
        changed = context.get("services", "default", "web")
        changed["spec"].pop("trafficDistribution", None)
        if distribution:
            changed["spec"]["trafficDistribution"] = distribution
        context.update(changed)
        settle(context, since=len(context.changes) - 1)
        assert ("hints" in context.one(SLICES)["endpoints"][0]) is hinted


# -- the plan, with small slices --------------------------------------------------------------------------------------


def planned(existing, pods, most=3):
    return plan(service(), [(one, node()) for one in pods], existing, TIME, most)


def stored(pods, most=3):
    """The slices for ``pods``, with names."""
    slices = planned([], pods, most).create
    for number, one in enumerate(slices):
        one["metadata"]["name"] = f"web-{number}"
    return slices


def some(first, last):
    return [pod(f"p{number}", number) for number in range(first, last)]


def test_a_plan_leaves_its_arguments_alone():
    existing = stored(some(1, 5))
    before = repr(existing)
    planned(existing, some(2, 9))
    assert repr(existing) == before


def test_slices_that_are_written_anyhow_are_filled_up_first():
    existing = stored(some(1, 6))  # web-0: p1 p2 p3, web-1: p4 p5
    result = planned(existing, [*some(2, 6), pod("p9", 9)])
    assert (len(result.create), len(result.delete)) == (0, 0)
    assert [(one["metadata"]["name"], names(one)) for one in result.update] == [("web-0", ["p2", "p3", "p9"])]


def test_what_does_not_fit_into_one_slice_makes_new_ones():
    existing = stored(some(1, 3))  # web-0: p1 p2
    result = planned(existing, some(1, 6))
    assert [names(one) for one in result.create] == [["p3", "p4", "p5"]]
    assert result.update == []


def test_a_slice_that_loses_its_last_endpoint_is_deleted():
    existing = stored(some(1, 5))
    result = planned(existing, some(1, 4))
    assert [one["metadata"]["name"] for one in result.delete] == ["web-1"]
    assert (result.create, result.update) == ([], [])


def test_slices_of_a_family_that_the_service_lost_are_deleted():
    existing = [{**one, "addressType": "IPv6"} for one in stored(some(1, 2))]
    result = planned(existing, some(1, 2))
    assert (len(result.create), len(result.delete)) == (1, 1)
