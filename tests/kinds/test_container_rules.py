"""The rules of containers: upstream's words, in upstream's order."""

from __future__ import annotations

from typing import Any

import pytest
from podspec_cases import container_errors, errors_of, spec_of

Obj = dict[str, Any]

LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
PORT = "must be between 1 and 65535, inclusive"


def test_a_plain_container_is_in_order() -> None:
    assert container_errors({}) == []


# -- names, images, policies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("container", "errors"), [
    ({"name": ""}, ["name: Required value"]),
    ({"name": "Bad_Name"}, [f'name: Invalid value: "Bad_Name": {LABEL}']),
    ({"name": "x" * 64}, [f'name: Invalid value: "{"x" * 64}": must be no more than 63 characters']),
    ({"image": ""}, ["image: Required value"]),
    ({"imagePullPolicy": "Sometimes"},
     ['imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"']),
    ({"terminationMessagePolicy": "Maybe"},
     ['terminationMessagePolicy: Unsupported value: "Maybe": supported values: "File", "FallbackToLogsOnError"']),
])
def test_names_and_images(container: Obj, errors: list[str]) -> None:
    assert container_errors(container) == errors


def test_white_space_around_an_image() -> None:
    assert container_errors({"image": " i:1"}) == []  # said for Pods alone, see the rules of Pods


def test_names_are_unique_over_all_lists() -> None:
    spec = spec_of(initContainers=[{"name": "c", "image": "i"}, {"name": "d", "image": "i"}])
    assert errors_of(spec) == ['spec.initContainers[0].name: Duplicate value: "c"']
    spec = spec_of()
    spec["containers"].append(dict(spec["containers"][0]))
    assert errors_of(spec) == ['spec.containers[1].name: Duplicate value: "c"']


def test_there_is_a_container() -> None:
    assert errors_of({**spec_of(), "containers": []}) == ["spec.containers: Required value"]


# -- ports ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ports", "errors"), [
    ([{"containerPort": 80}, {"containerPort": 81, "hostPort": 8081, "protocol": "UDP"}], []),
    ([{}], ["ports[0].containerPort: Required value"]),
    ([{"containerPort": 70000}], [f"ports[0].containerPort: Invalid value: 70000: {PORT}"]),
    ([{"containerPort": -1, "hostPort": 99999}], [
        f"ports[0].containerPort: Invalid value: -1: {PORT}", f"ports[0].hostPort: Invalid value: 99999: {PORT}",
    ]),
    ([{"containerPort": 80, "protocol": "TPC"}],
     ['ports[0].protocol: Unsupported value: "TPC": supported values: "SCTP", "TCP", "UDP"']),
    ([{"containerPort": 80, "name": "http"}, {"containerPort": 81, "name": "http"}],
     ['ports[1].name: Duplicate value: "http"']),
    ([{"containerPort": 80, "name": "x" * 16}],
     ['ports[0].name: Invalid value: "xxxxxxxxxxxxxxxx": must be no more than 15 characters']),
    ([{"containerPort": 80, "name": "80"}],
     ['ports[0].name: Invalid value: "80": must contain at least one letter (a-z)']),
    ([{"containerPort": 80, "name": "a--b"}],
     ['ports[0].name: Invalid value: "a--b": must not contain consecutive hyphens']),
    ([{"containerPort": 80, "name": "-a"}],
     ['ports[0].name: Invalid value: "-a": must not begin or end with a hyphen']),
    ([{"containerPort": 80, "name": "A_b"}],
     ['ports[0].name: Invalid value: "A_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ([{"containerPort": 80, "hostPort": 1}, {"containerPort": 81, "hostPort": 1}],
     ['ports[1].hostPort: Duplicate value: "TCP//1"']),
])
def test_ports(ports: list[Obj], errors: list[str]) -> None:
    assert container_errors({"ports": ports}) == errors


def test_ports_of_the_host_are_those_of_its_containers() -> None:
    spec = spec_of({"ports": [{"containerPort": 80}]}, hostNetwork=True)
    assert errors_of(spec) == []
    spec["containers"][0]["ports"][0]["hostPort"] = 81
    assert errors_of(spec) == [
        "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true"
    ]


# -- variables --------------------------------------------------------------------------------------------------------

SOURCES = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
FIELDS = (
    '"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", '
    '"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"'
)
RESOURCES = (
    '"limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", '
    '"requests.memory"'
)


@pytest.mark.parametrize(("variable", "errors"), [
    ({"name": "A", "value": "x"}, []),
    ({"name": "a.b-C_1"}, []),
    ({"name": ""}, ["name: Required value"]),
    ({"name": "A=B"}, [
        ('name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII '
        "characters other than '='"),
    ]),
    ({"name": "A", "valueFrom": {}}, [f'valueFrom: Invalid value: "": {SOURCES}']),
    ({"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
     ['valueFrom: Invalid value: "": may not be specified when `value` is not empty']),
    ({"name": "A", "valueFrom": {
        "fieldRef": {"fieldPath": "metadata.name"}, "secretKeyRef": {"name": "s", "key": "k"},
    }}, ['valueFrom: Invalid value: "": may not have more than one field specified at a time']),
    ({"name": "A", "valueFrom": {"fieldRef": {}}}, ["valueFrom.fieldRef.fieldPath: Required value"]),
    ({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a/b']"}}}, []),
    ({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels"}}},
     [f'valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: {FIELDS}']),
    ({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.foo"}}},
     [('valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: '
      "field label not supported: spec.foo")]),
    ({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.x['y']"}}},
     [("valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x['y']\": error converting fieldPath: "
      "field label does not support subscript: spec.x['y']")]),
    ({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name", "apiVersion": "v2"}}},
     [('valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: '
      "unsupported pod version: v2")]),
    ({"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}, []),
    ({"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "requests.hugepages-2Mi"}}}, []),
    ({"name": "A", "valueFrom": {"resourceFieldRef": {}}}, ["valueFrom.resourceFieldRef.resource: Required value"]),
    ({"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.gpu"}}},
     [f'valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: {RESOURCES}']),
    ({"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "10m"}}},
     [('valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported '
      "with the cpu resource")]),
    ({"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "2"}}},
     [('valueFrom.resourceFieldRef.divisor: Invalid value: "limits.memory": only divisor\'s values 1, 1k, 1M, 1G, 1T, '
      "1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource")]),
    ({"name": "A", "valueFrom": {"secretKeyRef": {}}}, [
        f'valueFrom.secretKeyRef.name: Invalid value: "": {SUBDOMAIN}', "valueFrom.secretKeyRef.key: Required value",
    ]),
    ({"name": "A", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "a b"}}},
     [('valueFrom.configMapKeyRef.key: Invalid value: "a b": a valid config key must consist of alphanumeric '
      "characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
      "'[-._a-zA-Z0-9]+')")]),
])
def test_variables(variable: Obj, errors: list[str]) -> None:
    assert container_errors({"env": [variable]}) == [f"env[0].{error}" for error in errors]


@pytest.mark.parametrize(("source", "errors"), [
    ({"configMapRef": {"name": "a"}, "prefix": "P_"}, []),
    ({"secretRef": {"name": "a"}}, []),
    ({}, ['envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`']),
    ({"configMapRef": {"name": "a"}, "secretRef": {"name": "a"}},
     ['envFrom: Invalid value: "": may not have more than one field specified at a time']),
    ({"secretRef": {}}, ["envFrom[0].secretRef.name: Required value"]),
    ({"configMapRef": {"name": "A"}}, [f'envFrom[0].configMapRef.name: Invalid value: "A": {SUBDOMAIN}']),
])
def test_variables_from_a_whole_object(source: Obj, errors: list[str]) -> None:
    assert container_errors({"envFrom": [source]}) == errors


def test_files_of_variables_lie_in_an_empty_dir() -> None:
    variable = {"name": "A", "valueFrom": {"fileKeyRef": {"volumeName": "v", "path": "f", "key": "K"}}}
    where = "env[0].valueFrom.fileKeyRef.volumeName"
    assert container_errors({"env": [variable]}) == [f'{where}: Not found: "v"']
    host = [{"name": "v", "hostPath": {"path": "/"}}]
    assert container_errors({"env": [variable]}, volumes=host) == [
        f'{where}: Invalid value: "v": referenced volume must be of type emptyDir'
    ]
    assert container_errors({"env": [variable]}, volumes=[{"name": "v"}]) == []


# -- mounts and devices -----------------------------------------------------------------------------------------------

VOLUMES = [{"name": "v", "emptyDir": {}}, {"name": "p", "persistentVolumeClaim": {"claimName": "x"}}]


@pytest.mark.parametrize(("mounts", "errors"), [
    ([{"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/b", "subPath": "x"}], []),
    ([{"name": "nope", "mountPath": "/a"}], ['volumeMounts[0].name: Not found: "nope"']),
    ([{"name": "", "mountPath": "/a"}], [
        "volumeMounts[0].name: Required value", 'volumeMounts[0].name: Not found: ""',
    ]),
    ([{"name": "v"}], ["volumeMounts[0].mountPath: Required value"]),
    ([{"name": "v", "mountPath": "/a"}, {"name": "p", "mountPath": "/a"}],
     ['volumeMounts[1].mountPath: Invalid value: "/a": must be unique']),
    ([{"name": "v", "mountPath": "/a", "subPath": "/x"}],
     ['volumeMounts.subPath: Invalid value: "/x": must be a relative path']),
    ([{"name": "v", "mountPath": "/a", "subPath": "x/../y"}],
     ["volumeMounts.subPath: Invalid value: \"x/../y\": must not contain '..'"]),
    ([{"name": "v", "mountPath": "/a", "subPath": "x", "subPathExpr": "y"}],
     ['volumeMounts[0].subPathExpr: Invalid value: "y": subPathExpr and subPath are mutually exclusive']),
    ([{"name": "v", "mountPath": "/a", "mountPropagation": "Both"}],
     [('volumeMounts.mountPropagation: Unsupported value: "Both": supported values: "Bidirectional", '
      '"HostToContainer", "None"')]),
    ([{"name": "v", "mountPath": "/a", "mountPropagation": "Bidirectional"}],
     [("volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged "
      "containers")]),
    ([{"name": "v", "mountPath": "/a", "recursiveReadOnly": "Enabled"}],
     ["volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true"]),
])
def test_mounts(mounts: list[Obj], errors: list[str]) -> None:
    assert container_errors({"volumeMounts": mounts}, volumes=VOLUMES) == errors


@pytest.mark.parametrize(("devices", "errors"), [
    ([{"name": "p", "devicePath": "/dev/a"}], []),
    ([{"name": "v", "devicePath": "/dev/a"}],
     [('volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or '
      "Ephemeral for block mode")]),
    ([{"name": "p", "devicePath": "/dev/../a"}],
     ["volumeDevices[0].devicePath: Invalid value: \"/dev/../a\": can not contain backsteps ('..')"]),
    ([{"name": "p"}], ["volumeDevices[0].devicePath: Required value"]),
    ([{"name": "p", "devicePath": "/a"}, {"name": "p", "devicePath": "/a"}], [
        'volumeDevices[1].name: Invalid value: "p": must be unique',
        'volumeDevices[1].devicePath: Invalid value: "/a": must be unique',
    ]),
])
def test_devices(devices: list[Obj], errors: list[str]) -> None:
    assert container_errors({"volumeDevices": devices}, volumes=VOLUMES) == errors


# -- resources --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limits", "requests", "errors"), [
    ({"cpu": "1"}, {"cpu": "500m"}, []),
    ({"cpu": "1"}, {"cpu": "2"}, [
        'resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ]),
    ({"memory": "64Mi"}, {"memory": "1Gi"}, [
        'resources.requests: Invalid value: "1Gi": must be less than or equal to memory limit of 64Mi',
    ]),
    ({"cpu": "-1"}, {"cpu": "-1"}, [
        'resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        'resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ]),
    ({}, {"pods": "1"}, [
        'resources.requests[pods]: Invalid value: "pods": must be a standard resource for containers',
    ]),
    ({}, {"gpu": "1"}, [
        'resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
        'resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
    ]),
    ({"nvidia.com/gpu": "2"}, {"nvidia.com/gpu": "1"}, [
        'resources.requests: Invalid value: "1": must be equal to nvidia.com/gpu limit of 2',
    ]),
    ({}, {"nvidia.com/gpu": "1"}, [
        "resources.limits: Required value: Limit must be set for non overcommitable resources",
    ]),
    ({"nvidia.com/gpu": "500m"}, {"nvidia.com/gpu": "500m"}, [
        'resources.limits[nvidia.com/gpu]: Invalid value: "500m": must be an integer',
        'resources.requests[nvidia.com/gpu]: Invalid value: "500m": must be an integer',
    ]),
    ({"requests.x.com/a": "1"}, {"requests.x.com/a": "1"}, [
        ('resources.limits[requests.x.com/a]: Invalid value: "requests.x.com/a": doesn\'t follow extended resource '
        "name standard"),
        ('resources.requests[requests.x.com/a]: Invalid value: "requests.x.com/a": doesn\'t follow extended resource '
        "name standard"),
    ]),
    ({"hugepages-2Mi": "4Mi"}, {"hugepages-2Mi": "4Mi"}, [
        "resources: Forbidden: HugePages require cpu or memory",
    ]),
    ({"hugepages-2Mi": "3Mi", "cpu": "1"}, {"hugepages-2Mi": "3Mi"}, [
        'resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
        ('resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of '
        "hugepages-2Mi"),
    ]),
])
def test_resources(limits: Obj, requests: Obj, errors: list[str]) -> None:
    assert container_errors({"resources": {"limits": limits, "requests": requests}}) == errors


# -- probes and hooks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("probe", "errors"), [
    ({"exec": {"command": ["true"]}}, []),
    ({"httpGet": {"port": 80}}, []),
    ({"grpc": {"port": 80}}, []),
    ({}, [": Required value: must specify a handler type"]),
    ({"exec": {}}, [".exec.command: Required value"]),
    ({"httpGet": {"port": 0}}, [f".httpGet.port: Invalid value: 0: {PORT}"]),
    ({"httpGet": {"port": "Bad_Port"}}, [
        ('.httpGet.port: Invalid value: "Bad_Port": must contain only alpha-numeric characters (a-z, 0-9), and hyphens '
        "(-)"),
    ]),
    ({"httpGet": {"port": 80, "scheme": "FTP"}},
     ['.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"']),
    ({"httpGet": {"port": 80, "httpHeaders": [{"name": "a b", "value": "x"}]}},
     [('.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric characters or '
      "'-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')")]),
    ({"tcpSocket": {"port": 99999}}, [f".tcpSocket.port: Invalid value: 99999: {PORT}"]),
    ({"exec": {"command": ["a"]}, "tcpSocket": {"port": 1}},
     [".tcpSocket: Forbidden: may not specify more than 1 handler type"]),
    ({"exec": {"command": ["a"]}, "periodSeconds": -1, "failureThreshold": -2}, [
        ".periodSeconds: Invalid value: -1: must be greater than or equal to 0",
        ".failureThreshold: Invalid value: -2: must be greater than or equal to 0",
    ]),
    ({"exec": {"command": ["a"]}, "successThreshold": 2}, [".successThreshold: Invalid value: 2: must be 1"]),
    ({"exec": {"command": ["a"]}, "terminationGracePeriodSeconds": 0},
     [".terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0"]),
])
@pytest.mark.parametrize("field", ["livenessProbe", "startupProbe"])
def test_probes(field: str, probe: Obj, errors: list[str]) -> None:
    assert container_errors({field: probe}) == [f"{field}{error}" for error in errors]


def test_a_readiness_probe_may_want_several_successes_and_kills_nothing() -> None:
    probe = {"exec": {"command": ["a"]}, "successThreshold": 2, "terminationGracePeriodSeconds": 5}
    assert container_errors({"readinessProbe": probe}) == [
        "readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes"
    ]


@pytest.mark.parametrize(("lifecycle", "errors"), [
    ({"preStop": {"sleep": {"seconds": 5}}}, []),
    ({"preStop": {"sleep": {"seconds": 60}}},
     ["preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)"]),
    ({"postStart": {}}, ["postStart: Required value: must specify a handler type"]),
    ({"postStart": {"exec": {}}}, ["postStart.exec.command: Required value"]),
    ({"stopSignal": "SIGTERM"}, ["stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`"]),
])
def test_hooks(lifecycle: Obj, errors: list[str]) -> None:
    assert container_errors({"lifecycle": lifecycle}) == [f"lifecycle.{error}" for error in errors]


# -- init containers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("container", "errors"), [
    ({}, []),
    ({"restartPolicy": "Always", "readinessProbe": {"exec": {"command": ["a"]}}}, []),
    ({"readinessProbe": {"exec": {"command": ["a"]}}},
     ["readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always"]),
    ({"lifecycle": {"preStop": {"exec": {"command": ["a"]}}}},
     ["lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always"]),
    ({"image": ""}, ["image: Required value"]),
])
def test_init_containers(container: Obj, errors: list[str]) -> None:
    spec = spec_of(initContainers=[{"name": "i", "image": "i", **container}])
    assert errors_of(spec) == [f"spec.initContainers[0].{error}" for error in errors]


# -- security contexts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("context", "errors"), [
    ({"runAsUser": 0, "privileged": True, "capabilities": {"add": ["ALL"]}}, []),
    ({"runAsUser": -1}, ["runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive"]),
    ({"procMount": "Half"},
     ['procMount: Unsupported value: "Half": supported values: "Default", "Unmasked"']),
    ({"procMount": "Unmasked"}, ['procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`']),
    ({"allowPrivilegeEscalation": False, "privileged": True}, [
        ": Invalid value: {}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
    ]),
    ({"seccompProfile": {"type": "Localhost"}}, [
        "seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
    ]),
    ({"seccompProfile": {"type": "x"}}, [
        'seccompProfile.type: Unsupported value: "x": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
    ]),
])
def test_security_contexts(context: Obj, errors: list[str]) -> None:
    found = container_errors({"securityContext": context})
    if "{}" in "".join(errors):  # the message shows a Go struct
        assert len(found) == 1
        assert found[0].endswith(errors[0].partition("{}")[2])
    else:
        assert found == [f"securityContext.{error}" for error in errors]
