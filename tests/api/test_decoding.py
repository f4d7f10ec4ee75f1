"""Decoding in the API server's words: each row was recorded from, or follows from the code of, a real API server."""

import copy
import json
import subprocess
import sys

import pytest

from minikctl.api.decoding import IGNORE, WARN, check, check_metadata, decode, write_out
from minikctl.errors import BadRequest

QUANTITY = r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


def pod(container=None, **spec):
    containers = [{"name": "c", "image": "nginx", **(container or {})}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers, **spec}}


def deployment(**spec):
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"},
        "spec": {
            "selector": {"matchLabels": {"app": "w"}},
            "template": {
                "metadata": {"labels": {"app": "w"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            },
            **spec,
        },
    }


def named(kind, api_version="v1", **fields):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, **fields}


def into(what, field, kind):
    return f"json: cannot unmarshal {what} into Go struct field {field} of type {kind}"


CONTAINER = "spec.containers"
TYPE_ERRORS = [
    # plain types
    (deployment(replicas="three"), into("string", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(replicas=True), into("bool", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(replicas=[1]), into("array", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(replicas={"a": 1}), into("object", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(replicas=1.5), into("number 1.5", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(replicas=1 << 31), into("number 2147483648", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(replicas=-(1 << 31) - 1), into("number -2147483649", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(replicas=10**20), into("number 100000000000000000000", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(replicas=1e300), into("number 1e+300", "DeploymentSpec.spec.replicas", "int32")),
    (deployment(paused="yes"), into("string", "DeploymentSpec.spec.paused", "bool")),
    (deployment(paused=1), into("number", "DeploymentSpec.spec.paused", "bool")),
    (pod(activeDeadlineSeconds="5"), into("string", "PodSpec.spec.activeDeadlineSeconds", "int64")),
    # named strings
    (pod({"imagePullPolicy": 3}), into("number", f"Container.{CONTAINER}.imagePullPolicy", "v1.PullPolicy")),
    (pod(restartPolicy=False), into("bool", "PodSpec.spec.restartPolicy", "v1.RestartPolicy")),
    (named("Secret", type=5), into("number", "Secret.type", "v1.SecretType")),
    # lists: the context has no index
    (pod({"command": "sleep 1"}), into("string", f"Container.{CONTAINER}.command", "[]string")),
    (pod({"args": ["-p", 80]}), into("number", f"Container.{CONTAINER}.args", "string")),
    (pod(containers="x"), into("string", "PodSpec.spec.containers", "[]v1.Container")),
    (pod(containers={"name": "c"}), into("object", "PodSpec.spec.containers", "[]v1.Container")),
    (pod(containers=["x"]), into("string", "PodSpec.spec.containers", "v1.Container")),
    (pod({"env": [{"name": "A", "value": 80}]}), into("number", f"EnvVar.{CONTAINER}.env.value", "string")),
    (pod({"env": {"A": "b"}}), into("object", f"Container.{CONTAINER}.env", "[]v1.EnvVar")),
    # maps and structs
    (named("ConfigMap", data={"debug": True, "port": 80}), into("bool", "ConfigMap.data", "string")),
    (named("ConfigMap", data=["a"]), into("array", "ConfigMap.data", "map[string]string")),
    (named("ConfigMap", data={"a": {"b": "c"}}), into("object", "ConfigMap.data", "string")),
    (pod(nodeSelector="x"), into("string", "PodSpec.spec.nodeSelector", "map[string]string")),
    (named("Pod", spec="x"), into("string", "Pod.spec", "v1.PodSpec")),
    (named("Pod", spec=["x"]), into("array", "Pod.spec", "v1.PodSpec")),
    (
        pod({"resources": {"limits": "1"}}),
        into("string", f"ResourceRequirements.{CONTAINER}.resources.limits", "v1.ResourceList"),
    ),
    (
        named("HorizontalPodAutoscaler", "autoscaling/v2", spec=5),
        into("number", "HorizontalPodAutoscaler.spec", "v2.HorizontalPodAutoscalerSpec"),
    ),
    # types with a decoder of their own
    (pod({"resources": {"limits": {"cpu": "abc"}}}), QUANTITY),
    (pod({"resources": {"limits": {"cpu": "1mi"}}}), "unable to parse quantity's suffix"),
    (pod({"resources": {"limits": {"cpu": True}}}), QUANTITY),
    (pod({"resources": {"limits": {"cpu": [1]}}}), QUANTITY),
    (
        pod({"livenessProbe": {"httpGet": {"port": True}}}),
        into("bool", f"HTTPGetAction.{CONTAINER}.livenessProbe.httpGet.port", "int32"),
    ),
    (
        pod({"livenessProbe": {"httpGet": {"port": 8080.5}}}),
        into("number 8080.5", f"HTTPGetAction.{CONTAINER}.livenessProbe.httpGet.port", "int32"),
    ),
    (
        deployment(strategy={"rollingUpdate": {"maxSurge": ["1"]}}),
        into("array", "RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge", "int32"),
    ),
    (
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "creationTimestamp": 5}},
        into("number", "ObjectMeta.metadata.creationTimestamp", "string"),
    ),
    (
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "creationTimestamp": "now"}},
        'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ),
    (
        named("Event", eventTime="2026-11-21T14:45:17Z"),
        'parsing time "2026-11-21T14:45:17Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    ),
    (named("Secret", data={"a": "not base64!"}), "illegal base64 data at input byte 3"),
    (named("Secret", data={"a": 5}), into("number", "Secret.data", "[]uint8")),
    # the first of several, in the order of sorted keys; a decoder of its own ends it at once
    (deployment(replicas="x", paused="y"), into("string", "DeploymentSpec.spec.paused", "bool")),
    (pod({"args": 5, "resources": {"limits": {"cpu": "x"}}}), QUANTITY),
    # a type error is all that is said, whatever is unknown besides
    (deployment(replica=3, replicas="x"), into("string", "DeploymentSpec.spec.replicas", "int32")),
]


@pytest.mark.parametrize(("obj", "error"), TYPE_ERRORS)
def test_a_wrong_type_is_told_in_gos_words(obj, error):
    assert check(obj, obj["apiVersion"], obj["kind"]).error == error


@pytest.mark.parametrize(("obj", "unknown"), [
    (deployment(replica=3), ["spec.replica"]),
    (named("ConfigMap", dta={}, data={"anything": "goes"}), ["dta"]),
    (
        pod({"imagePullPolicie": "Always", "a": 1}, zz=1),
        ["spec.containers[0].a", "spec.containers[0].imagePullPolicie", "spec.zz"],
    ),
    (pod(containers=[{"name": "a"}] * 2 + [{"nam": "b"}]), ["spec.containers[2].nam"]),
    ({"apiVersion": "v1", "kind": "Pod", "metadata": {"nme": "p", "labels": {"x": "y"}}}, ["metadata.nme"]),
    (pod({"unknown": {"deeper": {"still": 1}}}), ["spec.containers[0].unknown"]),
])
def test_unknown_fields_are_named_in_the_order_of_sorted_keys(obj, unknown):
    assert check(obj, obj["apiVersion"], obj["kind"]).unknown == unknown


def test_at_most_a_hundred_unknown_fields_are_told():
    obj = named("ConfigMap", **{f"f{i:03}": 1 for i in range(150)})
    assert check(obj, "v1", "ConfigMap").unknown == [f"f{i:03}" for i in range(100)]


@pytest.mark.parametrize(("obj", "tidy"), [
    (pod({"stdin": False, "tty": True, "command": [], "env": None, "workingDir": ""}), pod({"tty": True})),
    (pod({"ports": [{"containerPort": 80.0}]}), pod({"ports": [{"containerPort": 80}]})),
    (
        pod({"resources": {"limits": {"cpu": 0.5, "memory": "1024Mi", "x": 2}}}),
        pod({"resources": {"limits": {"cpu": "500m", "memory": "1Gi", "x": "2"}}}),
    ),
    (pod({"unknown": 1}), pod()),
    # null in a map or list is the zero value there
    (named("ConfigMap", data={"a": None}), named("ConfigMap", data={"a": ""})),
    (pod({"args": ["a", None]}), pod({"args": ["a", ""]})),
    # pointers keep what they are given
    (deployment(replicas=0, paused=False), deployment(replicas=0)),
    (pod({}, automountServiceAccountToken=False), pod({}, automountServiceAccountToken=False)),
    (pod(volumes=[{"name": "v", "emptyDir": {}}]), pod(volumes=[{"name": "v", "emptyDir": {}}])),
    (pod(volumes=[{"name": "v", "emptyDir": None}]), pod(volumes=[{"name": "v"}])),
    (
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "creationTimestamp": None, "labels": {}}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}},
    ),
    (
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"creationTimestamp": "2026-11-21T15:45:17+01:00"}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"creationTimestamp": "2026-11-21T14:45:17Z"}},
    ),
    (named("Secret", data={"a": "YWJj\nZGVm\n"}), named("Secret", data={"a": "YWJjZGVm"})),
])
def test_what_decodes_is_kept_as_go_would_write_it(obj, tidy):
    before = copy.deepcopy(obj)
    decoded = check(obj, obj["apiVersion"], obj["kind"])
    assert (decoded.obj, decoded.error) == (tidy, "")
    assert obj == before, "the object that was given stays as it is"
    assert check(decoded.obj, obj["apiVersion"], obj["kind"]).obj is decoded.obj, "what is tidy is left alone"


def test_the_answer_to_unknown_fields_hangs_on_the_validation_asked_for():
    obj = deployment(replica=3)
    words = 'strict decoding error: unknown field "spec.replica"'
    with pytest.raises(BadRequest) as caught:
        decode(obj, "apps/v1", "Deployment")
    assert str(caught.value) == f'Deployment in version "v1" cannot be handled as a Deployment: {words}'
    assert decode(obj, "apps/v1", "Deployment", WARN) == (deployment(), ['unknown field "spec.replica"'])
    assert decode(obj, "apps/v1", "Deployment", IGNORE) == (deployment(), [])


def test_a_type_error_is_refused_under_every_validation():
    for validation in ("strict", "warn", "ignore"):
        with pytest.raises(BadRequest, match="cannot unmarshal string"):
            decode(deployment(replicas="x"), "apps/v1", "Deployment", validation)


@pytest.mark.parametrize(("metadata", "error"), [
    ({"name": "d", "labels": {"x": True}}, into("bool", "ObjectMeta.metadata.labels", "string")),
    ({"name": 5}, into("number", "ObjectMeta.metadata.name", "string")),
    ({"name": "d", "annotations": ["x"]}, into("array", "ObjectMeta.metadata.annotations", "map[string]string")),
    ({"name": "d", "finalizers": "x"}, into("string", "ObjectMeta.metadata.finalizers", "[]string")),
    (
        {"name": "d", "ownerReferences": [{"uid": 1}]},
        into("number", "OwnerReference.metadata.ownerReferences.uid", "types.UID"),
    ),
    ("d", into("string", "metadataOnlyObject.metadata", "v1.ObjectMeta")),
    ({"name": "d", "unknown": 1}, ""),
    ({"name": "d", "labels": None}, ""),
    (None, ""),
])
def test_kubectl_itself_reads_the_metadata_alone(metadata, error):
    assert check_metadata({"apiVersion": "v1", "kind": "Any", "metadata": metadata, "spec": 5}) == error


def test_what_go_always_writes_is_put_in():
    obj = write_out(pod(volumes=[{"name": "v"}]), "v1", "Pod")
    assert obj["spec"]["containers"][0]["resources"] == {}
    assert obj["status"] == {}
    service = write_out(named("Service", spec={"ports": [{"port": 80, "targetPort": 80}]}), "v1", "Service")
    assert service["status"] == {"loadBalancer": {}}


def test_nesting_without_end_is_refused():
    schema = {"type": "object"}
    for _ in range(3000):
        schema = {"type": "object", "properties": {"x": schema}}
    versions = [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}]
    crd = named("CustomResourceDefinition", "apiextensions.k8s.io/v1", spec={"versions": versions})
    assert check(crd, "apiextensions.k8s.io/v1", "CustomResourceDefinition").error == "exceeded max depth"


def test_a_kind_without_a_schema_takes_everything():
    obj = {"apiVersion": "example.com/v1", "kind": "Widget", "spec": {"x": None}}
    assert check(obj, "example.com/v1", "Widget").obj is obj


def test_a_right_manifest_does_not_load_jsonschema():
    """It costs eighty milliseconds, which no right manifest should pay."""
    right = [
        deployment(replicas=3, paused=None), pod({"ports": [{"containerPort": 80.0}], "env": []}),
        named("Secret", data={"a": "YQ=="}),
    ]
    script = (
        "import json, sys\n"
        "from minikctl.api.decoding import decode, check_metadata, schema_field_errors\n"
        "for obj in json.loads(sys.argv[1]):\n"
        "    assert not check_metadata(obj)\n"
        "    kept, _ = decode(obj, obj['apiVersion'], obj['kind'])\n"
        "    assert not schema_field_errors(kept, obj['apiVersion'], obj['kind'])\n"
        "print('jsonschema' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, json.dumps(right)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
