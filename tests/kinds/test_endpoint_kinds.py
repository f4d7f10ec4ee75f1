"""Endpoints and EndpointSlices: rules, columns, and what describe writes."""

import pytest

from minikctl import kinds
from minikctl.kinds.endpointformat import format_endpoint_slices

ENDPOINTS = kinds.load(kinds.info_for("endpoints"))
SLICES = kinds.load(kinds.info_for("endpointslices.discovery.k8s.io"))


def endpoints(*subsets):
    return {"metadata": {"name": "web", "namespace": "default"}, "subsets": list(subsets)}


def subset(ips=(), ports=(), not_ready=()):
    return {
        "addresses": [{"ip": ip} for ip in ips], "notReadyAddresses": [{"ip": ip} for ip in not_ready],
        "ports": list(ports),
    }


HTTP = {"name": "http", "port": 80, "protocol": "TCP"}
METRICS = {"name": "metrics", "port": 9090, "protocol": "TCP"}
FOUR = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]


@pytest.mark.parametrize(("subsets", "shown"), [
    ([], "<none>"),
    ([subset(FOUR[:2], [HTTP])], "10.0.0.1:80,10.0.0.2:80"),
    ([subset(FOUR[:3], [HTTP])], "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80"),
    ([subset(FOUR, [HTTP])], "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more..."),
    ([subset(FOUR[:2], [HTTP, METRICS])], "10.0.0.1:80,10.0.0.2:80,10.0.0.1:9090 + 1 more..."),
    ([subset(FOUR, [])], "10.0.0.1,10.0.0.2,10.0.0.3 + 1 more..."),
    ([subset([], [HTTP], FOUR)], ""),
    ([subset(["fd00::1"], [HTTP])], "[fd00::1]:80"),
])
def test_three_endpoints_are_written_out(subsets, shown):
    assert ENDPOINTS.row(endpoints(*subsets), 0.0)[1] == shown


@pytest.mark.parametrize(("fields", "ports", "found"), [
    ({}, "<unset>", "<unset>"),
    ({"ports": [{"port": 80}, {"port": 443}]}, "80,443", "<unset>"),
    ({"ports": [{"name": "x"}, {}]}, "x,*", "<unset>"),
    ({"ports": [{"port": number} for number in range(1, 6)]}, "1,2,3 + 2 more...", "<unset>"),
    (
        {"endpoints": [{"addresses": [ip], "conditions": {"ready": False}} for ip in FOUR]},
        "<unset>", "10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...",
    ),
])
def test_a_slice_shows_its_ports_and_every_address(fields, ports, found):
    obj = {"metadata": {"name": "web-x", "namespace": "default"}, "addressType": "IPv4", **fields}
    assert tuple(SLICES.row(obj, 0.0)) == ("web-x", "IPv4", ports, found, "<unknown>")


def test_a_service_shows_the_ready_endpoints_of_one_port():
    slices = [
        {
            "ports": [{"name": "http", "port": 8080}, {"name": "metrics", "port": 9090}],
            "endpoints": [
                {"addresses": ["10.0.0.1"], "conditions": {"ready": True}},
                {"addresses": ["10.0.0.2"], "conditions": {"ready": False}},
                {"addresses": ["10.0.0.3"], "conditions": {}},
            ],
        },
        {"ports": [], "endpoints": [{"addresses": ["10.0.0.9"]}]},
    ]
    assert format_endpoint_slices(slices, "http") == "10.0.0.1:8080,10.0.0.3:8080,10.0.0.9"
    assert format_endpoint_slices(slices, "none") == "10.0.0.9"
    assert format_endpoint_slices([], "http") == "<none>"
    assert format_endpoint_slices([{"ports": None, "endpoints": None}], "http") == ""


@pytest.mark.parametrize(("subsets", "expected"), [
    ([subset(["10.0.0.1"], [HTTP, METRICS])], []),
    ([subset([], [HTTP])], ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"]),
    (
        [subset(["10.0.0"], [{"port": 0, "protocol": "FTP"}])],
        [
            ('subsets[0].addresses[0].ip: Invalid value: "10.0.0": must be a valid IP address, (e.g. 10.9.8.7 or '
             "2001:db8::ffff)"),
            'subsets[0].addresses[0].ip: Invalid value: "10.0.0": must be a valid IP address',
            "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            'subsets[0].ports[0].protocol: Unsupported value: "FTP": supported values: "SCTP", "TCP", "UDP"',
        ],
    ),
    (
        [subset(["127.0.0.1"], [HTTP, {"port": 81, "protocol": "TCP"}])],
        [
            ('subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, '
             "::1/128)"),
            "subsets[0].ports[1].name: Required value",
        ],
    ),
])
def test_endpoints_have_right_addresses_and_ports(subsets, expected):
    assert [str(error) for error in ENDPOINTS.validate(endpoints(*subsets))] == expected


def test_ports_of_endpoints_and_slices_are_tcp_by_default():
    obj = endpoints({"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]})
    ENDPOINTS.default(obj)
    assert obj["subsets"][0]["ports"] == [{"port": 80, "protocol": "TCP"}]
    obj = {"metadata": {"name": "web-x"}, "ports": [{"port": 80}], "endpoints": []}
    SLICES.default(obj)
    assert obj["ports"] == [{"port": 80, "protocol": "TCP", "name": ""}]
    assert obj["endpoints"] is None


def test_every_request_for_endpoints_is_warned_of():
    assert ENDPOINTS.request_warning == (
        "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    )


def test_odd_addresses_are_warned_of_unless_the_controller_wrote_them():
    obj = endpoints(subset(["2001:DB8::1"], [HTTP]))
    assert ENDPOINTS.warnings(obj) == [
        'subsets[0].addresses[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")'
    ]
    obj["metadata"]["labels"] = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    assert ENDPOINTS.warnings(obj) == []


def endpoint_slice(kind="IPv4", *addresses, ports=(), **fields):
    return {
        "metadata": {"name": "web-x"}, "addressType": kind,
        "endpoints": [{"addresses": [address], **fields} for address in addresses], "ports": list(ports),
    }


@pytest.mark.parametrize(("obj", "expected"), [
    (endpoint_slice("IPv4", "10.0.0.1"), []),
    (endpoint_slice("FQDN", "a.example.com"), []),
    (endpoint_slice(""), ["addressType: Required value"]),
    (endpoint_slice("IP"), ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"']),
    (
        endpoint_slice("IPv6", "10.0.0.1"),
        ['endpoints[0].addresses[0]: Invalid value: "10.0.0.1": must be an IPv6 address'],
    ),
    (
        endpoint_slice("FQDN", "single"),
        [('endpoints[0].addresses[0]: Invalid value: "single": should be a domain with at least two segments separated '
          "by dots")],
    ),
    (
        {"metadata": {"name": "x"}, "addressType": "IPv4", "endpoints": [{}]},
        ["endpoints[0].addresses: Required value: must contain at least 1 address"],
    ),
    (
        {"metadata": {"name": "x"}, "addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"] * 101}]},
        ["endpoints[0].addresses: Too many: 101: must have at most 100 items"],
    ),
    (
        endpoint_slice("IPv4", "10.0.0.1", hints={"forZones": [{"name": "a"}, {"name": "a"}]}),
        ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
    ),
    (
        endpoint_slice("IPv4", ports=[{"name": "", "protocol": "TCP"}, {"name": "", "protocol": "ICMP"}]),
        [
            'ports[1].name: Duplicate value: ""',
            'ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
        ],
    ),
])
def test_slices_have_addresses_of_their_type(obj, expected):
    assert [str(error) for error in SLICES.validate(obj)] == expected


def test_the_address_type_of_a_slice_stays():
    errors = SLICES.validate_update(endpoint_slice("IPv6", "fd00::1"), endpoint_slice("IPv4", "10.0.0.1"))
    assert [str(error) for error in errors] == ['addressType: Invalid value: "IPv6": field is immutable']


MANAGED = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}


def generation_after(old, new, labels=None, new_labels=None):
    """The generation of a slice of generation 4 with ``old`` addresses that gets ``new`` ones."""
    before = endpoint_slice("IPv4", *old)
    before["metadata"] = {"name": "x", "generation": 4, "labels": labels or {}}
    after = endpoint_slice("IPv4", *new)
    after["metadata"] = {"name": "x", "generation": 4, "labels": new_labels or labels or {}, "annotations": {"c": "d"}}
    SLICES.prepare_for_update(after, before)
    return after["metadata"]["generation"]


def test_the_generation_of_a_slice_counts_its_changes():
    assert generation_after(["10.0.0.1"], ["10.0.0.1"]) == 4
    assert generation_after(["10.0.0.1"], ["10.0.0.2", "10.0.0.3"]) == 5
    assert generation_after(["10.0.0.1"], ["10.0.0.1"], {"a": "b"}, {"a": "c"}) == 5


def test_of_the_controller_each_endpoint_that_changes_counts():
    assert generation_after(["10.0.0.1"], ["10.0.0.1"], MANAGED) == 4
    assert generation_after(["10.0.0.1"], ["10.0.0.2", "10.0.0.3"], MANAGED) == 7
    assert generation_after(["10.0.0.1"], ["10.0.0.1"], MANAGED, {**MANAGED, "a": "c"}) == 5


@pytest.mark.parametrize(("labels", "generation"), [({}, 1), (MANAGED, 3)])
def test_a_new_slice_of_the_controller_is_as_if_filled_one_by_one(labels, generation):
    obj = endpoint_slice("IPv4", "10.0.0.1", "10.0.0.2")
    obj["metadata"]["labels"] = labels
    SLICES.prepare_for_create(obj)
    assert obj["metadata"]["generation"] == generation
