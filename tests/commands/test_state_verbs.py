"""``state``: copies, going back, making smaller, looking into."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.store import Store, opening

WORDS = (
    "select delete update insert into from where state journal objects set revision = 1 0 * , ( ) values with as pragma "
    "user_version begin commit ; -- /* */ drop table labels vacuum attach 'x.db' explain replace create temp view v union all"
)


@pytest.fixture
def filled(cluster):
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=3")
    cluster.ok("create", "configmap", "one")
    cluster.settle()
    return cluster


def names(cluster, *words):
    return cluster.ok("get", "configmaps", "-o", "name", *words).split()


def is_whole(cluster, *words):
    result = cluster("state", "check", *words)
    assert (result.code, result.err) == (0, "")


def beside(cluster):
    return sorted(name for name in os.listdir(cluster.folder) if name != "state.db")


class TestPathAndInfo:
    def test_the_path_is_printed_and_nothing_is_made(self, cluster):
        assert cluster.ok("state", "path") == f"{cluster.state}\n"
        assert not os.path.exists(cluster.state)

    def test_the_path_of_an_option(self, cluster):
        assert cluster.ok("--state", "/somewhere/else.db", "state", "path") == "/somewhere/else.db\n"

    def test_figures(self, filled):
        figures = json.loads(filled.ok("state", "info", "-o", "json"))
        assert figures["path"] == filled.state
        assert figures["objects"]["pods"] == 3
        assert figures["revision"] == filled.revision() == figures["journal"]["writes"]
        assert figures["version"] == opening.VERSION
        assert figures["bytes"] == os.path.getsize(filled.state)

    def test_figures_for_people(self, filled):
        filled.ok("advance", "10m")
        lines = filled.ok("state", "info").splitlines()
        assert lines[0].split() == ["State:", filled.state]
        assert any(line.split() == ["pods:", "3"] for line in lines)
        assert any(line.endswith("2026-01-02T03:14:05Z, 10m ahead of the clock") for line in lines)

    def test_a_clock_that_went_back_is_told(self, filled):
        out = filled.ok("state", "info", MINIKCTL_NOW="2026-01-02T02:00:00Z")
        assert "2026-01-02T03:04:05Z (the clock went back: time stands still for another 64m, unless it is advanced)" in out

    @pytest.mark.parametrize("verb", ["info", "check", "backup", "vacuum", "sql"])
    def test_none_of_them_makes_a_state(self, cluster, verb):
        result = cluster("state", verb, *(["select 1"] if verb == "sql" else []))
        assert (result.code, result.out, result.err) == (1, "", f"error: there is no state file {cluster.state}\n")
        assert os.listdir(cluster.folder) == []


class TestBackup:
    def test_beside_the_state_with_the_time_in_its_name(self, filled):
        out = filled.ok("state", "backup")
        copy = f"{filled.state}.20260102T030405Z.bak"
        assert out == f"the state is copied to {copy}\n"
        assert filled.ok("state", "backup") == f"the state is copied to {filled.state}.20260102T030405Z-2.bak\n"
        assert stat.S_IMODE(os.stat(copy).st_mode) == 0o600
        is_whole(filled, "--state", copy)
        assert beside(filled) == ["state.db.20260102T030405Z-2.bak", "state.db.20260102T030405Z.bak"]

    def test_while_another_command_writes(self, filled, tmp_path):
        writer = Store(filled.state, lambda _: None)
        writer.begin()
        writer.insert("configmaps", {"metadata": {"name": "half", "namespace": "default", "uid": "u"}}, 9e9)
        filled.ok("state", "backup", str(tmp_path / "copy.db"))
        writer.commit()
        writer.close()
        assert names(filled, "--state", str(tmp_path / "copy.db")) == ["configmap/kube-root-ca.crt", "configmap/one"]

    def test_the_write_ahead_log_is_in_it(self, filled, tmp_path):
        reader = sqlite3.connect(filled.state)  # as long as it is open, the log stays
        reader.execute("SELECT * FROM state").fetchone()
        filled.ok("create", "configmap", "two")
        assert os.path.getsize(filled.state + "-wal") > 0
        filled.ok("state", "backup", str(tmp_path / "copy.db"))
        reader.close()
        assert "configmap/two" in names(filled, "--state", str(tmp_path / "copy.db"))

    def test_a_folder(self, filled, tmp_path):
        (tmp_path / "copies").mkdir()
        filled.ok("state", "backup", str(tmp_path / "copies"))
        assert os.listdir(tmp_path / "copies") == ["state.db.20260102T030405Z.bak"]

    def test_a_file_is_replaced_only_by_force_and_only_where_it_is_a_state(self, filled, tmp_path):
        target = tmp_path / "copy.db"
        filled.ok("state", "backup", str(target))
        result = filled("state", "backup", str(target))
        assert (result.code, result.err) == (1, f"error: {target} is there already; --force replaces it\n")
        filled.ok("create", "configmap", "two")
        filled.ok("state", "backup", str(target), "--force")
        assert "configmap/two" in names(filled, "--state", str(target))
        target.write_text("my novel")
        result = filled("state", "backup", str(target), "--force")
        assert (result.code, result.err) == (1, f"error: {target} is not a minikctl state file\n")
        assert target.read_text() == "my novel"
        assert filled("state", "backup", filled.state, "--force").code == 1

    def test_a_folder_that_is_not_there(self, filled, tmp_path):
        result = filled("state", "backup", str(tmp_path / "no" / "copy.db"))
        assert (result.code, result.err) == (1, f"error: cannot write {tmp_path}/no/copy.db: No such file or directory\n")


class TestRestore:
    @pytest.fixture
    def copy(self, filled, tmp_path):
        path = str(tmp_path / "copy.db")
        filled.ok("state", "backup", path)
        filled.ok("create", "configmap", "two")
        filled.ok("advance", "1h")
        return path

    def test_back_and_forth(self, filled, copy):
        revision, kept = filled.revision(), f"{filled.state}.20260102T030405Z.bak"
        out = filled.ok("state", "restore", copy)
        assert out == f"{filled.state} is restored from {copy}\nwhat was there is kept in {kept}\n"
        assert names(filled) == ["configmap/kube-root-ca.crt", "configmap/one"]
        is_whole(filled)
        assert filled.revision() < revision
        assert stat.S_IMODE(os.stat(kept).st_mode) == stat.S_IMODE(os.stat(filled.state).st_mode) == 0o600
        filled.ok("state", "restore", kept)
        assert filled.revision() == revision
        assert "configmap/two" in names(filled)
        filled.ok("scale", "deployment", "web", "--replicas=5")
        is_whole(filled)

    def test_where_there_was_none(self, filled, copy, tmp_path):
        path = str(tmp_path / "new" / "state.db")
        assert filled.ok("state", "restore", copy, "--state", path) == f"{path} is restored from {copy}\n"
        assert names(filled, "--state", path) == ["configmap/kube-root-ca.crt", "configmap/one"]
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600

    def test_a_command_that_waits_to_write_goes_on_with_what_was_restored(self, filled, copy):
        waiting = Store(filled.state, lambda _: None)
        filled.ok("state", "restore", copy)
        waiting.begin()
        assert waiting.get("configmaps", "default", "two") is None
        waiting.insert("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "three", "namespace": "default", "uid": "u3"}}, 9e9)
        waiting.commit()
        waiting.close()
        assert "configmap/three" in names(filled)
        is_whole(filled)

    def test_a_command_in_the_middle_of_its_writes_is_waited_for(self, filled, copy):
        writer = Store(filled.state, lambda _: None)
        writer.begin()
        result = filled("state", "restore", copy, MINIKCTL_LOCK_TIMEOUT="50ms")
        assert result.code == 1
        assert "is in use: another minikctl has been writing to it for more than 0.05s" in result.err
        writer.rollback()
        writer.close()
        assert "configmap/two" in names(filled)
        assert beside(filled) == ["copy.db"]

    @pytest.mark.parametrize("what", ["text", "another database", "empty", "newer", "damaged", "inconsistent", "missing"])
    def test_what_is_no_good_backup_is_refused(self, filled, copy, tmp_path, what):
        bad = tmp_path / "bad.db"
        shutil.copy(copy, bad)
        expected = {
            "text": f"{bad} is not a minikctl state file",
            "another database": f"{bad} is not a minikctl state file",
            "empty": f"{bad} is not a minikctl state file",
            "newer": "was written by a newer minikctl",
            "damaged": f"the backup {bad} is damaged: file: ",
            "inconsistent": f"the backup {bad} is damaged: state: the counter stands at 3, but",
            "missing": f"there is no state file {bad}",
        }[what]
        if what == "text":
            bad.write_text("kind: Pod\n" * 50)
        elif what == "another database":
            bad.unlink()
            with contextlib.closing(sqlite3.connect(bad)) as raw:
                raw.execute("CREATE TABLE songs (title)")
        elif what == "empty":
            bad.write_bytes(b"")
        elif what == "missing":
            bad.unlink()
        elif what == "damaged":
            data = bytearray(bad.read_bytes())
            data[5 * 16384 : 5 * 16384 + 2000] = os.urandom(2000)
            bad.write_bytes(data)
        else:
            statement = "PRAGMA user_version = 99" if what == "newer" else "UPDATE state SET revision = 3"
            with contextlib.closing(sqlite3.connect(bad)) as raw, raw:
                raw.execute(statement)
        before = Path(filled.state).read_bytes()
        result = filled("state", "restore", str(bad))
        assert (result.code, result.out) == (1, "")
        assert expected in result.err
        assert Path(filled.state).read_bytes() == before
        assert [name for name in beside(filled) if name not in ("bad.db", "copy.db")] == []

    def test_a_damaged_state_is_replaced_as_a_file_and_kept(self, filled, copy):
        data = bytearray(Path(filled.state).read_bytes())
        for page in range(2, len(data) // 16384):
            data[page * 16384 : page * 16384 + 100] = os.urandom(100)
        Path(filled.state).write_bytes(data)
        assert filled("state", "check").code == 1
        out = filled.ok("state", "restore", copy)
        kept = out.split()[-1]
        is_whole(filled)
        assert Path(kept).read_bytes() == data
        assert names(filled) == ["configmap/kube-root-ca.crt", "configmap/one"]

    def test_what_is_no_state_is_not_replaced(self, filled, copy, tmp_path):
        other = tmp_path / "novel.db"
        other.write_text("Call me Ishmael. " * 50)
        result = filled("state", "restore", copy, "--state", str(other))
        assert (result.code, result.err) == (1, f"error: {other} is not a minikctl state file\n")
        assert other.read_text() == "Call me Ishmael. " * 50

    def test_the_state_itself(self, filled):
        result = filled("state", "restore", filled.state)
        assert (result.code, result.err) == (1, f"error: {filled.state} is the state file itself\n")


class TestVacuum:
    @pytest.fixture
    def long_lived(self, filled):
        for number in range(30):
            filled.ok("label", "configmap", "one", f"round={number}", "--overwrite")
        filled.ok("delete", "configmap", "one")
        filled.ok("create", "configmap", "two")
        return filled

    def rows(self, cluster):
        with contextlib.closing(sqlite3.connect(cluster.state)) as raw:
            return raw.execute("SELECT count(*) FROM journal").fetchone()[0]

    def test_what_nothing_needs_goes(self, long_lived):
        shown = long_lived.ok("get", "all,configmaps,events", "-A", "-o", "json")
        before, revision = self.rows(long_lived), long_lived.revision()
        out = long_lived.ok("state", "vacuum")
        after = self.rows(long_lived)
        assert out.startswith(f"{before - after} of {before} writes pruned, ")
        assert before - after > 30
        is_whole(long_lived)
        assert long_lived.ok("get", "all,configmaps,events", "-A", "-o", "json") == shown
        assert long_lived.revision() == revision
        long_lived.ok("scale", "deployment", "web", "--replicas=1")
        long_lived.settle()
        long_lived.ok("state", "vacuum")
        is_whole(long_lived)

    def test_what_controllers_have_not_read_stays(self, filled):
        filled.ok("state", "vacuum")
        before = self.rows(filled)
        filled.ok("delete", "deployment", "web", "--wait=false", "--no-reconcile")
        filled.ok("create", "configmap", "two", "--no-reconcile")
        filled.ok("delete", "configmap", "two", "--no-reconcile")
        filled.ok("state", "vacuum")
        assert self.rows(filled) >= before + 2
        is_whole(filled)
        filled.settle()
        filled.ok("advance", "1m")
        assert filled.ok("get", "pods", "-o", "name") == "", "the collector found what it had not read"
        is_whole(filled)

    def test_a_state_that_no_controller_has_read_stays_whole(self, cluster):
        cluster.ok("init")
        assert cluster.ok("state", "vacuum").startswith("0 of ")
        cluster.ok("create", "configmap", "x")
        is_whole(cluster)

    def test_keep(self, long_lived):
        before = self.rows(long_lived)
        assert long_lived.ok("state", "vacuum", "--keep", str(before)).startswith("0 of ")
        long_lived.ok("state", "vacuum", "--keep", "10")
        with contextlib.closing(sqlite3.connect(long_lived.state)) as raw:
            kept = [row[0] for row in raw.execute("SELECT revision FROM journal ORDER BY revision DESC LIMIT 10")]
        assert kept == list(range(long_lived.revision(), long_lived.revision() - 10, -1))
        is_whole(long_lived)
        result = long_lived("state", "vacuum", "--keep", "-1")
        assert (result.code, result.err) == (1, "error: --keep must not be negative, but is -1\n")

    def test_the_space_comes_back(self, filled):
        manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata: {x: " + "y" * 900_000 + "}\n"
        filled.ok("create", "-f", "-", stdin=manifest)
        filled.ok("delete", "configmap", "big")
        filled.settle()
        filled.ok("create", "configmap", "two")  # a pass that lets controllers read on
        before = os.path.getsize(filled.state)
        filled.ok("state", "vacuum")
        assert os.path.getsize(filled.state) < before - 800_000
        assert beside(filled) == []

    def test_while_another_command_writes(self, filled):
        writer = Store(filled.state, lambda _: None)
        writer.begin()
        result = filled("state", "vacuum", MINIKCTL_LOCK_TIMEOUT="50ms")
        assert result.code == 1
        assert "is in use" in result.err
        writer.close()

    def test_a_reader_goes_on_meanwhile(self, filled):
        reader = Store(filled.state, lambda _: None)
        filled.ok("state", "vacuum")
        assert reader.exists("configmaps", "default", "one")
        reader.close()
        is_whole(filled)


class TestSql:
    def test_a_table(self, filled):
        out = filled.ok("state", "sql", "select namespace, name, null as absent, 1.5 as number from objects where resource = 'configmaps' and namespace = 'default'")
        assert out == (
            "NAMESPACE   NAME               ABSENT   NUMBER\n"
            "default     kube-root-ca.crt   <none>   1.5\n"
            "default     one                <none>   1.5\n"
        )

    def test_without_headers(self, filled):
        assert filled.ok("state", "sql", "select 1, 2", "--no-headers") == "1     2\n"

    def test_json(self, filled):
        out = filled.ok("state", "sql", "select name, uid is null as lost, name, x'0aff' as bytes from objects where resource = 'configmaps' and name = 'one'", "-o", "json")
        assert json.loads(out) == [{"name": "one", "lost": 0, "name_2": "one", "bytes": "0aff"}]

    def test_no_rows(self, filled):
        result = filled("state", "sql", "select * from objects where 0")
        assert (result.code, result.out, result.err) == (0, "", "No rows found\n")
        assert filled.ok("state", "sql", "select * from objects where 0", "-o", "json") == "[]\n"

    def test_json_of_objects_can_be_looked_into(self, filled):
        out = filled.ok("state", "sql", "select j.value from objects o join journal using (revision), json_each(body, '$.metadata.labels') j where o.name = 'web'", "--no-headers")
        assert out == "web\n"

    def test_the_history_view(self, filled):
        out = filled.ok("state", "sql", "select verb, command from history where name = 'one'", "--no-headers")
        assert out == "create   create configmap one\n"

    @pytest.mark.parametrize(
        "statement",
        [
            "delete from objects",
            "update state set revision = 0",
            "insert into labels values ('a', 'b', 1)",
            "create table x (y)",
            "create temp table x (y)",
            "drop table labels",
            "alter table labels rename to marks",
            "vacuum",
            "vacuum into 'copy.db'",
            "attach 'other.db' as other",
            "detach main",
            "begin",
            "commit",
            "savepoint x",
            "analyze",
            "pragma user_version = 3",
            "pragma journal_mode = delete",
            "pragma query_only = off",
            "pragma writable_schema = on",
            "pragma wal_checkpoint(truncate)",
            "pragma optimize",
            "with x as (select 1) delete from objects",
            "explain delete from objects",
            "select load_extension('x.so')",
        ],
    )
    def test_what_writes_is_refused(self, filled, statement, monkeypatch):
        monkeypatch.chdir(filled.folder)
        before = Path(filled.state).read_bytes()
        result = filled("state", "sql", statement)
        assert (result.code, result.out, result.err) == (1, "", "error: the statement is refused: only what reads the state is allowed\n")
        assert Path(filled.state).read_bytes() == before
        assert beside(filled) == []

    @pytest.mark.parametrize(
        ("statement", "message"),
        [
            ("selec", 'near "selec": syntax error'),
            ("select absent", "no such column: absent"),
            ("select 1; select 2", "you can only execute one statement at a time."),
            ("select randomblob(1000000000)", "string or blob too big"),
            ("select 'a\0b'", None),
            ("select ?", None),
        ],
    )
    def test_wrong_statements(self, filled, statement, message):
        result = filled("state", "sql", statement)
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("error: the statement is wrong: ")
        assert message is None or result.err == f"error: the statement is wrong: {message}\n"

    @pytest.mark.parametrize("words", [[], ["select 1", "select 2"], ["select 1", "-o", "yaml"]])
    def test_wrong_words(self, filled, words):
        assert filled("state", "sql", *words).code == 1

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.sampled_from(WORDS.split()), max_size=10).map(" ".join) | st.text(max_size=20))
    def test_no_statement_changes_the_file_or_makes_another(self, sql_cluster, statement):
        result = sql_cluster("state", "sql", "--", statement)
        assert result.code == 0 or result.err.startswith("error: "), result
        assert Path(sql_cluster.state).read_bytes() == sql_cluster.before
        assert beside(sql_cluster) == []


@pytest.fixture(scope="module")
def sql_cluster(tmp_path_factory):
    from conftest import Cluster

    made = Cluster(tmp_path_factory.mktemp("sql"))
    made.ok("get", "ns")
    made.before = Path(made.state).read_bytes()
    here = os.getcwd()
    os.chdir(made.folder)
    yield made
    os.chdir(here)
