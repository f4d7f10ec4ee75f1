import pytest
from rule_cases import cells, errors, kind_of, made, update_errors

V1 = "networking.k8s.io/v1"
WEB = {"service": {"name": "web", "port": {"number": 80}}}


def ingress(path=None, **spec):
    if path is not None:
        spec = {"rules": [{"http": {"paths": [{"pathType": "Prefix", "path": "/", "backend": WEB, **path}]}}], **spec}
    return made(V1, "Ingress", spec=spec)


BACKEND = "spec.rules[0].http.paths[0].backend"
PATH = "spec.rules[0].http.paths[0].path"


@pytest.mark.parametrize(("obj", "expected"), [
    (ingress({}), []),
    (ingress(), ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"]),
    (ingress(defaultBackend=WEB), []),
    (ingress(rules=[{"host": "a.b"}]), []),
    (ingress(rules=[{"host": "*.a.b", "http": {"paths": []}}]), ["spec.rules[0].http.paths: Required value"]),
    (ingress({"pathType": None}), [f"{PATH}Type: Required value: pathType must be specified"]),
    (ingress({"pathType": "Glob"}), [
        f'{PATH}Type: Unsupported value: "Glob": supported values: "Exact", "ImplementationSpecific", "Prefix"',
    ]),
    (ingress({"path": "x"}), [f'{PATH}: Invalid value: "x": must be an absolute path']),
    (ingress({"path": "", "pathType": "ImplementationSpecific"}), []),
    (ingress({"path": "/a//b/.."}), [
        f'{PATH}: Invalid value: "/a//b/..": must not contain \'//\'',
        f'{PATH}: Invalid value: "/a//b/..": cannot end with \'/..\'',
    ]),
    (ingress({"backend": {}}), [f'{BACKEND}: Invalid value: "": resource or service backend is required']),
    (ingress({"backend": {**WEB, "resource": {"kind": "B", "name": "b"}}}), [
        f'{BACKEND}: Invalid value: "": cannot set both resource and service backends',
    ]),
    (ingress({"backend": {"service": {"name": "", "port": {}}}}), [
        f"{BACKEND}.service.name: Required value", f"{BACKEND}: Required value: port name or number is required",
    ]),
    (ingress({"backend": {"service": {"name": "w", "port": {"name": "h", "number": 1}}}}), [
        f'{BACKEND}: Invalid value: "": cannot set both port name & port number',
    ]),
    (ingress({"backend": {"service": {"name": "w", "port": {"number": 70000}}}}), [
        f"{BACKEND}.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ]),
    (ingress({"backend": {"resource": {"kind": "a/b"}}}), [
        f'{BACKEND}.resource.kind: Invalid value: "a/b": may not contain \'/\'',
        f"{BACKEND}.resource.name: Required value",
    ]),
    (ingress({}, ingressClassName="a_b"), [
        'spec.ingressClassName: Invalid value: "a_b": a lowercase RFC 1123 subdomain must consist of lower case '
        "alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
        "'example.com', regex used for validation is "
        r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ]),
])
def test_rules_of_ingresses(obj, expected):
    assert errors(obj) == expected


def test_a_host_is_no_address():
    assert errors(ingress(rules=[{"host": "1.2.3.4"}])) == [
        'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ]


def test_class_and_annotation_agree_at_creation():
    obj = ingress({}, ingressClassName="a")
    obj["metadata"]["annotations"] = {"kubernetes.io/ingress.class": "b"}
    expected = 'annotations.kubernetes.io/ingress.class: Invalid value: "b": must match `ingressClassName` when both are specified'
    assert errors(obj) == [expected]
    assert update_errors(obj, obj) == []
    assert kind_of(obj).warnings(obj) == [
        "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead",
    ]


def test_columns_of_ingresses():
    obj = ingress(
        rules=[{"host": name} for name in ("a", "b", "c", "d")], tls=[{}], ingressClassName="nginx",
    )
    obj["status"] = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}, {"hostname": "lb.example.com"}]}}
    assert cells(obj) == {
        "NAME": "x", "CLASS": "nginx", "HOSTS": "a,b,c + 1 more...", "ADDRESS": "10.0.0.1,lb.example.com",
        "PORTS": "80, 443", "AGE": "<unknown>",
    }
    assert kind_of(obj).row(obj, 0.0)[3] == "10.0.0.1,lb.example.com"
    assert cells(ingress({}))["HOSTS"] == "*"
    assert cells(ingress({}))["CLASS"] == "<none>"


@pytest.mark.parametrize(("spec", "expected"), [
    ({"controller": "k8s.io/nginx"}, []),
    ({}, ["spec.controller: Required value"]),
    ({"controller": "nginx"}, [
        'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")',
    ]),
    ({"controller": "a/b", "parameters": {"kind": "P", "name": "p", "scope": "Namespace"}}, [
        "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ]),
    ({"controller": "a/b", "parameters": {"kind": "P", "name": "p", "namespace": "n"}}, [
        "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
    ]),
    ({"controller": "a/b", "parameters": {"scope": "World"}}, [
        "spec.parameters.kind: Required value", "spec.parameters.name: Required value",
        'spec.parameters.scope: Unsupported value: "World": supported values: "Cluster", "Namespace"',
    ]),
])
def test_rules_of_ingress_classes(spec, expected):
    assert errors(made(V1, "IngressClass", spec=spec)) == expected


def test_an_ingress_class_keeps_its_controller():
    old, new = (made(V1, "IngressClass", spec={"controller": name}) for name in ("a/b", "a/c"))
    assert update_errors(new, old) == ['spec.controller: Invalid value: "a/c": field is immutable']
    assert cells(made(V1, "IngressClass", spec={
        "controller": "a/b", "parameters": {"apiGroup": "g.com", "kind": "P", "name": "p"},
    }))["PARAMETERS"] == "P.g.com/p"


def policy(**spec):
    return made(V1, "NetworkPolicy", spec=spec)


def peer(**fields):
    return policy(ingress=[{"from": [fields]}])


def port(**fields):
    return policy(egress=[{"ports": [fields]}])


@pytest.mark.parametrize(("obj", "expected"), [
    (policy(), []),
    (peer(podSelector={}), []),
    (peer(), ["spec.ingress[0].from[0]: Required value: must specify a peer"]),
    (peer(podSelector={}, ipBlock={"cidr": "10.0.0.0/8"}), [
        "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer",
    ]),
    (peer(ipBlock={}), ["spec.ingress[0].from[0].ipBlock.cidr: Required value"]),
    (peer(ipBlock={"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16", "10.0.0.0/8", "10.1.0.0/16"]}), [
        (f"spec.ingress[0].from[0].ipBlock.except[{index}]: Invalid value: {text}: must be a strict subset of `cidr`")
        for index, text in ((0, '"11.0.0.0/16"'), (1, '"10.0.0.0/8"'))
    ]),
    (port(port=80, endPort=90), []),
    (port(port=80, endPort=70), [
        "spec.egress[0].ports[0].endPort: Invalid value: 70: must be greater than or equal to `port`",
    ]),
    (port(port="http", endPort=70), [
        "spec.egress[0].ports[0].endPort: Invalid value: 70: may not be specified when `port` is non-numeric",
    ]),
    (port(endPort=70), [
        "spec.egress[0].ports[0].endPort: Invalid value: 70: may not be specified when `port` is not specified",
    ]),
    (port(protocol="ICMP"), [
        'spec.egress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
    ]),
    (policy(policyTypes=["In"]), [
        'spec.policyTypes[0]: Unsupported value: "In": supported values: "Ingress", "Egress"',
    ]),
    (policy(policyTypes=["Ingress"] * 3), [
        'spec.policyTypes: Invalid value: ["Ingress","Ingress","Ingress"]: may not specify more than two policyTypes',
    ]),
])
def test_rules_of_network_policies(obj, expected):
    assert errors(obj) == expected


@pytest.mark.parametrize(("spec", "types"), [
    ({}, ["Ingress"]), ({"egress": [{}]}, ["Ingress", "Egress"]), ({"egress": []}, ["Ingress"]),
    ({"policyTypes": ["Egress"]}, ["Egress"]),
])
def test_defaults_of_network_policies(spec, types):
    assert policy(**spec)["spec"] == {**spec, "podSelector": {}, "policyTypes": types}
    assert port(port=80)["spec"]["egress"][0]["ports"] == [{"port": 80, "protocol": "TCP"}]


@pytest.mark.parametrize(("obj", "row"), [
    (policy(podSelector={"matchLabels": {"app": "db"}}), {"POD-SELECTOR": "app=db"}),
    (made(V1, "ServiceCIDR", spec={"cidrs": ["10.0.0.0/8", "fd00::/64"]}), {"CIDRS": "10.0.0.0/8,fd00::/64"}),
    (made(V1, "IPAddress", spec={"parentRef": {"resource": "services", "namespace": "n", "name": "s"}}), {
        "PARENTREF": "services/n/s",
    }),
])
def test_columns(obj, row):
    assert cells(obj) == {"NAME": "x", "AGE": "<unknown>", **row}
