"""The rules of volumes, claims and what belongs to them: in upstream's words and order."""

from __future__ import annotations

import pytest
from rule_cases import cells, errors, made, update_errors

STORAGE = "storage.k8s.io/v1"
MODES = '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
ALONE = "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"
CLAIM_CHANGED = "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"


def spec_of(defaults, changes):
    """``changes`` over ``defaults``; None takes a field away."""
    return {key: value for key, value in {**defaults, **changes}.items() if value is not None}


def volume(**changes):
    fields = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}
    return made("v1", "PersistentVolume", spec=spec_of(fields, changes))


def claim(status=None, **changes):
    fields = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    obj = made("v1", "PersistentVolumeClaim", spec=spec_of(fields, changes))
    if status:
        obj["status"] = status
    return obj


def asking(size):
    return {"requests": {"storage": size}}


def on(key):
    terms = [{"matchExpressions": [{"key": key, "operator": "Exists"}]}]
    return {"required": {"nodeSelectorTerms": terms}}


VOLUMES = [
    ({}, []),
    ({"capacity": {"storage": "0"}}, ['spec.capacity[storage]: Invalid value: "0": must be greater than zero']),
    ({"capacity": {"cpu": "1"}}, ['spec.capacity: Unsupported value: {"cpu":"1"}: supported values: "storage"']),
    ({"accessModes": []}, ["spec.accessModes: Required value"]),
    ({"accessModes": ["X"]}, [f'spec.accessModes: Unsupported value: "X": supported values: {MODES}']),
    ({"accessModes": ["ReadWriteOncePod", "ReadWriteOnce"]}, [ALONE]),
    ({"hostPath": None}, ["spec: Required value: must specify a volume type"]),
    ({"nfs": {"server": "a", "path": "/b"}}, ["spec.nfs: Forbidden: may not specify more than 1 volume type"]),
    ({"hostPath": {"path": ""}}, ["spec.hostPath.path: Required value"]),
    ({"hostPath": {"path": "/a/../b"}}, ["spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"]),
    ({"hostPath": None, "nfs": {"server": "", "path": "b"}},
     ["spec.nfs.server: Required value", 'spec.nfs.path: Invalid value: "b": must be an absolute path']),
    ({"hostPath": None, "csi": {"driver": "", "volumeHandle": ""}},
     ["spec.csi.driver: Required value", "spec.csi.volumeHandle: Required value"]),
    ({"hostPath": None, "local": {"path": "/x"}}, ["spec.nodeAffinity: Required value: Local volume requires node affinity"]),
    ({"persistentVolumeReclaimPolicy": "X"},
     ['spec.persistentVolumeReclaimPolicy: Unsupported value: "X": supported values: "Delete", "Recycle", "Retain"']),
    ({"hostPath": {"path": "/"}, "persistentVolumeReclaimPolicy": "Recycle"},
     ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"]),
    ({"storageClassName": "A_b"}, [f'spec.storageClassName: Invalid value: "A_b": {SUBDOMAIN}']),
    ({"volumeMode": "X"}, ['spec.volumeMode: Unsupported value: "X": supported values: "Block", "Filesystem"']),
    ({"nodeAffinity": {}}, ["spec.nodeAffinity.required: Required value: must specify required node constraints"]),
    ({"nodeAffinity": {"required": {"nodeSelectorTerms": []}}},
     ["spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term"]),
]


@pytest.mark.parametrize(("changes", "expected"), VOLUMES)
def test_volumes(changes, expected):
    assert errors(volume(**changes)) == expected


VOLUME_CHANGES = [
    ({}, {"capacity": {"storage": "2Gi"}}, []),
    ({}, {"volumeMode": "Block"}, ['volumeMode: Invalid value: "Block": field is immutable']),
    ({}, {"nodeAffinity": on("a")}, []),
    ({"nodeAffinity": on("b")}, {"nodeAffinity": on("a")}, [
        'nodeAffinity: Invalid value: {"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Exists"}]}]}}: '
        "field is immutable",
    ]),
]


@pytest.mark.parametrize(("before", "after", "expected"), VOLUME_CHANGES)
def test_changes_of_volumes(before, after, expected):
    assert update_errors(volume(**after), volume(**before)) == expected


def test_the_source_of_a_volume_stays_and_the_answer_shows_what_did_not():
    assert update_errors(volume(hostPath={"path": "/y"}), volume()) == [
        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n"
        '@@ -2,7 +2,7 @@\n  "GCEPersistentDisk": null,\n  "AWSElasticBlockStore": null,\n  "HostPath": {\n'
        '-  "Path": "/x",\n+  "Path": "/y",\n   "Type": ""\n  },\n  "Glusterfs": null,\n',
    ]


CLAIMS = [
    ({}, []),
    ({"accessModes": []}, ["spec.accessModes: Required value: at least 1 access mode is required"]),
    ({"accessModes": ["X"]}, [f'spec.accessModes: Unsupported value: "X": supported values: {MODES}']),
    ({"accessModes": ["ReadWriteOncePod", "ReadOnlyMany"]}, [ALONE]),
    ({"resources": {}}, ["spec.resources[storage]: Required value"]),
    ({"resources": asking("-1")}, ['spec.resources[storage]: Invalid value: "-1": must be greater than zero']),
    ({"resources": asking("0")}, ['spec.resources[storage]: Invalid value: "0": must be greater than zero']),
    ({"selector": {"matchLabels": {"a b": "c"}}}, [f'spec.selector.matchLabels: Invalid value: "a b": {LABEL}']),
    ({"storageClassName": "A_b"}, [f'spec.storageClassName: Invalid value: "A_b": {SUBDOMAIN}']),
    ({"volumeMode": "X"}, ['spec.volumeMode: Unsupported value: "X": supported values: "Block", "Filesystem"']),
    ({"dataSource": {"kind": "PersistentVolumeClaim", "name": ""}},
     ["spec.dataSource.name: Required value", "spec.dataSourceRef.name: Required value"]),
    ({"dataSource": {"kind": "Foo", "name": "x"}}, [
        f"spec.{field}: Invalid value: \"Foo\": must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        for field in ("dataSource", "dataSourceRef")
    ]),
    ({"volumeAttributesClassName": "A_"}, [f'spec.volumeAttributesClassName: Invalid value: "A_": {SUBDOMAIN}']),
]


@pytest.mark.parametrize(("changes", "expected"), CLAIMS)
def test_claims(changes, expected):
    assert errors(claim(**changes)) == expected


BOUND = {"phase": "Bound", "capacity": {"storage": "1Gi"}}
#: (status, before, after, the lines of the answer that begin with + or -; None: it is allowed)
CLAIM_CHANGES = [
    (None, {}, {"volumeName": "v"}, None),
    (BOUND, {"volumeName": "v"}, {"volumeName": "v", "resources": asking("2Gi")}, None),
    (None, {}, {"resources": asking("2Gi")}, ['-   "storage": "1Gi"', '+   "storage": "2Gi"']),
    (None, {}, {"accessModes": ["ReadOnlyMany"]}, ['-  "ReadWriteOnce"', '+  "ReadOnlyMany"']),
    (None, {"volumeName": "v"}, {"volumeName": "w"}, ['- "VolumeName": "v",', '+ "VolumeName": "w",']),
    (None, {"storageClassName": "a"}, {"storageClassName": "b"},
     ['- "StorageClassName": "a",', '+ "StorageClassName": "b",']),
]


@pytest.mark.parametrize(("status", "before", "after", "changed"), CLAIM_CHANGES)
def test_changes_of_claims(status, before, after, changed):
    found = update_errors(claim(status, **after), claim(status, **before))
    if changed is None:
        assert found == []
        return
    (problem,) = found
    assert problem.startswith(CLAIM_CHANGED)
    assert [line for line in problem.split("\n") if line[:1] in ("+", "-")] == changed


def test_a_bound_claim_does_not_shrink_below_what_it_has():
    before = claim(BOUND, volumeName="v", resources=asking("2Gi"))
    assert update_errors(claim(BOUND, volumeName="v", resources=asking("512Mi")), before) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity",
    ]
    assert update_errors(claim(BOUND, volumeName="v", resources=asking("1536Mi")), before) == []


def storage_class(**fields):
    return made(STORAGE, "StorageClass", **{"provisioner": "x", **fields})


def topology(*values):
    return {"allowedTopologies": [{"matchLabelExpressions": [{"key": "a", "values": list(values)}]}]}


CLASSES = [
    ({}, []),
    ({"provisioner": ""}, ["provisioner: Required value"]),
    ({"provisioner": "A b"}, [f'provisioner: Invalid value: "a b": {LABEL}']),
    ({"reclaimPolicy": "Recycle"}, ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"']),
    ({"volumeBindingMode": "X"},
     ['volumeBindingMode: Unsupported value: "X": supported values: "Immediate", "WaitForFirstConsumer"']),
    ({"parameters": {"": "x"}}, ['parameters: Invalid value: "": field can not be empty.']),
    (topology(), ["allowedTopologies[0].matchLabelExpressions[0].values: Required value"]),
    (topology("b", "b"), ['allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "b"']),
]


@pytest.mark.parametrize(("fields", "expected"), CLASSES)
def test_classes(fields, expected):
    assert errors(storage_class(**fields)) == expected


CLASS_CHANGES = [
    ({"provisioner": "y"}, ["provisioner: Forbidden: updates to provisioner are forbidden."]),
    ({"parameters": {"a": "b"}}, ["parameters: Forbidden: updates to parameters are forbidden."]),
    ({"reclaimPolicy": "Retain"}, ["reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden."]),
    ({"volumeBindingMode": "WaitForFirstConsumer"},
     ['volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable']),
    ({"allowVolumeExpansion": True}, []),
]


@pytest.mark.parametrize(("after", "expected"), CLASS_CHANGES)
def test_changes_of_classes(after, expected):
    assert update_errors(storage_class(**after), storage_class()) == expected


def attributes(**fields):
    return made(STORAGE, "VolumeAttributesClass", **{"driverName": "d", "parameters": {"a": "b"}, **fields})


def attachment(**fields):
    spec = {"attacher": "d", "nodeName": "n", "source": {"persistentVolumeName": "v"}, **fields}
    return made(STORAGE, "VolumeAttachment", spec=spec)


def driver(**spec):
    return made(STORAGE, "CSIDriver", name="d.example.com", spec=spec)


D = {"name": "d", "nodeID": "i", "topologyKeys": ["a"]}


def csi_node(*drivers):
    return made(STORAGE, "CSINode", name="n", spec={"drivers": list(drivers)})


def capacity(**fields):
    return made(STORAGE, "CSIStorageCapacity", **{"storageClassName": "c", "capacity": "1Gi", **fields})


OTHERS = [
    (attributes(), []),
    (attributes(driverName=""), ["driverName: Required value"]),
    (attributes(parameters={}), ["parameters: Required value: must contain at least one key/value pair"]),
    (attachment(), []),
    (attachment(source={}), ["spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName"]),
    (driver(), []),
    (driver(volumeLifecycleModes=["X"]),
     ['spec.volumeLifecycleModes: Unsupported value: "X": supported values: "Persistent", "Ephemeral"']),
    (driver(fsGroupPolicy="X"),
     ['spec.fsGroupPolicy: Unsupported value: "X": supported values: "File", "None", "ReadWriteOnceWithFSType"']),
    (driver(tokenRequests=[{"audience": "a"}, {"audience": "a"}]),
     ['spec.tokenRequests[1].audience: Duplicate value: "a"']),
    (csi_node(D), []),
    (csi_node(D, D), ['spec.drivers[1].name: Duplicate value: "d"']),
    (csi_node({"name": "", "nodeID": ""}), ["spec.drivers[0].name: Required value", "spec.drivers[0].nodeID: Required value"]),
    (csi_node({**D, "topologyKeys": ["a", "a", "b c"]}),
     ['spec.drivers[0]: Duplicate value: "a"', f'spec.drivers[0]: Invalid value: "b c": {LABEL}']),
    (csi_node({**D, "allocatable": {"count": -1}}),
     ["spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0"]),
    (capacity(), []),
    (capacity(capacity="-1"), ['capacity: Invalid value: "-1": must be greater than or equal to 0']),
]


@pytest.mark.parametrize(("obj", "expected"), OTHERS)
def test_other_kinds(obj, expected):
    assert errors(obj) == expected


OTHER_CHANGES = [
    (attributes(driverName="e"), attributes(), ["driverName: Forbidden: updates to driverName are forbidden."]),
    (attributes(parameters={"a": "c"}), attributes(), ["parameters: Forbidden: updates to parameters are forbidden."]),
    (attachment(nodeName="m"), attachment(), [
        'spec: Invalid value: {"attacher":"d","nodeName":"m","source":{"persistentVolumeName":"v"}}: field is immutable',
    ]),
    # the path is misspelled upstream as well
    (driver(attachRequired=False), driver(attachRequired=True), ["spec.attachedRequired: Invalid value: false: field is immutable"]),
    (driver(volumeLifecycleModes=["Ephemeral"]), driver(),
     ['spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable']),
    (csi_node({**D, "nodeID": "j"}), csi_node(D),
     ['spec.drivers: Invalid value: {"name":"d","nodeID":"j","topologyKeys":["a"]}: field is immutable']),
    (capacity(storageClassName="d"), capacity(), ['storageClassName: Invalid value: "d": field is immutable']),
]


@pytest.mark.parametrize(("after", "before", "expected"), OTHER_CHANGES)
def test_changes_of_other_kinds(after, before, expected):
    assert update_errors(after, before) == expected


def test_columns():
    bound = volume(claimRef={"namespace": "n", "name": "c"}, storageClassName="fast", accessModes=["ReadWriteOnce", "ReadOnlyMany"])
    bound["status"] = {"phase": "Bound"}
    assert {key: value for key, value in cells(bound).items() if key not in ("AGE", "NAME")} == {
        "CAPACITY": "1Gi", "ACCESS MODES": "RWO,ROX", "RECLAIM POLICY": "Retain", "STATUS": "Bound", "CLAIM": "n/c",
        "STORAGECLASS": "fast", "VOLUMEATTRIBUTESCLASS": "<unset>", "REASON": "", "VOLUMEMODE": "Filesystem",
    }
    has = claim({**BOUND, "accessModes": ["ReadWriteMany"]}, volumeName="v")
    assert {key: value for key, value in cells(has).items() if key not in ("AGE", "NAME")} == {
        "STATUS": "Bound", "VOLUME": "v", "CAPACITY": "1Gi", "ACCESS MODES": "RWX", "STORAGECLASS": "",
        "VOLUMEATTRIBUTESCLASS": "<unset>", "VOLUMEMODE": "Filesystem",
    }
