"""When a CronJob runs: past and coming times of its schedule."""

import pytest

from minikctl.controllers.cronjob.running import in_zone, new_job
from minikctl.controllers.cronjob.timing import earliest_run, most_recent_run, seconds_to_next_run
from minikctl.lib.cron import CronError, parse
from minikctl.lib.times import format_time, parse_time


def at(clock, date="2026-06-01"):
    return parse_time(f"{date}T{clock}Z")


@pytest.mark.parametrize(("schedule", "earliest", "now", "expected", "missed"), [
    ("0 * * * *", "12:00:30", "12:59:59", None, 0),
    ("0 * * * *", "12:00:30", "13:00:00", "13:00:00", 0),
    ("0 * * * *", "12:00:00", "13:59:59", "13:00:00", 0),
    ("0 * * * *", "12:00:00", "15:10:00", "15:00:00", 3),
    ("*/5 * * * *", "00:00:00", "08:20:00", "08:20:00", 100),
    ("*/5 * * * *", "00:00:00", "08:25:00", "08:25:00", 101),
    ("@every 90m", "12:00:30", "15:30:00", "15:00:30", 2),
    # Not evenly apart; the guess may go too far, as upstream's does.
    ("0,10,30 8 * * *", "08:00:00", "08:31:00", "08:30:00", 2),
    ("0,10,20,30 8 * * *", "08:00:00", "12:00:00", None, 24),
])
def test_the_last_time_that_has_come(schedule, earliest, now, expected, missed):
    found, number = most_recent_run(parse(schedule), at(earliest), at(now))
    assert (None if found is None else format_time(found)[11:19], number) == (expected, missed)


def test_a_time_that_never_comes_is_an_error():
    with pytest.raises(CronError, match="time difference between two schedules is less than 1 second"):
        most_recent_run(parse("0 0 31 2 *"), at("12:00:00"), at("13:00:00"))


@pytest.mark.parametrize(("last", "deadline", "expected"), [
    (None, None, 100.0), (500.0, None, 500.0), (500.0, 1000, 500.0), (500.0, 200, 800.0),
])
def test_what_is_too_late_does_not_count(last, deadline, expected):
    assert earliest_run(100.0, last, 1000.0, deadline) == expected


@pytest.mark.parametrize(("schedule", "earliest", "now", "expected"), [
    ("0 * * * *", "12:00:00", "12:30:00", 1800), ("0 * * * *", "12:00:00", "13:00:00", 3600),
    ("0 * * * *", "12:00:00", "15:10:00", 3000), ("@every 90m", "12:00:00", "12:30:00", 3600),
    ("@every 90m", "12:00:00", "13:40:00", 4800),
])
def test_the_time_until_the_next_run(schedule, earliest, now, expected):
    assert seconds_to_next_run(parse(schedule), at(earliest), at(now)) == expected


@pytest.mark.parametrize(("zone", "expected"), [
    ("UTC", "2026-06-01T12:00:00Z"), ("Europe/Berlin", "2026-06-01T14:00:00+02:00"),
    ("Europe/London", "2026-06-01T13:00:00+01:00"), ("Africa/Abidjan", "2026-06-01T12:00:00Z"),
    ("America/St_Johns", "2026-06-01T09:30:00-02:30"),
])
def test_times_are_told_as_the_zone_has_them(zone, expected):
    assert in_zone(at("12:00:00"), zone) == expected


def test_a_job_is_made_after_the_template():
    template = {
        "metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}, "finalizers": ["x/y"]},
        "spec": {"parallelism": 2},
    }
    cron_job = {
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "cj", "namespace": "dev", "uid": "u"},
        "spec": {"jobTemplate": template, "timeZone": "Asia/Tokyo"},
    }
    job = new_job(cron_job, at("12:00:00"))
    assert job == {
        "apiVersion": "batch/v1", "kind": "Job", "spec": {"parallelism": 2},
        "metadata": {
            "name": "cj-29671920", "namespace": "dev", "labels": {"a": "b"},
            "annotations": {
                "c": "d", "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-06-01T21:00:00+09:00",
            },
            "ownerReferences": [{
                "apiVersion": "batch/v1", "kind": "CronJob", "name": "cj", "uid": "u", "controller": True,
                "blockOwnerDeletion": True,
            }],
        },
    }
    assert job["spec"] is not template["spec"]
