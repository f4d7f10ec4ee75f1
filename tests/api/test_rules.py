"""The rules of a schema besides types, in the words of built-in kinds and of custom resources."""

import pytest

from minikctl.api.decoding import schema_field_errors
from minikctl.api.schemas import Registry, default_registry, schema_folder


def pod(container=None, **spec):
    containers = [{"name": "c", "image": "nginx", **(container or {})}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers, **spec}}


def deployment(**spec):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"}, "spec": {
        "selector": {"matchLabels": {"app": "w"}}, "template": {"spec": pod()["spec"]}, **spec,
    }}


def behavior(**spec):
    return {
        "apiVersion": "minikctl.dev/v1alpha1", "kind": "ContainerBehavior", "metadata": {"name": "b"}, "spec": spec,
    }


DURATION = r"^(0|([0-9]+(\.[0-9]*)?(ns|us|ms|s|m|h))+)$"


def unsupported(path, value, *supported):
    return f'{path}: Unsupported value: "{value}": supported values: ' + ", ".join(f'"{one}"' for one in supported)


def errors(obj, registry=None):
    return [str(error) for error in schema_field_errors(obj, obj["apiVersion"], obj["kind"], registry=registry)]


@pytest.mark.parametrize(("obj", "expected"), [
    (pod(), []),
    (pod({"ports": [{"containerPort": 80, "protocol": "TCP"}]}, restartPolicy="Always"), []),
    (pod({"env": [{"value": "x"}]}), ["spec.containers[0].env[0].name: Required value"]),
    (pod(containers=[]), ["spec.containers: Required value"]),
    ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}, []),
    (
        pod({"imagePullPolicy": "Sometimes"}, dnsPolicy="X"),
        [
            unsupported("spec.containers[0].imagePullPolicy", "Sometimes", "Always", "IfNotPresent", "Never"),
            unsupported("spec.dnsPolicy", "X", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        ],
    ),
    (pod({"imagePullPolicy": ""}), []),
    (
        pod({"ports": [{"containerPort": 99999}]}),
        ["spec.containers[0].ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive"],
    ),
    (
        pod({"ports": [{"containerPort": 0}]}),
        ["spec.containers[0].ports[0].containerPort: Invalid value: 0: must be between 1 and 65535, inclusive"],
    ),
    (deployment(replicas=-1), ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
    (deployment(replicas=0), []),
    (
        deployment(selector={"matchExpressions": [{"key": "a", "operator": "Is"}]}),
        ['spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'],
    ),
    # a struct that is no pointer is there in any case; what it must have is missed
    (
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"}, "spec": {}},
        ["spec.selector: Required value"],
    ),
    # required in name only
    (pod({"livenessProbe": {"httpGet": {"port": 1, "httpHeaders": [{"name": "a"}]}}}), []),
    # validated elsewhere, or not at all
    ({**pod(), "metadata": {"name": "p", "ownerReferences": [{}]}}, []),
    ({**pod(), "status": {"phase": "Odd"}}, []),
    (
        {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"},
            "spec": {"accessModes": ["ReadWriteOnce", "Never"]},
        },
        [unsupported(
            "spec.accessModes[1]", "Never", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod",
        )],
    ),
])
def test_built_in_kinds_speak_as_field_errors_do(obj, expected):
    assert errors(obj) == expected


@pytest.mark.parametrize(("obj", "expected"), [
    (behavior(images=["a/*"], pull={"after": "5s", "fail": "ErrImagePull"}, exit={"after": "1m30s", "code": 137}), []),
    (
        behavior(images="a"),
        ['spec.images: Invalid value: "string": spec.images in body must be of type array: "string"'],
    ),
    (
        behavior(exit={"code": 300}),
        ["spec.exit.code: Invalid value: 300: spec.exit.code in body should be less than or equal to 255"],
    ),
    (
        behavior(exit={"times": 0}),
        ["spec.exit.times: Invalid value: 0: spec.exit.times in body should be greater than or equal to 1"],
    ),
    (
        behavior(pull={"fail": "Never"}),
        [unsupported("spec.pull.fail", "Never", "ErrImagePull", "ImagePullBackOff", "InvalidImageName")],
    ),
    (
        behavior(ready={"never": "yes"}),
        ['spec.ready.never: Invalid value: "string": spec.ready.never in body must be of type boolean: "string"'],
    ),
    (
        behavior(images=[""]),
        ['spec.images[0]: Invalid value: "": spec.images[0] in body should be at least 1 chars long'],
    ),
    (
        behavior(stop={"after": "5 seconds"}),
        [f'spec.stop.after: Invalid value: "5 seconds": spec.stop.after in body should match \'{DURATION}\''],
    ),
])
def test_custom_resources_speak_as_kube_openapi_does(obj, expected):
    assert errors(obj) == expected


def test_a_schema_can_be_added_for_a_custom_resource():
    registry = Registry(schema_folder())
    registry.add("example.com/v1", "Widget", {
        "type": "object",
        "properties": {"spec": {
            "type": "object", "required": ["size"],
            "properties": {
                "size": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
                "colours": {"type": "array", "maxItems": 1, "items": {"type": "string"}},
                "any": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            },
        }},
    }, custom=True)

    def widget(**spec):
        return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": spec}

    assert errors(widget(size=1, any="x"), registry) == []
    assert errors(widget(), registry) == ["spec.size: Required value"]
    assert errors(widget(size=0), registry) == [
        "spec.size: Invalid value: 0: spec.size in body should be greater than 0"
    ]
    assert errors(widget(size=1, colours=["a", "b"]), registry) == [
        "spec.colours: Too many: 2: must have at most 1 item"
    ]
    assert errors(widget(size=1, any=True), registry) == [
        'spec.any: Invalid value: "": "spec.any" must validate one and only one schema (oneOf). Found none valid'
    ]
    assert default_registry().schema_for("example.com/v1", "Widget") is None
