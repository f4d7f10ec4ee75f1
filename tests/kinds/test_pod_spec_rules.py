"""The rules of pod specs as a whole, of scheduling, volumes and security, and their order."""

from __future__ import annotations

from typing import Any

import pytest
from podspec_cases import errors_of, spec_of

from minikctl.kinds.podspec.defaults import default_pod_template
from minikctl.kinds.podspec.validation import validate_pod_template

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
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


# -- the spec itself --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fields", "errors"), [
    ({}, []),
    ({"restartPolicy": "Sometimes"},
     ['restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"']),
    ({"dnsPolicy": "Mine"},
     [('dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", '
       '"None"')]),
    ({"nodeSelector": {"a": "b c"}}, [f'nodeSelector: Invalid value: "b c": {VALUE}']),
    ({"activeDeadlineSeconds": 0},
     ["activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"]),
    ({"hostname": "A", "subdomain": "b."}, [
        f'hostname: Invalid value: "A": {LABEL}', f'subdomain: Invalid value: "b.": {LABEL}',
    ]),
    ({"serviceAccountName": "A", "nodeName": "n_1"}, [
        f'serviceAccountName: Invalid value: "A": {SUBDOMAIN}', f'nodeName: Invalid value: "n_1": {SUBDOMAIN}',
    ]),
    ({"hostAliases": [{"ip": "x", "hostnames": ["a_b"]}]}, [
        f'hostAliases[0].ip: Invalid value: "x": {ADDRESS}',
        f'hostAliases[0].hostnames[0]: Invalid value: "a_b": {SUBDOMAIN}',
    ]),
    ({"priorityClassName": "A"}, [f'priorityClassName: Invalid value: "A": {SUBDOMAIN}']),
    ({"preemptionPolicy": "No"},
     ['preemptionPolicy: Unsupported value: "No": supported values: "PreemptLowerPriority", "Never"']),
    ({"dnsPolicy": "None"}, ["dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"]),
    ({"dnsPolicy": "None", "dnsConfig": {"searches": ["a"]}}, [
        "dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None",
    ]),
    ({"dnsConfig": {"nameservers": ["1.2.3"], "options": [{"value": "x"}]}}, [
        f'dnsConfig.nameservers[0]: Invalid value: "1.2.3": {ADDRESS}',
        "dnsConfig.options[0]: Required value: must not be empty",
    ]),
    ({"dnsConfig": {"nameservers": ["1.1.1.1"] * 4}}, [
        ('dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1"]: must not have more than 3 '
         "nameservers"),
    ]),
    ({"overhead": {"cpu": "-1"}}, ['overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0']),
    ({"readinessGates": [{"conditionType": "a b"}]}, [
        ('readinessGates[0].conditionType: Invalid value: "a b": name part must consist of alphanumeric characters, '
         "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
         "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
    ]),
    ({"schedulingGates": [{"name": "a"}, {"name": "a"}]}, ['schedulingGates[1]: Duplicate value: "a"']),
    ({"hostnameOverride": "h", "hostNetwork": True}, [
        "hostnameOverride: Forbidden: may not be specified when hostNetwork is true",
    ]),
    ({"resourceClaims": [{"name": "a"}]}, [
        ('resourceClaims[0]: Invalid value: {"Name":"a","ResourceClaimName":null,"ResourceClaimTemplateName":null}: '
         "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"),
    ]),
])
def test_the_spec(fields: Obj, errors: list[str]) -> None:
    assert errors_of(spec_of(**fields)) == [f"spec.{error}" for error in errors]


# -- scheduling -------------------------------------------------------------------------------------------------------

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
IN_VALUES = "must be specified when `operator` is 'In' or 'NotIn'"


@pytest.mark.parametrize(("toleration", "errors"), [
    ({"operator": "Exists"}, []),
    ({"key": "k", "value": "v", "effect": "NoSchedule"}, []),
    ({"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}, []),
    ({"value": "v"}, [
        ('.operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values '
         'and all keys"'),
    ]),
    ({"key": "k", "operator": "Exists", "value": "v"}, [
        '.operator: Invalid value: "v": value must be empty when `operator` is \'Exists\'',
    ]),
    ({"key": "k", "operator": "Like"}, [
        '.operator: Unsupported value: "Like": supported values: "Equal", "Exists"',
    ]),
    ({"key": "k", "effect": "NoSchedule", "tolerationSeconds": 5}, [
        '.effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ]),
    ({"key": "k", "effect": "No"}, [
        '.effect: Unsupported value: "No": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ]),
    ({"key": "k", "value": "a b"}, [f'.operator: Invalid value: "a b": {VALUE}']),
])
def test_tolerations(toleration: Obj, errors: list[str]) -> None:
    assert errors_of(spec_of(tolerations=[toleration])) == [f"spec.tolerations[0]{error}" for error in errors]


@pytest.mark.parametrize(("affinity", "errors"), [
    ({"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}}},
     []),
    ({"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": []}}}, [
        f"nodeAffinity.{REQUIRED}.nodeSelectorTerms: Required value: must have at least one node selector term",
    ]),
    ({"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [
        {"key": "a", "operator": "In"}, {"key": "b", "operator": "Exists", "values": ["x"]},
        {"key": "c", "operator": "Gt", "values": ["1", "2"]}, {"key": "d", "operator": "Near"},
    ]}]}}}, [f"nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchExpressions{error}" for error in (
        f"[0].values: Required value: {IN_VALUES}",
        "[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        "[2].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
        '[3].operator: Invalid value: "Near": not a valid selector operator',
    )]),
    ({"nodeAffinity": {PREFERRED: [{"weight": 0, "preference": {}}]}}, [
        f"nodeAffinity.{PREFERRED}[0].weight: Invalid value: 0: must be in the range 1-100",
    ]),
    ({"podAntiAffinity": {REQUIRED: [{"labelSelector": {"matchLabels": {"a": "b"}}}]}}, [
        f"podAntiAffinity.{REQUIRED}[0].topologyKey: Required value: can not be empty",
        (f'podAntiAffinity.{REQUIRED}[0].topologyKey: Invalid value: "": name part must be non-empty'),
        (f'podAntiAffinity.{REQUIRED}[0].topologyKey: Invalid value: "": name part must consist of alphanumeric '
         "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
         "'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
    ]),
    ({"podAffinity": {PREFERRED: [{"weight": 101, "podAffinityTerm": {"topologyKey": "z"}}]}}, [
        f"podAffinity.{PREFERRED}[0].weight: Invalid value: 101: must be in the range 1-100",
    ]),
])
def test_affinity(affinity: Obj, errors: list[str]) -> None:
    assert errors_of(spec_of(affinity=affinity)) == [f"spec.affinity.{error}" for error in errors]


@pytest.mark.parametrize(("constraint", "errors"), [
    ({"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}, []),
    ({"topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}, [
        ".maxSkew: Invalid value: 0: must be greater than zero",
    ]),
    ({"maxSkew": 1, "whenUnsatisfiable": "Hope"}, [
        ".topologyKey: Required value: can not be empty",
        '.whenUnsatisfiable: Unsupported value: "Hope": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ]),
    ({"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "minDomains": 0}, [
        ".minDomains: Invalid value: 0: must be greater than zero",
        (".minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not "
         "ScheduleAnyway"),
    ]),
    ({"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "nodeTaintsPolicy": "Maybe"}, [
        '.nodeTaintsPolicy: Unsupported value: "Maybe": supported values: "Honor", "Ignore"',
    ]),
])
def test_topology_spread(constraint: Obj, errors: list[str]) -> None:
    spec = spec_of(topologySpreadConstraints=[constraint])
    assert errors_of(spec) == [f"spec.topologySpreadConstraints[0]{error}" for error in errors]


def test_the_same_spread_twice() -> None:
    constraint = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
    assert errors_of(spec_of(topologySpreadConstraints=[constraint, dict(constraint)])) == [
        'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"'
    ]


# -- volumes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("volume", "errors"), [
    ({"emptyDir": {"sizeLimit": "1Gi"}}, []),
    ({"emptyDir": {"sizeLimit": "-1"}}, [
        "emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity",
    ]),
    ({"name": ""}, ["name: Required value"]),
    ({"name": "V"}, [f'name: Invalid value: "V": {LABEL}']),
    ({"emptyDir": {}, "hostPath": {"path": "/"}}, ["hostPath: Forbidden: may not specify more than 1 volume type"]),
    ({"hostPath": {}}, ["hostPath.path: Required value"]),
    ({"hostPath": {"path": "/a/../b"}}, ["hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"]),
    ({"hostPath": {"path": "/a", "type": "Dir"}}, [
        ('hostPath.type: Unsupported value: "Dir": supported values: "", "BlockDevice", "CharDevice", "Directory", '
         '"DirectoryOrCreate", "File", "FileOrCreate", "Socket"'),
    ]),
    ({"secret": {}}, ["secret.secretName: Required value"]),
    ({"secret": {"secretName": "s", "defaultMode": 512}}, [
        ("secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive"),
    ]),
    ({"configMap": {"name": "c", "items": [{"key": "k", "path": "/abs"}, {"path": "../x"}]}}, [
        'configMap.items[0].path: Invalid value: "/abs": must be a relative path',
        "configMap.items[1].key: Required value",
        "configMap.items[1].path: Invalid value: \"../x\": must not contain '..'",
    ]),
    ({"configMap": {}}, ["configMap.name: Required value"]),
    ({"nfs": {"server": "s", "path": "p"}}, ['nfs.path: Invalid value: "p": must be an absolute path']),
    ({"persistentVolumeClaim": {}}, ["persistentVolumeClaim.claimName: Required value"]),
    ({"downwardAPI": {"items": [{"path": "a"}]}}, [
        "downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
    ]),
    ({"downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}}]}}, [
        "downwardAPI.resourceFieldRef.containerName: Required value",
    ]),
    ({"projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 10}}]}}, [
        ("projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 10: may not specify a duration "
         "less than 10 minutes"),
        "projected.path: Required value",
    ]),
    ({"projected": {"sources": [
        {"configMap": {"name": "a", "items": [{"key": "k", "path": "p"}]}},
        {"secret": {"name": "a", "items": [{"key": "k", "path": "p"}]}},
    ]}}, ['projected: Invalid value: "a": conflicting duplicate paths']),
    ({"projected": {"sources": [{"secret": {"name": "a"}, "configMap": {"name": "a"}}]}}, [
        "projected.sources[0]: Forbidden: may not specify more than 1 volume type per source",
    ]),
    ({"iscsi": {"targetPortal": "p", "iqn": "x"}}, [
        'iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
    ]),
    ({"csi": {}}, ["csi.driver: Required value"]),
    ({"ephemeral": {}}, ["ephemeral.volumeClaimTemplate: Required value"]),
    ({"ephemeral": {"volumeClaimTemplate": {"metadata": {"name": "x"}, "spec": {"accessModes": ["RW"]}}}}, [
        "ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set",
        ('ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "RW": supported values: "ReadOnlyMany", '
         '"ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'),
        "ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
    ]),
    ({"gitRepo": {"repository": "r", "directory": "/x"}}, [
        'gitRepo.directory: Invalid value: "/x": must be a relative path',
    ]),
    ({"azureDisk": {"diskName": "d", "diskURI": "u", "cachingMode": "Some"}}, [
        'azureDisk.cachingMode: Unsupported value: "Some": supported values: "None", "ReadOnly", "ReadWrite"',
        ('azureDisk.diskURI: Unsupported value: "u": supported values: '
         '"https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"'),
    ]),
    ({"fc": {}}, ["fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both"]),
    ({"glusterfs": {}}, ["glusterfs.endpoints: Required value", "glusterfs.path: Required value"]),
])
def test_volumes(volume: Obj, errors: list[str]) -> None:
    found = errors_of(spec_of(volumes=[{"name": "v", **volume}]))
    assert found == [f"spec.volumes[0].{error}" for error in errors]


def test_volumes_have_names_of_their_own_and_a_source() -> None:
    spec = spec_of(volumes=[{"name": "v"}, {"name": "v"}])
    assert errors_of(spec) == ['spec.volumes[1].name: Duplicate value: "v"']
    del spec["volumes"][0]["emptyDir"]
    assert errors_of(spec) == ["spec.volumes[0]: Required value: must specify a volume type"]


# -- security ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("context", "errors"), [
    ({"runAsUser": 1, "fsGroup": 2, "supplementalGroups": [3], "sysctls": [{"name": "net.a", "value": "1"}]}, []),
    ({"fsGroup": -1}, ["fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive"]),
    ({"supplementalGroups": [-1]}, [
        "supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, inclusive",
    ]),
    ({"sysctls": [{"name": "a", "value": "1"}, {"name": "a", "value": "1"}, {"value": "1"}]}, [
        'sysctls[1].name: Duplicate value: "a"', "sysctls[2].name: Required value",
    ]),
    ({"fsGroupChangePolicy": "Never"}, [
        'fsGroupChangePolicy: Unsupported value: "Never": supported values: "Always", "OnRootMismatch"',
    ]),
])
def test_security_of_the_pod(context: Obj, errors: list[str]) -> None:
    found = errors_of(spec_of(securityContext=context))
    assert found == [f"spec.securityContext.{error}" for error in errors]


def test_shared_and_host_process_namespaces() -> None:
    spec = spec_of(hostPID=True, shareProcessNamespace=True)
    assert errors_of(spec) == [
        ("spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot "
         "both be enabled"),
    ]


def test_a_pod_of_windows_has_no_unix_settings() -> None:
    spec = spec_of({"securityContext": {"privileged": True}}, os={"name": "windows"}, hostPID=True)
    assert errors_of(spec) == [
        "spec.hostPID: Forbidden: cannot be set for a windows pod",
        "spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod",
    ]
    assert errors_of(spec_of(os={"name": "plan9"})) == [
        'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"'
    ]


# -- order and templates ----------------------------------------------------------------------------------------------


def test_the_order_of_errors_is_upstreams() -> None:
    spec = spec_of(
        {"image": "", "ports": [{"containerPort": 0}]}, volumes=[{"name": "V"}], restartPolicy="x", hostname="A",
        tolerations=[{"operator": "x", "key": "k"}], initContainers=[{"name": "I", "image": "i"}],
        nodeSelector={"a": "b c"},
    )
    assert [error.partition(":")[0] for error in errors_of(spec)] == [
        "spec.volumes[0].name", "spec.containers[0].image", "spec.containers[0].ports[0].containerPort",
        "spec.initContainers[0].name", "spec.restartPolicy", "spec.nodeSelector", "spec.hostname",
        "spec.tolerations[0].operator",
    ]


def test_templates_leave_metadata_out_of_the_path_of_labels() -> None:
    template = {
        "metadata": {"labels": {"a": "b c"}, "annotations": {"k k": "v"}},
        "spec": {"containers": [{"name": "a", "image": ""}], "ephemeralContainers": [{"name": "e", "image": "i"}]},
    }
    default_pod_template(template)
    found = [str(error) for error in validate_pod_template(template, "spec.template")]
    assert [error.partition(":")[0] for error in found] == [
        "spec.template.labels", "spec.template.annotations", "spec.template.spec.containers[0].image",
        "spec.template.spec.ephemeralContainers",
    ]
    assert found[-1].endswith("Forbidden: ephemeral containers not allowed in pod template")


@pytest.mark.parametrize(("annotation", "value", "error"), [
    ("controller.kubernetes.io/pod-deletion-cost", "1.5",
     ('spec.template.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "1.5": must be a 32bit '
      "integer")),
    ("kubernetes.io/config.mirror", "x",
     ('spec.template.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror '
      "pod annotation is set")),
    ("container.apparmor.security.beta.kubernetes.io/other", "runtime/default",
     ('spec.template.annotations[container.apparmor.security.beta.kubernetes.io/other]: Invalid value: "other": '
      "container not found")),
    ("seccomp.security.alpha.kubernetes.io/pod", "foo",
     ('spec.template.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "foo": must be a valid '
      "seccomp profile")),
])
def test_annotations_with_a_meaning(annotation: str, value: str, error: str) -> None:
    template = {"metadata": {"annotations": {annotation: value}}, "spec": {"containers": [{"name": "a", "image": "i"}]}}
    default_pod_template(template)
    assert [str(found) for found in validate_pod_template(template, "spec.template")] == [error]
