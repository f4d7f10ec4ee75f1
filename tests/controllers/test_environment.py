"""The environment of a container: where values come from, what is left out, what is masked."""

from __future__ import annotations

import json

import pytest

from minikctl.controllers.kubelet.environment import expand, resource_value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""), ("plain", "plain"), ("$(A)", "1"), ("x-$(A)-$(B)", "x-1-2"), ("$$(A)", "$(A)"), ("$$$(A)", "$1"),
        ("$(C)", "$(C)"), ("$", "$"), ("a$", "a$"), ("$A", "$A"), ("$(A", "$(A"), ("$()", "$()"), ("$($(A))", "$($(A))"),
        ("100%$", "100%$"), ("$$", "$"),
    ],
)
def test_expansion(text, expected):
    values = {"A": "1", "B": "2"}
    assert expand(text, lambda name: values.get(name, f"$({name})")) == expected


NODE = {"status": {"allocatable": {"cpu": "8", "memory": "32Gi"}}}


@pytest.mark.parametrize(
    ("resources", "resource", "divisor", "expected"),
    [
        ({"limits": {"cpu": "250m"}}, "limits.cpu", None, "1"),
        ({"limits": {"cpu": "250m"}}, "limits.cpu", "1m", "250"),
        ({"requests": {"memory": "64Mi"}}, "requests.memory", "1Mi", "64"),
        ({"requests": {"memory": "65Mi"}}, "requests.memory", "1Gi", "1"),
        ({"requests": {"memory": "64Mi"}}, "requests.memory", "0", "67108864"),
        ({}, "limits.cpu", None, "8"),
        ({}, "limits.memory", "1Gi", "32"),
        ({}, "requests.cpu", None, "0"),
    ],
)
def test_resources(resources, resource, divisor, expected):
    assert resource_value({"resources": resources}, resource, divisor, NODE) == expected


def apply(cluster, *objects):
    cluster.ok("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
    cluster.settle()


def pod(env, env_from=(), **spec):
    container = {"name": "app", "image": "x", "env": env, "envFrom": list(env_from)}
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"app": "p"}},
        "spec": {"containers": [container], **spec},
    }


CONFIG = {
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"COLOR": "blue", "SIZE": "5"},
}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys"}, "stringData": {"PASSWORD": "hush"}}


def variables(cluster, *flags):
    report = json.loads(cluster("env", "p", "-o", "json", *flags).out)
    return {each["name"]: each["value"] for each in report["variables"]}


def test_all_sources(cluster):
    env = [
        {"name": "COLOR", "value": "red"},
        {"name": "URL", "value": "http://$(COLOR):$(PASSWORD)@$(KUBERNETES_SERVICE_HOST)/$(LATER)"},
        {"name": "LATER", "value": "x"},
        {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "LABEL", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
        {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
        {"name": "S", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "SIZE"}}},
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "PASSWORD"}}},
    ]
    env_from = [{"configMapRef": {"name": "settings"}}, {"prefix": "CM_", "configMapRef": {"name": "settings"}}, {"secretRef": {"name": "keys"}}]
    apply(cluster, CONFIG, SECRET, pod(env, env_from))
    found = variables(cluster)
    expected = {
        "HOSTNAME": "p", "COLOR": "red", "SIZE": "5", "CM_COLOR": "blue", "CM_SIZE": "5", "PASSWORD": "***",
        "URL": "http://red:***@10.96.0.1/$(LATER)", "LATER": "x", "NAME": "p", "LABEL": "p", "CPU": "8", "S": "5", "KEY": "***",
    }
    assert {name: found[name] for name in expected} == expected
    shown = variables(cluster, "--show-secrets")
    assert (shown["KEY"], shown["PASSWORD"], shown["URL"]) == ("hush", "hush", "http://red:hush@10.96.0.1/$(LATER)")


def test_variables_of_services(cluster):
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "my-web"},
        "spec": {"clusterIP": "10.96.0.77", "ports": [{"name": "http-alt", "port": 80}, {"name": "dns", "port": 53, "protocol": "UDP"}]},
    }
    headless = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "none"}, "spec": {"clusterIP": "None"}}
    apply(cluster, service, headless, pod([]))
    found = variables(cluster)
    mine = {name: value for name, value in found.items() if name.startswith("MY_WEB")}
    assert mine == {
        "MY_WEB_SERVICE_HOST": "10.96.0.77", "MY_WEB_SERVICE_PORT": "80", "MY_WEB_SERVICE_PORT_HTTP_ALT": "80",
        "MY_WEB_SERVICE_PORT_DNS": "53", "MY_WEB_PORT": "tcp://10.96.0.77:80", "MY_WEB_PORT_80_TCP": "tcp://10.96.0.77:80",
        "MY_WEB_PORT_80_TCP_PROTO": "tcp", "MY_WEB_PORT_80_TCP_PORT": "80", "MY_WEB_PORT_80_TCP_ADDR": "10.96.0.77",
        "MY_WEB_PORT_53_UDP": "udp://10.96.0.77:53", "MY_WEB_PORT_53_UDP_PROTO": "udp", "MY_WEB_PORT_53_UDP_PORT": "53",
        "MY_WEB_PORT_53_UDP_ADDR": "10.96.0.77",
    }
    assert not any(name.startswith("NONE_") for name in found)


def test_without_service_links_only_the_api_server(cluster):
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
    apply(cluster, service, pod([], enableServiceLinks=False))
    found = variables(cluster)
    assert "KUBERNETES_SERVICE_HOST" in found
    assert "WEB_SERVICE_HOST" not in found


MISSING = [
    ({"env_from": [{"configMapRef": {"name": "x"}}]}, 'configmap "x" not found', ""),
    ({"env_from": [{"secretRef": {"name": "x"}}]}, 'secret "x" not found', ""),
    ({"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "NO"}}}]}, "couldn't find key NO in ConfigMap default/settings", ""),
    ({"env_from": [{"configMapRef": {"name": "x", "optional": True}}]}, "", 'optional ConfigMap "x" is not there: left out'),
    (
        {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "NO", "optional": True}}}]}, "",
        'optional key "NO" of Secret "keys" is not there: left out',
    ),
]


@pytest.mark.parametrize(("parts", "problem", "note"), MISSING)
def test_what_is_missing_is_said(cluster, parts, problem, note):
    apply(cluster, CONFIG, SECRET, pod(parts.get("env", []), parts.get("env_from", ())))
    result = cluster("env", "p")
    assert result.out.startswith("HOSTNAME=p\n")
    assert not any(line.startswith("A=") for line in result.out.splitlines())
    if problem:
        assert (result.code, result.err) == (1, f"error: container app would not start (CreateContainerConfigError): {problem}\n")
        assert cluster("env", "p", "-o", "json").code == 1
    else:
        assert (result.code, result.err) == (0, f"note: {note}\n")


def test_which_container(cluster):
    two = pod([])
    two["spec"]["containers"].append({"name": "side", "image": "y", "env": [{"name": "SIDE", "value": "1"}]})
    apply(cluster, two)
    first = cluster("env", "p")
    assert first.err == 'Defaulted container "app" out of: app, side\n'
    assert "SIDE=1\n" in cluster.ok("env", "pod/p", "-c", "side")
    assert cluster("env", "p", "-c", "no").err == "error: container no is not valid for pod p out of: app, side\n"


def test_a_workload_means_its_first_pod(cluster):
    cluster.ok("create", "deployment", "d", "--image=x")
    cluster.ok("set", "env", "deployment/d", "A=b")
    cluster.settle()
    assert "A=b\n" in cluster.ok("env", "deploy/d")
    assert ["A", "b", "value"] in [line.split() for line in cluster.ok("env", "deploy/d", "-o", "wide").splitlines()]
    assert cluster("env", "nosuch").err == 'Error from server (NotFound): pods "nosuch" not found\n'
