"""Where requests end: Services, Ingresses, NetworkPolicies."""

from __future__ import annotations

import json

import pytest

from minikctl.network.ingress import host_rank, path_matches
from minikctl.network.policies import in_block
from minikctl.network.proxy import distribute


@pytest.mark.parametrize(
    ("wanted", "kind", "path", "expected"),
    [
        ("/", "Prefix", "/", True), ("/", "Prefix", "/a/b", True), ("/a", "Prefix", "/a", True), ("/a", "Prefix", "/a/", True),
        ("/a/", "Prefix", "/a", True), ("/a", "Prefix", "/a/b", True), ("/a", "Prefix", "/ab", False),
        ("/a/b", "Prefix", "/a/bc", False), ("/a/b", "Prefix", "/a", False), ("/a", "Exact", "/a", True),
        ("/a", "Exact", "/a/", False), ("/a/", "Exact", "/a", False), ("/a", "ImplementationSpecific", "/a/b", True),
    ],
)
def test_paths(wanted, kind, path, expected):
    assert path_matches(wanted, kind, path) is expected


@pytest.mark.parametrize(
    ("wanted", "host", "rank"),
    [
        ("a.com", "a.com", 3), ("A.com", "a.com", 3), ("*.a.com", "b.a.com", 2), ("*.a.com", "a.com", 0),
        ("*.a.com", "c.b.a.com", 0), ("", "a.com", 1), ("b.com", "a.com", 0),
    ],
)
def test_hosts(wanted, host, rank):
    assert host_rank(wanted, host) == rank


@pytest.mark.parametrize(
    ("ip", "block", "expected"),
    [
        ("10.1.2.3", {"cidr": "10.0.0.0/8"}, True), ("11.1.2.3", {"cidr": "10.0.0.0/8"}, False),
        ("10.1.2.3", {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}, False), ("", {"cidr": "0.0.0.0/0"}, True),
        ("", {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}, False), ("", {"cidr": "10.0.0.0/8"}, False),
        ("fd00::1", {"cidr": "fd00::/8"}, True), ("10.0.0.1", {"cidr": "fd00::/8"}, False),
    ],
)
def test_blocks(ip, block, expected):
    assert in_block(ip, block) is expected


@pytest.mark.parametrize("number", [1, 2, 3, 7])
@pytest.mark.parametrize("count", [0, 1, 5, 10])
def test_requests_go_round(count, number):
    shares = distribute(count, number, "x", sticky=False)
    assert sum(shares) == count
    assert max(shares) - min(shares) <= 1
    sticky = distribute(count, number, "x", sticky=True)
    assert sorted(sticky) == [0] * (number - 1) + [count]


def apply(cluster, *objects):
    cluster.ok("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
    cluster.settle()


def meta(kind, name, spec, version="v1", **metadata):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


def pod(name, app, **spec):
    containers = [{"name": "c", "image": "x", "ports": [{"name": "http", "containerPort": 8080}]}]
    return meta("Pod", name, {"containers": containers, **spec}, labels={"app": app})


def policy(name, spec):
    return meta("NetworkPolicy", name, spec, "networking.k8s.io/v1")


@pytest.fixture
def shop(cluster):
    service = {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}
    apply(cluster, pod("web-0", "web"), pod("web-1", "web"), pod("client", "client"), meta("Service", "web", service))
    return cluster


def route(cluster, *words):
    result = cluster("route", *words, "-o", "json")
    return result.code, json.loads(result.out)


def counts(report):
    return {each["pod"]: each["requests"] for each in report["backends"]}


def test_to_the_ready_pods_of_a_service(shop):
    code, report = route(shop, "web", "--count", "10")
    assert (code, counts(report), report["hops"]) == (0, {"web-0": 5, "web-1": 5}, ["Service default/web, port 80/TCP"])
    assert {each["address"].rpartition(":")[2] for each in report["backends"]} == {"8080"}
    shop.ok("fault", "pod", "web-0", "unready")
    shop.settle()
    assert counts(route(shop, "web:http", "--count", "10")[1]) == {"web-1": 10}
    assert counts(route(shop, "web", "--count", "3")[1]) == counts(route(shop, "svc/web:80", "--count", "3")[1])


def test_many_ways_to_name_a_service(shop):
    ip = shop.ok("get", "svc", "web", "-o", "jsonpath={.spec.clusterIP}")
    for word in ("web", "svc/web", "web.default", "web:80", "http://web", "http://web.default.svc.cluster.local/x", f"http://{ip}"):
        assert counts(route(shop, word)[1]) == {"web-0": 1, "web-1": 1}, word
    pod_ip = shop.ok("get", "pod", "web-1", "-o", "jsonpath={.status.podIP}")
    assert counts(route(shop, f"http://{pod_ip}:8080")[1]) == {"web-1": 1}


def test_session_affinity(shop):
    shop.ok("patch", "svc", "web", "-p", '{"spec":{"sessionAffinity":"ClientIP"}}')
    assert sorted(counts(route(shop, "web", "--count", "8")[1]).values()) == [0, 8]


def test_internal_traffic_policy_local(shop):
    shop.ok("patch", "svc", "web", "-p", '{"spec":{"internalTrafficPolicy":"Local"}}')
    node = shop.ok("get", "pod", "web-0", "-o", "jsonpath={.spec.nodeName}")
    apply(shop, pod("beside", "x", nodeName=node), pod("alone", "x", nodeName="node-3"))
    assert "web-0" in counts(route(shop, "web", "--from", "beside")[1])
    nodes = shop.ok("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].spec.nodeName}")
    if "node-3" not in nodes.split():
        assert route(shop, "web", "--from", "alone")[1]["problem"].endswith("has no ready endpoints on node node-3")


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("nosuch", 'there is no Service "nosuch" in namespace default'),
        ("web:81", "the Service default/web has no port 81: it has 80"),
        ("http://shop.example.com/", "404: no Ingress has a rule for http://shop.example.com/, and none a default backend"),
        ("empty", "connection refused: the Service default/empty has no endpoints"),
    ],
)
def test_nowhere(shop, word, problem):
    apply(shop, meta("Service", "empty", {"selector": {"app": "nobody"}, "ports": [{"port": 80}]}))
    result = shop("route", word)
    assert (result.code, result.err) == (1, f"error: {problem}\n")


# Ingress ----------------------------------------------------------------------------------------------------------------


def ingress(name, rules, **spec):
    return meta("Ingress", name, {"rules": rules, **spec}, "networking.k8s.io/v1")


def rule(host, *paths):
    backend = {"service": {"name": "web", "port": {"name": "http"}}}
    found = [{"path": path, "pathType": kind, "backend": backend} for path, kind in paths]
    return {**({"host": host} if host else {}), "http": {"paths": found}}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://a.com/", "Ingress default/i: host a.com, path / (Prefix)"),
        ("http://a.com/cart/1", "Ingress default/i: host a.com, path /cart (Prefix)"),
        ("http://a.com/cart", "Ingress default/i: host a.com, path /cart (Exact)"),
        ("https://x.a.com/", "Ingress default/i: host *.a.com, path / (Prefix)"),
        ("http://x.a.com:8080/", "Ingress default/i: host *.a.com, path / (Prefix)"),
        ("http://b.com/any", "Ingress default/i: host *, path /any (Prefix)"),
        ("http://b.com/", "Ingress default/fallback: default backend"),
    ],
)
def test_ingress_rules(shop, url, words):
    rules = [
        rule("a.com", ("/", "Prefix"), ("/cart", "Prefix"), ("/cart", "Exact")), rule("*.a.com", ("/", "Prefix")),
        rule("", ("/any", "Prefix")),
    ]
    fallback = meta(
        "Ingress", "fallback", {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}, "networking.k8s.io/v1"
    )
    apply(shop, ingress("i", rules), fallback)
    code, report = route(shop, url)
    assert (code, report["hops"]) == (0, [words, "Service default/web, port 80/TCP"])


def test_an_ingress_without_its_class_is_served_by_nobody(shop):
    apply(shop, ingress("i", [rule("a.com", ("/", "Prefix"))], ingressClassName="nginx"))
    code, report = route(shop, "http://a.com/")
    assert (code, report["notes"]) == (1, ['Ingress default/i is served by nobody: there is no IngressClass "nginx"'])
    apply(shop, meta("IngressClass", "nginx", {"controller": "x.io/y"}, "networking.k8s.io/v1"))
    assert route(shop, "http://a.com/")[0] == 0
    assert route(shop, "http://a.com/", "--ingress-class", "other")[0] == 1


# NetworkPolicies --------------------------------------------------------------------------------------------------------

WEB = {"podSelector": {"matchLabels": {"app": "web"}}}
CLIENT = {"podSelector": {"matchLabels": {"app": "client"}}}
#: spec, source, allowed, what is said of the first Pod
JUDGED = [
    (WEB, "client", False, ["egress: no policy", "ingress: denied by p"]),
    ({**WEB, "ingress": [{}]}, "client", True, ["egress: no policy", "ingress: allowed by p"]),
    ({**WEB, "ingress": [{"from": [CLIENT]}]}, "client", True, ["egress: no policy", "ingress: allowed by p"]),
    ({**WEB, "ingress": [{"from": [CLIENT]}]}, "", False, ["ingress: denied by p"]),
    ({**WEB, "ingress": [{"from": [WEB]}]}, "client", False, ["egress: no policy", "ingress: denied by p"]),
    ({**WEB, "ingress": [{"from": [{"namespaceSelector": {}}]}]}, "client", True, ["egress: no policy", "ingress: allowed by p"]),
    (
        {**WEB, "ingress": [{"from": [{"namespaceSelector": {"matchLabels": {"a": "b"}}, **CLIENT}]}]}, "client", False,
        ["egress: no policy", "ingress: denied by p"],
    ),
    ({**WEB, "ingress": [{"ports": [{"port": "http"}]}]}, "", True, ["ingress: allowed by p"]),
    ({**WEB, "ingress": [{"ports": [{"port": 8080}]}]}, "", True, ["ingress: allowed by p"]),
    ({**WEB, "ingress": [{"ports": [{"port": 80}]}]}, "", False, ["ingress: denied by p"]),
    ({**WEB, "ingress": [{"ports": [{"port": 8000, "endPort": 8100}]}]}, "", True, ["ingress: allowed by p"]),
    ({**WEB, "ingress": [{"ports": [{"port": 8080, "protocol": "UDP"}]}]}, "", False, ["ingress: denied by p"]),
    ({**WEB, "ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]}, "203.0.113.9", True, ["ingress: allowed by p"]),
    ({**WEB, "ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]}, "198.51.100.1", False, ["ingress: denied by p"]),
    ({**CLIENT, "policyTypes": ["Egress"]}, "client", False, ["egress: denied by p", "ingress: no policy"]),
    ({**CLIENT, "policyTypes": ["Egress"], "egress": [{"to": [WEB]}]}, "client", True, ["egress: allowed by p", "ingress: no policy"]),
    ({**CLIENT}, "client", True, ["egress: no policy", "ingress: no policy"]),
    ({"podSelector": {}}, "web-0", True, []),
]


@pytest.mark.parametrize(("spec", "source", "allowed", "why"), JUDGED)
def test_policies(shop, spec, source, allowed, why):
    apply(shop, policy("p", spec))
    code, report = route(shop, "web", *(["--from", source] if source else []))
    first = report["backends"][0]
    assert (first["pod"], first["allowed"], first["why"]) == ("web-0", allowed, why)
    assert code == (0 if allowed else 1)


def test_the_text(shop):
    apply(shop, policy("closed", WEB))
    result = shop("route", "web", "--from", "client")
    assert result.code == 1
    assert result.out.splitlines()[0] == "Service default/web, port 80/TCP"
    assert result.out.splitlines()[1].split() == ["POD", "ADDRESS", "NODE", "REQUESTS", "RESULT", "POLICIES"]
    assert result.out.splitlines()[2].endswith("denied   egress: no policy; ingress: denied by closed")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "error: route takes one Service or URL: web, web:80, http://web.shop/cart"),
        (["ftp://web"], "error: ftp://web is no URL with http or https and a host"),
        (["deploy/web"], "error: route leads to Services, not to deploy"),
        (["web", "--from", "nosuch"], 'Error from server (NotFound): pods "nosuch" not found'),
        (["web", "--count", "-1"], "error: --count must not be negative: -1"),
    ],
)
def test_wrong_words(cluster, words, message):
    result = cluster("route", *words)
    assert (result.code, result.out, result.err) == (1, "", message + "\n")
