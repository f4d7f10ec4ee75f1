"""Services of type LoadBalancer: addresses out of pools, kept, given back, and asked for."""

from __future__ import annotations

import json

import pytest

from minikctl.controllers.loadbalancer import choose


def pool(addresses):
    return {"metadata": {"name": "p"}, "spec": {"addresses": addresses}}


def service(name="web", **spec):
    return {"metadata": {"namespace": "default", "name": name}, "spec": {"type": "LoadBalancer", **spec}}


@pytest.mark.parametrize(("addresses", "first", "last"), [
    ("203.0.113.0/24", 1, 254), ("203.0.113.8/30", 9, 10), ("203.0.113.8/31", 8, 9), ("203.0.113.8/32", 8, 8),
])
def test_every_address_of_a_pool_but_those_of_the_network_itself_is_given_out(addresses, first, last):
    taken = set()
    for _ in range(last - first + 1):
        taken.add(choose(service(), [pool(addresses)], taken))
    assert taken == {f"203.0.113.{number}" for number in range(first, last + 1)}
    with pytest.raises(LookupError, match="no address is free"):
        choose(service(), [pool(addresses)], taken)


def test_the_next_pool_is_taken_when_one_is_used_up():
    assert choose(service(), [pool("203.0.113.8/32"), pool("203.0.113.9/32")], {"203.0.113.8"}) == "203.0.113.9"


@pytest.mark.parametrize(("wanted", "taken", "expected"), [
    ("203.0.113.7", set(), "203.0.113.7"), ("203.0.113.7", {"203.0.113.7"}, "the address 203.0.113.7 is in use"),
    ("10.0.0.1", set(), "the address 10.0.0.1 is in no pool"),
])
def test_a_service_gets_the_address_that_it_asks_for_or_none(wanted, taken, expected):
    obj, pools = service(loadBalancerIP=wanted), [pool("203.0.113.0/24")]
    if expected == wanted:
        assert choose(obj, pools, taken) == expected
    else:
        with pytest.raises(LookupError, match=expected):
            choose(obj, pools, taken)


def addresses(cluster):
    found = json.loads(cluster.ok("get", "services", "-A", "-o", "json"))["items"]
    return {
        each["metadata"]["name"]: [point["ip"] for point in each["status"]["loadBalancer"].get("ingress", ())]
        for each in found if each["spec"]["type"] == "LoadBalancer"
    }


def test_a_bare_cluster_gives_no_address(cluster):
    cluster.ok("create", "service", "loadbalancer", "web", "--tcp=80")
    assert addresses(cluster) == {"web": []}
    assert "<pending>" in cluster.ok("get", "service", "web")


def test_with_a_balancer_a_service_has_an_address_that_stays_its_own(cluster):
    cluster.ok("init", "--load-balancer")
    cluster.ok("create", "service", "loadbalancer", "web", "--tcp=80")
    first = addresses(cluster)["web"]
    assert first[0].startswith("203.0.113.")
    assert f"LoadBalancer Ingress:     {first[0]} (VIP)" in cluster.ok("describe", "service", "web")
    assert "service.kubernetes.io/load-balancer-cleanup" in cluster.ok("get", "service", "web", "-o", "yaml")
    cluster.ok("patch", "service", "web", "-p", '{"spec": {"type": "ClusterIP"}}')
    shown = cluster.ok("get", "service", "web", "-o", "yaml")
    assert "loadBalancer: {}" in shown
    assert "finalizers" not in shown
    cluster.ok("delete", "service", "web")
    cluster.ok("create", "service", "loadbalancer", "web", "--tcp=80")
    assert addresses(cluster)["web"] == first
    events = cluster.ok("get", "events", "-o", "custom-columns=R:.reason", "--no-headers").split()
    assert events.count("EnsuredLoadBalancer") == 2
    assert "DeletedLoadBalancer" in events


def test_who_waits_gets_the_address_that_another_gives_back(cluster):
    cluster.ok("apply", "-f", "-", stdin=(
        "apiVersion: minikctl.dev/v1alpha1\nkind: LoadBalancerPool\nmetadata: {name: one}\nspec: {addresses: 198.51.100.7/32}\n"
    ))
    cluster.ok("create", "service", "loadbalancer", "a", "--tcp=80")
    cluster.ok("create", "service", "loadbalancer", "b", "--tcp=80")
    assert addresses(cluster) == {"a": ["198.51.100.7"], "b": []}
    assert "failed to ensure load balancer: no address is free" in cluster.ok("describe", "service", "b")
    cluster.ok("delete", "service", "a")
    cluster.settle()
    assert addresses(cluster) == {"b": ["198.51.100.7"]}


def test_a_pool_that_comes_later_serves_who_waits(cluster):
    cluster.ok("create", "service", "loadbalancer", "web", "--tcp=80")
    cluster.ok("apply", "-f", "samples/kinds/loadbalancerpool.yaml")
    assert addresses(cluster)["web"][0].startswith("198.51.100.")


def test_a_class_leaves_the_service_to_somebody_else(cluster):
    cluster.ok("init", "--load-balancer")
    cluster.ok("create", "service", "loadbalancer", "web", "--tcp=80", "-o", "name")
    cluster.ok("apply", "-f", "-", stdin=(
        "apiVersion: v1\nkind: Service\nmetadata: {name: other}\n"
        "spec: {type: LoadBalancer, loadBalancerClass: example.com/x, ports: [{port: 80}]}\n"
    ))
    found = addresses(cluster)
    assert (len(found["web"]), found["other"]) == (1, [])


@pytest.mark.parametrize(("text", "words"), [
    ("nonsense", "Invalid value"), ("2001:db8::/64", "must be a range of IPv4 addresses"), ('""', "spec.addresses: Required value"),
])
def test_a_pool_has_a_range_of_addresses(cluster, text, words):
    result = cluster("apply", "-f", "-", stdin=(
        f"apiVersion: minikctl.dev/v1alpha1\nkind: LoadBalancerPool\nmetadata: {{name: p}}\nspec: {{addresses: {text}}}\n"
    ))
    assert result.code == 1
    assert words in result.err


def test_a_second_pass_writes_nothing(cluster):
    cluster.ok("init", "--load-balancer")
    cluster.ok("create", "service", "loadbalancer", "web", "--tcp=80")
    cluster.settle()
    revision = cluster.revision()
    cluster.settle()
    assert cluster.revision() == revision
