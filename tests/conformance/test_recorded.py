"""Recorded answers of the real kubectl 1.36, replayed: standard output, standard error and exit code of each step.

``scenarios/*.yaml`` were recorded on a real control plane. ``known.yaml`` lists the steps that differ, each with the
reason; a step that is listed there and does not differ fails the test as well, so that the list stays true.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from normalizing import normalize

HERE = Path(__file__).resolve().parent
KNOWN = yaml.safe_load((HERE / "known.yaml").read_text()) or {}
SCENARIOS = sorted((HERE / "scenarios").glob("*.yaml"))

#: steps after which the controllers need not come to rest
READS = re.compile(
    r"^kubectl (-n \S+ )?(get|describe|explain|api-|version|rollout (status|history)|diff|wait|events|top|config|auth|logs)"
)


class Replay:
    def __init__(self, folder: Path, scenario: dict) -> None:
        self.work = folder / "work"
        self.work.mkdir()
        programs = folder / "bin"
        programs.mkdir()
        shim = programs / "kubectl"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m minikctl "$@"\n')
        shim.chmod(0o755)
        self.environ = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "MINIKCTL_STATE": str(folder / "state.db"),
            "MINIKCTL_PROGRAM": "kubectl",
            "HOME": str(folder),
            "XDG_DATA_HOME": "",
            "NO_COLOR": "1",
            "COLUMNS": "400",
            "PYTHONPATH": str(HERE.parents[1]),
        }
        self.environ.pop("KUBECONFIG", None)
        for name, text in (scenario.get("files") or {}).items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def run(self, command: str) -> tuple[int, str, str]:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.work,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


def differences(step: dict, answer: tuple[int, str, str]) -> list[str]:
    code, out, err = answer
    found = [] if code == step["code"] else [f"exit code {code}, recorded {step['code']}"]
    for stream, got in (("out", out), ("err", err)):
        want, have = normalize(step[stream]), normalize(got)
        if want != have:
            found += difflib.unified_diff(
                want.splitlines(),
                have.splitlines(),
                f"recorded {stream}",
                f"minikctl {stream}",
                lineterm="",
                n=1,
            )
    return found


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_steps_are_alike(path, tmp_path):
    scenario = yaml.safe_load(path.read_text())
    known = KNOWN.get(path.stem) or {}
    replay = Replay(tmp_path, scenario)
    replay.run(f"kubectl apply -f {HERE / 'behaviors.yaml'}")
    problems = []
    for number, step in enumerate(scenario["steps"], 1):
        answer = replay.run(step["run"])
        if not READS.match(step["run"]):
            replay.run("kubectl reconcile --until-stable")
        if step.get("unstable"):
            continue
        found = differences(step, answer)
        if bool(found) != (number in known):
            problems.append(
                f"step {number}: {step['run']}\n" + ("\n".join(found) or "is alike now: take it out of known.yaml")
            )
    assert not problems, "\n\n".join(problems)
