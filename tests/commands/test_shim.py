"""``shim`` and ``MINIKCTL_CALL_LOG``: a kubectl for scripts, and a line for each of its calls."""

from __future__ import annotations

import json
import os
import subprocess

import pytest


@pytest.fixture
def kubectl(cluster, tmp_path):
    """The program, run in a folder whose modules must not be taken for Python's own."""
    folder = tmp_path / "a folder" / "bin"
    result = cluster("shim", str(folder))
    assert (result.code, result.out) == (0, f"{folder}/kubectl\n")
    assert result.err == f"Put it on PATH before any other kubectl: export PATH='{folder}':\"$PATH\"\n"
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*words, **more):
        return subprocess.run(
            [f"{folder}/kubectl", *words], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**environ, **cluster.environ, **more},
        )

    return run


def test_it_calls_itself_kubectl(kubectl):
    done = kubectl("run", "web", "--image=x")
    assert (done.returncode, done.stdout, done.stderr) == (0, "pod/web created\n", "")
    done = kubectl("get", "--nosuch")
    assert (done.returncode, done.stderr) == (1, "error: unknown flag: --nosuch\nSee 'kubectl get --help' for usage.\n")


def test_what_is_not_its_own_stays(cluster, tmp_path):
    (tmp_path / "kubectl").write_text("#!/bin/sh\n")
    result = cluster("shim", str(tmp_path))
    assert (result.code, result.err) == (
        1, f"error: {tmp_path}/kubectl was not made by minikctl shim; use --force to replace it\n"
    )
    cluster.ok("shim", str(tmp_path), "--force")
    assert cluster("shim", str(tmp_path), PATH=f"{tmp_path}:/bin").err == ""
    assert os.listdir(tmp_path).count("kubectl") == 1
    assert os.access(tmp_path / "kubectl", os.X_OK)


def test_words(cluster, tmp_path):
    assert cluster("shim").err == "error: exactly one DIR is required\n"
    (tmp_path / "file").touch()
    assert cluster("shim", f"{tmp_path}/file/x").err == f"error: cannot write {tmp_path}/file/x/kubectl: not a directory\n"


# -- the log of calls ---------------------------------------------------------------------------------------------------


def calls(cluster, *lines, path):
    for line in lines:
        cluster(*line, MINIKCTL_CALL_LOG=str(path))
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_call_is_a_line(cluster, tmp_path):
    before = calls(cluster, ("get", "pods"), path=tmp_path / "log")[0]["revisionBefore"]
    lines = calls(
        cluster, ("create", "configmap", "a"), ("create", "configmap", "a"), ("get", "--nosuch"), ("version", "--client"),
        path=tmp_path / "log",
    )[1:]
    assert lines == [
        {"arguments": ["create", "configmap", "a"], "exitCode": 0, "revisionBefore": before, "revisionAfter": before + 1},
        {"arguments": ["create", "configmap", "a"], "exitCode": 1, "revisionBefore": before + 1, "revisionAfter": before + 1},
        {"arguments": ["get", "--nosuch"], "exitCode": 1, "revisionBefore": None, "revisionAfter": None},
        {"arguments": ["version", "--client"], "exitCode": 0, "revisionBefore": None, "revisionAfter": None},
    ]
    assert os.stat(tmp_path / "log").st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("line", "logged"), [
    ("create secret generic a --from-literal=key=value", "create secret generic a --from-literal=key=REDACTED"),
    ("create secret generic a --from-literal key=value", "create secret generic a --from-literal key=REDACTED"),
    ("create secret docker-registry a --docker-password value", "create secret docker-registry a --docker-password REDACTED"),
    ("set env deployment/web KEY=value -e OTHER=value", "set env deployment/web KEY=REDACTED -e OTHER=REDACTED"),
    ("run web --image=x --env=KEY=value", "run web --image=x --env=KEY=REDACTED"),
    ("patch secret a -p value", "patch secret a -p REDACTED"),
    ("nosuch --token=value", "nosuch --token=REDACTED"),
    ("get pods -l app=web", "get pods -l app=web"),
])
def test_secrets_stay_out(cluster, tmp_path, line, logged):
    arguments = calls(cluster, line.split(), path=tmp_path / "log")[0]["arguments"]
    assert " ".join(arguments) == logged


def test_a_log_that_cannot_be_written_stops_everything(cluster, tmp_path):
    result = cluster("create", "configmap", "a", MINIKCTL_CALL_LOG=f"{tmp_path}/absent/log")
    assert (result.code, result.out) == (1, "")
    assert result.err == f"error: $MINIKCTL_CALL_LOG: cannot write {tmp_path}/absent/log: no such file or directory\n"
    assert cluster("get", "configmap", "a").code == 1


def test_plugins_are_logged(kubectl, tmp_path):
    (tmp_path / "kubectl-foo").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "kubectl-foo").chmod(0o755)
    assert kubectl("foo", "bar", PATH=str(tmp_path) + ":/bin", MINIKCTL_CALL_LOG=str(tmp_path / "log")).returncode == 3
    assert json.loads((tmp_path / "log").read_text())["exitCode"] == 3
