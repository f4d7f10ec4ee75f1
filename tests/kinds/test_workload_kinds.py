"""Deployment, ReplicaSet and ReplicationController: defaults, rules, columns, describe."""

import copy

import pytest
from workload_fakes import BORN, NOW, deployment, described, load, pod, replica_set, template

DEPLOYMENTS, REPLICA_SETS, CONTROLLERS = "deployments.apps", "replicasets.apps", "replicationcontrollers"


def manifest(resource, **spec):
    version, kind = {
        DEPLOYMENTS: ("apps/v1", "Deployment"), REPLICA_SETS: ("apps/v1", "ReplicaSet"),
        CONTROLLERS: ("v1", "ReplicationController"),
    }[resource]
    if resource != CONTROLLERS:
        spec = {"selector": {"matchLabels": {"app": "web"}}, **spec}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": {"template": template(), **spec}}


def stored(resource, **spec):
    """The object as a create leaves it."""
    obj = manifest(resource, **spec)
    load(resource).default(obj)
    load(resource).prepare_for_create(obj)
    return obj


def errors(resource, **spec):
    return [str(error) for error in load(resource).validate(stored(resource, **spec))]


# -- defaults --


def test_a_deployments_defaults_are_those_of_the_api_server():
    spec = stored(DEPLOYMENTS)["spec"]
    del spec["template"]
    assert spec == {
        "progressDeadlineSeconds": 600, "replicas": 1, "revisionHistoryLimit": 10,
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
    }


@pytest.mark.parametrize(("given", "strategy"), [
    ({"type": "Recreate"}, {"type": "Recreate"}),
    ({"rollingUpdate": {"maxSurge": 1}},
     {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"}}),
    ({"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
     {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
])
def test_a_strategy_keeps_what_is_said(given, strategy):
    assert stored(DEPLOYMENTS, strategy=given)["spec"]["strategy"] == strategy


@pytest.mark.parametrize("resource", [DEPLOYMENTS, REPLICA_SETS, CONTROLLERS])
def test_zero_replicas_stay_and_empty_fields_go(resource):
    spec = stored(resource, replicas=0, minReadySeconds=0)["spec"]
    assert spec["replicas"] == 0
    assert "minReadySeconds" not in spec


def test_a_deployment_that_is_not_paused_does_not_say_so():
    assert "paused" not in stored(DEPLOYMENTS, paused=False)["spec"]


@pytest.mark.parametrize("resource", [DEPLOYMENTS, REPLICA_SETS, CONTROLLERS])
def test_defaults_twice_are_defaults_once(resource):
    once = stored(resource)
    twice = copy.deepcopy(once)
    load(resource).default(twice)
    assert twice == once


@pytest.mark.parametrize(("resource", "status"), [
    (DEPLOYMENTS, {}), (REPLICA_SETS, {"replicas": 0}), (CONTROLLERS, {"replicas": 0}),
])
def test_a_new_object_has_an_empty_status(resource, status):
    obj = {**manifest(resource), "status": {"replicas": 7, "readyReplicas": 7}}
    load(resource).default(obj)
    load(resource).prepare_for_create(obj)
    assert obj["status"] == status


def test_a_replication_controllers_labels_and_selector_come_from_its_template():
    obj = stored(CONTROLLERS)
    assert obj["spec"]["selector"] == {"app": "web"}
    assert obj["metadata"]["labels"] == {"app": "web"}


def test_a_replication_controllers_own_labels_and_selector_stay():
    obj = manifest(CONTROLLERS, selector={"app": "mine"})
    obj["metadata"]["labels"] = {"a": "b"}
    load(CONTROLLERS).default(obj)
    assert (obj["spec"]["selector"], obj["metadata"]["labels"]) == ({"app": "mine"}, {"a": "b"})


# -- generations --


@pytest.mark.parametrize(("old", "new", "generation"), [
    (None, {"a": "b"}, 8), ({"a": "b"}, {"a": "c"}, 8), ({"a": "b"}, {"a": "b"}, 7),
    (None, {"deployment.kubernetes.io/revision": "1"}, 7),
])
def test_annotations_of_a_deployment_make_a_generation_but_the_revision_does_not(old, new, generation):
    before, after = deployment(), deployment()
    for obj, annotations in ((before, old), (after, new)):
        obj["metadata"]["generation"] = 7
        if annotations is not None:
            obj["metadata"]["annotations"] = annotations
    load(DEPLOYMENTS).prepare_for_update(after, before)
    assert after["metadata"]["generation"] == generation


# -- rules --

MISMATCH = "`selector` does not match template `labels`"


@pytest.mark.parametrize("resource", [DEPLOYMENTS, REPLICA_SETS, CONTROLLERS])
def test_a_right_object_breaks_no_rule(resource):
    assert errors(resource) == []


@pytest.mark.parametrize("resource", [DEPLOYMENTS, REPLICA_SETS])
@pytest.mark.parametrize(("spec", "expected"), [
    ({"selector": None}, [
        "spec.selector: Required value", f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}',
    ]),
    ({"selector": {}}, ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"]),
    ({"selector": {"matchLabels": {"b": "2", "app": "web"}}}, [
        f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}',
    ]),
    ({"selector": {"matchExpressions": [{"operator": "In", "key": "app", "values": ["web", "other"]}]}}, []),
    ({"selector": {"matchExpressions": [{"operator": "In", "key": "app"}]}}, [
        ("spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or "
        "'NotIn'"),
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"In"}]}: invalid label selector',
    ]),
    ({"replicas": -1}, ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
    ({"template": {**template(), "spec": {**template()["spec"], "restartPolicy": "OnFailure"}}}, [
        'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    ]),
    ({"template": {**template(), "spec": {**template()["spec"], "activeDeadlineSeconds": 5}}}, [
        "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported",
    ]),
    ({"template": {"metadata": {}, "spec": template()["spec"]}}, [
        f"spec.template.metadata.labels: Invalid value: null: {MISMATCH}",
    ]),
])
def test_selector_and_template_have_to_fit(resource, spec, expected):
    assert errors(resource, **spec) == expected


@pytest.mark.parametrize(("spec", "expected"), [
    ({"strategy": {"type": "Sometimes"}}, [
        ('spec.strategy: Unsupported value: {"Type":"Sometimes","RollingUpdate":null}: supported values: "Recreate", '
        '"RollingUpdate"'),
    ]),
    ({"strategy": {"type": "Sometimes", "rollingUpdate": {"maxSurge": 2}}}, [
        ('spec.strategy: Unsupported value: {"Type":"Sometimes","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":2}}: '
        'supported values: "Recreate", "RollingUpdate"'),
    ]),
    ({"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}}, [
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ]),
    ({"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}}, [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
    ]),
    ({"strategy": {"rollingUpdate": {"maxUnavailable": "101%"}}}, [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ]),
    ({"strategy": {"rollingUpdate": {"maxSurge": "200%"}}}, []),
    ({"strategy": {"rollingUpdate": {"maxSurge": "some"}}}, [
        ('spec.strategy.rollingUpdate.maxSurge: Invalid value: "some": a valid percent string must be a numeric string '
        "followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"),
    ]),
    ({"strategy": {"rollingUpdate": {"maxSurge": -1}}}, [
        "spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0",
    ]),
    ({"minReadySeconds": -1}, ["spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"]),
    ({"revisionHistoryLimit": -1},
     ["spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"]),
    ({"minReadySeconds": 600},
     ["spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"]),
    ({"progressDeadlineSeconds": -1}, [
        "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
        "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than minReadySeconds",
    ]),
    ({"replicas": -1, "strategy": {"type": "X"}, "selector": {"matchLabels": {"a": "b"}}}, [
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}',
        ('spec.strategy: Unsupported value: {"Type":"X","RollingUpdate":null}: supported values: "Recreate", '
        '"RollingUpdate"'),
    ]),
])
def test_the_rules_of_a_deployment(spec, expected):
    assert errors(DEPLOYMENTS, **spec) == expected


@pytest.mark.parametrize(("spec", "expected"), [
    ({"selector": {"app": "other"}}, [f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}']),
    ({"template": None}, ["spec.selector: Required value", "spec.template: Required value"]),
    ({"minReadySeconds": -1, "replicas": -2}, [
        "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
        "spec.replicas: Invalid value: -2: must be greater than or equal to 0",
    ]),
])
def test_the_rules_of_a_replication_controller(spec, expected):
    assert errors(CONTROLLERS, **spec) == expected


@pytest.mark.parametrize("resource", [DEPLOYMENTS, REPLICA_SETS])
def test_the_selector_is_immutable(resource):
    labels = {"v": "two", "app": "web"}
    old, new = stored(resource), stored(resource, selector={"matchLabels": labels}, template=template(**labels))
    assert [str(error) for error in load(resource).validate_update(new, old)] == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"web","v":"two"}}: field is immutable',
    ]
    same = stored(resource, selector={"matchLabels": {"app": "web"}, "matchExpressions": []})
    assert load(resource).validate_update(same, old) == []


def test_the_selector_of_a_replication_controller_may_change():
    new = stored(CONTROLLERS, selector={"app": "new"}, template=template(app="new"))
    assert load(CONTROLLERS).validate_update(new, stored(CONTROLLERS)) == []


@pytest.mark.parametrize(("name", "count"), [("web", 0), ("web.example.com", 1)])
def test_a_name_with_dots_is_warned_of(name, count):
    obj = stored(DEPLOYMENTS)
    obj["metadata"]["name"] = name
    warnings = load(DEPLOYMENTS).warnings(obj)
    assert warnings == count * [
        ("metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label "
        "is recommended: [must not contain dots]"),
    ]


# -- get --


def test_the_columns_of_a_deployment():
    obj = deployment()
    obj["spec"]["template"]["spec"]["containers"].append({"name": "two", "image": "two:2"})
    obj["status"] = {"readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 1}
    kind = load(DEPLOYMENTS)
    assert dict(zip([column.name for column in kind.columns], kind.row(obj, NOW + 3), strict=True)) == {
        "NAME": "web", "READY": "2/3", "UP-TO-DATE": "3", "AVAILABLE": "1", "AGE": "3s", "CONTAINERS": "nginx,two",
        "IMAGES": "nginx:1.16,two:2", "SELECTOR": "app=web",
    }
    assert [column.name for column in kind.columns if column.wide] == ["CONTAINERS", "IMAGES", "SELECTOR"]


@pytest.mark.parametrize(("resource", "selector"), [
    (REPLICA_SETS, {"matchLabels": {"b": "1", "a": "2"}}), (CONTROLLERS, {"b": "1", "a": "2"}),
])
def test_the_columns_of_what_keeps_replicas(resource, selector):
    obj = stored(resource, replicas=4, selector=selector)
    obj["metadata"]["creationTimestamp"] = BORN
    obj["status"] = {"replicas": 3, "readyReplicas": 2}
    kind = load(resource)
    assert dict(zip([column.name for column in kind.columns], kind.row(obj, NOW + 60), strict=True)) == {
        "NAME": "web", "DESIRED": "4", "CURRENT": "3", "READY": "2", "AGE": "60s", "CONTAINERS": "nginx",
        "IMAGES": "nginx:1.16", "SELECTOR": "a=2,b=1",
    }


# -- describe --

TEMPLATE = """\
Pod Template:
  Labels:\tapp=web
  Containers:
   nginx:
    Image:\tnginx:1.16
    Port:\t<none>
    Host Port:\t<none>
    Environment:\t<none>
    Mounts:\t<none>
  Volumes:\t<none>
  Node-Selectors:\t<none>
  Tolerations:\t<none>
"""


def test_describe_of_a_deployment():
    obj = deployment(minReadySeconds=5, strategy={
        "type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"},
    })
    obj["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "2"}
    obj["status"] = {
        "replicas": 4, "updatedReplicas": 2, "availableReplicas": 3, "unavailableReplicas": 1,
        "conditions": [{"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"}],
    }
    old = replica_set("a", "nginx:1.15", 1, created="2026-11-21T14:00:00Z", replicas=2)
    older = replica_set("b", "nginx:1.14", 0, created="2026-11-21T13:00:00Z")
    new = replica_set("c", "nginx:1.16", 2, replicas=2, current=1)
    assert described(obj, old, older, new) == (
        "Name:\tweb\nNamespace:\tdefault\nCreationTimestamp:\tSat, 21 Nov 2026 14:45:17 +0000\nLabels:\t<none>\n"
        "Annotations:\tdeployment.kubernetes.io/revision: 2\nSelector:\tapp=web\n"
        "Replicas:\t3 desired | 2 updated | 4 total | 3 available | 1 unavailable\nStrategyType:\tRollingUpdate\n"
        "MinReadySeconds:\t5\nRollingUpdateStrategy:\t25% max unavailable, 1 max surge\n" + TEMPLATE +
        "Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------\n  Available \tTrue\tMinimumReplicasAvailable\n"
        "OldReplicaSets:\tweb-b (0/0 replicas created), web-a (2/2 replicas created)\n"
        "NewReplicaSet:\tweb-c (1/2 replicas created)\nEvents of web\n"
    )


def test_describe_of_a_deployment_that_no_controller_has_seen():
    obj = deployment(strategy={"type": "Recreate"})
    assert described(obj) == (
        "Name:\tweb\nNamespace:\tdefault\nCreationTimestamp:\tSat, 21 Nov 2026 14:45:17 +0000\nLabels:\t<none>\n"
        "Annotations:\t<none>\nSelector:\tapp=web\n"
        "Replicas:\t3 desired | 0 updated | 0 total | 0 available | 0 unavailable\nStrategyType:\tRecreate\n"
        "MinReadySeconds:\t0\n" + TEMPLATE + "Events of web\n"
    )


def test_describe_of_a_replica_set_counts_its_own_pods():
    obj = replica_set("a", "nginx:1.16", 1, replicas=3)
    obj["metadata"]["annotations"] = {}
    obj["spec"]["selector"] = {"matchLabels": {"app": "web"}}
    obj["spec"]["template"] = template()
    uid = obj["metadata"]["uid"]
    pods = [pod(phase.lower(), uid, phase) for phase in ("Running", "Pending", "Failed", "Succeeded")]
    pods.append(pod("of-another", "else"))
    assert described(obj, *pods) == (
        "Name:\tweb-a\nNamespace:\tdefault\nSelector:\tapp=web\nLabels:\tapp=web\n\tpod-template-hash=a\n"
        "Annotations:\t<none>\nControlled By:\tDeployment/web\nReplicas:\t3 current / 3 desired\n"
        "Pods Status:\t1 Running / 1 Waiting / 1 Succeeded / 1 Failed\n" + TEMPLATE + "Events of web-a\n"
    )


def test_describe_of_a_replication_controller_with_conditions():
    obj = stored(CONTROLLERS, replicas=2)
    obj["metadata"] |= {"namespace": "default", "uid": "u", "creationTimestamp": BORN}
    obj["spec"]["template"] = template()
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}
    obj["status"] = {"replicas": 1, "conditions": [failure]}
    assert described(obj, pod("p", "u")) == (
        "Name:\tweb\nNamespace:\tdefault\nSelector:\tapp=web\nLabels:\tapp=web\nAnnotations:\t<none>\n"
        "Replicas:\t1 current / 2 desired\nPods Status:\t1 Running / 0 Waiting / 0 Succeeded / 0 Failed\n" + TEMPLATE +
        "Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------\n  ReplicaFailure \tTrue\tFailedCreate\n"
        "Events of web\n"
    )


# -- capabilities --


@pytest.mark.parametrize("resource", [DEPLOYMENTS, REPLICA_SETS, CONTROLLERS])
def test_what_verbs_may_do(resource):
    kind, obj = load(resource), stored(resource)
    assert kind.scale_paths() == ("spec.replicas", "status.replicas")
    assert kind.pod_template(obj) is obj["spec"]["template"]
    assert kind.selector(obj) == {"matchLabels": {"app": "web"}}
    assert (kind.rollout() is not None) is (resource == DEPLOYMENTS)
