"""The registry: how kinds are found, what nodes tell, and that no file is read before it is needed."""

import json

import pytest

from minikctl.api.schemas import Registry, schema_folder, schema_for


def node(api_version, kind, *path):
    found = schema_for(api_version, kind)
    for step in path:
        found = found.items if step == "*" else found.field(step)
    return found


@pytest.mark.parametrize(("api_version", "kind"), [
    ("v1", "pod"), ("v1", "Nothing"), ("apps/v2", "Deployment"), ("", ""), ("v1", "../apps_v1/deployment"),
    ("../schemas/apps/v1", "Deployment"), ("v1", "Pod\0"), ("v1\0", "Pod"), ("a\0/v1", "Pod"), ("v1", "P" * 5000),
    ("v1", "Po\udc80"), ("\udc80/v1", "Pod"), ("_common", "PodSpec"), ("../v1", "Pod"),
])
def test_words_that_name_no_kind_find_nothing(api_version, kind):
    assert schema_for(api_version, kind) is None


@pytest.mark.parametrize(("path", "go_type"), [
    (("spec",), "v1.DeploymentSpec"), (("spec", "replicas"), "int32"), (("spec", "paused"), "bool"),
    (("metadata",), "v1.ObjectMeta"), (("metadata", "labels"), "map[string]string"), (("metadata", "uid"), "types.UID"),
    (("metadata", "creationTimestamp"), "v1.Time"), (("metadata", "generation"), "int64"),
    (("spec", "strategy", "rollingUpdate", "maxSurge"), "intstr.IntOrString"),
    (("spec", "template", "spec", "containers"), "[]v1.Container"),
    (("spec", "template", "spec", "containers", "*"), "v1.Container"),
    (("spec", "template", "spec", "containers", "*", "args"), "[]string"),
    (("spec", "template", "spec", "containers", "*", "imagePullPolicy"), "v1.PullPolicy"),
    (("spec", "template", "spec", "containers", "*", "resources", "limits"), "v1.ResourceList"),
    (("spec", "template", "spec", "containers", "*", "resources", "limits", "cpu"), "resource.Quantity"),
])
def test_go_types_follow_from_structure_and_overlay(path, go_type):
    assert node("apps/v1", "Deployment", *path).go_type == go_type


def test_go_types_of_other_packages():
    assert node("autoscaling/v2", "HorizontalPodAutoscaler", "spec", "metrics").go_type == "[]v2.MetricSpec"
    assert node("v1", "Secret", "data").go_type == "map[string][]uint8"
    assert node("v1", "Namespace", "spec", "finalizers").go_type == "[]v1.FinalizerName"


def test_what_merging_needs_is_told():
    containers = node("apps/v1", "Deployment", "spec", "template", "spec", "containers")
    assert (containers.merge_key, containers.patch_strategy) == ("name", ["merge"])
    assert (containers.list_type, containers.list_map_keys) == ("map", ["name"])
    volumes = node("v1", "Pod", "spec", "volumes")
    assert (volumes.merge_key, volumes.patch_strategy) == ("name", ["merge", "retainKeys"])
    assert node("apps/v1", "Deployment", "spec", "strategy").patch_strategy == ["retainKeys"]
    ports = node("v1", "Service", "spec", "ports")
    assert (ports.merge_key, ports.list_map_keys) == ("port", ["port", "protocol"])
    assert node("v1", "Service", "spec", "selector").map_type == "atomic"
    assert node("apps/v1", "Deployment", "spec", "selector").map_type == "atomic"
    assert node("v1", "Pod", "metadata", "finalizers").list_type == "set"
    args = node("v1", "Pod", "spec", "containers", "*", "args")
    assert (args.merge_key, args.patch_strategy, args.list_type) == ("", [], "atomic")


def test_fields_types_and_values_are_told():
    spec = node("v1", "Pod", "spec")
    assert (spec.title, spec.type, spec.required) == ("PodSpec", "object", ["containers"])
    assert spec.field("nothing") is None
    assert spec.field("restartPolicy").enum == ["Always", "Never", "OnFailure"]
    assert spec.field("nodeSelector").field("any").type == "string"
    assert "containers" in spec.properties
    assert spec.additional is False
    port = node("v1", "Service", "spec", "ports", "*", "targetPort")
    assert (port.type, port.types, port.format) == ("", ("integer", "string"), "int-or-string")
    assert (spec.field("hostNetwork").go_zero, spec.field("priority").go_zero) == ("dropped", "kept")
    assert node("v1", "Pod", "spec", "containers", "*", "resources").go_zero == "written"


def test_a_file_is_read_when_a_field_needs_it():
    registry = Registry(schema_folder())
    read = []
    whole = registry.document
    registry.document = lambda name: read.append(name.rpartition("/")[2]) or whole(name)
    pod = registry.schema_for("v1", "Pod")
    assert read == ["pod.json"]
    spec = pod.field("spec")
    assert read == ["pod.json"]
    assert len(spec.properties) > 30
    assert read == ["pod.json", "PodSpec.json"]
    spec.field("containers").items.field("name")
    assert read == ["pod.json", "PodSpec.json", "Container.json"]


def test_one_definition_is_one_node():
    pod = node("v1", "Pod", "spec", "containers", "*")
    template = node("apps/v1", "Deployment", "spec", "template", "spec", "containers", "*")
    assert pod.target is template.target


def test_schemas_of_a_folder_of_ones_own_keep_their_references(tmp_path):
    (tmp_path / "defs.json").write_text(json.dumps({"$defs": {"Size": {"type": "integer", "title": "Size"}}}))
    main = {"type": "object", "properties": {
        "size": {"$ref": "defs.json#/$defs/Size"}, "own": {"$ref": "#/$defs/Text"},
    }, "$defs": {"Text": {"type": "string"}}}
    registry = Registry(schema_folder())
    registry.add("example.com/v1", "Box", main, document=f"{tmp_path}/box.json")
    box = registry.schema_for("example.com/v1", "Box")
    assert (box.field("size").type, box.field("size").title, box.field("own").type) == ("integer", "Size", "string")
