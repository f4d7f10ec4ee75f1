"""The tables of upstream's deployment_util_test.go, and of TestScale and cleanupDeployment in sync_test.go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.controllers.deployment import arithmetic as numbers
from minikctl.kinds.deploymentutil import (
    DESIRED_REPLICAS_ANNOTATION,
    MAX_REPLICAS_ANNOTATION,
    REVISION_ANNOTATION,
    REVISION_HISTORY_ANNOTATION,
    get_actual_replica_count_for_replica_sets,
    get_replica_count_for_replica_sets,
    get_terminating_replica_count_for_replica_sets,
)
from minikctl.lib.times import parse_time

OLDER, OLD, NEW = "2016-05-20T00:00:00Z", "2016-05-20T01:00:00Z", "2016-05-20T02:00:00Z"


def a_deployment(replicas=1, surge=None, unavailable=None, *, recreate=False, **spec):
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    rolling = {name: value for name, value in rolling.items() if value is not None}
    strategy = {"type": "Recreate"} if recreate else {"type": "RollingUpdate", "rollingUpdate": rolling}
    return {
        "metadata": {"name": "foo", "namespace": "default", "generation": 1},
        "spec": {"replicas": replicas, "strategy": strategy, **spec},
        "status": {},
    }


def a_replica_set(name="foo-1", replicas=1, created=NEW, annotations=None, status=None, **metadata):
    return {
        "metadata": {"name": name, "creationTimestamp": created, "annotations": annotations or {}, **metadata},
        "spec": {"replicas": replicas},
        "status": status or {},
    }


@pytest.mark.parametrize(
    ("surge", "unavailable", "desired", "expected"),
    [
        ("0%", "0%", 0, (0, 1)),
        ("39%", "39%", 10, (4, 3)),
        (None, "39%", 10, (0, 3)),
        ("39%", None, 10, (4, 0)),
        (None, None, 10, (0, 1)),
        # the examples of upstream's comment
        ("0%", "1%", 2, (0, 1)),
        ("0%", "1%", 1, (0, 1)),
        ("1%", "25%", 2, (1, 0)),
        ("1%", "25%", 1, (1, 0)),
        ("1%", "0%", 2, (1, 0)),
        (2, 0, 10, (2, 0)),
    ],
)
def test_fenceposts_resolve_together(surge, unavailable, desired, expected):
    assert numbers.resolve_fenceposts(surge, unavailable, desired) == expected


@pytest.mark.parametrize(("surge", "unavailable"), [("oops", "39%"), ("55%", "urg")])
def test_fenceposts_that_are_no_numbers_are_errors(surge, unavailable):
    with pytest.raises(ValueError, match="invalid value for IntOrString"):
        numbers.resolve_fenceposts(surge, unavailable, 10)


@pytest.mark.parametrize(
    ("replicas", "unavailable", "expected"),
    [(10, 5, 5), (10, 10, 10), (5, 10, 5), (0, 10, 0), (10, "50%", 5), (10, "100%", 10), (5, "100%", 5)],
)
def test_max_unavailable_is_at_most_all(replicas, unavailable, expected):
    assert numbers.max_unavailable(a_deployment(replicas, 1, unavailable)) == expected


@pytest.mark.parametrize(
    ("replicas", "unavailable", "expected"),
    [(10, 5, 5), (10, 10, 0), (5, 10, 0), (0, 10, 0), (10, "60%", 4), (10, "100%", 0), (5, "100%", 0)],
)
def test_min_available_is_the_rest(replicas, unavailable, expected):
    assert numbers.min_available(a_deployment(replicas, 1, unavailable)) == expected


def test_recreate_has_no_limits():
    deployment = a_deployment(10, recreate=True)
    limits = numbers.max_unavailable(deployment), numbers.max_surge(deployment), numbers.min_available(deployment)
    assert limits == (0, 0, 0)


@pytest.mark.parametrize(
    ("recreate", "replicas", "new", "surge", "expected"),
    [(False, 1, 5, 1, 5), (False, 6, 2, 10, 6), (True, 3, 1, 1, 3)],
    ids=["cannot scale up", "scale up to what is wanted", "recreate"],
)
def test_new_rs_new_replicas(recreate, replicas, new, surge, expected):
    deployment = a_deployment(replicas, surge, 1, recreate=recreate)
    new_rs = a_replica_set(replicas=new)
    assert numbers.new_rs_new_replicas(deployment, [a_replica_set(replicas=5)], new_rs) == expected


@pytest.mark.parametrize(
    ("replicas", "status_replicas", "surge", "size", "annotation", "expected"),
    [
        (0, 0, 0, 10, None, -10),
        (10, 0, 0, 5, None, 0),
        (10, 0, 0, 5, "0", 0),
        (120, 100, 0, 50, None, 10),
        (120, 100, 0, 50, "0", 10),
        (120, 0, 0, 50, "100", 10),
        (120, 0, 10, 50, "110", 9),
        (10, 0, 0, 6, "12", -1),
        (100, 0, 10, 50, "130", -8),
    ],
)
def test_replica_set_fraction(replicas, status_replicas, surge, size, annotation, expected):
    deployment = a_deployment(replicas, surge, 1)
    deployment["status"] = {"replicas": status_replicas}
    annotations = {} if annotation is None else {MAX_REPLICAS_ANNOTATION: annotation}
    replica_set = a_replica_set(replicas=size, annotations=annotations)
    assert numbers.get_replica_set_fraction(replica_set, deployment) == expected


def scaled(old, new, sizes, *, old_surge=0, surge=0):
    """The sizes after scaling from ``old`` to ``new``; ``sizes`` are those before, the newest ReplicaSet first."""
    before = numbers.max_replicas(a_deployment(old, old_surge, 1))
    replica_sets = [
        a_replica_set(f"foo-v{3 - index}", size, created)
        for index, (size, created) in enumerate(zip(sizes, (NEW, OLD, OLDER), strict=False))
    ]
    for replica_set in replica_sets:
        numbers.set_replicas_annotations(replica_set, old, before)
    deployment = a_deployment(new, surge, 1)
    active = numbers.filter_active_replica_sets(replica_sets)
    result = {rs["metadata"]["name"]: size for rs, size in numbers.scale_proportionally(deployment, active)}
    return tuple(result[rs["metadata"]["name"]] for rs in replica_sets)


@pytest.mark.parametrize(
    ("old", "new", "sizes", "expected"),
    [
        (5, 10, (2, 3), (4, 6)),
        (5, 3, (2, 3), (1, 2)),
        (9, 4, (8, 1), (4, 0)),
        (7, 10, (2, 3, 2), (3, 4, 3)),
        (13, 8, (2, 8, 3), (1, 5, 2)),
        (3, 4, (1, 1, 1), (2, 1, 1)),  # what is left goes to the newest
        (3, 2, (1, 1, 1), (1, 1, 0)),  # what is left is taken from the oldest
        (4, 5, (2, 2), (3, 2)),
        (6, 0, (3, 2, 1), (0, 0, 0)),
        (5, 5, (2, 2, 1), (2, 2, 1)),
    ],
)
def test_scaling_in_proportion(old, new, sizes, expected):
    assert scaled(old, new, sizes) == expected


def test_scaling_in_proportion_counts_the_surge():
    assert scaled(10, 20, (6, 6), old_surge=2, surge=2) == (11, 11)
    assert scaled(10, 50, (5, 8), old_surge=3, surge=6) == (22, 34)


@given(st.integers(0, 30), st.lists(st.integers(1, 15), min_size=2, max_size=3), st.integers(0, 1))
def test_scaling_in_proportion_gives_all_that_is_allowed(new, sizes, surge):
    result = scaled(sum(sizes) - surge, new, tuple(sizes), old_surge=surge, surge=surge)
    assert all(size >= 0 for size in result)
    assert sum(result) == (new + surge if new else 0)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (None, [], None),
        (("new", 0), [("old", 3)], "old"),
        (("new", 2), [("old", 0)], "new"),
        (("new", 0), [("old", 0)], "new"),
        (None, [("older", 0), ("old", 0)], "old"),
        (("new", 1), [("old", 1)], None),
    ],
)
def test_find_active_or_latest(new, old, expected):
    created = {"older": OLDER, "old": OLD, "new": NEW}
    sets = {name: a_replica_set(name, size, created[name]) for name, size in [*old, *([new] if new else [])]}
    found = numbers.find_active_or_latest(sets.get("new"), [sets[name] for name, _ in old])
    assert (found and found["metadata"]["name"]) == expected


@pytest.mark.parametrize(
    ("size", "desired", "available", "expected"),
    [(2, "2", 2, True), (2, "2", 1, False), (2, "3", 2, False), (1, "2", 2, False), (2, "x", 2, False)],
)
def test_saturated_is_a_matter_of_both_sides(size, desired, available, expected):
    replica_set = a_replica_set(
        replicas=size, annotations={DESIRED_REPLICAS_ANNOTATION: desired}, status={"availableReplicas": available}
    )
    assert numbers.is_saturated(a_deployment(2), replica_set) is expected


def test_without_a_new_replica_set_nothing_is_saturated():
    assert not numbers.is_saturated(a_deployment(0), None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None), ("invalid", None), ("-1", None), ("0", 0), ("13", 13), (str(2**31 - 1), 2**31 - 1),
        (str(2**31), None),
    ],
)
def test_numbers_in_annotations(value, expected):
    annotations = {} if value is None else {DESIRED_REPLICAS_ANNOTATION: value}
    assert numbers.get_desired_replicas_annotation(a_replica_set(annotations=annotations)) == expected


def test_replicas_annotations_change_only_when_they_differ():
    replica_set = a_replica_set()
    assert numbers.set_replicas_annotations(replica_set, 10, 20)
    assert not numbers.set_replicas_annotations(replica_set, 10, 20)
    assert numbers.set_replicas_annotations(replica_set, 8, 20)
    assert numbers.set_replicas_annotations(replica_set, 8, 16)
    assert replica_set["metadata"]["annotations"] == {DESIRED_REPLICAS_ANNOTATION: "8", MAX_REPLICAS_ANNOTATION: "16"}


def test_the_history_of_revisions_is_kept_within_its_length():
    deployment, replica_set = a_deployment(), a_replica_set()
    histories = []
    for revision in range(10, 16):
        numbers.set_new_replica_set_annotations(deployment, replica_set, revision + 1, exists=True, history_length=5)
        annotations = replica_set["metadata"]["annotations"]
        assert annotations[REVISION_ANNOTATION] == str(revision + 1)
        histories.append(annotations.get(REVISION_HISTORY_ANNOTATION))
    assert histories == [None, "11", "11,12", "12,13", "13,14", "14,15"]


def test_a_new_replica_set_takes_over_the_annotations_that_are_not_the_deployments_own():
    deployment = a_deployment(3, 1, 1)
    deployment["metadata"]["annotations"] = {
        "kubernetes.io/change-cause": "first", "kubectl.kubernetes.io/last-applied-configuration": "{}",
        REVISION_ANNOTATION: "7",
    }
    replica_set = a_replica_set()
    assert numbers.set_new_replica_set_annotations(deployment, replica_set, 8, exists=False)
    assert replica_set["metadata"]["annotations"] == {
        "kubernetes.io/change-cause": "first", REVISION_ANNOTATION: "8", DESIRED_REPLICAS_ANNOTATION: "3",
        MAX_REPLICAS_ANNOTATION: "4",
    }


def test_a_revision_never_falls():
    replica_set = a_replica_set(annotations={REVISION_ANNOTATION: "9"})
    assert not numbers.set_new_replica_set_annotations(a_deployment(), replica_set, 3, exists=True)
    assert replica_set["metadata"]["annotations"] == {REVISION_ANNOTATION: "9"}


def test_a_revision_that_is_no_number_is_left_alone():
    replica_set = a_replica_set(annotations={REVISION_ANNOTATION: "first"})
    assert not numbers.set_new_replica_set_annotations(a_deployment(), replica_set, 3, exists=True)
    assert replica_set["metadata"]["annotations"] == {REVISION_ANNOTATION: "first"}


@pytest.mark.parametrize(
    ("sizes", "limit", "expected"),
    [
        ([(0, 0), (0, 0), (0, 0)], 1, ["foo-1", "foo-2"]),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], 0, ["foo-1"]),
        ([(0, 0), (0, 0)], 0, ["foo-1", "foo-2"]),
        ([(1, 1), (1, 1)], 0, []),
        ([(0, 0), (0, 0), (0, 0)], 2**31 - 1, []),
    ],
)
def test_old_replica_sets_without_pods_are_cleaned_up_beyond_the_limit(sizes, limit, expected):
    old = [
        a_replica_set(
            f"foo-{number}", size, annotations={REVISION_ANNOTATION: str(number)}, status={"replicas": actual}
        )
        for number, (size, actual) in enumerate(sizes, 1)
    ]
    found = numbers.replica_sets_to_clean_up(a_deployment(revisionHistoryLimit=limit), old)
    assert [rs["metadata"]["name"] for rs in found] == expected


def test_a_replica_set_that_is_going_or_not_observed_is_not_cleaned_up():
    going = a_replica_set("going", 0, deletionTimestamp=NEW)
    unobserved = a_replica_set("unobserved", 0, generation=2, status={"observedGeneration": 1})
    assert numbers.replica_sets_to_clean_up(a_deployment(revisionHistoryLimit=0), [going, unobserved]) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((10, 4, 4, 4), (10, 6, 4, 4), True),
        ((10, 4, 4, 4), (10, 4, 4, 4), False),
        ((10, 4, 6, 6), (8, 4, 6, 6), True),
        ((10, 7, 3, 3), (10, 6, 3, 3), False),
        ((10, 4, 7, 7), (8, 8, 5, 5), True),
        ((10, 10, 9, 8), (10, 10, 10, 8), True),
        ((10, 10, 10, 9), (10, 10, 10, 10), True),
    ],
)
def test_progressing(old, new, expected):
    def status(replicas, updated, ready, available):
        return {
            "replicas": replicas, "updatedReplicas": updated, "readyReplicas": ready, "availableReplicas": available,
        }

    assert numbers.deployment_progressing({"status": status(*old)}, status(*new)) is expected


@pytest.mark.parametrize(
    ("deadline", "reason", "since", "expected"),
    [
        (None, "", "2016-01-01T00:01:09Z", False),
        (2**31 - 1, "", "2016-01-01T00:01:09Z", False),
        (10, "", "2016-01-01T00:01:09Z", True),
        (10, "", "2016-01-01T00:01:10Z", False),
        (10, "", "2016-01-01T00:01:11Z", False),
        (10, "NewReplicaSetAvailable", "2016-01-01T00:00:00Z", False),
        (10, "ProgressDeadlineExceeded", "2016-01-01T00:01:19Z", True),
    ],
)
def test_timed_out(deadline, reason, since, expected):
    deployment = a_deployment() if deadline is None else a_deployment(progressDeadlineSeconds=deadline)
    status = {"conditions": [{"type": "Progressing", "status": "True", "reason": reason, "lastUpdateTime": since}]}
    assert numbers.deployment_timed_out(deployment, status, parse_time("2016-01-01T00:01:20Z")) is expected


def test_without_the_condition_progressing_nothing_times_out():
    assert not numbers.deployment_timed_out(a_deployment(progressDeadlineSeconds=1), {}, 1e9)


RS_1 = a_replica_set(replicas=1, status={"observedGeneration": 1, "replicas": 2, "terminatingReplicas": 3})
RS_2 = a_replica_set(replicas=2, status={"observedGeneration": 1, "replicas": 3, "terminatingReplicas": 1})
UNSEEN = a_replica_set(replicas=3)
SILENT = a_replica_set(replicas=1, status={"observedGeneration": 1, "replicas": 1})


@pytest.mark.parametrize(
    ("sets", "wanted", "actual", "terminating"),
    [
        ([RS_1], 1, 2, 3),
        ([RS_1, RS_2], 3, 5, 4),
        ([UNSEEN], 3, 0, 0),
        ([RS_1, RS_2, UNSEEN], 6, 5, 4),
        ([SILENT], 1, 1, None),
        ([RS_1, RS_2, UNSEEN, SILENT, None], 7, 6, None),
    ],
)
def test_sums_over_replica_sets(sets, wanted, actual, terminating):
    sums = (
        get_replica_count_for_replica_sets(sets), get_actual_replica_count_for_replica_sets(sets),
        get_terminating_replica_count_for_replica_sets(sets),
    )
    assert sums == (wanted, actual, terminating)


def test_a_deployment_without_replica_sets_has_nothing_to_scale():
    assert numbers.scale_proportionally(a_deployment(4), []) == []
