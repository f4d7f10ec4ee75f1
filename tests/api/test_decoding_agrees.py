"""The quick ways and jsonschema say the same of right objects and of all that they may be mutated into."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.api.accepting import CLEAN, NO, acceptor_for
from minikctl.api.decoding import check
from minikctl.api.findings import find
from minikctl.api.rules import keeps_rules, rule_errors
from minikctl.api.schemas import schema_for
from minikctl.api.tidying import tidy, without_nulls

DECODING = {"type", "format", "additionalProperties"}

CONTAINER = {
    "name": "web", "image": "nginx:1.27", "imagePullPolicy": "IfNotPresent", "args": ["-g", "daemon off;"],
    "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
    "env": [{"name": "A", "value": "1"}, {"name": "P", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": 1}},
    "livenessProbe": {"httpGet": {"path": "/", "port": "http", "httpHeaders": [{"name": "a", "value": ""}]}},
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsUser": 0},
    "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": False}],
}
POD_SPEC = {
    "containers": [CONTAINER, {"name": "side", "image": "envoy"}],
    "volumes": [{"name": "data", "emptyDir": {"sizeLimit": "1Gi"}}, {"name": "c", "configMap": {"name": "c"}}],
    "tolerations": [{"key": "a", "operator": "Exists", "tolerationSeconds": 300}],
    "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 100, "podAffinityTerm": {"labelSelector": {"matchLabels": {"app": "w"}}, "topologyKey": "zone"}},
    ]}},
    "nodeSelector": {"disk": "ssd"}, "restartPolicy": "Always",
}
META = {
    "name": "w", "namespace": "shop", "labels": {"app": "w"}, "annotations": {"a": "b"}, "generation": 1,
    "creationTimestamp": "2026-11-21T14:45:17Z",
    "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u", "controller": True}],
}
RIGHT = [
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": META, "spec": {
        "replicas": 3, "selector": {"matchLabels": {"app": "w"}}, "paused": True,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}},
        "template": {"metadata": {"labels": {"app": "w"}}, "spec": POD_SPEC},
    }},
    {"apiVersion": "v1", "kind": "Service", "metadata": META, "spec": {
        "type": "NodePort", "selector": {"app": "w"},
        "ports": [{"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080, "protocol": "TCP"}],
    }},
    {"apiVersion": "v1", "kind": "Secret", "metadata": META, "type": "Opaque", "data": {"a": "YQ=="},
     "immutable": False},
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": META, "data": {"a": "b"}, "binaryData": {"c": "YWI="}},
    {"apiVersion": "v1", "kind": "Event", "metadata": META, "involvedObject": {"kind": "Pod"}, "count": 1,
     "eventTime": "2026-11-21T14:45:17.000001Z", "firstTimestamp": "2026-11-21T14:45:17Z"},
    {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": META, "spec": {
        "maxReplicas": 5, "scaleTargetRef": {"kind": "Deployment", "name": "w"},
        "metrics": [{"type": "Resource", "resource": {
            "name": "cpu", "target": {"type": "AverageValue", "averageValue": "100m"},
        }}],
    }},
    {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": META, "addressType": "IPv4",
     "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": True}}], "ports": [{"port": 80}]},
    {"apiVersion": "minikctl.dev/v1alpha1", "kind": "ContainerBehavior", "metadata": {"name": "b"}, "spec": {
        "images": ["*bad*"], "podSelector": {"matchLabels": {"app": "w"}},
        "pull": {"after": "5s", "fail": "ErrImagePull"},
        "exit": {"code": 137, "times": 3, "reason": "OOMKilled"}, "ready": {"never": True},
    }},
]

odd_values = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from([1 << 31, 1 << 63, -(1 << 31), 65536, 10**20]),
    st.sampled_from([0.0, 1.0, 1.5, -2.0, 3e9, 1e30]),
    st.sampled_from(["", "x", "1", "100m", "1024Mi", "YWJj", "a!", "2026-11-21T14:45:17Z", "Always", "TCP", "5s"]),
    st.sampled_from([[], {}, [None], ["x"], [1], [{}], {"x": "y"}, {"x": None}, {"x": 1}, {"name": "x"}, [[]]]),
)


def places(value, path=()):
    """Every place in an object, the object itself left out."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


@st.composite
def mutated(draw):
    obj = copy.deepcopy(draw(st.sampled_from(RIGHT)))
    for _ in range(draw(st.integers(0, 3))):
        there = [path for path in places(obj) if path[0] not in {"apiVersion", "kind"}]
        if not there:
            break
        path = draw(st.sampled_from(there))
        holder = obj
        for step in path[:-1]:
            holder = holder[step]
        action = draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        if action == "remove":
            del holder[path[-1]]
        elif action == "replace":
            holder[path[-1]] = copy.deepcopy(draw(odd_values))
        elif isinstance(holder, dict):
            name = draw(st.sampled_from(["unknown", "name", "spec", "replicas", "value", "port"]))
            holder[name] = copy.deepcopy(draw(odd_values))
        else:
            holder.append(copy.deepcopy(draw(odd_values)))
    return obj


@settings(max_examples=120, deadline=None)
@given(mutated())
def test_acceptors_and_jsonschema_agree(obj):
    schema = schema_for(obj["apiVersion"], obj["kind"])
    findings = [finding for finding in find(without_nulls(obj, schema), schema) if finding.keyword in DECODING]
    accepted = acceptor_for(schema)(obj)
    assert (accepted != NO) == (not findings), findings
    assert (accepted == CLEAN) == (not findings and tidy(obj, schema) == obj and not has_float(obj))


def has_float(value):
    """Whether a float is there that is kept as a number: 1.0 equals 1, which ``==`` cannot see."""
    if isinstance(value, dict):
        return any(map(has_float, value.values()))
    if isinstance(value, list):
        return any(map(has_float, value))
    return isinstance(value, float)


@settings(max_examples=120, deadline=None)
@given(mutated())
def test_what_decodes_is_tidy_afterwards(obj):
    schema = schema_for(obj["apiVersion"], obj["kind"])
    decoded = check(obj, obj["apiVersion"], obj["kind"])
    if not decoded.error and not schema.custom:
        assert acceptor_for(schema)(decoded.obj) == CLEAN
        assert check(decoded.obj, obj["apiVersion"], obj["kind"]).unknown == []


@settings(max_examples=120, deadline=None)
@given(mutated())
def test_the_quick_way_and_jsonschema_agree_about_rules(obj):
    schema = schema_for(obj["apiVersion"], obj["kind"])
    decoded = check(obj, obj["apiVersion"], obj["kind"])
    if not decoded.error:
        assert keeps_rules(decoded.obj, schema) == (not rule_errors(decoded.obj, schema))
