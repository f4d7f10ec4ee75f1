"""The commands of the guide to simulation run, in their order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_command_of_the_guide_runs(cluster, monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert lines
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "minikctl"
        cluster.ok(*words)
