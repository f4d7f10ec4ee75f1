"""Rules of pod specs that few manifests meet: other vendors' volumes, Windows, claims, Pods at a gate."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from podspec_cases import container_errors, errors_of, spec_of

from minikctl.kinds.pod.validation import validate_update

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
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
BYTE = "must be between 1 and 255, inclusive"
MANY = ",".join(['"a"'] * 33)
HOST_PORT = "must be a host:port pair or multiple pairs separated by commas"


# -- volumes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "errors"), [
    ({"gcePersistentDisk": {"partition": 256}}, [
        # upstream's path
        "persistentDisk.pdName: Required value", f"persistentDisk.partition: Invalid value: 256: {BYTE}",
    ]),
    ({"awsElasticBlockStore": {}}, ["awsElasticBlockStore.volumeID: Required value"]),
    ({"cinder": {"volumeID": "v", "secretRef": {}}}, ["cinder.secretRef.name: Required value"]),
    ({"flexVolume": {"options": {"a.kubernetes.io/b": "", "ok": ""}}}, [
        "flexVolume.driver: Required value",
        ('flexVolume.options[a.kubernetes.io/b]: Invalid value: "a.kubernetes.io/b": kubernetes.io and k8s.io '
         "namespaces are reserved"),
    ]),
    ({"azureFile": {}}, ["azureFile.secretName: Required value", "azureFile.shareName: Required value"]),
    ({"azureDisk": {"diskName": "d", "diskURI": "/x", "kind": "Managed"}}, [
        ('azureDisk.diskURI: Unsupported value: "/x": supported values: "/subscriptions/{sub-id}/resourcegroups/'
         '{group-name}/providers/microsoft.compute/disks/{disk-id}"'),
    ]),
    ({"vsphereVolume": {}}, ["vsphereVolume.volumePath: Required value"]),
    ({"photonPersistentDisk": {}}, ["photonPersistentDisk.pdID: Required value"]),
    ({"portworxVolume": {}}, ["portworxVolume.volumeID: Required value"]),
    ({"scaleIO": {"gateway": "g"}}, ["scaleIO.system: Required value", "scaleIO.volumeName: Required value"]),
    ({"storageos": {"volumeName": "V", "volumeNamespace": "N"}}, [
        f'storageos.volumeName: Invalid value: "V": {LABEL}', f'storageos.volumeNamespace: Invalid value: "N": {LABEL}',
    ]),
    ({"rbd": {}}, ["rbd.monitors: Required value", "rbd.image: Required value"]),
    ({"cephfs": {}}, ["cephfs.monitors: Required value"]),
    ({"quobyte": {}}, [f"quobyte.registry: Required value: {HOST_PORT}", "quobyte.volume: Required value"]),
    ({"quobyte": {"registry": "a:1,b", "volume": "v"}}, [
        f'quobyte.registry: Invalid value: "a:1,b": {HOST_PORT}',
    ]),
    ({"quobyte": {"registry": "[::1]:1", "volume": "v", "tenant": "x" * 65}}, [
        "quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters",
    ]),
    ({"flocker": {}}, ["flocker: Required value: one of datasetName and datasetUUID is required"]),
    ({"flocker": {"datasetName": "a/b", "datasetUUID": "u"}}, [
        'flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously',
        "flocker.datasetName: Invalid value: \"a/b\": must not contain '/'",
    ]),
    ({"fc": {"targetWWNs": ["a"]}}, ["fc.lun: Required value: lun is required if targetWWNs is specified"]),
    ({"fc": {"targetWWNs": ["a"], "wwids": ["b"], "lun": 300}}, [
        'fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
        "fc.lun: Invalid value: 300: must be between 0 and 255, inclusive",
    ]),
    ({"iscsi": {"targetPortal": "p", "iqn": "iqn.2001-04.com.example:storage", "chapAuthSession": True}}, [
        "iscsi.secretRef: Required value",
    ]),
    ({"iscsi": {"targetPortal": "p", "iqn": "iqn.x", "initiatorName": "x"}}, [
        'iscsi.iqn: Invalid value: "iqn.x": must be valid format',
        'iscsi.initiatorname: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
    ]),
    ({"csi": {"driver": "x" * 64, "nodePublishSecretRef": {}}}, [
        "csi.driver: Too long: may not be more than 63 bytes", "csi.nodePublishSecretRef.name: Required value",
    ]),
    ({"csi": {"driver": "A_b", "nodePublishSecretRef": {"name": "N"}}}, [
        f'csi.driver: Invalid value: "A_b": {SUBDOMAIN}', f'csi.name: Invalid value: "N": {SUBDOMAIN}',
    ]),
    ({"image": {"pullPolicy": "Often"}}, [
        "image.reference: Required value",
        'image.pullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"',
    ]),
    ({"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.labels"},
                                 "resourceFieldRef": {"resource": "limits.cpu"}}]}}, [
        'downwardAPI: Invalid value: "resource": fieldRef and resourceFieldRef can not be specified simultaneously',
    ]),
])
def test_volumes(source: Obj, errors: list[str]) -> None:
    found = errors_of(spec_of(volumes=[{"name": "v", **source}]))
    assert found == [f"spec.volumes[0].{error}" for error in errors]


@pytest.mark.parametrize(("source", "errors"), [
    ({"clusterTrustBundle": {"name": "a", "path": "p"}}, []),
    ({"clusterTrustBundle": {"signerName": "a.b/c", "path": "p"}}, []),
    ({"clusterTrustBundle": {}}, [
        ".clusterTrustBundle: Required value: either name or signerName must be specified",
        ".clusterTrustBundle.path: Required value",
    ]),
    ({"clusterTrustBundle": {"name": "a.b:N", "labelSelector": {}, "path": "p"}}, [
        f'.clusterTrustBundle.name: Invalid value: "a.b:N": not a valid clustertrustbundlename: {SUBDOMAIN}',
        ".clusterTrustBundle.labelSelector: Invalid value: {}: labelSelector must be unset if name is specified",
    ]),
    ({"clusterTrustBundle": {"signerName": "a", "path": "p"}}, [
        ('.clusterTrustBundle.signerName: Invalid value: "a": must be a fully qualified domain and path of the form '
         "'example.com/signer-name'"),
    ]),
    ({"clusterTrustBundle": {"signerName": "a/B", "path": "p"}}, [
        ('.clusterTrustBundle.signerName: Invalid value: "a": should be a domain with at least two segments separated by '
         "dots"),
        f'.clusterTrustBundle.signerName: Invalid value: "B": validating label "B": {SUBDOMAIN}',
    ]),
    ({"podCertificate": {"signerName": "a.b/c", "keyType": "ED25519", "keyPath": "k"}}, []),
    ({"podCertificate": {"keyType": "DSA", "maxExpirationSeconds": 60}}, [
        ".podCertificate.signerName: Required value",
        ('.podCertificate.keyType: Unsupported value: "DSA": supported values: "ECDSAP256", "ECDSAP384", "ECDSAP521", '
         '"ED25519", "RSA3072", "RSA4096"'),
        ".podCertificate.maxExpirationSeconds: Invalid value: 60: if provided, maxExpirationSeconds must be >= 3600",
        (".podCertificate: Required value: specify at least one of credentialBundlePath, keyPath, and "
         "certificateChainPath"),
    ]),
    ({"podCertificate": {"signerName": "kubernetes.io/c", "keyType": "ED25519", "keyPath": "k",
                         "maxExpirationSeconds": 86401}}, [
        (".podCertificate.maxExpirationSeconds: Invalid value: 86401: if provided, maxExpirationSeconds must be <= "
         "86400"),
    ]),
])
def test_projected_sources(source: Obj, errors: list[str]) -> None:
    found = errors_of(spec_of(volumes=[{"name": "v", "projected": {"sources": [source]}}]))
    assert found == [f"spec.volumes[0].projected.sources[0]{error}" for error in errors]


def ephemeral(**spec: Any) -> Obj:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    return {"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": claim}}}


@pytest.mark.parametrize(("claim", "errors"), [
    ({}, []),
    ({"resources": {"requests": {"storage": "0"}}}, [
        'resources[storage]: Invalid value: "0": must be greater than zero',
    ]),
    ({"accessModes": ["ReadWriteOncePod", "ReadWriteOnce"]}, [
        "accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
    ]),
    ({"storageClassName": "A", "volumeMode": "Tape"}, [
        f'storageClassName: Invalid value: "A": {SUBDOMAIN}',
        'volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
    ]),
    ({"dataSource": {"kind": "X"}}, [
        "dataSource.name: Required value",
        "dataSource: Invalid value: \"X\": must be 'PersistentVolumeClaim' when referencing the default apiGroup",
    ]),
    ({"dataSourceRef": {"kind": "X", "name": "n", "apiGroup": "A"}}, [
        f'dataSourceRef.apiGroup: Invalid value: "A": {SUBDOMAIN}',
    ]),
])
def test_claims_of_ephemeral_volumes(claim: Obj, errors: list[str]) -> None:
    found = errors_of(spec_of(volumes=[ephemeral(**claim)]))
    assert found == [f"spec.volumes[0].ephemeral.volumeClaimTemplate.spec.{error}" for error in errors]


def test_claims_that_will_be_made_are_not_to_be_used() -> None:
    used = {"name": "w", "persistentVolumeClaim": {"claimName": "p-v"}}
    assert errors_of(spec_of(volumes=[ephemeral(), used])) == [
        ('spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "p-v": must not reference a PVC that gets '
         "created for an ephemeral volume"),
    ]
    name = "x" * 252
    assert errors_of(spec_of(volumes=[ephemeral()]), name=name) == [
        f'spec.volumes[0].name: Invalid value: "v": PVC name "{name}-v": must be no more than 253 characters'
    ]


# -- containers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("container", "errors"), [
    ({"restartPolicy": "Never"}, []),
    ({"restartPolicy": "Sometimes"}, [
        'restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
    ]),
    ({"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}]}, [
        "restartPolicy: Required value: must specify restartPolicy when restart rules are used",
    ]),
    ({"restartPolicy": "Never", "restartPolicyRules": [{"action": "Stop"}]}, [
        ('restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", '
         '"RestartAllContainers"'),
        "restartPolicyRules[0].exitCodes: Required value: must be specified",
    ]),
    ({"restartPolicy": "Never", "restartPolicyRules": [
        {"action": "Restart", "exitCodes": {"operator": "Is", "values": [1] * 256}},
    ]}, [
        'restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
        "restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most 255 items",
    ]),
    ({"resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}]}, []),
    ({"resizePolicy": [{"resourceName": "gpu"}, {"resourceName": "gpu", "restartPolicy": "Maybe"}]}, [
        'resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"',
        "resizePolicy: Required value",
        'resizePolicy[1]: Duplicate value: "gpu"',
        'resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"',
        'resizePolicy: Unsupported value: "Maybe": supported values: "NotRequired", "RestartContainer"',
    ]),
])
def test_restarts_and_resizes(container: Obj, errors: list[str]) -> None:
    assert container_errors(container) == errors


def test_a_pod_that_never_restarts_resizes_without() -> None:
    policy = [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]
    assert container_errors({"resizePolicy": policy}, restartPolicy="Never") == [
        "resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when pod `restartPolicy` is 'Never'"
    ]
    spec = spec_of(initContainers=[{"name": "i", "image": "i", "resizePolicy": policy}])
    assert errors_of(spec) == [
        ('spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to '
         "'RestartContainer' for non-sidecar initContainers"),
    ]


def test_ephemeral_containers_are_to_look_and_not_to_serve() -> None:
    spec = spec_of(volumes=[{"name": "v"}], ephemeralContainers=[{
        "name": "c", "image": "i", "targetContainerName": "d", "ports": [{"containerPort": 80}],
        "resources": {"limits": {"cpu": "1"}}, "volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "s"}],
    }])
    cannot = "cannot be set for an Ephemeral Container"
    assert errors_of(spec) == [f"spec.ephemeralContainers[0].{error}" for error in (
        'name: Duplicate value: "c"', 'targetContainerName: Not found: "d"', f"ports: Forbidden: {cannot}",
        f"resources: Forbidden: {cannot}", f"volumeMounts[0].subPath: Forbidden: {cannot}",
    )]


@pytest.mark.parametrize(("mounts", "devices", "errors"), [
    ([{"name": "p", "mountPath": "/a"}], [{"name": "p", "devicePath": "/a"}], [
        'volumeMounts[0].name: Invalid value: "p": must not already exist in volumeDevices',
        'volumeMounts[0].mountPath: Invalid value: "/a": must not already exist as a path in volumeDevices',
        'volumeDevices[0].name: Invalid value: "p": must not already exist in volumeMounts',
        'volumeDevices[0].devicePath: Invalid value: "/a": must not already exist as a path in volumeMounts',
    ]),
    ([{"name": "p", "mountPath": "/a", "readOnly": True, "recursiveReadOnly": "Maybe"}], [], [
        ('volumeMounts.recursiveReadOnly: Unsupported value: "Maybe": supported values: "Disabled", "Enabled", '
         '"IfPossible"'),
    ]),
    ([{"name": "p", "mountPath": "/a", "readOnly": True, "recursiveReadOnly": "IfPossible",
       "mountPropagation": "HostToContainer"}], [], [
        ("volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not "
         "specified"),
    ]),
    ([], [{"name": "", "devicePath": "/a"}], [
        "volumeDevices[0].name: Required value", 'volumeDevices[0].name: Not found: ""',
    ]),
])
def test_mounts_beside_devices(mounts: list[Obj], devices: list[Obj], errors: list[str]) -> None:
    volumes = [{"name": "p", "persistentVolumeClaim": {"claimName": "x"}}]
    found = container_errors({"volumeMounts": mounts, "volumeDevices": devices}, volumes=volumes)
    assert sorted(found) == sorted(errors)


# -- resources --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("claims", "errors"), [
    ([{"name": "a"}, {"name": "b", "request": "r"}], []),
    ([{}], ["[0]: Required value"]),
    ([{"name": "a"}, {"name": "a"}], ['[1]: Duplicate value: "a"']),
    ([{"name": "a", "request": "r"}, {"name": "a", "request": "r"}], ['[1]: Duplicate value: "a/r"']),
    ([{"name": "a", "request": "r"}, {"name": "a"}], ['[1]: Duplicate value: "a"']),
    ([{"name": "a", "request": "R"}], [f'[0].request: Invalid value: "R": {LABEL}']),
    ([{"name": "x"}], ['[0]: Not found: "x": must be one of the names in pod.spec.resourceClaims: a, b']),
])
def test_claims_of_containers(claims: list[Obj], errors: list[str]) -> None:
    known = [{"name": name, "resourceClaimName": "r"} for name in "ab"]
    found = container_errors({"resources": {"claims": claims}}, resourceClaims=known)
    assert found == [f"resources.claims{error}" for error in errors]


@pytest.mark.parametrize(("container", "resources", "errors"), [
    ({"requests": {"cpu": "1"}}, {"limits": {"cpu": "2"}, "requests": {"cpu": "1"}}, []),
    ({}, {"requests": {"nvidia.com/gpu": "1"}}, [
        ('spec.resources.requests[nvidia.com/gpu]: Unsupported value: "nvidia.com/gpu": supported values: "cpu", '
         '"hugepages-", "memory"'),
        "spec.resources.limits: Required value: Limit must be set for non overcommitable resources",
    ]),
    ({"requests": {"cpu": "2"}}, {"requests": {"cpu": "1"}}, [
        ('spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests '
         "of 2"),
    ]),
    ({"limits": {"cpu": "2"}, "requests": {"cpu": "1"}}, {"limits": {"cpu": "1"}}, [
        'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
    ]),
    ({}, {"claims": [{"name": "a"}]}, [
        "spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level",
        ('spec.resources.claims[0]: Not found: "a": must be one of the names in pod.spec.resourceClaims which is empty'),
    ]),
])
def test_resources_of_the_whole_pod(container: Obj, resources: Obj, errors: list[str]) -> None:
    assert errors_of(spec_of({"resources": container}, resources=resources)) == errors


# -- scheduling -------------------------------------------------------------------------------------------------------


def test_nodes_by_field() -> None:
    fields = [
        {"key": "metadata.name", "operator": "In", "values": ["n1"]}, {"key": "spec.x", "operator": "Exists"},
        {"key": "metadata.name", "operator": "In", "values": ["a", "b"]},
        {"key": "metadata.name", "operator": "NotIn", "values": ["A"]},
    ]
    affinity = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchFields": fields}]}}}
    where = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchFields"
    assert errors_of(spec_of(affinity=affinity)) == [f"{where}{error}" for error in (
        '[1].operator: Invalid value: "Exists": not a valid selector operator',
        '[1].key: Invalid value: "spec.x": not a valid field selector key',
        ("[2].values: Required value: must be only one value when `operator` is 'In' or 'NotIn' for node field "
         "selector"),
        f'[3].values[0]: Invalid value: "A": {SUBDOMAIN}',
    )]


def test_label_keys_of_terms() -> None:
    term = {"topologyKey": "z", "namespaces": ["N"], "labelSelector": {"matchLabels": {"a": "b"}}}
    affinity = {"podAffinity": {REQUIRED: [
        {**term, "matchLabelKeys": ["c"], "mismatchLabelKeys": ["c"]},
        {"topologyKey": "z", "matchLabelKeys": ["c"]},
    ]}}
    where = f"spec.affinity.podAffinity.{REQUIRED}"
    assert errors_of(spec_of(affinity=affinity)) == [f"{where}{error}" for error in (
        f'[0].namespace: Invalid value: "N": {LABEL}',
        '[0].matchLabelKeys[0]: Invalid value: "c": exists in both matchLabelKeys and mismatchLabelKeys',
        "[1].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
    )]


# -- security ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("context", "errors"), [
    ({"allowPrivilegeEscalation": False, "capabilities": {"add": ["CAP_SYS_ADMIN"]}}, [
        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN",
    ]),
    ({"seccompProfile": {}}, ["type is required when seccompProfile is set"]),
    ({"seccompProfile": {"type": "Localhost", "localhostProfile": "/a"}}, ["must be a relative path"]),
    ({"seccompProfile": {"type": "Unconfined", "localhostProfile": "a"}}, [
        "can only be set when seccomp type is Localhost",
    ]),
    ({"appArmorProfile": {}}, ["type is required when appArmorProfile is set"]),
    ({"appArmorProfile": {"type": "x"}}, ['supported values: "Localhost", "RuntimeDefault", "Unconfined"']),
    ({"appArmorProfile": {"type": "Localhost"}}, ["must be set when AppArmor type is Localhost"]),
    ({"appArmorProfile": {"type": "Localhost", "localhostProfile": " a"}}, ["must not be padded with whitespace"]),
    ({"appArmorProfile": {"type": "RuntimeDefault", "localhostProfile": "a"}}, [
        "can only be set when AppArmor type is Localhost",
    ]),
    ({"windowsOptions": {"gmsaCredentialSpec": "", "gmsaCredentialSpecName": "A"}}, [
        SUBDOMAIN, "gmsaCredentialSpec cannot be an empty string",
    ]),
    *(({"windowsOptions": {"runAsUserName": user}}, [f"runAsUserName{error}"]) for user, error in (
        ("", " cannot be an empty string"), ("a\tb", " cannot contain control characters"),
        ("a\\b\\c", " cannot contain more than one backslash"), ("dom\\", "'s User cannot be empty"),
        (".x\\u", "'s Domain doesn't match the NetBios nor the DNS format"),
        ("..", "'s User cannot contain only periods or spaces"),
        ("a" * 105, "'s User length must not be longer than 104 characters"),
        ("a;b", '\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]'),
    )),
    ({"windowsOptions": {"runAsUserName": "DOM.example\\Some User"}}, []),
])
def test_contexts(context: Obj, errors: list[str]) -> None:
    found = container_errors({"securityContext": context})
    assert len(found) == len(errors)
    assert all(one.endswith(f": {end}") for one, end in zip(found, errors, strict=True))


@pytest.mark.parametrize(("spec", "errors"), [
    ({"hostUsers": False, "hostNetwork": True, "hostPID": True}, [
        "spec.hostNetwork: Forbidden: when `hostUsers` is false", "spec.HostPID: Forbidden: when `hostUsers` is false",
    ]),
    ({"os": {"name": "linux"}, "securityContext": {"windowsOptions": {}}}, [
        "spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod",
    ]),
    ({"os": {}}, ["spec.os.name: Required value"]),
    ({"os": {"name": "windows"}, "resources": {"limits": {"cpu": "1"}}}, [
        "spec.resources: Forbidden: may not be set for a windows pod",
    ]),
    ({"securityContext": {"windowsOptions": {"hostProcess": True}}}, [
        "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers",
    ]),
    ({"hostNetwork": True, "hostIPC": True, "securityContext": {"sysctls": [
        {"name": "net.core.somaxconn"}, {"name": "kernel/shm_x"}, {"name": "a b"},
    ]}}, [
        ('spec.securityContext.sysctls[0].name: Invalid value: "net.core.somaxconn": may not be specified when '
         "'hostNetwork' is true"),
        ('spec.securityContext.sysctls[1].name: Invalid value: "kernel/shm_x": may not be specified when \'hostIPC\' is '
         "true"),
        ('spec.securityContext.sysctls[2].name: Invalid value: "a b": must have at most 253 characters and match regex '
         "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"),
    ]),
    ({"dnsConfig": {"searches": [".", "_tcp.a.", "A"]}}, [
        ('spec.dnsConfig.searches[2]: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case '
         "alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. "
         "'example.com', regex used for validation is "
         "'[a-z0-9_]([-_a-z0-9]*[a-z0-9])?(\\.[a-z0-9_]([-_a-z0-9]*[a-z0-9])?)*')"),
    ]),
    ({"dnsConfig": {"searches": ["a"] * 33}}, [
        f"spec.dnsConfig.searches: Invalid value: [{MANY}]: must not have more than 32 search paths",
    ]),
    ({"hostnameOverride": "a" * 65, "setHostnameAsFQDN": True}, [
        "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true",
        "spec.hostnameOverride: Too long: may not be more than 64 bytes",
    ]),
    ({"schedulingGroup": {}}, [
        "spec.schedulingGroup.podGroupName: Invalid value: null: must specify one of: `podGroupName`",
    ]),
    ({"runtimeClassName": ""}, [f'spec.runtimeClassName: Invalid value: "": {SUBDOMAIN}']),
])
def test_systems_and_names(spec: Obj, errors: list[str]) -> None:
    assert errors_of(spec_of(**spec)) == errors


def test_host_processes_all_or_none() -> None:
    spec = spec_of(hostNetwork=True, securityContext={"windowsOptions": {"hostProcess": True}})
    spec["containers"][0]["securityContext"] = {"windowsOptions": {"hostProcess": False}}
    spec["containers"].append({**spec["containers"][0], "name": "d", "securityContext": {}})
    assert errors_of(spec) == [
        ("spec.containers[0].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must "
         "be identical if both are specified, was true"),
        ('spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess '
         "containers"),
    ]


# -- changes ----------------------------------------------------------------------------------------------------------


def gated(*terms: list[Obj]) -> Obj:
    nodes = {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": term} for term in terms]}}
    spec = spec_of(schedulingGates=[{"name": "g"}], **({"affinity": {"nodeAffinity": nodes}} if terms else {}))
    return {"metadata": {"name": "p"}, "spec": spec}


ONE: Obj = {"key": "a", "operator": "Exists"}
TWO: Obj = {"key": "b", "operator": "Exists"}
STRUCT = '{"MatchExpressions":[{"Key":"b","Operator":"Exists","Values":null}],"MatchFields":null}'


@pytest.mark.parametrize(("before", "after", "errors"), [
    (gated(), gated([ONE]), []),
    (gated([ONE]), gated([ONE, TWO]), []),
    (gated([ONE]), gated([TWO]), [
        f"nodeSelectorTerms[0]: Invalid value: {STRUCT}: only additions are allowed (no mutations or deletions)",
    ]),
    (gated([ONE]), gated([ONE], [TWO]), [
        "no additions/deletions to non-empty NodeSelectorTerms list are allowed",
    ]),
    (gated([ONE]), gated(), ["no additions/deletions to non-empty NodeSelectorTerms list are allowed"]),
])
def test_pods_at_a_gate_are_only_narrowed(before: Obj, after: Obj, errors: list[str]) -> None:
    found = [str(error) for error in validate_update(copy.deepcopy(after), copy.deepcopy(before))]
    assert len(found) == len(errors)
    for one, end in zip(found, errors, strict=True):
        assert one.startswith(f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms")
        assert one.endswith(end)


@pytest.mark.parametrize(("key", "before", "after", "error"), [
    ("kubernetes.io/config.mirror", "a", None, "may not remove or update mirror pod annotation"),
    ("kubernetes.io/config.mirror", None, "a", "may not add mirror pod annotation"),
    ("container.apparmor.security.beta.kubernetes.io/c", "unconfined", "runtime/default",
     "may not remove or update AppArmor annotations"),
    ("other", "a", "b", ""),
])
def test_annotations_that_stay(key: str, before: str | None, after: str | None, error: str) -> None:
    def pod(value: str | None) -> Obj:
        annotations = {} if value is None else {key: value}
        return {"metadata": {"name": "p", "annotations": annotations}, "spec": spec_of(nodeName="n")}

    found = [str(one) for one in validate_update(pod(after), pod(before))]
    assert found == ([f"metadata.annotations[{key}]: Forbidden: {error}"] if error else [])
