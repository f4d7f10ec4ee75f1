import pytest
from rule_cases import cells, errors, kind_of, made, update_errors

from minikctl.kinds.priorityclass import SYSTEM_CLASSES, system_class


def priority(name="high", **fields):
    return made("scheduling.k8s.io/v1", "PriorityClass", name, **fields)


RESERVED = (
    "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: "
)


@pytest.mark.parametrize(("obj", "expected"), [
    (priority(value=1000), []),
    (priority(value=-5, preemptionPolicy="Never"), []),
    (priority(value=1_000_000_001), [
        "value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
    ]),
    (priority("system-mine", value=1), [f"{RESERVED}system-mine is not a known system priority class"]),
    (priority("system-node-critical", value=1), [
        f"{RESERVED}value of system-node-critical PriorityClass must be 2000001000",
    ]),
    (priority("system-node-critical", value=2000001000, globalDefault=True), [
        f"{RESERVED}globalDefault of system-node-critical PriorityClass must be false",
    ]),
    (priority(preemptionPolicy="Always"), [
        'preemptionPolicy: Unsupported value: "Always": supported values: "Never", "PreemptLowerPriority"',
    ]),
])
def test_rules(obj, expected):
    assert errors(obj) == expected


def test_what_pods_were_given_does_not_change():
    assert update_errors(priority(value=2, preemptionPolicy="Never"), priority(value=1)) == [
        "value: Forbidden: may not be changed in an update.",
        'preemptionPolicy: Invalid value: "Never": field is immutable',
    ]
    assert update_errors(priority(value=1, description="x"), priority(value=1)) == []


@pytest.mark.parametrize("name", SYSTEM_CLASSES)
def test_classes_of_the_system_are_good_and_stay(name):
    obj = system_class(name)
    assert errors(obj) == []
    assert kind_of(obj).refuse_deletion(obj) == "this is a system priority class and cannot be deleted"
    assert kind_of(obj).refuse_deletion(priority()) == ""


def test_columns():
    assert cells(priority(value=1000)) == {
        "NAME": "high", "VALUE": "1000", "GLOBAL-DEFAULT": "false", "AGE": "<unknown>",
        "PREEMPTIONPOLICY": "PreemptLowerPriority",
    }


def runtime(**fields):
    return made("node.k8s.io/v1", "RuntimeClass", **fields)


@pytest.mark.parametrize(("obj", "expected"), [
    (runtime(handler="runc", overhead={"podFixed": {"cpu": "1m"}}, scheduling={"nodeSelector": {"a": "b"}}), []),
    (runtime(handler="run c"), [
        'handler: Invalid value: "run c": a lowercase RFC 1123 label must consist of lower case alphanumeric characters '
        "or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
        "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ]),
    (runtime(handler="r", overhead={"podFixed": {"cpu": "-1"}}), [
        'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ]),
    (runtime(handler="r", scheduling={"tolerations": [{"operator": "Exists"}, {"operator": "Exists"}]}), [
        'scheduling.tolerations[1]: Duplicate value: {"operator":"Exists"}',
    ]),
])
def test_runtime_classes(obj, expected):
    assert errors(obj) == expected


def test_a_runtime_class_keeps_its_handler():
    assert update_errors(runtime(handler="b"), runtime(handler="a")) == [
        'handler: Invalid value: "b": field is immutable',
    ]


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, []),
    ({"leaseDurationSeconds": 0, "leaseTransitions": -1}, [
        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
        "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ]),
    ({"preferredHolder": "x"}, [
        "spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined",
    ]),
])
def test_leases(spec, expected):
    lease = made("coordination.k8s.io/v1", "Lease", spec=spec)
    assert errors(lease) == expected
    assert cells(lease)["HOLDER"] == ""
