import pytest
from fakes import FakeChange, FakeContext, run
from servicebuilders import TIME, node, pod, service

from minikctl.controllers.endpoints import MAX_CAPACITY, EndpointsController, calculate_subsets, truncate

NAMED = [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}]
BOTH = [*NAMED, {"name": "metrics", "port": 9090, "protocol": "TCP", "targetPort": 9090}]


def shown(subsets):
    """Subsets as (ready, not ready, ports), by names and numbers."""
    return [
        (
            [address["targetRef"]["name"] for address in subset.get("addresses", ())],
            [address["targetRef"]["name"] for address in subset.get("notReadyAddresses", ())],
            [port["port"] for port in subset.get("ports", ())],
        )
        for subset in subsets
    ]


def going(obj):
    obj["metadata"]["deletionTimestamp"] = TIME
    return obj


def ended(obj):
    obj["status"]["phase"] = "Succeeded"
    return obj


@pytest.mark.parametrize(("of", "pods", "expected"), [
    (service(), [], []),
    (service(), [pod("p1", 1), pod("p2", 2)], [(["p1", "p2"], [], [8080])]),
    (service(), [pod("p1", 1), pod("p2", 2, ready=False)], [(["p1"], ["p2"], [8080])]),
    (service(), [pod("p1", 0)], []),
    (service(), [going(pod("p1", 1))], []),
    (service(), [ended(pod("p1", 1))], []),
    (service(publishNotReadyAddresses=True), [pod("p1", 1, ready=False)], [(["p1"], [], [8080])]),
    (service(publishNotReadyAddresses=True), [going(pod("p1", 1))], [(["p1"], [], [8080])]),
    (service(ports=NAMED), [pod("p1", 1), pod("p2", 2, named="web")], [(["p1"], [], [8080])]),
    (
        service(ports=BOTH), [pod("p1", 1), pod("p3", 3, named="", ready=False)],
        [(["p1"], [], [8080]), (["p1"], ["p3"], [9090])],
    ),
    (
        service(ports=BOTH), [pod("p1", 1), pod("p2", 2)],
        [(["p1", "p2"], [], [8080, 9090])],
    ),
    (service(ports=[], clusterIP="None"), [pod("p1", 1), pod("p2", 2)], [(["p1", "p2"], [], [])]),
    (service(ports=[]), [pod("p1", 1)], []),
    (service(ipFamilies=["IPv6"]), [pod("p1", 1)], []),
])
def test_subsets_follow_from_the_pods(of, pods, expected):
    assert shown(calculate_subsets(of, pods)) == expected


def test_an_address_says_where_it_is_and_what_it_is():
    of = service("db", ports=NAMED, clusterIP="None")
    subsets = calculate_subsets(of, [pod("db-0", 5, hostname="db-0", subdomain="db"), pod("x", 6, hostname="x")])
    assert subsets == [{
        "addresses": [
            {
                "ip": "10.244.0.5", "hostname": "db-0", "nodeName": "node-1",
                "targetRef": {"kind": "Pod", "name": "db-0", "namespace": "default", "uid": "uid-db-0"},
            },
            {
                "ip": "10.244.0.6", "nodeName": "node-1",
                "targetRef": {"kind": "Pod", "name": "x", "namespace": "default", "uid": "uid-x"},
            },
        ],
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
    }]


def test_a_sidecar_has_ports_too():
    of = service(ports=[{"port": 80, "protocol": "TCP", "targetPort": "proxy"}])
    sidecar = {"name": "s", "restartPolicy": "Always", "ports": [{"name": "proxy", "containerPort": 15000}]}
    assert shown(calculate_subsets(of, [pod("p1", 1, initContainers=[sidecar])])) == [(["p1"], [], [15000])]
    sidecar.pop("restartPolicy")
    assert calculate_subsets(of, [pod("p1", 1, initContainers=[sidecar])]) == []


def test_what_is_over_capacity_is_left_out_ready_addresses_last():
    ready = [{"ip": f"10.0.{i // 250}.{i % 250}"} for i in range(MAX_CAPACITY - 10)]
    rest = [{"ip": f"10.1.0.{i}"} for i in range(20)]
    (cut,), truncated = truncate([{"addresses": ready, "notReadyAddresses": rest}])
    assert (truncated, len(cut["addresses"]), len(cut["notReadyAddresses"])) == (True, 990, 10)
    many = [{"ip": str(i)} for i in range(900)]
    cut, truncated = truncate([{"addresses": many}, {"addresses": many[:300], "notReadyAddresses": rest}])
    assert (truncated, [len(subset["addresses"]) for subset in cut]) == (True, [750, 250])
    assert "notReadyAddresses" not in cut[1]
    assert truncate([{"addresses": many}]) == ([{"addresses": many}], False)


# -- the controller ---------------------------------------------------------------------------------------------------


def cluster(*objects):
    context = FakeContext(node(), *objects)
    context.changes_at_start = len(context.changes)
    return context


def test_a_new_service_gets_endpoints_that_say_who_made_them():
    context = cluster(service(labels={"tier": "front"}), pod("p1", 1))
    assert run(context, EndpointsController()) == 1
    endpoints = context.one("endpoints")
    assert endpoints["metadata"]["labels"] == {
        "tier": "front", "endpoints.kubernetes.io/managed-by": "endpoint-controller"
    }
    assert endpoints["metadata"]["annotations"] == {"endpoints.kubernetes.io/last-change-trigger-time": TIME}
    assert shown(endpoints["subsets"]) == [(["p1"], [], [8080])]


def test_without_pods_there_are_endpoints_without_subsets():
    context = cluster(service())
    run(context, EndpointsController())
    assert "subsets" not in context.one("endpoints")


def test_headless_services_are_labelled_as_such():
    context = cluster(service(clusterIP="None", clusterIPs=["None"]))
    run(context, EndpointsController())
    assert context.one("endpoints")["metadata"]["labels"]["service.kubernetes.io/headless"] == ""


@pytest.mark.parametrize("of", [
    service(selector={}), service(type="ExternalName", externalName="x"),
])
def test_endpoints_of_others_are_left_alone(of):
    context = cluster(of, pod("p1", 1))
    run(context, EndpointsController())
    assert context.names("endpoints") == []


def test_a_deleted_service_takes_its_endpoints_along():
    context = cluster(service(), pod("p1", 1))
    run(context, EndpointsController())
    context.delete("services", "default", "web")
    run(context, EndpointsController(), since=len(context.changes) - 1)
    assert context.names("endpoints") == []


def test_deleted_endpoints_come_back():
    context = cluster(service(), pod("p1", 1))
    run(context, EndpointsController())
    context.delete("endpoints", "default", "web")
    run(context, EndpointsController(), since=len(context.changes) - 1)
    assert context.names("endpoints") == ["web"]


def test_a_second_sync_writes_nothing():
    context = cluster(service(ports=BOTH), pod("p1", 1), pod("p2", 2, ready=False), pod("p3", 3, named=""))
    controller = EndpointsController()
    run(context, controller)
    before = len(context.changes)
    controller.sync(context, "default/web")
    assert len(context.changes) == before


def test_a_pod_that_becomes_ready_says_when():
    context = cluster(service(), pod("p1", 1, ready=False), pod("p2", 2))
    controller = EndpointsController()
    run(context, controller)
    late = "2026-06-01T12:34:56Z"
    context.update_status({**context.get("pods", "default", "p1"), "status": pod("p1", 1, since=late)["status"]})
    run(context, controller, since=len(context.changes) - 1)
    endpoints = context.one("endpoints")
    assert endpoints["metadata"]["annotations"] == {"endpoints.kubernetes.io/last-change-trigger-time": late}
    assert shown(endpoints["subsets"]) == [(["p1", "p2"], [], [8080])]


def test_when_a_pod_goes_nothing_is_said_of_when():
    context = cluster(service(), pod("p1", 1), pod("p2", 2))
    run(context, EndpointsController())
    context.remove(context.get("pods", "default", "p1"))
    run(context, EndpointsController(), since=len(context.changes) - 1)
    endpoints = context.one("endpoints")
    assert "annotations" not in endpoints["metadata"]
    assert shown(endpoints["subsets"]) == [(["p2"], [], [8080])]


def test_changed_labels_of_the_service_are_copied():
    context = cluster(service(labels={"a": "1", "b": "2"}))
    run(context, EndpointsController())
    changed = context.get("services", "default", "web")
    changed["metadata"]["labels"] = {"a": "9"}
    context.update(changed)
    run(context, EndpointsController(), since=len(context.changes) - 1)
    assert context.one("endpoints")["metadata"]["labels"] == {
        "a": "9", "endpoints.kubernetes.io/managed-by": "endpoint-controller"
    }


# -- which Services a Pod concerns ------------------------------------------------------------------------------------


def keys_of(before, after):
    context = cluster(
        service(), service("shop", {"app": "shop"}), service("both", {"app": "web", "tier": "front"}),
        service("none", {}), service("named", {"app": "web"}, type="ExternalName"),
    )
    change = FakeChange(9, "pods", "default", "p1", before, after)
    return sorted(EndpointsController().keys(change, context))


@pytest.mark.parametrize(("before", "after", "expected"), [
    (None, pod("p1", 1), ["default/named", "default/web"]),
    (None, pod("p1", 0), []),
    (pod("p1", 0), pod("p1", 1), ["default/named", "default/web"]),
    (pod("p1", 1), None, ["default/named", "default/web"]),
    (pod("p1", 1, ready=False), pod("p1", 1), ["default/named", "default/web"]),
    (pod("p1", 1), going(pod("p1", 1)), ["default/named", "default/web"]),
    (pod("p1", 1), ended(pod("p1", 1)), ["default/named", "default/web"]),
    (pod("p1", 1), pod("p1", 1), []),
    (pod("p1", 1), {**pod("p1", 1), "status": {**pod("p1", 1)["status"], "startTime": TIME}}, []),
    (
        pod("p1", 1), pod("p1", 1, {"app": "shop"}), ["default/named", "default/shop", "default/web"],
    ),
    (
        pod("p1", 1), pod("p1", 1, {"app": "web", "tier": "front"}),
        ["default/both", "default/named", "default/web"],
    ),
])
def test_a_pod_concerns_the_services_that_match_it_before_or_after(before, after, expected):
    assert keys_of(before, after) == expected


def test_one_look_at_the_services_serves_all_pods_of_a_pass():
    context = cluster(service())
    controller = EndpointsController()
    list(controller.keys(FakeChange(1, "pods", "default", "p1", None, pod("p1", 1)), context))
    context.list = None
    assert list(controller.keys(FakeChange(2, "pods", "default", "p2", None, pod("p2", 2)), context)) == ["default/web"]
