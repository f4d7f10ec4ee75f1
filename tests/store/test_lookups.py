"""Every look-up goes by an index: SQLite is asked how it would do each statement that the store sends."""

import io

import pytest

from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.kinds.pod.sums import REQUESTED
from minikctl.kinds.service.sums import selecting
from minikctl.lib.labels import parse
from minikctl.reconcile import Reconciler
from minikctl.store import Store

UID = "6f1a2b3c-0000-4000-8000-000000000001"
LOOKUPS = {
    "by name": lambda store: store.get("pods", "default", "x"),
    "whether it is there": lambda store: store.exists("pods", "default", "x"),
    "of a namespace": lambda store: store.list("pods", "default"),
    "of all namespaces": lambda store: store.list("pods"),
    "fields of a namespace": lambda store: store.list("pods", "default", fields=("metadata.name",)),
    "fields of those at hand": lambda store: [
        store.look("pods", "default", next(iter(store.list("pods")))["metadata"]["name"]),
        store.list("pods", "default", fields=("metadata.name",)), store.list("pods", ref="node-1", fields=("kind",), mentions="x"),
    ],
    "by owner": lambda store: store.list("pods", "default", owner=UID),
    "of an owner, for looking only": lambda store: store.owned("pods", "default", UID),
    "without an owner, by label": lambda store: store.list("pods", "default", selector=parse("app=d"), not_owner=UID),
    "by label": lambda store: store.list("pods", "default", selector=parse("app=d")),
    "by labels": lambda store: store.list("pods", "default", selector=parse("app in (d, e),pod-template-hash=x")),
    "by label, everywhere": lambda store: store.list("pods", selector=parse("app=d")),
    "by node": lambda store: store.list("pods", ref="node-1"),
    "by node, those that mention something": lambda store: store.list("pods", ref="node-1", mentions="podIP"),
    "whether a node has any": lambda store: store.has_ref("pods", "node-1"),
    "events of an object": lambda store: store.list("events", "default", ref=UID),
    "dependents": lambda store: store.dependents(UID),
    "whether there are dependents": lambda store: store.has_dependents(UID),
    "whether there is any": lambda store: store.is_empty("jobs.batch"),
    "names of a namespace": lambda store: store.names(namespace="default"),
    "resources": lambda store: store.resources(),
    "counted": lambda store: store.count("pods", "default"),
    "counted up to two": lambda store: store.count("services", limit=2),
    "counted by node": lambda store: store.count("pods", ref="node-1"),
    "sums of nodes": lambda store: store.sums(REQUESTED),
    "sums of a node": lambda store: store.sums(REQUESTED, "node-1"),
    "Services by a label of a Pod": lambda store: store.sums(selecting("default", "app", "d")),
    "what was written since": lambda store: list(store.changes_since(store.revision - 3)),
    "timers that are due": lambda store: store.due_timers(2e9),
    "the next timer": lambda store: store.next_timer(),
}
DEPLOYMENT = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "default"},
    "spec": {
        "replicas": 2, "selector": {"matchLabels": {"app": "d"}},
        "template": {"metadata": {"labels": {"app": "d"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}},
    },
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": "2026-06-01T12:00:00Z", "MINIKCTL_SEED": "1"})
    path = str(tmp_path_factory.mktemp("lookups") / "state.db")
    store = Store(path, lambda store: fill(store, env))
    store.begin()
    api = Api(store, env)
    api.create(DEPLOYMENT, client=True)
    Reconciler(api).until_stable()
    store.commit()
    store.begin()
    yield store
    store.rollback()
    store.close()


def statements(store, look):
    """The statements, with their values, that a look-up sends."""
    sent = []
    store._connection.set_trace_callback(sent.append)
    try:
        look()
    finally:
        store._connection.set_trace_callback(None)
    return [each for each in sent if each.lstrip().upper().startswith(("SELECT", "WITH"))]


def walks(store, statement):
    """The steps of SQLite's plan that go through all of a table, or of an index."""
    plan = [row[3] for row in store._connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    made = {step.split()[-1] for step in plan if step.startswith(("CO-ROUTINE", "MATERIALIZE"))}
    # The first by an index is one step.
    first = statement.rstrip().endswith(" 1") or "min(" in statement
    return [
        step for step in plan
        if step.startswith("SCAN") and step.split()[1] not in {*made, "hop", "CONSTANT"} and not (first and "INDEX" in step)
    ]


@pytest.mark.parametrize("look", LOOKUPS.values(), ids=LOOKUPS)
def test_no_table_is_walked(store, look):
    sent = statements(store, lambda: look(store))
    assert sent
    assert not [found for statement in sent for found in walks(store, statement)], sent


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM objects WHERE uid || '' = 'x'", "SELECT count(*) FROM objects", "SELECT name FROM objects WHERE name = 'x'"],
)
def test_a_walk_would_be_found(store, statement):
    assert walks(store, statement)
