"""The story of samples/webshop, played with a fixed clock and seed: what it prints is golden/webshop.txt, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).with_name("golden") / "webshop.txt"


def play(folder):
    environ = {
        **os.environ,
        "MINIKCTL": f"{sys.executable} -m minikctl",
        "MINIKCTL_STATE": str(folder / "state.db"),
        "MINIKCTL_NOW": "2026-01-02T03:04:05Z",
        "MINIKCTL_SEED": "story",
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }
    environ.pop("KUBECONFIG", None)
    done = subprocess.run(
        [str(ROOT / "samples/webshop/story.sh")],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return play(tmp_path_factory.mktemp("story"))


def test_it_prints_the_same_to_the_byte(story):
    assert story[0] == GOLDEN.read_text()


def test_the_failed_rollout_is_told_on_standard_error(story):
    assert 'error: deployment "shop" exceeded its progress deadline' in story[1]


def test_the_service_leads_to_the_right_number_of_pods_at_each_step(story):
    steps = story[0].split("\n== ")[1:]
    last_endpoints = {
        step.splitlines()[0]: [
            line for line in step.splitlines() if line.startswith("shop-") and "/" not in line and "   " not in line
        ]
        for step in steps
    }
    counts = {title: [len(line.split()) for line in lines] for title, lines in last_endpoints.items()}
    assert list(counts.values()) == [[3], [3], [3], [3], [5]]
