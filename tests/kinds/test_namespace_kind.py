import pytest
from workload_fakes import NOW, RawWriter, described, load

from minikctl.kinds import namespacelimits


def namespace(name="dev", **fields):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, **fields}


def created(obj):
    kind = load("namespaces")
    kind.default(obj)
    kind.prepare_for_create(obj)
    return obj


def test_a_new_namespace_is_active_labelled_and_held():
    assert created(namespace(status={"phase": "Terminating"})) == {
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "dev", "labels": {"kubernetes.io/metadata.name": "dev"}},
        "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
    }


def test_the_label_with_the_name_cannot_be_changed_and_other_finalizers_stay():
    obj = namespace(spec={"finalizers": ["example.com/hold"]})
    obj["metadata"]["labels"] = {"kubernetes.io/metadata.name": "other", "env": "dev"}
    created(obj)
    assert obj["metadata"]["labels"] == {"kubernetes.io/metadata.name": "dev", "env": "dev"}
    assert obj["spec"]["finalizers"] == ["example.com/hold", "kubernetes"]


@pytest.mark.parametrize(("old", "expected"), [(["kubernetes"], {"finalizers": ["kubernetes"]}), ([], {})])
def test_an_update_leaves_the_finalizers_of_the_spec_alone(old, expected):
    new = namespace(spec={"finalizers": ["mine"]})
    load("namespaces").prepare_for_update(new, namespace(spec={"finalizers": old}))
    assert new["spec"] == expected


@pytest.mark.parametrize(("metadata", "spec", "held"), [
    ({}, {}, False), ({"finalizers": ["a"]}, {}, True), ({}, {"finalizers": ["kubernetes"]}, True),
])
def test_both_kinds_of_finalizers_hold_it(metadata, spec, held):
    assert load("namespaces").is_held({"metadata": metadata, "spec": spec}) is held


def test_deletion_shows_in_the_phase():
    obj = created(namespace())
    load("namespaces").prepare_for_delete(obj)
    assert obj["status"] == {"phase": "Terminating"}


@pytest.mark.parametrize(("finalizer", "words"), [
    ("kubernetes", []), ("example.com/a", []),
    ("mine", ["name is neither a standard finalizer name nor is it fully qualified"]),
])
def test_finalizers_without_a_domain_are_kubernetes_own(finalizer, words):
    errors = load("namespaces").validate(namespace(spec={"finalizers": [finalizer]}))
    assert [str(error) for error in errors] == [
        f'spec.finalizers: Invalid value: "{finalizer}": {word}' for word in words
    ]


def test_columns():
    obj = created(namespace())
    obj["metadata"]["creationTimestamp"] = "2026-11-21T14:45:17Z"
    assert load("namespaces").row(obj, NOW + 340) == ("dev", "Active", "5m40s")


HEAD = "Name:\tdev\nLabels:\tkubernetes.io/metadata.name=dev\nAnnotations:\t<none>\nStatus:\tActive\n"


def test_describe():
    assert described(created(namespace())) == f"{HEAD}\nNo resource quota.\n\nNo LimitRange resource.\n"


def test_describe_shows_what_holds_a_deletion_up():
    obj = created(namespace())
    obj["status"]["conditions"] = [{
        "type": "NamespaceContentRemaining", "status": "True", "lastTransitionTime": "2026-11-21T14:45:17Z",
        "reason": "SomeResourcesRemain", "message": "Some resources are remaining",
    }]
    assert described(obj).removeprefix(HEAD).splitlines()[:4] == [
        "Conditions:", "  Type\tStatus\tLastTransitionTime\tReason\tMessage",
        "  ----\t------\t------------------\t------\t-------",
        ("  NamespaceContentRemaining\tTrue\tSat, 21 Nov 2026 14:45:17 +0000\tSomeResourcesRemain\t"
        "Some resources are remaining"),
    ]


def test_quotas_are_described_by_name_with_their_scopes():
    out = RawWriter()
    namespacelimits.describe_resource_quotas(out, [
        {"metadata": {"name": "q"}, "status": {"hard": {"pods": "2", "cpu": "1"}, "used": {"cpu": "100m"}}},
        {"metadata": {"name": "b"}, "spec": {"scopes": ["NotBestEffort", "BestEffort"]}, "status": {}},
    ])
    lines = out.text.splitlines()
    assert lines[:3] == ["Resource Quotas", "  Name:\tb", "  Scopes:\tBestEffort, NotBestEffort"]
    assert lines[3].startswith("  * Matches all pods that do not have resource requirements set.")
    assert lines[5:] == [
        "  Resource\tUsed\tHard", "  --------\t---\t---", "  Name:\tq", "  Resource\tUsed\tHard",
        "  --------\t---\t---", "  cpu\t100m\t1", "  pods\t0\t2",
    ]


def test_limits_are_one_table():
    out = RawWriter()
    limits = [{"type": "Container", "default": {"cpu": "200m"}, "max": {"memory": "1Gi", "cpu": "500m"}}]
    namespacelimits.describe_limit_ranges(out, [{"spec": {"limits": limits}}])
    assert out.text.splitlines() == [
        "Resource Limits", " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
        " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
        " Container\tcpu\t-\t500m\t-\t200m\t-", " Container\tmemory\t-\t1Gi\t-\t-\t-",
    ]
