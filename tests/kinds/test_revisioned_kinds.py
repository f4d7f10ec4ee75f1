"""StatefulSet, DaemonSet and ControllerRevision: defaults, rules, columns, describe, rollout."""

import copy

import pytest
from workload_fakes import BORN, NOW, FakeReader, described, load, template

from minikctl.errors import MinikctlError
from minikctl.kinds.revisions import get_patch

SETS, DAEMONS, REVISIONS = "statefulsets.apps", "daemonsets.apps", "controllerrevisions.apps"
KIND_OF = {SETS: "StatefulSet", DAEMONS: "DaemonSet"}
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}},
}


def manifest(resource, **spec):
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template(), **spec}
    return {"apiVersion": "apps/v1", "kind": KIND_OF[resource], "metadata": {"name": "web"}, "spec": copy.deepcopy(spec)}


def stored(resource, **spec):
    """The object as a create leaves it."""
    obj = manifest(resource, **spec)
    load(resource).default(obj)
    load(resource).prepare_for_create(obj)
    return obj


def errors(resource, **spec):
    return [str(error) for error in load(resource).validate(stored(resource, **spec))]


# -- defaults --


def test_a_stateful_sets_defaults_are_those_of_the_api_server():
    obj = stored(SETS, minReadySeconds=0, serviceName="")
    del obj["spec"]["template"]
    assert obj["spec"] == {
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "podManagementPolicy": "OrderedReady", "replicas": 1, "revisionHistoryLimit": 10,
        "selector": {"matchLabels": {"app": "web"}},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
    }
    assert obj["status"] == {"availableReplicas": 0, "replicas": 0}


@pytest.mark.parametrize(("given", "strategy"), [
    ({"type": "OnDelete"}, {"type": "OnDelete"}),
    ({"type": "RollingUpdate"}, {"type": "RollingUpdate"}),
    ({"rollingUpdate": {"partition": 2}}, {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}),
])
def test_a_partition_is_filled_in_where_there_is_room_for_it(given, strategy):
    assert stored(SETS, updateStrategy=given)["spec"]["updateStrategy"] == strategy


def test_the_template_of_a_claim_is_a_whole_claim():
    (claim,) = stored(SETS, volumeClaimTemplates=[CLAIM])["spec"]["volumeClaimTemplates"]
    assert claim == {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "volumeMode": "Filesystem",
        },
        "status": {"phase": "Pending"},
    }


def test_a_daemon_sets_defaults_are_those_of_the_api_server():
    obj = stored(DAEMONS)
    del obj["spec"]["template"]
    assert obj["spec"] == {
        "revisionHistoryLimit": 10, "selector": {"matchLabels": {"app": "web"}},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
    }
    assert obj["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "1"}
    assert obj["status"] == {
        "currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0,
    }


@pytest.mark.parametrize(("image", "annotations", "count"), [
    ("nginx:1.16", {"deprecated.daemonset.template.generation": "9"}, "1"), ("nginx:1.17", {}, "2"),
])
def test_each_template_of_a_daemon_set_is_counted(image, annotations, count):
    old, new = stored(DAEMONS), stored(DAEMONS, template=template(image))
    new["metadata"]["annotations"] = annotations
    load(DAEMONS).prepare_for_update(new, old)
    assert new["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": count}


@pytest.mark.parametrize("resource", [SETS, DAEMONS])
def test_defaults_twice_are_defaults_once(resource):
    once = stored(resource)
    twice = copy.deepcopy(once)
    load(resource).default(twice)
    assert twice == once


# -- rules --

NOT_NEGATIVE = "must be greater than or equal to 0"
MISMATCH = 'Invalid value: {"app":"web"}: `selector` does not match template `labels`'


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, []),
    ({"podManagementPolicy": "Any"},
     ["spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'"]),
    ({"updateStrategy": {"type": "Recreate"}}, [
        ('spec.updateStrategy: Invalid value: {"Type":"Recreate","RollingUpdate":null}: must be \'RollingUpdate\' or '
        "'OnDelete'"),
    ]),
    ({"updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}}}, [
        ('spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for '
        "updateStrategy 'RollingUpdate'"),
    ]),
    ({"updateStrategy": {"rollingUpdate": {"partition": -1, "maxUnavailable": "101%"}}}, [
        f"spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: {NOT_NEGATIVE}",
        'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ]),
    ({"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0}}},
     ["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0"]),
    ({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Maybe"}}, [
        ('spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Maybe": supported values: '
        '"Retain", "Delete"'),
    ]),
    ({"replicas": -1, "minReadySeconds": -2, "ordinals": {"start": -3}}, [
        f"spec.replicas: Invalid value: -1: {NOT_NEGATIVE}", f"spec.minReadySeconds: Invalid value: -2: {NOT_NEGATIVE}",
        f"spec.ordinals.start: Invalid value: -3: {NOT_NEGATIVE}",
    ]),
    ({"selector": None}, ["spec.selector: Required value", f"spec.template.metadata.labels: {MISMATCH}"]),
    ({"selector": {}}, ["spec.selector: Invalid value: {}: empty selector is invalid for statefulset"]),
    ({"volumeClaimTemplates": [CLAIM], "template": {**template(), "spec": {"containers": [
        {"name": "c", "image": "i", "volumeMounts": [{"name": "data", "mountPath": "/d"}]}]}}}, []),
    ({"template": {**template(), "spec": {"containers": [
        {"name": "c", "image": "i", "volumeMounts": [{"name": "data", "mountPath": "/d"}]}]}}},
     ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"']),
    ({"template": {**template(), "spec": {**template()["spec"], "restartPolicy": "Never"}}},
     ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"']),
    ({"template": {**template(), "spec": {**template()["spec"], "activeDeadlineSeconds": 5}}}, [
        "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported",
    ]),
])
def test_the_rules_of_a_stateful_set(spec, expected):
    assert errors(SETS, **spec) == expected


FORBIDDEN = (
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


@pytest.mark.parametrize(("spec", "expected"), [
    ({"replicas": 5, "minReadySeconds": 4, "ordinals": {"start": 1}, "revisionHistoryLimit": 3}, []),
    ({"updateStrategy": {"type": "OnDelete"}, "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}, []),
    ({"template": template("nginx:2")}, []),
    ({"serviceName": "other"}, [FORBIDDEN]), ({"podManagementPolicy": "Parallel"}, [FORBIDDEN]),
    ({"volumeClaimTemplates": [CLAIM]}, [FORBIDDEN]), ({"volumeClaimTemplates": []}, []),
])
def test_most_of_a_stateful_set_stays_what_it_was(spec, expected):
    found = load(SETS).validate_update(stored(SETS, **spec), stored(SETS))
    assert [str(error) for error in found] == expected


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, []),
    ({"selector": None}, [f"spec.template.metadata.labels: {MISMATCH}"]),
    ({"selector": {}}, ["spec.selector: Invalid value: {}: empty selector is invalid for daemonset"]),
    ({"updateStrategy": {"type": "Recreate"}}, [
        ('spec.updateStrategy: Unsupported value: {"Type":"Recreate","RollingUpdate":null}: supported values: '
        '"RollingUpdate", "OnDelete"'),
    ]),
    ({"updateStrategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}}, [
        ("spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is "
        "non-zero"),
    ]),
    ({"updateStrategy": {"rollingUpdate": {"maxUnavailable": "0%"}}},
     ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"]),
    ({"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": "150%"}}},
     ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "150%": must not be greater than 100%']),
    ({"minReadySeconds": -1, "revisionHistoryLimit": -1}, [
        f"spec.minReadySeconds: Invalid value: -1: {NOT_NEGATIVE}",
        f"spec.revisionHistoryLimit: Invalid value: -1: {NOT_NEGATIVE}",
    ]),
    ({"template": {**template(), "spec": {**template()["spec"], "restartPolicy": "OnFailure"}}},
     ['spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"']),
])
def test_the_rules_of_a_daemon_set(spec, expected):
    assert errors(DAEMONS, **spec) == expected


def test_the_selector_of_a_daemon_set_is_immutable():
    labels = {"app": "web", "v": "2"}
    new = stored(DAEMONS, selector={"matchLabels": labels}, template=template(**labels))
    assert [str(error) for error in load(DAEMONS).validate_update(new, stored(DAEMONS))] == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"web","v":"2"}}: field is immutable',
    ]


@pytest.mark.parametrize(("obj", "expected"), [
    ({"revision": 1}, ["data: Required value: data is mandatory"]),
    ({"revision": -1, "data": {}}, [f"revision: Invalid value: -1: {NOT_NEGATIVE}"]),
    ({"revision": 0, "data": {}}, []),
])
def test_the_rules_of_a_controller_revision(obj, expected):
    assert [str(error) for error in load(REVISIONS).validate(obj)] == expected


def test_the_data_of_a_controller_revision_is_immutable():
    found = load(REVISIONS).validate_update({"revision": 2, "data": {"a": 2}}, {"revision": 1, "data": {"a": 1}})
    assert [str(error) for error in found] == ['data: Invalid value: {"a":2}: field is immutable']


# -- get and describe --


def alive(resource, **spec):
    obj = stored(resource, **spec)
    obj["metadata"].update(namespace="default", uid="uid-web", creationTimestamp=BORN, generation=1)
    return obj


def row(resource, obj):
    kind = load(resource)
    return dict(zip([column.name for column in kind.columns], kind.row(obj, NOW + 3), strict=True))


def test_the_columns_of_a_stateful_set():
    obj = {**alive(SETS, replicas=3), "status": {"readyReplicas": 2}}
    assert row(SETS, obj) == {
        "NAME": "web", "READY": "2/3", "AGE": "3s", "CONTAINERS": "nginx", "IMAGES": "nginx:1.16",
    }


def test_the_columns_of_a_daemon_set():
    obj = alive(DAEMONS)
    obj["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "ssd", "arch": "arm64"}
    obj["status"] = {
        "desiredNumberScheduled": 5, "currentNumberScheduled": 4, "numberReady": 3, "updatedNumberScheduled": 2,
        "numberAvailable": 1,
    }
    assert row(DAEMONS, obj) == {
        "NAME": "web", "DESIRED": "5", "CURRENT": "4", "READY": "3", "UP-TO-DATE": "2", "AVAILABLE": "1",
        "NODE SELECTOR": "arch=arm64,disk=ssd", "AGE": "3s", "CONTAINERS": "nginx", "IMAGES": "nginx:1.16",
        "SELECTOR": "app=web",
    }


def revision(number, image, resource=SETS, **annotations):
    obj = alive(resource, template=template(image))
    return {
        "apiVersion": "apps/v1", "kind": "ControllerRevision",
        "metadata": {
            "name": f"web-{number}", "namespace": "default", "labels": {"app": "web"}, "creationTimestamp": BORN,
            "annotations": annotations, "ownerReferences": [{
                "apiVersion": "apps/v1", "kind": KIND_OF[resource], "name": "web", "uid": "uid-web", "controller": True,
            }],
        },
        "revision": number, "data": get_patch(obj),
    }


def test_the_columns_of_a_controller_revision():
    assert row(REVISIONS, revision(2, "nginx:1")) == {
        "NAME": "web-2", "CONTROLLER": "statefulset.apps/web", "REVISION": "2", "AGE": "3s",
    }
    orphan = revision(2, "nginx:1")
    del orphan["metadata"]["ownerReferences"]
    assert row(REVISIONS, orphan)["CONTROLLER"] == "<none>"


def test_describe_of_a_stateful_set_tells_its_claims():
    claim = {"metadata": {"name": "data", "labels": {"a": "1", "b": "2"}}, "spec": {
        **CLAIM["spec"], "storageClassName": "fast",
    }}
    obj = alive(SETS, replicas=2, volumeClaimTemplates=[claim], updateStrategy={"rollingUpdate": {"maxUnavailable": 2}})
    text = described(obj)
    assert "Replicas:\t2 desired | 0 total\nUpdate Strategy:\tRollingUpdate\n  Partition:\t0\n  MaxUnavailable:\t2\n" in text
    assert text.endswith(
        "Volume Claims:\n  Name:\tdata\n  StorageClass:\tfast\n  Labels:\ta=1\n  \tb=2\n  Annotations:\t<none>\n"
        "  Capacity:\t1Gi\n  Access Modes:\t[ReadWriteOnce]\nEvents of web\n"
    )


def test_describe_of_a_daemon_set_counts_nodes():
    obj = alive(DAEMONS)
    obj["status"] = {"desiredNumberScheduled": 3, "numberMisscheduled": 1}
    text = described(obj)
    assert "Node-Selector:\t<none>\n" in text
    assert (
        "Annotations:\tdeprecated.daemonset.template.generation: 1\nDesired Number of Nodes Scheduled: 3\n"
        "Current Number of Nodes Scheduled: 0\nNumber of Nodes Scheduled with Up-to-date Pods: 0\n"
        "Number of Nodes Scheduled with Available Pods: 0\nNumber of Nodes Misscheduled: 1\nPods Status:\t0 Running"
    ) in text


# -- rollout --


def sets(generation=1, strategy=None, wanted=3, **status):
    obj = alive(SETS, replicas=wanted, **({"updateStrategy": strategy} if strategy else {}))
    obj["metadata"]["generation"] = generation
    obj["status"] = {"observedGeneration": 1, **status}
    return obj


PLAIN = {"type": "RollingUpdate"}


@pytest.mark.parametrize(("obj", "text", "done"), [
    (sets(generation=2), "Waiting for statefulset spec update to be observed...\n", False),
    (sets(observedGeneration=0), "Waiting for statefulset spec update to be observed...\n", False),
    (sets(readyReplicas=1), "Waiting for 2 pods to be ready...\n", False),
    (sets(readyReplicas=3, updatedReplicas=1),
     "Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated...\n", False),
    (sets(strategy={"rollingUpdate": {"partition": 2}}, readyReplicas=3, updatedReplicas=1),
     "partitioned roll out complete: 1 new pods have been updated...\n", True),
    (sets(strategy=PLAIN, readyReplicas=3, updatedReplicas=1, updateRevision="web-b", currentRevision="web-a"),
     "waiting for statefulset rolling update to complete 1 pods at revision web-b...\n", False),
    (sets(strategy=PLAIN, readyReplicas=3, currentReplicas=3, updateRevision="web-b", currentRevision="web-b"),
     "statefulset rolling update complete 3 pods at revision web-b...\n", True),
])
def test_status_of_a_stateful_set(obj, text, done):
    assert load(SETS).rollout().status(obj, 0, FakeReader()) == (text, done)


def daemons(generation=1, **status):
    obj = alive(DAEMONS)
    obj["metadata"]["generation"] = generation
    obj["status"] = {"observedGeneration": 1, **status}
    return obj


@pytest.mark.parametrize(("obj", "text", "done"), [
    (daemons(generation=2), "Waiting for daemon set spec update to be observed...\n", False),
    (daemons(desiredNumberScheduled=3, updatedNumberScheduled=1),
     'Waiting for daemon set "web" rollout to finish: 1 out of 3 new pods have been updated...\n', False),
    (daemons(desiredNumberScheduled=3, updatedNumberScheduled=3, numberAvailable=2),
     'Waiting for daemon set "web" rollout to finish: 2 of 3 updated pods are available...\n', False),
    (daemons(), 'daemon set "web" successfully rolled out\n', True),
])
def test_status_of_a_daemon_set(obj, text, done):
    assert load(DAEMONS).rollout().status(obj, 0, FakeReader()) == (text, done)


@pytest.mark.parametrize("resource", [SETS, DAEMONS])
def test_there_is_no_status_without_rolling_updates(resource):
    obj = alive(resource, updateStrategy={"type": "OnDelete"})
    with pytest.raises(MinikctlError) as failure:
        load(resource).rollout().status(obj, 0, FakeReader())
    assert str(failure.value) == "rollout status is only available for RollingUpdate strategy type"


@pytest.mark.parametrize("resource", [SETS, DAEMONS])
def test_history_is_what_the_revisions_say(resource):
    rollout, obj = load(resource).rollout(), alive(resource)
    second = revision(2, "nginx:2", resource, **{"kubernetes.io/change-cause": "better"})
    reader = FakeReader(second, revision(1, "nginx:1", resource))
    assert rollout.view_history(obj, reader) == "REVISION  CHANGE-CAUSE\n1         <none>\n2         better\n"
    shown = rollout.view_history(obj, reader, 2)
    assert "Image:\tnginx:2\n" in shown
    assert "better" not in shown
    assert rollout.object_of(obj, second)["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:2"


@pytest.mark.parametrize("resource", [SETS, DAEMONS])
@pytest.mark.parametrize(("asked", "image", "words", "result"), [
    (0, "nginx:3", "rolled back", "nginx:2"), (1, "nginx:3", "rolled back", "nginx:1"),
    (3, "nginx:3", "skipped rollback (current template already matches revision 3)", None),
])
def test_undo_brings_a_template_back(resource, asked, image, words, result):
    reader = FakeReader(*(revision(number, f"nginx:{number}", resource) for number in (1, 2, 3)))
    said, changed = load(resource).rollout().undo(alive(resource, template=template(image)), asked, reader)
    assert said == words
    assert (changed and changed["spec"]["template"]["spec"]["containers"][0]["image"]) == result


def test_undo_shows_what_would_come_back():
    reader = FakeReader(revision(1, "nginx:1"), revision(2, "nginx:2"))
    said, changed = load(SETS).rollout().undo(alive(SETS), 0, reader, dry_run="client")
    assert said.startswith("will roll back to Pod Template:\n")
    assert changed is None


@pytest.mark.parametrize(("revisions", "asked", "words"), [
    ((1,), 0, "no last revision to roll back to"), ((), 0, "no last revision to roll back to"),
    ((1, 2), 7, "unable to find specified revision 7 in history"),
])
def test_undo_needs_somewhere_to_go(revisions, asked, words):
    reader = FakeReader(*(revision(number, f"nginx:{number}") for number in revisions))
    with pytest.raises(MinikctlError) as failure:
        load(SETS).rollout().undo(alive(SETS), asked, reader)
    assert str(failure.value) == words


@pytest.mark.parametrize("resource", [SETS, DAEMONS])
def test_only_deployments_can_be_paused(resource):
    rollout = load(resource).rollout()
    for act, words in ((rollout.pause, "pausing"), (rollout.resume, "resuming")):
        with pytest.raises(MinikctlError) as failure:
            act(alive(resource))
        assert str(failure.value) == f'{resource} "web" {words} is not supported'


def test_what_can_be_scaled():
    assert (load(SETS).scale_paths(), load(DAEMONS).scale_paths()) == (("spec.replicas", "status.replicas"), None)
