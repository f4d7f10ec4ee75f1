"""Events are counted, aggregated and thinned out as client-go's recorder does."""

import io

import pytest

from minikctl.api import admission
from minikctl.api.bootstrap import fill
from minikctl.api.events import expire, record
from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.store import Savepoint, Store

START = 1_780_000_000


@pytest.fixture
def api(tmp_path):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": str(START), "MINIKCTL_SEED": "1"})
    store = Store(str(tmp_path / "state.db"), lambda store: fill(store, env))
    store.begin()
    return Api(store, env)


def say(api, message, *, reason="SuccessfulCreate", component="replicaset-controller", name="default"):
    record(api, api.must_get("serviceaccounts", "default", name), "Normal", reason, message, component)


def recorded(api):
    events = sorted(api.list("events", "default"), key=lambda event: int(event["metadata"]["resourceVersion"]))
    return [(event["message"], event["count"]) for event in events]


def test_the_same_words_count_up(api):
    for _ in range(3):
        say(api, "a")
    say(api, "b")
    assert recorded(api) == [("a", 3), ("b", 1)]


def test_other_reasons_and_components_are_other_events(api):
    say(api, "a")
    say(api, "a", reason="Other")
    say(api, "a", component="kubelet")
    assert recorded(api) == [("a", 1)] * 3


def test_many_different_messages_become_one_event(api):
    for number in range(1, 13):
        say(api, f"Created pod: {number}")
    assert recorded(api) == [
        *[(f"Created pod: {number}", 1) for number in range(1, 10)],
        ("(combined from similar events): Created pod: 12", 3),
    ]


def test_messages_of_long_ago_are_not_counted_for_that(api):
    for number in range(9):
        say(api, f"Created pod: {number}")
    api.advance_to(START + 601)
    say(api, "Created pod: 9")
    assert recorded(api)[-1] == ("Created pod: 9", 1)


def test_a_component_that_talks_too_much_is_muted_for_a_while(api):
    for _ in range(30):
        say(api, "a")
    assert recorded(api) == [("a", 25)]
    api.advance_to(START + 299)
    say(api, "a")
    assert recorded(api) == [("a", 25)]
    api.advance_to(START + 300)
    say(api, "a")
    say(api, "a")
    assert recorded(api) == [("a", 26)]
    say(api, "from somebody else", component="kubelet")
    assert recorded(api)[-1] == ("from somebody else", 1)


def test_an_event_that_is_refused_is_dropped(api):
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "dev"}})
    about = api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a", "namespace": "dev"}})
    api.delete("namespaces", "", "dev")
    record(api, about, "Normal", "Killing", "Stopping container", "kubelet")
    assert api.list("events", "dev") == []


def test_what_others_do_to_events_is_noticed(api):
    say(api, "a")
    (event,) = api.list("events", "default")
    api.delete("events", "default", event["metadata"]["name"])
    say(api, "a")
    assert recorded(api) == [("a", 1)]
    (event,) = api.list("events", "default")
    api.update({**event, "count": 7})
    say(api, "a")
    assert recorded(api) == [("a", 8)]


def test_what_is_taken_back_was_never_said(api):
    def fail():
        with api.store.savepoint():
            say(api, "a")
            raise RuntimeError

    say(api, "b")
    with pytest.raises(RuntimeError):
        fail()
    say(api, "a")
    assert recorded(api) == [("b", 1), ("a", 1)]


@pytest.mark.parametrize(("seconds", "left"), [(3599, ["a", "b"]), (3600, ["b"]), (3601, ["b"]), (4200, [])])
def test_events_that_are_not_repeated_go_after_an_hour(api, seconds, left):
    say(api, "a")
    say(api, "b")
    api.advance_to(START + 10)
    say(api, "b")
    api.advance_to(START + seconds)
    api.swept = START
    expire(api)
    assert [message for message, _ in recorded(api)] == left


def test_old_events_are_looked_for_once_in_a_quarter_of_an_hour(api):
    say(api, "a")
    quarter = START - START % 900
    api.advance_to(quarter + 4500)
    expire(api)
    assert recorded(api) == []
    say(api, "b")
    api.advance_to(quarter + 8100 - 1)
    api.swept = quarter + 7200
    expire(api)
    assert recorded(api) == [("b", 1)]
    api.advance_to(quarter + 8100)
    expire(api)
    assert recorded(api) == []


AWKWARD = 'it\'s "ü"\n\\ \x07'


@pytest.mark.parametrize("host", ["", "node-1"])
@pytest.mark.parametrize("quotas", [False, True])
def test_an_event_is_stored_as_one_that_is_created(api, host, quotas):
    if quotas:
        spec = {"hard": {"count/events": "10"}}
        api.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": spec})
    about = api.must_get("serviceaccounts", "default", "default")
    record(api, about, "Warning", "Because", AWKWARD, "me", host)
    (stored,) = api.list("events", "default")
    meta = stored["metadata"]
    copy = api.create({**stored, "metadata": {"name": "copy", "namespace": "default"}})
    assert list(stored) == list(copy)
    assert stored == {**copy, "metadata": {**copy["metadata"], **{k: meta[k] for k in ("name", "uid", "resourceVersion")}}}
    assert stored["message"] == AWKWARD
    assert (stored["involvedObject"]["name"], stored["source"].get("host", "")) == ("default", host)


def test_a_quota_of_events_holds(api):
    spec = {"hard": {"count/events": "1"}}
    api.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": spec})
    say(api, "a")
    say(api, "b")
    assert recorded(api) == [("a", 1)]


def test_quotas_are_all_that_the_admission_of_events_looks_at():
    rows = [row for row in (*admission.MUTATING, *admission.VALIDATING) if not row[1] or "events" in row[1]]
    assert [row[0] for row in rows if admission.CREATE in row[2]] == ["resource_quota"]


@pytest.mark.parametrize(
    "before",
    [[], [("a", "Pulled")], [("a", "Pulled")] * 3, [(str(n), "Started") for n in range(12)], [("x", str(n)) for n in range(26)]],
    ids=["nothing was said", "something", "the same", "much of one reason", "too much"],
)
def test_some_at_once_are_as_one_by_one(api, before):
    """Whatever was said before: the same events come of it, in the same order, with the same names."""
    about = api.must_get("serviceaccounts", "default", "default")
    events = [("Normal", "Pulled", "a"), ("Normal", "Created", "b"), ("Normal", "Started", "c"), ("Normal", "Created", "b")]

    def tell(at_once):
        for message, reason in before:
            record(api, about, "Normal", reason, message, "kubelet", "node-1")
        if at_once:
            api.recorder.record_all(about, events, "kubelet", "node-1")
        else:
            for kind, reason, message in events:
                record(api, about, kind, reason, message, "kubelet", "node-1")

    def told(*, at_once):
        state, taken_back = api.random().getstate(), Savepoint(api.store)
        taken_back.__enter__()
        tell(at_once)
        rows = api.store._execute("SELECT * FROM journal ORDER BY revision").fetchall()
        taken_back.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
        api.random().setstate(state)
        return rows

    assert told(at_once=True) == told(at_once=False)


def test_what_is_new_has_no_events_to_be_looked_for(api, monkeypatch):
    about = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "new", "namespace": "default", "uid": "u"}}
    record(api, api.must_get("serviceaccounts", "default", "default"), "Normal", "a", "b", "c")
    looked = []
    really = api.store.has_ref
    monkeypatch.setattr(api.store, "has_ref", lambda *args: looked.append(args) or really(*args))
    api.recorder.expect("u")
    record(api, about, "Normal", "a", "b", "c")
    assert looked == []
    record(api, {**about, "metadata": {**about["metadata"], "uid": "v"}}, "Normal", "a", "b", "c")
    assert looked == [("events", "v")]
