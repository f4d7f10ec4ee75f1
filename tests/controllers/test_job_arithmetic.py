"""Completion indexes, policies, back-off and the numbers of Jobs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.controllers.job import indexes
from minikctl.controllers.job.backoff import finished_time, remaining_for, remaining_time, remaining_time_per_index
from minikctl.controllers.job.conditions import ensure_condition, new_condition
from minikctl.controllers.job.counting import JobFacts
from minikctl.controllers.job.managing import new_pod, pending_indexes, pods_for_removal, wanted_active
from minikctl.controllers.job.policies import match_pod_failure_policy, match_success_policy
from minikctl.lib.times import format_time

NOW = 1_780_000_000.0
FINALIZER = "batch.kubernetes.io/job-tracking"

# -- indexes --


@pytest.mark.parametrize(("text", "completions", "expected"), [
    ("", 5, []), ("0", 5, [(0, 0)]), ("0,1", 5, [(0, 1)]), ("0-2,4", 9, [(0, 2), (4, 4)]),
    ("0-7", 5, [(0, 4)]), ("1,7-8", 5, [(1, 1)]), ("x,2", 5, [(2, 2)]), ("1-x,2", 5, [(2, 2)]),
])
def test_indexes_are_read_as_far_as_they_make_sense(text, completions, expected):
    assert indexes.parse(text, completions) == expected


@pytest.mark.parametrize(("intervals", "text"), [
    ([], ""), ([(3, 3)], "3"), ([(3, 4)], "3,4"), ([(3, 5), (7, 7), (9, 10)], "3-5,7,9,10"),
])
def test_two_neighbours_make_no_range(intervals, text):
    assert indexes.show(intervals) == text


NUMBERS = st.sets(st.integers(0, 40), max_size=20)


@given(NUMBERS, NUMBERS)
def test_intervals_are_sets_of_numbers(one, other):
    first, second = indexes.of_indexes(one), indexes.of_indexes(other)
    both = indexes.merge(first, second)
    assert indexes.parse(indexes.show(both), 100) == both
    assert {index for index in range(50) if indexes.has(both, index)} == one | other
    assert (indexes.total(both), indexes.overlap(first, second)) == (len(one | other), len(one & other))


@given(NUMBERS, st.integers(0, 30), st.integers(0, 45))
def test_pending_indexes_are_the_lowest_that_are_free(taken, count, completions):
    free = [index for index in range(completions) if index not in taken]
    assert indexes.first_pending(indexes.of_indexes(taken), count, completions) == free[:count]


# -- policies --


def failed_pod(code=1, conditions=(), container="main"):
    terminated = {"terminated": {"exitCode": code, "finishedAt": "2026-05-28T20:00:00Z"}}
    return {
        "metadata": {"name": "p", "namespace": "ns"},
        "status": {
            "phase": "Failed", "containerStatuses": [{"name": container, "state": terminated}],
            "conditions": [{"type": kind, "status": status} for kind, status in conditions],
        },
    }


def on_codes(action, operator, values, **more):
    return {"action": action, "onExitCodes": {"operator": operator, "values": values, **more}}


@pytest.mark.parametrize(("rules", "pod", "action", "counts", "message"), [
    ([], failed_pod(), "", True, None),
    ([on_codes("Ignore", "In", [1, 2])], failed_pod(2), "Ignore", False, None),
    ([on_codes("Ignore", "In", [1, 2])], failed_pod(3), "", True, None),
    ([on_codes("Count", "NotIn", [1])], failed_pod(1), "", True, None),
    ([on_codes("Count", "NotIn", [1])], failed_pod(2), "Count", True, None),
    ([on_codes("FailIndex", "In", [5])], failed_pod(5), "FailIndex", True, None),
    ([on_codes("Ignore", "In", [9]), on_codes("FailJob", "In", [42])], failed_pod(42), "FailJob", True,
     "Container main for pod ns/p failed with exit code 42 matching FailJob rule at index 1"),
    ([on_codes("FailJob", "In", [1], containerName="side")], failed_pod(1), "", True, None),
    ([on_codes("Ignore", "NotIn", [1])], failed_pod(0), "", True, None),
    ([{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}],
     failed_pod(conditions=[("DisruptionTarget", "True")]), "Ignore", False, None),
    ([{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}],
     failed_pod(conditions=[("DisruptionTarget", "False")]), "", True, None),
    ([{"action": "FailJob", "onPodConditions": [{"type": "Broken"}]}], failed_pod(conditions=[("Broken", "True")]),
     "FailJob", True, "Pod ns/p has condition Broken matching FailJob rule at index 0"),
])
def test_the_first_rule_that_matches_says_what_a_failure_is(rules, pod, action, counts, message):
    verdict = match_pod_failure_policy({"rules": rules}, pod)
    assert (verdict.action, verdict.counts, verdict.message) == (action, counts, message)


@pytest.mark.parametrize(("rules", "succeeded", "expected"), [
    ([{"succeededCount": 2}], [(0, 0)], None),
    ([{"succeededCount": 2}], [(0, 1)], "Matched rules at index 0"),
    ([{"succeededIndexes": "0,2-3"}], [(0, 2)], None),
    ([{"succeededIndexes": "0,2-3"}], [(0, 3)], "Matched rules at index 0"),
    ([{"succeededIndexes": "0-3", "succeededCount": 2}], [(1, 2)], "Matched rules at index 0"),
    ([{"succeededIndexes": "0-3", "succeededCount": 2}], [(3, 5)], None),
    ([{"succeededIndexes": "7"}, {"succeededCount": 1}], [(1, 1)], "Matched rules at index 1"),
    ([{"succeededCount": 0}], [], None),
])
def test_a_success_policy_is_kept_by_enough_of_the_right_ones(rules, succeeded, expected):
    assert match_success_policy({"rules": rules}, 9, succeeded) == expected


# -- back-off --


@pytest.mark.parametrize(("failures", "ago", "left"), [
    (0, 0, 0), (1, 0, 10), (1, 4, 6), (1, 30, 0), (2, 0, 20), (3, 0, 40), (6, 0, 320), (7, 0, 600), (60, 0, 600),
])
def test_a_job_waits_twice_as_long_after_each_failure(failures, ago, left):
    assert remaining_for(failures, NOW - ago, NOW) == left


def pod(name="p", phase="Running", *, index=None, ended=None, going=False, counted=False, failures=None, ready=False):
    metadata = {"name": name, "uid": f"uid-{name}", "creationTimestamp": format_time(NOW - 100), "annotations": {}}
    if not counted:
        metadata["finalizers"] = [FINALIZER]
    if index is not None:
        metadata["annotations"][indexes.INDEX_ANNOTATION] = str(index)
    if failures is not None:
        metadata["annotations"][indexes.FAILURES_ANNOTATION] = str(failures)
    if going:
        metadata["deletionTimestamp"] = format_time(NOW)
        metadata["deletionGracePeriodSeconds"] = 30
    status = {"phase": phase}
    if ended is not None:
        code = 0 if phase == "Succeeded" else 1
        state = {"terminated": {"exitCode": code, "finishedAt": format_time(NOW - ended)}}
        status["containerStatuses"] = [{"name": "c", "state": state}]
    if ready:
        status["conditions"] = [{"type": "Ready", "status": "True"}]
    return {"metadata": metadata, "spec": {}, "status": status}


def test_failures_before_the_last_success_do_not_count():
    failed = [pod("a", "Failed", ended=50), pod("b", "Failed", ended=5), pod("c", "Failed", ended=3)]
    assert remaining_time([pod("s", "Succeeded", ended=20)], failed, NOW) == 17
    assert remaining_time([pod("s", "Succeeded", ended=1)], failed, NOW) == 0


def test_each_index_waits_for_itself():
    assert remaining_time_per_index(None, NOW) == 0
    assert remaining_time_per_index(pod("a", "Failed", ended=5, failures=2), NOW) == 35


def test_the_end_of_a_pod_is_the_best_that_is_known():
    assert finished_time(pod(phase="Failed", ended=7)) == NOW - 7
    unready = pod(phase="Failed")
    unready["status"]["conditions"] = [
        {"type": "Ready", "status": "False", "lastTransitionTime": format_time(NOW - 3)},
    ]
    assert finished_time(unready) == NOW - 3
    assert finished_time(pod(going=True)) == NOW - 30
    assert finished_time(pod()) == NOW - 100


# -- numbers --


def job(status=None, restart="Never", **spec):
    return {
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": "j", "namespace": "default", "uid": "u"},
        "spec": {
            "parallelism": 2, "completions": 4, "backoffLimit": 6, "completionMode": "NonIndexed",
            "podReplacementPolicy": "TerminatingOrFailed",
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {
                "restartPolicy": restart, "containers": [{"name": "c", "image": "i"}],
            }},
            **spec,
        },
        "status": {"startTime": format_time(NOW - 60), **(status or {})},
    }


def facts(pods=(), **spec):
    return JobFacts(job(**spec), list(pods), NOW)


@pytest.mark.parametrize(("spec", "pods", "wanted"), [
    ({}, [], 2), ({"status": {"succeeded": 3}}, [], 1), ({"status": {"succeeded": 4}}, [], 0),
    ({}, [pod("a", "Succeeded"), pod("b", "Succeeded"), pod("c", "Succeeded")], 1),
    ({"parallelism": 0}, [pod("a")], 0),
    ({"completions": None, "parallelism": 3}, [], 3),
    ({"completions": None, "parallelism": 3}, [pod("a", "Succeeded"), pod("b")], 1),
])
def test_no_more_pods_are_at_work_than_there_is_work_left(spec, pods, wanted):
    assert wanted_active(facts(pods, **spec)) == wanted


@pytest.mark.parametrize(("spec", "pods", "failed"), [
    ({}, [pod("a", "Failed")], 1), ({}, [pod("a", "Failed", counted=True)], 0), ({}, [pod("a", going=True)], 1),
    ({"podReplacementPolicy": "Failed"}, [pod("a", going=True)], 0),
    ({"status": {"failed": 2}}, [pod("a", "Failed")], 3),
    ({"podFailurePolicy": {"rules": [on_codes("Ignore", "In", [1])]}}, [pod("a", "Failed", ended=1)], 0),
])
def test_failures_are_counted_once_and_only_when_they_count(spec, pods, failed):
    assert facts(pods, **spec).failed == failed


def reason(pods=(), **spec):
    condition = facts(pods, **spec).finishing()
    return condition and (condition["type"], condition["reason"])


@pytest.mark.parametrize(("spec", "pods", "expected"), [
    ({}, [pod("a")], None),
    ({"backoffLimit": 0}, [pod("a", "Failed")], ("FailureTarget", "BackoffLimitExceeded")),
    ({"backoffLimit": 1}, [pod("a", "Failed")], None),
    ({"activeDeadlineSeconds": 61}, [], None),
    ({"activeDeadlineSeconds": 60}, [], ("FailureTarget", "DeadlineExceeded")),
    ({"activeDeadlineSeconds": 60, "suspend": True}, [], None),
    ({"podFailurePolicy": {"rules": [on_codes("FailJob", "In", [1])]}}, [pod("a", "Failed", ended=1)],
     ("FailureTarget", "PodFailurePolicy")),
    ({"status": {"conditions": [new_condition("FailureTarget", "Why", "", NOW)]}}, [], ("Failed", "Why")),
    ({"status": {"conditions": [new_condition("SuccessCriteriaMet", "So", "", NOW)]}, "backoffLimit": 0},
     [pod("a", "Failed")], ("SuccessCriteriaMet", "So")),
    ({"completionMode": "Indexed", "backoffLimitPerIndex": 0, "maxFailedIndexes": 0},
     [pod("a", "Failed", index=1)], ("FailureTarget", "MaxFailedIndexesExceeded")),
    ({"completionMode": "Indexed", "backoffLimitPerIndex": 0, "status": {"completedIndexes": "0-2"}},
     [pod("a", "Failed", index=3)], ("FailureTarget", "FailedIndexes")),
    ({"completionMode": "Indexed", "backoffLimitPerIndex": 0}, [pod("a", "Failed", index=3)], None),
    ({"completionMode": "Indexed", "backoffLimitPerIndex": 1, "maxFailedIndexes": 0},
     [pod("a", "Failed", index=3, failures=0)], None),
    ({"completionMode": "Indexed", "successPolicy": {"rules": [{"succeededIndexes": "2"}]}},
     [pod("a", "Succeeded", index=2)], ("SuccessCriteriaMet", "SuccessPolicy")),
])
def test_what_ends_a_job(spec, pods, expected):
    assert reason(pods, **spec) == expected


@pytest.mark.parametrize(("limit", "restarts", "expected"), [
    (0, 0, None), (0, 1, ("FailureTarget", "BackoffLimitExceeded")), (3, 2, None),
    (3, 3, ("FailureTarget", "BackoffLimitExceeded")),
])
def test_restarts_in_place_count_as_failures(limit, restarts, expected):
    busy = pod("a")
    busy["status"]["containerStatuses"] = [{"name": "c", "state": {}, "restartCount": restarts}]
    assert reason([busy], backoffLimit=limit, restart="OnFailure") == expected
    assert reason([busy], backoffLimit=limit) is None


@pytest.mark.parametrize(("spec", "pods", "complete"), [
    ({}, [pod(str(n), "Succeeded") for n in range(4)], True),
    ({}, [pod(str(n), "Succeeded") for n in range(4)] + [pod("x")], False),
    ({}, [pod("a", "Succeeded")], False),
    ({"completions": None}, [pod("a", "Succeeded")], True),
    ({"completions": None}, [], False),
    ({"completions": 0}, [], True),
    ({"completionMode": "Indexed", "completions": 2}, [pod("a", "Succeeded", index=1), pod("b", "Succeeded", index=1)],
     False),
])
def test_a_job_is_complete_when_enough_ended_well(spec, pods, complete):
    assert facts(pods, **spec).is_complete() is complete


def test_pods_without_a_place_go_first():
    pods = [pod("a", index=0, ready=True), pod("b", index=0), pod("c", index=7), pod("d"), pod("e", index=1)]
    of = facts(pods, completionMode="Indexed")
    assert sorted(p["metadata"]["name"] for p in pods_for_removal(of, 0)) == ["b", "c", "d"]
    assert len(pods_for_removal(of, 4)) == 4


def test_pending_indexes_leave_out_what_is_done_or_at_work():
    pods = [pod("a", index=1), pod("b", "Failed", index=2), pod("c", index=3, going=True)]
    spec = {"completionMode": "Indexed", "completions": 6, "status": {"completedIndexes": "0"}}
    assert pending_indexes(facts(pods, **spec), 9) == [2, 3, 4, 5]
    assert pending_indexes(facts(pods, podReplacementPolicy="Failed", **spec), 9) == [2, 4, 5]


def test_a_pod_of_an_index_knows_it():
    of = facts([], completionMode="Indexed", backoffLimitPerIndex=3)
    made = new_pod(of, 2, pod("old", "Failed", index=2, failures=1))
    meta, spec = made["metadata"], made["spec"]
    assert (meta["generateName"], meta["finalizers"], spec["hostname"]) == ("j-2-", [FINALIZER], "j-2")
    assert meta["labels"] == {"a": "b", "batch.kubernetes.io/job-completion-index": "2"}
    assert meta["annotations"] == {
        "batch.kubernetes.io/job-completion-index": "2", "batch.kubernetes.io/job-index-failure-count": "2",
    }
    path = "metadata.labels['batch.kubernetes.io/job-completion-index']"
    assert spec["containers"][0]["env"] == [
        {"name": "JOB_COMPLETION_INDEX", "valueFrom": {"fieldRef": {"fieldPath": path}}},
    ]


def test_a_failure_that_is_ignored_is_counted_apart():
    policy = {"rules": [on_codes("Ignore", "In", [1])]}
    of = facts([], completionMode="Indexed", backoffLimitPerIndex=3, podFailurePolicy=policy)
    made = new_pod(of, 0, pod("old", "Failed", index=0, failures=1, ended=1))
    assert made["metadata"]["annotations"]["batch.kubernetes.io/job-index-failure-count"] == "1"
    assert made["metadata"]["annotations"]["batch.kubernetes.io/job-index-ignored-failure-count"] == "1"


def test_the_last_failed_pod_of_an_index_waits_for_its_successor():
    pods = [
        pod("a", "Failed", index=0, failures=0, ended=9), pod("b", "Failed", index=0, failures=1, ended=5),
        pod("c", "Failed", index=1, failures=0, ended=5), pod("d", index=1),
    ]
    waiting = facts(pods, completionMode="Indexed", backoffLimitPerIndex=5).awaiting_replacement()
    assert {index: p["metadata"]["name"] for index, p in waiting.items()} == {0: "b"}


def test_a_condition_that_is_false_needs_one_before_it():
    status = {}
    assert not ensure_condition(status, new_condition("Suspended", "R", "m", NOW, "False"))
    assert ensure_condition(status, new_condition("Suspended", "S", "m", NOW))
    assert not ensure_condition(status, new_condition("Suspended", "S", "m", NOW + 5))
    assert ensure_condition(status, new_condition("Suspended", "R", "m", NOW, "False"))
    assert [c["status"] for c in status["conditions"]] == ["False"]
