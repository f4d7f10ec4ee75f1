"""What a process finds around it: odd variables, words that are no UTF-8, streams that are full or closed. An error each, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FULL = "/dev/full"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\n"


def run(cluster, *words, **settings):
    """A process of its own; ``out`` and ``err`` are files instead of pipes."""
    environ = {**cluster.environ, **settings.pop("environ", {}), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", "minikctl", *words], env=environ, check=False, cwd=cluster.folder,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings},
    )
    assert b"Traceback" not in (done.stderr or b""), done.stderr.decode()
    return done


@pytest.mark.skipif(not os.path.exists(FULL), reason="this system has no /dev/full")
class TestOutputThatIsFull:
    @pytest.mark.parametrize("words", [
        ["get", "ns"], ["get", "ns", "-o", "yaml"], ["get", "--raw", "/api"], ["create", "configmap", "one"], ["explain", "pods", "--recursive"], ["describe", "nodes"],
        ["get", "pods", "--help"], ["--help"], ["state", "sql", "select * from journal"], ["validate", "-f", "here.yaml"], ["version"], ["completion", "bash"],
    ], ids=" ".join)
    def test_it_is_said(self, cluster, words):
        cluster.ok("get", "ns")
        Path(cluster.folder, "here.yaml").write_text(CONFIG)
        with open(FULL, "w") as full:
            done = run(cluster, *words, stdout=full)
        assert (done.returncode, done.stderr) == (1, b"error: write /dev/stdout: no space left on device\n")

    def test_errors_that_nobody_can_read_count_all_the_same(self, cluster):
        with open(FULL, "w") as full:
            assert run(cluster, "get", "nothing", stdout=full, stderr=full).returncode == 1
            assert run(cluster, "create", "configmap", "one", stderr=full).returncode == 0

    def test_a_log_of_calls_that_is_full(self, cluster):
        done = run(cluster, "create", "configmap", "one", environ={"MINIKCTL_CALL_LOG": FULL})
        assert (done.returncode, done.stdout) == (1, b"configmap/one created\n")
        assert done.stderr == b"error: $MINIKCTL_CALL_LOG: cannot write /dev/full: no space left on device\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(cluster, closed):
    """What is opened instead must not be taken for one of them: a state into which the output is written is none any more."""
    cluster.ok("get", "ns")
    environ = {**cluster.environ, "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    for words in ("get ns", "create configmap one", "get nothing", "apply -f -"):
        done = subprocess.run(
            ["/bin/sh", "-c", f'"$0" -m minikctl {words} {closed}', sys.executable], env=environ, capture_output=True, text=True, check=False,
        )
        assert done.returncode == (1 if words in ("get nothing", "apply -f -") else 0), (words, done)
        assert "Traceback" not in done.stderr
    assert "configmap/one" in cluster.ok("get", "configmaps", "-o", "name")
    assert cluster("state", "check").err == ""


class TestBytesThatAreNoText:
    """Python has a byte 0xff of a command line as U+DCFF, which no file and no database takes."""

    @pytest.mark.parametrize(("words", "code", "error"), [
        (["get", "pod", b"a\xff"], 1, 'Error from server (NotFound): pods "a\ufffd" not found\n'),
        (["uncordon", b"\xff"], 1, 'Error from server (NotFound): nodes "\ufffd" not found\n'),
        (["get", b"\xff"], 1, 'error: the server doesn\'t have a resource type "\ufffd"\n'),
        (["get", "pods", "-n", b"\xff"], 0, "No resources found in \ufffd namespace.\n"),
        (["get", "pods", "--kuberc", b"\xff"], 1, None),
        (["create", "configmap", b"\xff"], 1, None),
        (["create", "configmap", "x", b"--from-literal=a=\xff"], 0, ""),
        (["annotate", "ns", "default", b"a=\xff"], 0, ""),
        (["get", "ns", "-l", b"a=\xff"], 1, None),
        (["patch", "ns", "default", "-p", b'{"metadata": {"annotations": {"b": "\xff"}}}'], 0, ""),
        (["apply", "-f", b"absent\xff.yaml"], 1, 'error: the path "absent\ufffd.yaml" does not exist\n'),
        (["apply", "-f", b"there\xff.yaml"], 0, ""),
        (["apply", b"--filename=there\xff.yaml"], 0, ""),
        (["create", "configmap", "y", b"--from-file=there\xff.yaml"], 1, None),
        (["state", "sql", b"select '\xff'"], 0, ""),
    ])
    def test_on_a_command_line(self, cluster, words, code, error):
        cluster.ok("get", "ns")
        Path(os.fsdecode(os.path.join(os.fsencode(cluster.folder), b"there\xff.yaml"))).write_text(CONFIG)
        done = run(cluster, *words)
        assert (done.returncode, done.stderr.decode("utf-8", "surrogateescape")) == (code, error if error is not None else done.stderr.decode())
        assert done.stderr or not code
        assert cluster("state", "check").err == ""

    @pytest.mark.parametrize("name", ["MINIKCTL_SEED", "MINIKCTL_PROGRAM", "MINIKCTL_STATE", "MINIKCTL_CALL_LOG", "MINIKCTL_LOCK_TIMEOUT", "MINIKCTL_RECONCILE", "MINIKCTL_NOW", "KUBECONFIG", "EDITOR", "USER"])
    def test_in_a_variable(self, cluster, name):
        for words in (["create", "configmap", "x"], ["get", "nothing"], ["state", "check"], ["config", "view"]):
            done = run(cluster, *words, environ={name: b"\xff"})
            assert done.returncode in (0, 1)


@pytest.mark.parametrize("now", ["yesterday", "nan", "inf", "1e400", "253402300800", "-99999999999999", "99999999999999999999", "10000-01-01T00:00:00Z"])
def test_a_clock_that_stands_at_no_time(cluster, now):
    done = run(cluster, "get", "ns", environ={"MINIKCTL_NOW": now})
    assert (done.returncode, done.stderr.decode()) == (1, f"error: MINIKCTL_NOW must be a time such as 2026-01-02T15:04:05Z, not {now!r}\n")
    result = cluster("get", "ns", "--now", now)
    assert (result.code, result.err) == (1, f"error: --now must be a time such as 2026-01-02T15:04:05Z, not {now!r}\n")
    assert os.listdir(cluster.folder) == []


def test_time_ends_with_the_year_9999(cluster):
    last = {"MINIKCTL_NOW": "9999-12-31T23:00:00Z"}
    cluster.ok("create", "configmap", "x", **last)
    result = cluster("advance", "2h", **last)
    assert (result.code, result.err) == (1, "error: time cannot be moved beyond the year 9999\n")
    assert cluster.ok("advance", "59m", **last).startswith("it is 9999-12-31T23:59:00Z now")
    assert cluster.ok("get", "configmap", "x", "--no-headers", **last).split()[-1] == "59m"


def test_an_empty_apiversion_is_none(cluster):
    """Without validation the API server takes that of the address that an object is sent to."""
    for name, version in (("a", None), ("b", "")):
        manifest = json.dumps({"apiVersion": version, "kind": "Secret", "metadata": {"name": name}})
        assert cluster.ok("create", "-f", "-", "--validate=false", stdin=manifest) == f"secret/{name} created\n"
        assert cluster.ok("apply", "-f", "-", "--validate=false", stdin=manifest) == f"secret/{name} configured\n"
        assert cluster.ok("replace", "-f", "-", "--validate=false", stdin=manifest) == f"secret/{name} replaced\n"
