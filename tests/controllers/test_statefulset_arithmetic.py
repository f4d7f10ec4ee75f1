"""Names and numbers of a StatefulSet's Pods, its status, and which Pods an update may take."""

import pytest

from minikctl.controllers.statefulset.arithmetic import (
    calculate_status,
    is_current_revision_needed,
    max_unavailable,
    pods_to_update,
)
from minikctl.controllers.statefulset.identity import (
    claims_of,
    identity_matches,
    is_member_of,
    new_pod,
    ordinals,
    parent_and_ordinal,
    update_identity,
)

NOW = 1_780_000_000.0
LONG_AGO = "2026-01-01T00:00:00Z"
JUST_NOW = "2026-05-28T20:26:35Z"  # five seconds before NOW


def stateful_set(replicas=3, *, strategy=None, status=None, **spec):
    return {
        "apiVersion": "apps/v1", "kind": "StatefulSet",
        "metadata": {"name": "db", "namespace": "default", "uid": "u", "generation": 2},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": "db"}},
            "updateStrategy": strategy or {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            "template": {
                "metadata": {"labels": {"app": "db"}},
                "spec": {"containers": [{"name": "pg", "image": "postgres"}], "volumes": [{"name": "tmp"}]},
            },
            **spec,
        },
        "status": status or {},
    }


def pod(ordinal, revision="new", *, ready=True, since=LONG_AGO, going=False, phase="Running"):
    metadata = {"name": f"db-{ordinal}", "labels": {"controller-revision-hash": revision}}
    if going:
        metadata["deletionTimestamp"] = LONG_AGO
    condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": since}
    return {"metadata": metadata, "spec": {}, "status": {"phase": phase, "conditions": [condition]}}


MISSING = {"metadata": {"name": "db-1", "labels": {"controller-revision-hash": "new"}}, "spec": {}}


@pytest.mark.parametrize(("name", "expected"), [
    ("db-0", ("db", 0)), ("db-12", ("db", 12)), ("my-db-3", ("my-db", 3)), ("db", ("", -1)), ("db-", ("", -1)),
    ("db-x", ("", -1)), ("db-1x", ("", -1)), ("db-2147483648", ("", -1)), ("-7", ("", 7)),
])
def test_a_pods_name_says_its_set_and_its_number(name, expected):
    assert parent_and_ordinal(name) == expected


@pytest.mark.parametrize(("name", "member"), [("db-0", True), ("db", False), ("db-a", False), ("dbs-0", False)])
def test_members_have_a_name_that_the_set_gives(name, member):
    assert is_member_of(stateful_set(), {"metadata": {"name": name}}) is member


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, [0, 1, 2]), ({"ordinals": {"start": 5}}, [5, 6, 7]), ({"ordinals": {"start": 0}}, [0, 1, 2]),
])
def test_numbers_start_where_the_set_says(spec, expected):
    assert list(ordinals(stateful_set(**spec))) == expected


def test_a_new_pod_knows_its_name_number_revision_host_and_claims():
    claim = {"metadata": {"name": "data", "labels": {"tier": "db"}}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    of = stateful_set(serviceName="db", volumeClaimTemplates=[claim])
    made = new_pod(of, 2, "db-abc")
    assert made["metadata"]["name"] == "db-2"
    assert made["metadata"]["labels"] == {
        "app": "db", "apps.kubernetes.io/pod-index": "2", "controller-revision-hash": "db-abc",
        "statefulset.kubernetes.io/pod-name": "db-2",
    }
    assert (made["spec"]["hostname"], made["spec"]["subdomain"]) == ("db-2", "db")
    assert made["spec"]["volumes"] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-2"}}, {"name": "tmp"},
    ]
    assert "hostname" not in of["spec"]["template"]["spec"]


def test_claims_have_the_labels_of_their_template_and_of_the_selector():
    claim = {"metadata": {"name": "data", "labels": {"tier": "db", "app": "x"}}, "spec": {}}
    made = claims_of(stateful_set(volumeClaimTemplates=[claim]), 1)["data"]
    assert made["metadata"] == {"name": "data-db-1", "namespace": "default", "labels": {"tier": "db", "app": "db"}}
    assert made["kind"] == "PersistentVolumeClaim"


def test_an_adopted_pod_learns_who_it_is():
    adopted = pod(4)
    assert not identity_matches(adopted)
    update_identity(adopted)
    assert identity_matches(adopted)
    assert adopted["metadata"]["labels"]["apps.kubernetes.io/pod-index"] == "4"


@pytest.mark.parametrize(("strategy", "spec", "ordinal", "needed"), [
    ({"type": "OnDelete"}, {}, 0, False),
    ({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}, {}, 1, True),
    ({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}, {}, 2, False),
    ({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}, {"ordinals": {"start": 5}}, 6, True),
    ({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}, {"ordinals": {"start": 5}}, 7, False),
    ({"type": "RollingUpdate"}, {"status": {"currentReplicas": 1}}, 0, True),
    ({"type": "RollingUpdate"}, {"status": {"currentReplicas": 1}}, 1, False),
])
def test_pods_below_the_partition_come_back_as_they_were(strategy, spec, ordinal, needed):
    assert is_current_revision_needed(stateful_set(strategy=strategy, **spec), ordinal) is needed


@pytest.mark.parametrize(("pods", "expected"), [
    ([], {"replicas": 0}),
    ([pod(0, "old"), pod(1, "old", ready=False)], {"replicas": 2, "readyReplicas": 1, "availableReplicas": 1,
                                                    "currentReplicas": 2}),
    ([pod(0, "old"), pod(1), pod(2, going=True)], {"replicas": 3, "readyReplicas": 3, "availableReplicas": 3,
                                                   "currentReplicas": 1, "updatedReplicas": 1}),
    ([pod(0), MISSING], {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1}),
    ([pod(0), pod(1), pod(2)], {"replicas": 3, "readyReplicas": 3, "availableReplicas": 3, "currentReplicas": 3,
                                "updatedReplicas": 3, "currentRevision": "new"}),
])
def test_status_counts_the_pods_there_are(pods, expected):
    status = calculate_status(stateful_set(), pods, "old", "new", NOW)
    assert status == {
        "availableReplicas": 0, "collisionCount": 0, "currentRevision": "old", "observedGeneration": 2,
        "updateRevision": "new", **expected,
    }


def test_what_was_ready_for_too_short_is_not_available():
    of = stateful_set(1, minReadySeconds=10)
    assert calculate_status(of, [pod(0, since=JUST_NOW)], "new", "new", NOW)["availableReplicas"] == 0


ONE_AFTER_THE_OTHER = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}


def rolling(**fields):
    return {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, **fields}}


@pytest.mark.parametrize(("strategy", "pods", "taken"), [
    (ONE_AFTER_THE_OTHER, [pod(0, "old"), pod(1, "old"), pod(2, "old")], ["db-2"]),
    (ONE_AFTER_THE_OTHER, [pod(0, "old"), pod(1, "old"), pod(2, ready=False)], []),
    (ONE_AFTER_THE_OTHER, [pod(0, "old"), pod(1, "old"), pod(2, "old", going=True)], []),
    (ONE_AFTER_THE_OTHER, [pod(0, "old"), pod(1, "old"), pod(2)], ["db-1"]),
    (ONE_AFTER_THE_OTHER, [pod(0, "old", ready=False), pod(1), pod(2)], ["db-0"]),
    (ONE_AFTER_THE_OTHER, [pod(0), pod(1), pod(2)], []),
    ({"type": "RollingUpdate"}, [pod(0, "old"), pod(1, "old"), pod(2)], ["db-1"]),
    (rolling(partition=2), [pod(0, "old"), pod(1, "old"), pod(2)], []),
    (rolling(partition=5), [pod(0, "old"), pod(1, "old"), pod(2, "old")], []),
    (rolling(maxUnavailable=2), [pod(0, "old"), pod(1, "old"), pod(2, "old")], ["db-2", "db-1"]),
    (rolling(maxUnavailable=2), [pod(0, "old"), pod(1, "old"), pod(2, ready=False)], ["db-1"]),
    (rolling(maxUnavailable=2, partition=1), [pod(0, "old"), pod(1, "old"), pod(2)], ["db-1"]),
    (rolling(maxUnavailable=1), [pod(0, "old"), pod(1, "old"), pod(2, ready=False)], []),
    (rolling(maxUnavailable="100%"), [pod(0, "old"), pod(1, "old"), pod(2, "old")], ["db-2", "db-1", "db-0"]),
])
def test_an_update_takes_the_highest_numbers_first(strategy, pods, taken):
    chosen = pods_to_update(stateful_set(strategy=strategy), pods, "new", NOW)
    assert [pod["metadata"]["name"] for pod in chosen] == taken


@pytest.mark.parametrize(("limit", "replicas", "most"), [(2, 5, 2), ("40%", 5, 2), ("10%", 5, 1), ("30%", 10, 3)])
def test_max_unavailable_is_rounded_down_and_at_least_one(limit, replicas, most):
    assert max_unavailable(limit, replicas) == most
