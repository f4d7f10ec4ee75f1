"""CronJobs over the real API, with Jobs, scheduler and kubelet. It is Monday, 12:00:00 in UTC."""

import pytest
from wholecluster import WholeCluster, set_field

CRON_JOBS, JOBS = "cronjobs.batch", "jobs.batch"
#: the minutes since the epoch at 13:00
AT_13 = 29671980


def cron_job(schedule="0 * * * *", image="ok", name="cj", **spec):
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": image}]}}
    return {
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name},
        "spec": {"schedule": schedule, "jobTemplate": {"spec": {"backoffLimit": 0, "template": template}}, **spec},
    }


@pytest.fixture
def cluster(tmp_path):
    cluster = WholeCluster(tmp_path)
    cluster.behave("fails", images=["fail*"], exit={"code": 1})
    cluster.behave("lasts", images=["slow*"], exit={"after": "90m"})
    return cluster


def status(cluster):
    return cluster.get(CRON_JOBS, "cj")["status"]


def active(cluster):
    return [reference["name"] for reference in status(cluster).get("active", ())]


def test_a_job_runs_when_it_is_time(cluster):
    cluster.apply(cron_job())
    cluster.advance(3599)
    assert cluster.names(JOBS) == []
    assert status(cluster) == {}
    cluster.advance(1)
    assert cluster.names(JOBS) == [f"cj-{AT_13}"]
    assert status(cluster) == {
        "lastScheduleTime": "2026-06-01T13:00:00Z", "lastSuccessfulTime": "2026-06-01T13:00:00Z",
    }
    assert cluster.messages("cj") == [
        ("SuccessfulCreate", f"Created job cj-{AT_13}"),
        ("SawCompletedJob", f"Saw completed job: cj-{AT_13}, condition: Complete"),
    ]
    (job,) = cluster.api.list(JOBS, "default")
    assert job["metadata"]["annotations"] == {
        "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-06-01T13:00:00Z",
    }


def test_one_pass_takes_a_run_from_the_schedule_to_its_end(cluster):
    cluster.apply(cron_job())
    cluster.settle()
    cluster.api.advance_to(cluster.reconciler.next_time())
    cluster.run_pass()
    assert status(cluster)["lastSuccessfulTime"] == "2026-06-01T13:00:00Z"
    assert active(cluster) == []
    cluster.settle()
    assert cluster.run_pass().writes == 0


def test_nothing_happens_between_runs(cluster):
    cluster.apply(cron_job())
    cluster.settle()
    assert cluster.reconciler.next_time() == cluster.api.now() + 3600


def test_what_is_at_work_is_active(cluster):
    cluster.apply(cron_job(image="slow"))
    cluster.advance(3600)
    (reference,) = status(cluster)["active"]
    job = cluster.get(JOBS, f"cj-{AT_13}")
    assert {key: reference[key] for key in ("apiVersion", "kind", "name", "namespace", "uid")} == {
        "apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "namespace": "default",
        "uid": job["metadata"]["uid"],
    }
    cluster.advance(3600)
    assert active(cluster) == [f"cj-{AT_13}", f"cj-{AT_13 + 60}"]
    cluster.advance(1800)
    assert active(cluster) == [f"cj-{AT_13 + 60}"]
    assert status(cluster)["lastSuccessfulTime"] == "2026-06-01T14:30:00Z"


def test_forbid_lets_no_second_one_run(cluster):
    cluster.apply(cron_job(image="slow", concurrencyPolicy="Forbid"))
    cluster.advance(2 * 3600)
    assert active(cluster) == [f"cj-{AT_13}"]
    assert cluster.messages("cj")[-1] == (
        "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid",
    )
    # As soon as the first one has ended, the run that was held back is due.
    cluster.advance(1800)
    assert active(cluster) == [f"cj-{AT_13 + 60}"]


def test_replace_ends_the_one_before(cluster):
    cluster.apply(cron_job(image="slow", concurrencyPolicy="Replace"))
    cluster.advance(2 * 3600)
    assert cluster.names(JOBS) == [f"cj-{AT_13 + 60}"]
    assert active(cluster) == [f"cj-{AT_13 + 60}"]
    assert cluster.messages("cj") == [
        ("SuccessfulDelete", f"Deleted job cj-{AT_13}"), ("SuccessfulCreate", f"Created job cj-{AT_13 + 60}"),
    ]
    assert len(cluster.pods()) == 1


def test_old_jobs_go_with_their_pods(cluster):
    cluster.apply(cron_job(successfulJobsHistoryLimit=2))
    cluster.advance(5 * 3600)
    kept = [f"cj-{AT_13 + 180}", f"cj-{AT_13 + 240}"]
    assert cluster.names(JOBS) == kept
    assert sorted(pod["metadata"]["labels"]["job-name"] for pod in cluster.pods()) == kept
    cluster.change(CRON_JOBS, "cj", set_field(successfulJobsHistoryLimit=0))
    cluster.settle()
    assert cluster.names(JOBS) == []


def test_failed_jobs_have_a_limit_of_their_own(cluster):
    cluster.apply(cron_job(image="fail"))
    cluster.advance(3 * 3600)
    assert cluster.names(JOBS) == [f"cj-{AT_13 + 120}"]
    assert "lastSuccessfulTime" not in status(cluster)
    assert ("SawCompletedJob", f"Saw completed job: cj-{AT_13 + 120}, condition: Failed") in cluster.messages("cj")


def test_a_suspended_one_does_nothing_and_then_what_it_missed_last(cluster):
    cluster.apply(cron_job(suspend=True))
    cluster.advance(3 * 3600 + 60)
    assert cluster.names(JOBS) == []
    cluster.change(CRON_JOBS, "cj", set_field(suspend=False))
    cluster.settle()
    assert cluster.names(JOBS) == [f"cj-{AT_13 + 120}"]
    assert cluster.reconciler.next_time() == cluster.api.now() + 3540


def test_what_is_too_late_is_not_started(cluster):
    cluster.apply(cron_job(suspend=True, startingDeadlineSeconds=60))
    cluster.advance(3600 + 61)
    cluster.change(CRON_JOBS, "cj", set_field(suspend=False))
    cluster.settle()
    assert cluster.names(JOBS) == []


def test_many_missed_runs_are_told(cluster):
    cluster.apply(cron_job("* * * * *", suspend=True))
    cluster.advance(101 * 60)
    cluster.change(CRON_JOBS, "cj", set_field(suspend=False))
    cluster.settle()
    assert cluster.messages("cj")[0] == (
        "TooManyMissedTimes",
        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
    )
    assert cluster.names(JOBS) == [f"cj-{AT_13 + 41}"]


def test_another_schedule_begins_with_its_next_time(cluster):
    cluster.apply(cron_job("0 3 * * *"))
    cluster.advance(1800)
    cluster.change(CRON_JOBS, "cj", set_field(schedule="*/20 * * * *"))
    cluster.settle()
    assert cluster.names(JOBS) == []
    cluster.advance(600)
    assert cluster.names(JOBS) == [f"cj-{AT_13 - 20}"]


def test_a_schedule_is_that_of_its_time_zone(cluster):
    cluster.apply(cron_job("30 22 * * *", timeZone="Asia/Tokyo"))
    cluster.advance(5400)
    (job,) = cluster.api.list(JOBS, "default")
    assert job["metadata"]["name"] == f"cj-{AT_13 + 30}"
    assert job["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"] == "2026-06-01T22:30:00+09:00"


def test_a_date_that_does_not_exist_is_told_and_rests(cluster):
    cluster.apply(cron_job("0 0 31 2 *"))
    cluster.settle()
    assert cluster.messages("cj") == [(
        "InvalidSchedule",
        "invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second",
    )]
    assert cluster.reconciler.next_time() is None


def test_jobs_of_others_are_noticed_but_not_counted(cluster):
    owner = cluster.apply(cron_job(image="slow"))
    job = {
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": "manual", "ownerReferences": [{
            "apiVersion": "batch/v1", "kind": "CronJob", "name": "cj", "uid": owner["metadata"]["uid"],
            "controller": True,
        }]},
        "spec": owner["spec"]["jobTemplate"]["spec"],
    }
    cluster.apply(job)
    cluster.settle()
    assert cluster.messages("cj") == [
        ("UnexpectedJob", "Saw a job that the controller did not create or forgot: manual"),
    ]
    assert active(cluster) == []
    cluster.advance(5400)
    assert status(cluster)["lastSuccessfulTime"] == "2026-06-01T13:30:00Z"


def test_a_job_that_somebody_deletes_is_missed(cluster):
    cluster.apply(cron_job(image="slow"))
    cluster.advance(3600)
    cluster.api.delete(JOBS, "default", f"cj-{AT_13}", client=True)
    cluster.settle()
    assert active(cluster) == []
    assert cluster.messages("cj")[-1] == ("MissingJob", f"Active job went missing: cj-{AT_13}")
    assert cluster.names(JOBS) == []


def test_a_job_that_is_refused_is_tried_again(cluster):
    cluster.apply(
        {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"},
         "spec": {"hard": {"count/jobs.batch": "0"}}},
        cron_job(),
    )
    cluster.advance(3600)
    assert cluster.names(JOBS) == []
    (reason, message), *_ = cluster.messages("cj")
    assert reason == "FailedCreate"
    assert message.startswith(f'Error creating job: jobs.batch "cj-{AT_13}" is forbidden: exceeded quota: none')
    cluster.change("resourcequotas", "none", lambda obj: obj["spec"]["hard"].update({"count/jobs.batch": "9"}))
    cluster.advance(2)
    assert cluster.names(JOBS) == [f"cj-{AT_13}"]


def test_a_deleted_one_takes_everything_along(cluster):
    cluster.apply(cron_job(image="slow"))
    cluster.advance(3600)
    cluster.api.delete(CRON_JOBS, "default", "cj", client=True)
    cluster.settle()
    cluster.advance(60)
    assert cluster.names(JOBS) == []
    assert cluster.pods() == []
    assert cluster.store.timer("cronjob", "default/cj") is None


def test_a_day_leaves_little_behind(cluster):
    cluster.apply(cron_job())
    passes = cluster.advance(24 * 3600)
    assert passes <= 3 * 24 + 3
    assert len(cluster.names(JOBS)) == 3
    assert len(cluster.api.list("events")) < 15
    assert cluster.messages("cj")[-1][0] == "SuccessfulDelete"
