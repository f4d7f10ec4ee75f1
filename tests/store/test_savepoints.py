"""Whatever is written inside of a savepoint that fails, every table is afterwards what it was before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.store import Store
from minikctl.store import stored as memory

TABLES = ("objects", "journal", "labels", "owners", "timers", "memories", "sums")

names = st.sampled_from("abc")
labels = st.dictionaries(st.sampled_from(["app", "tier"]), st.sampled_from("xy"), max_size=2)
owners = st.lists(st.sampled_from(["u1", "u2"]), max_size=2)
refs = st.sampled_from([None, "", "node-1", "node-2"])
sums = st.dictionaries(st.tuples(st.just("pods"), st.sampled_from(["cpu", "memory"])), st.integers(1, 5), max_size=2)
writes = st.tuples(st.just("write"), names, labels, owners, refs, sums)
steps = st.one_of(
    writes, writes,
    st.tuples(st.just("status"), names, st.integers(0, 3)),
    st.tuples(st.just("remove"), names),
    st.tuples(st.just("set_timer"), names, st.integers(1, 3)),
    st.tuples(st.just("clear_timer"), names),
    st.tuples(st.just("remember"), names, st.sampled_from(["", "much", "little"])),
    st.tuples(st.just("read_sums")),
)


class FailedError(Exception):
    pass


class Writer:
    """Does steps on a store, and knows what an API has to know for them."""

    def __init__(self, store):
        self.store = store
        self.held = {}

    def do(self, step):
        getattr(self, step[0])(*step[1:])

    def write(self, name, its_labels, its_owners, ref, its_sums):
        old = self.store.get("pods", "default", name)
        metadata = {"name": name, "namespace": "default", "uid": f"uid-{name}", "labels": its_labels}
        if its_owners:
            metadata["ownerReferences"] = [{"uid": uid} for uid in its_owners]
        obj = {"kind": "Pod", "metadata": metadata, "spec": {"ref": ref}}
        if old is None:
            self.store.insert("pods", obj, 1.0, ref, its_sums)
        else:
            self.store.replace("pods", obj, old, 1.0, ref, (self.held[name], its_sums))
        self.held[name] = its_sums

    def status(self, name, phase):
        stored = self.store.find("pods", "default", name)
        if stored is not None:
            before = stored.load()
            after = {**before, "metadata": dict(before["metadata"]), "status": {"phase": phase}}
            texts = {**stored.texts, "status": f'{{"phase":{phase}}}'}
            held = self.held[name]
            self.store.replace_parts("pods", stored, before, after, texts, 1.0, stored.ref, (held, held))

    def remove(self, name):
        old = self.store.get("pods", "default", name)
        if old is not None:
            self.store.remove("pods", old, 1.0, self.held.pop(name))

    def set_timer(self, name, due):
        self.store.set_timer("one", name, float(due), due)

    def clear_timer(self, name):
        self.store.clear_timer("one", name)

    def remember(self, name, content):
        self.store.set_memory("one", name, content)

    def read_sums(self):
        self.store.sums("pods")


def dump(store):
    store._write_sums()
    return {table: sorted(store._execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}


def true_sums(writer):
    """What the sums have to be, from the objects."""
    found = {}
    for name, held in writer.held.items():
        ref = writer.store.find("pods", "default", name).ref
        for (what, of), amount in held.items() if ref is not None else ():
            found[what, ref, of] = found.get((what, ref, of), 0) + amount
    return sorted(((*key, amount) for key, amount in found.items()), key=repr)


def emptied(store):
    """The store as new: a file for each example would take a second."""
    store.rollback()
    store.begin()
    return Writer(store)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = Store(str(tmp_path_factory.mktemp("savepoints") / "state.db"), lambda _: None)
    opened.begin()
    yield opened
    opened.close()


def fail(writer, *parts):
    """Do steps (or call what is no list) in a savepoint that fails."""
    with writer.store.savepoint():
        for part in parts:
            if callable(part):
                part()
                continue
            for step in part:
                writer.do(step)
        raise FailedError


def fail_in_between(writer, inner):
    """A savepoint that fails inside of another one leaves what that one has done so far."""
    was, held = dump(writer.store), dict(writer.held)
    with pytest.raises(FailedError):
        fail(writer, inner)
    assert dump(writer.store) == was
    writer.held = held


@settings(max_examples=150, deadline=None)
@given(before=st.lists(steps, max_size=8), within=st.lists(steps, max_size=8), inner=st.lists(steps, max_size=5))
def test_a_failed_part_leaves_no_trace(store, before, within, inner):
    writer = emptied(store)
    for step in before:
        writer.do(step)
    was, revision, held = dump(store), store.revision, dict(writer.held)
    with pytest.raises(FailedError):
        fail(writer, within, lambda: fail_in_between(writer, inner), within)
    writer.held = held
    assert (dump(store), store.revision) == (was, revision)
    for step in before:  # and it goes on
        writer.do(step)
    assert dump(store)["sums"] == true_sums(writer)


@settings(max_examples=100, deadline=None)
@given(done=st.lists(steps, max_size=15))
def test_objects_read_in_a_transaction_are_those_in_the_file(store, done):
    writer = emptied(store)
    for step in done:
        writer.do(step)
    remembered = {name: store.get("pods", "default", name) for name in "abc"}
    store._memory.clear()
    assert remembered == {name: store.get("pods", "default", name) for name in "abc"}
    assert dump(store)["sums"] == true_sums(writer)


def test_a_transaction_does_not_remember_more_than_it_may(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "MEMORY", 10_000)
    store = Store(str(tmp_path / "state.db"), lambda _: None)
    store.begin()
    for number in range(200):
        meta = {"name": f"n{number}", "namespace": "default", "uid": f"u{number}"}
        store.insert("pods", {"metadata": meta, "data": "x" * 500}, 1.0)
        assert sum(each.kept for each in store._memory.objects.values()) <= 10_000
    assert store._memory.objects
    assert store.get("pods", "default", "n0")["data"] == "x" * 500
    assert store.get("pods", "default", "n199")["metadata"]["resourceVersion"] == "200"
    store.close()


def test_an_object_that_is_made_of_its_text_counts_for_more(tmp_path, monkeypatch):
    """What is looked at has parts of its own; where there is no room for those it is made anew each time."""
    monkeypatch.setattr(memory, "MEMORY", 10_000)
    store = Store(str(tmp_path / "state.db"), lambda _: None)
    store.begin()
    for number in range(12):
        meta = {"name": f"n{number}", "namespace": "default", "uid": f"u{number}"}
        store.insert("pods", {"metadata": meta, "data": "x" * 500}, 1.0)
    looked = [store.look("pods", "default", f"n{number}") for number in range(12)]
    kept = store._memory.objects.values()
    assert sum(each.kept for each in kept) <= 10_000
    assert all(each.kept == each.size for each in kept)
    shared = [each for each in kept if each.shared is not None]
    assert 0 < len(shared) < len(kept)
    assert [obj["metadata"]["name"] for obj in looked] == [f"n{number}" for number in range(12)]
    store.close()
