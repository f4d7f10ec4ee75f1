"""Many processes change one state at the same time: nothing is lost, nobody is refused, who came too late is told so.

Everyday runs take a few seconds for the minute that is asked of a release: ``MINIKCTL_TEST_SECONDS=60`` makes it that.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sqlite3
import time
import traceback

import pytest

from minikctl.cli import main
from minikctl.env import Env

PROCESSES = 16
SECONDS = float(os.environ.get("MINIKCTL_TEST_SECONDS", "10"))
CONFLICT = "the object has been modified; please apply your changes to the latest version and try again"
#: what a JSON patch is answered whose test does not hold
REJECTED = "the server rejected our request due to an error in our request"

MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: own-%(number)d, labels: {writer: "%(number)d"}}
data: {round: "%(round)d"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: own-too-%(number)d, labels: {writer: "%(number)d"}}
data: {round: "%(round)d"}
"""


class Writer:
    """What one process does, and what it remembers of it."""

    def __init__(self, environ, number):
        self.environ = environ
        self.number = number
        self.lots = random.Random(number)
        self.round = 0
        self.added = self.tested = self.conflicts = 0
        self.revisions = []
        self.unexpected = []

    def __call__(self, *words, stdin=""):
        out, err = io.StringIO(), io.StringIO()
        code = main(list(words), Env(io.StringIO(stdin), out, err, self.environ))
        return code, out.getvalue(), err.getvalue()

    def ok(self, *words, stdin=""):
        code, out, err = self(*words, stdin=stdin)
        if code or err:
            self.unexpected.append(f"{' '.join(words)}: {code} {err}")
        return out

    def work(self, until):
        steps = (self.apply, self.scale, self.patch, self.patch_with_a_test, self.replace, self.come_and_go)
        while time.monotonic() < until:
            self.round += 1
            self.lots.choice(steps)()
            revision = int(self.ok("get", "configmap", "shared", "-o", "jsonpath={.metadata.resourceVersion}") or 0)
            self.revisions.append(revision)
        self.apply()

    def apply(self):
        self.ok("apply", "-f", "-", stdin=MANIFEST % {"number": self.number, "round": self.round})

    def scale(self):
        self.ok("scale", "deployment", "web", f"--replicas={self.lots.randrange(4)}")

    def patch(self):
        """A key of its own in an object that all share."""
        self.ok("patch", "configmap", "shared", "-p", json.dumps({"data": {f"writer-{self.number}": str(self.round)}}))
        self.marked = self.round

    marked = None

    def patch_with_a_test(self):
        """Add one to a number by test and replace: of those who read the same number only one may get through."""
        number = self.ok("get", "configmap", "tested", "-o", "jsonpath={.data.number}")
        operations = [
            {"op": "test", "path": "/data/number", "value": number},
            {"op": "replace", "path": "/data/number", "value": str(int(number) + 1)},
        ]
        code, _, err = self("patch", "configmap", "tested", "--type=json", "-p", json.dumps(operations))
        self._count("tested", code, err, REJECTED)

    def replace(self):
        """Add one to a number by reading the object and putting it back with its resourceVersion."""
        obj = json.loads(self.ok("get", "configmap", "counted", "-o", "json"))
        obj["data"]["number"] = str(int(obj["data"]["number"]) + 1)
        code, _, err = self("replace", "-f", "-", stdin=json.dumps(obj))
        self._count("added", code, err, CONFLICT)

    def _count(self, counter, code, err, refusal):
        if code == 0:
            setattr(self, counter, getattr(self, counter) + 1)
        elif refusal in err and err.startswith(("Error from server (Conflict): ", "The request is invalid: ")):
            self.conflicts += 1
        else:
            self.unexpected.append(err)

    def come_and_go(self):
        name = f"passing-{self.number}"
        self.ok("create", "deployment", name, "--image=nginx", "--replicas=1")
        self.ok("delete", "deployment", name)


def start(environ, number, until):
    """A writer in a process of its own; gives what its answer can be read from."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = {"unexpected": ["it did not come to its end"]}
        try:
            os.close(reading)
            writer = Writer(environ, number)
            try:
                writer.work(until)
            except BaseException:  # noqa: BLE001 - a child must not go on with pytest's work
                writer.unexpected.append(traceback.format_exc())
            answer = {key: value for key, value in vars(writer).items() if key not in ("environ", "lots")}
        finally:
            with os.fdopen(writing, "w") as stream:
                json.dump(answer, stream)
            os._exit(0)
    os.close(writing)
    return child, reading


@pytest.fixture
def environ(cluster):
    return {key: value for key, value in cluster.environ.items() if key not in ("MINIKCTL_SEED", "MINIKCTL_NOW")}


def prepare(cluster):
    """What the writers want to be there."""
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    cluster.ok("create", "configmap", "shared")
    for name in ("tested", "counted"):
        cluster.ok("create", "configmap", name, "--from-literal=number=0")


def test_nothing_is_lost(cluster, environ):
    prepare(cluster)
    until = time.monotonic() + SECONDS
    children = [start(environ, number, until) for number in range(PROCESSES)]
    answers = []
    for child, reading in children:
        with os.fdopen(reading) as stream:
            answers.append(json.load(stream))
        os.waitpid(child, 0)
    assert [each["unexpected"] for each in answers] == [[]] * PROCESSES
    assert SECONDS < 30 or sum(each["conflicts"] for each in answers), "of so many some come too late"
    assert sum(each["round"] for each in answers) >= PROCESSES * 2

    def number(name):
        return int(cluster.ok("get", "configmap", name, "-o", "jsonpath={.data.number}"))

    assert number("counted") == sum(each["added"] for each in answers)
    assert number("tested") == sum(each["tested"] for each in answers)
    shared = json.loads(cluster.ok("get", "configmap", "shared", "-o", "json")).get("data", {})
    assert shared == {f"writer-{each['number']}": str(each["marked"]) for each in answers if each.get("marked")}
    for each in answers:
        for name in ("own", "own-too"):
            found = cluster.ok("get", "configmap", f"{name}-{each['number']}", "-o", "jsonpath={.data.round}")
            assert found == str(each["round"])
        assert each["revisions"] == sorted(each["revisions"]), "what a process reads never becomes older"
    with contextlib.closing(sqlite3.connect(cluster.state)) as raw:
        revisions = [row[0] for row in raw.execute("SELECT revision FROM journal ORDER BY rowid")]
        stored = [int(row[0]) for row in raw.execute("SELECT json_extract(body, '$.metadata.resourceVersion') FROM journal WHERE body IS NOT NULL ORDER BY rowid")]
    assert revisions == list(range(1, len(revisions) + 1))
    assert stored == sorted(set(stored))
    result = cluster("state", "check")
    assert (result.code, result.err) == (0, "")
    cluster.ok("reconcile", "--until-stable", "--quiet")
    assert cluster("state", "check").code == 0


def test_copies_are_made_meanwhile(cluster, environ):
    """Each is a state as it was at one moment: whole, with all of a command's writes or none, never older than the one before."""
    prepare(cluster)
    until = time.monotonic() + SECONDS / 2
    children = [start(environ, number, until) for number in range(4)]
    revisions = []
    while time.monotonic() < until:
        copy = os.path.join(cluster.folder, f"copy-{len(revisions)}.db")
        cluster.ok("state", "backup", copy)
        assert cluster("state", "check", "--state", copy).err == ""
        for number in range(4):
            rounds = {
                cluster("get", "configmap", f"{name}-{number}", "-o", "jsonpath={.data.round}", "--state", copy).out for name in ("own", "own-too")
            }
            assert len(rounds) == 1, "both were applied by one command"
        revisions.append(json.loads(cluster.ok("state", "info", "-o", "json", "--state", copy))["revision"])
        assert os.stat(copy).st_mode & 0o777 == 0o600
    for child, reading in children:
        with os.fdopen(reading) as stream:
            assert json.load(stream)["unexpected"] == []
        os.waitpid(child, 0)
    assert len(revisions) >= 3
    assert revisions == sorted(revisions)
    assert revisions[-1] > revisions[0], "others wrote in between"
    cluster.ok("state", "restore", os.path.join(cluster.folder, "copy-1.db"))
    assert cluster("state", "check").err == ""
    cluster.ok("create", "configmap", "goes-on")


def test_two_that_read_the_same_object_and_put_it_back(cluster):
    """The second one is told of the conflict in the API's words, and the first one's change stays."""
    cluster.ok("create", "configmap", "counted", "--from-literal=number=0")
    first = json.loads(cluster.ok("get", "configmap", "counted", "-o", "json"))
    second = json.loads(json.dumps(first))
    first["data"]["number"], second["data"]["number"] = "1", "2"
    cluster.ok("replace", "-f", "-", stdin=json.dumps(first))
    result = cluster("replace", "-f", "-", stdin=json.dumps(second))
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "counted": '
        f"{CONFLICT}\n"
    )
    assert cluster.ok("get", "configmap", "counted", "-o", "jsonpath={.data.number}") == "1"


def test_many_make_one_state_at_the_same_time(cluster, environ):
    """Each finds the same new cluster, whoever made it."""
    for _ in range(5):
        for name in os.listdir(cluster.folder):
            os.unlink(os.path.join(cluster.folder, name))
        children = [start(environ, number, 0) for number in range(PROCESSES)]
        for child, reading in children:
            with os.fdopen(reading) as stream:
                assert json.load(stream)["unexpected"] == []
            os.waitpid(child, 0)
        assert cluster.ok("get", "ns", "-o", "name").count("\n") == 4
        assert cluster.ok("get", "configmaps", "-o", "name").count("own-too-") == PROCESSES
        assert sorted(os.listdir(cluster.folder)) == ["state.db"]
        assert cluster("state", "check").err == ""
