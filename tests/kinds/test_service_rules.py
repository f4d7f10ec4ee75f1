import pytest

from minikctl import kinds

SERVICE = kinds.load(kinds.info_for("services"))


def service(**spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"}, "spec": spec}


def errors_of(obj):
    SERVICE.default(obj)
    return [str(error) for error in SERVICE.validate(obj)]


PORT = {"port": 80}


@pytest.mark.parametrize(("spec", "defaulted"), [
    (
        {"ports": [{"port": 80}]},
        {
            "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
            "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
        },
    ),
    (
        {"type": "ExternalName", "externalName": "db.example.com"},
        {"type": "ExternalName", "externalName": "db.example.com", "sessionAffinity": "None"},
    ),
    (
        {"type": "LoadBalancer", "ports": [{"port": 80, "targetPort": "http", "protocol": "UDP"}]},
        {
            "type": "LoadBalancer", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
            "externalTrafficPolicy": "Cluster", "allocateLoadBalancerNodePorts": True,
            "ports": [{"port": 80, "protocol": "UDP", "targetPort": "http"}],
        },
    ),
    (
        {"type": "NodePort", "sessionAffinity": "ClientIP", "ports": []},
        {
            "type": "NodePort", "sessionAffinity": "ClientIP", "ports": [], "internalTrafficPolicy": "Cluster",
            "externalTrafficPolicy": "Cluster", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}},
        },
    ),
    (
        {"externalIPs": ["1.2.3.4"], "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 5}}},
        {
            "type": "ClusterIP", "externalIPs": ["1.2.3.4"], "sessionAffinity": "None",
            "internalTrafficPolicy": "Cluster", "externalTrafficPolicy": "Cluster",
        },
    ),
])
def test_defaults_depend_on_the_type(spec, defaulted):
    obj = service(**spec)
    SERVICE.default(obj)
    assert obj["spec"] == defaulted


def test_the_recorded_mistakes_come_in_the_recorded_order():
    obj = service(
        type="Balancer", ports=[{"port": 0}, {"port": 80, "name": "a"}, {"port": 80, "name": "a", "protocol": "FTP"}]
    )
    assert errors_of(obj) == [
        "spec.ports[0].name: Required value",
        "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
        'spec.ports[2].name: Duplicate value: "a"',
        'spec.ports[2].protocol: Unsupported value: "FTP": supported values: "SCTP", "TCP", "UDP"',
        ('spec.type: Unsupported value: "Balancer": supported values: "ClusterIP", "ExternalName", "LoadBalancer", '
        '"NodePort"'),
    ]


@pytest.mark.parametrize(("spec", "expected"), [
    ({"ports": [PORT]}, []),
    ({"clusterIP": "None", "clusterIPs": ["None"]}, []),
    ({"ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b", "protocol": "UDP"}]}, []),
    ({}, ["spec.ports: Required value"]),
    (
        {"type": "NodePort", "clusterIP": "None", "clusterIPs": ["None"], "ports": [PORT]},
        ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
    ),
    (
        {"type": "LoadBalancer", "clusterIP": "None", "clusterIPs": ["None"], "ports": [PORT]},
        ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services"],
    ),
    ({"type": "ExternalName"}, ["spec.externalName: Required value"]),
    ({"type": "ExternalName", "externalName": "db.example.com."}, []),
    (
        {"type": "ExternalName", "externalName": "x", "clusterIPs": ["10.96.0.9"], "ipFamilyPolicy": "SingleStack"},
        [
            "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
            "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
        ],
    ),
    (
        {"ports": [{"port": 80, "nodePort": 30080}]},
        ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ),
    (
        {"type": "NodePort", "ports": [
            {"name": "a", "port": 80, "nodePort": 30080}, {"name": "b", "port": 81, "nodePort": 30080},
            {"name": "c", "port": 82, "nodePort": 30080, "protocol": "UDP"},
        ]},
        ["spec.ports[1].nodePort: Duplicate value: 30080"],
    ),
    (
        {"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 80}]},
        [
            ('spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,'
            '"NodePort":0}'),
        ],
    ),
    (
        {"ports": [{"port": 80, "targetPort": "Not_OK"}]},
        [
            ('spec.ports[0].targetPort: Invalid value: "Not_OK": must contain only alpha-numeric characters '
            "(a-z, 0-9), and hyphens (-)"),
        ],
    ),
    (
        {"ports": [PORT], "sessionAffinity": "Sticky"},
        ['spec.sessionAffinity: Unsupported value: "Sticky": supported values: "ClientIP", "None"'],
    ),
    (
        {
            "ports": [PORT], "sessionAffinity": "ClientIP",
            "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 90000}},
        },
        [
            ("spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and "
            "less than 86400"),
        ],
    ),
    (
        {"ports": [PORT], "externalIPs": ["1.2.3", "127.0.0.1"]},
        [
            ('spec.externalIPs[0]: Invalid value: "1.2.3": must be a valid IP address, '
            '(e.g. 10.9.8.7 or 2001:db8::ffff)'),
            'spec.externalIPs[1]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        ],
    ),
    (
        {"ports": [PORT], "loadBalancerSourceRanges": ["10.0.0.0/8"]},
        ["spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ),
    (
        {"type": "LoadBalancer", "ports": [PORT], "loadBalancerSourceRanges": [" 10.0.0.0/8 ", "10.0.0.1/8"]},
        [
            ('spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix '
            "length"),
        ],
    ),
    (
        {"ports": [PORT], "allocateLoadBalancerNodePorts": False},
        ["spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ),
    (
        {"ports": [PORT], "loadBalancerClass": "a/b"},
        ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ),
    (
        {"ports": [PORT], "externalTrafficPolicy": "Local", "internalTrafficPolicy": "Near"},
        [
            'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
            'spec.internalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
        ],
    ),
    (
        {"type": "NodePort", "ports": [PORT], "externalTrafficPolicy": "Near", "healthCheckNodePort": 30000},
        [
            'spec.externalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
            ("spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and "
            "`externalTrafficPolicy` is 'Local'"),
        ],
    ),
    (
        {"type": "LoadBalancer", "ports": [PORT], "externalTrafficPolicy": "Local"},
        ["spec.healthCheckNodePort: Required value"],
    ),
    (
        {"ports": [PORT], "trafficDistribution": "Near"},
        [
            ('spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameNode", '
            '"PreferSameZone"'),
        ],
    ),
    (
        {"ports": [PORT], "clusterIP": "10.96.0.9"},
        ["spec.clusterIPs: Required value"],
    ),
    (
        {"ports": [PORT], "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.8"]},
        ['spec.clusterIPs: Invalid value: ["10.96.0.8"]: first value must match `clusterIP`'],
    ),
    (
        {"ports": [PORT], "clusterIP": "nonsense", "clusterIPs": ["nonsense"], "ipFamilies": ["IPv5", "IPv4", "IPv4"]},
        [
            'spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"',
            'spec.ipFamilies[2]: Duplicate value: "IPv4"',
            ('spec.clusterIPs[0]: Invalid value: "nonsense": must be a valid IP address, (e.g. 10.9.8.7 or '
            "2001:db8::ffff)"),
        ],
    ),
    (
        {"ports": [PORT], "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9", "10.96.0.8"], "ipFamilies": ["IPv6"]},
        [
            ('spec.clusterIPs: Invalid value: ["10.96.0.9","10.96.0.8"]: may specify no more than one IP for each IP '
            "family"),
            'spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`',
        ],
    ),
])
def test_each_rule_has_upstreams_words(spec, expected):
    assert errors_of(service(**spec)) == expected


@pytest.mark.parametrize(("spec", "expected"), [
    ({"ports": [PORT]}, []),
    (
        {"ports": [PORT], "externalIPs": ["1.2.3.4"], "externalName": "x"},
        [
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
            'spec.externalName is ignored when spec.type is not "ExternalName"',
        ],
    ),
    (
        {"clusterIP": "None", "clusterIPs": ["None"], "externalIPs": ["1.2.3.4"], "sessionAffinity": "ClientIP"},
        [
            "spec.externalIPs is ignored for headless services",
            "spec.SessionAffinity is ignored for headless services",
        ],
    ),
    (
        {"ports": [PORT], "trafficDistribution": "PreferClose"},
        ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
    ),
])
def test_what_is_ignored_or_deprecated_is_said(spec, expected):
    obj = service(**spec)
    SERVICE.default(obj)
    assert SERVICE.warnings(obj) == expected


# ---------------------------------------------------------------------------------------------------------------------
# Changes
# ---------------------------------------------------------------------------------------------------------------------

STORED = {
    "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster", "clusterIP": "10.96.0.9",
    "clusterIPs": ["10.96.0.9"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
    "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
}


def changed(**changes):
    return service(**{key: value for key, value in {**STORED, **changes}.items() if value is not None})


@pytest.mark.parametrize(("new", "expected"), [
    ({}, []),
    (
        {"clusterIP": "10.96.9.9", "clusterIPs": ["10.96.9.9"]},
        ['spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set'],
    ),
    (
        {"clusterIP": "None", "clusterIPs": ["None"]},
        ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set'],
    ),
    (
        {"clusterIP": None, "clusterIPs": None},
        ["spec.clusterIPs[0]: Invalid value: []: primary clusterIP can not be unset"],
    ),
    (
        {"ipFamilies": ["IPv6"], "ipFamilyPolicy": None},
        [
            'spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set',
            'spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`',
        ],
    ),
    ({"ports": [{"port": 81, "protocol": "UDP", "targetPort": "dns"}], "selector": {"a": "b"}}, []),
])
def test_an_address_may_not_change_once_set(new, expected):
    assert [str(error) for error in SERVICE.validate_update(changed(**new), changed())] == expected


def test_an_external_name_may_become_a_service_with_an_address():
    old = service(type="ExternalName", externalName="x", sessionAffinity="None")
    assert SERVICE.validate_update(changed(), old) == []


def test_the_health_check_port_and_the_class_of_a_load_balancer_stay():
    def balancer(**spec):
        return changed(
            type="LoadBalancer", externalTrafficPolicy="Local", allocateLoadBalancerNodePorts=True, **spec
        )

    errors = SERVICE.validate_update(
        balancer(healthCheckNodePort=30001, loadBalancerClass="x.io/b"), balancer(healthCheckNodePort=30000)
    )
    assert [str(error) for error in errors] == [
        'spec.loadBalancerClass: Invalid value: "x.io/b": may not change once set',
        "spec.healthCheckNodePort: Forbidden: field is immutable",
    ]


@pytest.mark.parametrize(("old", "new", "kept"), [
    (  # a node port goes with the type that had it
        {"type": "NodePort", "externalTrafficPolicy": "Cluster", "ports": [{"port": 80, "nodePort": 30080}]},
        {"type": "ClusterIP", "externalTrafficPolicy": "Cluster", "ports": [{"port": 80, "nodePort": 30080}]},
        {"type": "ClusterIP", "ports": [{"port": 80}]},
    ),
    (  # but one that the user sets in the same breath stays, and is refused
        {"type": "NodePort", "externalTrafficPolicy": "Cluster", "ports": [{"port": 80, "nodePort": 30080}]},
        {"type": "ClusterIP", "externalTrafficPolicy": "Cluster", "ports": [{"port": 80, "nodePort": 30081}]},
        {"type": "ClusterIP", "ports": [{"port": 80, "nodePort": 30081}]},
    ),
    (
        {"type": "ClusterIP", "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"], "ipFamilies": ["IPv4"],
         "ipFamilyPolicy": "SingleStack"},
        {"type": "ExternalName", "externalName": "x", "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"],
         "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"},
        {"type": "ExternalName", "externalName": "x"},
    ),
    (
        {"type": "LoadBalancer", "allocateLoadBalancerNodePorts": True, "loadBalancerClass": "a/b",
         "externalTrafficPolicy": "Local", "healthCheckNodePort": 30000},
        {"type": "NodePort", "allocateLoadBalancerNodePorts": True, "loadBalancerClass": "a/b",
         "externalTrafficPolicy": "Local", "healthCheckNodePort": 30000},
        {"type": "NodePort", "externalTrafficPolicy": "Local"},
    ),
    (
        {"type": "LoadBalancer", "allocateLoadBalancerNodePorts": True},
        {"type": "ClusterIP", "allocateLoadBalancerNodePorts": False},
        {"type": "ClusterIP", "allocateLoadBalancerNodePorts": False},
    ),
])
def test_fields_of_the_old_type_go_with_it(old, new, kept):
    obj = service(**new)
    SERVICE.prepare_for_update(obj, service(**old))
    assert obj["spec"] == kept


def test_the_addresses_of_a_load_balancer_go_with_the_type():
    status = {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}, "conditions": [1]}
    old = {**service(type="LoadBalancer"), "status": status}
    obj = {**service(type="ClusterIP"), "status": status}
    SERVICE.prepare_for_update(obj, old)
    assert obj["status"] == {"loadBalancer": {}, "conditions": [1]}
    assert old["status"] == {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}, "conditions": [1]}


# ---------------------------------------------------------------------------------------------------------------------
# Columns
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spec", "status", "cells"), [
    (
        {"type": "ClusterIP", "clusterIPs": ["10.96.0.9"], "selector": {"tier": "web", "app": "shop"},
         "ports": [{"port": 80, "protocol": "TCP"}, {"port": 9090, "protocol": "UDP"}]},
        {},
        ("ClusterIP", "10.96.0.9", "<none>", "80/TCP,9090/UDP", "10s", "app=shop,tier=web"),
    ),
    (
        {"type": "NodePort", "clusterIPs": ["10.96.0.9"], "externalIPs": ["1.2.3.4", "1.2.3.5"],
         "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}]},
        {},
        ("NodePort", "10.96.0.9", "1.2.3.4,1.2.3.5", "80:30080/TCP", "10s", "<none>"),
    ),
    (
        {"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"], "ports": [{"port": 443, "protocol": "TCP"}]},
        {"loadBalancer": {}},
        ("LoadBalancer", "10.96.0.9", "<pending>", "443/TCP", "10s", "<none>"),
    ),
    (
        {"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"], "externalIPs": ["9.9.9.9"]},
        {"loadBalancer": {"ingress": [{"ip": "172.18.0.200"}, {"hostname": "a.example.com"}]}},
        ("LoadBalancer", "10.96.0.9", "172.18.0.200,a.example.com,9.9.9.9", "<none>", "10s", "<none>"),
    ),
    (
        {"type": "ExternalName", "externalName": "db.example.com"},
        {"loadBalancer": {}},
        ("ExternalName", "<none>", "db.example.com", "<none>", "10s", "<none>"),
    ),
    (
        {"type": "ClusterIP", "clusterIPs": ["None"], "ports": [{"port": 80, "protocol": "TCP"}]},
        {},
        ("ClusterIP", "None", "<none>", "80/TCP", "10s", "<none>"),
    ),
])
def test_get_shows_what_kubectl_shows(spec, status, cells):
    obj = {**service(**spec), "status": status}
    obj["metadata"]["creationTimestamp"] = "1970-01-01T00:00:10Z"
    assert tuple(SERVICE.row(obj, 20.0)) == ("web", *cells)


def test_the_addresses_of_a_load_balancer_are_not_cut():
    obj = service(type="LoadBalancer", clusterIPs=["10.96.0.9"])
    obj["status"] = {"loadBalancer": {"ingress": [{"ip": "172.18.0.200"}, {"ip": "172.18.0.201"}]}}
    assert SERVICE.row(obj, 0.0)[3] == "172.18.0.200,172.18.0.201"
