"""CronJob: defaults, rules, columns, describe."""

import copy

import pytest
from workload_fakes import BORN, NOW, described, load

CRON_JOBS = "cronjobs.batch"


def stored(*, name="nightly", job=None, restart="OnFailure", **spec):
    """The CronJob as a create leaves it."""
    template = {"spec": {"restartPolicy": restart, "containers": [{"name": "c", "image": "i"}]}}
    obj = copy.deepcopy({
        "apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": {"name": name, "namespace": "default", "uid": "u", "creationTimestamp": BORN},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template, **(job or {})}}, **spec},
    })
    load(CRON_JOBS).default(obj)
    load(CRON_JOBS).prepare_for_create(obj)
    return obj


def errors(**spec):
    return [str(error) for error in load(CRON_JOBS).validate(stored(**spec))]


def test_a_cron_jobs_defaults_are_those_of_the_api_server():
    spec = stored()["spec"]
    job = spec.pop("jobTemplate")
    assert spec == {
        "schedule": "0 3 * * *", "concurrencyPolicy": "Allow", "failedJobsHistoryLimit": 1,
        "successfulJobsHistoryLimit": 3, "suspend": False,
    }
    assert job["metadata"] == {}
    assert set(job["spec"]) == {"template"}
    assert job["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 30


BAD = "spec.schedule: Invalid value: "
JOB = "spec.jobTemplate.spec"
NOT_NEGATIVE = "must be greater than or equal to 0"


@pytest.mark.parametrize(("spec", "expected"), [
    ({}, []),
    ({"schedule": ""}, ["spec.schedule: Required value"]),
    ({"schedule": "61 * * * *"}, [f'{BAD}"61 * * * *": end of range (61) above maximum (59): 61']),
    ({"schedule": "TZ=UTC 0 * * * *"},
     [f'{BAD}"TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead']),
    ({"startingDeadlineSeconds": -1}, [f"spec.startingDeadlineSeconds: Invalid value: -1: {NOT_NEGATIVE}"]),
    ({"concurrencyPolicy": "Queue"},
     ['spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"']),
    ({"restart": "Always"}, [
        f'{JOB}.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]),
    ({"job": {"parallelism": -1, "selector": {"matchLabels": {"a": "b"}}, "manualSelector": True}}, [
        f"{JOB}.parallelism: Invalid value: -1: {NOT_NEGATIVE}",
        f'{JOB}.selector: Invalid value: {{"matchLabels":{{"a":"b"}}}}: `selector` will be auto-generated',
        f'{JOB}.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ]),
    ({"job": {"manualSelector": False}}, []),
    ({"successfulJobsHistoryLimit": -1, "failedJobsHistoryLimit": -2}, [
        f"spec.successfulJobsHistoryLimit: Invalid value: -1: {NOT_NEGATIVE}",
        f"spec.failedJobsHistoryLimit: Invalid value: -2: {NOT_NEGATIVE}",
    ]),
    ({"name": "n" * 52}, []),
    ({"name": "n" * 53}, [f'metadata.name: Invalid value: "{"n" * 53}": must be no more than 52 characters']),
])
def test_the_rules_of_a_cron_job(spec, expected):
    assert errors(**spec) == expected


LOCAL = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"


@pytest.mark.parametrize(("zone", "words"), [
    ("Europe/Berlin", []), ("America/Argentina/ComodRivadavia", []), ("Etc/GMT+5", []),
    ("", ["timeZone must be nil or non-empty string"]), ("Local", [LOCAL]),
    ("LOCAL", [LOCAL, "unknown time zone LOCAL"]), ("Mars/Base", ["unknown time zone Mars/Base"]),
    ("../etc", ["unknown time zone ../etc"]), ("-Europe/Berlin", ["unknown time zone -Europe/Berlin"]),
    ("Europe//Berlin", ["unknown time zone Europe//Berlin"]),
    ("A/much-too-long-part", ["unknown time zone A/much-too-long-part"]),
])
def test_time_zones_are_those_that_have_names(zone, words):
    assert errors(timeZone=zone) == [f'spec.timeZone: Invalid value: "{zone}": {word}' for word in words]


@pytest.mark.parametrize(("old", "new", "expected"), [
    ({}, {"schedule": "@hourly", "suspend": True, "timeZone": "Asia/Tokyo"}, []),
    ({}, {"schedule": "@often"}, [f'{BAD}"@often": unrecognized descriptor: @often']),
    ({"schedule": "TZ=UTC 0 * * * *"}, {"schedule": "CRON_TZ=Asia/Tokyo 0 * * * *"}, []),
    ({"schedule": "TZ=UTC 0 * * * *"}, {"schedule": "TZ=UTC 0 * * * *", "timeZone": "Asia/Tokyo"},
     [f'{BAD}"TZ=UTC 0 * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule']),
    ({"timeZone": "Gone/Zone"}, {"timeZone": "Gone/Zone", "suspend": True}, []),
    ({"name": "n" * 60}, {"name": "n" * 60, "suspend": True}, []),
])
def test_what_was_allowed_once_may_stay(old, new, expected):
    assert [str(error) for error in load(CRON_JOBS).validate_update(stored(**new), stored(**old))] == expected


def test_warnings_are_those_of_the_name_the_job_and_the_zone():
    assert load(CRON_JOBS).warnings(stored()) == []
    name, zone = load(CRON_JOBS).warnings(stored(name="a.b", schedule="TZ=UTC 0 * * * *"))
    assert name.startswith("metadata.name: this is used in Pod names and hostnames")
    assert zone.startswith("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see ")


@pytest.mark.parametrize(("spec", "status", "expected"), [
    ({}, {}, ("nightly", "0 3 * * *", "<none>", "False", "0", "<none>", "0s", "c", "i", "<none>")),
    ({"timeZone": "Asia/Tokyo", "suspend": True},
     {"active": [{"name": "a"}, {"name": "b"}], "lastScheduleTime": "2026-11-21T14:45:07Z"},
     ("nightly", "0 3 * * *", "Asia/Tokyo", "True", "2", "10s", "0s", "c", "i", "<none>")),
])
def test_the_cells_of_get(spec, status, expected):
    assert load(CRON_JOBS).row({**stored(**spec), "status": status}, NOW) == expected


def test_describe_of_a_cron_job_at_work():
    obj = stored(
        timeZone="Asia/Tokyo", suspend=True, startingDeadlineSeconds=100,
        job={"parallelism": 2, "completions": 4, "activeDeadlineSeconds": 9},
    )
    obj["status"] = {"active": [{"name": "a"}, {"name": "b"}], "lastScheduleTime": "2026-11-21T14:45:07Z"}
    text = described(obj)
    assert text.startswith(
        "Name:\tnightly\nNamespace:\tdefault\nLabels:\t<none>\nAnnotations:\t<none>\nSchedule:\t0 3 * * *\n"
        "Concurrency Policy:\tAllow\nSuspend:\tTrue\nTime Zone:\tAsia/Tokyo\nSuccessful Job History Limit:\t3\n"
        "Failed Job History Limit:\t1\nStarting Deadline Seconds:\t100s\nSelector:\t<unset>\nParallelism:\t2\n"
        "Completions:\t4\nActive Deadline Seconds:\t9s\nPod Template:\n"
    )
    assert text.endswith(
        "Last Schedule Time:\tSat, 21 Nov 2026 14:45:07 +0000\nActive Jobs:\ta, b\nEvents of nightly\n"
    )
