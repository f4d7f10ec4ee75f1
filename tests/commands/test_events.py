"""``events``: kubectl's table, its order and its words; and Events of events.k8s.io, which are the same objects."""

from __future__ import annotations

import json

import pytest

EVENT = """\
apiVersion: v1
kind: Event
metadata: {{name: {name}, namespace: default}}
involvedObject: {{kind: Pod, name: p, namespace: default, apiVersion: v1}}
reason: {name}
message: "{message}"
type: {type}
firstTimestamp: {first}
lastTimestamp: {last}
count: {count}
---
"""
OF_EVENTS_GROUP = """\
apiVersion: events.k8s.io/v1
kind: Event
metadata: {name: mine, namespace: default}
eventTime: "2026-01-02T03:00:05.000000Z"
reportingController: example.com/me
reportingInstance: me-1
action: Doing
reason: Test
regarding: {kind: Pod, name: p, namespace: default, apiVersion: v1}
note: hello
type: Normal
"""


def event(name, first, last, count=1, kind="Normal", message="said"):
    return EVENT.format(name=name, first=f'"2026-01-02T{first}Z"', last=f'"2026-01-02T{last}Z"', count=count, type=kind,
                        message=message)


@pytest.fixture
def three(cluster):
    cluster.ok("create", "-f", "-", stdin=(
        event("late", "03:04:00", "03:04:01") + event("early", "03:00:05", "03:00:05", kind="Warning", message=" a \\e[1m")
        + event("often", "02:04:05", "03:03:05", count=3)
    ))
    return cluster


def test_the_newest_is_last_and_repeats_are_counted(three):
    assert three.ok("events") == (
        "LAST SEEN           TYPE      REASON   OBJECT   MESSAGE\n"
        "4m                  Warning   early    Pod/p    a ^[[1m\n"
        "60s (x3 over 60m)   Normal    often    Pod/p    said\n"
        "5s                  Normal    late     Pod/p    said\n"
    )


@pytest.mark.parametrize(("words", "reasons"), [
    (("--types=Warning",), ["early"]),
    (("--types=warning,normal",), ["early", "often", "late"]),
    (("--for", "pod/p"), ["early", "often", "late"]),
    (("--for=po/p", "--types", "Normal"), ["often", "late"]),
])
def test_what_is_shown(three, words, reasons):
    assert [line.split()[0] for line in three.ok("events", "-o", "jsonpath={.items[*].reason}", *words).split()] == reasons


def test_namespaces_and_headers(three):
    assert three.ok("events", "-A", "--no-headers", "--types=Warning") == (
        "default   4m    Warning   early   Pod/p   a ^[[1m\n"
    )


@pytest.mark.parametrize(("words", "code", "err"), [
    (("-n", "kube-system"), 0, "No events found in kube-system namespace.\n"),
    (("--for", "pod/q"), 0, "No events found in default namespace.\n"),
    (("-A", "--for", "pod/q"), 0, "No events found.\n"),
    (("--types", "Bad"), 1, "error: valid --types are Normal or Warning\n"),
    (("--for", "p"), 1, "error: --for must be in resource/name form\n"),
    (("--for", "pod/p/q"), 1, "error: arguments in resource/name form may not have more than one slash\n"),
    (("--for", "nothing/p"), 1, "the server doesn't have a resource type \"nothing\"\n"),
])
def test_words(three, words, code, err):
    result = three("events", *words)
    assert (result.code, result.out, result.err) == (code, "", err)


def test_objects_are_an_event_list(three):
    listed = json.loads(three.ok("events", "-o", "json"))
    assert (listed["apiVersion"], listed["kind"], listed["metadata"]) == ("v1", "EventList", {})
    assert list(listed) == ["kind", "apiVersion", "metadata", "items"]
    assert list(listed["items"][0])[:4] == ["kind", "apiVersion", "metadata", "involvedObject"]
    assert three.ok("events", "-o", "name", "--types=Warning") == ""  # as kubectl, which finds none in such a list


def test_one_object_has_two_forms(cluster):
    cluster.ok("apply", "-f", "-", stdin=OF_EVENTS_GROUP)
    assert cluster.ok("apply", "-f", "-", stdin=OF_EVENTS_GROUP) == "event.events.k8s.io/mine unchanged\n"
    core = json.loads(cluster.ok("get", "event", "mine", "-o", "json"))
    other = json.loads(cluster.ok("get", "events.v1.events.k8s.io", "mine", "-o", "json"))
    assert (core["apiVersion"], core["message"], core["involvedObject"]["name"], core["reportingComponent"]) == (
        "v1", "hello", "p", "example.com/me"
    )
    assert (other["apiVersion"], other["note"], other["regarding"]["name"], other["reportingController"]) == (
        "events.k8s.io/v1", "hello", "p", "example.com/me"
    )
    assert core["metadata"] == other["metadata"]
    assert cluster.ok("get", "events.events.k8s.io", "-o", "name") == "event.events.k8s.io/mine\n"
    assert cluster.ok("events").splitlines()[1].split() == ["4m", "Normal", "Test", "Pod/p", "hello"]
    cluster.ok("delete", "events.events.k8s.io", "mine")
    assert cluster("get", "event", "mine").err == 'Error from server (NotFound): events "mine" not found\n'


def test_events_of_the_cluster_are_in_both_groups(cluster):
    cluster.ok("run", "web", "--image=nginx")
    names = [cluster.ok("get", resource, "-o", "jsonpath={.items[*].metadata.name}")
             for resource in ("events", "events.events.k8s.io")]
    assert names[0] == names[1] != ""


def test_rules_of_the_newer_group(cluster):
    assert cluster("create", "-f", "-", stdin=OF_EVENTS_GROUP.replace("action: Doing\n", "").replace("Normal", "Bad")).err == (
        'The Event "mine" is invalid: \n* action: Required value\n* type: Invalid value: "": has invalid value: Bad\n'
    )
    cluster.ok("create", "-f", "-", stdin=OF_EVENTS_GROUP)
    result = cluster("patch", "events.events.k8s.io", "mine", "--type=merge", "-p", '{"note":"other"}')
    assert result.err == 'The Event "mine" is invalid: message: Invalid value: "other": field is immutable\n'
    cluster.ok("patch", "event", "mine", "--type=merge", "-p", '{"message":"other"}')
    assert cluster.ok("get", "events.events.k8s.io", "mine", "-o", "jsonpath={.note}") == "other"
