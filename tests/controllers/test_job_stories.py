"""Jobs over the real API, scheduler and kubelet."""

import pytest
from wholecluster import WholeCluster, set_field

JOBS, PODS = "jobs.batch", "pods"


def work(name="work", image="ok", restart="Never", **spec):
    template = {"spec": {"restartPolicy": restart, "containers": [{"name": "c", "image": image}]}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": template, **spec}}


@pytest.fixture
def cluster(tmp_path):
    cluster = WholeCluster(tmp_path)
    cluster.behave("fails", images=["fail*"], exit={"code": 1})
    cluster.behave("lasts", images=["slow*"], exit={"after": "60s"})
    return cluster


def status(cluster, name="work"):
    return cluster.get(JOBS, name)["status"]


def conditions(cluster, name="work"):
    return [(c["type"], c["status"], c["reason"]) for c in status(cluster, name).get("conditions", ())]


MET = ("SuccessCriteriaMet", "True", "CompletionsReached")


def test_a_job_of_one_pod_is_done_after_one_pass(cluster):
    of = cluster.apply(work())
    assert conditions(cluster) == [MET, ("Complete", "True", "CompletionsReached")]
    assert {key: value for key, value in of["status"].items() if key != "conditions"} == {
        "completionTime": "2026-06-01T12:00:00Z", "ready": 0, "startTime": "2026-06-01T12:00:00Z", "succeeded": 1,
        "terminating": 0, "uncountedTerminatedPods": {},
    }
    assert cluster.messages("work")[1:] == [("Completed", "Job completed")]
    assert "finalizers" not in cluster.pods()[0]["metadata"]
    cluster.settle()
    assert cluster.run_pass().writes == 0


def test_work_is_done_in_parts(cluster):
    cluster.apply(work(image="slow", completions=5, parallelism=2))
    seen = []
    for _ in range(4):
        seen.append((status(cluster).get("active", 0), status(cluster).get("succeeded", 0)))
        cluster.advance(60)
    assert seen == [(2, 0), (2, 2), (1, 4), (0, 5)]
    assert conditions(cluster)[-1][0] == "Complete"


def test_failures_are_tried_again_ever_later_until_there_are_too_many(cluster):
    cluster.apply(work(image="fail", backoffLimit=3))
    times = [0]
    for second in range(1, 120):
        cluster.advance(1)
        if len(cluster.pods()) > len(times):
            times.append(second)
    assert times == [0, 10, 30, 70]
    assert conditions(cluster) == [
        ("FailureTarget", "True", "BackoffLimitExceeded"), ("Failed", "True", "BackoffLimitExceeded"),
    ]
    assert status(cluster)["failed"] == 4
    assert cluster.messages("work")[-1] == ("BackoffLimitExceeded", "Job has reached the specified backoff limit")


def test_containers_that_are_restarted_in_place_fail_the_job_too(cluster):
    cluster.apply(work(image="fail", restart="OnFailure", backoffLimit=2))
    cluster.advance(300)
    assert conditions(cluster)[-1] == ("Failed", "True", "BackoffLimitExceeded")
    assert cluster.pods() == []
    # the Pod's restarts are what fails the Job: there is never a second one
    assert [reason for reason, _ in cluster.messages("work")] == [
        "SuccessfulCreate", "SuccessfulDelete", "BackoffLimitExceeded",
    ]
    assert status(cluster)["failed"] == 1


def lasting(cluster):
    cluster.behave("a-forever", images=["forever"], exit={"after": "1000h"}, stop={"after": "5s"})


def test_a_deadline_ends_a_job_in_two_steps(cluster):
    lasting(cluster)
    cluster.apply(work(image="forever", activeDeadlineSeconds=30))
    cluster.advance(29)
    assert conditions(cluster) == []
    cluster.advance(1)
    assert conditions(cluster) == [("FailureTarget", "True", "DeadlineExceeded")]
    assert status(cluster)["terminating"] == 1
    cluster.advance(5)
    assert conditions(cluster)[-1] == ("Failed", "True", "DeadlineExceeded")
    assert (status(cluster)["failed"], cluster.names(PODS)) == (1, [])


def test_a_suspended_job_has_no_pods_and_starts_anew(cluster):
    lasting(cluster)
    cluster.apply(work(image="forever", parallelism=2, completions=2))
    assert status(cluster)["active"] == 2
    cluster.advance(10)
    cluster.change(JOBS, "work", set_field(suspend=True))
    cluster.advance(10)
    assert cluster.names(PODS) == []
    assert conditions(cluster) == [("Suspended", "True", "JobSuspended")]
    assert ("active" in status(cluster), "failed" in status(cluster), "startTime" in status(cluster)) == (False,) * 3
    cluster.change(JOBS, "work", set_field(suspend=False))
    cluster.settle()
    assert conditions(cluster) == [("Suspended", "False", "JobResumed")]
    assert (status(cluster)["active"], status(cluster)["startTime"]) == (2, "2026-06-01T12:00:20Z")
    assert [reason for reason, _ in cluster.messages("work") if reason in ("Suspended", "Resumed")] == [
        "Suspended", "Resumed",
    ]


def test_a_job_that_is_made_suspended_waits(cluster):
    cluster.apply(work(suspend=True))
    assert conditions(cluster) == [("Suspended", "True", "JobSuspended")]
    assert cluster.pods() == []


def test_each_index_has_its_pod(cluster):
    cluster.apply(work(image="slow", completions=3, parallelism=2, completionMode="Indexed"))
    assert sorted(p["spec"]["hostname"] for p in cluster.pods()) == ["work-0", "work-1"]
    cluster.advance(60)
    assert status(cluster)["completedIndexes"] == "0,1"
    cluster.advance(60)
    assert status(cluster)["completedIndexes"] == "0-2"
    assert conditions(cluster)[-1][0] == "Complete"


def test_an_index_that_fails_too_often_does_not_stop_the_others(cluster):
    cluster.behave("index-1-fails", podSelector={
        "matchLabels": {"batch.kubernetes.io/job-completion-index": "1"},
    }, exit={"code": 3})
    cluster.apply(work(completions=3, parallelism=3, completionMode="Indexed", backoffLimitPerIndex=1))
    assert (status(cluster)["completedIndexes"], status(cluster)["failedIndexes"]) == ("0,2", "")
    cluster.advance(10)
    assert status(cluster)["failedIndexes"] == "1"
    assert conditions(cluster)[-1] == ("Failed", "True", "FailedIndexes")
    counts = sorted(
        p["metadata"]["annotations"]["batch.kubernetes.io/job-index-failure-count"] for p in cluster.pods()
    )
    assert counts == ["0", "0", "0", "1"]


def test_a_failure_policy_ends_the_job_at_once(cluster):
    policy = {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}}]}
    cluster.apply(work(image="fail", podFailurePolicy=policy))
    assert conditions(cluster) == [
        ("FailureTarget", "True", "PodFailurePolicy"), ("Failed", "True", "PodFailurePolicy"),
    ]


def test_a_success_policy_ends_the_job_before_all_is_done(cluster):
    cluster.behave("b-leader", podSelector={
        "matchLabels": {"batch.kubernetes.io/job-completion-index": "0"},
    }, exit={"after": "3s"})
    cluster.behave("c-rest", images=["*"], exit={"after": "1000h"}, stop={"after": "5s"})
    cluster.apply(work(
        completions=3, parallelism=3, completionMode="Indexed",
        successPolicy={"rules": [{"succeededIndexes": "0"}]},
    ))
    cluster.advance(3)
    assert conditions(cluster) == [("SuccessCriteriaMet", "True", "SuccessPolicy")]
    cluster.advance(5)
    assert conditions(cluster)[-1] == ("Complete", "True", "SuccessPolicy")
    assert (status(cluster)["succeeded"], status(cluster)["failed"]) == (1, 2)


@pytest.mark.parametrize(("policy", "seconds"), [("TerminatingOrFailed", 10), ("Failed", 15)])
def test_a_pod_that_is_deleted_is_replaced_after_a_while(cluster, policy, seconds):
    lasting(cluster)  # five seconds to stop
    cluster.apply(work(image="forever", podReplacementPolicy=policy))
    cluster.api.delete(PODS, "default", cluster.pods()[0]["metadata"]["name"])
    cluster.settle()
    cluster.advance(seconds - 1)
    assert cluster.pods() == []
    cluster.advance(1)
    assert len(cluster.pods()) == 1
    assert status(cluster)["failed"] == 1


def test_pods_of_a_job_that_is_deleted_go_too(cluster):
    lasting(cluster)
    cluster.apply(work(image="forever", completions=3, parallelism=3))
    cluster.api.delete(JOBS, "default", "work")
    cluster.advance(30)
    assert (cluster.names(JOBS), cluster.names(PODS)) == ([], [])


def test_a_job_is_deleted_when_its_time_is_up(cluster):
    cluster.apply(work(ttlSecondsAfterFinished=100))
    cluster.advance(99)
    assert cluster.names(JOBS) == ["work"]
    cluster.advance(1)
    assert (cluster.names(JOBS), cluster.names(PODS)) == ([], [])


def test_a_job_of_somebody_else_is_left_alone(cluster):
    cluster.apply(work(managedBy="example.com/mine"))
    cluster.settle()
    assert (status(cluster), cluster.pods()) == ({}, [])


def test_a_manual_selector_adopts(cluster):
    cluster.apply({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "early", "labels": {"app": "work"}},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "slow"}]},
    })
    of = work(image="slow", manualSelector=True, selector={"matchLabels": {"app": "work"}})
    of["spec"]["template"]["metadata"] = {"labels": {"app": "work"}}
    cluster.apply(of)
    assert cluster.names(PODS) == ["early"]
    cluster.advance(60)
    assert conditions(cluster)[-1][0] == "Complete"


def test_a_job_that_may_not_make_pods_says_so(cluster):
    of = work()
    of["spec"]["template"]["spec"]["priorityClassName"] = "nobody-made-it"
    cluster.apply(of)
    assert cluster.messages("work")[0][0] == "FailedCreate"
    assert cluster.reconciler.next_time() == cluster.api.now() + 1
