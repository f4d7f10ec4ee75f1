"""Files of earlier versions are brought up to date, after a copy of them was put beside: all of it or nothing."""

from __future__ import annotations

import contextlib
import gzip
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from minikctl.errors import StateError
from minikctl.store import Store, migrations, opening

FILES = Path(__file__).parent / "files"
#: one stored file of each version that there ever was
OLD_FILES = sorted(FILES.glob("v*.db.gz"))
REAL = migrations.MIGRATIONS


def unpack(stored, path):
    path.write_bytes(gzip.decompress(stored.read_bytes()))
    path.chmod(0o600)


def test_there_is_a_stored_file_of_each_version():
    assert {each.name for each in OLD_FILES} == {f"v{version}.db.gz" for version in range(1, opening.VERSION + 1)}
    assert len(migrations.MIGRATIONS) == opening.VERSION


@pytest.mark.parametrize("stored", OLD_FILES, ids=lambda each: each.name)
def test_stored_files_open_and_go_on(cluster, stored, tmp_path):
    unpack(stored, tmp_path / "state.db")
    environ = {"MINIKCTL_NOW": "2026-01-02T04:00:00Z"}
    assert cluster.ok("get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}", **environ) == "3"
    assert cluster.ok("get", "secret", "token", "-o", "jsonpath={.data.value}", **environ) == "aHVudGVyMg=="
    assert cluster("state", "check").err == ""
    cluster.ok("scale", "deployment", "web", "--replicas=5", **environ)
    cluster.ok("reconcile", "--until-stable", "--quiet", **environ)
    assert cluster.ok("get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}", **environ) == "5"
    assert cluster("state", "check").err == ""


@pytest.fixture
def second(monkeypatch):
    """A version to come: set with ``second(migration, ...)``."""

    def set_up(*more):
        monkeypatch.setattr(migrations, "MIGRATIONS", (*REAL, *more))
        monkeypatch.setattr(opening, "VERSION", len(REAL) + len(more))

    return set_up


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "state.db"
    unpack(FILES / "v1.db.gz", path)
    return path


def tables(path):
    with contextlib.closing(sqlite3.connect(path)) as raw:
        version = raw.execute("PRAGMA user_version").fetchone()[0]
        return version, {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def add_marks(db):
    db.table("marks").create({"id": int, "text": str}, pk="id")
    db.table("marks").insert({"id": 1, "text": "first"})
    db.table("marks").insert_all([{"id": 2, "text": "second"}, {"id": 3, "text": "third"}])
    db.table("marks").create_index(["text"])
    db.table("journal").add_column("note", str)


def add_more(db):
    db.table("marks").upsert({"id": 1, "text": "changed"}, pk="id")
    db.table("more").create({"id": int}, pk="id")


def fails(db):
    db.table("half").create({"id": int}, pk="id")
    db.table("half").insert({"id": 1})
    db.table("labels").delete_where()
    raise RuntimeError("the migration is wrong")


def test_an_older_file_is_brought_up_to_date_and_copied_before(old, second):
    data = old.read_bytes()
    second(add_marks, add_more)
    store = Store(str(old), lambda _: None)
    assert store.exists("deployments.apps", "default", "web")
    store.close()
    version, names = tables(old)
    assert version == len(REAL) + 2
    assert {"marks", "more", "objects"} <= names
    backup = old.with_name("state.db.v1.bak")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert (tables(backup)[0], "marks" in tables(backup)[1]) == (1, False)
    assert backup.read_bytes()[100:] == data[100:], "all but the counters in its header"
    assert sorted(os.listdir(old.parent)) == ["state.db", "state.db.v1.bak"]


def test_a_second_migration_that_fails_takes_the_first_one_back(old, second):
    """sqlite_utils must not commit by itself what stands in our transaction."""
    before = tables(old)
    with contextlib.closing(sqlite3.connect(old)) as raw:
        dump = list(raw.iterdump())
    second(add_marks, fails)
    with pytest.raises(RuntimeError, match="the migration is wrong"):
        Store(str(old), lambda _: None)
    assert tables(old) == before
    with contextlib.closing(sqlite3.connect(old)) as raw:
        assert list(raw.iterdump()) == dump
    second()
    store = Store(str(old), lambda _: None)
    assert store.exists("deployments.apps", "default", "web")
    store.close()


def test_a_full_disk_takes_the_migration_back(old, second, monkeypatch):
    before = tables(old)

    def grows(db):
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages + 3}")
        add_marks(db)
        db.table("marks").insert_all({"id": n, "text": "x" * 1000} for n in range(10, 1000))

    second(grows)
    with pytest.raises(StateError, match=r"the disk of the state file .* is full; nothing was changed"):
        Store(str(old), lambda _: None)
    assert tables(old) == before


def test_of_two_commands_one_migrates_and_the_copy_stays_the_old_file(old, second, monkeypatch):
    """The second command saw the old version, too, and waited for the first one's migration."""
    second(add_marks)
    check = opening._check

    def late(connection, path):
        if not late.done:
            late.done = True
            Store(str(old), lambda _: None).close()  # the other command comes in between
            opening._migrate(connection, path)
        else:
            check(connection, path)

    late.done = False
    monkeypatch.setattr(opening, "_check", late)
    Store(str(old), lambda _: None).close()
    assert tables(old)[0] == len(REAL) + 1
    assert tables(old.with_name("state.db.v1.bak"))[0] == 1


def test_a_new_file_of_which_a_migration_fails_is_not_there(tmp_path, second):
    second(fails)
    with pytest.raises(RuntimeError):
        Store(str(tmp_path / "state.db"), lambda _: None)
    assert os.listdir(tmp_path) == []


def test_an_old_backup_is_restored_and_brought_up_to_date(cluster, old, second, tmp_path):
    backup = tmp_path / "backup.db"
    os.rename(old, backup)
    data = backup.read_bytes()
    second(add_marks)
    cluster.ok("get", "ns")
    cluster.ok("state", "restore", str(backup))
    assert cluster.ok("get", "deployment", "-o", "name") == "deployment.apps/web\n"
    assert tables(cluster.state)[0] == len(REAL) + 1
    assert backup.read_bytes() == data
    assert [name for name in os.listdir(tmp_path) if ".new" in name] == []


def test_a_state_without_the_default_roles_gets_them_with_the_next_write(cluster, old):
    assert cluster.ok("get", "clusterroles", "-o", "name") == ""
    cluster.ok("create", "clusterrole", "mine", "--verb=get", "--resource=pods")
    names = cluster.ok("get", "clusterroles", "-o", "name").split()
    assert "clusterrole.rbac.authorization.k8s.io/cluster-admin" in names
    assert {f"clusterrole.rbac.authorization.k8s.io/{name}" for name in ("mine", "admin", "edit", "view")} <= set(names)
    assert cluster("state", "check").err == ""
