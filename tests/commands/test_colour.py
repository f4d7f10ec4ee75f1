"""Colours and the line of progress: for people at a terminal, and for nobody else."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest

from minikctl.cli import main
from minikctl.commands import _progress
from minikctl.env import Env

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")

SHOWN = (
    ("get", "all"), ("get", "pods", "-o", "wide"), ("get", "pods", "-A", "--show-labels"), ("get", "deploy", "web", "-o", "yaml"),
    ("get", "deploy", "web", "-o", "json"), ("get", "deploy", "web", "-o", "kyaml"), ("get", "pods", "--no-headers"),
    ("get", "pods", "-o", "custom-columns=A:.metadata.name,B:.status.phase"), ("describe", "deploy", "web"), ("describe", "pods"),
    ("describe", "nodes"), ("events",), ("top", "pods"), ("top", "nodes"), ("rollout", "history", "deploy/web"),
    ("rollout", "history", "deploy/web", "--revision=1"), ("rollout", "status", "deploy/web"), ("api-resources",),
    ("explain", "pod.spec"), ("version",), ("version", "-o", "yaml"), ("auth", "can-i", "get", "pods"), ("auth", "can-i", "--list"),
    ("config", "get-contexts"), ("config", "view"), ("cluster-info",), ("get", "nothing"), ("get", "pod", "nope"),
    ("scale", "--replicas=2"),
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def shop(cluster):
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    cluster.settle()
    return cluster


def at_terminal(cluster, *argv, **environ):
    out, err = Terminal(), Terminal()
    code = main(list(argv), Env(io.StringIO(), out, err, {**cluster.environ, **environ}))
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("argv", SHOWN, ids=" ".join)
def test_colours_are_all_that_a_terminal_gets_besides(shop, argv):
    plain = shop(*argv)
    coloured = shop(*argv, "--color=always")
    assert "\x1b" not in plain.out + plain.err
    assert "\x1b" in coloured.out + coloured.err
    assert (coloured.code, ESCAPES.sub("", coloured.out), ESCAPES.sub("", coloured.err)) == (plain.code, plain.out, plain.err)


@pytest.mark.parametrize(
    ("words", "environ", "coloured"),
    [
        ((), {}, True), (("--color=never",), {}, False), ((), {"NO_COLOR": "1"}, False), ((), {"NO_COLOR": ""}, True),
        ((), {"TERM": "dumb"}, False), (("--color", "always"), {"NO_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_who_gets_colours(shop, words, environ, coloured):
    _, out, _ = at_terminal(shop, "get", "pods", *words, **environ)
    assert ("\x1b[" in out) is coloured
    _, _, err = at_terminal(shop, "get", "pod", "nope", *words, **environ)
    assert ("\x1b[" in err) is coloured


def test_a_word_that_color_does_not_know(cluster):
    assert cluster("get", "pods", "--color=pink").err == 'error: invalid value "pink" for --color; must be one of: auto, always, never\n'


def test_warnings_are_yellow(shop):
    _, _, err = at_terminal(shop, "get", "endpoints")
    assert err.startswith("\x1b[33;1mWarning:\x1b[0m ")


def test_a_pipe_loads_nothing_of_it(shop):
    code = (
        "import sys\nfrom minikctl.cli import main\nfrom minikctl.env import system_env\n"
        "main(['get', 'pods'], system_env())\n"
        "print([name for name in sys.modules if name.endswith(('.painters', '.colour', '._progress'))])"
    )
    environ = {**shop.environ, "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# Progress ---------------------------------------------------------------------------------------------------------------

WAITING = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "0 * * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}
"""


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(_progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(_progress, "_INTERVAL", 0.0)


def test_a_line_of_progress_comes_and_goes(cluster, impatient):
    cluster.ok("apply", "-f", "-", stdin=WAITING)
    code, out, err = at_terminal(cluster, "advance", "3h", "--color=never")
    assert (code, out.startswith("it is 2026-01-02T06:04:05Z now")) == (0, True)
    assert "\rAdvancing \u2588" in err
    assert err.endswith("\r\x1b[K"), "it is gone at the end"
    assert "\n" not in err, "it is one line"


@pytest.mark.parametrize("argv", [("rollout", "status", "deploy/web"), ("wait", "--for=condition=Available", "deploy/web")])
def test_waiting_shows_the_time_that_went_by(cluster, impatient, argv):
    behavior = '{"apiVersion":"minikctl.dev/v1alpha1","kind":"ContainerBehavior","metadata":{"name":"b"},"spec":{"ready":{"after":"20s"}}}'
    cluster.ok("apply", "-f", "-", stdin=behavior)
    cluster.ok("create", "deployment", "web", "--image=nginx")
    code, out, err = at_terminal(cluster, *argv)
    assert (code, "of simulated time" in err, "simulated" in out) == (0, True, False)
    assert err.endswith("\r\x1b[K")


def test_apply_counts_its_objects(cluster, impatient, tmp_path):
    (tmp_path / "tick.yaml").write_text(WAITING)
    code, out, err = at_terminal(cluster, "apply", "-f", str(tmp_path), "--color=never")
    assert (code, out) == (0, "cronjob.batch/tick created\n")
    assert "\rApplying \u2591" in err
    assert "\rReconciling" in err


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}])
def test_no_line_where_it_could_not_be_taken_back(cluster, impatient, environ):
    assert at_terminal(cluster, "create", "deployment", "web", "--image=nginx", **environ)[2] == ""


def test_no_line_in_a_pipe(cluster, impatient):
    assert cluster("create", "deployment", "web", "--image=nginx").err == ""


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (100, "Applying " + "\u2588" * 15 + "\u2591" * 15 + " 5/10"), (30, "Applying " + "\u2588" * 8 + "\u2591" * 7 + " 5/10"),
        (18, "Applying 5/10"), (12, "Applying"), (6, "Apply"),
    ],
)
def test_the_line_fits(width, line):
    assert _progress._fitted("Applying", 0.5, "5/10", width) == line
