"""A Pod's creation and its changes: what is allowed, what is set, and the words for what is not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from minikctl.kinds.pod import KIND
from minikctl.kinds.podspec.gostruct import as_json, as_struct, diff, pod_spec_struct

Obj = dict[str, Any]

NOT_MORE = (
    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
    "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
)


@pytest.fixture
def kind() -> Any:
    from minikctl import kinds

    info = kinds.info_for_object("v1", "Pod")
    assert info is not None
    return kinds.load(info)


def pod(kind: Any, container: Obj | None = None, *, annotations: Obj | None = None, **spec: Any) -> Obj:
    obj: Obj = {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "p", "namespace": "default", **({"annotations": annotations} if annotations else {})},
        "spec": {"containers": [{"name": "c", "image": "nginx", **(container or {})}], **spec},
    }
    kind.default(obj)
    kind.prepare_for_create(obj)
    return obj


def created(kind: Any, **changes: Any) -> list[str]:
    return [str(error) for error in kind.validate(pod(kind, **changes))]


def changed(kind: Any, old: Obj, **changes: Any) -> list[str]:
    new = copy.deepcopy(old)
    new["spec"].update(copy.deepcopy(changes))
    return [str(error) for error in kind.validate_update(new, old)]


# -- creation ---------------------------------------------------------------------------------------------------------


def test_a_new_pod_is_pending(kind: Any) -> None:
    obj = pod(kind)
    assert obj["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert obj["metadata"]["generation"] == 1


def test_a_new_pod_at_a_gate(kind: Any) -> None:
    condition = pod(kind, schedulingGates=[{"name": "g"}])["status"]["conditions"][0]
    assert (condition["type"], condition["status"], condition["reason"]) == ("PodScheduled", "False", "SchedulingGated")


def test_label_keys_become_requirements(kind: Any) -> None:
    obj = {
        "metadata": {"name": "p", "labels": {"a": "1", "b": "2"}},
        "spec": {"containers": [], "topologySpreadConstraints": [
            {"labelSelector": {}, "matchLabelKeys": ["a", "absent"]}, {"matchLabelKeys": ["a"]},
        ], "affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"labelSelector": {"matchLabels": {"x": "y"}}, "mismatchLabelKeys": ["b"]},
        ]}}},
    }
    kind.prepare_for_create(obj)
    spread = obj["spec"]["topologySpreadConstraints"]
    assert spread[0]["labelSelector"] == {"matchExpressions": [{"key": "a", "operator": "In", "values": ["1"]}]}
    assert "labelSelector" not in spread[1]
    term = obj["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0]
    assert term["labelSelector"]["matchExpressions"] == [{"key": "b", "operator": "NotIn", "values": ["2"]}]


@pytest.mark.parametrize(("changes", "errors"), [
    ({}, []),
    ({"ephemeralContainers": [{"name": "e", "image": "i"}]}, [
        "spec.ephemeralContainers: Forbidden: cannot be set on create",
    ]),
    ({"nodeName": "n", "schedulingGates": [{"name": "g"}]}, [
        "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
    ]),
    ({"container": {"image": " nginx"}}, [
        'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace',
    ]),
    ({"volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}]}, [
        ("spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when "
         "serviceAccountName is not set"),
    ]),
    ({"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "unconfined"},
      "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, [
        "spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match",
    ]),
])
def test_creation(kind: Any, changes: Obj, errors: list[str]) -> None:
    assert created(kind, **changes) == errors


# -- changes ----------------------------------------------------------------------------------------------------------

TOLERATION = {"key": "a", "operator": "Exists", "effect": "NoExecute"}


@pytest.mark.parametrize(("before", "after", "errors"), [
    ({}, {"containers": "nginx:2"}, []),
    ({}, {"containers": ""}, ["spec.containers[0].image: Required value"] * 2),
    ({}, {"activeDeadlineSeconds": 5}, []),
    ({"activeDeadlineSeconds": 5}, {"activeDeadlineSeconds": 4}, []),
    ({"activeDeadlineSeconds": 5}, {"activeDeadlineSeconds": 6}, [
        "spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value",
    ]),
    ({"activeDeadlineSeconds": 5}, {"activeDeadlineSeconds": None}, [
        "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value",
    ]),
    ({}, {"tolerations": [TOLERATION]}, []),
    ({"tolerations": [TOLERATION]}, {"tolerations": [{**TOLERATION, "tolerationSeconds": 3}]}, []),
    ({"tolerations": [TOLERATION]}, {"tolerations": []}, [
        "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
    ]),
    ({"terminationGracePeriodSeconds": -1}, {"terminationGracePeriodSeconds": 1}, []),
    ({"schedulingGates": [{"name": "a"}, {"name": "b"}]}, {"schedulingGates": [{"name": "b"}]}, []),
    ({"schedulingGates": [{"name": "a"}]}, {"schedulingGates": [{"name": "b"}]}, [
        ("spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'"),
    ]),
    ({"schedulingGates": [{"name": "a"}]}, {"nodeSelector": {"a": "b"}}, []),
    ({"schedulingGates": [{"name": "a"}], "nodeSelector": {"a": "b"}}, {"nodeSelector": {"a": "c"}}, [
        ('spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations '
         "or deletions)"),
    ]),
])
def test_changes(kind: Any, before: Obj, after: Obj, errors: list[str]) -> None:
    old = pod(kind, **before)
    if isinstance(after.get("containers"), str):
        after = {"containers": [{**old["spec"]["containers"][0], "image": after["containers"]}]}
    assert changed(kind, old, **after) == errors


def test_containers_do_not_come_or_go(kind: Any) -> None:
    old = pod(kind)
    more = [*old["spec"]["containers"], {**old["spec"]["containers"][0], "name": "d"}]
    assert changed(kind, old, containers=more) == [
        "spec.containers: Forbidden: pod updates may not add or remove containers"
    ]


def test_another_command(kind: Any) -> None:
    """What the API server answers, with the line numbers of a Pod that has no volume."""
    old = pod(kind)
    container = {**old["spec"]["containers"][0], "command": ["sleep"]}
    assert changed(kind, old, containers=[container]) == [NOT_MORE + (
        "@@ -5,7 +5,9 @@\n"
        "   {\n"
        '    "Name": "c",\n'
        '    "Image": "nginx",\n'
        '-   "Command": null,\n'
        '+   "Command": [\n'
        '+    "sleep"\n'
        "+   ],\n"
        '    "Args": null,\n'
        '    "WorkingDir": "",\n'
        '    "Ports": null,\n'
    )]


def test_the_line_numbers_of_a_pod_with_a_token(kind: Any) -> None:
    """As in a recorded answer, where each projected source takes more lines than its struct has."""
    token = {"name": "t", "projected": {"sources": [
        {"serviceAccountToken": {"path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
    ]}}
    old = pod(kind, volumes=[token], serviceAccountName="default")
    container = {**old["spec"]["containers"][0], "command": ["sleep"]}
    assert "\n@@ -111,7 +111,9 @@\n" in changed(kind, old, containers=[container])[0]


def test_several_changes_that_are_not_allowed(kind: Any) -> None:
    old = pod(kind)
    found = changed(kind, old, hostNetwork=True, restartPolicy="Never", nodeSelector={"a": "b"})
    assert len(found) == 1
    assert [line for line in found[0].split("\n") if line[:1] in "+-" and line[:1]] == [
        '- "RestartPolicy": "Always",', '+ "RestartPolicy": "Never",',
        '- "NodeSelector": null,', '+ "NodeSelector": {', '+  "a": "b"', "+ },",
        '-  "HostNetwork": false,', '+  "HostNetwork": true,',
    ]


def test_a_change_of_the_spec_is_counted_and_a_binding_is_not(kind: Any) -> None:
    old = pod(kind)
    for change, generation in (({}, 1), ({"nodeName": "n"}, 1), ({"activeDeadlineSeconds": 5}, 2)):
        new = copy.deepcopy(old)
        new["spec"].update(change)
        kind.prepare_for_update(new, old)
        assert new["metadata"]["generation"] == generation


# -- Go structs -------------------------------------------------------------------------------------------------------


def test_structs_have_every_field_in_their_order() -> None:
    assert as_struct({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}, "EnvVar") == {
        "Name": "A", "Value": "", "ValueFrom": {
            "FieldRef": {"APIVersion": "", "FieldPath": "x"}, "ResourceFieldRef": None, "ConfigMapKeyRef": None,
            "SecretKeyRef": None, "FileKeyRef": None,
        },
    }
    assert list(as_struct({}, "Container"))[:6] == ["Name", "Image", "Command", "Args", "WorkingDir", "Ports"]
    assert as_struct({}, "Container")["Resources"] == {"Limits": None, "Requests": None, "Claims": None}


def test_the_hosts_namespaces_belong_to_the_security_context() -> None:
    struct = pod_spec_struct({"hostPID": True, "hostUsers": False})
    assert (struct["SecurityContext"]["HostPID"], struct["SecurityContext"]["HostUsers"]) == (True, False)
    assert "HostPID" not in struct


def test_json_as_go_writes_it() -> None:
    assert as_json({"A": "<é&\u2028>", "B": [], "C": {}}) == (
        '{\n "A": "\\u003cé\\u0026\\u2028\\u003e",\n "B": [],\n "C": {}\n}'
    )


def test_what_is_the_same_has_no_diff() -> None:
    struct = pod_spec_struct({"containers": [{"name": "a"}]})
    assert not diff(struct, pod_spec_struct({"containers": [{"name": "a", "command": []}]}))


# -- the rest of the kind ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spec", "phase", "wanted", "grace"), [
    ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", None, 30),
    ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", 5, 5),
    ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", 0, 0),
    ({"nodeName": "n", "terminationGracePeriodSeconds": -3}, "Running", None, 1),
    ({"terminationGracePeriodSeconds": 30}, "Pending", None, 0),
    ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Succeeded", None, 0),
    ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Failed", 10, 0),
])
def test_grace(kind: Any, spec: Obj, phase: str, wanted: int | None, grace: int) -> None:
    assert kind.deletion_grace({"spec": spec, "status": {"phase": phase}}, wanted) == grace


@pytest.mark.parametrize(("label", "value"), [
    ("metadata.name", "p"), ("spec.nodeName", ""), ("status.phase", "Pending"), ("spec.hostNetwork", "false"),
    ("spec.restartPolicy", "Always"), ("status.podIPs", ""), ("spec.schedulerName", "default-scheduler"),
])
def test_fields_to_select_by(kind: Any, label: str, value: str) -> None:
    assert kind.field_value(pod(kind), label) == value


def test_addresses_to_select_by(kind: Any) -> None:
    obj = pod(kind, hostNetwork=True)
    obj["status"]["podIPs"] = [{"ip": "1.2.3.4"}, {"ip": "::1"}]
    assert kind.field_value(obj, "status.podIPs") == "1.2.3.4,::1"
    assert kind.field_value(obj, "spec.hostNetwork") == "true"


def test_a_pod_is_its_own_template(kind: Any) -> None:
    obj = pod(kind)
    assert kind.pod_template(obj) is obj
    assert KIND is type(kind)
