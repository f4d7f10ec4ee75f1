"""A command that is killed, at whatever moment, leaves a state that is whole, that has all of its changes or none, and goes on.

``MINIKCTL_TEST_KILLS=500`` makes the number of random moments what it shall be outside of everyday runs.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from killing import count, die_after, die_at

KILLS = int(os.environ.get("MINIKCTL_TEST_KILLS", "60"))

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
    (["reconcile", "--until-stable"], ""),
    (["advance", "10m"], ""),
]
ids = [" ".join(words) for words, _ in COMMANDS]


@pytest.fixture
def filled(cluster):
    cluster.ok("create", "namespace", "shop")
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    cluster.ok("create", "configmap", "in-shop", "-n", "shop")
    cluster.ok("scale", "deployment", "web", "--replicas=3")
    shutil.copy(cluster.state, os.path.join(cluster.folder, "before.db"))
    return cluster


def reset(cluster):
    """The state as it was before the command, with nothing beside it."""
    for path in Path(cluster.folder).glob("state.db*"):
        path.unlink()
    shutil.copy(os.path.join(cluster.folder, "before.db"), cluster.state)


def dump(cluster):
    return cluster.ok("state", "sql", "select o.*, j.body from objects o join journal j using (revision) order by o.id", "-o", "json")


def whole(cluster):
    result = cluster("state", "check")
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


def test_killed_at_random_moments(filled):
    """The state goes through all of them one after the other, as it would on an unlucky day."""
    lots = random.Random(11)
    spans = {}
    for words, stdin in COMMANDS:
        reset(filled)
        begin = time.monotonic()
        filled.ok(*words, stdin=stdin)
        spans[tuple(words)] = time.monotonic() - begin
    reset(filled)
    kills = 0
    for _ in range(KILLS):
        words, stdin = lots.choice(COMMANDS)
        kills += die_after(filled.environ, words, lots.uniform(0, 1.2) * spans[tuple(words)], stdin)
        whole(filled)
        if filled("get", "deployment", "web").code:
            filled.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
        if filled("get", "namespace", "shop").code:
            filled.ok("create", "namespace", "shop")
    assert kills >= KILLS // 3, "most commands were to be killed before their end"
    filled.ok("advance", "1h")
    whole(filled)


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
