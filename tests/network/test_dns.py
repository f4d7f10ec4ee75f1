"""What the cluster's DNS answers, name by name."""

from __future__ import annotations

import json

import pytest

from minikctl.network.dns import candidates


@pytest.fixture
def shop(cluster):
    """A namespace with a Service of each sort; the Pods of db are named by their StatefulSet."""
    cluster.ok("create", "namespace", "shop")
    apply(cluster, service("web", ports=[{"name": "http", "port": 80, "targetPort": 8080}, {"name": "admin", "port": 81}]))
    apply(cluster, service("db", clusterIP="None", ports=[{"name": "sql", "port": 5432}]))
    apply(cluster, service("bare", clusterIP="None", ports=[], app="db"))
    apply(cluster, service("empty", clusterIP="None", ports=[{"port": 80}], app="nobody"))
    apply(cluster, {**service("out"), "spec": {"type": "ExternalName", "externalName": "api.example.com"}})
    apply(cluster, {**service("alias"), "spec": {"type": "ExternalName", "externalName": "web.shop.svc.cluster.local"}})
    apply(cluster, {**service("loop"), "spec": {"type": "ExternalName", "externalName": "loop.shop.svc.cluster.local"}})
    for number in range(2):
        spec = {"hostname": f"db-{number}", "subdomain": "db", "containers": [{"name": "c", "image": "x"}]}
        apply(cluster, {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"db-{number}", "namespace": "shop", "labels": {"app": "db"}},
            "spec": spec,
        })
    cluster.settle()
    return cluster


def service(name, app=None, **spec):
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "shop"},
        "spec": {"selector": {"app": app or name}, **spec},
    }


def apply(cluster, obj):
    cluster.ok("apply", "-f", "-", stdin=json.dumps(obj))


def ask(cluster, name, *flags):
    result = cluster("resolve", name, "-o", "json", *flags)
    return result.code, json.loads(result.out)


def data(report):
    return [(record["type"], record["data"]) for record in report["records"]]


def pod_ip(cluster, name):
    return cluster.ok("get", "pod", name, "-n", "shop", "-o", "jsonpath={.status.podIP}")


def cluster_ip(cluster, name):
    return cluster.ok("get", "svc", name, "-n", "shop", "-o", "jsonpath={.spec.clusterIP}")


@pytest.mark.parametrize(
    ("name", "namespace", "answered"),
    [
        ("web", "shop", "web.shop.svc.cluster.local"),
        ("web.shop", "default", "web.shop.svc.cluster.local"),
        ("WEB.Shop", "default", "web.shop.svc.cluster.local"),
        ("web.shop.svc", "default", "web.shop.svc.cluster.local"),
        ("web.shop.svc.cluster.local", "default", "web.shop.svc.cluster.local"),
        ("web.shop.svc.cluster.local.", "default", "web.shop.svc.cluster.local"),
        ("_http._tcp.web.shop.svc.cluster.local", "default", "_http._tcp.web.shop.svc.cluster.local"),
    ],
)
def test_a_service_has_its_address(shop, name, namespace, answered):
    code, report = ask(shop, name, "--from", namespace, "--type", "a")
    assert (code, report["rcode"], report["name"]) == (0, "NOERROR", answered)
    assert data(report) == [("A", cluster_ip(shop, "web"))]


def test_the_search_path():
    assert candidates("web", "shop") == [
        "web.shop.svc.cluster.local", "web.svc.cluster.local", "web.cluster.local", "web",
    ]
    assert candidates("a.b.c.d.e.f", "shop")[0] == "a.b.c.d.e.f", "five dots: as it is first"
    assert candidates("web.shop.", "shop") == ["web.shop"]


def test_a_headless_service_has_the_addresses_of_its_ready_pods(shop):
    expected = [("A", pod_ip(shop, "db-0")), ("A", pod_ip(shop, "db-1"))]
    assert data(ask(shop, "db.shop")[1]) == expected
    assert data(ask(shop, "bare.shop")[1]) == expected, "ports are not needed for addresses"
    assert data(ask(shop, "db-1.db.shop")[1]) == expected[1:]
    dashed = expected[0][1].replace(".", "-")
    assert ask(shop, f"{dashed}.db.shop")[0] == 1, "one with a host name is not named by its address"
    assert data(ask(shop, f"{dashed}.bare.shop")[1]) == expected[:1]


def test_srv_records(shop):
    assert data(ask(shop, "_http._tcp.web.shop")[1]) == [("SRV", "0 100 80 web.shop.svc.cluster.local")]
    assert data(ask(shop, "web.shop", "--type=srv")[1]) == [
        ("SRV", "0 50 80 web.shop.svc.cluster.local"), ("SRV", "0 50 81 web.shop.svc.cluster.local"),
    ]
    assert data(ask(shop, "_sql._tcp.db.shop")[1]) == [
        ("SRV", "0 50 5432 db-0.db.shop.svc.cluster.local"), ("SRV", "0 50 5432 db-1.db.shop.svc.cluster.local"),
    ]


def test_external_names(shop):
    assert data(ask(shop, "out.shop")[1]) == [("CNAME", "api.example.com")]
    assert data(ask(shop, "alias.shop")[1]) == [("CNAME", "web.shop.svc.cluster.local"), ("A", cluster_ip(shop, "web"))]
    assert data(ask(shop, "loop.shop")[1]) == [("CNAME", "loop.shop.svc.cluster.local")]
    assert data(ask(shop, "alias.shop", "--type", "cname")[1]) == [("CNAME", "web.shop.svc.cluster.local")]


def test_addresses_have_names(shop):
    assert data(ask(shop, "10.96.0.1")[1]) == [("PTR", "kubernetes.default.svc.cluster.local")]
    names = {text for _, text in data(ask(shop, pod_ip(shop, "db-0"))[1])}
    assert "db-0.db.shop.svc.cluster.local" in names
    assert data(ask(shop, "1.0.96.10.in-addr.arpa.", "--type", "ptr")[1]) == [("PTR", "kubernetes.default.svc.cluster.local")]


def test_names_of_pods_by_their_address(shop):
    code, report = ask(shop, "10-1-2-3.shop.pod")
    assert (code, data(report)) == (0, [("A", "10.1.2.3")])


NOT_THERE = [
    ("wbe", "shop", 'there is no Service "wbe" in namespace shop'),
    ("web", "default", 'there is no Service "web" in namespace default'),
    ("web.prod", "shop", 'there is no namespace "prod"'),
    ("empty", "shop", 'the Service "empty" in namespace shop is headless and has no ready endpoints'),
    ("_ftp._tcp.web", "shop", 'the Service "web" in namespace shop has no TCP port with the name ftp'),
    ("x.db.shop", "default", 'the Service "db" in namespace shop has no ready endpoint with the name "x"'),
    ("10-1-2.shop.pod", "default", '"10-1-2" is not the address of a Pod with dashes'),
    ("192.0.2.1", "shop", "no Service and no endpoint has the address 192.0.2.1"),
    ("example.com.", "shop", "nothing in the cluster has this name"),
]


@pytest.mark.parametrize(("name", "namespace", "reason"), NOT_THERE)
def test_no_such_name_ends_with_1_and_says_why(shop, name, namespace, reason):
    code, report = ask(shop, name, "--from", namespace)
    assert (code, report["rcode"], report["records"], report["reason"]) == (1, "NXDOMAIN", [], reason)
    plain = shop("resolve", name, "--from", namespace)
    assert (plain.code, plain.out) == (1, "")
    assert plain.err.startswith(f'error: NXDOMAIN for "{name}": {reason} (asked for ')


def test_a_name_without_such_a_record(shop):
    result = shop("resolve", "web", "--from", "shop", "--type", "aaaa")
    assert result.code == 1
    assert "is a name, but it has no record of type AAAA" in result.err


def test_the_table(cluster):
    assert cluster.ok("resolve", "kubernetes") == (
        "NAME                                   TYPE   DATA        OBJECT\n"
        "kubernetes.default.svc.cluster.local   A      10.96.0.1   service/kubernetes\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "error: resolve takes one name, such as web, web.shop or web.shop.svc.cluster.local"),
        (["web", "--type", "mx"], "error: --type must be one of a, aaaa, srv, cname, ptr, not 'mx'"),
        (["web", "--from", "x"], 'Error from server (NotFound): namespaces "x" not found'),
        (["kubernetes", "-o", "name"], "error: -o name is for objects: this report has json, yaml, jsonpath and go-template"),
    ],
)
def test_wrong_words(cluster, words, message):
    result = cluster("resolve", *words)
    assert (result.code, result.out, result.err) == (1, "", message + "\n")
