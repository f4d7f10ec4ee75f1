from random import Random

import pytest

from minikctl import kinds
from minikctl.api.admission.service_addresses import admit_service, is_in_service_cidr
from minikctl.errors import InternalError, Invalid

SERVICE = kinds.load(kinds.info_for("services"))


class Cluster:
    """What is in use, and numbers that are drawn alike in every run."""

    def __init__(self, ips=("10.96.0.1",), ports=()):
        self.ips = set(ips)
        self.ports = {(port, "TCP") for port in ports}
        self._random = Random(1)

    def used_cluster_ips(self):
        return self.ips

    def used_node_ports(self):
        return self.ports

    def random(self):
        return self._random


def service(**spec):
    obj = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}], **spec}}
    SERVICE.default(obj)
    return obj


def admit(obj, old=None, cluster=None):
    admit_service(obj, old, cluster or Cluster())
    return obj["spec"]


def message_of(obj, old=None, cluster=None):
    with pytest.raises(Invalid) as caught:
        admit_service(obj, old, cluster or Cluster())
    return [str(error) for error in caught.value.errors]


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", "LoadBalancer"])
def test_a_new_service_gets_an_address_and_a_family(kind):
    spec = admit(service(type=kind))
    assert is_in_service_cidr(spec["clusterIP"])
    assert spec["clusterIPs"] == [spec["clusterIP"]]
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")


def test_the_same_draw_gives_the_same_address():
    assert admit(service())["clusterIP"] == admit(service())["clusterIP"]


def test_an_address_that_is_taken_is_passed_over():
    first = admit(service())["clusterIP"]
    assert admit(service(), cluster=Cluster({first}))["clusterIP"] != first


def test_the_lower_part_of_the_range_is_drawn_from_when_the_upper_is_full():
    upper = {f"10.96.{third}.{fourth}" for third in range(1, 256) for fourth in range(256)}
    lower = {f"10.96.0.{fourth}" for fourth in range(256)}
    assert admit(service(), cluster=Cluster(upper | lower - {"10.96.0.7"}))["clusterIP"] == "10.96.0.7"
    with pytest.raises(InternalError, match="failed to allocate a serviceIP: range is full"):
        admit(service(), cluster=Cluster(upper | lower))


@pytest.mark.parametrize(("ip", "inside"), [
    ("10.96.0.0", False), ("10.96.0.1", True), ("10.96.255.254", True), ("10.96.255.255", False),
    ("10.97.0.1", False), ("fd00::1", False), ("None", False),
])
def test_the_first_and_last_address_of_the_range_are_nobodys(ip, inside):
    assert is_in_service_cidr(ip) is inside


def test_an_address_can_be_asked_for():
    spec = admit(service(clusterIP="10.96.0.10"))
    assert (spec["clusterIP"], spec["clusterIPs"]) == ("10.96.0.10", ["10.96.0.10"])


@pytest.mark.parametrize(("ip", "words"), [
    ("10.96.0.1", "provided IP is already allocated"),
    ("10.96.0.0", "the provided network does not match the current range"),
    ("192.168.0.1", "the provided network does not match the current range"),
])
def test_an_address_that_cannot_be_had_is_refused(ip, words):
    expected = f'spec.clusterIPs: Invalid value: ["{ip}"]: failed to allocate IP {ip}: {words}'
    assert message_of(service(clusterIP=ip)) == [expected]


def test_headless_services_get_no_address():
    spec = admit(service(clusterIP="None", selector={"a": "b"}))
    assert (spec["clusterIP"], spec["clusterIPs"]) == ("None", ["None"])
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")


def test_headless_services_without_a_selector_have_both_families():
    spec = admit(service(clusterIP="None"))
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4", "IPv6"], "RequireDualStack")


def test_external_names_get_nothing():
    obj = service(type="ExternalName", externalName="db.example.com")
    before = {**obj["spec"]}
    assert admit(obj) == before


@pytest.mark.parametrize(("spec", "expected"), [
    (
        {"ipFamilyPolicy": "RequireDualStack"},
        [('spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack '
          "services")],
    ),
    ({"ipFamilies": ["IPv6"]}, ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster']),
    (
        {"clusterIP": "fd00::1"},
        ['spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'],
    ),
    (
        {"ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "SingleStack"},
        [
            ("spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' "
            "when multiple IP families are specified"),
        ],
    ),
    (
        {"ipFamilyPolicy": "Any"},
        [
            ('spec.ipFamilyPolicy: Unsupported value: "Any": supported values: "PreferDualStack", "RequireDualStack", '
            '"SingleStack"'),
        ],
    ),
])
def test_the_cluster_has_one_family(spec, expected):
    assert message_of(service(**spec)) == expected


def test_preferring_two_families_is_no_demand():
    spec = admit(service(ipFamilyPolicy="PreferDualStack"))
    assert (spec["ipFamilies"], len(spec["clusterIPs"])) == (["IPv4"], 1)


# -- node ports -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
def test_node_ports_are_drawn_from_the_upper_part_of_their_range(kind):
    ports = [{"port": number, "name": f"p{number}"} for number in range(1, 40)]
    numbers = [port["nodePort"] for port in admit(service(type=kind, ports=ports))["ports"]]
    assert len(set(numbers)) == 39
    assert all(30086 <= number <= 32767 for number in numbers)


def test_ports_of_one_number_share_a_node_port():
    ports = [{"port": 53, "name": "tcp"}, {"port": 53, "name": "udp", "protocol": "UDP"}]
    first, second = admit(service(type="NodePort", ports=ports))["ports"]
    assert first["nodePort"] == second["nodePort"]
    ports = [{"port": 53, "name": "tcp"}, {"port": 53, "name": "udp", "protocol": "UDP", "nodePort": 30053}]
    first, second = admit(service(type="NodePort", ports=ports))["ports"]
    assert (first["nodePort"], second["nodePort"]) == (30053, 30053)


@pytest.mark.parametrize(("number", "words"), [
    (31111, "provided port is already allocated"),
    (29999, "provided port is not in the valid range. The range of valid ports is 30000-32767"),
    (32768, "provided port is not in the valid range. The range of valid ports is 30000-32767"),
])
def test_a_node_port_that_cannot_be_had_is_refused(number, words):
    obj = service(type="NodePort", ports=[{"port": 80, "nodePort": number}])
    assert message_of(obj, cluster=Cluster(ports=[31111])) == [
        f"spec.ports[0].nodePort: Invalid value: {number}: {words}"
    ]


def test_a_load_balancer_may_go_without_node_ports_but_have_those_it_asks_for():
    ports = [{"port": 80, "name": "a"}, {"port": 81, "name": "b", "nodePort": 30081}]
    spec = admit(service(type="LoadBalancer", allocateLoadBalancerNodePorts=False, ports=ports))
    assert [port.get("nodePort") for port in spec["ports"]] == [None, 30081]


def test_a_local_load_balancer_gets_a_health_check_port():
    spec = admit(service(type="LoadBalancer", externalTrafficPolicy="Local"))
    assert spec["healthCheckNodePort"] != spec["ports"][0]["nodePort"]
    spec = admit(service(type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=30005))
    assert spec["healthCheckNodePort"] == 30005
    with pytest.raises(InternalError, match="HealthCheck NodePort 30005: provided port is already allocated"):
        admit(
            service(type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=30005),
            cluster=Cluster(ports=[30005]),
        )


# -- updates ----------------------------------------------------------------------------------------------------------


def stored(**spec):
    obj = service(**spec)
    admit_service(obj, None, Cluster())
    return obj


def test_a_manifest_sent_again_keeps_what_was_allocated():
    old = stored(type="NodePort", ports=[{"port": 80, "name": "a"}, {"port": 81, "name": "b"}])
    cluster = Cluster({old["spec"]["clusterIP"]}, [port["nodePort"] for port in old["spec"]["ports"]])
    again = service(type="NodePort", ports=[{"port": 80, "name": "a"}, {"port": 81, "name": "b"}])
    assert admit(again, old, cluster) == old["spec"]


def test_a_new_port_of_a_stored_service_gets_a_node_port():
    old = stored(type="NodePort", ports=[{"port": 80, "name": "a"}])
    new = service(type="NodePort", ports=[{"port": 80, "name": "a"}, {"port": 81, "name": "b"}])
    first, second = admit(new, old)["ports"]
    assert first["nodePort"] == old["spec"]["ports"][0]["nodePort"]
    assert second["nodePort"] not in (first["nodePort"], None)


def test_a_node_port_that_another_has_cannot_be_moved_to():
    old = stored(type="NodePort", ports=[{"port": 80, "nodePort": 30080}])
    new = service(type="NodePort", ports=[{"port": 80, "nodePort": 30081}])
    assert message_of(new, old, Cluster(ports=[30080, 30081])) == [
        "spec.ports[0].nodePort: Invalid value: 30081: provided port is already allocated"
    ]


def test_a_node_port_can_change_to_a_free_one():
    old = stored(type="NodePort", ports=[{"port": 80, "nodePort": 30080}])
    new = service(type="NodePort", ports=[{"port": 80, "nodePort": 30081}])
    assert admit(new, old, Cluster(ports=[30080]))["ports"][0]["nodePort"] == 30081


def test_becoming_a_node_port_service_draws_ports_and_keeps_the_address():
    old = stored()
    spec = admit(service(type="NodePort", clusterIP=old["spec"]["clusterIP"]), old)
    assert spec["clusterIP"] == old["spec"]["clusterIP"]
    assert spec["ports"][0]["nodePort"] >= 30086


def test_an_external_name_that_becomes_a_service_gets_an_address():
    old = stored(type="ExternalName", externalName="x", ports=[])
    spec = admit(service(), old)
    assert is_in_service_cidr(spec["clusterIP"])


def test_a_patched_address_reaches_validation_as_both_fields():
    old = stored()
    new = service(clusterIP="10.96.9.9", clusterIPs=old["spec"]["clusterIPs"])
    spec = admit(new, old)
    assert spec["clusterIPs"] == ["10.96.9.9"]
    assert [str(error) for error in SERVICE.validate_update(new, old)] == [
        'spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set'
    ]


def test_a_load_balancer_that_turns_local_gets_a_health_check_port():
    old = stored(type="LoadBalancer")
    new = service(type="LoadBalancer", externalTrafficPolicy="Local")
    spec = admit(new, old)
    assert spec["healthCheckNodePort"] >= 30086
    assert admit(service(type="LoadBalancer", externalTrafficPolicy="Local"), new)["healthCheckNodePort"] == (
        spec["healthCheckNodePort"]
    )
