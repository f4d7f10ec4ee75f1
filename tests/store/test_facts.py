"""Some fields of objects: the same whether they are read, at hand as text, or at hand as objects."""

import pytest

from minikctl.lib.labels import parse
from minikctl.store import Store

FIELDS = ("metadata.name", "metadata.labels", "status.phase", "status.podIP")
WANTED = {
    "all": {},
    "of an owner": {"owner": "o1"},
    "of a node": {"ref": "node-1"},
    "with a label": {"selector": parse("app=a")},
    "that mention something": {"mentions": "podIP"},
    "of a node, that mention something": {"ref": "node-1", "mentions": "podIP"},
    "without an owner": {"selector": parse("app=a"), "not_owner": "o1"},
}


@pytest.fixture
def store(tmp_path):
    """Pods, some with an owner, a node, an address; one with a field of that name in a text."""
    store = Store(str(tmp_path / "state.db"), lambda _: None)
    store.begin()
    for number in range(12):
        meta = {"name": f"p{number}", "namespace": "default", "uid": f"u{number}", "labels": {"app": "ab"[number % 2]}}
        if number % 3 == 0:
            meta["ownerReferences"] = [{"uid": "o1"}]
        status = {"phase": "Running", **({"podIP": f"10.0.0.{number}"} if number % 3 == 1 else {}), "message": '"podIP":'}
        store.insert("pods", {"kind": "Pod", "metadata": meta, "status": status}, 1.0, f"node-{number % 2}")
    store.commit()
    store.begin()
    yield store
    store.close()


def facts(store, **wanted):
    """What was asked for of what is found: there may be more."""
    found = []
    for pod in store.list("pods", "default", fields=FIELDS, **wanted):
        status = pod.get("status") or {}
        found.append((pod["metadata"]["name"], pod["metadata"].get("labels"), status.get("phase"), status.get("podIP")))
    return found


@pytest.mark.parametrize("wanted", WANTED.values(), ids=WANTED)
def test_facts_are_the_same_wherever_they_come_from(store, wanted):
    read = facts(store, **wanted)
    assert read
    for number in range(0, 12, 2):
        store.find("pods", "default", f"p{number}")
    assert facts(store, **wanted) == read
    for number in range(0, 12, 3):
        store.look("pods", "default", f"p{number}")
    assert facts(store, **wanted) == read


def test_what_is_at_hand_is_not_read(store):
    for number in range(12):
        store.look("pods", "default", f"p{number}")
    statements = []
    store._connection.set_trace_callback(statements.append)
    assert len(facts(store)) == 12
    assert not any("json_extract" in statement for statement in statements)
