"""A command that is killed, at whatever moment, leaves a state that is whole, that has all of its changes or none, and goes on.

Everyday runs kill at fewer random moments than the 500 that are asked of a release: ``MINIKCTL_TEST_KILLS=500`` makes it those.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from killing import count, die_after, die_at

from minikctl.store import opening

KILLS = int(os.environ.get("MINIKCTL_TEST_KILLS", "60"))
#: a stored file of each version that has to be brought up to date
OLD_FILES = sorted((Path(__file__).parent / "files").glob("v*.db.gz"))[: opening.VERSION - 1]

MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: first, labels: {part: of-it}}
data: {text: some}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: more, labels: {part: of-it}}
spec:
  replicas: 2
  selector: {matchLabels: {app: more}}
  template:
    metadata: {labels: {app: more}}
    spec: {containers: [{name: c, image: nginx}]}
"""

COMMANDS = [
    (["apply", "-f", "-"], MANIFEST),
    (["create", "configmap", "one-more"], ""),
    (["scale", "deployment", "web", "--replicas=5"], ""),
    (["set", "image", "deployment/web", "nginx=nginx:2"], ""),
    (["delete", "deployment", "web", "--wait=false"], ""),
    (["delete", "namespace", "shop"], ""),
    (["rollout", "restart", "deployment/web"], ""),
    (["rollout", "undo", "deployment/web"], ""),
    (["patch", "configmap", "shared", "-p", '{"data": {"more": "text"}}'], ""),
    (["reconcile", "--until-stable"], ""),
    (["advance", "10m"], ""),
]
ids = [" ".join(words) for words, _ in COMMANDS]
#: what looks after the file itself; OLD is a file of an earlier version, which any command brings up to date
FILE_COMMANDS = [
    (["state", "backup", "copy.db", "--force"], ""),
    (["state", "restore", "backup.db"], ""),
    (["state", "vacuum"], ""),
    (["init", "--force"], ""),
    (["get", "deployments", "--state", "OLD"], ""),
]


@pytest.fixture
def filled(cluster):
    cluster.ok("create", "namespace", "shop")
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    cluster.ok("create", "configmap", "in-shop", "-n", "shop")
    cluster.ok("scale", "deployment", "web", "--replicas=3")
    cluster.ok("set", "image", "deployment/web", "nginx=nginx:1")
    cluster.ok("create", "configmap", "shared")
    shutil.copy(cluster.state, os.path.join(cluster.folder, "before.db"))
    return cluster


def reset(cluster):
    """The state as it was before the command, with nothing beside it."""
    for path in Path(cluster.folder).glob("state.db*"):
        path.unlink()
    shutil.copy(os.path.join(cluster.folder, "before.db"), cluster.state)


def dump(cluster):
    return cluster.ok("state", "sql", "select o.*, j.body from objects o join journal j using (revision) order by o.id", "-o", "json")


def whole(cluster, *words):
    result = cluster("state", "check", *words)
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize(("words", "stdin"), COMMANDS, ids=ids)
@pytest.mark.parametrize("only", ["COMMIT", "BEGIN"])
@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
def test_killed_at_each_commit(filled, words, stdin, only, after):
    before = dump(filled)
    commits = count(filled.environ, words, stdin, only)
    done = dump(filled)
    assert commits >= 1
    for number in range(1, commits + 1):
        reset(filled)
        assert die_at(filled.environ, words, number, stdin=stdin, only=only, after=after)
        whole(filled)
        if commits == 1:
            assert dump(filled) == (done if (only, after) == ("COMMIT", True) else before)
    filled.ok("reconcile", "--until-stable", "--quiet")
    whole(filled)


@pytest.mark.parametrize(("words", "stdin"), [COMMANDS[0], COMMANDS[4]], ids=[ids[0], ids[4]])
def test_killed_at_statements_all_over_the_command(filled, words, stdin):
    """All or nothing, and a command that is given again does what it was to do."""
    before = dump(filled)
    statements = count(filled.environ, words, stdin)
    done = dump(filled)
    assert done != before
    moments = range(1, statements + 1, max(1, statements // 40))
    for number in moments:
        reset(filled)
        assert die_at(filled.environ, words, number, stdin=stdin), f"{number} of {statements}"
        whole(filled)
        assert dump(filled) in (before, done), f"{number} of {statements}"
    filled.ok(*words, stdin=stdin)
    assert dump(filled) == done
    whole(filled)


class TestRandomMoments:
    """Commands of all sorts on one state, each killed at some moment of it, as on a very unlucky day."""

    @pytest.fixture
    def lots(self):
        return random.Random(11)

    @pytest.fixture
    def commands(self, filled, monkeypatch):
        """The commands, with the seconds that each takes."""
        monkeypatch.chdir(filled.folder)
        filled.ok("state", "backup", "backup.db")
        found = []
        for given, stdin in COMMANDS + FILE_COMMANDS:
            reset(filled)
            words = self.with_an_old_file(given, OLD_FILES[0])
            begin = time.monotonic()
            filled.ok(*words, stdin=stdin)
            found.append((words, stdin, time.monotonic() - begin))
        reset(filled)
        return found

    @staticmethod
    def with_an_old_file(words, stored):
        """The words, with OLD unpacked and nothing beside it."""
        if "OLD" not in words:
            return words
        for path in Path().glob("old.db*"):
            path.unlink()
        Path("old.db").write_bytes(gzip.decompress(stored.read_bytes()))
        return ["old.db" if word == "OLD" else word for word in words]

    @staticmethod
    def make_good(cluster):
        """What the commands want to be there."""
        for words, again in (
            (["get", "deployment", "web"], ["create", "deployment", "web", "--image=nginx", "--replicas=2"]),
            (["get", "configmap", "shared"], ["create", "configmap", "shared"]),
            (["get", "namespace", "shop"], ["create", "namespace", "shop"]),
        ):
            if cluster(*words).code:
                cluster.ok(*again)

    @staticmethod
    def files_are_whole(cluster):
        """The copies that were made, and the file of an earlier version with the copy of what it was."""
        for path in (Path("copy.db"), Path("old.db")):
            if path.exists():
                whole(cluster, "--state", str(path))
        for copy in Path().glob("old.db.v*.bak"):
            with contextlib.closing(sqlite3.connect(copy)) as raw:
                assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert raw.execute("PRAGMA user_version").fetchone() == (int(copy.suffixes[-2].removeprefix(".v")),)

    def test_the_state_is_whole_and_goes_on(self, filled, commands, lots):
        kills, tries, done = 0, 0, dict.fromkeys((" ".join(words) for words, _, _ in commands), 0)
        while kills < KILLS:
            tries += 1
            words, stdin, span = lots.choice(commands)
            if "old.db" in words:
                self.with_an_old_file(["OLD"], lots.choice(OLD_FILES))
            killed = die_after(filled.environ, words, lots.uniform(0, 1.1) * span, stdin)
            kills += killed
            done[" ".join(words)] += killed
            assert tries < 4 * KILLS, "most commands are to be killed before their end"
            if os.path.exists(filled.state) or words[0] != "init":  # without the old one, the next command makes one
                whole(filled)
            self.files_are_whole(filled)
            self.make_good(filled)
            if tries % 20 == 0:
                filled.ok("reconcile", "--until-stable", "--quiet")
                whole(filled)
        filled.ok("advance", "1h")
        whole(filled)
        assert KILLS < 300 or min(done.values()) >= 5, f"every command had its share: {done}"
        left = {path.name.partition(".")[0] for path in Path().iterdir()}
        assert left <= {"state", "before", "backup", "copy", "old"}


@pytest.mark.parametrize("stored", OLD_FILES, ids=lambda each: each.name)
def test_a_migration_is_killed(cluster, stored, monkeypatch):
    """The file is of the earlier version or of this one; the copy of what it was is there before it changes."""
    monkeypatch.chdir(cluster.folder)

    def unpack():
        for path in Path().iterdir():
            path.unlink()
        Path(cluster.state).write_bytes(gzip.decompress(stored.read_bytes()))

    unpack()
    statements = count(cluster.environ, ["get", "deployments"])
    done = dump(cluster)
    old = int(stored.name[1])
    seen = set()
    for number in range(1, statements + 1):
        unpack()
        assert die_at(cluster.environ, ["get", "deployments"], number), f"{number} of {statements}"
        with contextlib.closing(sqlite3.connect(cluster.state)) as raw:
            (version,) = raw.execute("PRAGMA user_version").fetchone()
        seen.add(version)
        if version == opening.VERSION:
            with contextlib.closing(sqlite3.connect(f"{cluster.state}.v{old}.bak")) as raw:
                assert raw.execute("PRAGMA user_version").fetchone() == (old,)
                assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        whole(cluster)
        assert dump(cluster) == done
    assert seen == {old, opening.VERSION}


@pytest.mark.parametrize("words", [["state", "vacuum"], ["state", "restore", "backup.db"], ["init", "--force"], ["state", "backup", "copy.db"]], ids=" ".join)
def test_looking_after_the_state_is_killed(filled, words, monkeypatch):
    monkeypatch.chdir(filled.folder)
    filled.ok("state", "backup", "backup.db")
    backup = dump(filled)
    filled.ok("create", "configmap", "later")
    before = dump(filled)
    shutil.copy(filled.state, "before.db")
    statements = count(filled.environ, words)
    done = dump(filled)
    for number in range(1, statements + 1, max(1, statements // 40)):
        reset(filled)
        Path("copy.db").unlink(missing_ok=True)
        assert die_at(filled.environ, words, number), f"{number} of {statements}"
        if words[0] == "init" and not os.path.exists(filled.state):
            continue  # the old one is gone, the new one not yet there: the next command makes one
        whole(filled)
        assert dump(filled) in (before, done, backup)
        if os.path.exists("copy.db"):
            assert filled("state", "check", "--state", "copy.db").code == 0
    assert filled("get", "ns").code == 0
    whole(filled)


def test_making_a_state_is_killed_at_every_fifth_statement(cluster):
    statements = count(cluster.environ, ["get", "ns"])
    for number in range(1, statements + 1, 5):
        for path in Path(cluster.folder).iterdir():
            path.unlink()
        assert die_at(cluster.environ, ["get", "ns"], number)
        assert cluster.ok("get", "ns", "-o", "name").count("\n") == 4
        whole(cluster)


def test_a_write_ahead_log_that_was_cut_off_anywhere(filled):
    """What the disk has when the power, or the process, goes in the middle of writing the log."""
    import sqlite3

    keeper = sqlite3.connect(filled.state)  # keeps the log from being written back
    keeper.execute("SELECT * FROM state").fetchone()
    before = dump(filled)
    filled.ok("apply", "-f", "-", stdin=MANIFEST)
    done = dump(filled)
    base, log = Path(filled.state).read_bytes(), Path(filled.state + "-wal").read_bytes()
    keeper.close()
    lots = random.Random(5)
    frame = 16384 + 24
    lengths = [32 + frame * n + extra for n in range((len(log) - 32) // frame + 1) for extra in (0, lots.randrange(1, frame))]
    seen = []
    for length in lengths:
        for path in Path(filled.folder).glob("state.db*"):
            path.unlink()
        Path(filled.state).write_bytes(base)
        Path(filled.state + "-wal").write_bytes(log[:length])
        whole(filled)
        seen.append(dump(filled))
        assert seen[-1] in (before, done)
    assert {before, done} == set(seen)
    assert seen == sorted(seen, key=lambda each: each == done), "first the one, from some length on the other"
