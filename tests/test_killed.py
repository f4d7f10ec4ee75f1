"""A command that is killed leaves all of its changes or none, and a state that goes on."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OBJECTS = 400


def environ(folder):
    found = {**os.environ, "MINIKCTL_STATE": str(folder / "state.db"), "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    found.pop("KUBECONFIG", None)
    return found


def minikctl(folder, *words, **settings):
    return subprocess.run(
        [sys.executable, "-m", "minikctl", *words],
        env=environ(folder),
        capture_output=True,
        text=True,
        check=False,
        **settings,
    )


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    path = tmp_path_factory.mktemp("manifest") / "many.yaml"
    path.write_text(
        "---\n".join(
            f'apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}, labels: {{round: many}}}}\ndata: {{number: "{n}"}}\n'
            for n in range(OBJECTS)
        )
    )
    return path


def test_sigkill_in_the_middle_of_a_large_apply(tmp_path, manifest):
    assert minikctl(tmp_path, "get", "ns").returncode == 0
    begin = time.monotonic()
    assert minikctl(tmp_path, "apply", "-f", str(manifest), "--dry-run=server").returncode == 0
    whole = time.monotonic() - begin
    lots = random.Random(7)
    kills = landed = 0
    for attempt in range(25):
        child = subprocess.Popen(
            [sys.executable, "-m", "minikctl", "apply", "-f", str(manifest)],
            env=environ(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(lots.uniform(0.2, 1.1) * whole)
        child.send_signal(signal.SIGKILL)
        kills += child.wait() == -signal.SIGKILL
        found = minikctl(tmp_path, "get", "cm", "-l", "round=many", "-o", "name")
        assert found.returncode == 0, found.stderr
        count = len(found.stdout.split())
        assert count in (0, OBJECTS), f"attempt {attempt}: {count} of {OBJECTS} objects are there"
        if count:
            landed += 1
            cleared = minikctl(tmp_path, "delete", "cm", "-l", "round=many", "--wait=false")
            assert cleared.returncode == 0, cleared.stderr
        check = sqlite3.connect(tmp_path / "state.db")
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check.close()
    assert kills >= 10, "most commands were to be killed before their end"
    assert minikctl(tmp_path, "apply", "-f", str(manifest)).returncode == 0
    names = minikctl(tmp_path, "get", "cm", "-l", "round=many", "-o", "name").stdout.split()
    assert len(names) == OBJECTS


def test_sigkill_while_the_state_is_made(tmp_path):
    lots = random.Random(3)
    for _ in range(10):
        for leftover in tmp_path.iterdir():
            leftover.unlink()
        child = subprocess.Popen(
            [sys.executable, "-m", "minikctl", "get", "ns"],
            env=environ(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(lots.uniform(0.05, 0.6))
        child.send_signal(signal.SIGKILL)
        child.wait()
        found = minikctl(tmp_path, "get", "ns", "-o", "name")
        assert (found.returncode, len(found.stdout.split())) == (0, 4), found.stderr


def test_commands_at_the_same_time_wait_for_each_other_and_lose_nothing(tmp_path):
    assert minikctl(tmp_path, "create", "namespace", "shared").returncode == 0
    words = [[sys.executable, "-m", "minikctl", "label", "ns", "shared", f"writer-{n}=was-here"] for n in range(12)]
    children = [
        subprocess.Popen(each, env=environ(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for each in words
    ]
    for child in children:
        out, err = child.communicate(timeout=120)
        assert (child.returncode, err) == (0, ""), (out, err)
    found = minikctl(tmp_path, "get", "ns", "shared", "--show-labels", "--no-headers").stdout
    assert found.count("was-here") == 12
