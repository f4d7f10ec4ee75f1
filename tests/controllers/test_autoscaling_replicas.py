"""How many replicas metrics ask for: the cases of upstream's ``replica_calculator_test.go``."""

from __future__ import annotations

import pytest

from minikctl.controllers.horizontalpodautoscaler.metricsclient import MetricsError
from minikctl.controllers.horizontalpodautoscaler.replicacalculator import (
    INT32_MAX,
    Moment,
    Tolerances,
    calculate_requests,
    per_pod_replicas,
    plain_metric_replicas,
    readiness_changes,
    resource_replicas,
    usage_ratio_replicas,
)
from minikctl.lib.times import format_time

NOW = 1_780_315_200.0
MOMENT = Moment(NOW, cpu_initialization=120, initial_readiness=10)
OLD, FRESH = NOW - 180, NOW
RUNNING = "Running"


def pods(count, *, request="1", ready=None, started=None, phase=None, deleted=None):
    """``count`` Pods of two containers each; T and F in ``ready``: the condition Ready of each."""
    found = []
    for i in range(count):
        requests = request[i] if isinstance(request, (list, tuple)) else request
        start = format_time((started or [OLD] * count)[i])
        found.append({
            "metadata": {"name": f"p{i}", **({"deletionTimestamp": start} if deleted and deleted[i] else {})},
            "spec": {"containers": [
                {"name": name, "resources": {"requests": {"cpu": requests}} if requests else {}} for name in ("one", "two")
            ]},
            "status": {
                "phase": (phase or [RUNNING] * count)[i], "startTime": start,
                "conditions": [{
                    "type": "Ready", "status": "True" if (ready or "T" * count)[i] == "T" else "False",
                    "lastTransitionTime": start,
                }],
            },
        })
    return found


def metrics(*levels, each=2):
    """What the Pods use: ``each`` containers use so much."""
    return {f"p{i}": (each * level, NOW, 60.0) for i, level in enumerate(levels)}


#: (name, current replicas, Pods, levels of each container, target in percent, replicas, utilization, usage of a container)
RESOURCE = [
    ("up", 3, pods(3), (300, 500, 700), 30, 5, 50, 500),
    ("up less: one is not ready", 3, pods(3, ready="FTT"), (300, 500, 700), 30, 4, 60, 600),
    ("up less: one has just begun", 3, pods(3, started=(FRESH, OLD, OLD)), (300, 500, 700), 30, 4, 60, 600),
    ("no change: those that are not ready", 3, pods(3, ready="TFF"), (400, 500, 700), 30, 3, 40, 400),
    ("no change: those that have just begun", 3, pods(3, ready="TFF", started=(OLD, FRESH, FRESH)), (400, 500, 700), 30,
     3, 40, 400),
    ("up: failed ones do not count", 2, pods(4, ready="TTFF", phase=(RUNNING, RUNNING, "Failed", "Failed")), (500, 700), 30,
     4, 60, 600),
    ("up: ended ones do not count", 2, pods(4, ready="TTFF", phase=(RUNNING, RUNNING, "Succeeded", "Succeeded")),
     (500, 700), 30, 4, 60, 600),
    ("up: deleted ones do not count", 2, pods(4, ready="TTFF", deleted=(0, 0, 1, 1)), (500, 700), 30, 4, 60, 600),
    ("down", 5, pods(5), (100, 300, 500, 250, 250), 50, 3, 28, 280),
    ("down: without those that are not ready", 5, pods(5, ready="TTTFF"), (100, 300, 500, 250, 250), 50, 2, 30, 300),
    ("down: without those on no node", 5, pods(5, ready="TFFFF", phase=(RUNNING, *["Pending"] * 4)), (100,), 50, 1, 10, 100),
    ("down: without those that have just begun", 5, pods(5, started=(OLD, OLD, OLD, FRESH, FRESH)),
     (100, 300, 500, 250, 250), 50, 2, 30, 300),
    ("down: failed ones do not count", 5, pods(7, ready="TTTTTFF", phase=(*[RUNNING] * 5, "Failed", "Failed")),
     (100, 300, 500, 250, 250), 50, 3, 28, 280),
    ("down: deleted ones do not count", 5, pods(7, ready="TTTTTFF", deleted=(0, 0, 0, 0, 0, 1, 1)),
     (100, 300, 500, 250, 250), 50, 3, 28, 280),
    ("metrics of others count in the ratio", 4, pods(4), (4000, 9500, 3000, 7000, 3200, 2000), 100, 24, 587, 5875),
    ("down less: some have no metrics", 4, pods(4), (400, 95), 100, 3, 24, 247.5),
    ("no change: at the target, one has no metrics", 2, pods(2), (1000,), 100, 2, 100, 1000),
    ("no change: above, one has no metrics", 2, pods(2), (1900,), 100, 2, 190, 1900),
    ("no change: below, one has no metrics", 2, pods(2), (600,), 100, 2, 60, 600),
    ("no change: one is not ready, one has no metrics", 3, pods(3, ready="FTT"), (100, 450), 50, 3, 45, 450),
    ("no change: one has just begun, one has no metrics", 3, pods(3, started=(FRESH, OLD, OLD)), (100, 450), 50, 3, 45, 450),
    ("up: one is not ready, one has no metrics", 3, pods(3, ready="FTT"), (100, 2000), 50, 4, 200, 2000),
    ("up: one has just begun, one has no metrics", 3, pods(3, ready="FTT", started=(FRESH, OLD, OLD)), (100, 2000), 50, 4,
     200, 2000),
    ("down: one is not ready, one has no metrics", 4, pods(4, ready="FTTT"), (100, 100, 100), 50, 3, 10, 100),
    ("down: a target above all that is requested", 4, pods(4, ready="FTTT", request=("1", "1", "2", "2")), (200, 100, 100),
     300, 2, 6, 100),
    ("no change: the extra Pod of a rollout has no metrics", 2, pods(3), (100, 100), 50, 2, 10, 100),
]


@pytest.mark.parametrize(("current", "given", "levels", "target", "replicas", "utilization", "usage"),
                         [case[1:] for case in RESOURCE], ids=[case[0] for case in RESOURCE])
def test_by_utilization(current, given, levels, target, replicas, utilization, usage):
    found = resource_replicas(current, target, "cpu", metrics(*levels), given, Tolerances(), MOMENT)
    assert found == (replicas, utilization, int(2 * usage))


@pytest.mark.parametrize(("given", "levels", "target", "expected"), [
    (pods(3), (300, 500, 700), 30, (5, 50, 500)),
    (pods(3, started=(FRESH, OLD, OLD)), (300, 500, 700), 30, (4, 60, 600)),
    (pods(5, ready="TTTFF"), (100, 300, 500, 250, 250), 50, (2, 30, 300)),
])
def test_by_the_utilization_of_one_container(given, levels, target, expected):
    found = resource_replicas(len(given), target, "cpu", metrics(*levels, each=1), given, Tolerances(), MOMENT, "two")
    assert found == expected


@pytest.mark.parametrize(("down", "up", "levels", "replicas", "utilization"), [
    (0.1, 0.1, (1010, 1030, 1020), 3, 102), (0.0, 0.0, (909, 1010, 1111), 4, 101), (0.1, 2.0, (1890, 1910, 1900), 3, 190),
    (2.0, 0.08, (1100, 1080, 1090), 4, 109), (0.36, 0.1, (660, 640, 650), 3, 65), (0.34, 0.1, (660, 640, 650), 2, 65),
])
def test_what_is_within_the_tolerance_changes_nothing(down, up, levels, replicas, utilization):
    given = pods(3, request=("0.9", "1.0", "1.1"))
    found = resource_replicas(3, 100, "cpu", metrics(*levels), given, Tolerances(down, up), MOMENT)
    assert found[:2] == (replicas, utilization)


@pytest.mark.parametrize(("given", "measured", "message"), [
    ([], metrics(100), "no pods returned by selector while calculating replica count"),
    (pods(1), {"another": (100, NOW, 60.0)}, "no metrics returned matched known pods"),
    (pods(2, ready="FF"), metrics(100, 100), "did not receive metrics for targeted pods (pods might be unready)"),
    (pods(1, request=""), metrics(200), "missing request for cpu in container one of Pod p0"),
])
def test_what_cannot_be_computed(given, measured, message):
    with pytest.raises(MetricsError) as error:
        resource_replicas(1, 100, "cpu", measured, given, Tolerances(), MOMENT)
    assert str(error.value) == message


@pytest.mark.parametrize(("current", "given", "levels", "target", "up", "expected"), [
    (3, pods(3), (20000, 10000, 30000), 15000, 0.1, (4, 20000)),
    (3, pods(3, ready="TTF", started=(OLD, OLD, FRESH)), (50000, 10000, 30000), 15000, 0.1, (6, 30000)),
    (3, pods(3, ready="FTF", started=(FRESH, OLD, FRESH)), (50000, 15000, 30000), 15000, 0.1, (7, 31666)),
    (5, pods(5), (12000,) * 5, 20000, 0.1, (3, 12000)), (3, pods(3), (20000, 21000, 21000), 20000, 0.1, (3, 20666)),
    (3, pods(3), (20000, 21000, 21000), 20000, 0.01, (4, 20666)), (5, pods(5), (20000, 19000, 21000), 20000, 0.1, (5, 20000)),
    (2, pods(3), (10000, 10000), 17000, 0.1, (2, 10000)),
])
def test_by_a_metric_of_each_pod(current, given, levels, target, up, expected):
    """Readiness does not matter: only CPU says something else of a Pod that starts up."""
    found = plain_metric_replicas(current, target, "", metrics(*levels, each=1), given, Tolerances(0.1, up), MOMENT)
    assert found == expected


@pytest.mark.parametrize(("current", "given", "usage", "target", "up", "expected"), [
    (3, pods(3), 20000, 15000, 0.1, 4), (3, pods(3), 2**63 - 1, 1, 0.1, INT32_MAX),
    (3, pods(3, ready="FTF"), 50000, 10000, 0.1, 5), (5, pods(5), 12000, 20000, 0.1, 3), (3, pods(3), 20666, 20000, 0.1, 3),
    (3, pods(3), 20666, 20000, 0.01, 4), (3, pods(3, ready="FTF"), 8600, 4400, 0.1, 2), (0, [], 2500, 1000, 0.1, 3),
])
def test_by_one_value(current, given, usage, target, up, expected):
    assert usage_ratio_replicas(current, usage / target, given, Tolerances(0.1, up)) == expected


@pytest.mark.parametrize(("replicas", "usage", "target", "up", "expected"), [
    (3, 8600, 2150, 0.1, (4, 2867)), (5, 8600, 2867, 0.1, (3, 1720)), (3, 8600, 2900, 0.1, (3, 2867)),
    (3, 8600, 2800, 0.01, (4, 2867)), (0, 20000, 5000, 0.1, (4, 0)), (0, 0, 5000, 0.1, (0, 0)), (3, 20000, 5000, 0.1, (4, 6667)),
    (4, 20166, 5000, 0.1, (4, 5042)), (4, 20208, 5000, 0.01, (5, 5052)),
])
def test_by_one_value_that_all_share(replicas, usage, target, up, expected):
    assert per_pod_replicas(replicas, target, usage, Tolerances(0.1, up)) == expected


def pod(*, ready, start, since):
    status = {"phase": RUNNING, "startTime": format_time(start)}
    if ready is not None:
        status["conditions"] = [{"type": "Ready", "status": ready, "lastTransitionTime": format_time(since)}]
    return {"metadata": {"name": "p0"}, "spec": {"containers": []}, "status": status}


@pytest.mark.parametrize(("given", "counts", "changes"), [
    # (the Pod, whether its CPU counts now, when that changes by itself); a start-up takes 120, readiness 10, a window 60
    (pod(ready=None, start=OLD, since=OLD), False, []),
    (pod(ready="True", start=NOW - 100, since=NOW - 90), True, []),
    (pod(ready="True", start=NOW - 100, since=NOW - 50), False, [NOW + 10]),
    (pod(ready="True", start=NOW - 100, since=NOW - 5), False, [NOW + 20]),
    (pod(ready="False", start=NOW - 100, since=NOW - 100), False, [NOW + 20]),
    (pod(ready="False", start=NOW - 200, since=NOW - 195), False, []),
    (pod(ready="False", start=NOW - 200, since=NOW - 100), True, []),
])
def test_cpu_of_a_pod_counts_from_a_time_on(given, counts, changes):
    from minikctl.controllers.horizontalpodautoscaler.replicacalculator import group_pods

    measured = {"p0": (1, NOW, 60.0)}
    assert group_pods([given], measured, "cpu", MOMENT).ready == int(counts)
    assert group_pods([given], measured, "memory", MOMENT).ready == 1
    assert readiness_changes([given], measured, MOMENT) == changes


def test_requests_of_the_whole_pod_go_before_those_of_containers_and_sidecars_count():
    whole = {"metadata": {"name": "a"}, "spec": {
        "resources": {"requests": {"cpu": "3"}}, "overhead": {"cpu": "100m"},
        "containers": [{"name": "c", "resources": {"requests": {"cpu": "1", "memory": "1Mi"}}}],
    }}
    sidecar = {"metadata": {"name": "b"}, "spec": {
        "initContainers": [
            {"name": "once", "resources": {}},
            {"name": "side", "restartPolicy": "Always", "resources": {"requests": {"cpu": "500m"}}},
        ],
        "containers": [{"name": "c", "resources": {"requests": {"cpu": "1"}}}],
    }}
    assert calculate_requests([whole, sidecar], "", "cpu") == {"a": 3100, "b": 1500}
    assert calculate_requests([whole, sidecar], "c", "cpu") == {"a": 1000, "b": 1000}
    assert calculate_requests([whole], "", "memory") == {"a": 1048576000}
    with pytest.raises(MetricsError, match="container other not found in Pod b"):
        calculate_requests([sidecar], "other", "cpu")
