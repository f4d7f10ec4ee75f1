"""What may happen to a state file: one clear message, exit code 1, and the file stays as it was."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
#: commands that read, and commands that write
READS = [["get", "pods"], ["state", "check"], ["state", "info"]]
WRITES = [["create", "configmap", "late"], ["scale", "deployment", "web", "--replicas=9"], ["advance", "1h"]]


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).digest()


@pytest.fixture
def filled(cluster):
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=3")
    cluster.settle()
    return cluster


def run(cluster, *words, **settings):
    """A process of its own on the cluster's state."""
    done = subprocess.run(
        [sys.executable, "-m", "minikctl", *words],
        env={**cluster.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=False, cwd="/", **settings,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


class TestDamage:
    @pytest.mark.parametrize("words", [*READS, *WRITES], ids=" ".join)
    @pytest.mark.parametrize("length", [0, 1, 99, 100, 512, 16384, 16385, 3 * 16384, -16384, -1])
    def test_truncated(self, filled, length, words):
        data = Path(filled.state).read_bytes()[:length]
        Path(filled.state).write_bytes(data)
        result = filled(*words)
        assert Path(filled.state).read_bytes() == data or result.code == 0
        assert result.code == 0 or result.err.startswith("error: "), result
        assert length < 0 or result.code == 1, "most of it is gone"

    def test_truncated_is_found_by_a_check_at_any_length(self, filled):
        whole = Path(filled.state).read_bytes()
        for length in range(0, len(whole), 16384 // 3):
            Path(filled.state).write_bytes(whole[:length])
            assert filled("state", "check").code == 1, f"{length} of {len(whole)} bytes"

    @pytest.mark.parametrize("words", [*READS, *WRITES], ids=" ".join)
    def test_corrupt_pages(self, filled, words):
        data = bytearray(Path(filled.state).read_bytes())
        for page in range(1, len(data) // 16384):
            data[page * 16384 : page * 16384 + 200] = b"\xa5" * 200
        Path(filled.state).write_bytes(data)
        result = filled(*words)
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("error: ")
        assert "damaged" in result.err or words == ["state", "check"]
        assert Path(filled.state).read_bytes() == data

    def test_one_corrupt_page_is_an_error_or_none_of_the_commands_business(self, filled):
        whole = Path(filled.state).read_bytes()
        for page in range(len(whole) // 16384):
            data = bytearray(whole)
            data[page * 16384 + 2 : page * 16384 + 60] = b"\xff" * 58
            Path(filled.state).write_bytes(data)
            for words in (["get", "all", "-A", "-o", "yaml"], ["describe", "pods"], ["state", "check"], ["state", "backup"]):
                result = filled(*words)
                assert result.code in (0, 1)
                assert result.code == 0 or result.err.startswith("error: "), result
            for leftover in Path(filled.folder).glob("*.bak"):
                leftover.unlink()

    @pytest.mark.parametrize("words", [*READS, *WRITES, ["state", "backup"], ["state", "vacuum"]], ids=" ".join)
    def test_a_newer_version(self, filled, words):
        with contextlib.closing(sqlite3.connect(filled.state)) as raw, raw:
            raw.execute("PRAGMA user_version = 999")
        before = digest(filled.state)
        result = filled(*words)
        if words != ["state", "backup"]:  # which takes it as it is
            assert (result.code, result.out) == (1, "")
            assert "was written by a newer minikctl (its version is 999, this minikctl knows up to " in result.err
        assert digest(filled.state) == before

    def test_a_write_ahead_log_without_its_file(self, filled):
        """A file that was removed after a crash leaves its log; it must not be taken for that of the next file."""
        reader = sqlite3.connect(filled.state)
        reader.execute("SELECT * FROM state").fetchone()
        filled.ok("create", "configmap", "old")
        log = Path(filled.state + "-wal").read_bytes()
        reader.close()
        os.unlink(filled.state)
        Path(filled.state + "-wal").write_bytes(log)
        assert filled.ok("get", "configmaps", "-o", "name") == "configmap/kube-root-ca.crt\n"
        assert filled.ok("state", "check")

    def test_a_draft_that_a_killed_process_left(self, cluster):
        Path(f"{cluster.state}.{os.getpid()}.new").write_text("half")
        cluster.ok("get", "ns")

    def test_drafts_that_killed_processes_left_go_after_a_while(self, filled):
        """They are as big as a state, and have its Secrets in them."""
        names = {f"{filled.state}.{'0a' * 6}.new": 7200, f"{filled.state}.20260102T030405Z.bak.{'0b' * 6}.new-journal": 7200, f"{filled.state}.{'0c' * 6}.new": 60, f"{filled.state}.mine.new": 7200}
        for name, age in names.items():
            Path(name).write_text("half")
            os.utime(name, (time.time() - age,) * 2)
        filled.ok("state", "backup")
        left = [name for name in names if os.path.exists(name)]
        assert left == list(names)[2:], "one may still be written, and one is none of ours"

    def test_a_lost_counter(self, filled):
        with contextlib.closing(sqlite3.connect(filled.state)) as raw, raw:
            raw.execute("DELETE FROM state")
        result = filled("get", "pods")
        assert (result.code, result.err) == (1, f"error: the state file {filled.state} is damaged (it has no counter); restore a backup or remove it\n")


class TestFullDisk:
    """A full disk, played by the limit on the size of files: all writes beyond it fail."""

    @staticmethod
    def limited(size):
        def set_limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        return set_limit

    @pytest.mark.parametrize("words", [
        ["create", "deployment", "more", "--image=nginx", "--replicas=50"], ["delete", "deployment", "web"], ["state", "vacuum"],
        ["state", "backup"], ["state", "restore", "copy.db"], ["init", "--force"],
    ], ids=" ".join)
    def test_the_state_is_as_it_was(self, filled, tmp_path, words):
        filled.ok("state", "backup", str(tmp_path / "copy.db"))
        filled.ok("create", "configmap", "later")
        before, there = filled.ok("get", "all,configmaps", "-o", "json"), sorted(os.listdir(tmp_path))
        words = [str(tmp_path / word) if word == "copy.db" else word for word in words]
        done = run(filled, *words, preexec_fn=self.limited(40_000))
        assert done.returncode == 1
        assert done.stderr.startswith("error: "), done.stderr
        assert filled.ok("get", "all,configmaps", "-o", "json") == before
        assert filled.ok("state", "check")
        assert sorted(os.listdir(tmp_path)) == there

    @pytest.mark.parametrize("stored", ["v1.db.gz", "v4.db.gz"])
    def test_an_old_file_stays_old(self, cluster, tmp_path, stored):
        data = gzip.decompress((ROOT / "tests" / "store" / "files" / stored).read_bytes())
        Path(cluster.state).write_bytes(data)
        done = run(cluster, "get", "ns", preexec_fn=self.limited(len(data) - 20_000))
        assert done.returncode == 1
        assert done.stderr.startswith("error: "), done.stderr
        assert Path(cluster.state).read_bytes() == data
        assert os.listdir(tmp_path) == ["state.db"]
        cluster.ok("get", "ns")
        assert cluster("state", "check").err == ""

    def test_no_room_for_what_sqlite_lays_beside_a_file(self):
        """A disk without a single free block."""
        from minikctl.store.opening import state_error

        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
        assert str(state_error(error, "x.db", 30)) == "the disk of the state file x.db is full; nothing was changed"

    def test_a_state_that_cannot_be_made(self, cluster, tmp_path):
        done = run(cluster, "get", "ns", preexec_fn=self.limited(10_000))
        assert done.returncode == 1
        assert done.stderr.startswith("error: "), done.stderr
        assert os.listdir(tmp_path) == []

    def test_sqlites_own_word_for_it(self, filled, monkeypatch):
        from minikctl.store import opening

        connect = opening._connect

        def small(path, lock_timeout):
            connection = connect(path, lock_timeout)
            connection.execute("PRAGMA max_page_count = 1")
            return connection

        monkeypatch.setattr(opening, "_connect", small)
        manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata: {a: " + "x" * 500_000 + "}\n"
        result = filled("create", "-f", "-", stdin=manifest)
        assert (result.code, result.out) == (1, "")
        assert result.err == f"error: the disk of the state file {filled.state} is full; nothing was changed\n"


@pytest.fixture
def foreign():
    """A cluster in a folder that the user nobody can reach."""
    from conftest import Cluster

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        made = Cluster(folder)
        made.ok("create", "deployment", "web", "--image=nginx")
        yield made
        os.chmod(folder, 0o755)


def as_nobody(cluster, *words):
    """Run as somebody whom permissions hold back; root is not. In a child that has imported all it needs before."""
    from conftest import Result

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = {"code": -1, "out": "", "err": ""}
        try:
            with tempfile.TemporaryDirectory() as folder:
                warm = cluster.__class__(folder)
                for each in (["get", "pods"], ["create", "configmap", "x"], ["state", "backup"], words):
                    warm(*each)
                broken = cluster.__class__(os.path.join(folder, "state.db"))
                for each in (["get", "pods"], words):
                    broken(*each)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setegid(NOBODY)
                os.seteuid(NOBODY)
            answer = vars(cluster(*words))
        except BaseException as error:  # noqa: BLE001 - a child must not go on with pytest's work
            answer["err"] = f"Traceback {error!r}"
        finally:
            os.write(writing, json.dumps(answer).encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        result = Result(**json.loads(answers.read()))
    os.waitpid(child, 0)
    assert "Traceback" not in result.err, result
    return result


class TestPermissions:
    @pytest.mark.parametrize("words", [["get", "pods"], ["create", "configmap", "x"], ["state", "check"], ["state", "sql", "select 1"], ["state", "backup"]], ids=" ".join)
    def test_a_file_that_may_not_be_read(self, foreign, words):
        os.chmod(foreign.state, 0 if os.geteuid() else 0o600)
        before = os.stat(foreign.state)
        done = as_nobody(foreign, *words)
        assert (done.code, done.out) == (1, "")
        assert done.err == f"error: cannot open the state file {foreign.state}: no permission, or its folder cannot be written\n"
        assert os.stat(foreign.state).st_mtime_ns == before.st_mtime_ns

    def test_a_file_that_may_only_be_read(self, foreign):
        os.chmod(foreign.state, 0o444)
        os.chmod(foreign.folder, 0o777)
        before = digest(foreign.state)
        done = as_nobody(foreign, "create", "configmap", "x")
        assert (done.code, done.out) == (1, "")
        assert done.err == f"error: the state file {foreign.state} is read-only; nothing was changed\n"
        assert digest(foreign.state) == before

    def test_a_folder_that_may_only_be_read(self, foreign):
        os.chmod(foreign.state, 0o444)
        os.chmod(foreign.folder, 0o555)
        before = digest(foreign.state)
        done = as_nobody(foreign, "create", "configmap", "x")
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("error: "), done.err
        assert foreign.state in done.err
        assert digest(foreign.state) == before
        looked = as_nobody(foreign, "state", "sql", "select count(*) as n from objects where resource = 'deployments.apps'", "--no-headers")
        assert (looked.code, looked.out, looked.err) == (0, "1\n", "")
        copied = as_nobody(foreign, "state", "backup")
        assert copied.code == 1
        assert copied.err.endswith(".bak: Permission denied\n")

    @pytest.mark.parametrize("words", [["state", "vacuum"], ["init", "--force"], ["state", "restore", "copy.db"], ["advance", "1h"], ["delete", "deployment", "web"]], ids=" ".join)
    def test_whatever_would_write_into_it_leaves_it_as_it_is(self, foreign, words):
        foreign.ok("state", "backup", os.path.join(foreign.folder, "copy.db"))
        words = [os.path.join(foreign.folder, word) if word == "copy.db" else word for word in words]
        os.chmod(os.path.join(foreign.folder, "copy.db"), 0o444)
        os.chmod(foreign.state, 0o444)
        os.chmod(foreign.folder, 0o555)
        before, there = digest(foreign.state), sorted(os.listdir(foreign.folder))
        done = as_nobody(foreign, *words)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("error: "), done.err
        assert foreign.state in done.err
        assert (digest(foreign.state), sorted(os.listdir(foreign.folder))) == (before, there)

    @pytest.mark.parametrize("writable", [False, True])
    def test_an_old_file_that_may_only_be_read_is_not_brought_up_to_date(self, foreign, writable):
        """Neither where no copy can be put beside it, nor where it can."""
        data = gzip.decompress((ROOT / "tests" / "store" / "files" / "v1.db.gz").read_bytes())
        Path(foreign.state).write_bytes(data)
        os.chmod(foreign.state, 0o444)
        os.chmod(foreign.folder, 0o777 if writable else 0o555)
        for words in (["get", "pods"], ["create", "configmap", "x"], ["state", "check"]):
            done = as_nobody(foreign, *words)
            assert (done.code, done.out) == (1, "")
            assert done.err.startswith("error: "), done.err
            assert foreign.state in done.err
            assert Path(foreign.state).read_bytes() == data

    def test_a_folder_in_which_no_state_can_be_made(self, foreign):
        os.unlink(foreign.state)
        os.chmod(foreign.folder, 0o555)
        done = as_nobody(foreign, "get", "pods")
        assert (done.code, done.err) == (1, f"error: cannot make the state file {foreign.state}: Permission denied\n")
        assert os.listdir(foreign.folder) == []


class TestAClockThatWentBack:
    def test_time_stands_still_and_goes_on_from_there(self, filled):
        """No error: machines set their clocks. Nothing is younger than what was there before."""
        back = {"MINIKCTL_NOW": "2025-12-24T00:00:00Z"}
        filled.ok("create", "configmap", "after", **back)
        created = filled.ok("get", "configmap", "after", "-o", "jsonpath={.metadata.creationTimestamp}")
        assert created == "2026-01-02T03:04:05Z"
        assert filled.ok("get", "pods", "--no-headers", **back).split()[4] == "0s"
        assert filled("state", "check", **back).err == ""

    def test_an_advance_counts_all_the_same(self, filled):
        back = {"MINIKCTL_NOW": "2025-12-24T00:00:00Z"}
        assert filled.ok("advance", "10m", **back).startswith("it is 2026-01-02T03:14:05Z now")
        filled.ok("create", "configmap", "after", **back)
        created = filled.ok("get", "configmap", "after", "-o", "jsonpath={.metadata.creationTimestamp}", **back)
        assert created == "2026-01-02T03:14:05Z"
        assert filled("state", "check", **back).err == ""
