"""What the API server fills into pod specs."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.kinds.podspec.defaults import canonical_quantity, default_pod, default_pod_spec, default_pod_template
from minikctl.kinds.podspec.images import pull_policy, tag_of

Obj = dict[str, Any]

PLAIN = {
    "containers": [{
        "name": "c", "image": "nginx:1.16", "imagePullPolicy": "IfNotPresent", "resources": {},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    }],
    "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
    "securityContext": {}, "terminationGracePeriodSeconds": 30,
}
PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}


def test_a_template() -> None:
    template: Obj = {"spec": {"containers": [{"name": "c", "image": "nginx:1.16"}]}}
    default_pod_template(template)
    assert template == {"metadata": {}, "spec": PLAIN}


def test_a_template_of_nothing() -> None:
    template: Obj = {}
    default_pod_template(template)
    assert template == {"metadata": {}, "spec": {key: value for key, value in PLAIN.items() if key != "containers"}}


def test_a_pod_has_service_links_and_requests_that_follow_limits() -> None:
    spec: Obj = {"containers": [{
        "name": "c", "image": "nginx:1.16",
        "resources": {"limits": {"cpu": 1, "memory": "1024Mi"}, "requests": {"cpu": "0.5"}},
    }]}
    default_pod(spec)
    assert spec["enableServiceLinks"] is True
    assert spec["containers"][0]["resources"] == {
        "limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m", "memory": "1Gi"},
    }


def test_a_template_is_no_pod() -> None:
    spec: Obj = {"hostNetwork": True, "containers": [{
        "name": "c", "image": "i", "resources": {"limits": {"cpu": "1"}}, "ports": [{"containerPort": 80}],
    }]}
    of_pod = copy.deepcopy(spec)
    default_pod_spec(spec)
    default_pod(of_pod)
    assert "enableServiceLinks" not in spec
    assert "requests" not in spec["containers"][0]["resources"]
    assert spec["containers"][0]["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    assert of_pod["containers"][0]["ports"] == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


@pytest.mark.parametrize(("given", "stored"), [
    ({"ports": [{"containerPort": 80}]}, {"ports": [{"containerPort": 80, "protocol": "TCP"}]}),
    ({"livenessProbe": {"httpGet": {"port": 80}}},
     {"livenessProbe": {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}, **PROBE}}),
    ({"readinessProbe": {"grpc": {"port": 80}, "periodSeconds": 5}},
     {"readinessProbe": {"grpc": {"port": 80, "service": ""}, **PROBE, "periodSeconds": 5}}),
    ({"startupProbe": {"exec": {"command": ["a"]}}}, {"startupProbe": {"exec": {"command": ["a"]}, **PROBE}}),
    ({"lifecycle": {"preStop": {"httpGet": {"port": 80}}}},
     {"lifecycle": {"preStop": {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}}}}),
    ({"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
     {"env": [{"name": "A", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}]}),
    ({"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]},
     {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}}}]}),
    ({"imagePullPolicy": "Never", "terminationMessagePath": "/x"},
     {"imagePullPolicy": "Never", "terminationMessagePath": "/x"}),
    ({"resources": {"requests": {"cpu": "0.0001", "memory": "1.5Gi"}}},
     {"resources": {"requests": {"cpu": "1m", "memory": "1536Mi"}}}),
])
@pytest.mark.parametrize("field", ["containers", "initContainers", "ephemeralContainers"])
def test_containers(field: str, given: Obj, stored: Obj) -> None:
    spec: Obj = {field: [{"name": "c", "image": "i", **given}]}
    default_pod_spec(spec)
    assert {key: spec[field][0][key] for key in stored} == stored


@pytest.mark.parametrize(("given", "stored"), [
    ({}, {"emptyDir": {}}),
    ({"emptyDir": {"sizeLimit": "1024Mi"}}, {"emptyDir": {"sizeLimit": "1Gi"}}),
    ({"hostPath": {"path": "/a"}}, {"hostPath": {"path": "/a", "type": ""}}),
    ({"secret": {"secretName": "s"}}, {"secret": {"secretName": "s", "defaultMode": 420}}),
    ({"configMap": {"name": "s", "defaultMode": 256}}, {"configMap": {"name": "s", "defaultMode": 256}}),
    ({"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}]}},
     {"downwardAPI": {"defaultMode": 420, "items": [
         {"path": "a", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}},
     ]}}),
    ({"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
     {"projected": {
         "defaultMode": 420, "sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}],
     }}),
    ({"iscsi": {"iqn": "i"}}, {"iscsi": {"iqn": "i", "iscsiInterface": "default"}}),
    ({"rbd": {"image": "i"}}, {"rbd": {
        "image": "i", "pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring",
    }}),
    ({"azureDisk": {"diskName": "d"}}, {"azureDisk": {
        "diskName": "d", "cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": False, "kind": "Shared",
    }}),
    ({"image": {"reference": "a"}}, {"image": {"reference": "a", "pullPolicy": "Always"}}),
    ({"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}},
     {"ephemeral": {"volumeClaimTemplate": {
         "metadata": {}, "spec": {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem", "resources": {}},
     }}}),
])
def test_volumes(given: Obj, stored: Obj) -> None:
    spec: Obj = {"volumes": [{"name": "v", **given}]}
    default_pod_spec(spec)
    assert spec["volumes"] == [{"name": "v", **stored}]


def test_both_names_of_the_service_account() -> None:
    for field in ("serviceAccount", "serviceAccountName"):
        spec = {field: "bot"}
        default_pod_spec(spec)
        assert (spec["serviceAccount"], spec["serviceAccountName"]) == ("bot", "bot")


@pytest.mark.parametrize(("image", "tag", "policy"), [
    ("nginx", "latest", "Always"),
    ("nginx:latest", "latest", "Always"),
    ("nginx:1.16", "1.16", "IfNotPresent"),
    ("reg.example.com:5000/a/b", "latest", "Always"),
    ("reg.example.com:5000/a/b:v1", "v1", "IfNotPresent"),
    ("localhost/a_b__c-d.e:x", "x", "IfNotPresent"),
    (f"nginx@sha256:{'a' * 64}", "", "IfNotPresent"),
    (f"nginx:latest@sha256:{'a' * 64}", "latest", "Always"),
    ("Bad Image:latest", "", "IfNotPresent"),
    ("UPPER", "", "IfNotPresent"),
    ("UPPER.io/x", "latest", "Always"),
    ("", "", "IfNotPresent"),
    ("a" * 64, "", "IfNotPresent"),
    ("b" * 300, "", "IfNotPresent"),
])
def test_tags(image: str, tag: str, policy: str) -> None:
    assert (tag_of(image), pull_policy(image)) == (tag, policy)


@pytest.mark.parametrize(("value", "stored"), [
    ("1000m", "1"), (1, "1"), (0.5, "500m"), ("1024Ki", "1Mi"), ("1e3", "1e3"), ("0.0005", "1m"), ("no", "no"),
    (None, None), (True, True),
])
def test_quantities(value: Any, stored: Any) -> None:
    assert canonical_quantity(value) == stored


CONTAINERS = st.fixed_dictionaries({"name": st.just("a"), "image": st.sampled_from(["a", "a:1", ""])}, optional={
    "ports": st.lists(st.fixed_dictionaries({"containerPort": st.just(80)}, optional={"protocol": st.just("UDP")})),
    "livenessProbe": st.fixed_dictionaries({}, optional={
        "httpGet": st.just({"port": 80}), "periodSeconds": st.integers(1, 9), "grpc": st.just({"port": 1}),
    }).map(copy.deepcopy),
    "resources": st.fixed_dictionaries({}, optional={
        field: st.dictionaries(st.sampled_from(["cpu", "memory"]), st.sampled_from(["1000m", "1.5Gi", "0.1"]))
        for field in ("limits", "requests")
    }),
})
SPECS = st.fixed_dictionaries({"containers": st.lists(CONTAINERS, max_size=2)}, optional={
    "initContainers": st.lists(CONTAINERS, max_size=2), "hostNetwork": st.just(value=True),
    "serviceAccount": st.just("x"), "resources": st.just({"limits": {"cpu": "2"}}).map(copy.deepcopy),
    "volumes": st.lists(st.sampled_from([
        {"name": "a"}, {"name": "a", "secret": {}}, {"name": "a", "projected": {"sources": [{"downwardAPI": {}}]}},
    ]).map(copy.deepcopy)),
})


@settings(max_examples=60)
@given(SPECS)
def test_a_second_time_changes_nothing(spec: Obj) -> None:
    default_pod(spec)
    once = copy.deepcopy(spec)
    default_pod(spec)
    assert spec == once
