"""The state file: objects and their look-ups, journal, transactions, timers, and files that are not what they should be."""

from __future__ import annotations

import os
import sqlite3
import stat

import pytest

from minikctl.errors import StateError
from minikctl.lib import labels
from minikctl.store import Store
from minikctl.store.opening import APPLICATION_ID, VERSION


def nothing(store):
    pass


def obj(name, namespace="default", uid="", **meta):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, "uid": uid or f"uid-{namespace}-{name}", **meta},
    }


@pytest.fixture
def store(tmp_path):
    opened = Store(str(tmp_path / "state.db"), nothing)
    yield opened
    opened.close()


@pytest.fixture
def writing(store):
    store.begin()
    return store


def insert(store, *objects, ref=None):
    for each in objects:
        store.insert("configmaps", each, 100.0, ref)


def names(objects):
    return [each["metadata"]["name"] for each in objects]


class TestObjects:
    def test_what_was_stored_comes_back_with_a_resource_version(self, writing):
        insert(writing, obj("a"))
        assert writing.get("configmaps", "default", "a") == obj("a", resourceVersion="1")

    def test_absent_objects_are_none(self, writing):
        assert writing.get("configmaps", "default", "a") is None

    def test_objects_handed_out_are_the_callers_own(self, writing):
        insert(writing, obj("a"))
        writing.get("configmaps", "default", "a")["metadata"]["name"] = "changed"
        assert writing.get("configmaps", "default", "a")["metadata"]["name"] == "a"

    def test_revisions_rise_by_one_with_each_write(self, writing):
        insert(writing, obj("a"), obj("b"))
        before = writing.get("configmaps", "default", "a")
        writing.replace("configmaps", {**obj("a"), "data": {"x": "1"}}, before, 100.0)
        assert writing.get("configmaps", "default", "a")["metadata"]["resourceVersion"] == "3"

    def test_removed_objects_are_gone_and_their_name_is_free(self, writing):
        insert(writing, obj("a"))
        writing.remove("configmaps", writing.get("configmaps", "default", "a"), 100.0)
        assert writing.get("configmaps", "default", "a") is None
        insert(writing, obj("a", uid="another"))
        assert writing.get("configmaps", "default", "a")["metadata"]["uid"] == "another"

    def test_lists_are_in_the_order_of_an_api_server(self, writing):
        insert(writing, obj("b", "a"), obj("a", "a-b"), obj("a", "a"), obj("z", "0"))
        listed = [(o["metadata"]["namespace"], o["metadata"]["name"]) for o in writing.list("configmaps")]
        assert listed == [("0", "z"), ("a-b", "a"), ("a", "a"), ("a", "b")], "'-' comes before '/' in etcd's keys"

    def test_lists_of_a_namespace_have_nothing_of_others(self, writing):
        insert(writing, obj("a", "one"), obj("b", "two"))
        assert names(writing.list("configmaps", "two")) == ["b"]

    @pytest.mark.parametrize(
        ("selector", "expected"),
        [
            ("app=x", ["a", "b"]),
            ("app=x,tier=web", ["b"]),
            ("app!=x", ["c", "d"]),
            ("app in (x,y)", ["a", "b", "c"]),
            ("app", ["a", "b", "c"]),
            ("!app", ["d"]),
            ("tier notin (web)", ["a", "c", "d"]),
            ("", ["a", "b", "c", "d"]),
        ],
    )
    def test_selectors(self, writing, selector, expected):
        insert(
            writing,
            obj("a", labels={"app": "x"}),
            obj("b", labels={"app": "x", "tier": "web"}),
            obj("c", labels={"app": "y"}),
            obj("d"),
        )
        assert names(writing.list("configmaps", "default", selector=labels.parse(selector))) == expected

    def test_the_label_index_follows_changes(self, writing):
        insert(writing, obj("a", labels={"app": "x", "keep": "1"}))
        before = writing.get("configmaps", "default", "a")
        writing.replace("configmaps", obj("a", labels={"app": "y", "keep": "1"}), before, 100.0)
        assert names(writing.list("configmaps", selector=labels.parse("app=x"))) == []
        assert names(writing.list("configmaps", selector=labels.parse("app=y"))) == ["a"]
        assert names(writing.list("configmaps", selector=labels.parse("keep=1"))) == ["a"]

    def test_owners(self, writing):
        owner = {"apiVersion": "v1", "kind": "X", "name": "o", "uid": "owner"}
        insert(writing, obj("a", ownerReferences=[owner]), obj("b"))
        assert names(writing.list("configmaps", owner="owner")) == ["a"]
        assert names(writing.list("configmaps", not_owner="owner")) == ["b"]
        assert writing.dependents("owner") == [("configmaps", "default", "a")]
        writing.replace("configmaps", obj("a"), writing.get("configmaps", "default", "a"), 100.0)
        assert writing.dependents("owner") == []

    def test_what_is_owned_is_made_once_and_as_it_is_now(self, writing):
        owner = {"apiVersion": "v1", "kind": "X", "name": "o", "uid": "owner"}
        insert(writing, obj("b", ownerReferences=[owner]), obj("a", ownerReferences=[owner]), obj("c"))
        first = writing.owned("configmaps", "default", "owner")
        assert names(first) == ["a", "b"]
        assert [found is known for found, known in zip(writing.owned("configmaps", "default", "owner"), first, strict=True)] == [
            True, True,
        ]
        writing.replace("configmaps", obj("a"), writing.get("configmaps", "default", "a"), 100.0)
        assert names(writing.owned("configmaps", "default", "owner")) == ["b"]
        changed = obj("b", ownerReferences=[owner], labels={"new": "1"})
        writing.replace("configmaps", changed, writing.get("configmaps", "default", "b"), 100.0)
        assert writing.owned("configmaps", "default", "owner")[0]["metadata"]["labels"] == {"new": "1"}

    def test_what_is_looked_at_is_not_what_is_handed_out(self, writing):
        insert(writing, obj("a"))
        shared = writing.look("configmaps", "default", "a")
        assert writing.look("configmaps", "default", "a") is shared
        writing.get("configmaps", "default", "a")["metadata"]["name"] = "changed"
        assert shared == obj("a", resourceVersion="1")

    def test_what_was_not_written_for_long_goes_at_once(self, writing):
        insert(writing, obj("a"), obj("kept", labels={"app": "x"}), ref="node-1")
        writing.insert("configmaps", obj("new"), 200.0)
        left = []
        writing.remove_unchanged_since("configmaps", 150.0, 300.0, left.append)
        assert names(left) == ["kept"]  # somebody else's work: it has more than its row
        assert names(writing.list("configmaps")) == ["kept", "new"]
        assert writing.count("configmaps", ref="node-1") == 1
        gone = list(writing.changes_since(3))
        assert [(change.verb, change.name, change.time, change.before) for change in gone] == [
            ("delete", "a", 300.0, obj("a", resourceVersion="1")),
        ]

    def test_that_can_be_taken_back(self, writing):
        def fails():
            writing.remove_unchanged_since("configmaps", 150.0, 300.0, list)
            raise RuntimeError

        insert(writing, obj("a"), ref="node-1")
        with pytest.raises(RuntimeError), writing.savepoint():
            fails()
        assert names(writing.list("configmaps", ref="node-1")) == ["a"]
        assert writing.revision == 1

    def test_the_indexed_field_follows_changes(self, writing):
        insert(writing, obj("a"), ref="node-1")
        insert(writing, obj("b"), ref="")
        assert names(writing.list("configmaps", ref="node-1")) == ["a"]
        assert names(writing.list("configmaps", ref="")) == ["b"]
        writing.replace("configmaps", obj("b"), writing.get("configmaps", "default", "b"), 100.0, "node-1")
        assert names(writing.list("configmaps", ref="node-1")) == ["a", "b"]
        assert writing.count("configmaps", ref="node-1") == 2


class TestTransactions:
    def test_nothing_of_a_rolled_back_transaction_stays(self, store):
        store.begin()
        insert(store, obj("a"))
        store.rollback()
        assert store.get("configmaps", "default", "a") is None
        assert store.revision == 0

    def test_a_savepoint_takes_back_its_own_part_alone(self, writing):
        def fails():
            insert(writing, obj("b"))
            raise RuntimeError

        insert(writing, obj("a"))
        with pytest.raises(RuntimeError), writing.savepoint():
            fails()
        assert names(writing.list("configmaps")) == ["a"]
        assert writing.revision == 1
        assert [change.name for change in writing.changes_since(0)] == ["a"]

    def test_what_was_committed_is_there_for_the_next_process(self, tmp_path):
        path = str(tmp_path / "state.db")
        first = Store(path, nothing)
        first.begin()
        insert(first, obj("a"))
        first.clock_offset = 60.0
        first.commit()
        first.close()
        second = Store(path, nothing)
        assert names(second.list("configmaps")) == ["a"]
        assert (second.revision, second.clock_offset) == (1, 60.0)

    def test_a_second_writer_waits_and_then_says_clearly_why_it_gave_up(self, tmp_path):
        path = str(tmp_path / "state.db")
        first, second = Store(path, nothing), Store(path, nothing, lock_timeout=0.05)
        first.begin()
        with pytest.raises(StateError, match=r"is in use: another minikctl has been writing to it for more than 0.05s"):
            second.begin()
        first.rollback()
        second.begin()
        second.rollback()

    def test_a_reader_does_not_wait_for_a_writer(self, tmp_path):
        path = str(tmp_path / "state.db")
        first, second = Store(path, nothing), Store(path, nothing, lock_timeout=0.05)
        first.begin()
        insert(first, obj("a"))
        assert second.list("configmaps") == []
        first.commit()
        assert second.refresh()
        assert names(second.list("configmaps")) == ["a"]


class TestJournal:
    def test_it_has_every_write_with_before_and_after(self, writing):
        insert(writing, obj("a"))
        before = writing.get("configmaps", "default", "a")
        writing.replace("configmaps", {**obj("a"), "data": {"x": "1"}}, before, 100.0)
        writing.remove("configmaps", writing.get("configmaps", "default", "a"), 100.0)
        seen = [(c.revision, c.verb, c.before is None, (c.after or {}).get("data")) for c in writing.changes_since(0)]
        assert seen == [(1, "create", True, None), (2, "update", False, {"x": "1"}), (3, "delete", False, None)]

    def test_a_later_process_reads_the_same_changes(self, tmp_path):
        path = str(tmp_path / "state.db")
        first = Store(path, nothing)
        first.begin()
        insert(first, obj("a"), obj("b"))
        first.replace("configmaps", obj("a", labels={"x": "y"}), first.get("configmaps", "default", "a"), 100.0)
        mine = [(c.revision, c.verb, c.before, c.after) for c in first.changes_since(0)]
        first.commit()
        second = Store(path, nothing)
        assert [(c.revision, c.verb, c.before, c.after) for c in second.changes_since(0)] == mine
        assert [c.revision for c in second.changes_since(2)] == [3]

    def test_changes_of_this_process_follow_those_of_others(self, tmp_path):
        path = str(tmp_path / "state.db")
        first, second = Store(path, nothing), Store(path, nothing)
        first.begin()
        insert(first, obj("a"))
        first.commit()
        second.begin()
        insert(second, obj("b"))
        assert [c.name for c in second.changes_since(0)] == ["a", "b"]

    def test_the_view_history_shows_before_and_after_to_sql(self, tmp_path):
        path = str(tmp_path / "state.db")
        store = Store(path, nothing)
        store.command = "create cm a"
        store.begin()
        insert(store, obj("a"))
        store.commit()
        rows = sqlite3.connect(path).execute("SELECT revision, verb, name, before, command FROM history").fetchall()
        assert rows == [(1, "create", "a", None, "create cm a")]


class TestTimers:
    def test_they_run_out_in_order(self, writing):
        writing.set_timer("kubelet", "default/b", 20.0)
        writing.set_timer("kubelet", "default/a", 10.0)
        writing.set_timer("job", "default/c", 30.0)
        assert writing.next_timer() == 10.0
        assert writing.due_timers(25.0) == [("kubelet", "default/a"), ("kubelet", "default/b")]
        writing.clear_timer("kubelet", "default/a")
        assert writing.next_timer() == 20.0

    def test_what_is_known_of_them_goes_with_what_is_taken_back(self, writing):
        def fails():
            writing.set_timer("job", "default/a", 20.0)
            writing.set_timer("job", "default/b", 30.0)
            writing.clear_timer("job", "default/c")
            raise RuntimeError

        writing.set_timer("job", "default/a", 10.0, 2)
        writing.set_timer("job", "default/c", 40.0)
        assert writing.timer("job", "default/b") is None
        with pytest.raises(RuntimeError), writing.savepoint():
            fails()
        assert [writing.timer("job", f"default/{name}") for name in "abc"] == [(10.0, 2), None, (40.0, 0)]
        writing.clear_timer("job", "default/b")
        assert writing.next_timer() == 10.0
        writing.rollback()
        assert writing.timer("job", "default/a") is None
        writing.begin()


class TestFiles:
    def test_the_file_is_its_owners_alone(self, tmp_path):
        path = tmp_path / "state.db"
        Store(str(path), nothing).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_one_file_is_left_and_nothing_beside_it(self, tmp_path):
        store = Store(str(tmp_path / "state.db"), nothing)
        store.begin()
        insert(store, obj("a"))
        store.commit()
        store.close()
        assert os.listdir(tmp_path) == ["state.db"]

    def test_a_file_that_could_not_be_filled_is_not_there(self, tmp_path):
        def fails(store):
            raise RuntimeError

        with pytest.raises(RuntimeError):
            Store(str(tmp_path / "state.db"), fails)
        assert os.listdir(tmp_path) == []

    def test_text_is_no_state_file_and_stays_as_it_is(self, tmp_path):
        path = tmp_path / "state.db"
        path.write_text("apiVersion: v1\n" * 100)
        with pytest.raises(StateError, match="is not a minikctl state file"):
            Store(str(path), nothing)
        assert path.read_text() == "apiVersion: v1\n" * 100

    def test_another_programs_database_is_no_state_file(self, tmp_path):
        path = tmp_path / "state.db"
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE songs (title)")
        with pytest.raises(StateError, match="is not a minikctl state file"):
            Store(str(path), nothing)

    def test_a_newer_version_is_refused(self, tmp_path):
        path = tmp_path / "state.db"
        Store(str(path), nothing).close()
        with sqlite3.connect(path) as raw:
            raw.execute(f"PRAGMA user_version = {VERSION + 1}")
        with pytest.raises(StateError, match=f"was written by a newer minikctl .its version is {VERSION + 1}"):
            Store(str(path), nothing)

    def test_a_folder_in_its_place(self, tmp_path):
        with pytest.raises(StateError, match="it is a folder"):
            Store(str(tmp_path), nothing)

    def test_a_folder_that_cannot_be_made(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(StateError, match="cannot make the state file"):
            Store(str(tmp_path / "file" / "state.db"), nothing)

    def test_a_truncated_file_is_named_and_left_alone(self, tmp_path):
        path = tmp_path / "state.db"
        store = Store(str(path), nothing)
        store.begin()
        insert(store, *(obj(f"a{n}") for n in range(500)))
        store.commit()
        store.close()
        data = path.read_bytes()[: 3 * 16384]
        path.write_bytes(data)
        with pytest.raises(StateError, match="damaged"):
            Store(str(path), nothing).list("configmaps")
        assert path.read_bytes() == data

    def test_the_file_says_what_it_is(self, tmp_path):
        path = tmp_path / "state.db"
        Store(str(path), nothing).close()
        raw = sqlite3.connect(path)
        assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert raw.execute("PRAGMA user_version").fetchone() == (VERSION,)
